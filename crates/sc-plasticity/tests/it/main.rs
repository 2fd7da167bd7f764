//! The rules against recorded runs of the reference package.

mod clocked_stdp;
