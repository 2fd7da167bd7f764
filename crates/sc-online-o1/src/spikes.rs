//! The spikes of a step, packed or one byte each.

use crate::arithmetic::{Lane, Masks, BLOCK, GROUP};
use crate::bank::padded;

/// The spikes of `n` neurons or synapses at one time step, or at several, one after the other.
#[derive(Debug, Clone, Copy)]
pub enum Spikes<'a> {
    /// 64 to a word, the first in the lowest bit; each step starts with a new word, [`words`]`(n)` of them. Bits beyond `n`
    /// are not looked at.
    Bits(&'a [u64]),
    /// One byte each; a spike where it is not zero.
    Bytes(&'a [u8]),
}

/// Words that hold the packed spikes of `n` neurons.
pub const fn words(n: usize) -> usize {
    n.wrapping_add(BLOCK.wrapping_sub(1)) / BLOCK
}

impl<'a> Spikes<'a> {
    /// How many entries there are, and how many one step of `n` neurons has.
    pub(crate) fn lengths(self, n: usize) -> (usize, usize) {
        match self {
            Self::Bits(bits) => (bits.len(), words(n)),
            Self::Bytes(bytes) => (bytes.len(), n),
        }
    }

    /// Those of step `t`, of lengths that were checked.
    #[inline(always)]
    pub(crate) fn step(self, t: usize, n: usize) -> Self {
        let at = |len: usize| {
            let start = t.wrapping_mul(len);
            start..start.wrapping_add(len)
        };
        match self {
            Self::Bits(bits) => Self::Bits(bits.get(at(words(n))).unwrap_or_default()),
            Self::Bytes(bytes) => Self::Bytes(bytes.get(at(n)).unwrap_or_default()),
        }
    }

    /// Of one step: the spikes from block `first` on, packed, as many words as are there or fit into `room`.
    #[inline(always)]
    pub(crate) fn packed<'b>(self, first: usize, room: &'b mut [u64]) -> &'b [u64]
    where
        'a: 'b,
    {
        match self {
            Self::Bits(bits) => bits.get(first..).unwrap_or_default(),
            Self::Bytes(bytes) => {
                let blocks = bytes.get(first.wrapping_mul(BLOCK)..).unwrap_or_default().chunks(BLOCK);
                room.iter_mut().zip(blocks).for_each(|(word, block)| *word = pack(block));
                room
            }
        }
    }

    /// Of one step: the masks of the neurons from block `first` on, as many as are there or fit.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)]
    pub(crate) fn masks<L: Lane>(self, first: usize, masks: &mut Masks<L>) {
        match self {
            Self::Bits(bits) => {
                let words = bits.get(first..).unwrap_or_default();
                for (block, &word) in masks.0.chunks_exact_mut(BLOCK).zip(words) {
                    for (g, group) in (0_u32..).zip(block.chunks_exact_mut(GROUP)) {
                        group.copy_from_slice(&L::masks(
                            word.wrapping_shr(g.wrapping_mul(GROUP as u32)) as u16
                        ));
                    }
                }
            }
            Self::Bytes(bytes) => {
                let bytes = bytes.get(first.wrapping_mul(BLOCK)..).unwrap_or_default();
                for (mask, &byte) in masks.0.iter_mut().zip(bytes) {
                    *mask = L::mask(byte != 0);
                }
            }
        }
    }

    /// Of one step: calls `f` with each of `n` neurons that spikes, in order.
    #[cfg(feature = "alloc")]
    pub(crate) fn for_each(self, n: usize, mut f: impl FnMut(usize)) {
        match self {
            Self::Bits(bits) => {
                for (k, &word) in bits.iter().enumerate() {
                    let mut rest = word;
                    while rest != 0 {
                        let i = k.wrapping_mul(BLOCK).wrapping_add(rest.trailing_zeros() as usize);
                        if i < n {
                            f(i);
                        }
                        rest &= rest.wrapping_sub(1);
                    }
                }
            }
            Self::Bytes(bytes) => (0..n).zip(bytes).filter(|(_, &byte)| byte != 0).for_each(|(i, _)| f(i)),
        }
    }

    /// Of one step: spike `i`.
    #[inline(always)]
    pub(crate) fn at(self, i: usize) -> bool {
        match self {
            Self::Bits(bits) => bits.get(i / BLOCK).copied().unwrap_or_default() >> (i % BLOCK) & 1 == 1,
            Self::Bytes(bytes) => bytes.get(i).map_or(false, |&byte| byte != 0),
        }
    }
}

/// Up to 64 bytes as bits, eight at a time.
#[inline(always)]
fn pack(bytes: &[u8]) -> u64 {
    match bytes.get(..BLOCK) {
        Some(bytes) => pack_eights(bytes),
        None => pack_eights(&padded(bytes)),
    }
}

#[inline(always)]
fn pack_eights(bytes: &[u8]) -> u64 {
    const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let mut word = 0;
    for (k, eight) in (0_u32..8).zip(bytes.chunks_exact(8)) {
        let v = u64::from_le_bytes(eight.try_into().unwrap_or_default());
        // The top bit of each byte that is not zero, then those eight bits side by side.
        let nonzero = (v | (v & LOW_BITS).wrapping_add(LOW_BITS)) & !LOW_BITS;
        let byte = nonzero.wrapping_shr(7).wrapping_mul(0x0102_0408_1020_4080).wrapping_shr(56);
        word |= byte.wrapping_shl(8_u32.wrapping_mul(k));
    }
    word
}
