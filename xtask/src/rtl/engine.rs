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
        design += &mutate(engine.verilog());
        design += &set_parameters(&bench, engine, requests.len())
            .replace(Engine::DEFAULT_NAME, engine.name().as_str())
            .replace("engine_bench", &bench_name);
        all += &format!("    {bench_name} {bench_name} (.clk(clk));\n");
        tools::write(&folder.join(format!("{bench_name}.hex")), requests.hex())?;
        n_clocks = n_clocks.max(requests.n_clocks());
    }
    tools::write(&folder.join("benches.v"), &(design + &all + "endmodule\n"))?;
    Ok(n_clocks)
}

fn set_parameters(bench: &str, engine: &Engine, n_requests: usize) -> String {
    let shape = engine.shape();
    let config = engine.config();
    [
        ("WEIGHT_BITS = 16", config.weight_bits().into()),
        ("TRACE_BITS = 12", config.trace_bits().into()),
        ("REWARD_BITS = 8", config.reward_bits().into()),
        ("LANE_BITS = 4", shape.lane_bits() as usize),
        ("ROW_BITS = 8", shape.row_bits() as usize),
        ("GROUP_BITS = 1", shape.group_bits() as usize),
        ("RESET_CLOCKS = 264", (shape.rows * shape.groups) as usize + 8),
        ("REQUESTS = 1", n_requests),
    ]
    .into_iter()
    .fold(bench.to_owned(), |bench, (default, value)| {
        let (name, _) = default.split_once(" = ").expect("name and value");
        bench.replace(&format!("parameter {default}"), &format!("parameter {name} = {value}"))
    })
}
