//! How much of a chip a lane and its memory take, before any synthesis.

use sc_online_o1::Config;
use serde::Serialize;

use crate::Error;

/// Bits of the two block memories of Xilinx's 7 series, which the estimate counts in for every target.
const BRAM18_BITS: u128 = 18 * 1024;
const BRAM36_BITS: u128 = 36 * 1024;

/// Targets whose multipliers are made of lookup tables, without regard to case.
const WITHOUT_DSP: [&str; 3] = ["ice40", "gowin_littlebee", "generic_lut_only"];

/// What one lane and the state of `n_synapses` take on a target: the formula of sc-neurocore 3.16.0, as it writes it.
///
/// With `W`, `T` and `R` bits of weight, trace and reward:
///
/// ```text
/// lane_ff_bits   = (W + 3 T) + 3 (T + 1) + W + T + R + 1
/// estimated_luts = 24 + W + 2 T + R, and ceil(R T / 4) more where there is no DSP
/// ```
///
/// It is a formula and no measurement. Synthesis of a lane of default widths takes 1.7 to 4.1 times as many lookup tables and
/// less than half of the registers; the formula's memory tiles do not know the width of a port, and are meaningless where
/// blocks have another size. It is here for those who compare reports; [`CalibratedEstimate`](crate::CalibratedEstimate) says
/// what synthesis says.
///
/// Serializes with the keys and in the order of the reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceEstimate<'a> {
    schema_version: &'static str,
    /// The chip or family, as it was named.
    pub target: &'a str,
    evidence_class: &'static str,
    /// Synapses in memory, at least 1.
    pub n_synapses: u64,
    /// Bits of state of one.
    pub per_synapse_state_bits: u32,
    /// Bits of state of all.
    pub total_state_bits: u128,
    /// Memories of 18 Kibit that they fill.
    pub bram18_tiles: u128,
    /// Memories of 36 Kibit that they fill.
    pub bram36_tiles: u128,
    /// Registers of the lane, in bits.
    pub lane_ff_bits: u32,
    /// Lookup tables of the lane.
    pub estimated_luts: u32,
    /// Hardware multipliers of the lane, 0 or 1.
    pub estimated_dsps: u32,
    /// Clocks from the spikes to the new state.
    pub max_update_latency_cycles: u32,
    hardware_measurement_claimed: bool,
}

impl<'a> ResourceEstimate<'a> {
    /// Name of the schema.
    pub const SCHEMA: &'static str = "sc-neurocore.online-o1.resource-estimate.v1";

    /// Applies the formula. Any name is a target; those that are not known count as having a DSP.
    ///
    /// # Errors
    /// [`Error::NoSynapses`], [`Error::EmptyTarget`], and [`Error::OptInModes`] for a configuration whose modes the formula
    /// does not know.
    pub fn new(config: &Config, n_synapses: u64, target: &'a str) -> Result<Self, Error> {
        if n_synapses == 0 {
            return Err(Error::NoSynapses);
        }
        if target.is_empty() {
            return Err(Error::EmptyTarget);
        }
        Error::check_modes(config)?;
        let [w, t, r] = [config.weight_bits(), config.trace_bits(), config.reward_bits()].map(u32::from);
        let per_synapse_state_bits = config.per_synapse_state_bits();
        let total_state_bits = u128::from(n_synapses) * u128::from(per_synapse_state_bits);
        let has_dsp = !WITHOUT_DSP.iter().any(|name| name.eq_ignore_ascii_case(target));
        Ok(Self {
            schema_version: Self::SCHEMA,
            target,
            evidence_class: "pre_synthesis_estimate",
            n_synapses,
            per_synapse_state_bits,
            total_state_bits,
            bram18_tiles: total_state_bits.div_ceil(BRAM18_BITS),
            bram36_tiles: total_state_bits.div_ceil(BRAM36_BITS),
            lane_ff_bits: per_synapse_state_bits + 3 * (t + 1) + w + t + r + 1,
            estimated_luts: 24 + w + 2 * t + r + if has_dsp { 0 } else { (r * t).div_ceil(4) },
            estimated_dsps: u32::from(has_dsp),
            max_update_latency_cycles: 1,
            hardware_measurement_claimed: false,
        })
    }
}
