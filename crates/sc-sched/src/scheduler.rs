//! A schedule with a step counter, for the training loop.

use crate::Schedule;

/// A [`Schedule`] and the number of steps taken: what a training loop advances and a checkpoint stores.
///
/// The step number is the whole state. [`state`](Self::state) and [`seek`](Self::seek) therefore save and resume a run
/// exactly, whatever the schedule:
///
/// ```
/// use sc_sched::{Cosine, Scheduler};
///
/// let schedule = Cosine::new(0.1, 0.0, 1000)?;
/// let mut first = Scheduler::new(schedule);
/// for _ in 0..123 {
///     first.step();
/// }
///
/// let mut resumed = Scheduler::new(schedule);
/// resumed.seek(first.state());
/// assert_eq!(resumed.value(), first.value());
/// assert_eq!(resumed.step(), first.step());
/// # Ok::<(), sc_sched::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheduler<S> {
    schedule: S,
    step: u64,
}

impl<S: Schedule> Scheduler<S> {
    /// Follow `schedule` from step 0.
    pub fn new(schedule: S) -> Self {
        Self { schedule, step: 0 }
    }

    /// The rate now.
    pub fn value(&self) -> f64 {
        self.schedule.value(self.step)
    }

    /// Take one step and return the rate after it. The counter stops at [`u64::MAX`].
    pub fn step(&mut self) -> f64 {
        self.step = self.step.saturating_add(1);
        self.value()
    }

    /// Back to step 0.
    pub fn reset(&mut self) {
        self.step = 0;
    }

    /// Jump to any step, forwards or backwards: to a [`state`](Self::state) read earlier, for instance.
    pub fn seek(&mut self, step: u64) {
        self.step = step;
    }

    /// Number of steps taken: all that a checkpoint has to store.
    pub fn state(&self) -> u64 {
        self.step
    }

    /// The schedule that is followed.
    pub fn schedule(&self) -> &S {
        &self.schedule
    }
}
