//! Tests of the crate: recorded steps, a slow oracle, properties, and what each opt-in mode cures.
#![allow(clippy::arithmetic_side_effects, reason = "an overflow in a test is a failure")]

mod bank;
mod config;
mod corpus;
mod golden;
mod modes;
mod oracle;
mod properties;
#[cfg(feature = "serde")]
mod serialization;
mod state;
