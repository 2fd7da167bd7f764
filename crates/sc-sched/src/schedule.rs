//! What a schedule is: a rate for every step number, and nothing else.

/// A learning rate as a function of the step number.
///
/// Implementations are pure: the same step gives the same bits, whatever was asked before. That makes resuming from a
/// checkpoint exact, and it lets several parts of a program follow one schedule without sharing a counter.
///
/// # Bring your own
///
/// Every `Fn(u64) -> f64` is a schedule, and so is what you make of an existing one:
///
/// ```
/// use sc_sched::{Cosine, Schedule, Scheduler};
///
/// // Inverse square root, as in "Attention is all you need".
/// let inverse_sqrt = |step: u64| 0.1 / ((step + 1) as f64).sqrt();
/// assert_eq!(inverse_sqrt.value(99), 0.01);
///
/// // Warm restarts (SGDR): the same cosine again every 50 steps, each time from half as high.
/// let cosine = Cosine::new(0.1, 0.0, 50)?;
/// let restarts = move |step| cosine.value(step % 50) * 0.5f64.powf((step / 50) as f64);
/// let mut scheduler = Scheduler::new(restarts);
/// scheduler.seek(100);
/// assert_eq!(scheduler.value(), 0.025);
/// # Ok::<(), sc_sched::Error>(())
/// ```
///
/// A type of your own is as short, and can be printed and compared:
///
/// ```
/// use sc_sched::Schedule;
///
/// #[derive(Debug, Clone, Copy, PartialEq)]
/// struct Linear { initial: f64, total: u64 }
///
/// impl Schedule for Linear {
///     fn value(&self, step: u64) -> f64 {
///         let left = self.total.saturating_sub(step);
///         self.initial * (left as f64 / self.total as f64)
///     }
/// }
///
/// assert_eq!(Linear { initial: 1.0, total: 4 }.value(3), 0.25);
/// ```
pub trait Schedule {
    /// The learning rate after `step` steps; `value(0)` is the rate of the first one.
    fn value(&self, step: u64) -> f64;
}

impl<F: Fn(u64) -> f64> Schedule for F {
    fn value(&self, step: u64) -> f64 {
        self(step)
    }
}

/// A schedule chosen at run time.
impl Schedule for Box<dyn Schedule + '_> {
    fn value(&self, step: u64) -> f64 {
        (**self).value(step)
    }
}

/// A schedule chosen at run time that may move to another thread.
impl Schedule for Box<dyn Schedule + Send + '_> {
    fn value(&self, step: u64) -> f64 {
        (**self).value(step)
    }
}
