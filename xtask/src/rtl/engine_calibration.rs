//! What engines take, synthesized and fitted: `crates/sc-hdl/src/engine_synthesis.rs`.

use std::io;

use sc_hdl::{Engine, EngineEstimate, EngineShape, Family};
use sc_online_o1::Config;

use super::{
    calibration::{Errors, Sample, Table},
    design::{Design, engine_for},
};

/// Widths and shifts of an engine, as those of lanes; and its lanes, rows and groups.
type Numbers = ([u8; 5], [u32; 3]);

/// Engines to which the estimate is fitted, small ones, which take seconds; the default configuration first.
const FITTED: [Numbers; 12] = [
    ([16, 12, 8, 4, 4], [2, 256, 1]),
    ([8, 6, 4, 3, 2], [3, 256, 1]),
    ([16, 12, 8, 4, 4], [4, 256, 1]),
    ([8, 8, 8, 7, 3], [2, 64, 4]),
    ([24, 16, 8, 8, 5], [2, 16, 2]),
    ([12, 10, 6, 4, 0], [2, 1024, 1]),
    ([20, 14, 16, 6, 5], [2, 512, 1]),
    ([4, 4, 4, 2, 2], [4, 8, 1]),
    ([31, 30, 20, 8, 12], [1, 64, 1]),
    ([6, 5, 3, 2, 2], [6, 32, 5]),
    ([16, 12, 8, 4, 4], [2, 64, 16]),
    ([10, 20, 4, 4, 7], [2, 256, 2]),
];

/// Those with which it is compared; the last is as large as small chips have room for.
const HELD_OUT: [Numbers; 4] = [
    ([14, 11, 7, 4, 3], [3, 128, 1]),
    ([24, 20, 12, 10, 6], [2, 256, 2]),
    ([12, 8, 4, 4, 3], [4, 512, 4]),
    ([16, 12, 8, 4, 4], [10, 256, 1]),
];

/// How many of [`FITTED`] are looked at where there is little time.
const N_QUICK: usize = 2;

/// Synthesizes all engines and writes the file. What the crate says changes when it is built the next time.
pub(super) fn calibrate() -> io::Result<[Errors; Family::ALL.len()]> {
    let fitted = FITTED.iter().map(synthesize).collect::<io::Result<_>>()?;
    let held_out = HELD_OUT.iter().map(synthesize).collect::<io::Result<_>>()?;
    let table = Table { what: "engines", n_terms: 8, n_counts: 6, fitted, held_out };
    table
        .write("engine_synthesis.rs", "use crate::{calibrated::Calibration, engine_estimate::Synthesized};\n")
}

/// Synthesizes a few engines, which must take what the crate says they do.
pub(super) fn check() -> io::Result<()> {
    for numbers in &FITTED[..N_QUICK] {
        synthesize(numbers)?.check(Family::ALL.map(|family| {
            let engine = engine(numbers, family)?;
            let said = EngineEstimate::new(&engine, family.as_str()).map_err(io::Error::other)?;
            Ok(said.is_exact().then_some(said.cells))
        }))?;
    }
    Ok(())
}

/// An engine as it is for a family.
fn engine(
    &([weight, trace, reward, learning, decay], [lanes, rows, groups]): &Numbers,
    family: Family,
) -> io::Result<Engine> {
    let config = Config::new(weight, trace, reward, learning, decay).expect("widths in range");
    engine_for(config, EngineShape { lanes, rows, groups }, family)
}

fn synthesize(numbers: &Numbers) -> io::Result<Sample> {
    let mut engines = Vec::new();
    for family in Family::ALL {
        engines.push(engine(numbers, family)?);
    }
    let terms = Family::ALL.map(|family| EngineEstimate::terms(&engines[family as usize], family).to_vec());
    let designs = engines.iter().map(Design::engine).collect::<io::Result<Vec<_>>>()?;
    let key = format!("config: {:?}, shape: {:?}", numbers.0, numbers.1);
    let rules = Family::ALL.map(|family| EngineEstimate::flip_flops(&engines[family as usize], family));
    let mut sample = Sample::synthesize(key, Family::ALL.map(|family| &designs[family as usize]), terms)?;
    sample.flip_flops = Some(rules);
    Ok(sample)
}
