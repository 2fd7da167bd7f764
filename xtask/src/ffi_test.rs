//! `cargo xtask ffi-test`: the library as C, C++ and Python see it.
//!
//! The folder `ffi-tests/` has the programs; this module builds the library, builds and runs them against it in four ways,
//! and holds what the library exports against lists in git. A tool that is missing is named in capitals.

mod corpus;
mod lists;
mod programs;
mod python;

use std::{env, fs, io, path::PathBuf, rc::Rc};

use crate::{
    dist,
    library::{self, Build},
    root,
    steps::{self, Step, report},
    target_dir,
};
use programs::Way;

/// What `cargo xtask ffi-test` understands.
pub(crate) const HELP: &str = "\
cargo xtask ffi-test [--bless]

  C99, C++17 and Python against the library: plain, static, under valgrind, with sanitizers; CC and CXX are respected
  --bless: write what the library exports to the lists in ffi-tests/, to be looked at before it is committed
";

/// Where everything is, and what compiles.
struct Kit {
    folder: PathBuf,
    /// The shared library, the archive, and what the archive needs.
    lib: PathBuf,
    archive: PathBuf,
    native_libraries: Vec<String>,
    /// The folder of the library that can panic.
    panicking: PathBuf,
    corpus: PathBuf,
}

/// Builds all, runs all, and returns the exit code.
pub(crate) fn run(args: &[&str]) -> u8 {
    let bless = match args {
        [] => false,
        ["--bless"] => true,
        _ => {
            eprint!("{HELP}");
            return 2;
        }
    };
    let kit = match Kit::build() {
        Ok(kit) => Rc::new(kit),
        Err(error) => {
            eprintln!("{error}");
            return 1;
        }
    };
    let step = |name: &str, action: fn(&Kit) -> io::Result<()>| {
        let kit = Rc::clone(&kit);
        Step::new(name, move || report(action(&kit)))
    };
    let lists = {
        let kit = Rc::clone(&kit);
        Step::new("symbols and layout", move || report(lists::check(&kit, bless)))
    };
    steps::run(vec![
        step("the header alone", programs::header_alone),
        lists,
        step("programs, shared library", |kit| programs::run(kit, Way::Shared)),
        step("programs, static library", |kit| programs::run(kit, Way::Static)),
        step("programs, sanitizers", |kit| programs::run(kit, Way::Sanitized)),
        step("programs, valgrind", |kit| programs::run(kit, Way::Valgrind)),
        step("examples", programs::examples),
        step("install tree", install_tree),
        step("ctypes", python::ctypes),
        step("drop-in", python::drop_in),
    ])
}

impl Kit {
    fn build() -> io::Result<Self> {
        let folder = target_dir().join("ffi-test");
        let [lib, panicking] = ["lib", "lib-that-panics"].map(|name| folder.join(name));
        fs::create_dir_all(&lib)?;
        fs::create_dir_all(&panicking)?;
        // Copied away, because one build replaces the other.
        let built = Build { features: "test-panic", ..Build::default() }.run()?;
        fs::copy(&built.shared, panicking.join(library::shared_name()))?;
        let built = Build::default().run()?;
        fs::copy(&built.shared, lib.join(library::shared_name()))?;
        let archive = lib.join("static");
        fs::create_dir_all(&archive)?;
        fs::copy(&built.archive, archive.join("libautonomous_learning.a"))?;
        let corpus = folder.join("online_o1.txt");
        fs::write(&corpus, corpus::text()?)?;
        let native_libraries = built.native_libraries;
        Ok(Self { folder, lib, archive, native_libraries, panicking, corpus })
    }

    fn shared(&self) -> PathBuf {
        self.lib.join(library::shared_name())
    }
}

/// What `cargo xtask dist` writes, of the library as it is tested here.
fn install_tree(kit: &Kit) -> io::Result<()> {
    let prefix = dist::write(&kit.folder.join("install"), false)?;
    dist::attempt(&prefix, &kit.folder.join("installed"))
}

/// A file of the folder `ffi-tests/`.
fn source(name: &str) -> PathBuf {
    root().join("ffi-tests").join(name)
}

/// The program that an environment variable names, or else the usual one.
fn tool(variable: &str, usual: &str) -> PathBuf {
    env::var_os(variable).map_or_else(|| usual.into(), PathBuf::from)
}
