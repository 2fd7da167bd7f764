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
