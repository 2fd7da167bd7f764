//! What a synapse is made of: widths, shifts and how it rounds.

use core::fmt;

/// Widths and shifts of a synapse, checked once.
///
/// | parameter | range | default | meaning |
/// |---|---|---|---|
/// | `weight_bits` | 1..=31 | 16 | the weight is in `0..=2^weight_bits - 1` |
/// | `trace_bits` | 2..=30 | 12 | traces are in `0..=2^trace_bits - 1`, the eligibility is signed with as many bits |
/// | `reward_bits` | 1..=30 | 8 | rewards are clamped to that many signed bits; 1 bit means -1 or 0 |
/// | `learning_shift` | 0..=30 | 4 | the weight moves by `reward * eligibility / 2^learning_shift` |
/// | `trace_decay_shift` | 0..=30 | 4 | traces and eligibility lose `1 / 2^trace_decay_shift` per step; 0 means no decay |
///
/// Everything is `const`: a configuration, and a synapse, can stand in a `static`.
///
/// ```
/// use sc_online_o1::{Config, Decay, Rounding};
///
/// const CONFIG: Config = match Config::new(8, 6, 4, 3, 2) {
///     Ok(config) => config.with_rounding(Rounding::Nearest).with_decay(Decay::Ceiling),
///     Err(_) => panic!("widths in range"),
/// };
/// assert_eq!(CONFIG.max_weight(), 255);
/// assert_eq!(CONFIG.per_synapse_state_bits(), 8 + 3 * 6);
/// assert!(Config::new(32, 6, 4, 3, 2).is_err());
/// ```
///
/// With feature `serde` it is a map of these names and of `pairing_shift`, `rounding` and `decay`; where one is missing it is
/// the default, and one that is unknown or out of range is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "crate::unchecked::Config"))]
pub struct Config {
    weight_bits: u8,
    trace_bits: u8,
    reward_bits: u8,
    learning_shift: u8,
    trace_decay_shift: u8,
    pairing_shift: u8,
    rounding: Rounding,
    decay: Decay,
}

/// How `reward * eligibility / 2^learning_shift` becomes an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Rounding {
    /// Downwards, as an arithmetic shift does. Small negative changes become -1 and small positive ones 0, so that
    /// rewards of mean zero wear the weight down: by 0.45 a step with the default widths and 1 % random spikes.
    #[default]
    Floor,
    /// Towards zero: changes below 1 are lost, alike in both directions.
    TowardZero,
    /// To the nearest integer, halves away from zero: no drift, and changes from 1/2 on count.
    Nearest,
}

/// How traces and eligibility decay by `v / 2^trace_decay_shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Decay {
    /// The loss is rounded down: below `2^trace_decay_shift` nothing is lost any more, and credit never expires.
    #[default]
    Floor,
    /// The loss is rounded up: everything reaches zero.
    Ceiling,
}

/// A parameter out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConfigError {
    /// Which parameter.
    pub parameter: &'static str,
    /// What was asked for.
    pub value: u8,
    /// The smallest and the largest value that it may have.
    pub range: (u8, u8),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.range;
        write!(f, "{} must be in {}..={}, got {}", self.parameter, low, high, self.value)
    }
}

impl Config {
    /// 16-bit weight, 12-bit traces, 8-bit reward, both shifts 4.
    pub const DEFAULT: Self = Self {
        weight_bits: 16,
        trace_bits: 12,
        reward_bits: 8,
        learning_shift: 4,
        trace_decay_shift: 4,
        pairing_shift: 0,
        rounding: Rounding::Floor,
        decay: Decay::Floor,
    };

    /// Checks the five parameters; see the table above.
    ///
    /// # Errors
    /// [`ConfigError`] naming the first one out of range.
    pub const fn new(
        weight_bits: u8,
        trace_bits: u8,
        reward_bits: u8,
        learning_shift: u8,
        trace_decay_shift: u8,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::DEFAULT;
        config.weight_bits = weight_bits;
        config.trace_bits = trace_bits;
        config.reward_bits = reward_bits;
        config.learning_shift = learning_shift;
        config.trace_decay_shift = trace_decay_shift;
        let checks = [
            ("weight_bits", weight_bits, (1, 31)),
            ("trace_bits", trace_bits, (2, 30)),
            ("reward_bits", reward_bits, (1, 30)),
            ("learning_shift", learning_shift, (0, 30)),
            ("trace_decay_shift", trace_decay_shift, (0, 30)),
        ];
        let mut k = 0;
        while k < checks.len() {
            let (parameter, value, range) = checks[k];
            if value < range.0 || value > range.1 {
                return Err(ConfigError { parameter, value, range });
            }
            k = k.wrapping_add(1);
        }
        Ok(config)
    }

