//! How much of a chip a lane takes, according to synthesis.

use sc_online_o1::Config;
use serde::Serialize;

use crate::{
    Error, Family,
    synthesis::{self, CALIBRATIONS, FITTED, HELD_OUT},
};

/// Cells of a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cells {
    /// Lookup tables: `SB_LUT4`, `LUT4`, `LUT1` to `LUT6`.
    pub luts: u32,
    /// Cells of carry chains: `SB_CARRY` for a bit, `CCU2C` for two, with lookup tables of its own that are not among
    /// `luts`, and `CARRY4` for four.
    pub carries: u32,
    /// Registers, in bits.
    pub flip_flops: u32,
    /// Multipliers: `SB_MAC16`, `MULT18X18D`, `DSP48E1`.
    pub dsps: u32,
    /// Memories: `SB_RAM40_4K` of 4 Kibit, `DP16KD` and `RAMB18E1` of 18; a `RAMB36E1` is two.
    pub block_rams: u32,
    /// Memories made of lookup tables that are not among `luts`: `TRELLIS_DPR16X4`, each with the place of four and of what
    /// writes it, and `RAM32M`, `RAM64M` and `RAM128X1D` of four. Shift registers are not counted.
    pub lut_memories: u32,
}

/// In the order of the fields.
impl From<[u32; 6]> for Cells {
    fn from([luts, carries, flip_flops, dsps, block_rams, lut_memories]: [u32; 6]) -> Self {
        Self { luts, carries, flip_flops, dsps, block_rams, lut_memories }
    }
}

impl From<Cells> for [u32; 6] {
    fn from(cells: Cells) -> Self {
        let Cells { luts, carries, flip_flops, dsps, block_rams, lut_memories } = cells;
        [luts, carries, flip_flops, dsps, block_rams, lut_memories]
    }
}

/// What one lane takes on a family of chips, calibrated by synthesis.
///
/// It stands beside the reference's formula, [`ResourceEstimate`](crate::ResourceEstimate). `cargo xtask rtl` synthesizes lanes
/// and writes down what they take. For their configurations the cells are those that were counted, and `evidence_class` is
/// `synthesis`; for others they are estimated from them, and it is `synthesis_calibrated_estimate`. Flip-flops and multipliers
/// then follow rules that hold for every lane that was synthesized. Lookup tables and carries are sums of
/// [`terms`](Self::terms), whose coefficients were fitted to some of these lanes; their errors are the largest among the others.
///
/// The lane is one without a load port. No hardware was measured.
///
/// ```
/// use sc_hdl::CalibratedEstimate;
/// use sc_online_o1::Config;
///
/// let lane = CalibratedEstimate::new(&Config::DEFAULT, "ecp5")?;
/// assert!(lane.is_exact() && lane.cells.dsps == 1);
/// let wider = CalibratedEstimate::new(&Config::new(18, 12, 8, 4, 4)?, "ecp5")?;
/// assert!(!wider.is_exact() && wider.cells.luts > lane.cells.luts);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalibratedEstimate<'a> {
    schema_version: &'static str,
    /// The chip or family, as it was named.
    pub target: &'a str,
    /// What it is a chip of.
    pub family: Family,
    evidence_class: &'static str,
    tool: &'static str,
    command: &'static str,
    /// What a lane takes.
    #[serde(flatten)]
    pub cells: Cells,
    /// By how much the lookup tables may be wrong, in percent; none if they were counted.
    pub luts_error_percent: Option<u32>,
    /// By how much the carries may be wrong, in percent; none if they were counted.
    pub carries_error_percent: Option<u32>,
    hardware_measurement_claimed: bool,
}

impl<'a> CalibratedEstimate<'a> {
    /// Name of the schema.
    pub const SCHEMA: &'static str = "autonomous-learning.online-o1.synthesis-estimate.v1";

    /// The program that synthesized, and its version.
    pub const TOOL: &'static str = synthesis::TOOL;

