//! What lanes take, synthesized and fitted: `crates/sc-hdl/src/synthesis.rs`.

use std::io;

use sc_hdl::{CalibratedEstimate, Family};
use sc_online_o1::Config;

use super::{
    calibration::{Errors, Sample, Table},
    design::{Design, numbers},
    synthesis,
};

/// Widths of weight, trace and reward, learning shift and decay shift, to which the estimate is fitted; the default first.
const FITTED: [[u8; 5]; 25] = [
    [16, 12, 8, 4, 4],
    [8, 8, 8, 7, 3],
    [8, 6, 4, 3, 2],
    [12, 8, 4, 4, 3],
    [16, 8, 4, 4, 4],
    [24, 16, 8, 8, 5],
    [31, 30, 30, 15, 15],
    [4, 4, 4, 2, 2],
    [1, 2, 1, 0, 1],
    [16, 12, 4, 4, 4],
    [16, 12, 12, 6, 4],
    [20, 14, 10, 6, 5],
    [31, 16, 8, 4, 4],
    [8, 16, 8, 4, 6],
    [16, 16, 16, 8, 6],
    [24, 20, 12, 10, 6],
    [10, 10, 10, 5, 3],
    [6, 5, 3, 2, 2],
    [12, 10, 6, 4, 0],
    [24, 24, 24, 12, 8],
    [28, 18, 6, 6, 5],
    [16, 20, 4, 4, 7],
    [31, 30, 1, 0, 10],
    [5, 30, 20, 8, 12],
    [16, 12, 8, 4, 12],
];

/// Those with which it is compared.
const HELD_OUT: [[u8; 5]; 12] = [
    [14, 11, 7, 4, 3],
    [10, 7, 5, 3, 2],
    [20, 12, 8, 4, 4],
    [16, 14, 8, 5, 5],
    [12, 12, 6, 4, 4],
    [24, 14, 10, 6, 4],
    [8, 10, 4, 3, 3],
    [28, 22, 14, 8, 7],
    [16, 10, 16, 6, 4],
    [18, 9, 9, 5, 0],
    [31, 28, 25, 12, 9],
    [3, 3, 2, 1, 1],
];

/// How many of [`FITTED`] are looked at where there is little time.
const N_QUICK: usize = 3;

/// Synthesizes all lanes and writes the file. What the crate says changes when it is built the next time.
pub(super) fn calibrate() -> io::Result<[Errors; Family::ALL.len()]> {
    let fitted = FITTED.iter().map(synthesize).collect::<io::Result<_>>()?;
    let held_out = HELD_OUT.iter().map(synthesize).collect::<io::Result<_>>()?;
    let table = Table { what: "lanes", n_terms: 7, n_counts: 4, fitted, held_out };
    let head = format!(
        "use crate::calibrated::{{Calibration, Synthesized}};\n\n\
         /// What synthesized.\npub(crate) const TOOL: &str = {:?};\n",
        synthesis::version()?
    );
    table.write("synthesis.rs", &head)
}

/// Synthesizes a few lanes, which must take what the crate says they do.
pub(super) fn check() -> io::Result<()> {
    for numbers in &FITTED[..N_QUICK] {
        let sample = synthesize(numbers)?;
        let config = config(numbers);
        sample.check(Family::ALL.map(|family| {
            let said = CalibratedEstimate::new(&config, family.as_str()).map_err(io::Error::other)?;
            Ok(said.is_exact().then_some(said.cells))
        }))?;
    }
    Ok(())
}

fn config(&[weight, trace, reward, learning, decay]: &[u8; 5]) -> Config {
    Config::new(weight, trace, reward, learning, decay).expect("widths in range")
}

fn synthesize(lane: &[u8; 5]) -> io::Result<Sample> {
    let config = config(lane);
    let design = Design::lane(config)?;
    let designs = Family::ALL.map(|_| &design);
    let terms = Family::ALL.map(|family| CalibratedEstimate::terms(&config, family).to_vec());
    Sample::synthesize(format!("config: {:?}", numbers(&config)), designs, terms)
}
