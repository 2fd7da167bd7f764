//! Where work runs: on the best instructions of the processor, and on several of its cores.

/// Blocks below which a second thread does not pay.
pub(crate) const PIECE: usize = 1 << 10;

/// Work that is compiled once per instruction set.
pub(crate) trait Kernel {
    fn run(self);
}

/// Runs `kernel` compiled for the best vector instructions of the processor, found out at run time.
#[cfg(feature = "simd")]
#[inline(always)]
pub(crate) fn vectorized(kernel: impl Kernel) {
    #[cfg(not(test))]
    pulp::Arch::new().dispatch(Vectorized(kernel));
    #[cfg(test)]
    tests::dispatch(Vectorized(kernel));
}

#[cfg(feature = "simd")]
struct Vectorized<K>(K);

#[cfg(feature = "simd")]
impl<K: Kernel> pulp::WithSimd for Vectorized<K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.0.run();
    }
}

/// Runs `kernel` as it was compiled.
#[cfg(not(feature = "simd"))]
#[inline(always)]
pub(crate) fn vectorized(kernel: impl Kernel) {
    kernel.run();
}

/// Runs both, at the same time if there is a thread to spare.
#[cfg(feature = "threads")]
pub(crate) fn both(one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
    rayon::join(one, other);
}

/// Runs both.
#[cfg(not(feature = "threads"))]
pub(crate) fn both(one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
    one();
    other();
}

#[cfg(all(feature = "simd", test))]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    extern crate std;

    use core::cell::Cell;
    use std::vec;
    use std::vec::Vec;

    use super::{Kernel, Vectorized};
    use crate::{words, Bank, Config, Crossbar, Decay, Rounding, Snapshot, Spikes};

    #[derive(Debug, Clone, Copy)]
    enum Instructions {
        Best,
        AsCompiled,
        #[cfg(target_arch = "x86_64")]
        Avx2(pulp::x86::V3),
    }

    std::thread_local! {
        static CHOSEN: Cell<Instructions> = const { Cell::new(Instructions::Best) };
    }

    /// Runs the kernel on the instructions that the test on this thread chose.
    pub(super) fn dispatch(kernel: Vectorized<impl Kernel>) {
        match CHOSEN.with(Cell::get) {
            Instructions::Best => pulp::Arch::new().dispatch(kernel),
            Instructions::AsCompiled => kernel.0.run(),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2(simd) => pulp::Simd::vectorize(simd, kernel),
        }
    }

    /// A bank and a crossbar some steps later.
    fn some_steps(config: Config) -> Vec<Snapshot> {
        let (n_pre, n_post) = (7, 150);
        let n = n_pre * n_post;
        let (mut w, mut x, mut y, mut e) = (vec![120_u16; n], vec![0; n], vec![0; n], vec![0_i16; n]);
        let word = |k: usize| (k as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) & 0x1111_5555_8888_f00f;
        let spikes: Vec<u64> = (0..words(n) * 9).map(word).collect();
        let other: Vec<u64> = (1000..words(n) * 9 + 1000).map(word).collect();
        let rewards = [3, 0, -4, 120, -128, 1, -1, 2, 50];
        let mut bank = Bank::new(config, &mut w, &mut x, &mut y, &mut e).unwrap();
        bank.run(Spikes::Bits(&spikes), Spikes::Bits(&other), &rewards).unwrap();
        let mut states: Vec<Snapshot> = bank.snapshots().collect();
        let (x, y) = (&mut x[..n_pre], &mut y[..n_post]);
        let mut crossbar = Crossbar::new(config, &mut w, &mut e, x, y).unwrap();
        let (pre, post) = (&spikes[..words(n_pre) * 9], &other[..words(n_post) * 9]);
        crossbar.run(Spikes::Bits(pre), Spikes::Bits(post), &rewards).unwrap();
        states.extend(crossbar.snapshots());
        states
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let mut instructions = vec![Instructions::AsCompiled];
        #[cfg(target_arch = "x86_64")]
        instructions.extend(pulp::x86::V3::try_new().map(Instructions::Avx2));
        let configs = [
            Config::DEFAULT,
            Config::DEFAULT.with_decay(Decay::Ceiling),
            Config::DEFAULT.with_rounding(Rounding::Nearest),
            Config::new(16, 16, 20, 7, 3).unwrap(),
        ];
        for config in configs {
            let expected = some_steps(config);
            assert!(expected.iter().any(|s| s.eligibility < 0) && expected.iter().any(|s| s.weight > 200));
            for &chosen in &instructions {
                CHOSEN.with(|cell| cell.set(chosen));
                assert_eq!(some_steps(config), expected, "{:?}, {:?}", config, chosen);
            }
            CHOSEN.with(|cell| cell.set(Instructions::Best));
        }
    }
}
