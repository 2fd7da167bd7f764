//! What lanes take, synthesized and fitted: `crates/sc-hdl/src/synthesis.rs`.

use std::{fmt::Write as _, fs, io, process::Command};

use sc_hdl::{CalibratedEstimate, Cells, Family};
use sc_online_o1::Config;

use super::{design::Design, fit, synthesis};
use crate::{root, steps::must};

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

/// How good an estimate is: the largest errors among lanes that were held out, in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Errors {
    pub(super) luts: u32,
    pub(super) carries: u32,
}

/// Synthesizes all lanes and writes the file. What the crate says changes when it is built the next time.
pub(super) fn calibrate() -> io::Result<[Errors; Family::ALL.len()]> {
    let synthesize = |configs: &[[u8; 5]]| {
        configs.iter().map(|&config| Lane::synthesize(config)).collect::<io::Result<Vec<_>>>()
    };
    let (fitted, held_out) = (synthesize(&FITTED)?, synthesize(&HELD_OUT)?);
    let fits = Family::ALL.map(|family| Fit::new(family, &fitted, &held_out));
    let path = root().join("crates/sc-hdl/src/synthesis.rs");
    fs::write(&path, source(&synthesis::version()?, &fits, [&fitted, &held_out]))?;
    must(Command::new("rustfmt").args(["--edition", "2024", "--config-path"]).arg(root()).arg(&path))?;
    Ok(fits.map(|fit| Errors { luts: fit.luts.largest_error, carries: fit.carries.largest_error }))
}

/// Synthesizes a few lanes, which must take what the crate says they do, if this is the version of yosys that said so.
pub(super) fn check() -> io::Result<()> {
    let version = synthesis::version()?;
    if version != CalibratedEstimate::TOOL {
        println!("SKIPPED: the figures are those of {}, this is {version}", CalibratedEstimate::TOOL);
        return Ok(());
    }
    for config in &FITTED[..N_QUICK] {
        let lane = Lane::synthesize(*config)?;
        for (family, cells) in Family::ALL.into_iter().zip(lane.cells) {
            let said = CalibratedEstimate::new(&lane.config, family.as_str()).map_err(io::Error::other)?;
            if !said.is_exact() || said.cells != cells {
                return Err(io::Error::other(format!(
                    "a lane {config:?} on {family} takes {cells:?}; synthesis.rs of sc-hdl says {:?}; `cargo xtask rtl` \
                     writes what is true now",
                    said.cells
                )));
            }
        }
    }
    Ok(())
}

/// A lane and what it takes in every family.
struct Lane {
    config: Config,
    cells: [Cells; Family::ALL.len()],
}

impl Lane {
    fn synthesize([weight, trace, reward, learning, decay]: [u8; 5]) -> io::Result<Self> {
        let config = Config::new(weight, trace, reward, learning, decay).expect("widths in range");
        let design = Design::lane(config)?;
        let mut cells =
            [Cells { luts: 0, carries: 0, flip_flops: 0, dsps: 0, block_rams: 0 }; Family::ALL.len()];
        for (cells, family) in cells.iter_mut().zip(Family::ALL) {
            *cells = synthesis::synthesize(&design, family)?;
        }
        let counts: Vec<_> = cells.iter().map(|cells| cells.luts.to_string()).collect();
        println!("{}: {} lookup tables", design.name, counts.join(", "));
        Ok(Self { config, cells })
    }
}

/// What was fitted to a family.
struct Fit {
    family: Family,
    luts: Line,
    carries: Line,
}

/// Coefficients of a count, and its largest error among the lanes that were held out, in percent.
struct Line {
    coefficients: Vec<f64>,
    largest_error: u32,
}

impl Fit {
    fn new(family: Family, fitted: &[Lane], held_out: &[Lane]) -> Self {
        let line = |of: fn(&Cells) -> u32| {
            let row = |lane: &Lane| {
                let terms = CalibratedEstimate::terms(&lane.config, family).to_vec();
                (terms, f64::from(of(&lane.cells[family as usize])))
            };
            let fitted: Vec<_> = fitted.iter().map(row).collect();
            // As many digits as are written.
            let round = |c: f64| (c * 1000.0).round() / 1000.0;
            let coefficients: Vec<f64> =
                fit::relative_least_squares(&fitted).into_iter().map(round).collect();
            let error = |(terms, counted): (Vec<f64>, f64)| {
                let estimate: f64 = coefficients.iter().zip(terms).map(|(c, term)| c * term).sum();
                (100.0 * (estimate.round().max(0.0) - counted).abs() / counted.max(1.0)).ceil()
            };
            let largest = held_out.iter().map(row).map(error).fold(0.0, f64::max);
            Line { coefficients, largest_error: largest as u32 }
        };
        Self { family, luts: line(|cells| cells.luts), carries: line(|cells| cells.carries) }
    }
}

fn source(version: &str, fits: &[Fit], [fitted, held_out]: [&[Lane]; 2]) -> String {
    let mut text = format!(
        "//! What lanes take, as synthesized, and what was fitted to it. Written by `cargo xtask rtl`.\n\n\
         use crate::calibrated::{{Calibration, Synthesized}};\n\n\
         /// What synthesized.\npub(crate) const TOOL: &str = {version:?};\n\n\
         /// For every family.\npub(crate) const CALIBRATIONS: [Calibration; {}] = [\n",
        fits.len()
    );
    for Fit { family, luts, carries } in fits {
        let command = synthesis::options(*family);
        let _ = writeln!(
            text,
            "Calibration {{ command: {command:?}, luts: {:?}, luts_error_percent: {}, carries: {:?}, \
             carries_error_percent: {} }},",
            luts.coefficients, luts.largest_error, carries.coefficients, carries.largest_error
        );
    }
    text += "];\n";
    for (what, name, lanes) in [("Fitted to", "FITTED", fitted), ("Compared with", "HELD_OUT", held_out)] {
        let n = lanes.len();
        // A line for a lane, however long.
        let _ = writeln!(
            text,
            "\n/// {what}.\n#[rustfmt::skip]\npub(crate) const {name}: [Synthesized; {n}] = ["
        );
        for Lane { config, cells } in lanes {
            let cells = cells.map(|cells| [cells.luts, cells.carries, cells.flip_flops, cells.dsps]);
            let widths = [config.weight_bits(), config.trace_bits(), config.reward_bits()];
            let shifts = [config.learning_shift(), config.trace_decay_shift()];
            let config = [&widths[..], &shifts].concat();
            let _ = writeln!(text, "    Synthesized {{ config: {config:?}, cells: {cells:?} }},");
        }
        text += "];\n";
    }
    text
}
