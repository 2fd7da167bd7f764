//! The synapse for microcontrollers: widths known to the compiler, eight bytes of state, 32-bit arithmetic.

use crate::rule::Rule;
use crate::{Config, Snapshot};

/// A [`Synapse`](crate::Synapse) with its five parameters in its type: `weight_bits`, `trace_bits`, `reward_bits`,
/// `learning_shift`, `trace_decay_shift`.
///
/// The weight has at most 16 bits, so do traces and reward: the state is eight bytes, products fit 32 bits, and all limits
/// and shifts are constants in the code. Steps equal those of [`Synapse`](crate::Synapse) bit for bit. Widths that do not
/// fit do not compile.
///
/// ```
/// use sc_online_o1::Synapse16;
///
/// type Plastic = Synapse16<16, 12, 8, 4, 4>;
/// const FRESH: [Plastic; 8] = [Plastic::new(30_000); 8]; // ready before the program starts
/// assert_eq!(core::mem::size_of_val(&FRESH), 64);
///
/// let mut synapse = Plastic::new(1000);
/// synapse.step(true, false, 0);
/// assert_eq!(synapse.step(false, true, 3).weight, 1000 + 3 * 2047 / 16);
/// ```
///
/// ```compile_fail
/// let too_wide = sc_online_o1::Synapse16::<17, 12, 8, 4, 4>::new(0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Synapse16<const W: u8, const T: u8, const R: u8, const L: u8, const D: u8> {
    weight: u16,
    pre_trace: u16,
    post_trace: u16,
    eligibility: i16,
}

impl<const W: u8, const T: u8, const R: u8, const L: u8, const D: u8> Synapse16<W, T, R, L, D> {
    /// The parameters as a configuration.
    pub const CONFIG: Config = match Config::new(W, T, R, L, D) {
        Ok(config) if W <= 16 && T <= 16 && R <= 16 => config,
        _ => panic!("widths must be 1..=16 (weight), 2..=16 (trace), 1..=16 (reward), shifts 0..=30"),
    };
    const RULE: Rule = Rule::new(&Self::CONFIG);

    /// A synapse without a past. A weight above the largest becomes the largest.
    #[allow(clippy::cast_possible_truncation)]
    pub const fn new(initial_weight: u16) -> Self {
        let max = Self::CONFIG.max_weight() as u16;
        let weight = if initial_weight > max { max } else { initial_weight };
        Self { weight, pre_trace: 0, post_trace: 0, eligibility: 0 }
    }

    /// One time step; returns the state after it.
    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn step(&mut self, pre: bool, post: bool, reward: i32) -> Snapshot {
        let rule = Self::RULE;
        let (pre_trace, post_trace) = (u32::from(self.pre_trace), u32::from(self.post_trace));
        let eligibility = rule.eligibility(i32::from(self.eligibility), pre, post, pre_trace, post_trace);
        // |reward| <= 2^15 and |eligibility| <= 2^15: the product fits, and so does a weight added to it.
        let change = rule.reward(reward).wrapping_mul(eligibility).wrapping_shr(rule.learning_shift);
        let weight = i32::from(self.weight).wrapping_add(change).max(0).min(rule.max_weight as i32);
        *self = Self {
            weight: weight as u16,
            pre_trace: rule.trace(pre_trace, pre) as u16,
            post_trace: rule.trace(post_trace, post) as u16,
            eligibility: eligibility as i16,
        };
        self.snapshot()
    }

    /// The state as it is.
    pub const fn snapshot(&self) -> Snapshot {
        Snapshot {
            weight: self.weight as u32,
            pre_trace: self.pre_trace as u32,
            post_trace: self.post_trace as u32,
            eligibility: self.eligibility as i32,
        }
    }
}
