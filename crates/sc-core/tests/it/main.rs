//! The crate as a user sees it, against recorded runs of the reference package.
#![allow(clippy::float_cmp, reason = "tests compare results that are exact by construction")]

mod editing;
mod golden;
mod neurons;
mod parts;
mod persistence;
mod propagation;
mod runs;
