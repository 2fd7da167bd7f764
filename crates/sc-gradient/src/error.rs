//! What can go wrong when a network is built, fed or trained.

/// Errors of `sc-gradient`.
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
    /// An array has the wrong size.
    #[error("{what}: expected {expected}, got {got}")]
    Shape {
        /// Which array, and which of its sizes.
        what: &'static str,
        /// The size needed.
        expected: usize,
        /// The size given.
        got: usize,
    },
    /// A number that must be finite is not.
    #[error("{what}[{position}] = {value} is not finite")]
    NotFinite {
        /// Which array.
        what: &'static str,
        /// Where in that array.
        position: usize,
        /// The offending number.
        value: f64,
    },
    /// A class label is not one of the network's outputs.
    #[error("label {label} of sample {sample} is not below the number of outputs, {n_outputs}")]
    Label {
        /// Which sample of the batch.
        sample: usize,
        /// Its label.
        label: usize,
        /// Outputs of the network.
        n_outputs: usize,
    },
    /// The loss reads spikes, but the output layer emits none.
    #[error("{loss} reads output spikes, but the output layer is a readout without spikes")]
    NoOutputSpikes {
        /// Which loss.
        loss: &'static str,
    },
    /// There is no parameter of that name.
    #[error("layer {layer} has no parameter {name:?}")]
    NoSuchParameter {
        /// Which layer.
        layer: usize,
        /// The name asked for.
        name: String,
    },
    /// There is no layer of that number.
    #[error("there is no layer {layer}: the network has {n_layers}")]
    NoSuchLayer {
        /// The layer asked for.
        layer: usize,
        /// Layers of the network.
        n_layers: usize,
    },
    /// The worker threads could not be started.
    #[error("could not start {threads} worker threads: {reason}")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
    /// Reading or writing a saved network failed, or an event list was malformed.
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

    pub(crate) fn shape(what: &'static str, expected: usize, got: usize) -> Result<(), Self> {
        if expected == got { Ok(()) } else { Err(Self::Shape { what, expected, got }) }
    }
}
