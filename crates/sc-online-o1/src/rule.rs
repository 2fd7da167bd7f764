//! The rule itself, on numbers in registers.
//!
//! One function per quantity, each the equation and nothing else. [`Synapse`](crate::Synapse), the bank and the crossbar
//! all step by these, so that there is one place to read what the synapse does.

use crate::{Config, Decay, Rounding};

/// The constants of a configuration, worked out once per call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) max_weight: u32,
    pub(crate) max_trace: u32,
    pub(crate) min_eligibility: i32,
    pub(crate) max_eligibility: i32,
    pub(crate) min_reward: i32,
    pub(crate) max_reward: i32,
    pub(crate) pairing_shift: u32,
    pub(crate) decay_shift: u32,
    /// Added before the decay's shift: 0 rounds the loss down, `2^shift - 1` up.
    pub(crate) decay_bias: u32,
    /// All ones, or zero where nothing decays.
    pub(crate) decay_mask: u32,
    pub(crate) learning_shift: u32,
    /// Added to a product before its shift, if the product is positive ...
    pub(crate) bias_up: i64,
    /// ... and if it is negative.
    pub(crate) bias_down: i64,
}

impl Rule {
    #[inline(always)]
    pub(crate) const fn new(config: &Config) -> Self {
        let decay_shift = config.trace_decay_shift() as u32;
        let learning_shift = config.learning_shift() as u32;
        let below_one = 1_i64.wrapping_shl(learning_shift).wrapping_sub(1);
        let half = 1_i64.wrapping_shl(learning_shift).wrapping_shr(1);
        let (bias_up, bias_down) = match config.rounding() {
            Rounding::Floor => (0, 0),
            Rounding::TowardZero => (0, below_one),
            // Halves away from zero: ceil(x - 1/2) where x is negative.
            Rounding::Nearest => (half, below_one.wrapping_sub(half)),
        };
        Self {
            max_weight: config.max_weight(),
            max_trace: config.max_trace(),
            min_eligibility: config.min_eligibility(),
            max_eligibility: config.max_eligibility(),
            min_reward: config.min_reward(),
            max_reward: config.max_reward(),
            pairing_shift: config.pairing_shift() as u32,
            decay_shift,
            decay_bias: match config.decay() {
                Decay::Floor => 0,
                Decay::Ceiling => 1_u32.wrapping_shl(decay_shift).wrapping_sub(1),
            },
            decay_mask: if decay_shift == 0 { 0 } else { u32::MAX },
            learning_shift,
            bias_up,
            bias_down,
        }
    }

    /// The reward, saturated.
    #[inline(always)]
    pub(crate) fn reward(&self, reward: i32) -> i32 {
        clamp(reward, self.min_reward, self.max_reward)
    }

    /// `v - v / 2^shift`.
    #[inline(always)]
    pub(crate) fn decayed(&self, v: u32) -> u32 {
        let loss = v.wrapping_add(self.decay_bias).wrapping_shr(self.decay_shift);
        v.wrapping_sub(loss & self.decay_mask)
    }

    /// The eligibility after a step, from the *old* traces: decayed in magnitude, plus what the pair of spikes adds.
    #[inline(always)]
    pub(crate) fn eligibility(&self, e: i32, pre: bool, post: bool, pre_trace: u32, post_trace: u32) -> i32 {
        let last_pre = if pre { self.max_trace } else { pre_trace };
        let potentiation = if post { as_signed(last_pre.wrapping_shr(self.pairing_shift)) } else { 0 };
        let depression = if pre { as_signed(post_trace.wrapping_shr(self.pairing_shift)) } else { 0 };
        self.paired(e, potentiation, depression)
    }

    /// `clamp(D(e) + potentiation - depression)`.
    #[inline(always)]
    pub(crate) fn paired(&self, e: i32, potentiation: i32, depression: i32) -> i32 {
        let magnitude = as_signed(self.decayed(e.unsigned_abs()));
        let decayed = if e < 0 { magnitude.wrapping_neg() } else { magnitude };
        let sum = decayed.wrapping_add(potentiation).wrapping_sub(depression);
        clamp(sum, self.min_eligibility, self.max_eligibility)
    }

    /// The weight after a step, from the saturated reward and the *new* eligibility.
    #[inline(always)]
    pub(crate) fn weight(&self, w: u32, reward: i32, e: i32) -> u32 {
        let product = i64::from(reward).wrapping_mul(i64::from(e));
        let bias = if product < 0 { self.bias_down } else { self.bias_up };
        let change = product.wrapping_add(bias).wrapping_shr(self.learning_shift);
        let weight = i64::from(w).wrapping_add(change).max(0).min(i64::from(self.max_weight));
        low_word(weight)
    }

    /// A trace after a step: set by a spike, else decayed.
    #[inline(always)]
    pub(crate) fn trace(&self, trace: u32, spike: bool) -> u32 {
        if spike {
            self.max_trace
        } else {
            self.decayed(trace)
        }
    }
}

/// `Ord::clamp` without its assertion.
#[inline(always)]
pub(crate) fn clamp(v: i32, low: i32, high: i32) -> i32 {
    v.max(low).min(high)
}

/// A trace or a magnitude: at most 30 bits.
#[inline(always)]
#[allow(clippy::cast_possible_wrap)]
pub(crate) fn as_signed(v: u32) -> i32 {
    v as i32
}

/// A weight: clamped to 31 bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn low_word(v: i64) -> u32 {
    v as u32
}
