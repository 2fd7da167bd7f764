//! What can go wrong between a file and a spike. Every variant carries what a caller needs to mend it.

use std::io;
use std::path::PathBuf;

/// Errors of `sc-data`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
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
    /// One number of a slice lies outside its range.
    #[error("{what}[{position}] = {value}: must be {expected}")]
    Value {
        /// Which slice.
        what: &'static str,
        /// Where in that slice.
        position: usize,
        /// The number found there.
        value: f64,
        /// The range in words.
        expected: &'static str,
    },
    /// There are more or fewer of something than there must be.
    #[error("{what}: expected {expected}, got {got}")]
    Length {
        /// What was counted.
        what: &'static str,
        /// How many were needed.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// The data end before a header does.
    #[error("{what}: ends after {got} bytes, needs at least {expected}")]
    Truncated {
        /// Which part is incomplete.
        what: &'static str,
        /// Bytes needed.
        expected: usize,
        /// Bytes there.
        got: usize,
    },
    /// The data do not follow their format.
    #[error("{what}: expected {expected}, found {found}")]
    Malformed {
        /// Which part of the data.
        what: &'static str,
        /// What the format asks for.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// The format allows this, this reader does not.
    #[error("{what} {found} is not supported")]
    Unsupported {
        /// Which feature of the format.
        what: &'static str,
        /// Its value.
        found: String,
    },
    /// A shape has more elements than this machine can address.
    #[error("an array of shape {shape:?} cannot be addressed")]
    Shape {
        /// The shape.
        shape: Vec<usize>,
    },
    /// Compressed data unpack to more than the limit.
    #[error("{what}: unpacks to more than {limit} bytes")]
    TooLarge {
        /// What was being unpacked.
        what: &'static str,
        /// How many bytes were allowed; in an archive, how many the arrays before left over.
        limit: u64,
    },
    /// An array holds another type of element than asked for.
    #[error("expected an array of {expected}, got one of {got}")]
    ElementType {
        /// The type asked for.
        expected: &'static str,
        /// The type there.
        got: &'static str,
    },
    /// A directory holds no file, or several files, where exactly one was looked for.
    #[error("{}: expected exactly one file named *{pattern}, found {found:?}", directory.display())]
    Search {
        /// The directory searched.
        directory: PathBuf,
        /// How the name must end.
        pattern: &'static str,
        /// The files with such a name, sorted.
        found: Vec<PathBuf>,
    },
    /// Reading or unpacking failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being read.
        what: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// Something is wrong with a file.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<Self>,
    },
    /// Something is wrong with one array of an archive.
    #[error("array `{name}`: {source}")]
    Entry {
        /// Name of the array.
        name: String,
        /// What is wrong with it.
        source: Box<Self>,
    },
    /// The spike container refused a step.
    #[error(transparent)]
    Core(#[from] sc_core::Error),
}
