//! The experiments that take minutes, and the table of their results in `docs/validation.md`.
//!
//! An experiment is an ignored test that prints a line `science | rule | compared with | result | tolerance`.

use std::{
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    cargo, document, root,
    steps::{self, Step},
};

/// The table stands between these lines.
const LINES: [&str; 2] = ["<!-- written by `cargo xtask science` from here -->", "<!-- to here -->"];

/// Runs all experiments and writes the table, or those whose name contains `filter` and only prints theirs.
pub(crate) fn run(filter: Option<&str>) -> u8 {
    let mut command =
        cargo(["test", "--release", "--workspace", "--test", "science", "--", "--ignored", "--nocapture"]);
    command.args(filter);
    let document = root().join("docs/validation.md");
    let whole = filter.is_none();
    steps::run(vec![Step::new("science", move || {
        match experiments(command).and_then(|rows| if whole { write_table(&document, &rows) } else { Ok(()) })
        {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("science: {error}");
                1
            }
        }
    })])
}

/// The rows that the experiments print, in the order of their text, so that threads do not shuffle the table.
fn experiments(mut command: Command) -> io::Result<Vec<String>> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut rows = Vec::new();
    for line in BufReader::new(child.stdout.take().expect("a pipe was asked for")).lines() {
        let line = line?;
        println!("{line}");
        rows.extend(row(&line));
    }
    if !child.wait()?.success() {
        return Err(io::Error::other("an experiment failed; the table stays as it was"));
    }
    rows.sort();
    Ok(rows)
}

/// The row of a table in a line that an experiment printed; libtest may have begun the line.
fn row(line: &str) -> Option<String> {
    let (_, row) = line.split_once("science | ")?;
    Some(format!("| {} |", row.trim()))
}

fn write_table(document: &Path, rows: &[String]) -> io::Result<()> {
    let header = "| rule | compared with | result | tolerance |\n|---|---|---|---|";
    document::write_part(document, LINES, &format!("{header}\n{}", rows.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_wherever_a_line_has_them() {
        assert_eq!(row("test a ... science | r | c | 1 | 2"), Some("| r | c | 1 | 2 |".into()));
        assert_eq!(row("test a ... ok"), None);
    }
}
