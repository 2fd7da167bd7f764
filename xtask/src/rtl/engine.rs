//! The engine against `sc-online-o1`: requests and responses, in two simulators.

use std::{fs, io, path::Path};

use sc_hdl::{Engine, EngineShape, Identifier};
use sc_online_o1::Config;

use super::{
    mutations,
    random::Random,
    requests::Requests,
    test_source,
    tools::{self, Simulator},
    work,
};

const N_RUNS: usize = 24;
const N_STEPS: usize = 60;
const SEED: u64 = 2;

/// Widths and shifts that must be among those that are tried.
const CONFIGS: [[u8; 5]; 6] = [
    [16, 12, 8, 4, 4],
    [16, 12, 8, 4, 4],
    [8, 6, 7, 2, 0],
    [31, 30, 30, 0, 1],
    [1, 2, 1, 0, 0],
    [16, 12, 8, 3, 2],
];

/// Of an engine that is told by parameters to have another one.
const DEFAULT_SHAPE: EngineShape = EngineShape { lanes: 16, rows: 256, groups: 1 };

/// Where the bench instantiates the engine.
const INSTANCE: &str = "sc_online_o1_engine dut (";

/// An engine and what is asked of it.
struct Run {
    engine: Engine,
    requests: Requests,
}

/// Engines of all shapes and configurations, with multipliers and without.
fn runs(n_runs: usize, n_steps: usize) -> Vec<Run> {
    let mut random = Random(SEED);
    (0..n_runs)
        .map(|k| {
            let config = CONFIGS.get(k).map_or_else(
                || random.config(),
                |&[w, t, r, l, d]| Config::new(w, t, r, l, d).expect("widths in range"),
            );
            let mut up_to = |most| u32::try_from(random.within(1, most)).expect("a small number");
            let shape = EngineShape { lanes: up_to(6), rows: up_to(12), groups: up_to(4) };
            let name = Identifier::new(format!("engine_{k}")).expect("a name");
            let engine = Engine::new(config, shape, name).expect("a small engine");
            let engine = if k % 2 == 0 { engine } else { engine.without_multipliers() };
            Run { engine, requests: Requests::random(&mut random, config, shape, n_steps) }
        })
        .collect()
}

/// All runs, in both simulators.
pub(super) fn cosimulate() -> io::Result<()> {
    let runs = runs(N_RUNS, N_STEPS);
    let folder = work().join("engine");
    let n_clocks = write_benches(&folder, &runs, |text| text)?;
    let n_requests: usize = runs.iter().map(|run| run.requests.len()).sum();
    for simulator in [Simulator::Icarus, Simulator::Verilator] {
        let said = simulator.run(&folder, n_clocks)?;
        let passed = said.lines().filter(|line| line.starts_with("PASS bench_")).count();
        if passed != runs.len() {
            return Err(io::Error::other(format!("{simulator:?}: {passed} of {} pass\n{said}", runs.len())));
        }
        println!("{simulator:?}: {passed} engines, {n_requests} requests, no bit and no clock differs");
    }
    Ok(())
}

/// Engines that are wrong in one line each, of which every one must be found out.
pub(super) fn catch_mutations() -> io::Result<()> {
    let folder = work().join("engine-mutations");
    let runs = runs(N_RUNS / 3, N_STEPS / 3);
    for mutation in mutations::read("engine_mutations.txt")? {
        let n_clocks = write_benches(&folder, &runs, |engine| mutation.of(&engine))?;
        let said = Simulator::Icarus.run(&folder, n_clocks)?;
        // One that waits for ever neither passes nor fails.
        let passed = said.lines().filter(|line| line.starts_with("PASS bench_")).count();
        if passed == runs.len() {
            return Err(io::Error::other(format!("nobody noticed: {}", mutation.name)));
        }
        println!("caught: {}", mutation.name);
    }
    Ok(())
}

/// A file for [`Simulator::run`] with a bench for every run, and a file of requests for each; clocks enough for all.
fn write_benches(folder: &Path, runs: &[Run], mutate: impl Fn(String) -> String) -> io::Result<usize> {
    let _ = fs::remove_dir_all(folder);
    let bench = test_source("engine_bench.v")?;
    let mut design = String::new();
    let mut all = String::from("module benches (input wire clk);\n");
    let mut n_clocks = 0;
    for (k, Run { engine, requests }) in runs.iter().enumerate() {
        let bench_name = format!("bench_{k}");
        let mut own_bench = set_parameters(&bench, engine, requests);
        if k % 3 == 0 {
            // Here the text has other defaults, and whoever instantiates it says what is to be.
            let default =
                Engine::new(Config::DEFAULT, DEFAULT_SHAPE, engine.name().clone()).expect("a small engine");
            design += &mutate(default.verilog());
            own_bench = own_bench
                .replace(INSTANCE, &format!("{} #({}) dut (", Engine::DEFAULT_NAME, overrides(engine)));
        } else {
            design += &mutate(engine.verilog());
        }
        design += &own_bench
            .replace(Engine::DEFAULT_NAME, engine.name().as_str())
            .replace("engine_bench", &bench_name);
        all += &format!("    {bench_name} {bench_name} (.clk(clk));\n");
        tools::write(&folder.join(format!("{bench_name}.hex")), requests.hex())?;
        n_clocks = n_clocks.max(requests.n_clocks());
    }
    tools::write(&folder.join("benches.v"), &(design + &all + "endmodule\n"))?;
    Ok(n_clocks)
}

/// `.WEIGHT_BITS(16), ...`
fn overrides(engine: &Engine) -> String {
    engine.parameters().map(|(name, value)| format!(".{name}({value})")).join(", ")
}

/// The bench with its own parameters set, some of which are the engine's.
fn set_parameters(bench: &str, engine: &Engine, requests: &Requests) -> String {
    let EngineShape { rows, groups, .. } = engine.shape();
    let n_requests = u32::try_from(requests.len()).expect("not so many");
    let own = [("RESET_CLOCKS", rows * groups + 8), ("REQUESTS", n_requests)];
    let parameters: Vec<_> = engine.parameters().into_iter().chain(own).collect();
    let line = |line: &str| {
        let value_of =
            |name: &str| parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| value);
        let declaration = line.trim().strip_prefix("parameter ").and_then(|rest| rest.split_once(" = "));
        match declaration.and_then(|(name, default)| Some((name, default, value_of(name)?))) {
            Some((name, default, value)) => {
                let rest = default.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("    parameter {name} = {value}{rest}")
            }
            None => line.to_owned(),
        }
    };
    bench.lines().map(|text| line(text) + "\n").collect()
}
