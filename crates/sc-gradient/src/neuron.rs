//! Neuron models that can be differentiated: one step forward, and its adjoint.
//!
//! One time step of one neuron, in this order:
//!
//! 1. [`integrate`](DifferentiableNeuron::integrate): the input current moves the state;
//! 2. the distance `x = membrane - threshold` is read; the spike is `z = 1` where `x > 0`;
//! 3. [`fire`](DifferentiableNeuron::fire): the spike acts on the state (reset, adaptation).
//!
//! The backward pass walks the same steps in reverse. Each forward method has its adjoint beside it, which turns the
//! derivative of the loss after the step into the one before it and adds what the parameters receive. The layer knows
//! about weights, spikes and surrogates; the model only knows itself.
//!
//! The tape holds a single number per neuron and step, the membrane; [`recall`](DifferentiableNeuron::recall) rebuilds
//! the rest of the state from it.
//!
//! # A model of your own
//!
//! A neuron whose leak drives it towards a bias, written and trained without touching the library:
//!
//! ```
//! use sc_core::Real;
//! use sc_gradient::{Adam, Batch, Bptt, CrossEntropy, DifferentiableNeuron, Layer, LayeredNetwork};
//! use sc_gradient::{Error, LeakyReadout, Parameter, Sigmoid, check_gradient};
//!
//! /// v' = beta v + (1 - beta) rest + I, spike above 1, then back to zero.
//! #[derive(Debug, Clone)]
//! struct Restless;
//!
//! impl<R: Real> DifferentiableNeuron<R> for Restless {
//!     type State = [R; 1];
//!     type Parameters = [R; 2];
//!
//!     fn parameters(&self) -> Vec<Parameter> { vec![Parameter::new("beta", 0.9), Parameter::new("rest", 0.2)] }
//!     fn integrate(&self, &[beta, rest]: &[R; 2], v: &mut [R; 1], input: R) {
//!         v[0] = beta * v[0] + (R::ONE - beta) * rest + input;
//!     }
//!     fn membrane(&self, _: &[R; 2], v: &[R; 1]) -> R { v[0] }
//!     fn threshold(&self, _: &[R; 2], _: &[R; 1]) -> R { R::ONE }
//!     fn fire(&self, _: &[R; 2], v: &mut [R; 1], z: R) { v[0] = v[0] * (R::ONE - z); }
//!     fn recall(&self, p: &[R; 2], before: &[R; 1], membrane: R) -> ([R; 1], R) {
//!         ([membrane], membrane - p[0] * before[0] - (R::ONE - p[0]) * p[1])
//!     }
//!     fn fire_adjoint(&self, _: &[R; 2], v: &[R; 1], z: R, adjoint: &mut [R; 1], _: &mut [R; 2]) -> R {
//!         let spike = -v[0] * adjoint[0];
//!         adjoint[0] = adjoint[0] * (R::ONE - z);
//!         spike
//!     }
//!     fn membrane_adjoint(&self, _: &[R; 2], _: &[R; 1], g: R, adjoint: &mut [R; 1], _: &mut [R; 2]) {
//!         adjoint[0] += g;
//!     }
//!     fn threshold_adjoint(&self, _: &[R; 2], _: &[R; 1], _: R, _: &mut [R; 1], _: &mut [R; 2]) {}
//!     fn integrate_adjoint(&self, p: &[R; 2], before: &[R; 1], adjoint: &mut [R; 1], gradient: &mut [R; 2]) -> R {
//!         let input = adjoint[0];
//!         gradient[0] += input * (before[0] - p[1]);
//!         gradient[1] += input * (R::ONE - p[0]);
//!         adjoint[0] = p[0] * input;
//!         input
//!     }
//! }
//!
//! // Finite differences agree with every line of it ...
//! let layers = || Layer::spiking(6, Restless, Sigmoid::new(5.0).unwrap()).recurrent();
//! let readout = || Layer::readout(2, LeakyReadout::new(10.0, 1.0).unwrap());
//! let x: Vec<f64> = (0..4 * 8 * 3).map(|k| f64::from(k % 5 == 0) + f64::from(k % 7 == 0)).collect();
//! let batch = Batch::from_dense(&x, 4, 8, 3)?;
//! let loss = CrossEntropy::max_membrane();
//! let network = LayeredNetwork::<f64>::with_inputs(3).layer(layers()).layer(readout()).build(1)?;
//! let check = check_gradient(&network, &batch, &loss, &[0, 1, 0, 1], 1e-5)?;
//! assert!(check.largest_error() < 1e-7, "{check}");
//!
//! // ... and it learns.
//! let mut network = network;
//! let mut bptt = Bptt::new(1)?;
//! let mut adam = Adam::new(0.02)?;
//! let first = bptt.step(&mut network, &batch, &loss, &[0, 1, 0, 1], &mut adam)?;
//! let mut last = first;
//! for _ in 0..60 {
//!     last = bptt.step(&mut network, &batch, &loss, &[0, 1, 0, 1], &mut adam)?;
//! }
//! assert!(last < 0.5 * first, "{first} -> {last}");
//! # Ok::<(), Error>(())
//! ```

