//! One step of [`RuleKind::Eligent`](super::RuleKind::Eligent).

use super::kernel::Rule;
use super::kind::{Column, Layout};

pub(super) const LAYOUT: Layout = Layout {
    least: [0.01, 0.01],
    columns: &[
        Column::kept("weight", None),
        Column::kept("threshold", Some(1.0)),
        Column::reset("eligibility", 0.0),
        Column::kept("weight_sum", None),
    ],
    n_saved_v1: 3,
};

/// Which column is the threshold.
pub(super) const THRESHOLD: usize = 1;
/// How fast the threshold follows the rate.
const THRESHOLD_RATE: f32 = 0.001;
/// What the weights are to sum up to.
const TARGET_SUM: f32 = 1.0;

/// The constants of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eligent {
    target_rate: f32,
    decay: f32,
    dt: f32,
}

impl Rule<4> for Eligent {
    fn of([a, b]: [f32; 2], dt: f32) -> Self {
        Self { target_rate: a, decay: (-dt / b).exp(), dt }
    }

    #[inline(always)]
    fn update(self, [w, threshold, e, sum]: [f32; 4], pre: bool, post: bool, reward: f32) -> [f32; 4] {
        let y = f32::from(u8::from(post));
        let threshold = threshold + THRESHOLD_RATE * (y - self.target_rate) * self.dt;
        let e = if pre { e + 1.0 } else { e } * self.decay;
        let (w, sum) = (w + e * reward, sum + e * reward);
        if sum > 0.0 { [w * (TARGET_SUM / sum), threshold, e, TARGET_SUM] } else { [w, threshold, e, sum] }
    }
}
