//! How much of a chip an engine takes, according to synthesis.

use serde::Serialize;

use crate::{
    CalibratedEstimate, Cells, Engine, EngineShape, Error, Family,
    calibrated::{Calibration, Product, decays, n_cells, numbers},
    engine_registers::n_registers,
    engine_synthesis::{CALIBRATIONS, FITTED, FLIP_FLOPS_ERROR_PERCENT, HELD_OUT},
    memory::{Cell, Memory},
};

/// What an [`Engine`] takes on a family of chips, calibrated by synthesis: what a resource estimate for so many synapses is.
///
/// It stands beside the reference's formula, [`ResourceEstimate`](crate::ResourceEstimate), as [`CalibratedEstimate`] does for
/// a lane, and is made in the same way: `cargo xtask rtl` synthesizes engines, and `evidence_class` is `synthesis` for these and
/// `synthesis_calibrated_estimate` for others. Multipliers, block memories and memories of lookup tables then follow rules that
/// hold for every engine that was synthesized, and so do flip-flops but where multipliers take some of them in. Block memories
/// follow the widths of their ports, and small memories become lookup tables or registers, as yosys chooses. Lookup tables and
/// carries are sums of [`terms`](Self::terms) which were fitted to some engines. Errors are the largest among the others.
///
/// The engine is one without pins around it. No hardware was measured.
///
/// ```
/// use sc_hdl::{Engine, EngineEstimate, EngineShape, Identifier};
/// use sc_online_o1::Config;
///
/// let shape = EngineShape { lanes: 16, rows: 1024, groups: 4 };
/// let engine = Engine::new(Config::DEFAULT, shape, Identifier::new("memory")?)?;
/// let estimate = EngineEstimate::new(&engine, "ecp5")?;
/// assert_eq!((estimate.n_synapses, estimate.bits_per_synapse), (65_536, 28));
/// assert_eq!(estimate.synapses_per_clock, 16);
/// // Of a lane, 4,096 words of 16 and of 12 bits; and the presynaptic traces and spikes, 1,024 words of 12 and of 1 bit.
/// assert_eq!(estimate.cells.block_rams, 16 * (4 + 3) + 1 + 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineEstimate<'a> {
    schema_version: &'static str,
    /// The chip or family, as it was named.
    pub target: &'a str,
    /// What it is a chip of.
    pub family: Family,
    evidence_class: &'static str,
    tool: &'static str,
    command: &'static str,
    /// Synapses in memory.
    pub n_synapses: u64,
    /// Bits of state that a synapse alone has.
    pub bits_per_synapse: u32,
    /// Synapses that step in a clock.
    pub synapses_per_clock: u32,
    /// Clocks from one step of all synapses to the next.
    pub clocks_per_step: u64,
    /// What the engine takes.
    #[serde(flatten)]
    pub cells: Cells,
    /// By how much the lookup tables may be wrong, in percent; none if they were counted.
    pub luts_error_percent: Option<u32>,
    /// By how much the carries may be wrong, in percent; none if they were counted.
    pub carries_error_percent: Option<u32>,
    /// By how much the flip-flops may be wrong, in percent; none if they were counted.
    pub flip_flops_error_percent: Option<u32>,
    hardware_measurement_claimed: bool,
}

impl<'a> EngineEstimate<'a> {
    /// Name of the schema.
    pub const SCHEMA: &'static str = "autonomous-learning.online-o1.engine-estimate.v1";

    /// The program that synthesized, and its version.
    pub const TOOL: &'static str = CalibratedEstimate::TOOL;

