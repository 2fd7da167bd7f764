//! Learning in spiking networks: the crates of `autonomous-learning` under one roof.
//!
//! A spiking neuron says nothing most of the time, and then one bit. That makes such networks frugal, and it makes them
//! hard to train: the bit has no derivative, and what a spike leads to may show many steps later. This library has what
//! is needed from the first spike to the trained network, each part in a crate of its own, all of them here as modules:
//!
//! | module | crate | what it is for |
//! |---|---|---|
//! | [`core`] | `sc-core` | numbers, weights, neurons, networks, spikes, seeded randomness, checkpoints |
//! | [`data`] | `sc-data` | samples into spikes: encoders, bundled digits, IDX and `NumPy` files |
//! | [`gradient`] | `sc-gradient` | exact backpropagation through time with surrogate gradients |
//! | [`plasticity`] | `sc-plasticity` | local rules: a synapse changes by what it can know |
//! | [`online_o1`] | `sc-online-o1` | a plastic synapse in bounded fixed point, one or millions, bit-exact down to the chip |
//! | [`hdl`] | `sc-hdl` | that synapse in Verilog, one or a memory full of them, and what it takes on a chip |
//! | [`sched`] | `sc-sched` | learning rates as functions of the step number |
//! | [`callbacks`] | `sc-callbacks` | where the numbers of a run go: CSV, JSON lines, a progress bar |
//!
//! # The smallest complete example
//!
//! A recurrent network learns to tell zeros from ones. Every step that a larger program takes is there: data, spikes,
//! network, training, schedule, test.
//!
//! ```
//! use sc_learning::prelude::*;
//!
//! // Sixty of the bundled handwritten digits, as spikes: the brighter a pixel, the more often it spikes in six steps.
//! let images = digits();
//! let zeros_and_ones: Vec<usize> = (0..images.len()).filter(|&i| images.label(i) < 2).take(60).collect();
//! let encoder = RateEncoder::new(6, 1.0, 42)?;
//! let encode = |indices: &[usize]| -> Result<_, Box<dyn std::error::Error>> {
//!     let mut spikes = Vec::new();
//!     for &i in indices {
//!         spikes.push(encoder.encode(&images.intensities(i), i as u64)?);
//!     }
//!     let labels: Vec<usize> = indices.iter().map(|&i| usize::from(images.label(i))).collect();
//!     Ok((Batch::from_events(&spikes)?, labels))
//! };
//! let (train, train_labels) = encode(&zeros_and_ones[..40])?;
//! let (test, test_labels) = encode(&zeros_and_ones[40..])?;
//!
//! // 64 pixels, 16 leaky integrate-and-fire neurons that hear each other, 2 readouts. Time constants in steps of 1 ms.
//! let mut network = LayeredNetwork::<f32>::with_inputs(64)
//!     .layer(Layer::spiking(16, Lif::new(10.0, 1.0)?, FastSigmoid::new(20.0)?).input_rate(0.3).recurrent())
//!     .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0)?))
//!     .build(42)?;
//!
//! let (mut bptt, loss, mut adam) = (Bptt::new(1)?, CrossEntropy::mean_membrane(), Adam::new(0.0)?);
//! let mut rate = Scheduler::new(WarmupCosine::new(0.05, 0.0, 3, 20)?);
//! for _ in 0..20 {
//!     adam.set_learning_rate(rate.step());
//!     bptt.step(&mut network, &train, &loss, &train_labels, &mut adam)?;
//! }
//!
//! // Digits that it has never seen.
//! let output = bptt.forward(&network, &test)?;
//! assert_eq!(loss.classify(&output)?, test_labels);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to read on
//!
//! * `examples/digits` is the same at full size: all ten digits, fresh noise in every epoch, metrics, pictures, and an
//!   accuracy over several seeds. `cargo run --release --example digits -- --help`.
//! * `examples/stdp_window` draws what spike timing does to a synapse, pairs and triplets of spikes, beside what was
//!   measured. `cargo run --release --example stdp_window`.
//! * [`gradient`] for networks, losses, and how to bring a neuron, a surrogate, a loss or an optimizer of your own.
//! * [`data`] for your own samples, [`callbacks`] for your own metric sinks.
//!
//! # What holds everywhere
//!
//! Time constants and `dt` are in milliseconds, weights are `[pre][post]`, time is the first axis of a sequence. Random
//! numbers come from seeds alone. The same seed gives the same bits, on any number of threads. Nothing is carried over
//! silently from one sequence to the next.
//!
//! Whoever needs one part can depend on that crate alone. Default builds are light; the feature `progress` adds the
//! progress bar of [`callbacks`].
#![forbid(unsafe_code)]

pub use sc_callbacks as callbacks;
pub use sc_core as core;
pub use sc_data as data;
pub use sc_gradient as gradient;
pub use sc_hdl as hdl;
pub use sc_online_o1 as online_o1;
pub use sc_plasticity as plasticity;
pub use sc_sched as sched;

pub mod prelude;

/// The programs of the README, compiled and run like every other example.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
