//! The leaky readout: a membrane that never spikes.

use sc_core::Real;

use super::lif::{BETA, decay};
use super::{DifferentiableNeuron, Parameter};
use crate::Error;

/// A leaky integrator whose membrane is the output of the network.
///
/// ```text
/// y_t = beta y_{t-1} + I_t            beta = exp(-dt / tau_m)
/// ```
///
/// State: the membrane `y`. Parameter: `beta` in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakyReadout {
    beta: f64,
}

impl LeakyReadout {
    /// With membrane time constant `tau_m` \[ms\] and step `dt` \[ms\], both finite and positive.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn new(tau_m: f64, dt: f64) -> Result<Self, Error> {
        Ok(Self { beta: decay(tau_m, dt, "tau_m")? })
    }
}

impl<R: Real> DifferentiableNeuron<R> for LeakyReadout {
    type State = [R; 1];
    type Parameters = [R; 1];
    const SPIKES: bool = false;
    const RECORD_IS_STATE: bool = true;

    fn parameters(&self) -> Vec<Parameter> {
        vec![Parameter::new("beta", self.beta).within(0.0..=1.0)]
    }

    #[inline(always)]
    fn integrate(&self, p: &[R; 1], y: &mut [R; 1], input: R) {
        y[0] = p[BETA] * y[0] + input;
    }

    #[inline(always)]
    fn membrane(&self, _: &[R; 1], y: &[R; 1]) -> R {
        y[0]
    }

    #[inline(always)]
    fn threshold(&self, _: &[R; 1], _: &[R; 1]) -> R {
        R::INFINITY
    }

    #[inline(always)]
    fn fire(&self, _: &[R; 1], _: &mut [R; 1], _: R) {}

    #[inline(always)]
    fn recall(&self, p: &[R; 1], before: &[R; 1], y: R) -> ([R; 1], R) {
        ([y], y - p[BETA] * before[0])
    }

    #[inline(always)]
    fn fire_adjoint(&self, _: &[R; 1], _: &[R; 1], _: R, _: &mut [R; 1], _: &mut [R; 1]) -> R {
        R::ZERO
    }

    #[inline(always)]
    fn membrane_adjoint(&self, _: &[R; 1], _: &[R; 1], g: R, adjoint: &mut [R; 1], _: &mut [R; 1]) {
        adjoint[0] += g;
    }

    #[inline(always)]
    fn threshold_adjoint(&self, _: &[R; 1], _: &[R; 1], _: R, _: &mut [R; 1], _: &mut [R; 1]) {}

    #[inline(always)]
    fn integrate_adjoint(
        &self,
        p: &[R; 1],
        before: &[R; 1],
        adjoint: &mut [R; 1],
        gradient: &mut [R; 1],
    ) -> R {
        let input = adjoint[0];
        gradient[BETA] += input * before[0];
        adjoint[0] = p[BETA] * input;
        input
    }
}
