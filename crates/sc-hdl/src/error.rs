//! Why nothing can be said or made for a configuration.

use sc_online_o1::{Decay, Rounding};

/// Errors of `sc-hdl`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Hardware for no synapses.
    #[error("n_synapses must be at least 1")]
    NoSynapses,
    /// A target has a name.
    #[error("the target's name is empty")]
    EmptyTarget,
    /// A lane computes the default modes of the synapse and no others.
    #[error(
        "a lane has no rounding {rounding:?}, decay {decay:?}, pairing_shift {pairing_shift}: only default modes"
    )]
    OptInModes {
        /// How the configuration rounds.
        rounding: Rounding,
        /// How it decays.
        decay: Decay,
        /// By how much it divides a trace that is paired.
        pairing_shift: u8,
    },
}
