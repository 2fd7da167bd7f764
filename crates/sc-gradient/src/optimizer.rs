//! From gradients to new weights.

use sc_core::Real;

mod adam;
mod sgd;

pub use adam::Adam;
pub use sgd::Sgd;

/// A rule that changes parameters along a gradient, and remembers what it needs.
///
/// ```
/// use sc_core::Real;
/// use sc_gradient::Optimizer;
///
/// /// Steps of fixed size against the sign of the gradient.
/// struct SignDescent { learning_rate: f64 }
///
/// impl<R: Real> Optimizer<R> for SignDescent {
///     fn learning_rate(&self) -> f64 { self.learning_rate }
///     fn set_learning_rate(&mut self, learning_rate: f64) { self.learning_rate = learning_rate; }
///     fn begin_step(&mut self) {}
///     fn update(&mut self, _: usize, parameters: &mut [R], gradient: &[R], _: bool) {
///         let step = R::of(self.learning_rate);
///         for (w, &g) in parameters.iter_mut().zip(gradient) {
///             if g > R::ZERO { *w -= step } else if g < R::ZERO { *w += step }
///         }
///     }
/// }
/// ```
pub trait Optimizer<R: Real> {
    /// The learning rate in force.
    fn learning_rate(&self) -> f64;
    /// Sets the learning rate, as a schedule does before each step.
    fn set_learning_rate(&mut self, learning_rate: f64);
    /// Called once per step, before the first [`update`](Self::update).
    fn begin_step(&mut self);
    /// Changes one parameter array. `slot` numbers the arrays of a network and stays the same from step to step; `decays`
    /// tells weights (true) from biases and neuron parameters, which weight decay leaves alone. Arrays contain padding:
    /// where both the number and its gradient are zero, the number must stay zero.
    fn update(&mut self, slot: usize, parameters: &mut [R], gradient: &[R], decays: bool);
}

/// The memory of a slot, zeros at first.
fn memory<R: Real>(slots: &mut Vec<Vec<R>>, slot: usize, len: usize) -> &mut [R] {
    if slots.len() <= slot {
        slots.resize(slot + 1, Vec::new());
    }
    if slots[slot].len() != len {
        slots[slot] = vec![R::ZERO; len];
    }
    &mut slots[slot]
}
