//! Tests of the crate.

mod calibrated;
mod engine;
mod golden;
mod identifier;
mod lane;
mod manifest;
mod resource;
