//! One synapse as a Verilog module.

use sc_online_o1::Config;

use crate::{Error, Identifier, template};

const SOURCE: &str = include_str!("../verilog/lane.v");

/// One synapse in registers, a step in every clock: `verilog/lane.v` with the widths of a configuration.
///
/// The module has the ports and parameters of sc-neurocore 3.16.0:
///
/// | port | bits | |
/// |---|---|---|
/// | `clk` | 1 | rising edge |
/// | `rst_n` | 1 | low: all of the state is 0, at once |
/// | `step_en` | 1 | this clock is a step |
/// | `pre_spike`, `post_spike` | 1 | the neurons' spikes in it |
/// | `reward` | `REWARD_BITS`, signed | the reward in it |
/// | `current_weight` | `WEIGHT_BITS` | out: the weight before this clock's edge |
/// | `update_done` | 1 | out: the clock before was a step |
///
/// and, [if asked for](Self::with_load_port), `load` and `load_weight`. `WEIGHT_BITS`, `TRACE_BITS`, `REWARD_BITS`,
/// `LEARNING_SHIFT` and `TRACE_DECAY_SHIFT` may be overridden by whoever instantiates it, within the ranges of [`Config`].
///
/// A step computes what [`sc_online_o1::Synapse::step`] computes, to the last bit, but that a reward must already fit
/// its port. The state is in `weight`, `pre_trace`, `post_trace` and `eligibility`.
///
/// ```
/// use sc_hdl::{Identifier, Lane};
/// use sc_online_o1::Config;
///
/// let lane = Lane::new(Config::new(8, 6, 4, 3, 2)?, Identifier::new("synapse")?)?;
/// assert!(lane.verilog().contains("module synapse #("));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    config: Config,
    name: Identifier,
    load_port: bool,
}

impl Lane {
    /// The name that the reference gives the module unless told otherwise.
    pub const DEFAULT_NAME: &'static str = "sc_online_o1_reward_stdp";

    /// A lane for synapses of a configuration.
    ///
    /// # Errors
    /// [`Error::OptInModes`] if roundings, decay or pairing are not the default ones.
    pub fn new(config: Config, name: Identifier) -> Result<Self, Error> {
        Error::check_modes(&config)?;
        Ok(Self { config, name, load_port: false })
    }

    /// The same with two more inputs, after `reward`: in a clock with `load`, which then is no step, the weight becomes
    /// `load_weight`, traces and eligibility 0.
    #[must_use]
    pub fn with_load_port(self) -> Self {
        Self { load_port: true, ..self }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The module's name.
    pub fn name(&self) -> &Identifier {
        &self.name
    }

    /// The module's text: Verilog-2001.
    pub fn verilog(&self) -> String {
        let defaults = [
            ("WEIGHT_BITS", self.config.weight_bits()),
            ("TRACE_BITS", self.config.trace_bits()),
            ("REWARD_BITS", self.config.reward_bits()),
            ("LEARNING_SHIFT", self.config.learning_shift()),
            ("TRACE_DECAY_SHIFT", self.config.trace_decay_shift()),
        ];
        // The file has the port. Its lines, and no others, speak of `load`.
        let lines = SOURCE.split_inclusive('\n').filter(|line| self.load_port || !line.contains("load"));
        let text = template::renamed(&lines.collect::<String>(), Self::DEFAULT_NAME, self.name.as_str());
        defaults.iter().fold(text, |text, (name, value)| template::with_default(&text, name, (*value).into()))
    }
}