    /// Looks a lane up or estimates it, for a target that [`Family::of_target`] knows.
    ///
    /// # Errors
    /// [`Error::EmptyTarget`], [`Error::UnknownTarget`], and [`Error::OptInModes`] for a configuration that no lane has.
    pub fn new(config: &Config, target: &'a str) -> Result<Self, Error> {
        let family = Family::of_target(target)?;
        Error::check_modes(config)?;
        let calibration = &CALIBRATIONS[family as usize];
        let counted = counted(config, family);
        let error = |percent: u32| counted.is_none().then_some(percent);
        Ok(Self {
            schema_version: Self::SCHEMA,
            target,
            family,
            evidence_class: if counted.is_some() { "synthesis" } else { "synthesis_calibrated_estimate" },
            tool: Self::TOOL,
            command: calibration.command,
            cells: counted.unwrap_or_else(|| calibration.estimate(config, family)),
            luts_error_percent: error(calibration.luts_error_percent),
            carries_error_percent: error(calibration.carries_error_percent),
            hardware_measurement_claimed: false,
        })
    }

    /// Whether this very lane was synthesized.
    pub fn is_exact(&self) -> bool {
        self.luts_error_percent.is_none()
    }

    /// What lookup tables and carries are a linear function of: 1, bits of the weight, bits of a trace, bits of a trace that
    /// decays, bits of the reward, bits of the rows of the product that lookup tables add, multipliers beyond the first.
    pub fn terms(config: &Config, family: Family) -> [f64; N_TERMS] {
        let [w, t, r] = [config.weight_bits(), config.trace_bits(), config.reward_bits()].map(f64::from);
        let Product { n_dsps, row_bits } = Product::new(config, family);
        let decaying = if decays(config) { t } else { 0.0 };
        [1.0, w, t, decaying, r, row_bits.into(), n_dsps.saturating_sub(1).into()]
    }
}

/// How many [`terms`](CalibratedEstimate::terms) there are.
const N_TERMS: usize = 7;

/// How something was synthesized for a family, and what was fitted to it.
pub(crate) struct Calibration<const N: usize = N_TERMS> {
    pub(crate) command: &'static str,
    pub(crate) luts: [f64; N],
    pub(crate) luts_error_percent: u32,
    pub(crate) carries: [f64; N],
    pub(crate) carries_error_percent: u32,
}

/// A lane that was synthesized: widths and shifts, and its cells in every family.
pub(crate) struct Synthesized {
    pub(crate) config: [u8; 5],
    /// Lookup tables, carries, flip-flops, multipliers.
    pub(crate) cells: [[u32; 4]; Family::ALL.len()],
}

impl Calibration {
    fn estimate(&self, config: &Config, family: Family) -> Cells {
        let terms = CalibratedEstimate::terms(config, family);
        let [luts, carries] = [&self.luts, &self.carries].map(|coefficients| n_cells(coefficients, &terms));
        Cells::from([luts, carries, flip_flops(config), Product::new(config, family).n_dsps, 0, 0])
    }
}

/// A sum of terms. A number of cells is small, and of a negative one nothing is left.
pub(crate) fn n_cells<const N: usize>(coefficients: &[f64; N], terms: &[f64; N]) -> u32 {
    let sum: f64 = coefficients.iter().zip(terms).map(|(c, term)| c * term).sum();
    sum.round() as u32
}

fn counted(config: &Config, family: Family) -> Option<Cells> {
    let key = numbers(config);
    let lane = FITTED.iter().chain(&HELD_OUT).find(|lane| lane.config == key)?;
    let [luts, carries, flip_flops, dsps] = lane.cells[family as usize];
    Some(Cells::from([luts, carries, flip_flops, dsps, 0, 0]))
}

/// Widths and shifts of a configuration.
pub(crate) fn numbers(config: &Config) -> [u8; 5] {
    let [weight, trace, reward] = [config.weight_bits(), config.trace_bits(), config.reward_bits()];
    [weight, trace, reward, config.learning_shift(), config.trace_decay_shift()]
}

/// Whether traces decay at all: by something, and not by their quotient that is always 0.
pub(crate) fn decays(config: &Config) -> bool {
    (1..config.trace_bits()).contains(&config.trace_decay_shift())
}

/// State and `update_done`. The bits of a trace that does not decay are all the same.
fn flip_flops(config: &Config) -> u32 {
    let trace_bits = if decays(config) { config.trace_bits() } else { 1 };
    u32::from(config.weight_bits()) + u32::from(config.trace_bits()) + 2 * u32::from(trace_bits) + 1
}

