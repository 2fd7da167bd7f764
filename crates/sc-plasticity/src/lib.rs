//! Local learning rules for spiking networks: a synapse changes by what it can know, the spikes on either
//! side of it.
//!
//! | rule | what it is |
//! |---|---|
//! | [`ClockedStdp`] | pair-based STDP that visits every synapse in every step, as the reference package does it |
//! | [`RuleLayer`] | the four elementwise rules of the reference package's native library ([`RuleKind`]) |
//!
//! A rule owns its parameters and its traces and writes into the `values` of weights it was made for; it
//! knows neither neurons nor networks. The smallest example stands with [`ClockedStdp`].
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests compare results that are exact by construction"))]

mod clocked_stdp;
mod error;
mod rule;
mod rule_layer;

pub use clocked_stdp::{ClockedStdp, ClockedStdpParameters};
pub use error::Error;
pub use rule::PlasticityRule;
pub use rule_layer::{RuleKind, RuleLayer};
