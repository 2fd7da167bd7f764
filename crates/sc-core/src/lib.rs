//! The ground floor of `autonomous-learning`: numbers, spikes, seeded randomness.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests compare results that are exact by construction"))]

mod error;
pub mod neuron;
mod population;
pub mod random;
mod real;
pub mod simd;
pub mod spikes;
pub mod weights;

pub use error::Error;
pub use ndarray;
pub use neuron::{
    Alif, AlifParameters, CurrentLif, CurrentLifParameters, EulerLif, EulerLifParameters, Lapicque,
    LapicqueParameters, LeakyIntegrator, LeakyIntegratorParameters, Neuron, State,
};
pub use population::{Population, PopulationState};
pub use real::Real;
pub use spikes::{SpikeEvents, SpikeRaster};
pub use weights::{Csr, Dense, Incoming, Synapse, Weights};
