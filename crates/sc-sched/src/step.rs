//! A rate that drops by a factor every so many steps.

use crate::{Error, Exponential, Schedule, error::at_least_one};

/// Staircase decay: `rate(k) = initial * gamma^floor(k / size)`.
///
/// | symbol | meaning | range |
/// |---|---|---|
/// | `initial` | rate of the first `size` steps | finite, >= 0 |
/// | `size` | steps on one stair | >= 1 |
/// | `gamma` | factor from stair to stair; 0.1 is a common choice | finite, >= 0; above 1 the rate grows |
///
/// ```
/// use sc_sched::{Schedule, Step};
///
/// let rates = Step::new(1.0, 2, 0.5)?;
/// let first: Vec<f64> = (0..5).map(|k| rates.value(k)).collect();
/// assert_eq!(first, [1.0, 1.0, 0.5, 0.5, 0.25]);
/// # Ok::<(), sc_sched::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    stairs: Exponential,
    size: u64,
}

impl Step {
    /// Decay by the factor `gamma` every `size` steps.
    ///
    /// # Errors
    /// [`Error::NotARate`] or [`Error::NotAFactor`] if `initial` or `gamma` is negative or not finite,
    /// [`Error::Zero`] if `size` is 0.
    pub fn new(initial: f64, size: u64, gamma: f64) -> Result<Self, Error> {
        Ok(Self { stairs: Exponential::new(initial, gamma)?, size: at_least_one("step size", size)? })
    }
}

impl Schedule for Step {
    fn value(&self, step: u64) -> f64 {
        self.stairs.value(step / self.size)
    }
}
