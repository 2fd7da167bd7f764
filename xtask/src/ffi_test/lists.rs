//! What the library exports and how its types lie in memory, held against two lists in git.

use std::{fs, io, path::Path, process::Command};

use super::{Kit, programs, source};
use crate::steps::{is_there, output};

/// Compare both lists, or write them.
pub(super) fn check(kit: &Kit, bless: bool) -> io::Result<()> {
    hold("layout.txt", &programs::layout(kit)?, bless)?;
    if is_there(Path::new("nm"), "what the library exports") {
        let symbols = output(
            Command::new("nm").args(["--dynamic", "--defined-only", "--format=posix"]).arg(kit.shared()),
        )?;
        hold("symbols.txt", &names(&symbols), bless)?;
    }
    Ok(())
}

/// The names in what `nm` prints, one a line, in order.
fn names(symbols: &str) -> String {
    let mut names: Vec<&str> = symbols.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.iter().flat_map(|name| [name, "\n"]).collect()
}

fn hold(name: &str, found: &str, bless: bool) -> io::Result<()> {
    let path = source(name);
    if bless {
        return fs::write(path, found);
    }
    let expected = fs::read_to_string(&path)?;
    if found == expected {
        println!("{name}: {} lines, as in git", found.lines().count());
        return Ok(());
    }
    for line in found.lines().filter(|line| !expected.lines().any(|known| known == *line)) {
        println!("new:  {line}");
    }
    for line in expected.lines().filter(|line| !found.lines().any(|known| known == *line)) {
        println!("gone: {line}");
    }
    Err(io::Error::other(format!(
        "the library is not what ffi-tests/{name} says; `cargo xtask ffi-test --bless` if it should be"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_first_words_in_order() {
        assert_eq!(names("b T 10 4\na T 20\n\n"), "a\nb\n");
    }
}
