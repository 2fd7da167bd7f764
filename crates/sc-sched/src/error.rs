//! Why a schedule cannot be built. Once it is built, it cannot fail.

/// Errors of `sc-sched`, all of them raised by constructors.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A learning rate is negative or not finite.
    #[error("{what} = {value} must be finite and not negative")]
    NotARate {
        /// Which rate.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// A decay factor is negative or not finite.
    #[error("gamma = {value} must be finite and not negative")]
    NotAFactor {
        /// What was given.
        value: f64,
    },
    /// A number of steps that must be at least one is zero.
    #[error("{what} must be at least 1 step")]
    Zero {
        /// Which number of steps.
        what: &'static str,
    },
    /// A schedule that falls would have to rise.
    #[error("minimum rate {minimum} is above the initial rate {initial}")]
    MinimumAboveInitial {
        /// The minimum that was given.
        minimum: f64,
        /// The rate that the schedule falls from.
        initial: f64,
    },
    /// The warm-up does not fit in the total, which includes it.
    #[error("warm-up of {warmup} steps is longer than the total of {total} steps that includes it")]
    WarmupExceedsTotal {
        /// Steps of warm-up that were given.
        warmup: u64,
        /// Total number of steps that was given.
        total: u64,
    },
}

/// `value` if it can be a learning rate.
pub(crate) fn rate(what: &'static str, value: f64) -> Result<f64, Error> {
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(Error::NotARate { what, value }) }
}

/// `steps` if there is at least one.
pub(crate) fn at_least_one(what: &'static str, steps: u64) -> Result<u64, Error> {
    if steps > 0 { Ok(steps) } else { Err(Error::Zero { what }) }
}
