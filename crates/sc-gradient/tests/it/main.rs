//! Tests of `sc-gradient` as a user sees it.

mod any_surrogate;
mod nets;
mod oracle;

mod against_oracle;
mod conformance;
mod determinism;
mod finite_differences;
mod initialisation;
mod learning;
mod local_delta;
mod long_sequences;
mod losses;
mod optimizers;
mod persistence;
mod rate_regularizer;
mod refusals;
