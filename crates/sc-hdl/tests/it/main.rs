//! Tests of the crate.

mod calibrated;
mod golden;
mod identifier;
mod lane;
mod manifest;
mod resource;
