//! Gradient descent with momentum.

use sc_core::{Checkpoint, Real};

use super::{Optimizer, memory};
use crate::persistence::{restore_slots, store_slots};
use crate::{Error, LayeredNetwork};

/// `velocity = momentum velocity + g`; `w -= learning_rate velocity`.
#[derive(Debug, Clone)]
pub struct Sgd<R = f32> {
    learning_rate: f64,
    momentum: f64,
    velocity: Vec<Vec<R>>,
}

impl<R: Real> Sgd<R> {
    /// With `learning_rate` finite and not negative and `momentum` in [0, 1).
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn new(learning_rate: f64, momentum: f64) -> Result<Self, Error> {
        let valid = learning_rate.is_finite() && learning_rate >= 0.0;
        Error::require(valid, "learning_rate", learning_rate, "finite and not negative")?;
        Error::require((0.0..1.0).contains(&momentum), "momentum", momentum, "in [0, 1)")?;
        Ok(Self { learning_rate, momentum, velocity: Vec::new() })
    }

    /// Adds the velocities to a checkpoint: `"sgd.velocity.0.weights"`, ... The settings are yours to set again.
    pub fn store(&self, network: &LayeredNetwork<R>, checkpoint: &mut Checkpoint) {
        store_slots(network, "sgd.velocity", &self.velocity, checkpoint);
    }

    /// Goes on where [`store`](Self::store) left off, for a network of the same structure.
    ///
    /// # Errors
    /// [`Error::Core`] or [`Error::NotFinite`] for what is missing, misshapen or no number. The optimizer is then
    /// unchanged.
    pub fn restore(&mut self, network: &LayeredNetwork<R>, checkpoint: &Checkpoint) -> Result<(), Error> {
        self.velocity = restore_slots(network, "sgd.velocity", f64::NEG_INFINITY, checkpoint)?;
        Ok(())
    }
}

impl<R: Real> Optimizer<R> for Sgd<R> {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    fn begin_step(&mut self) {}

    fn update(&mut self, slot: usize, parameters: &mut [R], gradient: &[R], _: bool) {
        let (rate, momentum) = (R::of(self.learning_rate), R::of(self.momentum));
        let velocity = memory(&mut self.velocity, slot, parameters.len());
        for ((w, v), &g) in parameters.iter_mut().zip(velocity).zip(gradient) {
            *v = momentum * *v + g;
            *w -= rate * *v;
        }
    }
}
