//! `cargo xtask rtl`: that the Verilog of `sc-hdl` computes what `sc-online-o1` computes, and what it costs on a chip.
//!
//! Test benches, models and mutations are in `crates/sc-hdl/tests/rtl/`; everything is built in the target folder.

mod calibration;
mod design;
mod engine;
mod engine_calibration;
mod figures;
mod fit;
mod formal;
mod gates;
mod lane;
mod lane_calibration;
mod lint;
mod mutations;
mod place_and_route;
mod random;
mod requests;
mod stimuli;
mod synthesis;
mod tools;

use std::{fs, io, path::PathBuf};

use crate::{
    root,
    steps::{self, Step},
    target_dir,
};

/// What `cargo xtask rtl` understands.
const HELP: &str = "\
cargo xtask rtl [--quick]

  lint, co-simulation, formal proof, synthesis, place and route of lane and engine; missing tools are installed, with
  apt-get as root of a Debian and from PyPI; writes the tables of docs/rtl.md and, in crates/sc-hdl/src, synthesis.rs and engine_synthesis.rs
  --quick: what fits into four minutes, with the tools that are there; writes nothing

cargo xtask rtl --only WORDS

  of --quick the stages with these words in their names

cargo xtask rtl install

  install iverilog, verilator, yosys and nextpnr-ice40, with apt-get as root of a Debian
";

/// Runs the stages one after the other and returns the exit code.
pub(crate) fn run(args: &[&str]) -> u8 {
    match args {
        [] if tools::install() != 0 => 1,
        [] => {
            tools::install_python();
            steps::run(stages(false))
        }
        ["--quick"] => {
            let missing = tools::missing();
            if missing.is_empty() {
                return steps::run(stages(true));
            }
            println!("rtl: SKIPPED, NOTHING IS PROVEN: missing: {}", missing.join(" "));
            0
        }
        ["--only", words] => {
            let chosen: Vec<Step> =
                stages(true).into_iter().filter(|stage| stage.name().contains(words)).collect();
            if chosen.is_empty() {
                eprintln!("no stage is called {words:?}");
                return 2;
            }
            steps::run(chosen)
        }
        ["install"] => tools::install(),
        _ => {
            eprint!("{HELP}");
            2
        }
    }
}

/// What is done, the quick things first, and figures of nothing that is wrong; each stage stands in a file of its own.
fn stages(quick: bool) -> Vec<Step> {
    let figures = if quick { calibration::check } else { figures::write };
    vec![
        Step::new("lint", || steps::report(lint::run())),
        Step::new("lane against sc-online-o1", || steps::report(lane::cosimulate())),
        Step::new("wrong lanes", || steps::report(lane::catch_mutations())),
        Step::new("proof of the lane", move || steps::report(formal::prove(quick))),
        Step::new("proof of wrong lanes", move || steps::report(formal::refute(quick))),
        Step::new("engine against sc-online-o1", || steps::report(engine::cosimulate())),
        Step::new("wrong engines", || steps::report(engine::catch_mutations())),
        Step::new("gates of the engine", || steps::report(gates::simulate())),
        Step::new("what lanes and engines take", move || steps::report(figures())),
    ]
}

/// Where everything is built.
fn work() -> PathBuf {
    target_dir().join("rtl")
}

/// A file of the test benches.
fn test_source(name: &str) -> io::Result<String> {
    let path = root().join("crates/sc-hdl/tests/rtl").join(name);
    fs::read_to_string(&path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))
}
