//! The rule on many synapses at once: which integers a lane computes in.
//!
//! [`Rule`] computes for any widths. Most configurations fit into smaller integers, of which a vector register holds
//! more: [`Short`] computes in 16 bits, [`Medium`] in 32, [`Wide`] as the rule does. [`Word::select`] takes the first that
//! cannot overflow; results are the same. A spike is a mask, all ones or zero, so that no lane ever branches.

use crate::rule::{as_signed, clamp, Rule};
use crate::{Config, Decay, Rounding};

/// Synapses that are worked on together, since their spikes share a `u64`.
pub(crate) const BLOCK: usize = 64;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

/// What a bank keeps its numbers in: `u16` if weight and traces have at most 16 bits, or `u32`, which fits all.
pub trait Word: sealed::Sealed + Copy + Eq + Default + core::fmt::Debug + Send + Sync + 'static {
    /// What it keeps eligibilities in.
    type Signed: Copy + Eq + Default + core::fmt::Debug + Send + Sync + 'static;
    /// Bits of a weight or trace.
    const BITS: u8;

    /// As a number.
    fn get(self) -> u32;
    /// From a number that fits.
    fn put(v: u32) -> Self;
    /// An eligibility as a number.
    fn get_signed(e: Self::Signed) -> i32;
    /// An eligibility from a number that fits.
    fn put_signed(e: i32) -> Self::Signed;
    /// Runs `work` with the smallest arithmetic that fits `config`.
    #[doc(hidden)]
    fn select<W: Work<Self>>(config: &Config, work: W);
}

/// Something to do with whichever arithmetic fits.
pub trait Work<U: Word> {
    /// Does it.
    #[doc(hidden)]
    fn run<A: Arithmetic<U>>(self, arithmetic: A);
}

/// How one synapse steps in one lane of a vector register.
pub trait Arithmetic<U: Word>: Copy + Send + Sync {
    /// A weight, a trace or a mask.
    type Lane: Lane;
    /// An eligibility.
    type Signed: Copy;
    /// A reward, ready to be multiplied.
    type Reward: Copy;

    /// From memory.
    fn load(v: U) -> Self::Lane;
    /// To memory.
    fn store(v: Self::Lane) -> U;
    /// From memory.
    fn load_signed(e: U::Signed) -> Self::Signed;
    /// To memory.
    fn store_signed(e: Self::Signed) -> U::Signed;

    /// The bit of each lane of a group.
    fn lane_bits(&self) -> &LaneBits<Self::Lane>;
    /// A reward, saturated and made ready.
    fn reward(self, reward: i32) -> Self::Reward;
    /// What a spike sets a trace to.
    fn max_trace(self) -> Self::Lane;
    /// `D(v)`.
    fn decayed(self, v: Self::Lane) -> Self::Lane;
    /// A trace as it enters the eligibility.
    fn paired(self, v: Self::Lane) -> Self::Lane;
    /// `clamp(D(e) + potentiation - depression)`.
    fn eligibility(self, e: Self::Signed, potentiation: Self::Lane, depression: Self::Lane) -> Self::Signed;
    /// `clamp(w + reward * e / 2^learning_shift)`.
    fn weight(self, w: Self::Lane, reward: Self::Reward, e: Self::Signed) -> Self::Lane;
}

/// An unsigned integer that also serves as a mask.
pub trait Lane:
    Copy
    + PartialEq
    + From<u16>
    + core::ops::BitAnd<Output = Self>
    + core::ops::BitOr<Output = Self>
    + core::ops::Not<Output = Self>
{
    /// All ones where there is a spike, else zero.
    fn mask(spike: bool) -> Self;
    /// The masks of 16 spikes, the lowest bit first.
    fn masks(spikes: u16) -> [Self; GROUP];
}

/// Lanes that share 16 bits of spikes.
pub(crate) const GROUP: usize = 16;

/// Bit `k` in lane `k`.
///
/// The arithmetics carry this table as data: a compiler that sees through it replaces one comparison per register by
/// a shift per lane.
pub(crate) type LaneBits<L> = [L; GROUP];

