//! The four rules: what each computes, and what its name promises that it does not keep.

use super::{bcm, eligent, reward_stdp, stdp};

/// The rule of a [`RuleLayer`](super::RuleLayer).
///
/// These are the elementwise rules of the reference package's native library, step by step and with all their
/// shortcuts, so that its callers can change libraries and find the same numbers. One thing differs: a weight that
/// an overflow makes something other than a number becomes 0 where it is brought into [0, 1], and so is not lost
/// for ever. All arithmetic is `f32`, rounded after every operation.
///
/// In the equations `pre`, `post` are the spikes of the step (0 or 1), `reward` and `dt` its other inputs, `w` the
/// weight, and `a`, `b` the parameters of [`RuleLayer::new`](super::RuleLayer::new). The numbered steps happen in
/// that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// An eligibility trace and a reward; id 0.
    ///
    /// Target rate `max(a, 0.01)`, time constant of the eligibility `tau = max(b, 0.01)`. At first the threshold
    /// is 1, the eligibility `e` 0, and the sum of weights `S` equals `w`.
    ///
    /// 1. `threshold += 0.001 (post - target) dt`
    /// 2. `e += pre`
    /// 3. `e *= exp(-dt / tau)`
    /// 4. `w += e reward`, `S += e reward`
    /// 5. If `S > 0`: `w *= 1 / S`, `S = 1`.
    ///
    /// The name is the reference's own. The parts are those of reward-modulated plasticity with an eligibility
    /// trace (E. M. Izhikevich 2007, doi:10.1093/cercor/bhl152), intrinsic plasticity of the threshold (W. Zhang &
    /// D. J. Linden 2003, doi:10.1038/nrn1248) and multiplicative normalization (K. D. Miller & D. J. C.
    /// `MacKay` 1994, doi:10.1162/neco.1994.6.1.100), but:
    ///
    /// * `S` is the sum of this weight alone. **As long as it stays above 0, every step makes the weight 1**, up to
    ///   rounding and whatever it was. Only a weight whose sum is 0 or less moves, and it may go below 0 without
    ///   bound, up to what is not finite.
    /// * The eligibility knows the presynaptic spike only; the postsynaptic one moves the threshold.
    /// * Nothing reads the threshold.
    Eligent,
    /// Pair-based STDP; id 1.
    ///
    /// `A+ = max(a, 0.001)`, `A- = A+ / 2`, both traces with a time constant of 20; `b` is **ignored**, and the
    /// reward too.
    ///
    /// 1. `pre_trace *= exp(-dt / 20)`, `post_trace *= exp(-dt / 20)`
    /// 2. If `post`: `w += A+ pre_trace`. If `pre`: `w -= A- post_trace`.
    /// 3. `pre_trace += pre`, `post_trace += post`
    /// 4. `w` is brought into [0, 1].
    ///
    /// S. Song, K. D. Miller & L. F. Abbott 2000, doi:10.1038/78829: there depression slightly outweighs
    /// potentiation, here it is half of it, so weights rise under uncorrelated spikes. `a = 0` does not switch
    /// learning off. The traces are read before they take up the spikes of the step, so a coincidence alone
    /// changes nothing.
    Stdp,
    /// Pair-based STDP whose changes wait for a reward; id 2.
    ///
    /// `A+`, `A-` and traces as in [`Stdp`](Self::Stdp); time constant of the eligibility `tau = max(b, 0.01)`.
    ///
    /// 1. Both traces decay.
    /// 2. If `post`: `e += A+ pre_trace`. If `pre`: `e -= A- post_trace`.
    /// 3. `e *= exp(-dt / tau)`
    /// 4. `w += e reward`, brought into [0, 1].
    /// 5. `pre_trace += pre`, `post_trace += post`
    ///
    /// E. M. Izhikevich 2007, doi:10.1093/cercor/bhl152; R. V. Florian 2007, doi:10.1162/neco.2007.19.6.1468.
    /// Izhikevich's dopamine concentration, which outlasts the reward, is left out: a reward acts in its own step.
    /// A fresh eligibility has decayed once before it is read.
    RewardStdp,
    /// A sliding threshold; id 3.
    ///
    /// Learning rate `eta = max(a, 0.0001)`, time constant of both averages `tau = max(b, 1)`. At first the
    /// threshold `theta` is 0.5 and the mean activity 0. The reward is ignored.
    ///
    /// 1. `w += eta post (post - theta) pre dt`, brought into [0, 1].
    /// 2. `mean += (post - mean) dt / tau`
    /// 3. `theta = max(0.01, theta + (mean^2 - theta) dt / tau)`
    ///
    /// E. L. Bienenstock, L. N. Cooper & P. W. Munro 1982, doi:10.1523/JNEUROSCI.02-01-00032.1982. There the
    /// activity is a rate, and a weak response depresses. Here it is a spike: `post` is 0, and nothing happens, or
    /// 1, which is never below `theta` as long as `dt <= tau`: **the rule can only potentiate.** With `dt > tau`
    /// the averages overshoot, with `dt > 2 tau` without bound.
    Bcm,
}

impl RuleKind {
    /// The rule of this number in the C interface, if there is one.
    #[must_use]
    pub const fn from_id(id: u32) -> Option<Self> {
        match id {
            0 => Some(Self::Eligent),
            1 => Some(Self::Stdp),
            2 => Some(Self::RewardStdp),
            3 => Some(Self::Bcm),
            _ => None,
        }
    }

    /// The number of the rule in the C interface and in saved states.
    #[must_use]
    pub const fn id(self) -> u32 {
        match self {
            Self::Eligent => 0,
            Self::Stdp => 1,
            Self::RewardStdp => 2,
            Self::Bcm => 3,
        }
    }

    pub(super) const fn layout(self) -> &'static Layout {
        match self {
            Self::Eligent => &eligent::LAYOUT,
            Self::Stdp => &stdp::LAYOUT,
            Self::RewardStdp => &reward_stdp::LAYOUT,
            Self::Bcm => &bcm::LAYOUT,
        }
    }
}

/// What the elements of a rule keep.
#[derive(Debug)]
pub(super) struct Layout {
    /// Least effective values of `a` and `b`.
    pub(super) least: [f32; 2],
    /// One per variable, the weight first.
    pub(super) columns: &'static [Column],
    /// How many of them, from the first, the saved state of version 1 holds.
    pub(super) n_saved_v1: usize,
}

/// One variable of all elements.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// What it starts with; `None` is the weight given.
    pub(super) start: Option<f32>,
    /// Whether a reset takes it back to its start.
    pub(super) resets: bool,
}

impl Column {
    pub(super) const fn kept(name: &'static str, start: Option<f32>) -> Self {
        Self { name, start, resets: false }
    }

    pub(super) const fn reset(name: &'static str, start: f32) -> Self {
        Self { name, start: Some(start), resets: true }
    }
}