    /// Looks an engine up or estimates it, for a target that [`Family::of_target`] knows.
    ///
    /// # Errors
    /// [`Error::EmptyTarget`] and [`Error::UnknownTarget`]; [`Error::Multipliers`] for an engine with multipliers on a family
    /// that has none, or one without them where there are some: neither was synthesized.
    pub fn new(engine: &Engine, target: &'a str) -> Result<Self, Error> {
        let family = Family::of_target(target)?;
        if engine.has_multipliers() != family.has_multipliers() {
            return Err(Error::Multipliers { family, engine: engine.has_multipliers() });
        }
        let calibration = &CALIBRATIONS[family as usize];
        let counted = counted(engine, family);
        let error = |percent: u32| counted.is_none().then_some(percent);
        let config = engine.config();
        Ok(Self {
            schema_version: Self::SCHEMA,
            target,
            family,
            evidence_class: if counted.is_some() { "synthesis" } else { "synthesis_calibrated_estimate" },
            tool: Self::TOOL,
            command: calibration.command,
            n_synapses: engine.shape().n_synapses(),
            bits_per_synapse: u32::from(config.weight_bits()) + u32::from(config.trace_bits()),
            synapses_per_clock: engine.shape().lanes,
            clocks_per_step: engine.clocks_per_step(),
            cells: counted.unwrap_or_else(|| estimate(calibration, engine, family)),
            luts_error_percent: error(calibration.luts_error_percent),
            carries_error_percent: error(calibration.carries_error_percent),
            flip_flops_error_percent: error(FLIP_FLOPS_ERROR_PERCENT[family as usize]),
            hardware_measurement_claimed: false,
        })
    }

    /// Whether this very engine was synthesized.
    pub fn is_exact(&self) -> bool {
        self.luts_error_percent.is_none()
    }

    /// What the rule says of flip-flops, whether or not they were counted.
    pub fn flip_flops(engine: &Engine, family: Family) -> u32 {
        n_registers(engine, family)
    }

    /// What lookup tables and carries are a linear function of: 1; and for each lane 1, bits of a trace, bits of the rows that
    /// lookup tables add in a product, multipliers beyond the first, bits of the sum of a weight and what it learns; bits of the
    /// traces that decay, one more than lanes have; multiplexers before and after memories.
    pub fn terms(engine: &Engine, family: Family) -> [f64; N_TERMS] {
        let config = engine.config();
        let lanes = f64::from(engine.shape().lanes);
        let trace = f64::from(config.trace_bits());
        let Product { n_dsps, row_bits } = product(engine, family);
        let memories = memories(engine);
        let muxes = memories.iter().map(|(memory, n)| f64::from(memory.muxes(family)) * f64::from(*n)).sum();
        [
            1.0,
            lanes,
            lanes * trace,
            lanes * f64::from(row_bits),
            lanes * f64::from(n_dsps.saturating_sub(1)),
            lanes * f64::from(engine.moved_bits()),
            if decays(config) { (lanes + 1.0) * trace } else { 0.0 },
            muxes,
        ]
    }
}

/// How many [`terms`](EngineEstimate::terms) there are.
pub(crate) const N_TERMS: usize = 8;

/// An engine that was synthesized.
pub(crate) struct Synthesized {
    /// Widths and shifts.
    pub(crate) config: [u8; 5],
    /// Lanes, rows, groups.
    pub(crate) shape: [u32; 3],
    /// In every family, in the order of [`Cells`].
    pub(crate) cells: [[u32; 6]; Family::ALL.len()],
}

fn estimate(calibration: &Calibration<N_TERMS>, engine: &Engine, family: Family) -> Cells {
    let terms = EngineEstimate::terms(engine, family);
    let n_memories = |cell| {
        let placed = memories(engine).into_iter().map(|(memory, n)| (memory.place(family), n));
        placed.filter(|(placed, _)| placed.cell == cell).map(|(placed, n)| placed.n_cells * n).sum()
    };
    Cells {
        luts: n_cells(&calibration.luts, &terms),
        carries: n_cells(&calibration.carries, &terms),
        flip_flops: n_registers(engine, family),
        dsps: engine.shape().lanes * product(engine, family).n_dsps,
        block_rams: n_memories(Cell::BlockRam),
        lut_memories: n_memories(Cell::LutMemory),
    }
}

fn counted(engine: &Engine, family: Family) -> Option<Cells> {
    let EngineShape { lanes, rows, groups } = engine.shape();
    let key = (numbers(engine.config()), [lanes, rows, groups]);
    let found = FITTED.iter().chain(&HELD_OUT).find(|e| (e.config, e.shape) == key)?;
    Some(Cells::from(found.cells[family as usize]))
}