/// Synapses that pass through all recorded steps together: as many as a cache holds, or as little as a small stack.
pub(crate) const TILE: usize = if cfg!(feature = "simd") { 64 * BLOCK } else { 4 * BLOCK };

/// The masks of a tile, where whole registers of them are whole cache lines.
#[repr(align(64))]
pub(crate) struct Masks<L>(pub(crate) [L; TILE]);

impl<L: Lane> Masks<L> {
    #[inline(always)]
    pub(crate) fn none() -> Self {
        Self([L::mask(false); TILE])
    }
}

/// `mask` picks `a`, elsewhere stands `b`.
#[inline(always)]
pub(crate) fn choose<L: Lane>(mask: L, a: L, b: L) -> L {
    (a & mask) | (b & !mask)
}

/// The spikes of group `g` of a block, for every lane to look at.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn group<L: Lane>(spikes: u64, g: usize) -> L {
    L::from(spikes.wrapping_shr(GROUP.wrapping_mul(g) as u32) as u16)
}

/// Sixteen bits: what a synapse with the default widths needs, and two thirds of all others.
///
/// The product is the upper half of a 16-by-16-bit product, with reward and eligibility shifted up beforehand by as much
/// as is missing to a shift of 16: `floor(r e / 2^L) = floor((r 2^a) (e 2^b) / 2^16)`, `a + b + L = 16`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Short<const PLAIN: bool> {
    rule: Rule,
    max_trace: u16,
    /// The largest weight, moved down by 2^15 as all weights are: saturation at the lowest `i16` is then the clamp at zero.
    max_weight: i16,
    limits: (i16, i16),
    decay_shift: u32,
    decay_bias: u16,
    decay_mask: u16,
    up_reward: u32,
    up_eligibility: u32,
    lane_bits: LaneBits<u16>,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
impl<const PLAIN: bool> Short<PLAIN> {
    fn new(config: &Config) -> Option<Self> {
        let (w, t, r) = (config.weight_bits(), config.trace_bits(), config.reward_bits());
        let (learning, decay) = (config.learning_shift(), config.trace_decay_shift());
        let fits = w <= 16
            && t <= 14
            && r <= 16
            && decay <= 15
            && config.pairing_shift() <= 15
            && learning <= 16
            && t.wrapping_add(r) <= learning.wrapping_add(16)
            && config.rounding() == Rounding::Floor;
        if !fits {
            return None;
        }
        let up = 16_u8.wrapping_sub(learning);
        let up_eligibility = up.min(16_u8.wrapping_sub(t));
        let rule = Rule::new(config);
        Some(Self {
            rule,
            max_trace: rule.max_trace as u16,
            max_weight: (rule.max_weight as u16 ^ SIGN) as i16,
            limits: (rule.min_eligibility as i16, rule.max_eligibility as i16),
            decay_shift: rule.decay_shift,
            decay_bias: rule.decay_bias as u16,
            decay_mask: rule.decay_mask as u16,
            up_reward: u32::from(up.wrapping_sub(up_eligibility)),
            up_eligibility: u32::from(up_eligibility),
            lane_bits: LANE_BITS,
        })
    }
}

const SIGN: u16 = 1 << 15;

#[allow(clippy::cast_possible_truncation)]
const LANE_BITS: LaneBits<u16> = {
    let mut bits = [1; GROUP];
    let mut lane = 1;
    while lane < GROUP {
        bits[lane] = 1_u16.wrapping_shl(lane as u32);
        lane = lane.wrapping_add(1);
    }
    bits
};

#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
impl<const PLAIN: bool> Arithmetic<u16> for Short<PLAIN> {
    type Lane = u16;
    type Signed = i16;
    type Reward = i16;

    #[inline(always)]
    fn load(v: u16) -> u16 {
        v
    }
    #[inline(always)]
    fn store(v: u16) -> u16 {
        v
    }
    #[inline(always)]
    fn load_signed(e: i16) -> i16 {
        e
    }
    #[inline(always)]
    fn store_signed(e: i16) -> i16 {
        e
    }

