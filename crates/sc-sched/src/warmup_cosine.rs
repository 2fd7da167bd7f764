//! A linear rise to the peak rate, then half a cosine.

use crate::{Cosine, Error, Schedule, error::at_least_one};

/// Linear warm-up, then cosine annealing:
///
/// ```text
/// rate(k) = peak * k / warmup                                               for k < warmup
///         = min + (peak - min) / 2 * (1 + cos(pi (k - warmup) / (total - warmup)))   up to total
///         = min                                                             from then on
/// ```
///
/// | symbol | meaning | range |
/// |---|---|---|
/// | `peak` | rate at step `warmup` | finite, >= 0 |
/// | `min` | rate from step `total` on | finite, >= 0, <= `peak` |
/// | `warmup` | steps of rise, from 0 | <= `total`; with 0 the rate starts at the peak |
/// | `total` | steps of rise and fall together | >= 1 |
///
/// If `warmup == total` there is no fall: the rate stays at the peak.
///
/// The warm-up is the "gradual warmup" of Goyal et al. (2017), doi:10.48550/arXiv.1706.02677, section 2.2, from rate 0;
/// the fall is the [`Cosine`] of Loshchilov & Hutter (2017).
///
/// ```
/// use sc_sched::{Schedule, WarmupCosine};
///
/// let rates = WarmupCosine::new(1.0, 0.0, 4, 12)?;
/// assert_eq!([rates.value(0), rates.value(1), rates.value(4)], [0.0, 0.25, 1.0]);
/// assert!((rates.value(8) - 0.5).abs() < 1e-15);
/// assert_eq!(rates.value(12), 0.0);
/// # Ok::<(), sc_sched::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WarmupCosine {
    peak: f64,
    warmup: u64,
    fall: Cosine,
}

impl WarmupCosine {
    /// Rise to `peak` in `warmup` steps, then anneal to `min` in the rest of `total` steps.
    ///
    /// # Errors
    /// [`Error::NotARate`] if a rate is negative or not finite, [`Error::MinimumAboveInitial`] if `min > peak`,
    /// [`Error::Zero`] if `total` is 0, [`Error::WarmupExceedsTotal`] if `warmup > total`.
    pub fn new(peak: f64, min: f64, warmup: u64, total: u64) -> Result<Self, Error> {
        let total = at_least_one("total", total)?;
        let fall = match total.checked_sub(warmup) {
            None => return Err(Error::WarmupExceedsTotal { warmup, total }),
            // No step is left to fall in: check the rates as ever, then stay at the peak.
            Some(0) => Cosine::new(peak, min, 1).and_then(|_| Cosine::new(peak, peak, 1))?,
            Some(rest) => Cosine::new(peak, min, rest)?,
        };
        Ok(Self { peak, warmup, fall })
    }
}

impl Schedule for WarmupCosine {
    fn value(&self, step: u64) -> f64 {
        match step.checked_sub(self.warmup) {
            Some(fallen) => self.fall.value(fallen),
            None => self.peak * (step as f64 / self.warmup as f64),
        }
    }
}
