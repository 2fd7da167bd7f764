//! Tests of the crate: recorded sequences, slow oracles, properties, misuse.
#![allow(clippy::float_cmp, reason = "where these tests compare rates with ==, equal bits are the point")]

mod edges;
mod golden;
mod oracle;
mod properties;
