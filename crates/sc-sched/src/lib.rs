//! Learning-rate schedules as pure functions of the step number.
//!
//! A [`Schedule`] is a closed form `rate = f(step)` with no memory, so jumping to a step, resuming a run and asking
//! twice give the same bits. A [`Scheduler`] adds the one thing a training loop wants on top: a step counter.
//!
//! ```
//! use sc_sched::{Scheduler, WarmupCosine};
//!
//! // 10 steps up to 0.1, then down along a half cosine, reaching 0.001 at step 100.
//! let mut scheduler = Scheduler::new(WarmupCosine::new(0.1, 0.001, 10, 100)?);
//! for _ in 0..100 {
//!     let _rate = scheduler.value();
//!     // ... one training step at that rate ...
//!     scheduler.step();
//! }
//! assert_eq!(scheduler.value(), 0.001);
//! # Ok::<(), sc_sched::Error>(())
//! ```
//!
//! | shape | type | `value(0)` | past its end |
//! |---|---|---|---|
//! | drops by a factor every so many steps | [`Step`] | initial | keeps dropping |
//! | drops by a factor every step | [`Exponential`] | initial | keeps dropping |
//! | half a cosine | [`Cosine`] | initial | stays at the minimum, or swings back if [periodic](Cosine::periodic) |
//! | linear warm-up, then half a cosine | [`WarmupCosine`] | 0 (the peak if there is no warm-up) | stays at the minimum |
//! | anything else | your own closure or [`Schedule`] | yours | yours |
//!
//! Every rate these types return is finite and not negative, for every step up to [`u64::MAX`]. A rate is in whatever
//! unit the optimizer takes it in; a step is whatever you count (batches, epochs).
//!
//! # The counting convention
//!
//! `value(k)` is the rate after `k` calls of [`Scheduler::step`]; `value(0)` holds before the first. With
//! `Step::new(1.0, 2, 0.5)` the rates are 1, 1, 0.5, 0.5, 0.25, ..., which is what PyTorch hands to its batches.
//! sc-neurocore's loop asks after stepping, so the same schedule appears there one step earlier: 1, 0.5, 0.5, 0.25.
//!
//! # Against sc-neurocore 3.16.0
//!
//! For valid arguments the rates agree with its schedulers to 1e-9 (a test holds them to its recorded sequences).
//! Where the reference is wrong by its own description, this crate differs:
//!
//! * Its `reset()` leaves a step schedule's decayed rate in place and does nothing at all to an exponential one.
//!   [`Scheduler::reset`] goes back to step 0, wholly.
//! * A step size of 0 or a total of 0 divides by zero at the first step. Here it is [`Error::Zero`] at construction.
//! * A warm-up as long as the total divides by zero at the step after it. Here the rate stays at the peak.
//! * With a warm-up longer than the total the rate oscillates for ever. Here it is [`Error::WarmupExceedsTotal`].
//! * With a negative total or a negative warm-up the rate oscillates or starts in mid-curve, and a negative step size
//!   counts as its modulus. Here these are `u64`, which cannot be negative.
//! * Without a warm-up its rate is 0 until the first step. Here it is the peak from the start.
//! * Rates and factors are not checked there. Here, one that is negative or not finite is [`Error::NotARate`] or
//!   [`Error::NotAFactor`], and a minimum above the initial rate is [`Error::MinimumAboveInitial`].
//! * It multiplies its rate in place, so rounding errors grow with the number of steps, and a run resumes only by
//!   replaying them. Here the step number is the whole state.
#![forbid(unsafe_code)]

mod cosine;
mod error;
mod exponential;
mod schedule;
mod scheduler;
mod step;
mod warmup_cosine;

pub use cosine::Cosine;
pub use error::Error;
pub use exponential::Exponential;
pub use schedule::Schedule;
pub use scheduler::Scheduler;
pub use step::Step;
pub use warmup_cosine::WarmupCosine;
