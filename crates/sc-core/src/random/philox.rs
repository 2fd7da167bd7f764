//! Random numbers by their address: number `i` of step `t`, without drawing those before it.

use pulp::{Arch, NullaryFnOnce};

/// The fewest rounds after which the generator passed every test of its authors, who took ten to leave a margin.
const ROUNDS: usize = 7;

/// Counters that are worked on side by side.
const LANES: usize = 16;

/// One random word for each of the items `first..first + words.len()` at time `t`.
///
/// The word of an item depends on (key, item, t) alone: neither on the other items nor on earlier times, so
/// whoever asks for a part gets the same numbers as who asks for all. This is the counter-based generator
/// Philox4x32-7 of J. K. Salmon et al. 2011, doi:10.1145/2063384.2063405, with the counter `[item / 4, 0, t
/// (low), t (high)]`; four neighbouring items share a block.
pub fn philox(key: u64, t: u64, first: usize, words: &mut [u32]) {
    Arch::new().dispatch(Fill { key, t, first, words });
}

/// Fills a slice; a struct and no closure, so that it is compiled for the instruction set at hand.
struct Fill<'a> {
    key: u64,
    t: u64,
    first: usize,
    words: &'a mut [u32],
}

impl NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { key, t, first, words } = self;
        // Up to the first item that begins a block, then whole groups of blocks, then what is left.
        let (start, rest) = words.split_at_mut((4 - first % 4).min(words.len()) % 4);
        fill_slowly(key, t, first, start);
        let block = (first + start.len()) / 4;
        let (groups, end) = rest.as_chunks_mut::<{ 4 * LANES }>();
        for (group, blocks) in groups.iter_mut().zip((block as u32..).step_by(LANES)) {
            let counter = counters::<LANES>(t, std::array::from_fn(|lane| blocks + lane as u32));
            let outputs = rounds(key, counter);
            for lane in 0..LANES {
                for k in 0..4 {
                    group[4 * lane + k] = outputs[k][lane];
                }
            }
        }
        let done = start.len() + groups.len() * 4 * LANES;
        fill_slowly(key, t, first + done, end);
    }
}

/// Any range of items.
#[inline(always)]
fn fill_slowly(key: u64, t: u64, first: usize, words: &mut [u32]) {
    for (item, word) in (first..).zip(words) {
        *word = rounds(key, counters(t, [(item / 4) as u32]))[item % 4][0];
    }
}

/// The counters of some blocks; `[k][lane]` is word `k`.
#[inline(always)]
fn counters<const N: usize>(t: u64, block: [u32; N]) -> [[u32; N]; 4] {
    [block, [0; N], [t as u32; N], [(t >> 32) as u32; N]]
}

/// All rounds for `N` counters at once.
#[inline(always)]
fn rounds<const N: usize>(key: u64, mut x: [[u32; N]; 4]) -> [[u32; N]; 4] {
    let mut key = [key as u32, (key >> 32) as u32];
    for _ in 0..ROUNDS {
        let [a, b, c, d] = &mut x;
        for lane in 0..N {
            let p = u64::from(a[lane]) * 0xD251_1F53;
            let q = u64::from(c[lane]) * 0xCD9E_8D57;
            a[lane] = (q >> 32) as u32 ^ b[lane] ^ key[0];
            b[lane] = q as u32;
            c[lane] = (p >> 32) as u32 ^ d[lane] ^ key[1];
            d[lane] = p as u32;
        }
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The known answers published with the generator (Random123, `kat_vectors`).
    #[test]
    fn published_answers() {
        for (key, counter, answer) in [
            ([0_u32; 2], [0; 4], [0x5f6f_b709, 0x0d89_3f64, 0x4f12_1f81, 0x4f73_0a48]),
            ([!0; 2], [!0; 4], [0x5207_ddc2, 0x4516_5e59, 0x4d8e_e751, 0x8c52_f662]),
            (
                [0xa409_3822, 0x299f_31d0],
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0x4dfc_caba, 0x190a_87f0, 0xc473_62ba, 0xb6b5_242a],
            ),
        ] {
            let key = u64::from(key[1]) << 32 | u64::from(key[0]);
            assert_eq!(rounds(key, counter.map(|word: u32| [word])), answer.map(|word: u32| [word]));
        }
    }

    proptest! {
        #[test]
        fn a_part_is_a_part_of_the_whole(first in 0_usize..300, len in 0_usize..300, key: u64, t: u64) {
            let mut whole = vec![0; 600];
            philox(key, t, 0, &mut whole);
            let mut part = vec![0; len];
            philox(key, t, first, &mut part);
            prop_assert_eq!(&part[..], &whole[first..first + len]);
            for (item, &word) in whole.iter().enumerate() {
                prop_assert_eq!(word, rounds(key, counters(t, [(item / 4) as u32]))[item % 4][0]);
            }
        }
    }
}
