//! Distances between the output's spike trains and given ones.

use sc_core::Real;

use super::Loss;
use crate::{Error, Output, OutputAdjoint};

/// The mean over samples, steps and outputs of `(z - target)^2`.
///
/// Targets: spikes `[n_samples][n_steps][n_outputs]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeanSquaredSpikes;

impl<R: Real> Loss<R> for MeanSquaredSpikes {
    type Targets = [R];

    fn evaluate(
        &self,
        output: &Output<'_, R>,
        targets: &[R],
        adjoint: &mut OutputAdjoint<R>,
    ) -> Result<R, Error> {
        check(output, targets, "mean squared spikes")?;
        let scale = R::ONE / R::of(targets.len() as f64);
        let mut loss = R::ZERO;
        for (row, targets) in targets.chunks(output.n_outputs()).enumerate() {
            let (sample, step) = (row / output.n_steps(), row % output.n_steps());
            let spikes = output.spikes(sample, step);
            for ((g, &z), &target) in adjoint.spikes_mut(sample, step).iter_mut().zip(spikes).zip(targets) {
                loss += scale * (z - target) * (z - target);
                *g = R::of(2.0) * scale * (z - target);
            }
        }
        Ok(loss)
    }
}

/// The van Rossum distance: both spike trains pass an exponential filter, and the squared difference is averaged over
/// samples and outputs and divided by the time constant (van Rossum 2001, <https://doi.org/10.1162/089976601300014321>).
///
/// ```text
/// d_t = kappa d_{t-1} + (z_t - target_t)      kappa = exp(-dt / tau)
/// loss = dt / (tau n_samples n_outputs) sum d_t^2
/// ```
///
/// Targets: spikes `[n_samples][n_steps][n_outputs]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VanRossum {
    /// Time constant in steps.
    tau: f64,
}

impl VanRossum {
    /// With time constant `tau` \[ms\] and step `dt` \[ms\], both finite and positive.
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn new(tau: f64, dt: f64) -> Result<Self, Error> {
        Error::require(tau.is_finite() && tau > 0.0, "tau", tau, "finite and positive [ms]")?;
        Error::require(dt.is_finite() && dt > 0.0, "dt", dt, "finite and positive [ms]")?;
        Ok(Self { tau: tau / dt })
    }
}

impl<R: Real> Loss<R> for VanRossum {
    type Targets = [R];

    fn evaluate(
        &self,
        output: &Output<'_, R>,
        targets: &[R],
        adjoint: &mut OutputAdjoint<R>,
    ) -> Result<R, Error> {
        check(output, targets, "van Rossum distance")?;
        let (n_samples, n_steps, n) = (output.n_samples(), output.n_steps(), output.n_outputs());
        let kappa = R::of((-1.0 / self.tau).exp());
        let scale = R::ONE / R::of(self.tau * n_samples as f64 * n as f64);
        let mut loss = R::ZERO;
        for (sample, targets) in targets.chunks(n_steps * n).enumerate() {
            // Forward: the filtered difference, put where its adjoint will be.
            let mut d = vec![R::ZERO; n];
            for (step, targets) in targets.chunks(n).enumerate() {
                let spikes = output.spikes(sample, step);
                for (k, g) in adjoint.spikes_mut(sample, step).iter_mut().enumerate() {
                    d[k] = kappa * d[k] + (spikes[k] - targets[k]);
                    loss += scale * d[k] * d[k];
                    *g = d[k];
                }
            }
            // Backward: q_t = kappa q_{t+1} + 2 scale d_t.
            let mut q = vec![R::ZERO; n];
            for step in (0..n_steps).rev() {
                for (q, g) in q.iter_mut().zip(adjoint.spikes_mut(sample, step)) {
                    *q = kappa * *q + R::of(2.0) * scale * *g;
                    *g = *q;
                }
            }
        }
        Ok(loss)
    }
}

fn check<R: Real>(output: &Output<'_, R>, targets: &[R], loss: &'static str) -> Result<(), Error> {
    if !output.spiking() {
        return Err(Error::NoOutputSpikes { loss });
    }
    Error::shape(
        "target spikes of a batch",
        output.n_samples() * output.n_steps() * output.n_outputs(),
        targets.len(),
    )?;
    match targets.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(position) => {
            Err(Error::NotFinite { what: "target spikes", position, value: targets[position].f64() })
        }
    }
}
