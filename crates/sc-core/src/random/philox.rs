//! Random numbers by their address: number `i` of step `t`, without drawing those before it.

use pulp::{Arch, NullaryFnOnce};

/// The fewest rounds after which the generator passed every test of its authors, who took ten to leave a margin.
const ROUNDS: usize = 7;

/// Counters that are worked on side by side.
const LANES: usize = 8;

/// Items that `LANES` counters serve: each gives four words.
const GROUP: usize = 4 * LANES;

/// One random word for each of the items `first..first + words.len()` at time `t`.
///
/// The word of an item depends on (key, item, t) alone: neither on the other items nor on earlier times, so
/// whoever asks for a part gets the same numbers as who asks for all. This is the counter-based generator
/// Philox4x32-7 of J. K. Salmon et al. 2011, doi:10.1145/2063384.2063405. Its counter is `[block, 0, t (low), t
/// (high)]`; item `32 g + 8 k + lane` has word `k` of block `8 g + lane`, so that words come in the order in which
/// vector registers hold them.
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
        // Up to the first item that begins a group, then whole groups, then what is left.
        let (start, rest) = words.split_at_mut((first.next_multiple_of(GROUP) - first).min(words.len()));
        let (groups, end) = rest.as_chunks_mut::<GROUP>();
        let group = first.div_ceil(GROUP);
        let after = (group + groups.len()) * GROUP;
        for (group, words) in (group..).zip(groups) {
            *words = of_group(key, t, group);
        }
        start.copy_from_slice(&of_group(key, t, first / GROUP)[first % GROUP..][..start.len()]);
        end.copy_from_slice(&of_group(key, t, after / GROUP)[..end.len()]);
    }
}

/// The words of the items `GROUP * group..GROUP * (group + 1)`.
#[inline(always)]
fn of_group(key: u64, t: u64, group: usize) -> [u32; GROUP] {
    let blocks = std::array::from_fn(|lane| (group * LANES + lane) as u64);
    let x = rounds(key, [blocks, [0; LANES], [t & LOW; LANES], [t >> 32; LANES]]);
    std::array::from_fn(|item| x[item / LANES][item % LANES] as u32)
}

/// The lower half of a word.
const LOW: u64 = 0xFFFF_FFFF;

/// All rounds for `N` counters at once. Words of 32 bits stand in 64, where their products have room.
#[inline(always)]
fn rounds<const N: usize>(key: u64, mut x: [[u64; N]; 4]) -> [[u64; N]; 4] {
    let mut key = [key & LOW, key >> 32];
    for _ in 0..ROUNDS {
        let [a, b, c, d] = &mut x;
        for lane in 0..N {
            let (p, q) = (a[lane] * 0xD251_1F53, c[lane] * 0xCD9E_8D57);
            (a[lane], b[lane]) = (q >> 32 ^ b[lane] ^ key[0], q & LOW);
            (c[lane], d[lane]) = (p >> 32 ^ d[lane] ^ key[1], p & LOW);
        }
        key = [(key[0] + 0x9E37_79B9) & LOW, (key[1] + 0xBB67_AE85) & LOW];
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
            assert_eq!(
                rounds(key, counter.map(|word: u32| [u64::from(word)])),
                answer.map(|word: u64| [word])
            );
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
                let (group, k, lane) = (item / 32, item / 8 % 4, item % 8);
                let counter = [(8 * group + lane) as u64, 0, t & LOW, t >> 32];
                prop_assert_eq!(u64::from(word), rounds(key, counter.map(|word| [word]))[k][0]);
            }
        }
    }
}
