//! The fixed-point O(1) synapse of `sc-online-o1`: one, a bank of many, and a crossbar between two populations.

pub mod config;
mod population;
pub mod synapse;

pub mod bank;
pub mod crossbar;
