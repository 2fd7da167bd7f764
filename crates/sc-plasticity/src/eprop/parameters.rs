//! What a network that learns by e-prop is made of.

use sc_core::{Autapses, Real};

use super::window::MAX_WINDOW;
use crate::Error;

/// Parameters of [`Eprop`](super::Eprop), the same for all samples.
#[derive(Debug, Clone, PartialEq)]
pub struct EpropParameters {
    /// The recurrent neurons, each with its own constants: leaky integrate-and-fire neurons and adaptive ones may
    /// stand side by side. At least one.
    pub neurons: Vec<EpropNeuron>,
    /// How the neurons' input is scaled. Default [`Gain::Unit`].
    pub input_gain: Gain,
    /// When a spike is taken off the membrane. Default [`Reset::Delayed`].
    pub reset: Reset,
    /// The pseudo-derivative of a spike. Default a triangle of height 0.3.
    pub surrogate: Surrogate,
    /// Whether a neuron may have a synapse onto itself. Default [`Autapses::Forbid`].
    pub autapses: Autapses,
    /// Time constant of the readout `[ms]`, >= 0; 0 forgets from step to step. Default 20.
    pub tau_readout: f64,
    /// How the readout's input is scaled. Default [`Gain::Leak`].
    pub readout_gain: Gain,
    /// Strength of the firing-rate regularization, finite and >= 0. Default 0.
    pub rate_strength: f64,
    /// The rate that regularization aims at `[Hz]`, finite and >= 0. Default 10.
    pub rate_target: f64,
    /// Steps that synapses are worked on together, in 1..=64. Results do not depend on it but for rounding.
    /// Default 64.
    pub window: usize,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
}

/// One neuron of the recurrent layer.
#[derive(Debug, Clone, PartialEq)]
pub struct EpropNeuron {
    /// Membrane time constant `[ms]`, > 0. Default 20.
    pub tau_m: f64,
    /// Threshold of a rested neuron, and what a spike takes from the membrane, > 0. Default 1.
    pub v_threshold: f64,
    /// How far one spike raises the threshold, >= 0; 0 is a leaky integrate-and-fire neuron. Default 0.
    pub adaptation: f64,
    /// Time constant of the adaptation `[ms]`, > 0. Default 2000.
    pub tau_adaptation: f64,
    /// Steps from one spike to the next at least; 0 and 1 mean that any two steps may have one. Default 0.
    pub refractory_steps: u16,
}

/// How the input of a leaky unit is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gain {
    /// As it comes.
    Unit,
    /// Times one minus the decay per step, so that a constant input is what the unit converges to.
    Leak,
}

/// When a spike takes the threshold off the membrane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// With the next step's input, after the decay: `v = alpha v + I - v_threshold z`, as in the paper.
    Delayed,
    /// Within the step of the spike: `v = alpha (v - v_threshold z) + I`.
    Immediate,
}

/// What stands for the derivative of a spike, at a distance `x` of the membrane from the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Surrogate {
    /// `gamma / v_threshold max(0, 1 - |x| / v_threshold)`, as in the paper.
    Triangle {
        /// Its height at the threshold in units of `1 / v_threshold`, finite and > 0.
        gamma: f64,
    },
    /// `1 / (1 + slope |x|)^2` (F. Zenke & S. Ganguli 2018, `doi:10.1162/neco_a_01086`).
    FastSigmoid {
        /// Its steepness, finite and > 0.
        slope: f64,
    },
}

impl Default for EpropParameters {
    fn default() -> Self {
        Self {
            neurons: vec![EpropNeuron::default()],
            input_gain: Gain::Unit,
            reset: Reset::Delayed,
            surrogate: Surrogate::Triangle { gamma: 0.3 },
            autapses: Autapses::Forbid,
            tau_readout: 20.0,
            readout_gain: Gain::Leak,
            rate_strength: 0.0,
            rate_target: 10.0,
            window: MAX_WINDOW,
            dt: 1.0,
        }
    }
}

impl Default for EpropNeuron {
    fn default() -> Self {
        Self { tau_m: 20.0, v_threshold: 1.0, adaptation: 0.0, tau_adaptation: 2000.0, refractory_steps: 0 }
    }
}

impl Gain {
    pub(super) fn of(self, decay: f64) -> f64 {
        match self {
            Self::Unit => 1.0,
            Self::Leak => 1.0 - decay,
        }
    }
}

impl EpropParameters {
    /// Decay of the readout per step, kappa.
    pub(super) fn readout_decay(&self) -> f64 {
        if self.tau_readout > 0.0 { (-self.dt / self.tau_readout).exp() } else { 0.0 }
    }

    pub(super) fn check<R: Real>(&self) -> Result<(), Error> {
        Error::require(!self.neurons.is_empty(), "neurons", 0.0, "at least one")?;
        positive::<R>("dt", self.dt)?;
        not_negative::<R>("tau_readout", self.tau_readout)?;
        not_negative::<R>("rate_strength", self.rate_strength)?;
        not_negative::<R>("rate_target", self.rate_target)?;
        let (name, value) = match self.surrogate {
            Surrogate::Triangle { gamma } => ("gamma", gamma),
            Surrogate::FastSigmoid { slope } => ("slope", slope),
        };
        positive::<R>(name, value)?;
        let window = (1..=MAX_WINDOW).contains(&self.window);
        Error::require(window, "window", self.window as f64, "in 1..=64")?;
        for neuron in &self.neurons {
            positive::<R>("tau_m", neuron.tau_m)?;
            positive::<R>("v_threshold", neuron.v_threshold)?;
            not_negative::<R>("adaptation", neuron.adaptation)?;
            positive::<R>("tau_adaptation", neuron.tau_adaptation)?;
        }
        Ok(())
    }
}

fn positive<R: Real>(name: &'static str, value: f64) -> Result<(), Error> {
    Error::require(R::of(value).is_finite() && value > 0.0, name, value, "finite and > 0")
}

fn not_negative<R: Real>(name: &'static str, value: f64) -> Result<(), Error> {
    Error::require(R::of(value).is_finite() && value >= 0.0, name, value, "finite and >= 0")
}
