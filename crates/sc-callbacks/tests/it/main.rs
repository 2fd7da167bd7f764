//! Tests of the crate: recorded files, a slow oracle, properties, crashes, misuse.

mod crash;
mod csv;
mod golden;
mod json_lines;
mod misuse;
mod oracle;
#[cfg(feature = "progress")]
mod progress;
mod text;