use std::fmt::Debug;
use std::ops::RangeInclusive;

use sc_core::Real;

use crate::panel::Panel;

mod adaptive;
mod delayed_lif;
mod filtered;
mod leaky_readout;
mod lif;

pub use adaptive::Adaptive;
pub use delayed_lif::DelayedLif;
pub use filtered::Filtered;
pub use leaky_readout::LeakyReadout;
pub use lif::{Lif, Reset};

/// The numbers that one neuron has of its own: `[R; N]`, or a pair of those.
///
/// Sixty-four neurons keep theirs side by side in one [`Panel`] per number; the two methods move one neuron's between
/// there and a register.
pub trait Variables<R: Real>: Copy + Debug + Send + Sync + 'static {
    /// How many numbers.
    const LEN: usize;
    /// All zeros.
    fn zero() -> Self;
    /// Neuron `lane`'s numbers; `panels` holds one panel per number.
    fn load(panels: &[Panel<R>], lane: usize) -> Self;
    /// Writes neuron `lane`'s numbers.
    fn store(self, panels: &mut [Panel<R>], lane: usize);
}

impl<R: Real, const N: usize> Variables<R> for [R; N] {
    const LEN: usize = N;

    #[inline(always)]
    fn zero() -> Self {
        [R::ZERO; N]
    }

    #[inline(always)]
    fn load(panels: &[Panel<R>], lane: usize) -> Self {
        let panels = &panels[..N];
        std::array::from_fn(|k| panels[k][lane])
    }

    #[inline(always)]
    fn store(self, panels: &mut [Panel<R>], lane: usize) {
        let panels = &mut panels[..N];
        for (panel, value) in panels.iter_mut().zip(self) {
            panel[lane] = value;
        }
    }
}

impl<R: Real, A: Variables<R>, B: Variables<R>> Variables<R> for (A, B) {
    const LEN: usize = A::LEN + B::LEN;

    #[inline(always)]
    fn zero() -> Self {
        (A::zero(), B::zero())
    }

    #[inline(always)]
    fn load(panels: &[Panel<R>], lane: usize) -> Self {
        let (a, b) = panels.split_at(A::LEN);
        (A::load(a, lane), B::load(b, lane))
    }

    #[inline(always)]
    fn store(self, panels: &mut [Panel<R>], lane: usize) {
        let (a, b) = panels.split_at_mut(A::LEN);
        self.0.store(a, lane);
        self.1.store(b, lane);
    }
}

/// What a number of a neuron model is called, where it starts and where training may take it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name, as in the equations.
    pub name: &'static str,
    /// The value that every neuron of a new layer starts with.
    pub initial: f64,
    /// The values that an optimizer step is held to.
    pub range: RangeInclusive<f64>,
}

