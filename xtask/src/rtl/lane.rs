//! The lane against `sc-online-o1`: every bit of its state after every clock, in two simulators.

use std::{fs, io, path::Path};

use sc_hdl::{Identifier, Lane};
use sc_online_o1::Config;

use super::{
    mutations,
    stimuli::{self, Run},
    test_source,
    tools::{self, Simulator},
    work,
};

const N_RUNS: usize = 200;
const N_CLOCKS: usize = 3000;
const SEED: u64 = 1;

/// All runs, in both simulators.
pub(super) fn cosimulate() -> io::Result<()> {
    let mut runs = stimuli::random(N_RUNS, N_CLOCKS, SEED);
    runs.extend(stimuli::recorded(N_CLOCKS)?);
    let folder = work().join("lane");
    write_benches(&folder, &runs, |text| text)?;
    for simulator in [Simulator::Icarus, Simulator::Verilator] {
        let said = simulator.run(&folder, N_CLOCKS)?;
        let passed = said.lines().filter(|line| line.starts_with("PASS bench_")).count();
        if passed != runs.len() {
            return Err(io::Error::other(format!("{simulator:?}: {passed} of {} pass\n{said}", runs.len())));
        }
        println!("{simulator:?}: {passed} lanes x {N_CLOCKS} clocks, no bit differs");
    }
    Ok(())
}

/// Lanes that are wrong in one line each, of which every one must be found out.
pub(super) fn catch_mutations() -> io::Result<()> {
    let folder = work().join("mutations");
    let runs = stimuli::random(N_RUNS / 5, N_CLOCKS, SEED);
    for mutation in mutations::read("lane_mutations.txt")? {
        write_benches(&folder, &runs, |lane| mutation.of(&lane))?;
        let said = Simulator::Icarus.run(&folder, N_CLOCKS)?;
        let caught = said.lines().filter(|line| line.starts_with("FAIL bench_")).count();
        println!("{}: caught in {caught} of {} runs", mutation.name, runs.len());
        if caught == 0 {
            return Err(io::Error::other(format!("nobody noticed: {}", mutation.name)));
        }
    }
    Ok(())
}

/// A file for [`Simulator::run`] with a bench for every run, and a file of clocks for each.
///
/// A third of the lanes has the right defaults, the others are given their parameters in one of two ways.
fn write_benches(folder: &Path, runs: &[Run], mutate: impl Fn(String) -> String) -> io::Result<()> {
    let _ = fs::remove_dir_all(folder);
    let bench = test_source("lane_bench.v")?;
    let mut design = String::new();
    let mut all = String::from("module benches (input wire clk);\n");
    for (k, run) in runs.iter().enumerate() {
        let how = k % 3;
        let [lane_name, bench_name] = ["lane", "bench"].map(|what| format!("{what}_{k}"));
        let config = if how == 0 { run.config } else { Config::DEFAULT };
        let lane =
            Lane::new(config, Identifier::new(lane_name.as_str()).expect("a name")).expect("default modes");
        let lane = if run.loads { lane.with_load_port() } else { lane };
        design += &mutate(lane.verilog());
        let lines = bench.split_inclusive('\n').filter(|line| run.loads || !line.contains(".load"));
        design += &set_parameters(lines.collect(), &run.config, how)
            .replace(Lane::DEFAULT_NAME, &lane_name)
            .replace("lane_bench", &bench_name);
        all += &format!("    {bench_name} {bench_name} (.clk(clk));\n");
        tools::write(&folder.join(format!("{bench_name}.hex")), &run.hex())?;
    }
    tools::write(&folder.join("benches.v"), &(design + &all + "endmodule\n"))
}

fn set_parameters(bench: String, config: &Config, how: usize) -> String {
    [
        ("WEIGHT_BITS = 16", config.weight_bits().into()),
        ("TRACE_BITS = 12", config.trace_bits().into()),
        ("REWARD_BITS = 8", config.reward_bits().into()),
        ("LEARNING_SHIFT = 4", config.learning_shift().into()),
        ("TRACE_DECAY_SHIFT = 4", config.trace_decay_shift().into()),
        ("PARAMETERS = 0", how),
        ("CLOCKS = 3000", N_CLOCKS),
    ]
    .into_iter()
    .fold(bench, |bench, (default, value)| {
        let (name, _) = default.split_once(" = ").expect("name and value");
        bench.replace(&format!("parameter {default}"), &format!("parameter {name} = {value}"))
    })
}
