//! House rules that no compiler checks.
//!
//! * Every Rust file begins with a `//!` line that says what it is for.
//! * A library does not print. (Clippy says so too, but an `allow` would silence it.)
//! * No file names a folder of somebody's machine.
//! * A source file of a crate stays under 500 lines; a longer one is a warning.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Lines from which on a source file is too long to hold one concept.
const LONG: usize = 500;

/// Where developers keep their files. Put together from parts, so that this file does not name them itself.
const PRIVATE_FOLDERS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!(":\\Us", "ers\\"),
];

/// Endings of the files that are read as text.
const TEXT: [&str; 16] = [
    "rs", "toml", "md", "json", "jsonl", "csv", "sh", "yml", "yaml", "py", "c", "h", "cpp", "v", "txt",
    "lock",
];

/// What a rule has to say about a file.
#[derive(Debug, PartialEq)]
enum Finding {
    Error(String),
    Warning(String),
}

/// Check the tree, print what is found, and return the exit code.
pub(crate) fn run(root: &Path) -> u8 {
    let mut code = 0;
    match findings(root) {
        Ok(findings) => {
            for finding in findings {
                match finding {
                    Finding::Error(text) => {
                        println!("error: {text}");
                        code = 1;
                    }
                    Finding::Warning(text) => println!("warning: {text}"),
                }
            }
        }
        Err(error) => {
            println!("error: {error}");
            code = 1;
        }
    }
    code
}

fn findings(root: &Path) -> io::Result<Vec<Finding>> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let mut findings = Vec::new();
    for file in files {
        let bytes =
            fs::read(&file).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", file.display())))?;
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        check(&name, &String::from_utf8_lossy(&bytes), &mut findings);
    }
    Ok(findings)
}

/// All text files below `folder`, except what is hidden or built. `.ci` is ours, though hidden.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if kind.is_dir() {
            if name == ".ci" || !(name.starts_with('.') || name == "target") {
                collect(&path, files)?;
            }
        } else if name == ".git" {
            // A file, in a linked worktree: git's own note of where the repository is.
        } else if kind.is_file() && path.extension().is_none_or(|end| TEXT.iter().any(|text| end == *text)) {
            files.push(path);
        }
    }
    Ok(())
}

/// Hold one file, named as seen from the root, against the rules.
fn check(name: &str, text: &str, findings: &mut Vec<Finding>) {
    for (number, line) in (1..).zip(text.lines()) {
        if PRIVATE_FOLDERS.iter().any(|folder| names_folder(line, folder)) {
            findings.push(Finding::Error(format!("{name}:{number} names a folder of somebody's machine")));
        }
    }
    if !name.ends_with(".rs") {
        return;
    }
    if !text.starts_with("//!") {
        findings.push(Finding::Error(format!(
            "{name}:1 does not begin with a `//!` line that says what the file is for"
        )));
    }
    if !(name.starts_with("crates/") && name.contains("/src/")) {
        return;
    }
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.trim_start();
        let prints = ["println!", "eprintln!", "print!", "eprint!"].iter().any(|mac| code.starts_with(mac));
        if prints {
            findings.push(Finding::Error(format!("{name}:{number} prints, in a library")));
        }
    }
    let n_lines = text.lines().count();
    if n_lines >= LONG {
        findings.push(Finding::Warning(format!("{name} has {n_lines} lines: more than one concept?")));
    }
}

/// Whether `line` names `folder` from the root of a disk, rather than as a part of an address or a longer path.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-/}$".contains(c)) || folder.starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        check(name, text, &mut findings);
        findings
    }

    fn error(text: &str) -> Vec<Finding> {
        vec![Finding::Error(text.to_owned())]
    }

    #[test]
    fn a_tidy_file_passes() {
        assert_eq!(
            found("crates/a/src/lib.rs", "//! What it is.\n\n/// `println!(\"in an example\")`\nfn f() {}\n"),
            []
        );
        assert_eq!(found("README.md", "no rule about the first line here\n"), []);
    }

    #[test]
    fn a_first_line_must_say_what_the_file_is() {
        let expected =
            error("xtask/src/x.rs:1 does not begin with a `//!` line that says what the file is for");
        for text in ["", "\n//! Late.\n", "// A comment.\n", "fn f() {}\n"] {
            assert_eq!(found("xtask/src/x.rs", text), expected);
        }
    }

    #[test]
    fn a_library_does_not_print_but_its_tests_may() {
        let text = "//! A file.\nfn f() {\n    println!();\n}\n";
        assert_eq!(found("crates/a/src/b/c.rs", text), error("crates/a/src/b/c.rs:3 prints, in a library"));
        assert_eq!(found("crates/a/tests/it/main.rs", text), []);
    }

    #[test]
    fn no_folder_of_a_machine() {
        for folder in PRIVATE_FOLDERS {
            let disk = if folder.starts_with(':') { "C" } else { "" };
            let expected = error("docs/a.md:2 names a folder of somebody's machine");
            assert_eq!(found("docs/a.md", &format!("first\nsee `{disk}{folder}me/data`\n")), expected);
        }
        assert_eq!(found("docs/a.md", &format!("https://example.org{}\n", PRIVATE_FOLDERS[0])), []);
        assert_eq!(found("docs/a.md", &format!("a relative crates{}\n", PRIVATE_FOLDERS[3])), []);
    }

    #[test]
    fn a_long_file_is_a_warning() {
        let text = format!("//! Long.\n{}", "\n".repeat(LONG - 1));
        assert_eq!(
            found("crates/a/src/b.rs", &text),
            [Finding::Warning("crates/a/src/b.rs has 500 lines: more than one concept?".to_owned())]
        );
        assert_eq!(found("crates/a/tests/b.rs", &text), []);
    }

    #[test]
    fn the_walk_skips_what_is_built_or_hidden() {
        let mut files = Vec::new();
        collect(&crate::root(), &mut files).unwrap();
        let seen = |end: &str| files.iter().any(|file| file.ends_with(end));
        assert!(seen("xtask/src/tidy.rs") && seen("Cargo.toml"));
        let inside =
            |part: &str| files.iter().any(|file| file.strip_prefix(crate::root()).unwrap().starts_with(part));
        assert!(!inside("target") && !inside(".git"));
    }
}
