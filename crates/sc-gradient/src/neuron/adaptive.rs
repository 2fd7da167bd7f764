//! An adaptive threshold on top of any neuron.

use sc_core::Real;

use super::lif::decay;
use super::{DifferentiableNeuron, Parameter};
use crate::Error;

/// A neuron whose threshold rises with its own spikes: `Adaptive<Lif>` is the ALIF neuron of Bellec et al. 2020
/// (<https://doi.org/10.1038/s41467-020-17236-y>).
///
/// ```text
/// a_t = rho a_{t-1} + z_{t-1}         rho = exp(-dt / tau_a)
/// threshold_t = v_threshold + kappa a_t
/// ```
///
/// A subtracting reset subtracts the baseline `v_threshold`. Adds the state `a` and the parameters `rho` in [0, 1] and
/// `kappa` \[membrane units per spike\]. The adaptation carries gradient also where the reset is detached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adaptive<N> {
    neuron: N,
    rho: f64,
    kappa: f64,
}

impl<N> Adaptive<N> {
    /// With adaptation time constant `tau_a` \[ms\] and step `dt` \[ms\], both finite and positive, and a finite `kappa`
    /// \[membrane units per spike\].
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn new(neuron: N, tau_a: f64, dt: f64, kappa: f64) -> Result<Self, Error> {
        Error::require(kappa.is_finite(), "kappa", kappa, "finite")?;
        Ok(Self { neuron, rho: decay(tau_a, dt, "tau_a")?, kappa })
    }
}

impl<R: Real, N: DifferentiableNeuron<R>> DifferentiableNeuron<R> for Adaptive<N> {
    type State = (N::State, [R; 1]);
    type Parameters = (N::Parameters, [R; 2]);
    const SPIKES: bool = N::SPIKES;
    const RECORDS_MEMBRANE: bool = N::RECORDS_MEMBRANE;

    fn parameters(&self) -> Vec<Parameter> {
        let mut parameters = self.neuron.parameters();
        parameters.push(Parameter::new("rho", self.rho).within(0.0..=1.0));
        parameters.push(Parameter::new("kappa", self.kappa));
        parameters
    }

    #[inline(always)]
    fn integrate(&self, p: &Self::Parameters, state: &mut Self::State, input: R) {
        self.neuron.integrate(&p.0, &mut state.0, input);
    }

    #[inline(always)]
    fn membrane(&self, p: &Self::Parameters, state: &Self::State) -> R {
        self.neuron.membrane(&p.0, &state.0)
    }

    #[inline(always)]
    fn threshold(&self, (p, [_, kappa]): &Self::Parameters, (state, [a]): &Self::State) -> R {
        self.neuron.threshold(p, state) + *kappa * *a
    }

    #[inline(always)]
    fn fire(&self, (p, [rho, _]): &Self::Parameters, (state, [a]): &mut Self::State, z: R) {
        self.neuron.fire(p, state, z);
        *a = *rho * *a + z;
    }

    #[inline(always)]
    fn record(&self, p: &Self::Parameters, state: &Self::State) -> R {
        self.neuron.record(&p.0, &state.0)
    }

    #[inline(always)]
    fn recall(&self, p: &Self::Parameters, before: &Self::State, record: R) -> (Self::State, R) {
        let (state, input) = self.neuron.recall(&p.0, &before.0, record);
        ((state, before.1), input)
    }

    #[inline(always)]
    fn fire_adjoint(
        &self,
        (p, [rho, _]): &Self::Parameters,
        (state, [a]): &Self::State,
        z: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) -> R {
        let adaptation = adjoint.1[0];
        gradient.1[0] += adaptation * *a;
        adjoint.1[0] = *rho * adaptation;
        adaptation + self.neuron.fire_adjoint(p, state, z, &mut adjoint.0, &mut gradient.0)
    }

    #[inline(always)]
    fn membrane_adjoint(
        &self,
        p: &Self::Parameters,
        state: &Self::State,
        g: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) {
        self.neuron.membrane_adjoint(&p.0, &state.0, g, &mut adjoint.0, &mut gradient.0);
    }

    #[inline(always)]
    fn threshold_adjoint(
        &self,
        (p, [_, kappa]): &Self::Parameters,
        (state, [a]): &Self::State,
        g: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) {
        self.neuron.threshold_adjoint(p, state, g, &mut adjoint.0, &mut gradient.0);
        gradient.1[1] += g * *a;
        adjoint.1[0] += g * *kappa;
    }

    #[inline(always)]
    fn integrate_adjoint(
        &self,
        p: &Self::Parameters,
        before: &Self::State,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) -> R {
        self.neuron.integrate_adjoint(&p.0, &before.0, &mut adjoint.0, &mut gradient.0)
    }
}
