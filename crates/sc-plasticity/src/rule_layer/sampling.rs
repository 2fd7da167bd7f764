//! Spikes drawn from probabilities, with the random numbers of the reference package.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Fills `pre` and `post` for the elements from `first` on.
///
/// Element `i` has a generator of its own, xoshiro256++ seeded by `SplitMix64` from `seed + i` (wrapping), which is
/// asked for the presynaptic number first.
pub(super) fn spikes(seed: u64, first: usize, p: (&[f32], &[f32]), (pre, post): (&mut [u8], &mut [u8])) {
    let elements = p.0.iter().zip(p.1).zip(pre.iter_mut().zip(post));
    for (i, ((&p_pre, &p_post), (pre, post))) in (first as u64..).zip(elements) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_add(i));
        *pre = u8::from(uniform(&mut random) < p_pre);
        *post = u8::from(uniform(&mut random) < p_post);
    }
}

/// A multiple of 2^-24 in [0, 1).
fn uniform(random: &mut Xoshiro256PlusPlus) -> f32 {
    const STEP: f32 = 1.0 / (1 << 24) as f32;
    (random.next_u64() >> 40) as f32 * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured with the crates that the reference package names: rand 0.10, `rand_xoshiro` 0.8.
    #[test]
    fn the_numbers_are_those_of_the_reference() {
        for (seed, pre, post) in [
            (0, 0.324_575_25, 0.382_239_28),
            (42, 0.814_305_1, 0.318_821),
            (43, 0.168_053_8, 0.597_753_5),
            (44, 0.001_220_583_9, 0.757_238_86),
            (u64::MAX, 0.339_065_07, 0.900_475),
        ] {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
            assert_eq!((uniform(&mut random), uniform(&mut random)), (pre, post), "seed {seed}");
        }
    }
}
