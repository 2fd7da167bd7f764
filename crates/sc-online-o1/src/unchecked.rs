//! A configuration as it was read, before its numbers are checked (feature `serde`).

use serde::Deserialize;

use crate::{ConfigError, Decay, Rounding};

/// The fields of a [`Config`](crate::Config); every one has its default.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    weight_bits: u8,
    trace_bits: u8,
    reward_bits: u8,
    learning_shift: u8,
    trace_decay_shift: u8,
    pairing_shift: u8,
    rounding: Rounding,
    decay: Decay,
}

impl Default for Config {
    fn default() -> Self {
        let config = crate::Config::DEFAULT;
        Self {
            weight_bits: config.weight_bits(),
            trace_bits: config.trace_bits(),
            reward_bits: config.reward_bits(),
            learning_shift: config.learning_shift(),
            trace_decay_shift: config.trace_decay_shift(),
            pairing_shift: config.pairing_shift(),
            rounding: config.rounding(),
            decay: config.decay(),
        }
    }
}

impl TryFrom<Config> for crate::Config {
    type Error = ConfigError;

    fn try_from(read: Config) -> Result<Self, ConfigError> {
        let Config { weight_bits, trace_bits, reward_bits, learning_shift, trace_decay_shift, .. } = read;
        Self::new(weight_bits, trace_bits, reward_bits, learning_shift, trace_decay_shift)?
            .with_rounding(read.rounding)
            .with_decay(read.decay)
            .with_pairing_shift(read.pairing_shift)
    }
}
