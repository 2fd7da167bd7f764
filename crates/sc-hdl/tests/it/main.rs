//! Tests of the crate.

mod resource;
