//! Random streams: one per (seed, purpose, item), so that no result depends on who draws first.
//!
//! A stream belongs to a *thing* (the weights of projection 3, the noise of neuron 17), never to a
//! thread. Two streams differ in both the state and the sequence of `Pcg64Dxsm`, whose sequences are
//! independent (those of plain `Pcg64` can be correlated).
//!
//! ```
//! use rand::RngExt;
//! let mut a = sc_core::random::stream(42, "weights", 0);
//! let mut b = sc_core::random::stream(42, "weights", 0);
//! let mut c = sc_core::random::stream(42, "weights", 1);
//! let (x, y, z): (f64, f64, f64) = (a.random(), b.random(), c.random());
//! assert_eq!(x, y);
//! assert_ne!(x, z);
//! ```

mod philox;

pub use philox::philox;

use rand::RngExt;
use rand_pcg::Pcg64Dxsm;

/// The generator used everywhere in this project.
pub type Stream = Pcg64Dxsm;

/// The random stream of `item` for `purpose` under `seed`.
#[must_use]
pub fn stream(seed: u64, purpose: &str, item: u64) -> Stream {
    // FNV-1a turns the purpose into a number; SplitMix64 then decorrelates neighbouring inputs.
    let purpose = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut words = [0_u64; 4];
    let mut state = seed;
    for (word, salt) in words.iter_mut().zip([purpose, item, purpose, item]) {
        state = split_mix(state ^ salt);
        *word = state;
    }
    let wide = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
    Pcg64Dxsm::new(wide(words[0], words[1]), wide(words[2], words[3]))
}

/// One step of `SplitMix64` (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195).
fn split_mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One number from the standard normal distribution: mean 0, standard deviation 1.
///
/// Takes exactly [`NORMAL_WORDS`] words from the stream whatever they are, so that the `t`-th number of a
/// stream can be reached by [`Stream::advance`] without drawing those before it (G. E. P. Box & M. E. Muller
/// 1958, doi:10.1214/aoms/1177706645).
#[must_use]
pub fn normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * (1.0 - stream.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * stream.random::<f64>()).cos()
}

/// 64-bit words one call of [`normal`] takes from its stream.
pub const NORMAL_WORDS: u128 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_in_every_part_of_their_name() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in [0, 1, u64::MAX] {
            for purpose in ["", "a", "b", "ab", "ba"] {
                for item in [0, 1, 2, u64::MAX] {
                    assert!(
                        seen.insert(stream(seed, purpose, item).random::<u64>()),
                        "{seed} {purpose} {item}"
                    );
                }
            }
        }
    }

    #[test]
    fn normal_numbers_have_the_moments_of_the_normal_distribution() {
        let n = 100_000;
        let mut source = stream(7, "test", 0);
        let numbers: Vec<f64> = (0..n).map(|_| normal(&mut source)).collect();
        let moment = |k: i32| numbers.iter().map(|x| x.powi(k)).sum::<f64>() / f64::from(n);
        // Five standard errors: the variances of the four sample moments are 1, 2, 15 and 96 over n.
        for (k, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let bound = 5.0 * (variance / f64::from(n)).sqrt();
            assert!((moment(k) - expected).abs() < bound, "moment {k}: {}", moment(k));
        }
    }

    #[test]
    fn a_normal_number_takes_the_stated_number_of_words() {
        let mut drawn = stream(1, "test", 2);
        let mut jumped = drawn.clone();
        for _ in 0..1000 {
            let _ = normal(&mut drawn);
        }
        jumped.advance(1000 * NORMAL_WORDS);
        assert_eq!(drawn, jumped);
    }
}
