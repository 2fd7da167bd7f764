//! What can go wrong when a rule is built, fed or restored.

/// Errors of `sc-plasticity`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
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
    /// A buffer has the wrong length.
    #[error("{what}: expected length {expected}, got {got}")]
    Length {
        /// Which buffer.
        what: &'static str,
        /// Length that was needed.
        expected: usize,
        /// Length that was given.
        got: usize,
    },
    /// A rule with one delay for all synapses cannot follow a projection with a delay for each.
    #[error(
        "the projection has a delay for each synapse: this rule takes only projections with a uniform delay"
    )]
    PerSynapseDelay,
    /// A rule that postpones potentiation was asked for steps that depend on what happens in between.
    #[error("{what}: only the default can be postponed until the presynaptic neuron spikes")]
    NotLazily {
        /// The parameter that is not the default.
        what: &'static str,
    },
    /// A number of an array lies outside its range.
    #[error("{what}[{position}] = {value}: must be {expected}")]
    Element {
        /// Which array.
        what: &'static str,
        /// Where in that array.
        position: usize,
        /// The value found.
        value: f32,
        /// The range in words.
        expected: &'static str,
    },
    /// There are more elements than memory, or than a saved state can count.
    #[error("{n} elements do not fit into memory")]
    TooManyElements {
        /// Elements asked for.
        n: usize,
    },
    /// The bytes are no saved rule layer.
    #[error("not a saved rule layer: begins with {found:?}, not with \"SCAL\"")]
    NotASavedLayer {
        /// The first bytes.
        found: [u8; 4],
    },
    /// A saved layer in a format of another version.
    #[error("saved rule layer of version {version}: only 1 and 2 are known")]
    Version {
        /// The version found.
        version: u32,
    },
    /// A saved layer of another size or rule than the one to be restored.
    #[error("the saved layer does not fit: {what} of element {element} is {got}, expected {expected}")]
    Mismatch {
        /// Which entry of the header or of a record.
        what: &'static str,
        /// The element whose record it is; 0 for an entry that stands for all.
        element: usize,
        /// What the layer has.
        expected: u32,
        /// What the bytes say.
        got: u32,
    },
    /// A saved layer ends too early.
    #[error("the saved layer ends in the middle")]
    Truncated,
    /// A saved layer is followed by something else.
    #[error("the saved layer is followed by other bytes")]
    TrailingBytes,
    /// The bytes of a saved layer changed after it was written.
    #[error("damaged layer: checksum {computed:08x} does not match the recorded {recorded:08x}")]
    Checksum {
        /// The checksum that was saved, which damage may have hit as well.
        recorded: u32,
        /// The checksum of the bytes as they are.
        computed: u32,
    },
    /// Reading a saved layer failed.
    #[error("cannot read the saved layer: {message}")]
    Read {
        /// The kind of failure.
        kind: std::io::ErrorKind,
        /// The system's own words.
        message: String,
    },
    /// A file could not be opened or replaced.
    #[error(transparent)]
    Core(#[from] sc_core::Error),
}

impl Error {
    pub(crate) fn require(
        holds: bool,
        name: &'static str,
        value: f64,
        expected: &'static str,
    ) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self::Parameter { name, value, expected }) }
    }

    pub(crate) fn length(what: &'static str, expected: usize, got: usize) -> Result<(), Self> {
        if expected == got { Ok(()) } else { Err(Self::Length { what, expected, got }) }
    }
}
