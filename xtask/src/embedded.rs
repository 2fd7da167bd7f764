//! `cargo xtask embedded`: the proof that the synapse runs where there is no operating system.
//!
//! The folder `embedded/` has the programs; this module builds them for each target, runs them against vectors, counts
//! instructions and prints one table. A target whose tools are missing is skipped, and said to be.

mod board;
mod host;
mod install;
mod program;
mod report;
mod rust;
mod trace;
mod wasm;

use std::{fmt, fs, path::PathBuf, process::Command, thread, time::Instant};

use crate::{cargo, root, steps::Line, target_dir};
use report::Row;

/// What `cargo xtask embedded` understands.
pub(crate) const HELP: &str = "\
cargo xtask embedded [--quick] [--require STAGE,...]

  prove the bare-metal claim; a stage whose tools are missing is skipped, unless it is required
  stages: host, msrv, cortex-m3, riscv, wasm
  --quick: what is optimized for speed is proven on the host only

cargo xtask embedded install

  install the tools of all stages: with apt-get as root of a Debian; else what rustup has of them
";

/// A target, or another way to build for it. Stages do not depend on each other.
struct Stage {
    name: &'static str,
    run: fn(&Vectors, &[&'static str]) -> Result<Vec<Row>, Trouble>,
}

const STAGES: [Stage; 5] = [
    Stage { name: "host", run: |vectors, _| host::prove(&rust::Rust::of_workspace()?, vectors) },
    Stage { name: "msrv", run: |vectors, _| host::prove(&rust::Rust::of_debian()?, vectors) },
    Stage { name: "cortex-m3", run: |vectors, levels| board::prove(&board::CORTEX_M3, vectors, levels) },
    Stage { name: "riscv", run: |vectors, levels| board::prove(&board::RISCV, vectors, levels) },
    Stage { name: "wasm", run: wasm::prove },
];

/// Why a stage came to no result.
#[derive(Debug)]
enum Trouble {
    /// A tool is missing: what, and how to get it.
    Missing(String),
    /// The claim does not hold, or a tool does not work.
    Failed(String),
}

/// What the programs are held against: the table of `crates/sc-online-o1/examples/vectors.rs`.
struct Vectors {
    right: PathBuf,
    /// The same, but for the last number. A check that accepts it checks nothing.
    wrong: PathBuf,
    n_steps: usize,
}

/// Runs all stages side by side, prints what came of each, and returns the exit code.
pub(crate) fn run(args: &[&str]) -> u8 {
    let (opt_levels, args) = match args {
        ["--quick", args @ ..] => (&["s"][..], args),
        args => (&report::OPT_LEVELS[..], args),
    };
    let required: Vec<&str> = match args {
        [] => Vec::new(),
        ["--require", stages] => stages.split(',').collect(),
        ["install"] => return install::run(),
        _ => {
            eprint!("{HELP}");
            return 2;
        }
    };
    if let Some(unknown) = required.iter().find(|name| STAGES.iter().all(|stage| stage.name != **name)) {
        eprint!("no such stage: {unknown}\n\n{HELP}");
        return 2;
    }
    let vectors = match Vectors::make() {
        Ok(vectors) => vectors,
        Err(trouble) => {
            eprintln!("vectors: {trouble}");
            return 1;
        }
    };
    let timed = |stage: &Stage| {
        let started = Instant::now();
        let result = (stage.run)(&vectors, opt_levels);
        (result, started.elapsed().as_secs_f64())
    };
    let outcomes = thread::scope(|scope| {
        STAGES.each_ref().map(|stage| scope.spawn(|| timed(stage))).map(|stage| stage.join())
    });

    let mut rows = Vec::new();
    let mut code = 0;
    for (Stage { name, .. }, outcome) in STAGES.iter().zip(outcomes) {
        let (result, seconds) = outcome.expect("a stage does not panic");
        match result.and_then(|found| report::within_budgets(&found).map(|()| found)) {
            Ok(found) => {
                println!("{name}: proven in {seconds:.1} s");
                rows.extend(found);
            }
            Err(Trouble::Missing(what)) if !required.contains(name) => {
                println!("{name}: SKIPPED, NOTHING IS PROVEN: {what}");
            }
            Err(trouble) => {
                println!("{name}: FAILED: {trouble}");
                code = 1;
            }
        }
    }
    println!("\n{}", report::Table(&rows));
    println!("Of these targets, each agrees with {} recorded steps and finds a wrong one;", vectors.n_steps);
    println!("none can reach a panic or allocates, and a function that may panic does not link.");
    code
}

impl Vectors {
    fn make() -> Result<Self, Trouble> {
        let table =
            output(&mut cargo(["run", "--quiet", "--package", "sc-online-o1", "--example", "vectors"]))?;
        let (all_but_last, last) =
            table.trim_end_matches([',', '\n']).rsplit_once(',').expect("a table of numbers");
        let last: i32 = last.parse().expect("a number");
        let folder = work()?;
        let [right, wrong] = ["vectors.csv", "wrong.csv"].map(|name| folder.join(name));
        write(&right, &table)?;
        write(&wrong, &format!("{all_but_last},{},\n", last ^ 1))?;
        // A step has seven numbers.
        let n_steps = table.lines().filter(|line| line.matches(',').count() == 7).count();
        Ok(Self { right, wrong, n_steps })
    }
}

/// Where everything is built.
fn work() -> Result<PathBuf, Trouble> {
    let folder = target_dir().join("embedded");
    create(&folder)?;
    Ok(folder)
}

fn create(folder: &PathBuf) -> Result<(), Trouble> {
    fs::create_dir_all(folder).map_err(|e| Trouble::Failed(format!("{}: {e}", folder.display())))
}

fn write(path: &PathBuf, text: &str) -> Result<(), Trouble> {
    fs::write(path, text).map_err(|e| Trouble::Failed(format!("{}: {e}", path.display())))
}

/// A file of the folder `embedded/`.
fn source(name: &str) -> PathBuf {
    root().join("embedded").join(name)
}

/// What a program printed, if it succeeded.
fn output(command: &mut Command) -> Result<String, Trouble> {
    let output = command.output();
    let failed = |why: String| Trouble::Failed(format!("{why}\n$ {}", Line(command)));
    let output = output.map_err(|e| failed(e.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        // A linker repeats itself; its first lines say it all.
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<&str> = said.lines().take(12).collect();
        Err(failed(format!("{}\n{}", output.status, said.join("\n"))))
    }
}

/// What a program says of its version, if it is there; otherwise which of Debian's packages has it.
fn need(program: &str, package: &str) -> Result<String, Trouble> {
    output(Command::new(program).arg("--version"))
        .map_err(|_| Trouble::Missing(format!("{program} (Debian: {package})")))
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "missing: {what}"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}
