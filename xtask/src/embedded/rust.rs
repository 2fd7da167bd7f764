//! The compilers: the workspace's own, and the Rust 1.63 that Debian 12 packages.
//!
//! Debian's sources of `core` make its compiler one for every target. The workspace's compiles for a target after
//! `rustup target add`.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Trouble, create, output, source, work, write};
use crate::root;

/// The oldest Rust that `sc-online-o1` promises to build with, and the one whose `core` is known to build here.
const OLDEST: &str = "1.63.";

/// A compiler.
#[derive(Debug)]
pub(super) struct Rust {
    rustc: PathBuf,
    /// As in `1.89.0`.
    pub(super) version: String,
    sysroot: PathBuf,
}

/// For which machine, and how, a program is compiled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flavor<'a> {
    /// None for the machine on which this runs.
    pub(super) target: Option<&'a str>,
    /// `3` or `s`.
    pub(super) opt_level: &'a str,
    /// With the function that may panic.
    pub(super) negative_control: bool,
}

impl Rust {
    /// The compiler beside the cargo that runs this.
    pub(super) fn of_workspace() -> Result<Self, Trouble> {
        let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        Self::at(cargo.with_file_name("rustc"))
    }

    /// Debian's.
    pub(super) fn of_debian() -> Result<Self, Trouble> {
        let missing = || Trouble::Missing("Rust 1.63 in /usr/bin (Debian 12: rustc)".to_owned());
        let debian = Self::at("/usr/bin/rustc".into()).map_err(|_| missing())?;
        if debian.version.starts_with(OLDEST) { Ok(debian) } else { Err(missing()) }
    }

    /// One that compiles for `target`: the oldest, if there is a choice.
    pub(super) fn for_target(target: &str) -> Result<Self, Trouble> {
        let debian = Self::of_debian().ok().filter(|rust| rust.has(target) || rust.source_of_core().exists());
        if let Some(debian) = debian {
            return Ok(debian);
        }
        let own = Self::of_workspace()?;
        if own.has(target) {
            Ok(own)
        } else {
            Err(Trouble::Missing(format!(
                "Rust for {target} (rustup target add {target}; or Debian 12: rustc rust-src)"
            )))
        }
    }

    fn at(rustc: PathBuf) -> Result<Self, Trouble> {
        let version = output(Command::new(&rustc).arg("--version"))?;
        let version = version.split_whitespace().nth(1).unwrap_or_default().to_owned();
        let sysroot = output(Command::new(&rustc).args(["--print", "sysroot"]))?;
        Ok(Self { rustc, version, sysroot: sysroot.trim_end().into() })
    }

    pub(super) fn has(&self, target: &str) -> bool {
        self.sysroot.join("lib/rustlib").join(target).join("lib").exists()
    }

    pub(super) fn source_of_core(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust/library/core/src/lib.rs")
    }

    /// Compiles `sc-online-o1` and the entry points on it; returns the path of `entry.NAME`.
    pub(super) fn compile(
        &self,
        flavor: Flavor<'_>,
        crate_type: &str,
        name: &str,
        folder: &Path,
    ) -> Result<PathBuf, Trouble> {
        let core =
            flavor.target.filter(|target| !self.has(target)).map(|target| self.core(target)).transpose()?;
        let rustc = |crate_name: &str, crate_type: &str, file: PathBuf| {
            let mut rustc = self.rustc(crate_name, crate_type, file, folder);
            rustc.args(["-C", &format!("opt-level={}", flavor.opt_level)]);
            rustc.args(flavor.target.map(|target| format!("--target={target}")));
            if let Some(core) = &core {
                rustc.arg("-L").arg(core).env("RUSTC_BOOTSTRAP", "1");
            }
            rustc
        };
        output(&mut rustc("sc_online_o1", "rlib", root().join("crates/sc-online-o1/src/lib.rs")))?;
        let mut entry = rustc("entry", crate_type, source("entry.rs"));
        entry.args([
            "-D",
            "warnings",
            "-C",
            "lto=fat",
            "-C",
            "codegen-units=1",
            "-C",
            "strip=symbols",
            "--extern",
        ]);
        entry.arg(format!("sc_online_o1={}", folder.join("libsc_online_o1.rlib").display()));
        if flavor.negative_control {
            entry.args(["--cfg", "negative_control"]);
        }
        output(&mut entry)?;
        Ok(folder.join(name))
    }

    /// The folder with a compiled `core` for the target. Half a minute of work, so it is kept.
    fn core(&self, target: &str) -> Result<PathBuf, Trouble> {
        let folder = work()?.join(format!("core-{}-{target}", self.version));
        let done = folder.join("done");
        if done.exists() {
            return Ok(folder);
        }
        create(&folder)?;
        let build = |name: &str, file: PathBuf| {
            let mut rustc = self.rustc(name, "rlib", file, &folder);
            rustc.args(["--target", target, "-C", "opt-level=1", "--cap-lints", "allow"]);
            output(rustc.env("RUSTC_BOOTSTRAP", "1"))
        };
        build("core", self.source_of_core())?;
        // Debian does not package the helpers that compiled code may call. Ours calls none.
        let empty = folder.join("compiler_builtins.rs");
        write(&empty, "#![feature(no_core, compiler_builtins)]\n#![no_core]\n#![compiler_builtins]\n")?;
        build("compiler_builtins", empty)?;
        write(&done, "")?;
        Ok(folder)
    }

    fn rustc(&self, crate_name: &str, crate_type: &str, file: PathBuf, folder: &Path) -> Command {
        let mut rustc = Command::new(&self.rustc);
        rustc.args(["--edition=2021", "-C", "panic=abort", "--crate-name", crate_name]);
        rustc.args(["--crate-type", crate_type, "--out-dir"]).arg(folder).arg(file);
        rustc
    }
}
