//! Many synapses as a Verilog module: a crossbar in block memory, some lanes of which are stepped in every clock.

use sc_online_o1::Config;

use crate::{Error, Identifier, template};

const SOURCES: [&str; 5] = [
    include_str!("../verilog/engine.v"),
    include_str!("../verilog/engine_lane.v"),
    include_str!("../verilog/engine_product.v"),
    include_str!("../verilog/engine_trace.v"),
    include_str!("../verilog/engine_memory.v"),
];

/// The synapses between `rows` presynaptic and `groups * lanes` postsynaptic neurons: `verilog/engine.v` and what belongs
/// to it.
///
/// It computes what a [`sc_online_o1::Crossbar`] of as many neurons computes, to the last bit, but that a reward must
/// already fit its port. All neurons have one trace, so that a synapse takes `WEIGHT_BITS + TRACE_BITS` bits of block
/// memory, 28 at the defaults, instead of the 52 of a [`Lane`](crate::Lane); memories are as large as if `rows` and `groups`
/// were the next powers of two. A row passes nine stages, and `lanes` synapses enter in every clock: a step takes
/// [`clocks_per_step`](Self::clocks_per_step).
///
/// Requests come over a bus with `request_valid` and `request_ready`, responses with `response_valid` and
/// `response_ready`; the head of `engine.v` says which there are. The modules that the engine consists of are called like
/// it, with `_lane`, `_digits`, `_product`, `_trace` and `_memory` at the end.
///
/// ```
/// use sc_hdl::{Engine, EngineShape, Identifier};
/// use sc_online_o1::Config;
///
/// let shape = EngineShape { lanes: 16, rows: 256, groups: 4 };
/// let engine = Engine::new(Config::DEFAULT, shape, Identifier::new("memory")?)?;
/// assert_eq!(shape.n_synapses(), 16_384);
/// assert_eq!(engine.clocks_per_step(), 1_032);
/// assert!(engine.verilog().contains("module memory_lane #("));
/// # Ok::<(), sc_hdl::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    config: Config,
    shape: EngineShape,
    name: Identifier,
    multipliers: bool,
}

/// How many synapses an [`Engine`] has, and how many of them step at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineShape {
    /// Synapses that are stepped in a clock, 1 to 1,024.
    pub lanes: u32,
    /// Presynaptic neurons, 1 to 65,536.
    pub rows: u32,
    /// Postsynaptic neurons of a lane, 1 to 1,024. Each has some registers, where a chip has no small memories.
    pub groups: u32,
}

impl EngineShape {
    /// Synapses in all.
    pub fn n_synapses(&self) -> u64 {
        // Shapes that no engine has may have too many.
        let [lanes, rows, groups] = [self.lanes, self.rows, self.groups].map(u64::from);
        lanes.saturating_mul(rows).saturating_mul(groups)
    }

    /// Width of the number of a lane.
    pub(crate) fn lane_bits(&self) -> u32 {
        bits_below(self.lanes)
    }

    /// Width of the number of a row.
    pub(crate) fn row_bits(&self) -> u32 {
        bits_below(self.rows)
    }

    /// Width of the number of a group.
    pub(crate) fn group_bits(&self) -> u32 {
        bits_below(self.groups)
    }
}

impl Engine {
    /// A name for the module.
    pub const DEFAULT_NAME: &'static str = "sc_online_o1_engine";

    /// Clocks in which no row enters, from one step to the next.
    const IDLE_CLOCKS: u64 = 8;

    /// An engine for synapses of a configuration, for chips that have multipliers.
    ///
    /// # Errors
    /// [`Error::OptInModes`] if roundings, decay or pairing are not the default ones; [`Error::Shape`] if there is nothing, or
    /// too much, of something.
    pub fn new(config: Config, shape: EngineShape, name: Identifier) -> Result<Self, Error> {
        Error::check_modes(&config)?;
        for (what, most, got) in [
            ("lanes", 1 << 10, shape.lanes),
            ("rows", 1 << 16, shape.rows),
            ("groups", 1 << 10, shape.groups),
        ] {
            if got == 0 || got > most {
                return Err(Error::Shape { what, most, got });
            }
        }
        Ok(Self { config, shape, name, multipliers: true })
    }

