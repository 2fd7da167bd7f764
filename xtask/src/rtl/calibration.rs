//! What designs take in every family, synthesized, fitted, and written into the source of `sc-hdl`.

use std::{fmt::Write as _, fs, io, process::Command};

use sc_hdl::{CalibratedEstimate, Cells, Family};

use super::{design::Design, engine_calibration, fit, lane_calibration, synthesis};
use crate::{root, steps::must};

/// How good an estimate is: the largest errors, in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Errors {
    /// Among designs that were held out.
    pub(super) luts: u32,
    /// The same.
    pub(super) carries: u32,
    /// Of the rule, among all designs.
    pub(super) flip_flops: u32,
}

/// Synthesizes a few lanes and engines, if this is the version of yosys that did so before.
pub(super) fn check() -> io::Result<()> {
    let version = synthesis::version()?;
    if version != CalibratedEstimate::TOOL {
        println!("SKIPPED: the figures are those of {}, this is {version}", CalibratedEstimate::TOOL);
        return Ok(());
    }
    lane_calibration::check()?;
    engine_calibration::check()
}

/// A design that was synthesized.
pub(super) struct Sample {
    /// What it is, as the source says it.
    key: String,
    /// What lookup tables and carries are made of in every family.
    terms: [Vec<f64>; Family::ALL.len()],
    cells: [Cells; Family::ALL.len()],
    /// What the rule says of them, if it may be wrong.
    pub(super) flip_flops: Option<[u32; Family::ALL.len()]>,
}

impl Sample {
    /// A design for every family.
    pub(super) fn synthesize(
        key: String,
        designs: [&Design; Family::ALL.len()],
        terms: [Vec<f64>; Family::ALL.len()],
    ) -> io::Result<Self> {
        let mut cells = [Cells::from([0; 6]); Family::ALL.len()];
        for ((cells, family), design) in cells.iter_mut().zip(Family::ALL).zip(designs) {
            *cells = synthesis::synthesize(design, family)?;
        }
        let counts: Vec<_> = cells.iter().map(|cells| cells.luts.to_string()).collect();
        println!("{key}: {} lookup tables", counts.join(", "));
        Ok(Self { key, terms, cells, flip_flops: None })
    }

    /// Compares it with what the crate says was counted.
    pub(super) fn check(&self, said: [io::Result<Option<Cells>>; Family::ALL.len()]) -> io::Result<()> {
        for ((family, counted), said) in Family::ALL.into_iter().zip(self.cells).zip(said) {
            let said = said?;
            if said != Some(counted) {
                return Err(io::Error::other(format!(
                    "{} on {family} takes {counted:?}; sc-hdl says {said:?}; `cargo xtask rtl` writes what is true now",
                    self.key
                )));
            }
        }
        Ok(())
    }
}

/// All designs of one kind.
pub(super) struct Table {
    pub(super) what: &'static str,
    pub(super) n_terms: usize,
    /// How many of the counts of [`Cells`] are written.
    pub(super) n_counts: usize,
    pub(super) fitted: Vec<Sample>,
    pub(super) held_out: Vec<Sample>,
}

/// What was fitted to a family.
struct Fit {
    family: Family,
    luts: Line,
    carries: Line,
    /// By how much the rule for flip-flops errs, if it may.
    flip_flops_error: Option<u32>,
}

/// Coefficients of a count, and its largest error among the designs that were held out, in percent.
struct Line {
    coefficients: Vec<f64>,
    largest_error: u32,
}

impl Table {
    /// Fits, and writes the file of this name.
    pub(super) fn write(&self, name: &str, head: &str) -> io::Result<[Errors; Family::ALL.len()]> {
        let fits = Family::ALL.map(|family| self.fit(family));
        let path = root().join("crates/sc-hdl/src").join(name);
        fs::write(&path, self.source(head, &fits))?;
        must(Command::new("rustfmt").args(["--edition", "2024", "--config-path"]).arg(root()).arg(&path))?;
        Ok(fits.map(|fit| Errors {
            luts: fit.luts.largest_error,
            carries: fit.carries.largest_error,
            flip_flops: fit.flip_flops_error.unwrap_or(0),
        }))
    }

