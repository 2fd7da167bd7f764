//! The leaky integrate-and-fire neuron whose reset comes one step after the spike.

use sc_core::Real;

use super::lif::{BETA, V_THRESHOLD};
use super::{DifferentiableNeuron, Lif, Parameter, Reset};

/// The leaky integrate-and-fire neuron, reset one step after its spike; the reset itself is not decayed.
///
/// ```text
/// u_t = beta u_{t-1} + I_t - v_threshold z_{t-1}        (Reset::Subtract; Bellec et al. 2020, <https://doi.org/10.1038/s41467-020-17236-y>)
/// u_t = (beta u_{t-1} + I_t)(1 - z_{t-1})               (Reset::Zero)
/// z_t = [u_t > v_threshold]
/// ```
///
/// State: membrane and pending reset. Parameters as in [`Lif`]. With [`Reset::Zero`] the input that arrives in the step
/// after a spike is lost; the tape keeps the potential before that loss, since the gradient needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelayedLif {
    lif: Lif,
}

impl From<Lif> for DelayedLif {
    /// The same neuron, its reset one step later.
    fn from(lif: Lif) -> Self {
        Self { lif }
    }
}

impl DelayedLif {
    /// 1 for a reset to zero, 0 for a subtracting one: which of the two products below is real.
    #[inline(always)]
    fn zeroes<R: Real>(&self) -> R {
        if self.lif.reset == Reset::Zero { R::ONE } else { R::ZERO }
    }

    /// The share of the potential that survives the pending reset `r`.
    #[inline(always)]
    fn kept<R: Real>(&self, r: R) -> R {
        R::ONE - self.zeroes::<R>() * r
    }

    /// What the pending reset subtracts, per unit of it.
    #[inline(always)]
    fn subtracted<R: Real>(&self, p: &[R; 2]) -> R {
        (R::ONE - self.zeroes()) * p[V_THRESHOLD]
    }
}

impl<R: Real> DifferentiableNeuron<R> for DelayedLif {
    /// Potential and pending reset. Between `integrate` and `fire` the potential is the one before a reset to zero.
    type State = [R; 2];
    type Parameters = [R; 2];
    const RECORDS_MEMBRANE: bool = false;

    fn parameters(&self) -> Vec<Parameter> {
        DifferentiableNeuron::<R>::parameters(&self.lif)
    }

    #[inline(always)]
    fn integrate(&self, p: &[R; 2], state: &mut [R; 2], input: R) {
        state[0] = p[BETA] * state[0] + input - self.subtracted(p) * state[1];
    }

    #[inline(always)]
    fn membrane(&self, _: &[R; 2], &[potential, r]: &[R; 2]) -> R {
        potential * self.kept(r)
    }

    #[inline(always)]
    fn threshold(&self, p: &[R; 2], _: &[R; 2]) -> R {
        p[V_THRESHOLD]
    }

    #[inline(always)]
    fn fire(&self, p: &[R; 2], state: &mut [R; 2], z: R) {
        *state = [self.membrane(p, state), z];
    }

    #[inline(always)]
    fn record(&self, _: &[R; 2], state: &[R; 2]) -> R {
        state[0]
    }

    #[inline(always)]
    fn recall(&self, p: &[R; 2], before: &[R; 2], record: R) -> ([R; 2], R) {
        ([record, before[1]], record - p[BETA] * before[0] + self.subtracted(p) * before[1])
    }

    #[inline(always)]
    fn fire_adjoint(
        &self,
        p: &[R; 2],
        state: &[R; 2],
        _: R,
        adjoint: &mut [R; 2],
        gradient: &mut [R; 2],
    ) -> R {
        let spike = if self.lif.detach_reset { R::ZERO } else { adjoint[1] };
        let membrane = adjoint[0];
        *adjoint = [R::ZERO; 2];
        self.membrane_adjoint(p, state, membrane, adjoint, gradient);
        spike
    }

    #[inline(always)]
    fn membrane_adjoint(
        &self,
        _: &[R; 2],
        &[potential, r]: &[R; 2],
        g: R,
        adjoint: &mut [R; 2],
        _: &mut [R; 2],
    ) {
        adjoint[0] += self.kept(r) * g;
        adjoint[1] -= self.zeroes::<R>() * potential * g;
    }

    #[inline(always)]
    fn threshold_adjoint(&self, _: &[R; 2], _: &[R; 2], g: R, _: &mut [R; 2], gradient: &mut [R; 2]) {
        gradient[V_THRESHOLD] += g;
    }

    #[inline(always)]
    fn integrate_adjoint(
        &self,
        p: &[R; 2],
        before: &[R; 2],
        adjoint: &mut [R; 2],
        gradient: &mut [R; 2],
    ) -> R {
        let input = adjoint[0];
        gradient[BETA] += input * before[0];
        gradient[V_THRESHOLD] -= (R::ONE - self.zeroes()) * before[1] * input;
        *adjoint = [p[BETA] * input, adjoint[1] - self.subtracted(p) * input];
        input
    }
}
