//! The ground floor of `autonomous-learning`: numbers, spikes, seeded randomness.
#![forbid(unsafe_code)]

mod error;
pub mod random;
mod real;
pub mod simd;
pub mod spikes;
pub mod weights;

pub use error::Error;
pub use ndarray;
pub use real::Real;
pub use spikes::{SpikeEvents, SpikeRaster};
pub use weights::{Csr, Dense, Incoming, Synapse, Weights};
