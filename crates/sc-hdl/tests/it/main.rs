//! Tests of the crate.

mod calibrated;
mod engine;
mod engine_estimate;
mod golden;
mod identifier;
mod lane;
mod manifest;
mod resource;