    #[inline(always)]
    fn lane_bits(&self) -> &LaneBits<u16> {
        &self.lane_bits
    }
    #[inline(always)]
    fn reward(self, reward: i32) -> i16 {
        self.rule.reward(reward).wrapping_shl(self.up_reward) as i16
    }
    #[inline(always)]
    fn max_trace(self) -> u16 {
        self.max_trace
    }
    #[inline(always)]
    fn decayed(self, v: u16) -> u16 {
        if PLAIN {
            return v.wrapping_sub(v.wrapping_shr(self.decay_shift));
        }
        let loss = v.wrapping_add(self.decay_bias).wrapping_shr(self.decay_shift);
        v.wrapping_sub(loss & self.decay_mask)
    }
    #[inline(always)]
    fn paired(self, v: u16) -> u16 {
        if PLAIN {
            v
        } else {
            v.wrapping_shr(self.rule.pairing_shift)
        }
    }
    #[inline(always)]
    fn eligibility(self, e: i16, potentiation: u16, depression: u16) -> i16 {
        let sign = e.wrapping_shr(15);
        let decayed = if PLAIN {
            // The loss is e / 2^shift towards zero, which a shift alone is not for negative numbers.
            let below_one = 1_i16.wrapping_shl(self.decay_shift).wrapping_sub(1);
            e.wrapping_sub(e.wrapping_add(sign & below_one).wrapping_shr(self.decay_shift))
        } else {
            let magnitude = self.decayed((e ^ sign).wrapping_sub(sign) as u16) as i16;
            (magnitude ^ sign).wrapping_sub(sign)
        };
        let sum = decayed.wrapping_add(potentiation as i16).wrapping_sub(depression as i16);
        sum.max(self.limits.0).min(self.limits.1)
    }
    #[inline(always)]
    fn weight(self, w: u16, reward: i16, e: i16) -> u16 {
        let e = e.wrapping_shl(self.up_eligibility);
        let change = i32::from(e).wrapping_mul(i32::from(reward)).wrapping_shr(16) as i16;
        let weight = ((w ^ SIGN) as i16).saturating_add(change).min(self.max_weight);
        weight as u16 ^ SIGN
    }
}

/// Thirty-two bits, with the rule's own formulas.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Medium {
    rule: Rule,
    bias_up: i32,
    bias_down: i32,
    lane_bits: LaneBits<u32>,
}

impl Medium {
    #[allow(clippy::cast_possible_truncation)]
    fn new(config: &Config) -> Option<Self> {
        let rule = Rule::new(config);
        let fits = config.reward_bits().wrapping_add(config.trace_bits()) <= 32 && config.weight_bits() <= 30;
        let (bias_up, bias_down) = (rule.bias_up as i32, rule.bias_down as i32);
        fits.then(|| Self { rule, bias_up, bias_down, lane_bits: LANE_BITS.map(u32::from) })
    }
}

/// As wide as the rule itself: 64-bit products.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    rule: Rule,
    lane_bits: LaneBits<u32>,
}

/// What [`Medium`] and [`Wide`] share.
macro_rules! lanes_of_32_bits {
    () => {
        type Lane = u32;
        type Signed = i32;
        type Reward = i32;

        #[inline(always)]
        fn load(v: U) -> u32 {
            v.get()
        }
        #[inline(always)]
        fn store(v: u32) -> U {
            U::put(v)
        }
        #[inline(always)]
        fn load_signed(e: U::Signed) -> i32 {
            U::get_signed(e)
        }
        #[inline(always)]
        fn store_signed(e: i32) -> U::Signed {
            U::put_signed(e)
        }

        #[inline(always)]
        fn lane_bits(&self) -> &LaneBits<u32> {
            &self.lane_bits
        }
        #[inline(always)]
        fn reward(self, reward: i32) -> i32 {
            self.rule.reward(reward)
        }
        #[inline(always)]
        fn max_trace(self) -> u32 {
            self.rule.max_trace
        }
        #[inline(always)]
        fn decayed(self, v: u32) -> u32 {
            self.rule.decayed(v)
        }
        #[inline(always)]
        fn paired(self, v: u32) -> u32 {
            v.wrapping_shr(self.rule.pairing_shift)
        }
        #[inline(always)]
        fn eligibility(self, e: i32, potentiation: u32, depression: u32) -> i32 {
            self.rule.paired(e, as_signed(potentiation), as_signed(depression))
        }
    };
}

