//! One step of [`RuleKind::Stdp`](super::RuleKind::Stdp).

use super::kernel::{Rule, unit_interval};
use super::kind::{Column, Layout};

pub(super) const LAYOUT: Layout = Layout {
    least: [0.001, 0.0],
    columns: &[
        Column::kept("weight", None),
        Column::reset("pre_trace", 0.0),
        Column::reset("post_trace", 0.0),
    ],
    n_saved_v1: 3,
};

/// Time constant of both traces, in the unit of `dt`.
pub(super) const TAU: f32 = 20.0;

/// The constants of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stdp {
    potentiation: f32,
    depression: f32,
    decay: f32,
}

impl Rule<3> for Stdp {
    fn of([a, _]: [f32; 2], dt: f32) -> Self {
        Self { potentiation: a, depression: a / 2.0, decay: (-dt / TAU).exp() }
    }

    #[inline(always)]
    fn update(self, [w, pre_trace, post_trace]: [f32; 3], pre: bool, post: bool, _: f32) -> [f32; 3] {
        let (pre_trace, post_trace) = (pre_trace * self.decay, post_trace * self.decay);
        let w = if post { w + self.potentiation * pre_trace } else { w };
        let w = if pre { w - self.depression * post_trace } else { w };
        let pre_trace = if pre { pre_trace + 1.0 } else { pre_trace };
        let post_trace = if post { post_trace + 1.0 } else { post_trace };
        [unit_interval(w), pre_trace, post_trace]
    }
}
