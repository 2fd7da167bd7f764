//! A callback that is called less often.

use crate::{Error, Metric, TrainingCallback};

/// Passes on the steps that `period` divides: 0, `period`, `2 * period`, ...
///
/// It looks at the step number and counts nothing, so a resumed run logs the same steps as one that was never stopped.
///
/// ```
/// use sc_callbacks::{Every, History, TrainingCallback};
///
/// let mut history = History::new();
/// let mut every = Every::new(100, &mut history)?;
/// for step in 0..=250 {
///     every.log(step, &[("step squared", (step * step).into())])?;
/// }
/// assert_eq!(history.series("step squared"), [(0, 0.0), (100, 10_000.0), (200, 40_000.0)]);
/// # Ok::<(), sc_callbacks::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Every<C> {
    period: u64,
    callback: C,
}

impl<C: TrainingCallback> Every<C> {
    /// Pass every `period`-th step on to `callback`.
    ///
    /// # Errors
    /// [`Error::ZeroPeriod`] if `period` is 0.
    pub fn new(period: u64, callback: C) -> Result<Self, Error> {
        if period > 0 { Ok(Self { period, callback }) } else { Err(Error::ZeroPeriod) }
    }
}

impl<C: TrainingCallback> TrainingCallback for Every<C> {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        if step.is_multiple_of(self.period) { self.callback.log(step, metrics) } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.callback.flush()
    }

    fn close(&mut self) -> Result<(), Error> {
        self.callback.close()
    }
}
