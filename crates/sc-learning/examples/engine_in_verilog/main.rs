//! A network learns by reward, and its synapses are hardware: the engine of `sc-hdl`, in Verilog, simulated.
//!
//! ```text
//! cargo run --release --example engine_in_verilog    # needs iverilog; a minute, a picture in target/engine_in_verilog
//! ```
//!
//! Two patterns of input spikes are shown to two neurons that silence each other; the one that spikes more is the answer.
//! The spikes of the `Network` go to the engine as they come, and after each trial a reward. Then the weights are read back
//! over the engine's bus, and the network goes on with them. A `Crossbar` in software is told the same, and every number
//! that is read from the engine must be the crossbar's.
//!
//! Without reward, before and after learning, 40 trials each tell how many answers are right. In the control rewards and
//! penalties come by chance: weights wander, and as likely as not to the wrong side.
//!
//! `task.rs` is what to read first. `simulator.rs` and `pipe.v` are the two ends of the pipe to Icarus Verilog.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its user")]

mod lockstep;
mod options;
mod picture;
mod run;
mod simulator;
mod task;

use std::error::Error;
use std::process::ExitCode;
use std::thread;

use options::{Options, USAGE};
use run::Run;
use task::Condition;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("engine_in_verilog: {error}; see --help");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("engine_in_verilog: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    println!("right answers in {} trials before and after {} with reward:", run::N_TESTS, options.trials);
    let (mut rewarded, mut controls) = (Vec::new(), Vec::new());
    for seed in 0..options.seeds {
        let run = |condition, name| {
            let folder = options.out.join(name);
            Run::of(seed, condition, options.trials, &folder).map_err(|error| format!("seed {seed}: {error}"))
        };
        let (run, control) = thread::scope(|scope| {
            let control = scope.spawn(|| run(Condition::Random, "control"));
            (run(Condition::Contingent, "rewarded"), control.join().expect("a run does not panic"))
        });
        let (run, control) = (run?, control?);
        print_row(&format!("seed {seed}"), [run.before(), run.after(), control.before(), control.after()]);
        rewarded.push(run);
        controls.push(control);
    }
    let mean = |runs: &[Run], of: fn(&Run) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
    let [before, after] = [Run::before, Run::after];
    print_row(
        "mean",
        [mean(&rewarded, before), mean(&rewarded, after), mean(&controls, before), mean(&controls, after)],
    );

    let all = || rewarded.iter().chain(&controls);
    let n_compared: usize = all().map(|run| run.n_compared).sum();
    let n_clocks: u64 = all().map(|run| run.n_clocks).sum();
    println!("{n_compared} numbers read from the engine in {n_clocks} clocks, all equal to the software's");
    let path = options.out.join("engine_in_verilog.svg");
    picture::draw(&path, &rewarded, &controls)?;
    println!("picture in {}", path.display());
    Ok(())
}

fn print_row(name: &str, [before, after, control_before, control_after]: [f64; 4]) {
    println!(
        "  {name}: {before:3.0} % -> {after:3.0} %    control: {control_before:3.0} % -> {control_after:3.0} %"
    );
}
