//! Leaky integrate-and-fire neurons with and without adaptation, and the pseudo-derivative of their spikes.

use sc_core::Real;

use super::panel::{LANES, Lanes};
use super::parameters::{EpropNeuron, EpropParameters, Reset, Surrogate};

/// The constants of a panel of neurons.
#[derive(Debug, Clone)]
pub(super) struct Panel<R> {
    /// Decay of the membrane per step.
    pub(super) alpha: Lanes<R>,
    /// Factor of the input, zeta.
    pub(super) gain: Lanes<R>,
    /// Decay of the adaptation per step.
    pub(super) rho: Lanes<R>,
    /// How far a spike raises the threshold, beta.
    pub(super) adaptation: Lanes<R>,
    v_threshold: Lanes<R>,
    /// What a spike takes off the membrane of the next step.
    reset: Lanes<R>,
    refractory_steps: Lanes<R>,
    /// Height of the pseudo-derivative, and how steeply it falls with the distance from the threshold.
    height: Lanes<R>,
    slope: Lanes<R>,
}

/// What changes in a panel of neurons: membrane, adaptation, steps of refractoriness left, spike (0 or 1) and
/// number of spikes since the sequence began.
pub(super) type State<R> = [Lanes<R>; 5];

/// Where in a [`State`] the membrane, the adaptation, the spike and the number of spikes are.
pub(super) const MEMBRANE: usize = 0;
pub(super) const ADAPTATION: usize = 1;
pub(super) const SPIKE: usize = 3;
pub(super) const COUNT: usize = 4;

impl<R: Real> Panel<R> {
    /// The panels of all neurons; the last one is filled up with neurons that nothing moves.
    pub(super) fn all(parameters: &EpropParameters) -> Vec<Self> {
        parameters.neurons.chunks(LANES).map(|neurons| Self::of(parameters, neurons)).collect()
    }

    fn of(parameters: &EpropParameters, neurons: &[EpropNeuron]) -> Self {
        let lanes = |f: &dyn Fn(&EpropNeuron) -> f64, beyond: f64| {
            std::array::from_fn(|l| R::of(neurons.get(l).map_or(beyond, f)))
        };
        let alpha = |neuron: &EpropNeuron| (-parameters.dt / neuron.tau_m).exp();
        let surrogate = |neuron: &EpropNeuron| match parameters.surrogate {
            Surrogate::Triangle { gamma } => (gamma / neuron.v_threshold, 1.0 / neuron.v_threshold),
            Surrogate::FastSigmoid { slope } => (1.0, slope),
        };
        Self {
            alpha: lanes(&alpha, 0.0),
            gain: lanes(&|neuron| parameters.input_gain.of(alpha(neuron)), 0.0),
            rho: lanes(&|neuron| (-parameters.dt / neuron.tau_adaptation).exp(), 0.0),
            adaptation: lanes(&|neuron| neuron.adaptation, 0.0),
            v_threshold: lanes(&|neuron| neuron.v_threshold, 1.0),
            reset: lanes(
                &|neuron| match parameters.reset {
                    Reset::Delayed => neuron.v_threshold,
                    Reset::Immediate => alpha(neuron) * neuron.v_threshold,
                },
                0.0,
            ),
            refractory_steps: lanes(&|neuron| f64::from(neuron.refractory_steps), 0.0),
            height: lanes(&|neuron| surrogate(neuron).0, 0.0),
            slope: lanes(&|neuron| surrogate(neuron).1, 0.0),
        }
    }

    /// One step; returns the pseudo-derivatives.
    #[inline(always)]
    pub(super) fn step(&self, kind: Surrogate, current: &Lanes<R>, state: &mut State<R>) -> Lanes<R> {
        let [mut v, mut adaptation, mut refractory, mut spike, mut count] = *state;
        let mut psi = [R::ZERO; LANES];
        for l in 0..LANES {
            adaptation[l] = settled(self.rho[l] * adaptation[l] + spike[l]);
            let driven = self.alpha[l] * v[l] + self.gain[l] * current[l];
            v[l] = settled(driven - self.reset[l] * spike[l]);
            let x = v[l] - (self.v_threshold[l] + self.adaptation[l] * adaptation[l]);
            let rested = refractory[l] <= R::ZERO;
            spike[l] = if rested && x >= R::ZERO { R::ONE } else { R::ZERO };
            let left = refractory[l] + self.refractory_steps[l] * spike[l] - R::ONE;
            refractory[l] = if left > R::ZERO { left } else { R::ZERO };
            count[l] += spike[l];
            let falls = self.slope[l] * x.abs();
            let shape = match kind {
                Surrogate::Triangle { .. } => {
                    if falls < R::ONE {
                        R::ONE - falls
                    } else {
                        R::ZERO
                    }
                }
                Surrogate::FastSigmoid { .. } => R::ONE / ((R::ONE + falls) * (R::ONE + falls)),
            };
            psi[l] = if rested { self.height[l] * shape } else { R::ZERO };
        }
        *state = [v, adaptation, refractory, spike, count];
        psi
    }
}

/// Zero for what has decayed to nothing, because arithmetic with subnormal numbers is slow.
#[inline(always)]
pub(super) fn settled<R: Real>(x: R) -> R {
    if x.abs() < R::of(1e-30) { R::ZERO } else { x }
}