impl<U: Word> Arithmetic<U> for Medium {
    lanes_of_32_bits!();

    #[inline(always)]
    #[allow(clippy::cast_sign_loss)]
    fn weight(self, w: u32, reward: i32, e: i32) -> u32 {
        let product = reward.wrapping_mul(e);
        let bias = if product < 0 { self.bias_down } else { self.bias_up };
        let change = product.wrapping_add(bias).wrapping_shr(self.rule.learning_shift);
        clamp(as_signed(w).wrapping_add(change), 0, as_signed(self.rule.max_weight)) as u32
    }
}

impl<U: Word> Arithmetic<U> for Wide {
    lanes_of_32_bits!();

    #[inline(always)]
    fn weight(self, w: u32, reward: i32, e: i32) -> u32 {
        self.rule.weight(w, reward, e)
    }
}

macro_rules! lane {
    ($unsigned:ident, $signed:ident) => {
        #[allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::useless_conversion)]
        impl Lane for $unsigned {
            #[inline(always)]
            fn mask(spike: bool) -> Self {
                Self::from(spike).wrapping_neg()
            }
            #[inline(always)]
            fn masks(spikes: u16) -> [Self; GROUP] {
                let top = Self::BITS.wrapping_sub(1);
                let mut masks = [0; GROUP];
                for (k, mask) in (0..).zip(&mut masks) {
                    // Bit k becomes the sign, and the sign fills the lane.
                    let highest = Self::from(spikes).wrapping_shl(top.wrapping_sub(k));
                    *mask = (highest as $signed).wrapping_shr(top) as Self;
                }
                masks
            }
        }
    };
}

lane!(u16, i16);
lane!(u32, i32);

/// The arithmetics that do not need 16-bit storage.
fn select_wide<U: Word, W: Work<U>>(config: &Config, work: W) {
    match Medium::new(config) {
        Some(medium) => work.run(medium),
        None => work.run(Wide { rule: Rule::new(config), lane_bits: LANE_BITS.map(u32::from) }),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
impl Word for u16 {
    type Signed = i16;
    const BITS: u8 = 16;

    #[inline(always)]
    fn get(self) -> u32 {
        u32::from(self)
    }
    #[inline(always)]
    fn put(v: u32) -> Self {
        v as Self
    }
    #[inline(always)]
    fn get_signed(e: i16) -> i32 {
        i32::from(e)
    }
    #[inline(always)]
    fn put_signed(e: i32) -> i16 {
        e as i16
    }
    fn select<W: Work<Self>>(config: &Config, work: W) {
        let plain =
            config.decay() == Decay::Floor && config.trace_decay_shift() > 0 && config.pairing_shift() == 0;
        match (Short::<true>::new(config), Short::<false>::new(config)) {
            (Some(short), _) if plain => work.run(short),
            (_, Some(short)) => work.run(short),
            _ => select_wide(config, work),
        }
    }
}

impl Word for u32 {
    type Signed = i32;
    const BITS: u8 = 32;

    #[inline(always)]
    fn get(self) -> u32 {
        self
    }
    #[inline(always)]
    fn put(v: u32) -> Self {
        v
    }
    #[inline(always)]
    fn get_signed(e: i32) -> i32 {
        e
    }
    #[inline(always)]
    fn put_signed(e: i32) -> i32 {
        e
    }
    fn select<W: Work<Self>>(config: &Config, work: W) {
        select_wide(config, work);
    }
}
