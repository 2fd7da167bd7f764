//! Python: ctypes with nothing else installed, and the reference's own package on top of the library.

use std::{io, path::Path, process::Command};

use super::{Kit, source, tool};
use crate::steps::{is_there, must};

/// The reference whose native library this one replaces.
const PACKAGE: &str = "sc-neurocore==3.16.0";

/// The same corpus and the same misuse, from ctypes.
pub(super) fn ctypes(kit: &Kit) -> io::Result<()> {
    let python = tool("PYTHON", "python3");
    if !is_there(&python, "the library from Python") {
        return Ok(());
    }
    must(Command::new(python).arg(source("test_ctypes.py")).env("AL_LIBRARY", kit.shared()))
}

/// The unmodified package, in an environment that is kept from one run to the next.
pub(super) fn drop_in(kit: &Kit) -> io::Result<()> {
    let python = tool("PYTHON", "python3");
    if !is_there(&python, "the reference's package on this library") {
        return Ok(());
    }
    let environment = kit.folder.join("venv");
    let installed = environment.join("bin/python");
    if let Err(error) = install(&python, &environment, &installed) {
        println!(
            "SKIPPED, NOTHING IS PROVEN: the reference's package on this library: \
             {PACKAGE} cannot be installed: {error}"
        );
        return Ok(());
    }
    must(Command::new(installed).arg(source("drop_in.py")).env("SC_NEUROCORE_LIB_PATH", kit.shared()))
}

fn install(python: &Path, environment: &Path, installed: &Path) -> io::Result<()> {
    let is_installed = |python: &Path| {
        let mut import = Command::new(python);
        import.args(["-c", "import sc_neurocore, numpy"]).output().is_ok_and(|output| output.status.success())
    };
    if is_installed(installed) {
        return Ok(());
    }
    must(Command::new(python).args(["-m", "venv"]).arg(environment))?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries=1", "--timeout=20"];
    must(Command::new(installed).args(pip).arg(PACKAGE))
}
