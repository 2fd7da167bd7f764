//! `cargo xtask headers`: `include/autonomous_learning.h`, written from the sources of `sc-ffi`.

use std::{fs, path::Path};

use cbindgen::{Builder, Config, DocumentationStyle, ExportConfig, Language, SortKey, Style};

use crate::root;

/// The header, as seen from the root.
pub(crate) const PATH: &str = "include/autonomous_learning.h";

/// How Rust's names are called in C.
const NAMES: &[(&str, &str)] = &[
    ("Status", "al_status"),
    ("O1Config", "al_o1_config"),
    ("O1Snapshot", "al_o1_snapshot"),
    ("O1Synapse", "al_o1_synapse"),
    ("O1Bank", "al_o1_bank"),
    ("O1Crossbar", "al_o1_crossbar"),
    ("Rule", "al_rule"),
    ("Learner", "al_learner"),
    ("RuleLayerHandle", "al_rule_layer"),
    ("WgpuLayer", "al_wgpu_layer"),
    ("ForeignBool", "bool"),
];

/// What the header does not show: the stand-in for a foreign `bool`, and defects to order.
const HIDDEN: &[&str] = &["ForeignBool", "al_test_panic"];

const INTRODUCTION: &str = "\
/**
 * @file
 * @brief Learning in spiking neural networks, from C, C++ and everything that can call C.
 *
 * Written by `cargo xtask headers` from the sources of `sc-ffi`; not to be edited. docs/c-abi.md has the whole story.
 *
 * Two families of functions:
 *
 * - `al_...`: for new programs. A handle is made through an out-parameter and freed by its `_free`, which takes NULL. What
 *   can fail returns an `al_status`; results are written only if it is `AL_STATUS_OK`, and `al_last_error_message` says
 *   what went wrong. A buffer is followed by its length in elements; NULL with length 0 is an empty buffer.
 * - The names of sc-neurocore's native library (`create_rule`, ...), with their types and meanings, for callers that exist.
 *   They have neither lengths nor statuses. A refusal is NULL, false, 0 or no effect, and its reason is in
 *   `al_last_error_message`.
 *
 * What no function of this library can know, and a caller must see to:
 *
 * - A handle is freed once, and not used afterwards. A copy of the pointer is the same handle.
 * - A handle is used by one thread at a time. Only functions that take it as const may run side by side. Different handles
 *   are independent. Python's ctypes lets other threads run during a call: the interpreter's lock does not help.
 * - Where a function takes no length (the second family), the buffers are as long as its comment says. A shorter one is read
 *   or written beyond its end.
 * - Inputs do not change during a call, and outputs overlap neither them nor each other.
 *
 * The library prints nothing, reads no environment variable, installs no signal handler, and keeps nothing between calls
 * but handles and each thread's message.
 */
";

/// Write the header, or with `check` only say whether it is up to date; return the exit code.
pub(crate) fn run(check: bool) -> u8 {
    let header = match generate(&root()) {
        Ok(header) => header,
        Err(error) => {
            eprintln!("{error}");
            return 1;
        }
    };
    let path = root().join(PATH);
    if check {
        if fs::read(&path).is_ok_and(|there| there == header.as_bytes()) {
            return 0;
        }
        eprintln!("{PATH} is not what the sources say: run `cargo xtask headers` and look at the difference");
        return 1;
    }
    let written = fs::create_dir_all(path.parent().expect("a file in a folder"))
        .and_then(|()| fs::write(&path, header));
    written.map_or_else(
        |error| {
            eprintln!("{}: {error}", path.display());
            1
        },
        |()| 0,
    )
}

fn generate(root: &Path) -> Result<String, cbindgen::Error> {
    let config = Config {
        language: Language::C,
        cpp_compat: true,
        style: Style::Both,
        usize_is_size_t: true,
        no_includes: true,
        sys_includes: ["stdbool.h", "stddef.h", "stdint.h"].map(str::to_owned).to_vec(),
        after_includes: Some(version_macros()),
        include_guard: Some("AUTONOMOUS_LEARNING_H".to_owned()),
        header: Some(INTRODUCTION.trim_end().to_owned()),
        documentation: true,
        documentation_style: DocumentationStyle::Doxy,
        sort_by: SortKey::None,
        include_version: false,
        line_length: 110,
        tab_width: 4,
        export: ExportConfig {
            rename: NAMES.iter().map(|(rust, c)| ((*rust).to_owned(), (*c).to_owned())).collect(),
            exclude: HIDDEN.iter().map(|name| (*name).to_owned()).collect(),
            ..ExportConfig::default()
        },
        ..Config::default()
    };
    let bindings = Builder::new().with_crate(root.join("crates/sc-ffi")).with_config(config).generate()?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    Ok(preconditions(&String::from_utf8(header).expect("sources are UTF-8")))
}

/// The version of the workspace, which is this program's own.
fn version_macros() -> String {
    format!(
        "\n/** The version of this header; `al_version_major` and its like give that of the library. */\n\
         #define AL_VERSION_MAJOR {}\n#define AL_VERSION_MINOR {}\n#define AL_VERSION_PATCH {}\n\
         #define AL_VERSION_STRING \"{}\"\n",
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
        env!("CARGO_PKG_VERSION"),
    )
}

/// Rust's `# Safety` section is what Doxygen calls a precondition: `@pre` and the first line of it.
fn preconditions(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    let mut opens = false;
    for line in header.lines() {
        match line.trim() {
            "* # Safety" => opens = true,
            "*" if opens => {}
            text if opens => {
                out.push_str(" * @pre");
                out.push_str(text.strip_prefix('*').unwrap_or(text));
                out.push('\n');
                opens = false;
            }
            _ => {
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safety_is_a_precondition() {
        let rust =
            "/**\n * Steps.\n *\n * # Safety\n * `x` is alive,\n * and stays so.\n */\nvoid step(x *x);\n";
        let c = "/**\n * Steps.\n *\n * @pre `x` is alive,\n * and stays so.\n */\nvoid step(x *x);\n";
        assert_eq!(preconditions(rust), c);
    }

    #[test]
    fn the_header_knows_the_version() {
        assert!(version_macros().contains(&format!("AL_VERSION_STRING \"{}\"", env!("CARGO_PKG_VERSION"))));
    }
}