impl Parameter {
    /// A parameter without limits.
    #[must_use]
    pub fn new(name: &'static str, initial: f64) -> Self {
        Self { name, initial, range: f64::NEG_INFINITY..=f64::INFINITY }
    }

    /// The same, held to a range.
    #[must_use]
    pub fn within(self, range: RangeInclusive<f64>) -> Self {
        Self { range, ..self }
    }
}

/// A neuron model with the adjoint of one time step. See the [module](self) for the order of calls and an example.
///
/// All state is zero before the first step. Methods are called in the innermost loop, for 64 neurons at once: no
/// allocation, no branches on data (write selects), and `#[inline]` when the model lives in another crate.
///
/// In the adjoint methods, `state` is the state *after* `integrate` and before `fire`; `adjoint` is the derivative of the
/// loss with respect to the state, updated in place; `gradient` collects the derivative with respect to the parameters.
pub trait DifferentiableNeuron<R: Real>: Debug + Send + Sync + 'static {
    /// State of one neuron.
    type State: Variables<R>;
    /// Parameters of one neuron; each neuron of a layer has its own.
    type Parameters: Variables<R>;

    /// Whether the neuron spikes at all. A readout does not; its membrane is the output.
    const SPIKES: bool = true;
    /// Whether [`record`](Self::record) is the membrane itself (true for nearly every model).
    const RECORDS_MEMBRANE: bool = true;

    /// Whether the record alone tells the state, so that [`recall`](Self::recall) never looks at the state before (true for
    /// models whose state is the membrane). The backward pass then rebuilds that state only where parameters learn.
    const RECORD_IS_STATE: bool = false;

    /// What each number of [`Parameters`](Self::Parameters) is, in order. Called once, when a layer is made.
    fn parameters(&self) -> Vec<Parameter>;

    /// Moves the state by one time step under `input`.
    fn integrate(&self, p: &Self::Parameters, state: &mut Self::State, input: R);
    /// The membrane potential `u` that is compared with the threshold and that a loss sees.
    fn membrane(&self, p: &Self::Parameters, state: &Self::State) -> R;
    /// The threshold in force at this step.
    fn threshold(&self, p: &Self::Parameters, state: &Self::State) -> R;
    /// What the spike `z` does to the state. `z` is 0 or 1, or anything between under the smooth spike of a gradient check.
    fn fire(&self, p: &Self::Parameters, state: &mut Self::State, z: R);

    /// The one number of a step that goes on the tape.
    #[inline(always)]
    fn record(&self, p: &Self::Parameters, state: &Self::State) -> R {
        self.membrane(p, state)
    }
    /// From the state before a step and the recorded number: the state after `integrate`, and the input that led there.
    ///
    /// Membrane and threshold of that state must come out with the very bits they had on the way forward (they do if the
    /// record is put back where it was taken from): the backward pass reads the spike from them.
    fn recall(&self, p: &Self::Parameters, before: &Self::State, record: R) -> (Self::State, R);

    /// Adjoint of `fire`; returns the derivative with respect to `z`.
    fn fire_adjoint(
        &self,
        p: &Self::Parameters,
        state: &Self::State,
        z: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) -> R;
    /// Adjoint of `membrane`, whose value has the derivative `g`.
    fn membrane_adjoint(
        &self,
        p: &Self::Parameters,
        state: &Self::State,
        g: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    );
    /// Adjoint of `threshold`, whose value has the derivative `g`.
    fn threshold_adjoint(
        &self,
        p: &Self::Parameters,
        state: &Self::State,
        g: R,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    );
    /// Adjoint of `integrate`; `before` is the state that it started from. Returns the derivative with respect to the input.
    fn integrate_adjoint(
        &self,
        p: &Self::Parameters,
        before: &Self::State,
        adjoint: &mut Self::State,
        gradient: &mut Self::Parameters,
    ) -> R;
}
