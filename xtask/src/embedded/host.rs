//! The proof on this machine, which needs nothing but gcc: a static Linux program without a C library.

use std::process::Command;

use super::{
    Trouble, Vectors, need,
    program::Machine,
    report::{OPT_LEVELS, Row},
    rust::Rust,
};

const HOST: Machine = Machine { name: "host", target: None, prefix: "", flags: &[] };

pub(super) fn prove(rust: &Rust, vectors: &Vectors) -> Result<Vec<Row>, Trouble> {
    if cfg!(not(all(target_arch = "x86_64", target_os = "linux"))) {
        return Err(Trouble::Missing(
            "Linux on x86-64, for whose kernel boards/host.c is written".to_owned(),
        ));
    }
    need("gcc", "gcc")?;
    need("nm", "binutils")?;
    OPT_LEVELS.iter().map(|opt_level| prove_at(rust, opt_level, vectors)).collect()
}

fn prove_at(rust: &Rust, opt_level: &'static str, vectors: &Vectors) -> Result<Row, Trouble> {
    let programs = HOST.build(rust, opt_level, vectors)?;
    for (program, expected) in [(&programs.right, 0), (&programs.wrong, 1)] {
        let status = Command::new(program).status();
        if !matches!(&status, Ok(status) if status.code() == Some(expected)) {
            return Err(Trouble::Failed(format!("{}: {status:?} instead of {expected}", program.display())));
        }
    }
    Ok(Row::new("x86-64 Linux", rust, opt_level, &programs))
}
