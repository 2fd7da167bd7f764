//! `cargo xtask ci`: the tests on a clean checkout.

use std::{fs, process::Command};

use crate::{
    cargo, root,
    steps::{self, Step},
    target_dir,
};

/// Clone HEAD into the target folder and run `cargo xtask test` there.
///
/// A file that was never added, or a change that was never committed, is not in the clone: what passes here passes on
/// another machine. Compiled dependencies are kept from one run to the next.
pub(crate) fn run() -> u8 {
    let work = target_dir().join("ci");
    let checkout = work.join("checkout");
    if checkout.exists()
        && let Err(error) = fs::remove_dir_all(&checkout)
    {
        eprintln!("{}: {error}", checkout.display());
        return 1;
    }
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--no-hardlinks"]).arg(root()).arg(&checkout);
    let mut test = cargo(["xtask", "test"]);
    test.current_dir(&checkout).env("CARGO_TARGET_DIR", work.join("target"));
    steps::run(vec![Step::command("checkout", clone), Step::command("test of the checkout", test)])
}
