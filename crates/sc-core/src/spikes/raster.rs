//! Who spiked when, one bit per neuron and time step.

use super::SpikeEvents;
use crate::Error;

/// Spikes as bits, shape `[n_steps, n]`, 64 neurons to a word.
///
/// Neuron `i` of step `t` is bit `i % 64` (least significant first) of word `i / 64` of row `t`. The unused
/// bits at the end of every row are always zero, so words can be counted and compared as they are.
///
/// ```
/// use sc_core::{SpikeEvents, SpikeRaster};
/// let mut raster = SpikeRaster::new(3, 70);
/// raster.set(0, 2, true);
/// raster.set(2, 69, true);
/// assert_eq!(raster.row(2), [0, 1 << 5]);
/// assert_eq!(raster.n_spikes(), 2);
///
/// let events = SpikeEvents::from(&raster);
/// assert_eq!(events.step(2), [69]);
/// assert_eq!(SpikeRaster::from(&events), raster);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpikeRaster {
    n_steps: usize,
    n: usize,
    words: Vec<u64>,
}

impl SpikeRaster {
    /// A silent raster of `n_steps` steps of `n` neurons.
    ///
    /// # Panics
    /// If so many bits do not fit into memory.
    #[must_use]
    pub fn new(n_steps: usize, n: usize) -> Self {
        let n_words = n_steps.checked_mul(n.div_ceil(64)).expect("a raster that fits into memory");
        Self { n_steps, n, words: vec![0; n_words] }
    }

    /// Takes packed words, `n.div_ceil(64)` per step.
    ///
    /// # Errors
    /// [`Error::Length`] if the number of words is wrong, [`Error::Index`] if a bit beyond neuron `n - 1` is
    /// set.
    pub fn from_words(n_steps: usize, n: usize, words: Vec<u64>) -> Result<Self, Error> {
        let per_step = n.div_ceil(64);
        let expected = n_steps.saturating_mul(per_step);
        if words.len() != expected {
            return Err(Error::Length { what: "words", expected, got: words.len() });
        }
        if !n.is_multiple_of(64) {
            for (t, row) in words.chunks_exact(per_step).enumerate() {
                let tail = row[per_step - 1] >> (n % 64);
                if tail != 0 {
                    let position = t * per_step + per_step - 1;
                    let index = n + tail.trailing_zeros() as usize;
                    return Err(Error::Index { what: "words", position, index, bound: n });
                }
            }
        }
        Ok(Self { n_steps, n, words })
    }

    /// Number of time steps.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// Number of neurons.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// Whether neuron `i` spiked in step `t`.
    ///
    /// # Panics
    /// If there is no such step or neuron.
    #[must_use]
    #[track_caller]
    pub fn get(&self, t: usize, i: usize) -> bool {
        let (word, bit) = self.locate(t, i);
        self.words[word] >> bit & 1 == 1
    }

    /// Says whether neuron `i` spiked in step `t`.
    ///
    /// # Panics
    /// If there is no such step or neuron.
    #[track_caller]
    pub fn set(&mut self, t: usize, i: usize, spike: bool) {
        let (word, bit) = self.locate(t, i);
        self.words[word] = self.words[word] & !(1 << bit) | u64::from(spike) << bit;
    }

    /// The words of step `t`, `n.div_ceil(64)` of them.
    ///
    /// # Panics
    /// If `t` is not below [`n_steps`](Self::n_steps).
    #[must_use]
    #[track_caller]
    pub fn row(&self, t: usize) -> &[u64] {
        assert!(t < self.n_steps, "step {t} of {} steps", self.n_steps);
        let per_step = self.n.div_ceil(64);
        &self.words[t * per_step..][..per_step]
    }

    /// Number of spikes over all steps and neurons.
    #[must_use]
    pub fn n_spikes(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Number of spikes of every neuron.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        SpikeEvents::from(self).counts()
    }

    #[track_caller]
    fn locate(&self, t: usize, i: usize) -> (usize, usize) {
        assert!(
            t < self.n_steps && i < self.n,
            "spike ({t}, {i}) of a raster of ({}, {})",
            self.n_steps,
            self.n
        );
        (t * self.n.div_ceil(64) + i / 64, i % 64)
    }
}

impl From<&SpikeEvents> for SpikeRaster {
    fn from(events: &SpikeEvents) -> Self {
        let mut raster = Self::new(events.n_steps(), events.n_channels());
        for t in 0..events.n_steps() {
            for &i in events.step(t) {
                raster.set(t, i as usize, true);
            }
        }
        raster
    }
}

impl From<&SpikeRaster> for SpikeEvents {
    /// # Panics
    /// If the raster has more neurons than `u32` can number.
    fn from(raster: &SpikeRaster) -> Self {
        let n = u32::try_from(raster.n).expect("fewer than 2^32 neurons");
        let mut events = Self::new(raster.n);
        let mut active = Vec::new();
        for t in 0..raster.n_steps {
            active.clear();
            for (&word, first) in raster.row(t).iter().zip((0..n).step_by(64)) {
                let mut rest = word;
                while rest != 0 {
                    active.push(first + rest.trailing_zeros());
                    rest &= rest - 1;
                }
            }
            events.push_step(&active).expect("bits are visited in rising order below n");
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn foreign_words_are_checked() {
        assert_eq!(
            SpikeRaster::from_words(2, 65, vec![0; 3]),
            Err(Error::Length { what: "words", expected: 4, got: 3 })
        );
        assert_eq!(
            SpikeRaster::from_words(2, 65, vec![0, 1, u64::MAX, 0b10]),
            Err(Error::Index { what: "words", position: 3, index: 65, bound: 65 })
        );
        assert!(SpikeRaster::from_words(1, 64, vec![u64::MAX]).is_ok());
        assert_eq!(SpikeRaster::from_words(5, 0, vec![]).unwrap().n_spikes(), 0);
    }

    #[test]
    #[should_panic(expected = "spike (1, 3) of a raster of (2, 3)")]
    fn setting_a_tail_bit_panics() {
        SpikeRaster::new(2, 3).set(1, 3, true);
    }

    #[test]
    fn a_spike_can_be_taken_back() {
        let mut raster = SpikeRaster::new(1, 3);
        raster.set(0, 1, true);
        raster.set(0, 1, true);
        raster.set(0, 2, true);
        raster.set(0, 1, false);
        assert_eq!(raster.row(0), [0b100]);
    }

    proptest! {
        #[test]
        fn bits_and_events_say_the_same(n in 0_usize..200, n_steps in 0_usize..5, seed: u64) {
            let mut raster = SpikeRaster::new(n_steps, n);
            let spiked = |t: usize, i: usize| {
                (seed ^ (t * 77 + i * i) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 62 == 0
            };
            for t in 0..n_steps {
                for i in 0..n {
                    raster.set(t, i, spiked(t, i));
                }
            }
            let events = SpikeEvents::from(&raster);
            prop_assert_eq!(SpikeRaster::from(&events), raster.clone());
            prop_assert_eq!(&SpikeRaster::from_words(n_steps, n, raster.words.clone()).unwrap(), &raster);
            prop_assert_eq!(events.n_spikes(), raster.n_spikes());
            for (i, &count) in raster.counts().iter().enumerate() {
                prop_assert_eq!(count, (0..n_steps).filter(|&t| spiked(t, i)).count());
            }
        }
    }
}