    fn fit(&self, family: Family) -> Fit {
        let line = |of: fn(&Cells) -> u32| {
            let row = |sample: &Sample| {
                (sample.terms[family as usize].clone(), f64::from(of(&sample.cells[family as usize])))
            };
            let fitted: Vec<_> = self.fitted.iter().map(row).collect();
            // As many digits as are written.
            let round = |c: f64| (c * 1000.0).round() / 1000.0;
            let coefficients: Vec<f64> =
                fit::relative_least_squares(&fitted).into_iter().map(round).collect();
            let error = |(terms, counted): (Vec<f64>, f64)| {
                let estimate: f64 = coefficients.iter().zip(terms).map(|(c, term)| c * term).sum();
                percent(estimate.round().max(0.0), counted)
            };
            let largest_error = self.held_out.iter().map(row).map(error).max().unwrap_or(0);
            Line { coefficients, largest_error }
        };
        let flip_flops_errors = self.fitted.iter().chain(&self.held_out).filter_map(|sample| {
            let rule = sample.flip_flops?[family as usize];
            Some(percent(rule.into(), sample.cells[family as usize].flip_flops.into()))
        });
        Fit {
            family,
            luts: line(|cells| cells.luts),
            carries: line(|cells| cells.carries),
            flip_flops_error: flip_flops_errors.max(),
        }
    }

    fn source(&self, head: &str, fits: &[Fit]) -> String {
        let Self { what, n_terms, n_counts, .. } = self;
        let mut text = format!(
            "//! What {what} take, as synthesized, and what was fitted to it. Written by `cargo xtask rtl`.\n\n\
             // A coefficient may look like e or pi, and is not.\n#![allow(clippy::approx_constant)]\n\n\
             {head}\n/// For every family.\npub(crate) const CALIBRATIONS: [Calibration<{n_terms}>; {}] = [\n",
            fits.len()
        );
        for Fit { family, luts, carries, .. } in fits {
            let command = synthesis::options(*family);
            let _ = writeln!(
                text,
                "Calibration {{ command: {command:?}, luts: {:?}, luts_error_percent: {}, carries: {:?}, \
                 carries_error_percent: {} }},",
                luts.coefficients, luts.largest_error, carries.coefficients, carries.largest_error
            );
        }
        text += "];\n";
        let flip_flops_errors: Vec<u32> = fits.iter().filter_map(|fit| fit.flip_flops_error).collect();
        if !flip_flops_errors.is_empty() {
            let _ = writeln!(
                text,
                "\n/// The largest error of the rule for flip-flops, in every family.\n\
                 pub(crate) const FLIP_FLOPS_ERROR_PERCENT: [u32; {}] = {flip_flops_errors:?};",
                flip_flops_errors.len()
            );
        }
        for (what, name, samples) in
            [("Fitted to", "FITTED", &self.fitted), ("Compared with", "HELD_OUT", &self.held_out)]
        {
            // A line for a design, however long.
            let _ = writeln!(
                text,
                "\n/// {what}.\n#[rustfmt::skip]\npub(crate) const {name}: [Synthesized; {}] = [",
                samples.len()
            );
            for Sample { key, cells, .. } in samples {
                let cells = cells.map(|cells| <[u32; 6]>::from(cells)[..*n_counts].to_vec());
                let _ = writeln!(text, "    Synthesized {{ {key}, cells: {cells:?} }},");
            }
            text += "];\n";
        }
        text
    }
}

/// By how much an estimate errs.
fn percent(estimate: f64, counted: f64) -> u32 {
    (100.0 * (estimate - counted).abs() / counted.max(1.0)).ceil() as u32
}
