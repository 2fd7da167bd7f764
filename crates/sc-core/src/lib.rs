//! The ground floor of `autonomous-learning`: numbers, weights, neurons, networks, spikes, seeded randomness
//! and checkpoints. Everything that learns stands on it; nothing in it learns.
//!
//! # The path of a spike
//! 1. A [`Projection`] adds the weight rows of the active sources to the currents of its target, after a
//!    [`Delay`].
//! 2. A [`Population`] turns one current per neuron into membranes and spikes; what a single neuron does is
//!    said by a [`Neuron`] model.
//! 3. A [`Network`] does both for many populations, step by step.
//! 4. [`SpikeEvents`] and [`SpikeRaster`] hold who spiked when; a [`Checkpoint`] holds everything that
//!    changes.
//!
//! ```
//! use sc_core::{Autapses, Lapicque, LapicqueParameters, Network, Population, Projection, Stimulus, connectivity};
//! let neuron = Lapicque::new(LapicqueParameters::default())?;
//! let mut network = Network::<f64>::new();
//! let input = network.add_population(Population::new(neuron.clone(), 20, 0));
//! let output = network.add_population(Population::new(neuron, 5, 0));
//! let structure = connectivity::fixed_probability(20, 5, 0.5, Autapses::Allow, 42)?;
//! network.add_projection(input, output, Projection::new(structure.with_weight(3.0)?))?;
//! network.add_stimulus(Stimulus::step_current(input, 10, 90, 1.5)?)?;
//!
//! let spikes = network.run(100);
//! assert!(spikes[input.index()].times(0)[0] > 10);
//! assert!(spikes[output.index()].n_spikes() > 0);
//! # Ok::<(), sc_core::Error>(())
//! ```
//!
//! # Conventions
//! Weights are `[pre][post]`, rows are presynaptic. Time is the first axis. Time constants and `dt` are in
//! ms. Parameters are checked when a value is built, after that a step cannot fail; a buffer of the wrong
//! length panics with both lengths, and whatever comes from outside is a [`Result`]. Random numbers come from
//! seeds alone ([`random`]), sums have a fixed order, and no result depends on threads.
//!
//! # Where to read on
//! [`neuron`] for the models and how to bring your own, [`connectivity`] for structure, [`checkpoint`] for
//! the file format, [`Bitstream`] for stochastic computing, [`Local`] for what a learning rule is given.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests compare results that are exact by construction"))]

mod bitstream;
pub mod checkpoint;
pub mod connectivity;
mod delay;
mod error;
mod local;
mod network;
pub mod neuron;
mod population;
mod projection;
pub mod random;
mod real;
mod replace_file;
pub mod simd;
pub mod spikes;
pub mod weights;

pub use bitstream::Bitstream;
pub use checkpoint::Checkpoint;
pub use connectivity::{Autapses, Connectivity};
pub use delay::Delay;
pub use error::Error;
pub use local::Local;
pub use ndarray;
pub use network::{Network, PopulationId, ProjectionId, Stimulus};
pub use neuron::{
    Alif, AlifParameters, CurrentLif, CurrentLifParameters, DeltaLif, DeltaLifParameters, EulerLif,
    EulerLifParameters, Izhikevich, IzhikevichParameters, Lapicque, LapicqueParameters, LeakyIntegrator,
    LeakyIntegratorParameters, Neuron, State,
};
pub use population::{Population, PopulationState};
pub use projection::Projection;
pub use real::Real;
pub use replace_file::replace_file;
pub use spikes::{SpikeEvents, SpikeRaster};
pub use weights::{Csr, Dense, Editable, Incoming, Synapse, Synapses, Weights};
