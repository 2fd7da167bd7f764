//! What a file of Verilog holds, for those who read JSON rather than Verilog.

use sc_online_o1::{
    Config,
    scnir::{Annotation, AnnotationError},
};
use serde::Serialize;

use crate::{CalibratedEstimate, EngineEstimate, Error, Identifier, ResourceEstimate};

/// The description of a lane's Verilog, as sc-neurocore 3.16.0 writes it.
///
/// Serializes with the keys and in the order of the reference, and with one more for each estimate that was added.
///
/// ```
/// use sc_hdl::{Identifier, Manifest};
/// use sc_online_o1::Config;
///
/// let name = Identifier::new("lane_0")?;
/// let manifest = serde_json::to_value(Manifest::new(&Config::DEFAULT, &name, "rtl/lane_0.v", Some(1024))?)?;
/// assert_eq!(manifest["scnir_annotation"]["rule_id"], "lane_0");
/// assert_eq!(manifest["resource_estimate"]["total_state_bits"], 53_248);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest<'a> {
    schema_version: &'static str,
    module_name: &'a str,
    verilog_path: &'a str,
    rule_family: &'static str,
    per_synapse_state_bits: u32,
    state_fields: [&'static str; 4],
    sequence_length_independent: bool,
    hidden_history_fields: [&'static str; 0],
    scnir_annotation: Annotation<'a>,
    resource_estimate: Option<ResourceEstimate<'static>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    synthesis_estimate: Option<CalibratedEstimate<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine_estimate: Option<EngineEstimate<'a>>,
}

impl<'a> Manifest<'a> {
    /// Name of the schema.
    pub const SCHEMA: &'static str = "sc-neurocore.online-o1.hdl-manifest.v1";

    /// The chip for which the resources are estimated.
    pub const TARGET: &'static str = "artix7";

    /// Describes the lane `module_name` in the file `verilog_path`; with a number of synapses, also by a
    /// [`ResourceEstimate`] for [`TARGET`](Self::TARGET).
    ///
    /// # Errors
    /// [`Error::OptInModes`], and [`Error::NoSynapses`] for `Some(0)`.
    pub fn new(
        config: &Config,
        module_name: &'a Identifier,
        verilog_path: &'a str,
        n_synapses: Option<u64>,
    ) -> Result<Self, Error> {
        let module_name = module_name.as_str();
        let scnir_annotation = Annotation::new(config, module_name).map_err(|error| match error {
            AnnotationError::EmptyRuleId => Error::Identifier { name: module_name.to_owned() },
            _ => Error::opt_in_modes(config),
        })?;
        let resource_estimate =
            n_synapses.map(|n| ResourceEstimate::new(config, n, Self::TARGET)).transpose()?;
        Ok(Self {
            schema_version: Self::SCHEMA,
            module_name,
            verilog_path,
            rule_family: "reward_modulated_stdp",
            per_synapse_state_bits: config.per_synapse_state_bits(),
            state_fields: ["weight", "pre_trace", "post_trace", "eligibility"],
            sequence_length_independent: true,
            hidden_history_fields: [],
            scnir_annotation,
            resource_estimate,
            synthesis_estimate: None,
            engine_estimate: None,
        })
    }

    /// The same with what the lane takes according to synthesis, under a key that the reference does not have:
    /// `synthesis_estimate`, after all others.
    #[must_use]
    pub fn with_synthesis_estimate(self, estimate: CalibratedEstimate<'a>) -> Self {
        Self { synthesis_estimate: Some(estimate), ..self }
    }

    /// The same with what an engine of such synapses takes according to synthesis, under another key of ours, the last:
    /// `engine_estimate`.
    #[must_use]
    pub fn with_engine_estimate(self, estimate: EngineEstimate<'a>) -> Self {
        Self { engine_estimate: Some(estimate), ..self }
    }
}
