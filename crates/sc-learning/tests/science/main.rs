//! Published experiments, run again: each prints what it found beside what was published, and fails if they differ.
//!
//! They take minutes: `cargo xtask science`.
#![allow(clippy::print_stdout, reason = "the line that goes into the table of results")]

mod distal_reward;
mod evidence_accumulation;
#[path = "../../examples/distal_reward/experiment.rs"]
#[allow(dead_code, reason = "the example shows more than is tested here")]
mod experiment;
#[path = "../../examples/distal_reward/record.rs"]
#[allow(dead_code, reason = "the example shows more than is tested here")]
mod record;
