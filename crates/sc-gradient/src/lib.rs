//! Exact surrogate-gradient backpropagation through time, event-driven.
#![forbid(unsafe_code)]
