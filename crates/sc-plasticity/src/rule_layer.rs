//! Many equal plastic elements side by side: the reference package's rule layer.

mod bcm;
mod eligent;
mod kernel;
mod kind;
mod reward_stdp;
mod sampling;
mod saved;
mod stdp;

pub use kind::RuleKind;

use std::hint;

use crate::Error;
use kernel::{Axis, Input};

/// `n` independent elements of one rule, each with a weight, a presynaptic and a postsynaptic side.
///
/// The layer is not connected to anything: it is told who spiked. What a step does is said at [`RuleKind`], along
/// with what to expect of these rules and what not. New work is better served by the other rules of this crate.
///
/// Every variable of the rule lies in an array of its own, and a step is vector code for the processor at hand,
/// with the same bits on each.
///
/// ```
/// use sc_plasticity::{RuleKind, RuleLayer};
/// let mut layer = RuleLayer::new(RuleKind::Stdp, 3, 0.5, 0.01, 0.0)?;
/// layer.step(&[1, 1, 0], &[0, 0, 0], &[0.0; 3], 1.0)?; // two presynaptic spikes
/// layer.step(&[0, 0, 0], &[1, 0, 1], &[0.0; 3], 1.0)?; // two postsynaptic ones, a step later
/// assert!(layer.weights()[0] > 0.5);
/// assert_eq!(layer.weights()[1..], [0.5, 0.5]);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RuleLayer {
    kind: RuleKind,
    /// What became of `a` and `b`.
    parameters: [f32; 2],
    /// One per variable, the weight first, all of the same length.
    columns: Vec<Vec<f32>>,
}

impl RuleLayer {
    /// `n` elements with this weight, `0 < n < 2^32`, the weight in [0, 1], `a` and `b` finite and not negative.
    /// What `a` and `b` are, and how small they can be, depends on the rule: see [`RuleKind`].
    ///
    /// # Errors
    /// [`Error::Parameter`] names what is out of range; [`Error::TooManyElements`] if memory is refused.
    pub fn new(kind: RuleKind, n: usize, weight: f32, a: f32, b: f32) -> Result<Self, Error> {
        for (name, value) in [("a", a), ("b", b)] {
            Error::require(value.is_finite() && value >= 0.0, name, value.into(), "finite and not negative")?;
        }
        Error::require((0.0..=1.0).contains(&weight), "weight", weight.into(), "in [0, 1]")?;
        Error::require(n > 0, "n", 0.0, "at least 1")?;
        let layout = kind.layout();
        // A saved state counts with 32 bits, and has to fit into memory too.
        let too_many = || Error::TooManyElements { n };
        u32::try_from(n).map_err(|_| too_many())?;
        saved::largest_len(layout, n).ok_or_else(too_many)?;
        // Linux judges each request for memory by itself, grants three that would fit one at a time, and kills whoever
        // fills them. So ask for all at once first, and keep the optimizer from doing without.
        let mut room = Vec::<[f32; 4]>::new();
        room.try_reserve_exact(n.div_ceil(4).saturating_mul(layout.columns.len())).map_err(|_| too_many())?;
        hint::black_box(&room);
        drop(room);
        let mut columns = vec![Vec::new(); layout.columns.len()];
        for column in &mut columns {
            column.try_reserve_exact(n).map_err(|_| too_many())?;
        }
        for (values, column) in columns.iter_mut().zip(layout.columns) {
            values.resize(n, column.start.unwrap_or(weight));
        }
        Ok(Self { kind, parameters: [a.max(layout.least[0]), b.max(layout.least[1])], columns })
    }

    /// One [`Eligent`](RuleKind::Eligent) element with a threshold and a target rate of its own, and an eligibility
    /// time constant of 0.95. The threshold is finite and above 0, the target rate finite and not negative, and
    /// taken as it is; the weight is in [0, 1].
    ///
    /// # Errors
    /// [`Error::Parameter`] names what is out of range.
    pub fn learner(threshold: f32, target_rate: f32, weight: f32) -> Result<Self, Error> {
        const TAU: f32 = 0.95;
        let valid = threshold.is_finite() && threshold > 0.0;
        Error::require(valid, "threshold", threshold.into(), "finite and > 0")?;
        let valid = target_rate.is_finite() && target_rate >= 0.0;
        Error::require(valid, "target_rate", target_rate.into(), "finite and not negative")?;
        let mut layer = Self::new(RuleKind::Eligent, 1, weight, target_rate, TAU)?;
        layer.parameters[0] = target_rate;
        layer.columns[eligent::THRESHOLD][0] = threshold;
        Ok(layer)
    }

    /// The rule.
    #[must_use]
    pub fn kind(&self) -> RuleKind {
        self.kind
    }

