//! Half a cosine from one rate down to another.

use std::f64::consts::FRAC_PI_2;

use crate::{
    Error, Schedule,
    error::{at_least_one, rate},
};

/// Cosine annealing: `rate(k) = min + (initial - min) / 2 * (1 + cos(pi k / total))`, then `min` for ever.
///
/// | symbol | meaning | range |
/// |---|---|---|
/// | `initial` | rate at step 0 | finite, >= 0 |
/// | `min` | rate from step `total` on | finite, >= 0, <= `initial` |
/// | `total` | steps from the one to the other | >= 1 |
///
/// One period of Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017),
/// doi:10.48550/arXiv.1608.03983, equation 5. The paper's restarts are one closure away, see [`Schedule`].
///
/// ```
/// use sc_sched::{Cosine, Schedule};
///
/// let rates = Cosine::new(0.5, 0.1, 10)?;
/// assert_eq!(rates.value(0), 0.5);
/// assert!((rates.value(5) - 0.3).abs() < 1e-15);
/// assert_eq!(rates.value(10), 0.1);
/// assert_eq!(rates.value(15), 0.1);
/// assert_eq!(rates.periodic().value(20), 0.5);
/// # Ok::<(), sc_sched::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cosine {
    initial: f64,
    min: f64,
    total: u64,
    periodic: bool,
}

impl Cosine {
    /// Anneal from `initial` to `min` in `total` steps.
    ///
    /// # Errors
    /// [`Error::NotARate`] if a rate is negative or not finite, [`Error::MinimumAboveInitial`] if `min > initial`,
    /// [`Error::Zero`] if `total` is 0.
    pub fn new(initial: f64, min: f64, total: u64) -> Result<Self, Error> {
        let (initial, min) = (rate("initial", initial)?, rate("min", min)?);
        if min > initial {
            return Err(Error::MinimumAboveInitial { minimum: min, initial });
        }
        Ok(Self { initial, min, total: at_least_one("total", total)?, periodic: false })
    }

    /// The same curve, but swinging back up after `total` steps and down again, with period `2 * total`, as PyTorch's
    /// `CosineAnnealingLR` does.
    #[must_use]
    pub fn periodic(self) -> Self {
        Self { periodic: true, ..self }
    }

    /// Steps left until the minimum, or since it on the way back up.
    fn steps_to_min(&self, step: u64) -> u64 {
        let (swing, within) = (step / self.total, step % self.total);
        match (swing, self.periodic) {
            (0, _) => self.total - step,
            (_, false) => 0,
            (_, true) if swing % 2 == 1 => within,
            (_, true) => self.total - within,
        }
    }
}

impl Schedule for Cosine {
    fn value(&self, step: u64) -> f64 {
        // (1 + cos(pi t)) / 2 = sin^2(pi / 2 * (1 - t)). The sine loses no digits near the end, where the cosine
        // cancels against the 1, and with the two weights both ends are hit exactly.
        let s = (FRAC_PI_2 * (self.steps_to_min(step) as f64 / self.total as f64)).sin();
        let w = s * s;
        (self.initial * w + self.min * (1.0 - w)).clamp(self.min, self.initial)
    }
}
