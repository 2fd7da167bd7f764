//! What can go wrong between a training loop and the place its numbers go to.

use std::{io, path::PathBuf};

/// Errors of `sc-callbacks`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be created, written or forced to the disk.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file could not be replaced by a wider one. It is still there, as it was.
    #[error("{}: cannot be rewritten by way of {}: {source}", path.display(), temporary.display())]
    Replace {
        /// Which file.
        path: PathBuf,
        /// The file beside it that was to take its place.
        temporary: PathBuf,
        /// What the operating system or the reader of the old file said.
        source: io::Error,
    },
    /// A row came after `close`.
    #[error("{}: already closed", path.display())]
    Closed {
        /// Which file.
        path: PathBuf,
    },
    /// A metric has the name under which the step number is stored.
    #[error("a metric cannot be named {key:?}: that is where the step number goes")]
    ReservedKey {
        /// The name.
        key: String,
    },
    /// Two metrics of one step have the same name.
    #[error("two metrics of one step are named {key:?}")]
    DuplicateKey {
        /// The name.
        key: String,
    },
    /// [`Every`](crate::Every) was asked to pass on every 0th step.
    #[error("the period must be at least 1 step")]
    ZeroPeriod,
    /// A callback of your own failed.
    #[error(transparent)]
    Callback(#[from] Box<dyn std::error::Error + Send + Sync>),
}