    /// Number of elements, at least 1.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.columns[0].len()
    }

    /// The weight of every element.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.columns[0]
    }

    /// Everything that changes, by name, one number per element: the weights first.
    pub fn state(&self) -> impl Iterator<Item = (&'static str, &[f32])> {
        self.kind
            .layout()
            .columns
            .iter()
            .zip(&self.columns)
            .map(|(column, values)| (column.name, &values[..]))
    }

    /// Returns traces, eligibilities and BCM's averages to their start. Weights stay, and with them ELIGENT's
    /// threshold and sum of weights.
    pub fn reset(&mut self) {
        for (values, column) in self.columns.iter_mut().zip(self.kind.layout().columns) {
            if let (true, Some(start)) = (column.resets, column.start) {
                values.fill(start);
            }
        }
    }

    /// One step of every element. A byte other than 0 is a spike; rewards are finite, also where the rule ignores
    /// them; `dt` is finite and above 0, in the unit of the rule's time constants.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Element`] or [`Error::Parameter`]. The layer is then unchanged.
    pub fn step(&mut self, pre: &[u8], post: &[u8], reward: &[f32], dt: f32) -> Result<(), Error> {
        check_lengths(self.len(), [("pre", pre.len()), ("post", post.len()), ("reward", reward.len())])?;
        check_rewards(reward, dt)?;
        self.run(Axis::Elements { first: 0 }, Input { pre, post, reward }, dt);
        Ok(())
    }

    /// As many steps of the only element of a layer as there are entries, the first entry first.
    ///
    /// # Errors
    /// Those of [`step`](Self::step), or [`Error::Length`] if there is more than one element. The layer is then
    /// unchanged.
    pub fn step_sequence(&mut self, pre: &[u8], post: &[u8], reward: &[f32], dt: f32) -> Result<(), Error> {
        Error::length("elements of a layer stepped in time", 1, self.len())?;
        check_lengths(pre.len(), [("pre", pre.len()), ("post", post.len()), ("reward", reward.len())])?;
        check_rewards(reward, dt)?;
        self.run(Axis::Time, Input { pre, post, reward }, dt);
        Ok(())
    }

    /// One step of every element with spikes drawn here, from a probability in [0, 1] for either side.
    ///
    /// Element `i` draws from xoshiro256++ (D. Blackman & S. Vigna 2021, doi:10.1145/3460772) seeded by `SplitMix64`
    /// from `seed + i`, wrapping: one number of 24 bits for `pre`, then one for `post`, and a spike is a number below
    /// the probability. These are the reference package's numbers, and its trap comes along: with `seed + 1` every
    /// element repeats the draws that its right neighbour made with `seed`. Let seeds be far apart.
    ///
    /// # Errors
    /// Those of [`step`](Self::step), with [`Error::Element`] also for a probability. The layer is then unchanged.
    pub fn step_analog(
        &mut self,
        p_pre: &[f32],
        p_post: &[f32],
        reward: &[f32],
        seed: u64,
        dt: f32,
    ) -> Result<(), Error> {
        /// Elements whose spikes are drawn at a time; both arrays fit into the nearest cache.
        const BLOCK: usize = 4096;
        let n = self.len();
        let lengths = [("p_pre", p_pre.len()), ("p_post", p_post.len()), ("reward", reward.len())];
        check_lengths(n, lengths)?;
        for (what, probabilities) in [("p_pre", p_pre), ("p_post", p_post)] {
            check_elements(what, probabilities, "in [0, 1]", |p| (0.0..=1.0).contains(&p))?;
        }
        check_rewards(reward, dt)?;
        let (mut pre, mut post) = ([0; BLOCK], [0; BLOCK]);
        for first in (0..n).step_by(BLOCK) {
            let block = first..n.min(first + BLOCK);
            let (pre, post) = (&mut pre[..block.len()], &mut post[..block.len()]);
            sampling::spikes(seed, first, (&p_pre[block.clone()], &p_post[block.clone()]), (pre, post));
            self.run(Axis::Elements { first }, Input { pre, post, reward: &reward[block] }, dt);
        }
        Ok(())
    }

    fn run(&mut self, axis: Axis, input: Input<'_>, dt: f32) {
        use kernel::{Rule, run};
        let (p, columns) = (self.parameters, &mut self.columns);
        match self.kind {
            RuleKind::Eligent => run(eligent::Eligent::of(p, dt), columns, axis, input),
            RuleKind::Stdp => run(stdp::Stdp::of(p, dt), columns, axis, input),
            RuleKind::RewardStdp => run(reward_stdp::RewardStdp::of(p, dt), columns, axis, input),
            RuleKind::Bcm => run(bcm::Bcm::of(p, dt), columns, axis, input),
        }
    }
}

fn check_lengths(expected: usize, lengths: [(&'static str, usize); 3]) -> Result<(), Error> {
    lengths.into_iter().try_for_each(|(what, got)| Error::length(what, expected, got))
}

fn check_rewards(reward: &[f32], dt: f32) -> Result<(), Error> {
    Error::require(dt.is_finite() && dt > 0.0, "dt", dt.into(), "finite and > 0")?;
    check_elements("reward", reward, "finite", f32::is_finite)
}

/// Looks at all numbers before it says no, which vector code can do and a search cannot.
#[inline(always)]
fn check_elements(
    what: &'static str,
    values: &[f32],
    expected: &'static str,
    valid: impl Fn(f32) -> bool,
) -> Result<(), Error> {
    let all_valid = sc_core::simd::pulp::Arch::new().dispatch(
        #[inline(always)]
        || values.iter().fold(true, |all, &value| all & valid(value)),
    );
    match values.iter().position(|&value| !all_valid && !valid(value)) {
        Some(position) => Err(Error::Element { what, position, value: values[position], expected }),
        None => Ok(()),
    }
}
