//! How many registers an engine has on a chip.

use crate::{
    Engine, EngineShape, Family,
    calibrated::Product,
    engine_estimate::{memories, product},
    memory::Cell,
};

/// Stages that a row passes after it has entered.
const N_STAGES: u32 = 8;

/// Flip-flops: the registers of `engine.v` and `engine_lane.v`, and what memories have of them, but those that multipliers and
/// shift registers take in.
pub(crate) fn n_registers(engine: &Engine, family: Family) -> u32 {
    let lanes = engine.shape().lanes;
    of_control(engine) + lanes * of_lane(engine) + of_memories(engine, family) - taken_in(engine, family)
}

fn of_control(engine: &Engine) -> u32 {
    let shape = engine.shape();
    let [w, t, r] = widths(engine);
    // What is being done, the row that enters, and the clocks that are left, as they stand in the module.
    let request = 4 + 2 + shape.lane_bits() + w + t + r;
    let row = 3 + shape.row_bits() + shape.group_bits();
    let waiting = 2 + shape.lane_bits() + 3;
    // Addresses have the groups. Of two rows or groups the last is the one whose number is 1, which is known.
    let n_lasts = u32::from(shape.rows != 2) + u32::from(shape.groups != 2);
    let stages = N_STAGES * (engine.address_bits() + 1) + 2 * n_lasts;
    let presynaptic = 1 + t;
    let factors = quarters(shape) * engine.factor_bits();
    request + row + waiting + stages + presynaptic + factors
}

fn of_lane(engine: &Engine) -> u32 {
    let [w, t, _] = widths(engine);
    let groups = engine.shape().groups;
    let postsynaptic = if groups == 1 { 2 * (1 + t) } else { 1 + t };
    // The eligibility as it comes, decayed, with what is added, as a sum, and clamped.
    let eligibility = t + t + (t + 1) + (t + 2) + t;
    let product = if engine.has_multipliers() {
        t + engine.change_bits()
    } else {
        // A digit that has no other to be added to has three copies of its sign.
        let n_copies = if engine.n_digits() % 2 == 1 { 3 } else { 0 };
        engine.digit_pairs() * (t + 4) - n_copies + engine.product_bits()
    };
    let writes_synapses = 1;
    let passed = w + t;
    postsynaptic + eligibility + writes_synapses + product + w + engine.moved_bits() + passed
}

/// Memories in registers, and what was read where no block has a register for it.
fn of_memories(engine: &Engine, family: Family) -> u32 {
    let bits = memories(engine).into_iter().map(|(memory, n)| {
        // Postsynaptic neurons have a register of their own for what was read.
        let read = if memory.reads_old { 0 } else { memory.bits };
        n * match memory.place(family).cell {
            Cell::Registers => memory.bits * memory.words + read,
            Cell::LutMemory => read,
            // What is written later, with its enable, and whether it is what is read meanwhile.
            Cell::BlockRam if memory.reads_old => memory.bits + 2,
            Cell::BlockRam => 0,
        }
    });
    bits.sum()
}

fn taken_in(engine: &Engine, family: Family) -> u32 {
    let EngineShape { lanes, .. } = engine.shape();
    let [_, t, r] = widths(engine);
    let Product { n_dsps, .. } = product(engine, family);
    // A multiplier has registers for its factors and for a product that is not put together from too many.
    let (n_rewards, most_dsps) = match family {
        Family::Ice40 | Family::Ecp5 => (0, 0),
        Family::Ice40Up5k => (1, 2),
        Family::Xilinx7 => (quarters(engine.shape()).min(2), 1),
    };
    let factors = if n_dsps > 0 && n_rewards > 0 { n_rewards * r + lanes * t } else { 0 };
    let product = if (1..=most_dsps).contains(&n_dsps) { lanes * engine.change_bits() } else { 0 };
    // Addresses on their way from stage 2 to 5 and from there to 8.
    let shifted = if family == Family::Xilinx7 { 6 * engine.address_bits() } else { 0 };
    factors + product + shifted
}

/// Parts of the lanes to which the reward comes one after the other.
fn quarters(shape: EngineShape) -> u32 {
    shape.lanes.min(4)
}

fn widths(engine: &Engine) -> [u32; 3] {
    let config = engine.config();
    [config.weight_bits(), config.trace_bits(), config.reward_bits()].map(u32::from)
}
