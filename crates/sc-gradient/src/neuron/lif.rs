//! The leaky integrate-and-fire neuron with immediate reset.

use sc_core::Real;

use super::{DifferentiableNeuron, Parameter};
use crate::Error;

/// How a spike resets the membrane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// Subtract the threshold; what exceeded it is kept.
    Subtract,
    /// Set the membrane to zero.
    Zero,
}

/// The leaky integrate-and-fire neuron, reset in the step of its spike.
///
/// ```text
/// u_t = beta m_{t-1} + I_t            beta = exp(-dt / tau_m); the input is not scaled
/// z_t = [u_t > v_threshold]
/// m_t = u_t - v_threshold z_t         (Reset::Subtract)
/// m_t = u_t (1 - z_t)                 (Reset::Zero)
/// ```
///
/// State: the membrane. Parameters, one of each per neuron: `beta` in [0, 1], `v_threshold` > 0 \[membrane units\].
/// With [`detach_reset`](Self::detach_reset) no gradient flows through the `z` of the reset (Zenke & Vogels 2021,
/// <https://doi.org/10.1162/neco_a_01367>); the threshold still receives its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lif {
    pub(super) beta: f64,
    pub(super) v_threshold: f64,
    pub(super) reset: Reset,
    pub(super) detach_reset: bool,
}

/// Position of each parameter.
pub(super) const BETA: usize = 0;
pub(super) const V_THRESHOLD: usize = 1;

impl Lif {
    /// With membrane time constant `tau_m` \[ms\] and step `dt` \[ms\], both finite and positive; threshold 1, subtracting
    /// reset, gradient through the reset.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn new(tau_m: f64, dt: f64) -> Result<Self, Error> {
        Ok(Self {
            beta: decay(tau_m, dt, "tau_m")?,
            v_threshold: 1.0,
            reset: Reset::Subtract,
            detach_reset: false,
        })
    }

    /// Sets the threshold \[membrane units\], finite and positive.
    ///
    /// # Errors
    /// [`Error::Parameter`] if it is not.
    pub fn v_threshold(mut self, v_threshold: f64) -> Result<Self, Error> {
        let valid = v_threshold.is_finite() && v_threshold > 0.0;
        Error::require(valid, "v_threshold", v_threshold, "finite and positive")?;
        self.v_threshold = v_threshold;
        Ok(self)
    }

    /// Sets how a spike resets the membrane.
    #[must_use]
    pub fn reset(mut self, reset: Reset) -> Self {
        self.reset = reset;
        self
    }

    /// Whether the gradient stops at the spike inside the reset.
    #[must_use]
    pub fn detach_reset(mut self, detach: bool) -> Self {
        self.detach_reset = detach;
        self
    }
}

/// `exp(-dt / tau)` of a checked time constant.
pub(super) fn decay(tau: f64, dt: f64, name: &'static str) -> Result<f64, Error> {
    Error::require(tau.is_finite() && tau > 0.0, name, tau, "finite and positive [ms]")?;
    Error::require(dt.is_finite() && dt > 0.0, "dt", dt, "finite and positive [ms]")?;
    Ok((-dt / tau).exp())
}

impl<R: Real> DifferentiableNeuron<R> for Lif {
    type State = [R; 1];
    type Parameters = [R; 2];
    const RECORD_IS_STATE: bool = true;

    fn parameters(&self) -> Vec<Parameter> {
        // Training keeps the neuron leaky and its threshold positive.
        vec![
            Parameter::new("beta", self.beta).within(0.0..=1.0),
            Parameter::new("v_threshold", self.v_threshold).within(1e-3..=f64::MAX),
        ]
    }

    #[inline(always)]
    fn integrate(&self, p: &[R; 2], m: &mut [R; 1], input: R) {
        m[0] = p[BETA] * m[0] + input;
    }

    #[inline(always)]
    fn membrane(&self, _: &[R; 2], u: &[R; 1]) -> R {
        u[0]
    }

    #[inline(always)]
    fn threshold(&self, p: &[R; 2], _: &[R; 1]) -> R {
        p[V_THRESHOLD]
    }

    #[inline(always)]
    fn fire(&self, p: &[R; 2], u: &mut [R; 1], z: R) {
        u[0] -= z * self.fall(p, u);
    }

    #[inline(always)]
    fn recall(&self, p: &[R; 2], before: &[R; 1], u: R) -> ([R; 1], R) {
        ([u], u - p[BETA] * before[0])
    }

    #[inline(always)]
    fn fire_adjoint(&self, p: &[R; 2], u: &[R; 1], z: R, adjoint: &mut [R; 1], gradient: &mut [R; 2]) -> R {
        let spike = if self.detach_reset { R::ZERO } else { -self.fall(p, u) * adjoint[0] };
        match self.reset {
            Reset::Subtract => gradient[V_THRESHOLD] -= z * adjoint[0],
            Reset::Zero => adjoint[0] *= R::ONE - z,
        }
        spike
    }

    #[inline(always)]
    fn membrane_adjoint(&self, _: &[R; 2], _: &[R; 1], g: R, adjoint: &mut [R; 1], _: &mut [R; 2]) {
        adjoint[0] += g;
    }

    #[inline(always)]
    fn threshold_adjoint(&self, _: &[R; 2], _: &[R; 1], g: R, _: &mut [R; 1], gradient: &mut [R; 2]) {
        gradient[V_THRESHOLD] += g;
    }

    #[inline(always)]
    fn integrate_adjoint(
        &self,
        p: &[R; 2],
        before: &[R; 1],
        adjoint: &mut [R; 1],
        gradient: &mut [R; 2],
    ) -> R {
        let input = adjoint[0];
        gradient[BETA] += input * before[0];
        adjoint[0] = p[BETA] * input;
        input
    }
}

impl Lif {
    /// How far the membrane falls at a spike.
    #[inline(always)]
    fn fall<R: Real>(&self, p: &[R; 2], u: &[R; 1]) -> R {
        match self.reset {
            Reset::Subtract => p[V_THRESHOLD],
            Reset::Zero => u[0],
        }
    }
}
