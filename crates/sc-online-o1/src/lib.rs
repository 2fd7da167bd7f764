//! A plastic synapse in bounded fixed point, for chips, microcontrollers and large banks.
//!
//! A [`Synapse`] learns by reward-modulated STDP with four small integers and nothing else: a weight, a trace of
//! presynaptic and one of postsynaptic spikes, and an eligibility. A step costs a handful of shifts and additions and one
//! small product, and neither time nor memory grows with the length of a sequence. Its arithmetic is written down to
//! the last bit, so that this crate, a C caller, a Python caller and a circuit can be held against each other.
//!
//! ```
//! use sc_online_o1::{Config, Synapse};
//!
//! let config = Config::new(8, 6, 4, 3, 2)?;
//! let mut synapse = Synapse::new(config, 0);
//! for _ in 0..8 {
//!     synapse.step(true, false, 0); // a presynaptic spike,
//!     synapse.step(false, true, 7); // then a postsynaptic one, rewarded
//! }
//! assert_eq!(synapse.snapshot().weight, 216);
//! # Ok::<(), sc_online_o1::ConfigError>(())
//! ```
//!
//! `no_std`, no allocation, no floating point, no division, no dependency, and no way to panic in a step.
//!
//! Many synapses at once: a [`Bank`] steps any number of them, each with spikes of its own, and a [`Crossbar`] all those
//! between two groups of neurons. Their arrays belong to the caller. With the feature `simd` they choose the processor's
//! vector instructions at run time, with `threads` they can use all of its cores; no feature ever changes a result.
//! With `alloc` there is a crossbar that only works where spikes are, `LazyCrossbar`. [`Synapse16`] is for
//! microcontrollers.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

mod arithmetic;
mod bank;
mod config;
mod crossbar;
mod dispatch;
#[cfg(feature = "alloc")]
mod lazy;
mod rule;
#[cfg(feature = "serde")]
pub mod scnir;
mod spikes;
mod synapse;
mod synapse16;
#[cfg(feature = "serde")]
mod unchecked;

pub use arithmetic::Word;
pub use bank::{Bank, BankError};
pub use config::{Config, ConfigError, Decay, Rounding};
pub use crossbar::Crossbar;
#[cfg(feature = "alloc")]
pub use lazy::LazyCrossbar;
pub use spikes::{words, Spikes};
pub use synapse::{Snapshot, StateError, Synapse};
pub use synapse16::Synapse16;

/// What has an allocator or an operating system also wants to box its errors. (Rust 1.63, with which the bare core is
/// built, has this trait only in `std`.)
#[cfg(any(feature = "alloc", feature = "serde", feature = "simd"))]
mod boxed_errors {
    use core::error::Error;

    impl Error for crate::ConfigError {}
    impl Error for crate::StateError {}
    impl Error for crate::BankError {}
}