/// What the product of reward and eligibility is made of.
pub(crate) struct Product {
    pub(crate) n_dsps: u32,
    /// Bits of the rows that lookup tables add, in a product or what is left of one.
    pub(crate) row_bits: u32,
}

impl Product {
    /// yosys cuts both factors into pieces for which there is a multiplier, and leaves to lookup tables the product of two
    /// pieces that would not be worth one.
    pub(crate) fn new(config: &Config, family: Family) -> Self {
        let [t, r] = [config.trace_bits(), config.reward_bits()].map(u32::from);
        let (least_bits, wide, narrow) = match family {
            // No product is large enough.
            Family::Ice40 => (u32::MAX, 30, 30),
            Family::Ice40Up5k => (11, 16, 16),
            Family::Ecp5 => (0, 18, 18),
            Family::Xilinx7 => (9, 25, 18),
        };
        let mut product = Self { n_dsps: 0, row_bits: 0 };
        for a in pieces(t.max(r), wide) {
            for b in pieces(t.min(r), narrow) {
                if a.min(b) < 2 || a + b < least_bits {
                    product.row_bits += (a.min(b) - 1) * a.max(b);
                } else {
                    product.n_dsps += 1;
                }
            }
        }
        product
    }
}

/// Widths of the pieces of a signed factor for inputs of `most` bits; all but the last lose one to a sign of their own.
fn pieces(bits: u32, most: u32) -> impl Iterator<Item = u32> {
    let n_whole = if bits > most { (bits - 2) / (most - 1) } else { 0 };
    (0..n_whole).map(move |_| most).chain([bits - n_whole * (most - 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config([weight, trace, reward, learning, decay]: [u8; 5]) -> Config {
        Config::new(weight, trace, reward, learning, decay).unwrap()
    }

    #[test]
    fn pieces_are_whole_factors_and_what_is_left() {
        let cut = |bits, most| pieces(bits, most).collect::<Vec<_>>();
        assert_eq!(
            [cut(1, 1), cut(16, 16), cut(18, 16), cut(30, 16)],
            [vec![1], vec![16], vec![16, 3], vec![16, 15]]
        );
        assert_eq!([cut(31, 16), cut(32, 16)], [vec![16, 16], vec![16, 16, 2]]);
    }

    #[test]
    fn rules_hold_for_all_lanes() {
        for lane in FITTED.iter().chain(&HELD_OUT) {
            for family in Family::ALL {
                let [_, _, n_flip_flops, n_dsps] = lane.cells[family as usize];
                let rules =
                    [flip_flops(&config(lane.config)), Product::new(&config(lane.config), family).n_dsps];
                assert_eq!(rules, [n_flip_flops, n_dsps], "{:?}, {family}", lane.config);
            }
        }
    }

    #[test]
    fn errors_are_those_of_lanes_that_were_held_out() {
        for (family, calibration) in Family::ALL.into_iter().zip(&CALIBRATIONS) {
            let error = |of: fn(&Cells) -> u32, k: usize| {
                let errors = HELD_OUT.iter().map(|lane| {
                    let counted = lane.cells[family as usize][k];
                    let estimate = of(&calibration.estimate(&config(lane.config), family));
                    (100 * estimate.abs_diff(counted)).div_ceil(counted.max(1))
                });
                errors.max()
            };
            assert_eq!(error(|cells| cells.luts, 0), Some(calibration.luts_error_percent), "{family}");
            assert_eq!(error(|cells| cells.carries, 1), Some(calibration.carries_error_percent), "{family}");
        }
    }

    #[test]
    fn the_default_lane_was_synthesized() {
        let cells = FITTED[0]
            .cells
            .map(|[luts, carries, flip_flops, dsps]| Cells::from([luts, carries, flip_flops, dsps, 0, 0]));
        for (family, cells) in Family::ALL.into_iter().zip(cells) {
            let estimate = CalibratedEstimate::new(&Config::DEFAULT, family.as_str()).unwrap();
            assert_eq!((estimate.cells, estimate.is_exact()), (cells, true));
        }
    }
}
