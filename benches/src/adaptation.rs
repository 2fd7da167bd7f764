//! How many rewarded pairings take a synapse's weight from zero to a target: the adaptation benchmark and its report.
//!
//! It simulates; nothing is timed and no hardware is measured, and the report says so. `cargo xtask adaptation-benchmark`.

pub mod arguments;
pub mod python;

use sc_hdl::ResourceEstimate;
use sc_online_o1::{Config, ConfigError, Synapse, scnir};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Pre before post, over and over, the post-spike rewarded, until the weight has reached the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// The synapse, whose weight starts at 0.
    pub config: Config,
    /// Synapses that the resource estimate counts, at least 1.
    pub n_synapses: u64,
    /// The weight to reach, in `0..=max_weight`.
    pub target_weight: u32,
    /// Pairings after which it is given up, at least 1.
    pub max_pairings: u32,
    /// The reward of a post-spike.
    pub reward: i32,
}

/// Defaults of the reference's function: 8, 6 and 4 bits, both shifts 4, 1024 synapses, at most 16 pairings to 192 by rewards
/// of 7. Its command line has shifts 3 and 2; see [`arguments`].
impl Default for Protocol {
    fn default() -> Self {
        const CONFIG: Config = match Config::new(8, 6, 4, 4, 4) {
            Ok(config) => config,
            Err(_) => panic!("widths in range"),
        };
        Self { config: CONFIG, n_synapses: 1024, target_weight: 192, max_pairings: 16, reward: 7 }
    }
}

impl Protocol {
    /// Runs it on `step`, which makes one step of a fresh synapse and gives the weight after it.
    pub fn run(&self, mut step: impl FnMut(bool, bool, i32) -> u32) -> Run {
        let mut weight_trace = Vec::new();
        for pairing in 1..=self.max_pairings {
            step(true, false, 0);
            let weight = step(false, true, self.reward);
            weight_trace.push(weight);
            if weight >= self.target_weight {
                return Run { steps_to_target: Some(2 * u64::from(pairing)), weight_trace };
            }
        }
        Run { steps_to_target: None, weight_trace }
    }

    /// The same on the native synapse.
    pub fn run_native(&self) -> Run {
        let mut synapse = Synapse::new(self.config, 0);
        self.run(|pre, post, reward| synapse.step(pre, post, reward).weight)
    }

    /// The report. `python` runs the same elsewhere, or says why it cannot; it is asked only if the numbers are valid.
    ///
    /// # Errors
    /// [`Error`] if a number is out of its range, or the configuration has modes that the schema cannot name.
    pub fn report(&self, python: impl FnOnce(&Self) -> Result<Run, String>) -> Result<Value, Error> {
        let annotation = scnir::Annotation::new(&self.config, "online_o1_adaptation_benchmark")
            .map_err(|error| Error::Modes(error.to_string()))?;
        let resource_estimate = ResourceEstimate::new(&self.config, self.n_synapses, "artix7")?;
        let max = self.config.max_weight();
        if self.target_weight > max {
            return Err(Error::Target { target: self.target_weight, max });
        }
        if self.max_pairings == 0 {
            return Err(Error::NoPairings);
        }
        let (native, python) = (self.run_native(), python(self));
        // Where there is nothing to compare, nothing is known.
        let rust_matches_python = python.as_ref().ok().map(|run| run == &native);
        Ok(json!({
            "schema_version": "sc-neurocore.online-o1-adaptation-benchmark.v1",
            "evidence_class": "deterministic_simulation",
            "hardware_measurement_claimed": false,
            "protocol": "pre_post_reward_pairing",
            "target_weight": self.target_weight,
            "max_pairings": self.max_pairings,
            "reward": self.reward,
            "config": annotation,
            "resource_estimate": resource_estimate,
            "rust": entry(&Ok(native)),
            "python": entry(&python),
            "parity": { "rust_matches_python": rust_matches_python },
        }))
    }
}

/// What became of a weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Steps until the target was reached, if it was.
    pub steps_to_target: Option<u64>,
    /// The weight after each pairing.
    pub weight_trace: Vec<u32>,
}

/// A run as the report shows it.
fn entry(run: &Result<Run, String>) -> Value {
    match run {
        Ok(Run { steps_to_target, weight_trace }) => json!({
            "available": true,
            "steps_to_target": steps_to_target,
            "final_weight": weight_trace.last(),
            "weight_trace": weight_trace,
        }),
        Err(reason) => json!({
            "available": false,
            "reason": reason,
            "steps_to_target": null,
            "final_weight": null,
            "weight_trace": [],
        }),
    }
}

/// The text of a report's file: indented by 2, keys sorted.
pub fn text(report: &Value) -> String {
    // A `Value` sorts its keys.
    format!("{report:#}\n")
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Widths or shifts of the synapse.
    #[error("{0}")]
    Config(ConfigError),
    /// Modes of the synapse that the report has no words for.
    #[error("{0}")]
    Modes(String),
    /// What the resource estimate refuses.
    #[error(transparent)]
    Hdl(#[from] sc_hdl::Error),
    /// A weight that the synapse cannot have.
    #[error("target_weight must be in 0..={max}, got {target}")]
    Target {
        /// What was asked for.
        target: u32,
        /// The largest weight.
        max: u32,
    },
    /// No pairing, no adaptation.
    #[error("max_pairings must be at least 1")]
    NoPairings,
    /// A command line that is not understood.
    #[error("{0}")]
    Arguments(String),
}
