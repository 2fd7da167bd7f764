//! The digits example, held to its promises: the same bits on any number of threads, and a network that learns.

#[path = "../../examples/digits/options.rs"]
mod options;
#[path = "../../examples/digits/train.rs"]
mod train;

mod digits;
mod digits_options;
