//! Keeping every neuron's firing rate within limits.

use sc_core::Real;

use crate::Error;
use crate::panel::{Aligned, panels};

/// A penalty on neurons that fire too much or too little.
///
/// ```text
/// r_i = mean over samples and steps of z_i            [spikes per step]
/// upper_weight mean_i max(0, r_i - upper)^2 + lower_weight mean_i max(0, lower - r_i)^2
/// ```
///
/// The lower limit wakes dead neurons: it pushes on a neuron that has not fired at all through its surrogate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRegularizer {
    upper: f64,
    upper_weight: f64,
    lower: f64,
    lower_weight: f64,
}

impl RateRegularizer {
    /// Calms neurons that fire more than `limit` \[spikes per step\].
    ///
    /// # Errors
    /// [`Error::Parameter`] unless the limit is finite and the weight finite and not negative.
    pub fn upper(limit: f64, weight: f64) -> Result<Self, Error> {
        Self::new(limit, weight, 0.0, 0.0)
    }

    /// Wakes neurons that fire less than `limit` \[spikes per step\].
    ///
    /// # Errors
    /// [`Error::Parameter`] unless the limit is finite and the weight finite and not negative.
    pub fn lower(limit: f64, weight: f64) -> Result<Self, Error> {
        Self::new(0.0, 0.0, limit, weight)
    }

    /// Both at once. Rates in spikes per step; weights finite and not negative (0 switches a limit off).
    ///
    /// # Errors
    /// [`Error::Parameter`] naming the one out of range.
    pub fn new(upper: f64, upper_weight: f64, lower: f64, lower_weight: f64) -> Result<Self, Error> {
        for (name, value) in [("upper", upper), ("lower", lower)] {
            Error::require(value.is_finite(), name, value, "finite")?;
        }
        for (name, value) in [("upper_weight", upper_weight), ("lower_weight", lower_weight)] {
            Error::require(value.is_finite() && value >= 0.0, name, value, "finite and not negative")?;
        }
        Ok(Self { upper, upper_weight, lower, lower_weight })
    }

    /// The penalty for these spike counts over `n_rows` samples and steps, and its derivative with respect to one spike of
    /// each neuron.
    pub(crate) fn evaluate<R: Real>(&self, counts: &[f64], n_rows: usize) -> (f64, Aligned<R>) {
        let n = counts.len() as f64;
        let mut slopes = Aligned::panels_of(panels(counts.len()));
        let mut penalty = 0.0;
        for (slope, count) in slopes.iter_mut().zip(counts) {
            let rate = count / n_rows as f64;
            let (over, under) = ((rate - self.upper).max(0.0), (self.lower - rate).max(0.0));
            penalty += (self.upper_weight * over * over + self.lower_weight * under * under) / n;
            let per_rate = 2.0 * (self.upper_weight * over - self.lower_weight * under) / n;
            *slope = R::of(per_rate / n_rows as f64);
        }
        (penalty, slopes)
    }
}
