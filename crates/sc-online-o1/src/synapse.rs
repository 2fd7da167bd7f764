//! One synapse: the specification that banks, crossbars, C, Python and hardware must match bit for bit.

use core::fmt;

use crate::rule::Rule;
use crate::Config;

/// The whole state of a synapse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
#[repr(C)]
pub struct Snapshot {
    /// Weight, in `0..=max_weight`.
    pub weight: u32,
    /// Trace of presynaptic spikes, in `0..=max_trace`.
    pub pre_trace: u32,
    /// Trace of postsynaptic spikes, in `0..=max_trace`.
    pub post_trace: u32,
    /// Eligibility, in `min_eligibility..=max_eligibility`.
    pub eligibility: i32,
}

/// A synapse with reward-modulated, nearest-spike STDP in fixed point.
///
/// One step, with spikes `pre` and `post` and a reward:
///
/// ```text
/// 1. r  = reward, clamped to its bits
/// 2. e' = clamp(D(e) + post * (pre ? max_trace : pre_trace) - pre * post_trace)
/// 3. w' = clamp(w + floor(r * e' / 2^learning_shift), 0, max_weight)
/// 4. pre_trace'  = pre  ? max_trace : D(pre_trace)
///    post_trace' = post ? max_trace : D(post_trace)
/// ```
///
/// where `D(v) = v - floor(v / 2^trace_decay_shift)` for `v >= 0`, `D(-v) = -D(v)`, and `D(v) = v` if the shift is 0.
/// Step 2 reads the traces as they were before the step and before their decay; step 3 reads the new eligibility. Spikes
/// that coincide count as pre before post, with a full trace, less what the last post-spike left. [`Rounding`](crate::Rounding),
/// [`Decay`](crate::Decay) and the pairing shift of [`Config`] change the roundings of steps 2 and 3 where asked to.
///
/// Four numbers of bounded width are all the state there is: the effort and the memory of a step do not depend on what
/// came before. A step cannot overflow, fail or panic, whatever its arguments are.
///
/// The three factors follow Izhikevich 2007 (<https://doi.org/10.1093/cercor/bhl152>) and Frémaux & Gerstner 2016
/// (<https://doi.org/10.3389/fncir.2015.00085>); set instead of added traces pair nearest spikes (Morrison, Diesmann &
/// Gerstner 2008, <https://doi.org/10.1007/s00422-008-0233-1>). Unlike there, decays are linear shifts of integers.
///
/// ```
/// use sc_online_o1::{Config, Synapse};
///
/// let mut synapse = Synapse::new(Config::DEFAULT, 1000);
/// synapse.step(true, false, 0);
/// let after = synapse.step(false, true, 3); // pre before post, then a reward
/// assert_eq!((after.weight, after.eligibility), (1000 + 3 * 2047 / 16, 2047));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Synapse {
    config: Config,
    state: Snapshot,
}

impl Synapse {
    /// A synapse without a past. A weight above the largest becomes the largest.
    pub const fn new(config: Config, initial_weight: u32) -> Self {
        let max = config.max_weight();
        let weight = if initial_weight > max { max } else { initial_weight };
        Self { config, state: Snapshot { weight, pre_trace: 0, post_trace: 0, eligibility: 0 } }
    }

    /// A synapse that goes on from a snapshot.
    ///
    /// # Errors
    /// [`StateError`] naming the first number that the configuration has no room for.
    pub const fn restore(config: Config, state: Snapshot) -> Result<Self, StateError> {
        let e = state.eligibility;
        let (variable, value, range) = if state.weight > config.max_weight() {
            ("weight", state.weight as i64, (0, config.max_weight() as i64))
        } else if state.pre_trace > config.max_trace() {
            ("pre_trace", state.pre_trace as i64, (0, config.max_trace() as i64))
        } else if state.post_trace > config.max_trace() {
            ("post_trace", state.post_trace as i64, (0, config.max_trace() as i64))
        } else if e < config.min_eligibility() || e > config.max_eligibility() {
            ("eligibility", e as i64, (config.min_eligibility() as i64, config.max_eligibility() as i64))
        } else {
            return Ok(Self { config, state });
        };
        Err(StateError { variable, value, range })
    }

    /// One time step; returns the state after it. A reward beyond `reward_bits` counts as the nearest one within.
    #[inline]
    pub fn step(&mut self, pre: bool, post: bool, reward: i32) -> Snapshot {
        let rule = Rule::new(&self.config);
        let Snapshot { weight, pre_trace, post_trace, eligibility } = self.state;
        let eligibility = rule.eligibility(eligibility, pre, post, pre_trace, post_trace);
        self.state = Snapshot {
            weight: rule.weight(weight, rule.reward(reward), eligibility),
            pre_trace: rule.trace(pre_trace, pre),
            post_trace: rule.trace(post_trace, post),
            eligibility,
        };
        self.state
    }

    /// The state as it is.
    pub const fn snapshot(&self) -> Snapshot {
        self.state
    }

    /// The configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The state in the lowest [`per_synapse_state_bits`](Config::per_synapse_state_bits) bits, the weight lowest, then
    /// pre-trace, post-trace and eligibility (two's complement).
    #[allow(clippy::cast_sign_loss)]
    pub const fn to_bits(&self) -> u128 {
        let (w, t) = (self.config.weight_bits() as u32, self.config.trace_bits() as u32);
        let Snapshot { weight, pre_trace, post_trace, eligibility } = self.state;
        let eligibility = eligibility as u32 & self.config.max_trace();
        let traces = (pre_trace as u128)
            | (post_trace as u128).wrapping_shl(t)
            | (eligibility as u128).wrapping_shl(t.wrapping_add(t));
        (weight as u128) | traces.wrapping_shl(w)
    }

    /// The synapse whose state [`to_bits`](Self::to_bits) gave. Every pattern of that many bits is a state; higher bits are
    /// not looked at.
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    pub const fn from_bits(config: Config, bits: u128) -> Self {
        let (w, t) = (config.weight_bits() as u32, config.trace_bits() as u32);
        let traces = bits.wrapping_shr(w);
        let unused = 32_u32.wrapping_sub(t);
        let eligibility = traces.wrapping_shr(t.wrapping_add(t)) as u32;
        let state = Snapshot {
            weight: bits as u32 & config.max_weight(),
            pre_trace: traces as u32 & config.max_trace(),
            post_trace: traces.wrapping_shr(t) as u32 & config.max_trace(),
            eligibility: (eligibility.wrapping_shl(unused) as i32).wrapping_shr(unused),
        };
        Self { config, state }
    }
}

/// A number that does not fit the widths of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateError {
    /// Which variable.
    pub variable: &'static str,
    /// What it was.
    pub value: i64,
    /// The smallest and the largest value that it may have.
    pub range: (i64, i64),
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.range;
        write!(f, "{} must be in {}..={}, got {}", self.variable, low, high, self.value)
    }
}
