//! A rate that changes by the same factor every step.

use crate::{Error, Schedule, error::rate};

/// Geometric decay: `rate(k) = initial * gamma^k`.
///
/// | symbol | meaning | range |
/// |---|---|---|
/// | `initial` | rate at step 0 | finite, >= 0 |
/// | `gamma` | factor per step; 0.999 is a common choice | finite, >= 0; above 1 the rate grows |
///
/// A growing rate serves the learning-rate range test of Smith (2017), doi:10.1109/WACV.2017.58. Where the product
/// leaves the range of `f64` it becomes 0 below and [`f64::MAX`] above, never infinite.
///
/// ```
/// use sc_sched::{Exponential, Schedule};
///
/// let rates = Exponential::new(0.1, 0.5)?;
/// assert_eq!([rates.value(0), rates.value(1), rates.value(2)], [0.1, 0.05, 0.025]);
/// # Ok::<(), sc_sched::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponential {
    initial: f64,
    gamma: f64,
}

impl Exponential {
    /// Decay by the factor `gamma` per step.
    ///
    /// # Errors
    /// [`Error::NotARate`] or [`Error::NotAFactor`] if an argument is negative or not finite.
    pub fn new(initial: f64, gamma: f64) -> Result<Self, Error> {
        let initial = rate("initial", initial)?;
        if gamma.is_finite() && gamma >= 0.0 {
            Ok(Self { initial, gamma })
        } else {
            Err(Error::NotAFactor { value: gamma })
        }
    }
}

impl Schedule for Exponential {
    fn value(&self, step: u64) -> f64 {
        // powf, as powi takes only an i32 and leaves its accuracy open. In two halves, so that gamma^step may leave
        // the range of f64 where its product with `initial` does not; capped, as 0 * inf would be NaN.
        let half = step / 2;
        let factor = |exponent: u64| self.gamma.powf(exponent as f64).min(f64::MAX);
        (self.initial * factor(half) * factor(step - half)).min(f64::MAX)
    }
}
