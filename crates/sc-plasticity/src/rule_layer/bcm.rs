//! One step of [`RuleKind::Bcm`](super::RuleKind::Bcm).

use super::kernel::{Rule, unit_interval};
use super::kind::{Column, Layout};

pub(super) const LAYOUT: Layout = Layout {
    least: [0.0001, 1.0],
    columns: &[
        Column::kept("weight", None),
        Column::reset("threshold", 0.5),
        Column::reset("mean_activity", 0.0),
    ],
    n_saved_v1: 2,
};

/// The threshold goes no lower.
const LEAST_THRESHOLD: f32 = 0.01;

/// The constants of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bcm {
    eta: f32,
    tau: f32,
    dt: f32,
}

impl Rule<3> for Bcm {
    fn of([a, b]: [f32; 2], dt: f32) -> Self {
        Self { eta: a, tau: b, dt }
    }

    #[inline(always)]
    fn update(self, [w, theta, mean]: [f32; 3], pre: bool, post: bool, _: f32) -> [f32; 3] {
        let Self { eta, tau, dt } = self;
        let (x, y) = (f32::from(u8::from(pre)), f32::from(u8::from(post)));
        let w = unit_interval(w + eta * y * (y - theta) * x * dt);
        let mean = mean + (y - mean) * dt / tau;
        let theta = theta + (mean * mean - theta) * dt / tau;
        [w, if theta > LEAST_THRESHOLD { theta } else { LEAST_THRESHOLD }, mean]
    }
}
