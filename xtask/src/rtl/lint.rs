//! That every module is Verilog-2001 of which no tool has anything to complain.

use std::{io, path::PathBuf};

use sc_hdl::{Engine, EngineShape, Identifier, Lane};
use sc_online_o1::Config;

use super::{design::Design, tools, work};

/// Widths and shifts at their limits, where text that is right by accident is wrong.
const LIMITS: [[u8; 5]; 4] = [[16, 12, 8, 4, 4], [1, 2, 1, 0, 0], [31, 30, 30, 30, 30], [31, 2, 1, 30, 0]];

/// The same of engines: lanes, rows, groups.
const SHAPES: [[u32; 3]; 4] = [[16, 256, 1], [1, 1, 1], [3, 5, 7], [1, 2, 3]];

pub(super) fn run() -> io::Result<()> {
    for (k, [weight, trace, reward, learning, decay]) in (0..).zip(LIMITS) {
        let config = Config::new(weight, trace, reward, learning, decay).expect("widths in range");
        let name = Identifier::new(format!("lane_{k}")).expect("a name");
        let lane = Lane::new(config, name).expect("default modes");
        for lane in [lane.clone(), lane.with_load_port()] {
            lint(lane.name().as_str(), &lane.verilog())?;
        }
        for (n, [lanes, rows, groups]) in (0..).zip(SHAPES) {
            let name = Identifier::new(format!("engine_{k}_{n}")).expect("a name");
            let engine =
                Engine::new(config, EngineShape { lanes, rows, groups }, name).expect("a small engine");
            for engine in [engine.clone(), engine.without_multipliers()] {
                lint(engine.name().as_str(), &engine.verilog())?;
            }
        }
    }
    let name = Identifier::new(Engine::DEFAULT_NAME).expect("a name");
    let [lanes, rows, groups] = SHAPES[0];
    let engine =
        Engine::new(Config::DEFAULT, EngineShape { lanes, rows, groups }, name).expect("a small engine");
    for Design { top, files, .. } in [Design::registered_lane()?, Design::engine_behind_pins(&engine)?] {
        tools::lint(&top, &files.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn lint(module: &str, text: &str) -> io::Result<()> {
    let path: PathBuf = work().join("lint").join(format!("{module}.v"));
    tools::write(&path, text)?;
    tools::lint(module, &[&path])
}
