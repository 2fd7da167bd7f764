//! Modules that are wrong in one place: whoever checks them must find out every one.

use std::io;

use super::test_source;

/// A piece of a line, and what stands there instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mutation {
    /// What is wrong, in words.
    pub(super) name: String,
    right: String,
    wrong: String,
}

impl Mutation {
    /// The text with this mistake.
    pub(super) fn of(&self, text: &str) -> String {
        assert_eq!(text.matches(&self.right).count(), 1, "{}: {}", self.name, self.right);
        text.replace(&self.right, &self.wrong)
    }
}

/// Those of a file among the test benches.
pub(super) fn read(file: &str) -> io::Result<Vec<Mutation>> {
    Ok(parse(&test_source(file)?))
}

/// A paragraph for each, after one about the file.
fn parse(text: &str) -> Vec<Mutation> {
    let mutation = |paragraph: &str| {
        let lines: Vec<&str> = paragraph.lines().collect();
        let [name, right, wrong] = lines[..] else { panic!("not a mutation: {paragraph}") };
        let part = |line: &str, sign: &str| line.strip_prefix(sign).expect("- and + lines").to_owned();
        Mutation { name: name.to_owned(), right: part(right, "-"), wrong: part(wrong, "+") }
    };
    text.trim_end().split("\n\n").skip(1).map(mutation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mutation_is_three_lines() {
        let mutations = parse("About\nthe file.\n\na name\n-a + b\n+a - b\n\nanother\n-c\n+\n");
        assert_eq!(mutations.len(), 2);
        assert_eq!((mutations[0].name.as_str(), mutations[1].name.as_str()), ("a name", "another"));
        assert_eq!(mutations[0].of("y = a + b;"), "y = a - b;");
        assert_eq!(mutations[1].of("c;"), ";");
    }

    #[test]
    #[should_panic(expected = "a name: a")]
    fn a_piece_is_there_once() {
        let _ = parse("About.\n\na name\n-a\n+b\n")[0].of("a + a");
    }
}
