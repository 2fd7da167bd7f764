//! The engine as it is after synthesis: gates against `sc-online-o1`, where a synthesizer could have made something else of the
//! text than simulators do.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use sc_hdl::{EngineShape, Family};
use sc_online_o1::Config;

use super::{
    design::{Design, engine_for},
    engine::{self, Run},
    random::Random,
    requests::Requests,
    synthesis,
    tools::{self, Simulator},
    work,
};
use crate::steps::output;

const N_STEPS: usize = 20;
const SEED: u64 = 3;
const SHAPE: EngineShape = EngineShape { lanes: 2, rows: 5, groups: 2 };

/// Engines with multipliers and without, of chips whose cells yosys has models of.
pub(super) fn simulate() -> io::Result<()> {
    for family in [Family::Ice40, Family::Ice40Up5k] {
        let engine = engine_for(Config::DEFAULT, SHAPE, family)?;
        let design = Design::engine(&engine)?;
        let cells = synthesis::synthesize(&design, family)?;
        let expected = if family.has_multipliers() { SHAPE.lanes } else { 0 };
        if cells.dsps != expected {
            return Err(io::Error::other(format!(
                "{family}: {expected} multipliers expected, not {}",
                cells.dsps
            )));
        }
        let requests = Requests::random(&mut Random(SEED), Config::DEFAULT, SHAPE, N_STEPS);
        let n_requests = requests.len();
        let gates = gates(&design, family)?;
        let folder = work().join("gates").join(family.as_str());
        let n_clocks = engine::write_benches(&folder, &[Run { engine, requests }], |_| gates.clone())?;
        let said = Simulator::Icarus.run(&folder, n_clocks)?;
        if !said.lines().any(|line| line.starts_with("PASS bench_0")) {
            return Err(io::Error::other(format!("{family}: gates do something else\n{said}")));
        }
        println!("{family}: {n_requests} requests to the gates of an engine, no bit and no clock differs");
    }
    Ok(())
}

/// What synthesis has made of a design, as Verilog, with the models of the cells.
fn gates(design: &Design, family: Family) -> io::Result<String> {
    let file = format!("{family}.gates.v");
    let script = format!("read_json {}; write_verilog -noattr {file}", synthesis::netlist(family));
    output(Command::new("yosys").args(["-q", "-p", &script]).current_dir(design.path("")))?;
    let read = |path: PathBuf| {
        fs::read_to_string(&path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))
    };
    // Its inputs are all connected, and Icarus reads no defaults of them in Verilog-2001.
    let models = format!("`define NO_ICE40_DEFAULT_ASSIGNMENTS\n{}", read(models()?)?);
    Ok(models + &read(design.path(&file))?)
}

/// Where yosys keeps what iCE40's cells do.
fn models() -> io::Result<PathBuf> {
    let yosys = tools::find("yosys").ok_or_else(|| io::Error::other("there is no yosys"))?;
    let folder = yosys.parent().and_then(Path::parent).expect("a program is in bin");
    Ok(folder.join("share/yosys/ice40/cells_sim.v"))
}
