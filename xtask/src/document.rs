//! Parts of documents that a command writes, between two lines that stay.

use std::{fs, io, path::Path};

/// Writes a part of a document anew.
pub(crate) fn write_part(document: &Path, [begin, end]: [&str; 2], part: &str) -> io::Result<()> {
    let named = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", document.display()));
    let text = fs::read_to_string(document).map_err(named)?;
    let text = with_part(&text, [begin, end], part)
        .ok_or_else(|| io::Error::other(format!("{}: no {begin} and {end}", document.display())))?;
    let temporary = document.with_extension("md.new");
    fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, document)).map_err(named)
}

/// The document with this between the lines.
fn with_part(text: &str, [begin, end]: [&str; 2], part: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", part.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_replaced_and_nothing_else() {
        let lines = ["<!-- from -->", "<!-- to -->"];
        let text = "a\n<!-- from -->\n| old |\n<!-- to -->\nb\n";
        let once = with_part(text, lines, "| x | y |\n").unwrap();
        assert_eq!(once, "a\n<!-- from -->\n\n| x | y |\n\n<!-- to -->\nb\n");
        assert_eq!(with_part(&once, lines, "| x | y |\n"), Some(once));
        assert_eq!(with_part("no place", lines, ""), None);
    }
}
