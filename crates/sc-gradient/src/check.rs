//! Is the gradient right? Finite differences say.

use std::fmt;

use crate::tensor::Tensor;
use crate::{Batch, Bptt, Error, LayeredNetwork, Loss};

/// How far each parameter's gradient is from finite differences.
#[derive(Debug, Clone)]
pub struct GradientCheck {
    /// One entry per parameter.
    pub parameters: Vec<ParameterCheck>,
}

/// One parameter's part of a [`GradientCheck`].
#[derive(Debug, Clone)]
pub struct ParameterCheck {
    /// Which layer.
    pub layer: usize,
    /// Which of its parameters.
    pub name: &'static str,
    /// The largest absolute difference between gradient and finite difference.
    pub error: f64,
    /// The largest absolute finite difference, to compare with.
    pub scale: f64,
}

impl GradientCheck {
    /// The largest error of all parameters, relative to the largest finite difference of its parameter (or to 1e-3 of the
    /// largest of all, where a parameter hardly matters).
    #[must_use]
    pub fn largest_error(&self) -> f64 {
        let floor = 1e-3 * self.parameters.iter().map(|p| p.scale).fold(0.0, f64::max);
        let relative = |p: &ParameterCheck| if p.error <= 0.0 { 0.0 } else { p.error / p.scale.max(floor) };
        // A NaN error must not look like a small one.
        self.parameters.iter().map(relative).fold(0.0, |a, b| if b >= a || b.is_nan() { b } else { a })
    }
}

impl fmt::Display for GradientCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ParameterCheck { layer, name, error, scale } in &self.parameters {
            writeln!(f, "layer {layer} {name}: error {error:.1e} of {scale:.1e}")?;
        }
        Ok(())
    }
}

/// Compares the gradient of every learnable parameter, number by number, with central differences of width `step`.
///
/// A spike has no derivative, so both sides use the smooth spike `z = f(x)` of each layer's surrogate: then the loss is a
/// smooth function, its gradient is exact, and every line of the backward pass takes part, those of your own neuron models,
/// surrogates and losses included. Detached gradients are wrong by intention and differ here. Two runs of the network per
/// parameter: use a small one.
///
/// # Errors
/// As [`Bptt::gradient`].
pub fn check_gradient<L: Loss<f64> + ?Sized>(
    network: &LayeredNetwork<f64>,
    batch: &Batch<f64>,
    loss: &L,
    targets: &L::Targets,
    step: f64,
) -> Result<GradientCheck, Error> {
    Error::require(step.is_finite() && step > 0.0, "step", step, "finite and positive")?;
    let mut bptt = Bptt::new(1)?.smooth(true);
    bptt.gradient(network, batch, loss, targets)?;
    let gradient = bptt.gradients().clone();
    let mut network = network.clone();
    let mut parameters = Vec::new();
    for layer in 0..network.layers.len() {
        for slot in 0..network.tensors[layer].len() {
            let Tensor { name, n_rows, n, learnable, .. } = network.tensors[layer][slot];
            if !learnable {
                continue;
            }
            let (mut error, mut scale) = (0.0_f64, 0.0_f64);
            for k in 0..n_rows * n {
                let k = network.tensors[layer][slot].position(k);
                let x = network.tensors[layer][slot].data[k];
                let mut at = |x: f64| {
                    network.tensors[layer][slot].data[k] = x;
                    bptt.loss(&network, batch, loss, targets)
                };
                let difference = (at(x + step)? - at(x - step)?) / (2.0 * step);
                network.tensors[layer][slot].data[k] = x;
                let distance = (difference - gradient.tensors[layer][slot][k]).abs();
                error = if distance > error || distance.is_nan() { distance } else { error };
                scale = scale.max(difference.abs());
            }
            parameters.push(ParameterCheck { layer, name, error, scale });
        }
    }
    Ok(GradientCheck { parameters })
}
