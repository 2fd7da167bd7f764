//! One step of [`RuleKind::RewardStdp`](super::RuleKind::RewardStdp).

use super::kernel::{Rule, unit_interval};
use super::kind::{Column, Layout};
use super::stdp::TAU;

pub(super) const LAYOUT: Layout = Layout {
    least: [0.001, 0.01],
    columns: &[
        Column::kept("weight", None),
        Column::reset("pre_trace", 0.0),
        Column::reset("post_trace", 0.0),
        Column::reset("eligibility", 0.0),
    ],
    n_saved_v1: 4,
};

/// The constants of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct RewardStdp {
    potentiation: f32,
    depression: f32,
    trace_decay: f32,
    eligibility_decay: f32,
}

impl Rule<4> for RewardStdp {
    fn of([a, b]: [f32; 2], dt: f32) -> Self {
        let (trace_decay, eligibility_decay) = ((-dt / TAU).exp(), (-dt / b).exp());
        Self { potentiation: a, depression: a / 2.0, trace_decay, eligibility_decay }
    }

    #[inline(always)]
    fn update(self, state: [f32; 4], pre: bool, post: bool, reward: f32) -> [f32; 4] {
        let [w, pre_trace, post_trace, e] = state;
        let (pre_trace, post_trace) = (pre_trace * self.trace_decay, post_trace * self.trace_decay);
        let e = if post { e + self.potentiation * pre_trace } else { e };
        let e = if pre { e - self.depression * post_trace } else { e };
        let e = e * self.eligibility_decay;
        let w = unit_interval(w + e * reward);
        let pre_trace = if pre { pre_trace + 1.0 } else { pre_trace };
        let post_trace = if post { post_trace + 1.0 } else { post_trace };
        [w, pre_trace, post_trace, e]
    }
}
