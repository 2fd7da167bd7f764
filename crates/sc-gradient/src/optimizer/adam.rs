//! Adam, and AdamW.

use sc_core::simd::pulp::Arch;
use sc_core::{Checkpoint, Real};

use super::{Optimizer, memory};
use crate::persistence::{restore_slots, store_slots};
use crate::{Error, LayeredNetwork};

/// Adam (Kingma & Ba 2015, arXiv:1412.6980), with the decoupled weight decay of AdamW (Loshchilov & Hutter 2019,
/// arXiv:1711.05101) where asked for.
///
/// ```text
/// m = beta1 m + (1 - beta1) g
/// v = beta2 v + (1 - beta2) g^2
/// w = (1 - learning_rate decay) w - learning_rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
/// ```
#[derive(Debug, Clone)]
pub struct Adam<R = f32> {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_decay: f64,
    step: i32,
    mean: Vec<Vec<R>>,
    variance: Vec<Vec<R>>,
}

impl<R: Real> Adam<R> {
    /// With `learning_rate` finite and not negative, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, no weight decay.
    ///
    /// # Errors
    /// [`Error::Parameter`] for any other learning rate.
    pub fn new(learning_rate: f64) -> Result<Self, Error> {
        let valid = learning_rate.is_finite() && learning_rate >= 0.0;
        Error::require(valid, "learning_rate", learning_rate, "finite and not negative")?;
        let (mean, variance) = (Vec::new(), Vec::new());
        Ok(Self {
            learning_rate,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            step: 0,
            mean,
            variance,
        })
    }

    /// Sets the decay rates of the two moments, both in [0, 1).
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn betas(self, beta1: f64, beta2: f64) -> Result<Self, Error> {
        Error::require((0.0..1.0).contains(&beta1), "beta1", beta1, "in [0, 1)")?;
        Error::require((0.0..1.0).contains(&beta2), "beta2", beta2, "in [0, 1)")?;
        Ok(Self { beta1, beta2, ..self })
    }

    /// Makes it AdamW: weights (not biases or neuron parameters) shrink by `learning_rate * decay` per step; `decay` finite
    /// and not negative.
    ///
    /// # Errors
    /// [`Error::Parameter`] for any other decay.
    pub fn weight_decay(self, weight_decay: f64) -> Result<Self, Error> {
        let valid = weight_decay.is_finite() && weight_decay >= 0.0;
        Error::require(valid, "weight_decay", weight_decay, "finite and not negative")?;
        Ok(Self { weight_decay, ..self })
    }

    /// Adds the number of steps and the moments to a checkpoint: `"adam.step"`, `"adam.mean.0.weights"`,
    /// `"adam.variance.0.weights"`, ... The settings are yours to set again.
    pub fn store(&self, network: &LayeredNetwork<R>, checkpoint: &mut Checkpoint) {
        checkpoint.insert("adam.step", &[], &[self.step as u64]);
        store_slots(network, "adam.mean", &self.mean, checkpoint);
        store_slots(network, "adam.variance", &self.variance, checkpoint);
    }

    /// Goes on where [`store`](Self::store) left off, for a network of the same structure.
    ///
    /// # Errors
    /// [`Error::Core`], [`Error::NotFinite`] or [`Error::Parameter`] for what is missing, misshapen or out of range. The
    /// optimizer is then unchanged.
    pub fn restore(&mut self, network: &LayeredNetwork<R>, checkpoint: &Checkpoint) -> Result<(), Error> {
        let step = checkpoint.get::<u64>("adam.step", &[])?[0];
        Error::require(step <= i32::MAX as u64, "adam.step", step as f64, "below 2^31")?;
        let mean = restore_slots(network, "adam.mean", f64::NEG_INFINITY, checkpoint)?;
        let variance = restore_slots(network, "adam.variance", 0.0, checkpoint)?;
        (self.step, self.mean, self.variance) = (step as i32, mean, variance);
        Ok(())
    }
}

impl<R: Real> Optimizer<R> for Adam<R> {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    fn begin_step(&mut self) {
        self.step = self.step.saturating_add(1);
    }

    fn update(&mut self, slot: usize, parameters: &mut [R], gradient: &[R], decays: bool) {
        let decay = if decays { self.learning_rate * self.weight_decay } else { 0.0 };
        let (keep, beta1, beta2) = (R::of(1.0 - decay), R::of(self.beta1), R::of(self.beta2));
        let (new1, new2) = (R::of(1.0 - self.beta1), R::of(1.0 - self.beta2));
        // The bias corrections go into the step size and into the root, once per step instead of once per number.
        let rate = R::of(self.learning_rate / (1.0 - self.beta1.powi(self.step)));
        let root = R::of((1.0 / (1.0 - self.beta2.powi(self.step))).sqrt());
        let epsilon = R::of(self.epsilon);
        let mean = memory(&mut self.mean, slot, parameters.len());
        let variance = memory(&mut self.variance, slot, parameters.len());
        Arch::new().dispatch(
            #[inline(always)]
            || {
                for (((w, m), v), &g) in parameters.iter_mut().zip(mean).zip(variance).zip(gradient) {
                    *m = beta1 * *m + new1 * g;
                    *v = beta2 * *v + new2 * g * g;
                    *w = keep * *w - rate * *m / (root * v.sqrt() + epsilon);
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::neurons;
    use crate::{Batch, Bptt, CrossEntropy, FastSigmoid, Layer, LeakyReadout, Lif};

    /// What stands in the lanes beyond the last neuron must never reach a neuron.
    #[test]
    fn padding_stays_as_it_was() {
        let lif = Lif::new(10.0, 1.0).unwrap();
        let hidden = Layer::spiking(65, lif, FastSigmoid::new(5.0).unwrap()).recurrent().learn("beta");
        let readout = Layer::readout(3, LeakyReadout::new(10.0, 1.0).unwrap());
        let mut network =
            LayeredNetwork::<f32>::with_inputs(4).layer(hidden).layer(readout).build(1).unwrap();
        let padding = |network: &LayeredNetwork<f32>| {
            let mut numbers = Vec::new();
            for tensor in network.tensors.iter().flatten() {
                for (row, panel) in tensor.data.panels().iter().enumerate() {
                    numbers.extend_from_slice(&panel[neurons(row / tensor.n_rows, tensor.n).len()..]);
                }
            }
            numbers
        };
        let (before, weights) = (padding(&network), network.get(0, "weights").unwrap());
        let x: Vec<f32> = (0..2 * 50 * 4).map(|k| f32::from(u8::from(k % 3 == 0))).collect();
        let batch = Batch::from_dense(&x, 2, 50, 4).unwrap();
        let mut adam = Adam::new(0.1).unwrap().weight_decay(0.1).unwrap();
        let mut bptt = Bptt::new(1).unwrap();
        for _ in 0..5 {
            bptt.step(&mut network, &batch, &CrossEntropy::max_membrane(), &[0, 2], &mut adam).unwrap();
        }
        assert_ne!(network.get(0, "weights").unwrap(), weights);
        assert_eq!(padding(&network), before);
        assert!(before.len() > 63 * (4 + 1 + 65 + 2));
    }
}
