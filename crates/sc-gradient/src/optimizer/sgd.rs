//! Gradient descent with momentum.

use sc_core::Real;

use super::{Optimizer, memory};
use crate::Error;

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
