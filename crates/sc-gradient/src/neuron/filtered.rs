//! A synaptic filter in front of any neuron: current-based synapses.

use sc_core::Real;

use super::lif::decay;
use super::{DifferentiableNeuron, Parameter};
use crate::Error;

/// A neuron behind an exponential synaptic filter: `Filtered<Lif>` is the current-based (CUBA) neuron.
///
/// ```text
/// s_t = alpha s_{t-1} + I_t           alpha = exp(-dt / tau_s)
/// ```
///
/// and `s_t` is the input of the inner neuron. Adds the state `s` and the parameter `alpha` in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filtered<N> {
    neuron: N,
    alpha: f64,
}

impl<N> Filtered<N> {
    /// With synaptic time constant `tau_s` \[ms\] and step `dt` \[ms\], both finite and positive.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn new(neuron: N, tau_s: f64, dt: f64) -> Result<Self, Error> {
        Ok(Self { neuron, alpha: decay(tau_s, dt, "tau_s")? })
    }
}

impl<R: Real, N: DifferentiableNeuron<R>> DifferentiableNeuron<R> for Filtered<N> {
    type State = (N::State, [R; 1]);
    type Parameters = (N::Parameters, [R; 1]);
    const SPIKES: bool = N::SPIKES;
    const RECORDS_MEMBRANE: bool = N::RECORDS_MEMBRANE;

    fn parameters(&self) -> Vec<Parameter> {
        let mut parameters = self.neuron.parameters();
        parameters.push(Parameter::new("alpha", self.alpha).within(0.0..=1.0));
        parameters
    }

    #[inline(always)]
    fn integrate(&self, (p, [alpha]): &Self::Parameters, (state, [s]): &mut Self::State, input: R) {
        *s = *alpha * *s + input;
        self.neuron.integrate(p, state, *s);
    }

    #[inline(always)]
    fn membrane(&self, p: &Self::Parameters, state: &Self::State) -> R {
        self.neuron.membrane(&p.0, &state.0)
    }

    #[inline(always)]
    fn threshold(&self, p: &Self::Parameters, state: &Self::State) -> R {
        self.neuron.threshold(&p.0, &state.0)
    }

    #[inline(always)]
    fn fire(&self, p: &Self::Parameters, state: &mut Self::State, z: R) {
        self.neuron.fire(&p.0, &mut state.0, z);
    }

    #[inline(always)]
    fn record(&self, p: &Self::Parameters, state: &Self::State) -> R {
        self.neuron.record(&p.0, &state.0)
    }

    #[inline(always)]
    fn recall(&self, (p, [alpha]): &Self::Parameters, before: &Self::State, record: R) -> (Self::State, R) {
        // The inner neuron's input is the filtered current.
        let (state, s) = self.neuron.recall(p, &before.0, record);
        ((state, [s]), s - *alpha * before.1[0])
    }

    #[inline(always)]
    fn fire_adjoint(
        &self,
        p: &Self::Parameters,
        state: &Self::State,
        z: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) -> R {
        self.neuron.fire_adjoint(&p.0, &state.0, z, &mut adjoint.0, &mut gradient.0)
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
        p: &Self::Parameters,
        state: &Self::State,
        g: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) {
        self.neuron.threshold_adjoint(&p.0, &state.0, g, &mut adjoint.0, &mut gradient.0);
    }

    #[inline(always)]
    fn integrate_adjoint(
        &self,
        (p, [alpha]): &Self::Parameters,
        before: &Self::State,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) -> R {
        let s = adjoint.1[0] + self.neuron.integrate_adjoint(p, &before.0, &mut adjoint.0, &mut gradient.0);
        gradient.1[0] += s * before.1[0];
        adjoint.1[0] = *alpha * s;
        s
    }
}
