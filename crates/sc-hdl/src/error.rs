//! Why nothing can be said or made for a configuration.

use sc_online_o1::{Config, Decay, Rounding};

use crate::Family;

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
    /// No lane has been synthesized for the target.
    #[error("lanes were not synthesized for {target:?}; known are {known}")]
    UnknownTarget {
        /// What was asked for.
        target: String,
        /// The targets that there are.
        known: String,
    },
    /// Not the characters of a name.
    #[error("{name:?} is no name for a module: a letter or _, then at most 63 letters, digits and _")]
    Identifier {
        /// What was asked for.
        name: String,
    },
    /// The language has taken the name.
    #[error("{name} is a keyword of SystemVerilog")]
    Keyword {
        /// What was asked for.
        name: String,
    },
    /// There is nothing, or too much, of something.
    #[error("{what} must be 1 to {most}, not {got}")]
    Shape {
        /// Of what.
        what: &'static str,
        /// How much there may be.
        most: u32,
        /// How much there should be.
        got: u32,
    },
    /// An engine that multiplies in another way than those that were synthesized for a family.
    #[error(
        "engines for {family} were synthesized {}, this one is {}",
        with_multipliers(family.has_multipliers()),
        with_multipliers(*engine)
    )]
    Multipliers {
        /// For which family.
        family: Family,
        /// Whether the engine has multipliers.
        engine: bool,
    },
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

fn with_multipliers(has: bool) -> &'static str {
    if has { "with multipliers" } else { "without multipliers" }
}

impl Error {
    /// [`OptInModes`](Self::OptInModes) if the modes of a configuration are not the default ones.
    pub(crate) fn check_modes(config: &Config) -> Result<(), Self> {
        if config.has_default_modes() { Ok(()) } else { Err(Self::opt_in_modes(config)) }
    }

    pub(crate) fn opt_in_modes(config: &Config) -> Self {
        Self::OptInModes {
            rounding: config.rounding(),
            decay: config.decay(),
            pairing_shift: config.pairing_shift(),
        }
    }
}
