//! `libautonomous_learning`: this workspace for C, C++ and everything that can call C.
//!
//! Two families of functions live here, and no algorithm.
//!
//! * `al_...`: the interface for new programs. Opaque handles made through an out-parameter, a status as the result of
//!   everything that can fail, lengths beside all buffers, a message per thread. [`o1`] is its first topic.
//! * The 34 functions of [`bridge`], with the names and types of the reference package's native library, so that its
//!   Python classes run on this one unchanged.
//!
//! Every export is a plain function whose body is one call of the [`guard`], which no panic passes. `docs/c-abi.md` says
//! who owns what; `include/autonomous_learning.h` is written from these sources by `cargo xtask headers`.
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests compare results that are exact by construction"))]

#[cfg(not(panic = "unwind"))]
compile_error!("a panic must be able to unwind to the guard: build with panic = \"unwind\"");

mod guard;
mod handle;
mod memory;

// In the order in which the header shows them.
pub mod version;

pub mod status;

pub mod error;

pub mod o1;

pub mod bridge;

#[cfg(feature = "test-panic")]
pub mod test_panic;
