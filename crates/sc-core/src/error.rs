//! What can go wrong on the ground floor. Every variant carries the numbers a caller needs to mend it.

use std::path::{Path, PathBuf};

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
    /// Spikes were given to a population that makes its own.
    #[error("spikes can be set only of a spike source, not of a population of neurons")]
    NotASpikeSource,
    /// A synapse was to be created or removed among weights that cannot do that.
    #[error("dense and compressed weights keep the synapses they have: convert them to `Editable` ones")]
    FixedStructure,
    /// Synapses that come and go cannot have a delay each.
    #[error("editable weights take a delay that all synapses share, not one per synapse")]
    EditableDelays,
    /// A pair of neurons has several synapses where only one can be.
    #[error("there are several synapses from neuron {pre} to neuron {post}: editable weights take one")]
    DuplicateSynapse {
        /// The presynaptic neuron.
        pre: usize,
        /// The postsynaptic neuron.
        post: usize,
    },
    /// A part of a network was given where a whole one is needed.
    #[error("a part of a network cannot be cut again")]
    APart,
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
    /// An array that must never decrease does.
    #[error("{what}[{position}] = {value} is less than the entry before it ({previous})")]
    Decreasing {
        /// Which array.
        what: &'static str,
        /// Where in that array.
        position: usize,
        /// The entry before.
        previous: usize,
        /// The offending entry.
        value: usize,
    },
    /// An entry that can have only one value has another.
    #[error("{what}[{position}] must be {expected}, got {got}")]
    Entry {
        /// Which array.
        what: &'static str,
        /// Where in that array.
        position: usize,
        /// The only valid value.
        expected: usize,
        /// The value found.
        got: usize,
    },
    /// A number that must be finite is infinite or not a number.
    #[error("{what}[{position}] = {value} is not finite")]
    NotFinite {
        /// Which array.
        what: &'static str,
        /// Where in that array (row-major for matrices).
        position: usize,
        /// The value found.
        value: f64,
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
    /// The operating system refused a file operation.
    #[error("{}: {message}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The kind of failure.
        kind: std::io::ErrorKind,
        /// The system's own words.
        message: String,
    },
    /// The bytes are no checkpoint of this project.
    #[error("not a checkpoint: {reason}")]
    NotACheckpoint {
        /// What gave it away.
        reason: String,
    },
    /// The bytes of a checkpoint changed after it was written.
    #[error("damaged checkpoint: checksum {computed} does not match the recorded {recorded:?}")]
    Checksum {
        /// The eight digits in the file, which damage may have hit as well.
        recorded: String,
        /// The checksum of the bytes as they are, eight hexadecimal digits.
        computed: String,
    },
    /// A checkpoint lacks a tensor.
    #[error("checkpoint has no tensor {name:?}")]
    MissingTensor {
        /// Name of the tensor.
        name: String,
    },
    /// A tensor of a checkpoint has another element type.
    #[error("tensor {name:?}: expected {expected}, got {got}")]
    TensorType {
        /// Name of the tensor.
        name: String,
        /// The type asked for.
        expected: &'static str,
        /// The type stored.
        got: &'static str,
    },
    /// A tensor of a checkpoint has another shape.
    #[error("tensor {name:?}: expected shape {expected:?}, got {got:?}")]
    TensorShape {
        /// Name of the tensor.
        name: String,
        /// The shape asked for.
        expected: Vec<usize>,
        /// The shape stored.
        got: Vec<usize>,
    },
    /// A checkpoint was written by something built differently.
    #[error("checkpoint does not fit: {key} is {got:?}, expected {expected:?}")]
    Mismatch {
        /// The metadata entry.
        key: String,
        /// What the reader is.
        expected: String,
        /// What the file says; empty if it says nothing.
        got: String,
    },
}

impl Error {
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Io { path: path.into(), kind: error.kind(), message: error.to_string() }
    }
}
