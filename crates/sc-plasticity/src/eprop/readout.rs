//! Leaky readouts of the spikes, their gradient, and the two losses they are mostly trained with.

use sc_core::{Dense, Real};

use super::neuron::settled;
use super::panel::{LANES, Lanes};

/// The readouts of all samples.
#[derive(Debug, Clone)]
pub(super) struct Readout<R: Real> {
    pub(super) kappa: R,
    pub(super) gain: R,
    /// `[n_neurons, n_outputs]`.
    pub(super) weights: Dense<R>,
    /// `[n_outputs]`.
    pub(super) bias: Vec<R>,
    /// `[sample][output]`.
    pub(super) y: Vec<R>,
    /// The spikes as the readout sees them, filtered by its own decay, `[sample][panel]`.
    pub(super) trace: Vec<Lanes<R>>,
    /// The bias as the readout sees it.
    pub(super) bias_trace: R,
    /// Of the sequence under way, `[n_neurons, n_outputs]`.
    pub(super) gradient: Vec<R>,
    /// Of the sequence under way, `[n_outputs]`.
    pub(super) bias_gradient: Vec<R>,
}

impl<R: Real> Readout<R> {
    pub(super) fn new(kappa: f64, gain: f64, weights: Dense<R>, n_samples: usize, n_panels: usize) -> Self {
        let n_outputs = weights.n_post();
        Self {
            kappa: R::of(kappa),
            gain: R::of(gain),
            bias: vec![R::ZERO; n_outputs],
            y: vec![R::ZERO; n_samples * n_outputs],
            trace: vec![Lanes::default(); n_samples * n_panels],
            bias_trace: R::ZERO,
            gradient: vec![R::ZERO; weights.values().len()],
            bias_gradient: vec![R::ZERO; n_outputs],
            weights,
        }
    }

    /// One step of one sample, with the neurons that spiked.
    #[inline(always)]
    pub(super) fn step(&mut self, sample: usize, active: &[u32]) {
        let n = self.bias.len();
        for (k, y) in self.y[sample * n..][..n].iter_mut().enumerate() {
            let input: R = active.iter().map(|&j| self.weights.values()[j as usize * n + k]).sum();
            *y = self.kappa * *y + self.gain * (input + self.bias[k]);
        }
    }

    /// Adds what the errors of a step say about the weights.
    #[inline(always)]
    pub(super) fn learn(&mut self, sample: usize, error: &[R]) {
        let (n, n_panels) = (error.len(), self.trace.len() / (self.y.len() / error.len()));
        let trace = self.trace[sample * n_panels..][..n_panels].as_flattened();
        for (gradient, &trace) in self.gradient.chunks_exact_mut(n).zip(trace) {
            for (gradient, &error) in gradient.iter_mut().zip(error) {
                *gradient += error * trace;
            }
        }
        for (gradient, &error) in self.bias_gradient.iter_mut().zip(error) {
            *gradient += error * self.bias_trace;
        }
    }

    /// The trace of a panel takes up the spikes of a step.
    #[inline(always)]
    pub(super) fn remember(&mut self, sample_and_panel: usize, spike: &Lanes<R>) {
        let mut trace = self.trace[sample_and_panel];
        for l in 0..LANES {
            trace[l] = settled(self.kappa * trace[l] + self.gain * spike[l]);
        }
        self.trace[sample_and_panel] = trace;
    }

    /// Moves the gradients to where they are added.
    pub(super) fn deliver(&mut self, gradient: &mut [R], bias_gradient: &mut [R]) {
        let ours = self.gradient.iter_mut().chain(&mut self.bias_gradient);
        for (ours, sum) in ours.zip(gradient.iter_mut().chain(bias_gradient)) {
            *sum += *ours;
            *ours = R::ZERO;
        }
    }

    /// A new sequence begins.
    pub(super) fn reset(&mut self) {
        self.gradient.fill(R::ZERO);
        self.bias_gradient.fill(R::ZERO);
        self.y.fill(R::ZERO);
        self.trace.fill(Lanes::default());
        self.bias_trace = R::ZERO;
    }
}

/// Half the sum of the squared differences between `output` and `target`; writes its derivative by the output,
/// `output - target`, into `error`. All three have the same length.
///
/// # Panics
/// If they have not.
#[track_caller]
pub fn squared_error<R: Real>(output: &[R], target: &[R], error: &mut [R]) -> R {
    check_lengths(output.len(), target.len(), error.len());
    let mut loss = R::ZERO;
    for ((&y, &target), error) in output.iter().zip(target).zip(error) {
        *error = y - target;
        loss += *error * *error;
    }
    loss / R::of(2.0)
}

/// Cross-entropy between the softmax of `output` and the class `target`, in nats; writes its derivative by
/// the output, `softmax(output)_k - [k = target]`, into `error`.
///
/// # Panics
/// If `output` and `error` have different lengths, or there is no class `target`.
#[track_caller]
pub fn softmax_cross_entropy<R: Real>(output: &[R], target: usize, error: &mut [R]) -> R {
    check_lengths(output.len(), output.len(), error.len());
    assert!(target < output.len(), "class {target} of {}", output.len());
    let greatest = output.iter().fold(-R::INFINITY, |a, &b| a.max(b));
    let mut sum = R::ZERO;
    for (&y, error) in output.iter().zip(error.iter_mut()) {
        *error = (y - greatest).exp();
        sum += *error;
    }
    error.iter_mut().for_each(|error| *error /= sum);
    error[target] -= R::ONE;
    sum.ln() - (output[target] - greatest)
}

#[track_caller]
fn check_lengths(output: usize, target: usize, error: usize) {
    assert!(output == target && output == error, "{output} outputs, {target} targets, {error} errors");
}
