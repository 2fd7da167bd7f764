//! The ground floor of `autonomous-learning`: numbers, spikes, seeded randomness.
#![forbid(unsafe_code)]

mod error;
pub mod random;
mod real;
pub mod simd;
pub mod spikes;

pub use error::Error;
pub use real::Real;
pub use spikes::SpikeEvents;
