//! Neuron models: what one neuron does in one time step.
//!
//! | model | what it is |
//! |---|---|
//! | [`Lapicque`] | leaky integrate-and-fire, solved exactly between steps |
//! | [`EulerLif`] | leaky integrate-and-fire, forward Euler, with noise and a refractory period |
//! | [`DeltaLif`] | leaky integrate-and-fire whose inputs are jumps of the membrane, refractory, solved exactly |
//! | [`CurrentLif`] | leaky integrate-and-fire behind a synaptic filter |
//! | [`Alif`] | leaky integrate-and-fire with an adaptive threshold |
//! | [`Izhikevich`] | quadratic membrane with recovery: the firing patterns of cortex |
//! | [`LeakyIntegrator`] | a readout that never spikes |
//!
//! All of them spike when the membrane *reaches* the threshold, and what is seen after a step is the membrane
//! after its reset.

mod alif;
mod current_lif;
mod delta_lif;
mod euler_lif;
mod izhikevich;
mod lapicque;
mod leaky_integrator;
mod state;

pub use alif::{Alif, AlifParameters};
pub use current_lif::{CurrentLif, CurrentLifParameters};
pub use delta_lif::{DeltaLif, DeltaLifParameters};
pub use euler_lif::{EulerLif, EulerLifParameters};
pub use izhikevich::{Izhikevich, IzhikevichParameters};
pub use lapicque::{Lapicque, LapicqueParameters};
pub use leaky_integrator::{LeakyIntegrator, LeakyIntegratorParameters};
pub use state::State;

use std::fmt::Debug;

use crate::{Error, Real};

/// A neuron model.
///
/// A value of this type holds the parameters that all neurons of a population share; what differs between
/// them is their `State`, a small array of numbers whose first is the membrane.
/// [`Population`](crate::Population) calls [`step`](Self::step) for each of them and stores every variable in
/// a flat array of its own.
///
/// Bringing your own model takes an array size, the names of the variables and two functions. Here is the
/// quadratic integrate-and-fire neuron (Ermentrout & Kopell 1986, doi:10.1137/0146017):
///
/// ```
/// use sc_core::{Neuron, Population, Real};
///
/// #[derive(Debug, Clone)]
/// struct Quadratic { dt: f64, v_peak: f64 }
///
/// impl<R: Real> Neuron<R> for Quadratic {
///     type State = [R; 1];
///     const VARIABLES: &'static [&'static str] = &["v"];
///
///     fn reset(&self) -> [R; 1] {
///         [R::of(-1.0)]
///     }
///
///     fn step(&self, [v]: &mut [R; 1], current: R, _noise: R) -> bool {
///         *v += R::of(self.dt) * (*v * *v + current);
///         let spike = *v >= R::of(self.v_peak);
///         if spike {
///             *v = R::of(-self.v_peak);
///         }
///         spike
///     }
/// }
///
/// let mut population = Population::<_, f64>::new(Quadratic { dt: 0.01, v_peak: 10.0 }, 2, 0);
/// let mut counts = [0, 0];
/// for _ in 0..1000 {
///     for &i in population.step(&[-0.5, 1.0]) {
///         counts[i as usize] += 1;
///     }
/// }
/// // Below zero there is a stable rest; at I = 1 the period is just below pi.
/// assert_eq!(counts, [0, 3]);
/// ```
pub trait Neuron<R: Real>: Clone + Debug + Send + Sync {
    /// The variables of one neuron, `[R; K]`; the first is the membrane.
    type State: State<R>;

    /// The name of every variable, in the order of `State`.
    const VARIABLES: &'static [&'static str];

    /// The state a neuron returns to between two sequences.
    fn reset(&self) -> Self::State;

    /// The state of a new neuron.
    fn initial(&self) -> Self::State {
        self.reset()
    }

    /// Advances one neuron by one time step and says whether it spiked.
    ///
    /// `noise` is normally distributed with standard deviation [`noise_std`](Self::noise_std); zero if that
    /// is zero.
    fn step(&self, state: &mut Self::State, current: R, noise: R) -> bool;

    /// The standard deviation of the `noise` of a step. Nothing is drawn if it is zero.
    fn noise_std(&self) -> R {
        R::ZERO
    }

    /// Whether a neuron in this state may be skipped while it has no input; see
    /// [`Population::with_spike_gating`](crate::Population::with_spike_gating).
    fn near_rest(&self, _state: &Self::State) -> bool {
        false
    }
}

/// The decay over one step of something with time constant `tau`: `exp(-dt / tau)`.
fn decay<R: Real>(tau: f64, dt: f64) -> R {
    R::of((-dt / tau).exp())
}

/// A number of this precision, refused if it is not finite.
fn finite<R: Real>(name: &'static str, value: f64) -> Result<R, Error> {
    let number = R::of(value);
    if number.is_finite() { Ok(number) } else { Err(Error::Parameter { name, value, expected: "finite" }) }
}

/// Refuses a parameter that is not finite and above zero.
fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    require(value.is_finite() && value > 0.0, name, value, "finite and > 0")
}

/// Refuses a parameter for which a condition does not hold.
fn require(holds: bool, name: &'static str, value: f64, expected: &'static str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::Parameter { name, value, expected }) }
}
