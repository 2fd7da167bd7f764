//! Every developer command of the workspace: `cargo xtask <command>`.
//!
//! Next to no dependencies: one that writes C headers, one that reads JSON, and of the workspace what is tried as hardware.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to whoever ran it")]

mod ci;
mod dist;
mod document;
mod embedded;
mod ffi_test;
mod headers;
mod install;
mod library;
mod rtl;
mod science;
mod steps;
mod tidy;

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use steps::Step;

const HELP: &str = "\
cargo xtask <command>

  test           everything that must hold before a commit: format, tidiness, lints, documentation, all tests
  ci             the same on a clean checkout of HEAD: what was not committed does not help
  headers        write include/autonomous_learning.h; with --check, only say whether it is up to date
  dist DIR       an install tree of the library: soname, pkg-config, CMake; tried by building a program against it
  ffi-test       the library from C99, C++17 and Python; valgrind, sanitizers, exported names
  science [NAME] the experiments that take minutes; all of them write the table of docs/validation.md
  tidy           only the house rules that no compiler checks
  bench [args]   the benchmarks; args go to `cargo bench -p benches`
  embedded       the synapse on bare metal: no panic, no allocation; Cortex-M3, RISC-V, WebAssembly
  rtl            the synapse in Verilog: lint, co-simulation, proof, synthesis, place and route; writes docs/rtl.md
  adaptation-benchmark --output FILE [options]
                 how many rewarded pairings a synapse needs, as a report; --help says the options
  help           this text
";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let code = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["test"] => steps::run(test_steps()),
        ["ci"] => ci::run(),
        ["headers"] => headers::run(false),
        ["headers", "--check"] => headers::run(true),
        ["dist", folder] => dist::run(folder),
        ["ffi-test", rest @ ..] => ffi_test::run(rest),
        ["science"] => science::run(None),
        ["science", filter] => science::run(Some(filter)),
        ["tidy"] => tidy::run(&root()),
        ["embedded", rest @ ..] => embedded::run(rest),
        ["rtl", rest @ ..] => rtl::run(rest),
        ["bench"] => steps::run(vec![
            Step::command("bench", cargo(["bench", "-p", "benches"])),
            Step::command("rule layers", cargo(["run", "--release", "-p", "benches", "--bin", "rule-layer"])),
            Step::command("plasticity", cargo(["run", "--release", "-p", "benches", "--bin", "plasticity"])),
        ]),
        ["bench", rest @ ..] => {
            let bench = cargo(["bench", "-p", "benches"].iter().chain(rest));
            steps::run(vec![Step::command("bench", bench)])
        }
        ["adaptation-benchmark", rest @ ..] => {
            let run = ["run", "--quiet", "--package", "benches", "--bin", "adaptation-benchmark", "--"];
            let mut command = cargo(run.iter().chain(rest));
            // The report's path is meant from where the caller stands.
            command.current_dir(".");
            // Python finds the library beside the program.
            let library = Step::command("shared library", cargo(["build", "--quiet", "--package", "sc-ffi"]));
            steps::run(vec![library, Step::command("adaptation benchmark", command)])
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            0
        }
        unknown => {
            eprint!("xtask: no such command: {}\n\n{HELP}", unknown.join(" "));
            2
        }
    };
    ExitCode::from(code)
}

/// The steps of `cargo xtask test`, the quick ones first.
fn test_steps() -> Vec<Step> {
    // Warnings are errors here rather than in the source, where they would break every checkout when a newer compiler
    // learns to warn.
    const NO_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];
    let clippy = ["clippy", "--workspace", "--all-targets"];
    let mut doc = cargo(["doc", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");

    let mut steps = vec![
        Step::command("format", cargo(["fmt", "--all", "--check"])),
        Step::new("tidy", || tidy::run(&root())),
        Step::new("header", || headers::run(true)),
        Step::command("lints", cargo(clippy.into_iter().chain(NO_WARNINGS))),
        Step::command("documentation", doc),
        Step::command("tests", cargo(["test", "--workspace"])),
    ];
    for (package, feature) in OPTIONAL_FEATURES {
        let select = ["--package", package, "--features", feature];
        let lints = cargo(["clippy", "--all-targets"].into_iter().chain(select).chain(NO_WARNINGS));
        steps.push(Step::command(format!("lints of {package} with {feature}"), lints));
        let tests = cargo(["test"].into_iter().chain(select));
        steps.push(Step::command(format!("tests of {package} with {feature}"), tests));
    }
    steps.push(Step::new("library from outside", || ffi_test::run(&[])));
    steps.push(Step::new("rtl", || rtl::run(&["--quick"])));
    steps.push(Step::new("embedded", || embedded::run(&["--quick"])));
    steps
}

/// Features that are off by default and need nothing but Rust, so that they can be tested anywhere.
const OPTIONAL_FEATURES: &[(&str, &str)] =
    &[("sc-callbacks", "progress"), ("sc-online-o1", "alloc,threads"), ("sc-online-o1", "serde")];

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace").to_owned()
}

/// Where cargo builds.
fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The cargo that runs this program, in the workspace.
fn cargo(args: impl IntoIterator<Item: AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}
