//! The engine example: its command line, a short run, and that engines which are wrong are found out.

#[path = "../../examples/engine_in_verilog/lockstep.rs"]
mod lockstep;
#[path = "../../examples/engine_in_verilog/options.rs"]
mod options;
#[path = "../../examples/engine_in_verilog/run.rs"]
mod run;
#[path = "../../examples/engine_in_verilog/simulator.rs"]
mod simulator;
#[allow(dead_code, reason = "the example also draws")]
#[path = "../../examples/engine_in_verilog/task.rs"]
mod task;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use sc_learning::hdl::{Engine, Identifier};

use lockstep::Lockstep;
use options::{Options, USAGE};
use run::{N_TESTS, Run};
use task::{Condition, N_INPUTS, N_NEURONS, SHAPE, config};

/// Whether there is a simulator; if not, that is said where no test runner catches it.
fn can_simulate(test: &str) -> bool {
    let found =
        Command::new("iverilog").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        let _ = writeln!(io::stderr(), "SKIPPED, NO ENGINE WAS SIMULATED: {test}: iverilog is not installed");
    }
    found
}

/// Where the simulator of a test works.
fn folder(test: &str) -> PathBuf {
    [env!("CARGO_TARGET_TMPDIR"), "engine_in_verilog", test].iter().collect()
}

#[test]
fn a_short_run_compares_everything_and_can_be_repeated() {
    if !can_simulate("a short run") {
        return;
    }
    let run = |seed, name| Run::of(seed, Condition::Contingent, 5, &folder(name)).unwrap();
    let first = run(0, "first");
    assert_eq!(first, run(0, "again"));
    assert_ne!(first.weights, run(1, "other").weights);
    // Weight and eligibility of every synapse at the beginning, after five trials and in the end; then all traces.
    assert_eq!(first.n_compared, 7 * 2 * N_INPUTS * N_NEURONS + N_INPUTS + N_NEURONS);
    assert_eq!(first.right.len(), 5 + 2 * N_TESTS);
    assert!((0.0..=100.0).contains(&first.before()) && (0.0..=100.0).contains(&first.after()));
}

/// The error of an engine with other text in one place, at the latest after some steps.
fn error_with(text: &str, other: &str, name: &str) -> String {
    let engine =
        Engine::new(config().unwrap(), SHAPE, Identifier::new(Engine::DEFAULT_NAME).unwrap()).unwrap();
    let verilog = engine.verilog();
    assert!(verilog.contains(text), "{text}");
    let run = || {
        let mut synapses = Lockstep::of(&engine, &verilog.replacen(text, other, 1), 1 << 15, &folder(name))?;
        synapses.step(&[3, 7], &[], 0)?;
        synapses.step(&[], &[1], 100)?;
        synapses.weights()?;
        synapses.compare_traces()
    };
    run().unwrap_err().to_string()
}

#[test]
fn an_engine_that_is_wrong_is_found_out() {
    if !can_simulate("wrong engines") {
        return;
    }
    let error = error_with("parameter LEARNING_SHIFT = 6", "parameter LEARNING_SHIFT = 7", "wrong_shift");
    assert!(error.starts_with("Synapse { pre: 3, post: 1 }: expected State { weight: 35"), "{error}");
    let error =
        error_with("parameter TRACE_DECAY_SHIFT = 3", "parameter TRACE_DECAY_SHIFT = 2", "wrong_decay");
    assert!(error.starts_with("Pre(3): expected State { weight: 0, trace: 3584 }"), "{error}");
    // Neither an engine that never answers nor one that is no Verilog makes anybody wait.
    let error = error_with("assign response_valid = answering;", "assign response_valid = 1'b0;", "mute");
    assert!(error.contains("the engine does not answer"), "{error}");
    let error = error_with("endmodule", "endmodul", "no_verilog");
    assert!(error.starts_with("iverilog: exit status") && error.contains("engine.v:"), "{error}");
    // One that ends the simulation.
    let error = error_with("reg stepping,", "initial #99 $finish;\n    reg stepping,", "ending");
    assert!(error.starts_with("vvp has ended, exit status: 0"), "{error}");
}

#[test]
fn every_option_goes_to_its_place_and_mistakes_are_named() {
    let parse = |line: &str| Options::parse(line.split_whitespace().map(String::from));
    let expected = Options { seeds: 2, trials: 30, out: PathBuf::from("out") };
    assert_eq!(parse("--seeds 2 --trials 30 --out out"), Ok(Some(expected)));
    assert_eq!(parse(""), Ok(Some(Options::default())));
    assert_eq!(parse("--trials 3 --help"), Ok(None));
    for (name, default) in [("--seeds", "5"), ("--trials", "200"), ("--out", "target/engine_in_verilog")] {
        let line = USAGE.lines().find(|line| line.trim_start().starts_with(&format!("{name} "))).unwrap();
        assert!(line.ends_with(&format!("[{default}]")), "{line}");
        assert_eq!(parse(&format!("{name} {default}")), Ok(Some(Options::default())));
    }
    for (line, expected) in [
        ("--seeds 0", "--seeds must be at least 1"),
        ("--trials 0", "--trials must be at least 1"),
        ("--trials x", "--trials wants a whole number, not \"x\""),
        ("--out", "--out wants a value"),
        ("--seed 3", "there is no option \"--seed\""),
    ] {
        assert_eq!(parse(line), Err(expected.to_owned()));
    }
}
