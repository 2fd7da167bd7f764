//! CSV the slow way: a parser that walks over characters, and a writer that has seen all rows before it writes one.

use std::iter;

/// One logged step with names and texts of its metrics.
pub(crate) type Row = (u64, Vec<(String, String)>);

/// All records of an RFC 4180 text.
pub(crate) fn parse(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && cell.is_empty() && record.is_empty(), "the last line is torn: {text:?}");
    records
}

/// The table of all rows: names in order of appearance, empty cells where a row lacks one.
pub(crate) fn table(rows: &[Row]) -> Vec<Vec<String>> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut columns: Vec<&str> = Vec::new();
    for (key, _) in rows.iter().flat_map(|(_, metrics)| metrics) {
        if !columns.contains(&key.as_str()) {
            columns.push(key);
        }
    }
    let header = iter::once("step").chain(columns.iter().copied()).map(str::to_owned).collect();
    let mut table = vec![header];
    for (step, metrics) in rows {
        let cell = |column: &&str| {
            metrics.iter().find(|(key, _)| key == column).map(|(_, text)| text.clone()).unwrap_or_default()
        };
        table.push(iter::once(step.to_string()).chain(columns.iter().map(cell)).collect());
    }
    table
}

#[test]
fn the_parser_agrees_with_hand_made_texts() {
    assert_eq!(parse(""), Vec::<Vec<String>>::new());
    assert_eq!(parse("a,b\n1,\n"), [["a", "b"], ["1", ""]]);
    assert_eq!(parse("\"a,\"\"b\"\"\nc\",d\n"), [["a,\"b\"\nc", "d"]]);
}

#[test]
fn the_table_agrees_with_a_hand_made_one() {
    let metric = |key: &str, text: &str| (key.to_owned(), text.to_owned());
    let rows = [(0, vec![metric("b", "1")]), (1, vec![]), (2, vec![metric("a", "2"), metric("b", "3")])];
    assert_eq!(table(&rows), [["step", "b", "a"], ["0", "1", ""], ["1", "", ""], ["2", "3", "2"]]);
}
