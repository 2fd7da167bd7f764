//! Published experiments that take minutes: `cargo xtask science` runs them. Each prints a line
//! `science | rule | compared with | result | tolerance`.
#![allow(clippy::print_stdout, reason = "the lines are what the runs are for")]

mod exclusive_or;
mod stdp;
mod structural;
