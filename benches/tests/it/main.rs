//! Tests of what the benchmarks say.

mod adaptation;
