//! The rules against recorded runs of the reference package, against slow implementations of their own, and against
//! what could go wrong.
#![allow(clippy::float_cmp, reason = "results here are exact by construction")]

mod clocked_stdp;
mod rule_layer;
