//! C99 and C++17 programs against the library, in four ways.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Kit, source, tool};
use crate::{
    headers, root,
    steps::{is_there, must, output, wrong},
};

const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// What is run in every way. `panic.c` has a library of its own, and is named where that one is.
const PROGRAMS: [&str; 5] = ["interface.c", "bridge.c", "many.c", "golden.c", "cpp.cpp"];

/// How a program comes to the library, and under what it runs.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Way {
    Shared,
    Static,
    /// The program is instrumented; the library is not, but its allocations are watched.
    Sanitized,
    Valgrind,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Static => "static",
            Self::Sanitized => "sanitized",
            Self::Valgrind => "valgrind",
        }
    }
}

/// C and C++ take the header as the first thing they see.
pub(super) fn header_alone(_: &Kit) -> io::Result<()> {
    for (mut compiler, language) in [(cc(), "c"), (cxx(), "c++")] {
        must(
            compiler.args(WARNINGS).args(["-fsyntax-only", "-x", language]).arg(root().join(headers::PATH)),
        )?;
    }
    Ok(())
}

/// Builds and runs every program.
pub(super) fn run(kit: &Kit, way: Way) -> io::Result<()> {
    if way == Way::Valgrind && !is_there(Path::new("valgrind"), "leaks and wild reads under valgrind") {
        return Ok(());
    }
    for name in PROGRAMS {
        let program = build(kit, &source(name), way, &kit.lib)?;
        let mut command = under(way, &program);
        if name == "golden.c" {
            command.arg(&kit.corpus);
            if way == Way::Valgrind {
                // The rest of the runs would take minutes, and no other code.
                command.arg("4");
            }
        }
        must(command.current_dir(&kit.folder))?;
    }
    // As a static library it would be another build, of the same guard.
    if way != Way::Static {
        must(&mut under(way, &build(kit, &source("panic.c"), way, &kit.panicking)?))?;
    }
    Ok(())
}

/// What the layout program prints.
pub(super) fn layout(kit: &Kit) -> io::Result<String> {
    output(&mut under(Way::Shared, &build(kit, &source("layout.c"), Way::Shared, &kit.lib)?))
}

/// The examples in C and in Python: each ends with its result.
pub(super) fn examples(kit: &Kit) -> io::Result<()> {
    let c = build(kit, &root().join("examples/c/online_synapse.c"), Way::Shared, &kit.lib)?;
    let from_c = result(&mut under(Way::Shared, &c))?;
    let python = tool("PYTHON", "python3");
    if is_there(&python, "the example in Python") {
        let mut command = Command::new(python);
        command.arg(root().join("examples/python/online_synapse.py")).env("AL_LIBRARY", kit.shared());
        let from_python = result(&mut command)?;
        if from_python != from_c {
            return Err(io::Error::other(format!("C found {from_c}, Python {from_python}")));
        }
    }
    Ok(())
}

/// The last line that a program prints, which begins with `result: `.
fn result(command: &mut Command) -> io::Result<String> {
    let said = output(command)?;
    print!("{said}");
    let last = said.lines().last().unwrap_or_default();
    let result = last.strip_prefix("result: ").ok_or_else(|| wrong(command, "no result at the end"))?;
    Ok(result.to_owned())
}

fn under(way: Way, program: &Path) -> Command {
    let mut command;
    if way == Way::Valgrind {
        command = Command::new("valgrind");
        command.args(["--quiet", "--leak-check=full", "--error-exitcode=9"]);
        command.arg(format!("--suppressions={}", source("valgrind.supp").display())).arg(program);
    } else {
        command = Command::new(program);
        // What no machine has memory for is asked for on purpose.
        command.env("ASAN_OPTIONS", "detect_leaks=1:allocator_may_return_null=1");
    }
    // Cargo sets it for its own programs, and it would come before the path in this one.
    command.env_remove("LD_LIBRARY_PATH");
    command
}

/// Compiles a program and links it with the library in a folder.
fn build(kit: &Kit, source: &Path, way: Way, library: &Path) -> io::Result<PathBuf> {
    let folder = kit.folder.join(way.name());
    fs::create_dir_all(&folder)?;
    let program = folder.join(source.file_stem().expect("a file"));
    let is_c = source.extension().is_some_and(|end| end == "c");
    let mut command = if is_c { cc() } else { cxx() };
    command.args(WARNINGS).args(["-g", "-O1", "-D_POSIX_C_SOURCE=200809L", "-pthread"]);
    if way == Way::Sanitized {
        command.args([
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
            "-fno-omit-frame-pointer",
        ]);
    }
    command.arg("-I").arg(root().join("include")).arg(source).arg("-o").arg(&program);
    if way == Way::Static {
        command.arg(kit.archive.join("libautonomous_learning.a")).args(&kit.native_libraries);
    } else {
        command.arg("-L").arg(library).arg("-lautonomous_learning");
        command.arg(format!("-Wl,-rpath,{}", library.display()));
    }
    must(&mut command)?;
    Ok(program)
}

fn cc() -> Command {
    let mut command = Command::new(tool("CC", "cc"));
    command.arg("-std=c99");
    command
}

fn cxx() -> Command {
    let mut command = Command::new(tool("CXX", "c++"));
    command.arg("-std=c++17");
    command
}
