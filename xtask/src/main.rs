//! Every developer command of the workspace: `cargo xtask <command>`.
#![forbid(unsafe_code)]
fn main() {}
