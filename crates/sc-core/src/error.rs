//! What can go wrong on the ground floor. Every variant carries the numbers a caller needs to mend it.

/// Errors of `sc-core`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A buffer or array has the wrong length.
    #[error("{what}: expected length {expected}, got {got}")]
    Length {
        /// Which buffer.
        what: &'static str,
        /// Length that was needed.
        expected: usize,
        /// Length that was given.
        got: usize,
    },
    /// An index points outside its range.
    #[error("{what}[{position}] = {index} is out of range 0..{bound}")]
    Index {
        /// Which array holds the index.
        what: &'static str,
        /// Where in that array.
        position: usize,
        /// The index found there.
        index: usize,
        /// The exclusive upper bound.
        bound: usize,
    },
    /// An array that must be strictly increasing is not.
    #[error("{what}[{position}] = {value} must be greater than the entry before it ({previous})")]
    NotIncreasing {
        /// Which array.
        what: &'static str,
        /// Where in that array.
        position: usize,
        /// The entry before.
        previous: usize,
        /// The offending entry.
        value: usize,
    },
    /// A parameter lies outside its range.
    #[error("{name} = {value}: must be {expected}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The range in words.
        expected: &'static str,
    },
}
