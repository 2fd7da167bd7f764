//! The engine as it is after synthesis: gates against `sc-online-o1`, where a synthesizer could have made something else of the
//! text than simulators do.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use sc_hdl::{Engine, EngineShape, Family, Identifier};
use sc_online_o1::Config;

use super::{
    design::Design,
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
        let name = Identifier::new(Engine::DEFAULT_NAME).expect("a name");
        let engine = Engine::new(Config::DEFAULT, SHAPE, name).map_err(io::Error::other)?;
        let engine = if family == Family::Ice40 { engine.without_multipliers() } else { engine };
        let cells = synthesis::synthesize(&Design::engine(&engine)?, family)?;
        let expected = if family == Family::Ice40 { 0 } else { SHAPE.lanes };
        if cells.dsps != expected {
            return Err(io::Error::other(format!(
                "{family}: {expected} multipliers expected, not {}",
                cells.dsps
            )));
        }
        let requests = Requests::random(&mut Random(SEED), Config::DEFAULT, SHAPE, N_STEPS);
        let n_requests = requests.len();
        let gates = gates(&Design::engine(&engine)?, family)?;
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
