//! Tests of `sc-gradient` as a user sees it.

mod conformance;
