//! What an SC-NIR document says about synapses of this kind: an annotation of the rule, and a proof of its memory
//! (feature `serde`).
//!
//! Keys, their order and the schemas' names are those that readers of `sc-neurocore.scnir.v0.7` expect.

use core::fmt;

use serde::Serialize;

use crate::Config;

/// The only rule that there is.
const RULE_FAMILY: &str = "reward_modulated_stdp";

/// Everything that a synapse remembers.
const STATE_FIELDS: [&str; 4] = ["weight", "pre_trace", "post_trace", "eligibility"];

/// The annotation of a weight stream: which rule changes it, with which widths and shifts.
///
/// ```
/// use sc_online_o1::{scnir::Annotation, Config};
///
/// let annotation = serde_json::to_value(Annotation::new(&Config::DEFAULT, "output weights")?).unwrap();
/// assert_eq!(annotation["rule_id"], "output weights");
/// assert_eq!(annotation["per_synapse_state_bits"], 52);
/// # Ok::<(), sc_online_o1::scnir::AnnotationError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Annotation<'a> {
    schema_version: &'static str,
    rule_id: &'a str,
    rule_family: &'static str,
    state_fields: [&'static str; 4],
    per_synapse_state_bits: u32,
    weight_bits: u8,
    trace_bits: u8,
    reward_bits: u8,
    learning_shift: u8,
    trace_decay_shift: u8,
    saturation_policy: &'static str,
    hidden_history_fields: [&'static str; 0],
    sequence_length_independent: bool,
}

impl<'a> Annotation<'a> {
    /// Name of the schema.
    pub const SCHEMA: &'static str = "sc-neurocore.online-o1.annotation.v1";

    /// Describes the rule that a document calls `rule_id`.
    ///
    /// # Errors
    /// * [`AnnotationError::EmptyRuleId`].
    /// * [`AnnotationError::OptInModes`] if roundings, decay or pairing are not the default ones. The schema has no key for
    ///   them, so that a reader would take the rule for another one.
    pub const fn new(config: &Config, rule_id: &'a str) -> Result<Self, AnnotationError> {
        if rule_id.is_empty() {
            return Err(AnnotationError::EmptyRuleId);
        }
        if !config.has_default_modes() {
            return Err(AnnotationError::OptInModes { config: *config });
        }
        Ok(Self {
            schema_version: Self::SCHEMA,
            rule_id,
            rule_family: RULE_FAMILY,
            state_fields: STATE_FIELDS,
            per_synapse_state_bits: config.per_synapse_state_bits(),
            weight_bits: config.weight_bits(),
            trace_bits: config.trace_bits(),
            reward_bits: config.reward_bits(),
            learning_shift: config.learning_shift(),
            trace_decay_shift: config.trace_decay_shift(),
            saturation_policy: "signed_eligibility_unsigned_weight",
            hidden_history_fields: [],
            sequence_length_independent: true,
        })
    }
}

/// Why a configuration has no annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnnotationError {
    /// A rule needs a name.
    EmptyRuleId,
    /// The schema cannot say how this configuration rounds, decays or pairs.
    OptInModes {
        /// Which configuration.
        config: Config,
    },
}

impl fmt::Display for AnnotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyRuleId => f.write_str("rule_id is empty"),
            Self::OptInModes { config } => write!(
                f,
                "the annotation can only describe default modes, not rounding {:?}, decay {:?}, pairing_shift {}",
                config.rounding(),
                config.decay(),
                config.pairing_shift()
            ),
        }
    }
}

/// How many bits so many synapses remember, whatever they live through.
///
/// It is arithmetic. The proof that there is no other state is in the types: a [`Synapse`](crate::Synapse) can be rebuilt
/// from these bits.
///
/// ```
/// use sc_online_o1::{scnir::MemoryProof, Config};
///
/// let proof = serde_json::to_value(MemoryProof::new(&Config::DEFAULT, 1000, Some(1_000_000))).unwrap();
/// assert_eq!(proof["total_state_bits"], 52_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MemoryProof {
    schema_version: &'static str,
    n_synapses: u64,
    state_fields: [&'static str; 4],
    per_synapse_state_bits: u32,
    total_state_bits: u128,
    sequence_length_independent: bool,
    hidden_history_fields: [&'static str; 0],
}

impl MemoryProof {
    /// Name of the schema.
    pub const SCHEMA: &'static str = "sc-neurocore.online-o1.memory-proof.v1";

    /// Counts the bits of so many synapses. The number of steps that they are to live through is taken and makes no
    /// difference, which is the point.
    pub const fn new(config: &Config, n_synapses: u64, _sequence_length: Option<u64>) -> Self {
        let per_synapse_state_bits = config.per_synapse_state_bits();
        Self {
            schema_version: Self::SCHEMA,
            n_synapses,
            state_fields: STATE_FIELDS,
            per_synapse_state_bits,
            total_state_bits: (n_synapses as u128).wrapping_mul(per_synapse_state_bits as u128),
            sequence_length_independent: true,
            hidden_history_fields: [],
        }
    }

    /// Bits of all synapses together.
    pub const fn total_state_bits(&self) -> u128 {
        self.total_state_bits
    }
}