    /// The same, rounding weight changes this way.
    #[must_use]
    pub const fn with_rounding(mut self, rounding: Rounding) -> Self {
        self.rounding = rounding;
        self
    }

    /// The same, with traces and eligibility decaying this way.
    #[must_use]
    pub const fn with_decay(mut self, decay: Decay) -> Self {
        self.decay = decay;
        self
    }

    /// The same, with a trace divided by `2^pairing_shift` where it enters the eligibility, 0..=30; 0 is the default.
    ///
    /// Traces are unsigned and the eligibility is signed with as many bits, so without this shift a fresh pair saturates
    /// it and all intervals below a dozen steps look the same. A shift of 1 or 2 gives the timing back.
    ///
    /// # Errors
    /// [`ConfigError`] if it is above 30.
    pub const fn with_pairing_shift(mut self, pairing_shift: u8) -> Result<Self, ConfigError> {
        if pairing_shift > 30 {
            return Err(ConfigError { parameter: "pairing_shift", value: pairing_shift, range: (0, 30) });
        }
        self.pairing_shift = pairing_shift;
        Ok(self)
    }

    /// Bits of the weight.
    pub const fn weight_bits(&self) -> u8 {
        self.weight_bits
    }

    /// Bits of each trace and of the eligibility.
    pub const fn trace_bits(&self) -> u8 {
        self.trace_bits
    }

    /// Signed bits of the reward.
    pub const fn reward_bits(&self) -> u8 {
        self.reward_bits
    }

    /// How far the product of reward and eligibility is shifted down.
    pub const fn learning_shift(&self) -> u8 {
        self.learning_shift
    }

    /// The logarithm of the decay's time constant in steps.
    pub const fn trace_decay_shift(&self) -> u8 {
        self.trace_decay_shift
    }

    /// How far a trace is shifted down where it enters the eligibility.
    pub const fn pairing_shift(&self) -> u8 {
        self.pairing_shift
    }

    /// How weight changes are rounded.
    pub const fn rounding(&self) -> Rounding {
        self.rounding
    }

    /// How traces and eligibility decay.
    pub const fn decay(&self) -> Decay {
        self.decay
    }

    /// Whether roundings, decay and pairing are the default ones, which is all that an SC-NIR annotation can describe.
    pub const fn has_default_modes(&self) -> bool {
        matches!((self.rounding, self.decay, self.pairing_shift), (Rounding::Floor, Decay::Floor, 0))
    }

    /// The largest weight; the smallest is 0.
    pub const fn max_weight(&self) -> u32 {
        1_u32.wrapping_shl(self.weight_bits as u32).wrapping_sub(1)
    }

    /// The largest trace, and the value that a spike sets it to; the smallest is 0.
    pub const fn max_trace(&self) -> u32 {
        1_u32.wrapping_shl(self.trace_bits as u32).wrapping_sub(1)
    }

    /// The smallest eligibility.
    pub const fn min_eligibility(&self) -> i32 {
        min_signed(self.trace_bits)
    }

    /// The largest eligibility.
    pub const fn max_eligibility(&self) -> i32 {
        !min_signed(self.trace_bits)
    }

    /// The smallest reward.
    pub const fn min_reward(&self) -> i32 {
        min_signed(self.reward_bits)
    }

    /// The largest reward.
    pub const fn max_reward(&self) -> i32 {
        !min_signed(self.reward_bits)
    }

    /// Bits that a synapse remembers: its weight, two traces and an eligibility. However long a sequence is, there is
    /// nothing else.
    pub const fn per_synapse_state_bits(&self) -> u32 {
        (self.weight_bits as u32).wrapping_add(3_u32.wrapping_mul(self.trace_bits as u32))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// `-2^(bits - 1)`.
const fn min_signed(bits: u8) -> i32 {
    (-1_i32).wrapping_shl((bits as u32).wrapping_sub(1))
}
