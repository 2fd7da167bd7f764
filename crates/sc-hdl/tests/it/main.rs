//! Tests of the crate.

mod golden;
mod identifier;
mod lane;
mod manifest;
mod resource;