    /// The same for chips without multipliers: a product is added up from parts, in as many clocks; but with more than eight bits
    /// of reward the clock must be slower.
    #[must_use]
    pub fn without_multipliers(self) -> Self {
        Self { multipliers: false, ..self }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether it multiplies with the chip's multipliers.
    pub fn has_multipliers(&self) -> bool {
        self.multipliers
    }

    /// How many synapses there are.
    pub fn shape(&self) -> EngineShape {
        self.shape
    }

    /// The module's name.
    pub fn name(&self) -> &Identifier {
        &self.name
    }

    /// Clocks from one step to the next if nothing else is asked for. Every spike takes one more.
    pub fn clocks_per_step(&self) -> u64 {
        u64::from(self.shape.rows) * u64::from(self.shape.groups) + Self::IDLE_CLOCKS
    }

    /// Bits of weights, eligibilities, traces and spikes, all memories being full.
    pub fn state_bits(&self) -> u64 {
        let [w, t] = [self.config.weight_bits(), self.config.trace_bits()].map(u64::from);
        let EngineShape { lanes, rows, groups } = self.shape;
        let n_neurons = u64::from(rows) + u64::from(lanes) * u64::from(groups);
        self.shape.n_synapses() * (w + t) + n_neurons * (t + 1)
    }

    /// Width of the address of a lane's synapse.
    pub(crate) fn address_bits(&self) -> u32 {
        self.shape.row_bits() + if self.shape.groups == 1 { 0 } else { self.shape.group_bits() }
    }

    /// Digits of the reward, where there are no multipliers.
    pub(crate) fn n_digits(&self) -> u32 {
        u32::from(self.config.reward_bits()).div_ceil(2)
    }

    /// Pairs of these.
    pub(crate) fn digit_pairs(&self) -> u32 {
        self.n_digits().div_ceil(2)
    }

    /// Bits of the reward as lanes have it.
    pub(crate) fn factor_bits(&self) -> u32 {
        if self.multipliers { self.config.reward_bits().into() } else { 3 * self.n_digits() }
    }

    /// Bits of the product of reward and eligibility.
    pub(crate) fn product_bits(&self) -> u32 {
        let factor = if self.multipliers { self.config.reward_bits().into() } else { 4 * self.digit_pairs() };
        u32::from(self.config.trace_bits()) + factor
    }

    /// Those that are left of it when it has been shifted.
    pub(crate) fn change_bits(&self) -> u32 {
        self.product_bits() - u32::from(self.config.learning_shift()).min(self.product_bits() - 1)
    }

    /// Bits of a weight that has changed and is not clamped yet.
    pub(crate) fn moved_bits(&self) -> u32 {
        self.change_bits().max(u32::from(self.config.weight_bits()) + 1) + 1
    }

    /// The parameters of the module, in order: their names, and what the text has as defaults.
    pub fn parameters(&self) -> [(&'static str, u32); 12] {
        let EngineShape { lanes, rows, groups } = self.shape;
        [
            ("WEIGHT_BITS", self.config.weight_bits().into()),
            ("TRACE_BITS", self.config.trace_bits().into()),
            ("REWARD_BITS", self.config.reward_bits().into()),
            ("LEARNING_SHIFT", self.config.learning_shift().into()),
            ("TRACE_DECAY_SHIFT", self.config.trace_decay_shift().into()),
            ("LANES", lanes),
            ("LANE_BITS", self.shape.lane_bits()),
            ("ROWS", rows),
            ("ROW_BITS", self.shape.row_bits()),
            ("GROUPS", groups),
            ("GROUP_BITS", self.shape.group_bits()),
            ("MULTIPLIERS", self.multipliers.into()),
        ]
    }

    /// The text of all modules: Verilog-2001.
    pub fn verilog(&self) -> String {
        let text = template::renamed(&SOURCES.join("\n"), Self::DEFAULT_NAME, self.name.as_str());
        // The engine is the first module, and tells the others.
        self.parameters().iter().fold(text, |text, (name, value)| template::with_default(&text, name, *value))
    }
}

/// Bits of a number below `n`, at least one.
fn bits_below(n: u32) -> u32 {
    (u32::BITS - (n - 1).leading_zeros()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_n_fit_and_need_their_bits() {
        let bits: Vec<u32> = (1..=9).map(bits_below).collect();
        assert_eq!(bits, [1, 1, 2, 2, 3, 3, 3, 3, 4]);
        assert_eq!(bits_below(1 << 16), 16);
    }
}
