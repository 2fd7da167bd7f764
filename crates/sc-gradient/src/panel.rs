//! Sixty-four neurons side by side: the unit of memory and of work.
//!
//! Every array over neurons is cut into panels of 64 neurons, each aligned to a cache line. One panel of spikes is one
//! `u64`, one panel of `f32` numbers is four AVX-512 registers, and the weights from all inputs to one panel fit into
//! the second-level cache. The lanes beyond the last neuron are padding: their weights and gradients stay zero and their
//! spikes are masked off.

use sc_core::Real;
use sc_core::simd::pulp::Simd;

/// Neurons per panel.
pub const LANES: usize = 64;

/// One number for each of 64 neighbouring neurons.
pub type Panel<R> = [R; LANES];

/// A panel on the stack, where it starts on a cache line like all others.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Scratch<R>(pub(crate) Panel<R>);

impl<R: Real> Scratch<R> {
    #[inline(always)]
    pub(crate) fn zero() -> Self {
        Self([R::ZERO; LANES])
    }
}

/// Up to 64 numbers as a panel: in place where it is full, else copied in front of the zeros of `scratch`.
#[inline(always)]
pub(crate) fn load<'a, R: Real>(numbers: &'a [R], scratch: &'a mut Scratch<R>) -> &'a Panel<R> {
    match numbers.first_chunk::<LANES>() {
        Some(panel) => panel,
        None => {
            scratch.0[..numbers.len()].copy_from_slice(numbers);
            &scratch.0
        }
    }
}

/// Panels needed for `n` neurons.
pub(crate) fn panels(n: usize) -> usize {
    n.div_ceil(LANES)
}

/// The neurons of panel `panel` among `n`.
#[inline(always)]
pub(crate) fn neurons(panel: usize, n: usize) -> std::ops::Range<usize> {
    panel * LANES..n.min((panel + 1) * LANES)
}

/// The mask of the lanes of panel `panel` that are real neurons.
#[inline(always)]
pub(crate) fn mask(panel: usize, n: usize) -> u64 {
    u64::MAX >> (LANES - neurons(panel, n).len())
}

/// One bit per positive number, lane 0 in the lowest.
#[inline(always)]
pub(crate) fn positive<S: Simd, R: Real>(simd: S, panel: &Panel<R>) -> u64 {
    let registers = R::registers::<S>(panel);
    let lanes = LANES / registers.len();
    registers
        .iter()
        .enumerate()
        .fold(0, |word, (k, &register)| word | R::positive_lanes(simd, register) << (k * lanes))
}

/// Calls `f` for every set bit, lowest first.
#[inline(always)]
pub(crate) fn for_each_bit(mut word: u64, mut f: impl FnMut(usize)) {
    while word != 0 {
        f(word.trailing_zeros() as usize);
        word &= word - 1;
    }
}

/// A vector of numbers that starts on a cache line.
///
/// Registers that straddle two lines cost two accesses: on the rows that a time step adds up, that is a third of the time.
#[derive(Debug, Default)]
pub(crate) struct Aligned<R> {
    data: Vec<R>,
    start: usize,
    len: usize,
}

impl<R: Real> Aligned<R> {
    pub(crate) fn zeros(len: usize) -> Self {
        let line = 64 / R::BYTES;
        let data = vec![R::ZERO; len + line];
        let start = data.as_ptr().align_offset(64).min(line);
        Self { data, start, len }
    }

    /// Room for `n` panels.
    pub(crate) fn panels_of(n: usize) -> Self {
        Self::zeros(n * LANES)
    }

    #[inline(always)]
    pub(crate) fn panels(&self) -> &[Panel<R>] {
        self.as_chunks().0
    }

    #[inline(always)]
    pub(crate) fn panels_mut(&mut self) -> &mut [Panel<R>] {
        self.as_chunks_mut().0
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.data.len() * R::BYTES
    }
}

impl<R: Real> Clone for Aligned<R> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeros(self.len);
        copy.copy_from_slice(self);
        copy
    }
}

impl<R> std::ops::Deref for Aligned<R> {
    type Target = [R];
    #[inline(always)]
    fn deref(&self) -> &[R] {
        &self.data[self.start..self.start + self.len]
    }
}

impl<R> std::ops::DerefMut for Aligned<R> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [R] {
        &mut self.data[self.start..self.start + self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_is_visited_once() {
        for word in [0, 1, u64::MAX, 0x8000_0000_0000_0001, 0x0123_4567_89ab_cdef, 1 << 31, 1 << 32] {
            let mut rebuilt = 0_u64;
            for_each_bit(word, |bit| rebuilt += 1 << bit);
            assert_eq!(rebuilt, word);
        }
    }

    #[test]
    fn masks_cover_exactly_the_neurons() {
        assert_eq!(mask(0, 64), u64::MAX);
        assert_eq!(mask(0, 10), 0x3ff);
        assert_eq!(mask(1, 65), 1);
        assert_eq!(panels(65), 2);
        assert_eq!(neurons(1, 65), 64..65);
    }

    #[test]
    fn aligned_vectors_start_on_a_cache_line() {
        for len in [1, 7, 1000] {
            let vector = Aligned::<f64>::zeros(len);
            assert_eq!(vector.len(), len);
            assert_eq!(vector.as_ptr() as usize % 64, 0);
        }
    }
}
