//! What was measured, the budgets, and the table.

use std::fmt;

use super::{Trouble, program::Programs, rust::Rust, trace::Range};

/// How far code is optimized: for speed, and for size.
pub(super) const OPT_LEVELS: [&str; 2] = ["3", "s"];
/// The functions that are looked at: with widths from memory, and with widths in its type.
pub(super) const STEPS: [&str; 2] = ["o1_step", "o1_step16"];

/// What a step of the 16-bit form may cost.
const MAX_INSTRUCTIONS: usize = 60;
const MAX_BYTES: u64 = 512;

/// One target at one level of optimization.
#[derive(Debug)]
pub(super) struct Row {
    target: &'static str,
    rust: String,
    opt_level: &'static str,
    /// Of [`STEPS`].
    pub(super) instructions: Option<[Range; 2]>,
    bytes: Option<[u64; 2]>,
    /// All that is linked of ours.
    pub(super) all_bytes: Option<u64>,
}

impl Row {
    pub(super) fn new(
        target: &'static str,
        rust: &Rust,
        opt_level: &'static str,
        programs: &Programs,
    ) -> Self {
        let bytes = STEPS.map(|name| programs.functions.get(name).map_or(u64::MAX, |(_, bytes)| *bytes));
        let is_ours =
            |name: &str| ["o1_", "entry", "sc_online_o1", "core"].iter().any(|part| name.contains(part));
        let ours = programs.functions.iter().filter(|(name, _)| is_ours(name));
        let mut row = Self::named(target, rust, opt_level);
        row.bytes = Some(bytes);
        row.all_bytes = Some(ours.map(|(_, (_, bytes))| bytes).sum());
        row
    }

    pub(super) fn named(target: &'static str, rust: &Rust, opt_level: &'static str) -> Self {
        let rust = rust.version.clone();
        Self { target, rust, opt_level, instructions: None, bytes: None, all_bytes: None }
    }
}

pub(super) fn within_budgets(rows: &[Row]) -> Result<(), Trouble> {
    for row in rows {
        let instructions = row.instructions.map_or(0, |[_, step16]| step16.most);
        let bytes = row.bytes.map_or(0, |[_, step16]| step16);
        if instructions > MAX_INSTRUCTIONS || bytes > MAX_BYTES {
            let (target, opt) = (row.target, row.opt_level);
            return Err(Trouble::Failed(format!(
                "a step of the 16-bit form takes {instructions} instructions in {bytes} bytes on {target} at \
                 opt-level {opt}; the budget is {MAX_INSTRUCTIONS} in {MAX_BYTES}"
            )));
        }
    }
    Ok(())
}

/// The rows as Markdown.
pub(super) struct Table<'a>(pub(super) &'a [Row]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| target         | Rust   | opt-level | 16-bit step: instructions | bytes | step: instructions | bytes | all: bytes |"
        )?;
        writeln!(
            f,
            "|----------------|--------|-----------|---------------------------|-------|--------------------|-------|------------|"
        )?;
        for row in self.0 {
            let [step, step16] =
                [0, 1].map(|k| row.instructions.map_or("".to_owned(), |counts| text(counts[k])));
            let [bytes, bytes16] =
                [0, 1].map(|k| row.bytes.map_or("".to_owned(), |bytes| bytes[k].to_string()));
            let all = row.all_bytes.map_or("".to_owned(), |bytes| bytes.to_string());
            let Row { target, rust, opt_level, .. } = row;
            writeln!(
                f,
                "| {target:14} | {rust:6} | {opt_level:9} | {step16:25} | {bytes16:5} | {step:18} | {bytes:5} | {all:10} |"
            )?;
        }
        Ok(())
    }
}

fn text(Range { least, most, .. }: Range) -> String {
    if least == most { most.to_string() } else { format!("{least} to {most}") }
}
