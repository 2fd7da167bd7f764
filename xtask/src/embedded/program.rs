//! A program without a C library: `check.c`, a board's first instructions, and the entry points in Rust.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Trouble, Vectors, create, output,
    rust::{Flavor, Rust},
    source, work,
};

/// What must not be linked, and the function that needs it nevertheless.
pub(super) const PANIC: &str = "o1_must_not_link_panic";
const NEGATIVE_CONTROL: &str = "o1_negative_control";

/// How C is compiled and linked for a machine.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) name: &'static str,
    /// None for the one on which this runs.
    pub(super) target: Option<&'static str>,
    /// Of `gcc` and `nm`.
    pub(super) prefix: &'static str,
    pub(super) flags: &'static [&'static str],
}

/// Linked programs.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) right: PathBuf,
    /// With a wrong vector.
    pub(super) wrong: PathBuf,
    /// Which steps single synapses only, for their instructions to be counted.
    pub(super) single: PathBuf,
    /// Address and bytes of each function in the last one.
    pub(super) functions: BTreeMap<String, (u64, u64)>,
}

impl Machine {
    /// Links the programs. They have nothing to link with but themselves, so that a link which succeeds proves that nothing
    /// is allocated, that nothing is left to a helper (as floats are on a processor without them), and that no panic can be
    /// reached. The same link with a function that may panic must fail.
    pub(super) fn build(
        &self,
        rust: &Rust,
        opt_level: &'static str,
        vectors: &Vectors,
    ) -> Result<Programs, Trouble> {
        let folder = work()?.join(format!("{}-rust{}-O{opt_level}", self.name, rust.version));
        create(&folder)?;
        // One archive for all: without being asked for, the function that may panic is dropped.
        let flavor = Flavor { target: self.target, opt_level, negative_control: true };
        rust.compile(flavor, "staticlib", "libentry.a", &folder)?;
        let [right, wrong, single] = ["right", "wrong", "single"].map(|name| folder.join(name));
        let entries = entry_points()?;

        let mut control = self.linker(&entries, &folder, &vectors.right);
        control.arg(format!("-Wl,--undefined={NEGATIVE_CONTROL}")).arg("-o").arg(&right);
        match output(&mut control) {
            Err(Trouble::Failed(why)) if why.contains(&format!("undefined reference to `{PANIC}'")) => {}
            Err(trouble) => return Err(trouble),
            Ok(_) => return Err(Trouble::Failed("a program that may panic was linked".to_owned())),
        }

        output(self.linker(&entries, &folder, &vectors.right).arg("-o").arg(&right))?;
        output(self.linker(&entries, &folder, &vectors.wrong).arg("-o").arg(&wrong))?;
        output(self.linker(&entries, &folder, &vectors.right).arg("-DONLY_SINGLE").arg("-o").arg(&single))?;
        let functions =
            functions(&output(Command::new(format!("{}nm", self.prefix)).arg("-S").arg(&single))?);
        Ok(Programs { right, wrong, single, functions })
    }

    /// What links all of `entries`, called or not, with the archive in `folder`.
    fn linker(&self, entries: &[String], folder: &Path, vectors: &Path) -> Command {
        let mut gcc = Command::new(format!("{}gcc", self.prefix));
        gcc.args([
            "-std=c11",
            "-Os",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-ffreestanding",
            "-nostdlib",
            "-static",
        ]);
        // Or the loop in `memcpy` would become a call of `memcpy`.
        gcc.arg("-fno-tree-loop-distribute-patterns");
        gcc.args(self.flags).arg(format!("-DVECTORS=\"{}\"", vectors.display()));
        gcc.args(["check.c", "memory.c"].map(source));
        gcc.arg(source("boards").join(format!("{}.c", self.name)));
        let script = source("boards").join(format!("{}.ld", self.name));
        if script.exists() {
            gcc.arg("-T").arg(script);
        }
        gcc.args(["-Wl,--gc-sections", "-Wl,-z,noexecstack"]);
        gcc.args(entries.iter().map(|entry| format!("-Wl,--undefined={entry}")));
        gcc.arg(folder.join("libentry.a"));
        gcc
    }
}

/// Every `extern "C" fn` of `entry.rs`.
fn entry_points() -> Result<Vec<String>, Trouble> {
    let path = source("entry.rs");
    let text = fs::read_to_string(&path).map_err(|e| Trouble::Failed(format!("{}: {e}", path.display())))?;
    let names = text.split("pub extern \"C\" fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
    Ok(names.filter(|name| *name != NEGATIVE_CONTROL).map(str::to_owned).collect())
}

/// Reads lines of address, bytes, kind and name, as `nm -S` prints them.
fn functions(listing: &str) -> BTreeMap<String, (u64, u64)> {
    let hex = |digits: &str| u64::from_str_radix(digits, 16).ok();
    let function = |line: &str| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        [address, bytes, "T" | "t", name] => Some(((*name).to_owned(), (hex(address)?, hex(bytes)?))),
        _ => None,
    };
    listing.lines().filter_map(function).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_points_are_found_by_their_declaration() {
        let entries = entry_points().unwrap();
        assert!(
            entries.iter().any(|name| name == "o1_step") && entries.iter().any(|name| name == "o1_new16")
        );
        assert!(!entries.iter().any(|name| name == NEGATIVE_CONTROL || name == PANIC));
    }

    #[test]
    fn functions_are_read_from_a_listing() {
        let listing =
            "00000b3c 00000008 r fixed\n00000899 00000200 T o1_step\n         U other\n20010000 A stack\n";
        assert_eq!(functions(listing), BTreeMap::from([("o1_step".to_owned(), (0x899, 0x200))]));
    }
}
