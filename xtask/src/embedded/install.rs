//! `cargo xtask embedded install`: the tools of all stages, as far as this machine can get them.

use std::path::Path;

use super::{need, rust::Rust};
use crate::install;

/// Seconds that rustup may take.
const RUSTUP_SECONDS: &str = "60";

/// Programs and Debian's packages of them.
const PROGRAMS: [(&str, &str); 7] = [
    ("/usr/bin/rustc", "rustc"),
    ("arm-none-eabi-gcc", "gcc-arm-none-eabi"),
    ("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf"),
    ("qemu-system-arm", "qemu-system-arm"),
    ("qemu-system-riscv32", "qemu-system-misc"),
    ("wasm-ld", "lld"),
    ("node", "nodejs"),
];

/// Libraries and Debian's packages of them.
const FILES: [(&str, &str); 2] = [
    ("/usr/lib/rustlib/src/rust/library/core/src/lib.rs", "rust-src"),
    ("/usr/lib/rustlib/wasm32-unknown-unknown", "libstd-rust-dev-wasm32"),
];

const TARGETS: [&str; 3] = ["thumbv7m-none-eabi", "riscv32imc-unknown-none-elf", "wasm32-unknown-unknown"];

/// Installs what is missing; says what could not be; 0 if nothing is missing any more.
pub(super) fn run() -> u8 {
    install::apt(&missing());
    let left = missing();
    if left.is_empty() {
        println!("all tools are there");
        return 0;
    }
    println!("NOT INSTALLED, stages will be skipped: {}", left.join(" "));
    let wanted: Vec<&str> = TARGETS.into_iter().filter(|target| Rust::for_target(target).is_err()).collect();
    if !wanted.is_empty() {
        let mut rustup = install::within(RUSTUP_SECONDS);
        rustup.args(["rustup", "target", "add"]).args(wanted);
        install::attempt(rustup);
    }
    1
}

/// Packages whose program or library is not there.
fn missing() -> Vec<&'static str> {
    let programs = PROGRAMS.into_iter().filter(|(program, package)| need(program, package).is_err());
    let files = FILES.into_iter().filter(|(file, _)| !Path::new(file).exists());
    programs.chain(files).map(|(_, package)| package).collect()
}
