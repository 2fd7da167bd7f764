//! Cross-entropy of class labels.

use sc_core::Real;

use super::Loss;
use crate::{Error, Output, OutputAdjoint};

/// What counts as evidence for a class: one number per sample and output, the logit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Spikes of the output, summed over time.
    SpikeCount,
    /// The largest membrane over time (the first, if several are equal).
    MaxMembrane,
    /// The mean membrane over time.
    MeanMembrane,
}

/// The mean over the batch of `logsumexp(l) - l[label]`, with logits `l` gathered over time from the output.
///
/// Targets: one label per sample, below the number of outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrossEntropy {
    evidence: Evidence,
}

impl CrossEntropy {
    /// Of this evidence.
    #[must_use]
    pub fn new(evidence: Evidence) -> Self {
        Self { evidence }
    }

    /// Of the spike counts.
    #[must_use]
    pub fn spike_count() -> Self {
        Self::new(Evidence::SpikeCount)
    }

    /// Of the largest membrane over time.
    #[must_use]
    pub fn max_membrane() -> Self {
        Self::new(Evidence::MaxMembrane)
    }

    /// Of the mean membrane over time.
    #[must_use]
    pub fn mean_membrane() -> Self {
        Self::new(Evidence::MeanMembrane)
    }

    /// The logits of every sample, `[n_samples][n_outputs]`.
    ///
    /// # Errors
    /// [`Error::NoOutputSpikes`] if spikes are to be counted where there are none.
    pub fn logits<R: Real>(&self, output: &Output<'_, R>) -> Result<Vec<R>, Error> {
        Ok(self.gather(output)?.into_iter().map(|(logit, _)| logit).collect())
    }

    /// The logits, and for a maximum the step in which it was reached.
    fn gather<R: Real>(&self, output: &Output<'_, R>) -> Result<Vec<(R, usize)>, Error> {
        if self.evidence == Evidence::SpikeCount && !output.spiking() {
            return Err(Error::NoOutputSpikes { loss: "cross-entropy of spike counts" });
        }
        let first = if self.evidence == Evidence::MaxMembrane { -R::INFINITY } else { R::ZERO };
        let mut logits = vec![(first, 0); output.n_samples() * output.n_outputs()];
        for (sample, logits) in logits.chunks_mut(output.n_outputs()).enumerate() {
            let numbers = match self.evidence {
                Evidence::SpikeCount => output.sample_spikes(sample),
                Evidence::MaxMembrane | Evidence::MeanMembrane => output.sample_membranes(sample),
            };
            for (step, row) in numbers.chunks(output.n_outputs()).enumerate() {
                for (logit, &x) in logits.iter_mut().zip(row) {
                    if self.evidence != Evidence::MaxMembrane {
                        logit.0 += x;
                    } else if x > logit.0 {
                        *logit = (x, step);
                    }
                }
            }
            if self.evidence == Evidence::MeanMembrane {
                for (logit, _) in logits {
                    *logit /= R::of(output.n_steps() as f64);
                }
            }
        }
        Ok(logits)
    }

    /// The most likely class of every sample (the lowest, if several are equal).
    ///
    /// # Errors
    /// As [`logits`](Self::logits).
    pub fn classify<R: Real>(&self, output: &Output<'_, R>) -> Result<Vec<usize>, Error> {
        let best = |logits: &[R]| {
            (0..logits.len()).fold(0, |best, k| if logits[k] > logits[best] { k } else { best })
        };
        Ok(self.logits(output)?.chunks(output.n_outputs()).map(best).collect())
    }
}

impl<R: Real> Loss<R> for CrossEntropy {
    type Targets = [usize];

    fn evaluate(
        &self,
        output: &Output<'_, R>,
        labels: &[usize],
        adjoint: &mut OutputAdjoint<R>,
    ) -> Result<R, Error> {
        let (n_samples, n_outputs, n_steps) = (output.n_samples(), output.n_outputs(), output.n_steps());
        Error::shape("labels of a batch", n_samples, labels.len())?;
        if let Some(sample) = labels.iter().position(|&label| label >= n_outputs) {
            return Err(Error::Label { sample, label: labels[sample], n_outputs });
        }
        let logits = self.gather(output)?;
        let scale = R::ONE / R::of(n_samples as f64);
        let mut loss = R::ZERO;
        for (sample, (logits, &label)) in logits.chunks(n_outputs).zip(labels).enumerate() {
            let largest = logits.iter().fold(-R::INFINITY, |a, b| a.max(b.0));
            let sum: R = logits.iter().map(|l| (l.0 - largest).exp()).sum();
            loss += scale * (sum.ln() + largest - logits[label].0);
            // d loss / d logit = (softmax - one-hot) / n_samples
            let slope = |k: usize| {
                let one_hot = if k == label { R::ONE } else { R::ZERO };
                scale * ((logits[k].0 - largest).exp() / sum - one_hot)
            };
            let slopes: Vec<R> = (0..n_outputs).map(slope).collect();
            match self.evidence {
                Evidence::SpikeCount => {
                    for step in 0..n_steps {
                        adjoint.spikes_mut(sample, step).copy_from_slice(&slopes);
                    }
                }
                Evidence::MeanMembrane => {
                    for step in 0..n_steps {
                        for (g, &slope) in adjoint.membranes_mut(sample, step).iter_mut().zip(&slopes) {
                            *g = slope / R::of(n_steps as f64);
                        }
                    }
                }
                Evidence::MaxMembrane => {
                    for (k, (&(_, step), &slope)) in logits.iter().zip(&slopes).enumerate() {
                        adjoint.membranes_mut(sample, step)[k] = slope;
                    }
                }
            }
        }
        Ok(loss)
    }
}