/// Its memories, and how many there are of each.
pub(crate) fn memories(engine: &Engine) -> Vec<(Memory, u32)> {
    let shape = engine.shape();
    let [weight, trace] = [engine.config().weight_bits(), engine.config().trace_bits()].map(u32::from);
    let in_block = |bits, address_bits: u32| Memory { bits, words: 1 << address_bits, reads_old: false };
    let of_groups = |bits| Memory { bits, words: shape.groups, reads_old: true };
    let mut memories = vec![
        (in_block(1, shape.row_bits()), 1),
        (in_block(trace, shape.row_bits()), 1),
        (in_block(trace, engine.address_bits()), shape.lanes),
        (in_block(weight, engine.address_bits()), shape.lanes),
    ];
    // One neuron of a lane is in registers without an address.
    if shape.groups > 1 {
        memories.extend([(of_groups(trace), shape.lanes), (of_groups(1), shape.lanes)]);
    }
    memories
}

/// What a lane's product is made of.
pub(crate) fn product(engine: &Engine, family: Family) -> Product {
    if engine.has_multipliers() {
        return Product::new(engine.config(), family);
    }
    // Digits are added up in pairs, then pairs.
    let pairs = engine.digit_pairs();
    let pair_bits = u32::from(engine.config().trace_bits()) + 4;
    Product { n_dsps: 0, row_bits: pairs * pair_bits + (pairs - 1) * engine.product_bits() }
}

#[cfg(test)]
mod tests {
    use sc_online_o1::Config;

    use super::*;
    use crate::Identifier;

    /// The engine of a family, and what was counted of it.
    fn engine(synthesized: &Synthesized, family: Family) -> (Engine, Cells) {
        let [weight, trace, reward, learning, decay] = synthesized.config;
        let config = Config::new(weight, trace, reward, learning, decay).unwrap();
        let [lanes, rows, groups] = synthesized.shape;
        let name = Identifier::new(Engine::DEFAULT_NAME).unwrap();
        let engine = Engine::new(config, EngineShape { lanes, rows, groups }, name).unwrap();
        let engine = if family.has_multipliers() { engine } else { engine.without_multipliers() };
        (engine, synthesized.cells[family as usize].into())
    }

    /// By how much an estimate errs, in percent, rounded up.
    fn error(estimate: u32, counted: u32) -> u32 {
        (100 * estimate.abs_diff(counted)).div_ceil(counted.max(1))
    }

    #[test]
    fn rules_hold_for_all_engines() {
        for family in Family::ALL {
            let mut flip_flops_error = 0;
            for synthesized in FITTED.iter().chain(&HELD_OUT) {
                let (engine, counted) = engine(synthesized, family);
                let rules = estimate(&CALIBRATIONS[family as usize], &engine, family);
                assert_eq!(
                    [rules.dsps, rules.block_rams, rules.lut_memories],
                    [counted.dsps, counted.block_rams, counted.lut_memories],
                    "{:?}, {:?}, {family}",
                    synthesized.config,
                    synthesized.shape
                );
                flip_flops_error = flip_flops_error.max(error(rules.flip_flops, counted.flip_flops));
            }
            assert_eq!(flip_flops_error, FLIP_FLOPS_ERROR_PERCENT[family as usize], "{family}");
        }
        // The multipliers of iCE40 take in some registers of products that need several, by no rule that is here.
        assert_eq!([0, 2, 3].map(|family| FLIP_FLOPS_ERROR_PERCENT[family]), [0; 3]);
    }

    #[test]
    fn errors_are_those_of_engines_that_were_held_out() {
        for (family, calibration) in Family::ALL.into_iter().zip(&CALIBRATIONS) {
            let largest = |of: fn(&Cells) -> u32| {
                let errors = HELD_OUT.iter().map(|synthesized| {
                    let (engine, counted) = engine(synthesized, family);
                    error(of(&estimate(calibration, &engine, family)), of(&counted))
                });
                errors.max()
            };
            assert_eq!(largest(|cells| cells.luts), Some(calibration.luts_error_percent), "{family}");
            assert_eq!(largest(|cells| cells.carries), Some(calibration.carries_error_percent), "{family}");
        }
    }
}
