//! Writes the report of the adaptation benchmark. `cargo xtask adaptation-benchmark --output FILE [options]`
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to whoever ran it")]

use std::{env, error::Error, fs, process::ExitCode};

use benches::adaptation::{arguments, python, text};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help") {
        print!("{}", arguments::HELP);
        return ExitCode::SUCCESS;
    }
    match write(words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("adaptation-benchmark: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(words: Vec<String>) -> Result<(), Box<dyn Error>> {
    let (protocol, output) = arguments::parse(words)?;
    let report = protocol.report(|protocol| python::run(protocol, "python3", &python::library()?))?;
    fs::write(&output, text(&report)).map_err(|error| format!("{}: {error}", output.display()))?;
    println!(
        "{}: steps to target {}, final weight {}, Rust matches Python: {}",
        output.display(),
        report["rust"]["steps_to_target"],
        report["rust"]["final_weight"],
        report["parity"]["rust_matches_python"]
    );
    Ok(())
}
