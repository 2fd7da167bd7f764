//! The proof in WebAssembly, run by Node.js: a module that imports nothing.

use std::{fs, path::Path, process::Command};

use super::{
    Trouble, Vectors, create, need,
    report::Row,
    rust::{Flavor, Rust},
    source, work,
};

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn prove(vectors: &Vectors, opt_levels: &[&'static str]) -> Result<Vec<Row>, Trouble> {
    need("node", "nodejs")?;
    let rust = Rust::for_target(TARGET)?;
    opt_levels.iter().map(|opt_level| prove_at(&rust, opt_level, vectors)).collect()
}

fn prove_at(rust: &Rust, opt_level: &'static str, vectors: &Vectors) -> Result<Row, Trouble> {
    let folder = work()?.join(format!("wasm-rust{}-O{opt_level}", rust.version));
    create(&folder)?;
    let compile = |negative_control| {
        let flavor = Flavor { target: Some(TARGET), opt_level, negative_control };
        rust.compile(flavor, "cdylib", "entry.wasm", &folder)
    };
    // Where others do not link, a module is linked that wants its host to bring the panic.
    expect(2, &compile(true)?, &vectors.right)?;
    let module = compile(false)?;
    expect(0, &module, &vectors.right)?;
    expect(1, &module, &vectors.wrong)?;
    let bytes = fs::metadata(&module).map_err(|e| Trouble::Failed(e.to_string()))?.len();
    let mut row = Row::named("WebAssembly", rust, opt_level);
    row.all_bytes = Some(bytes);
    Ok(row)
}

/// What `check.mjs` must say of a module.
fn expect(code: i32, module: &Path, vectors: &Path) -> Result<(), Trouble> {
    let output = Command::new("node").arg(source("check.mjs")).arg(module).arg(vectors).output();
    let output = output.map_err(|e| Trouble::Failed(e.to_string()))?;
    if output.status.code() == Some(code) {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Trouble::Failed(format!("{}: {} instead of {code}\n{said}", module.display(), output.status)))
}
