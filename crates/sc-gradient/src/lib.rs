//! Gradients for spiking networks: backpropagation through time, exact, and as fast as the spikes are few.
//!
//! A spike has no derivative. A *surrogate* stands in for it ([`surrogate`]), and with that one substitution the gradient of
//! a loss with respect to every weight, bias, time constant and threshold follows from the chain rule through time. This
//! crate computes that gradient exactly: no truncation, no approximation of the recurrence, checked to 1e-13 against
//! automatic differentiation and, through [`check_gradient`], against finite differences, for your own neurons, surrogates
//! and losses too.
//!
//! ```
//! use sc_gradient::{Adam, Batch, Bptt, CrossEntropy, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif};
//!
//! // Two inputs, sixteen recurrent LIF neurons, two leaky readouts; dt = 1 ms.
//! let mut network = LayeredNetwork::<f32>::with_inputs(2)
//!     .layer(Layer::spiking(16, Lif::new(10.0, 1.0)?, FastSigmoid::new(10.0)?).recurrent())
//!     .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0)?))
//!     .build(1)?;
//!
//! // Two sequences of twenty steps, [n_samples][n_steps][n_input]: input 0 is active in one, input 1 in the other.
//! let x: Vec<f32> = (0..2 * 20 * 2).map(|k| f32::from(u8::from((k / 40 == 0) == (k % 2 == 0)))).collect();
//! let batch = Batch::from_dense(&x, 2, 20, 2)?;
//!
//! let (mut bptt, loss, mut adam) = (Bptt::new(1)?, CrossEntropy::max_membrane(), Adam::new(0.01)?);
//! for _ in 0..50 {
//!     bptt.step(&mut network, &batch, &loss, &[0, 1], &mut adam)?;
//! }
//! assert_eq!(loss.classify(&bptt.forward(&network, &batch)?)?, [0, 1]);
//! # Ok::<(), sc_gradient::Error>(())
//! ```
//!
//! # Where to read on
//!
//! * [`LayeredNetwork`] and [`Layer`]: what can be built. [`neuron`]: LIF, delayed reset, synaptic filter, adaptive
//!   threshold, leaky readout, and how to write a model of your own. [`loss`], [`surrogate`], [`optimizer`]: likewise.
//! * [`Bptt`]: one step of training, its memory and its threads.
//! * `docs/gradient.md`: the recursion, and why it is fast.
//! * [`LocalDelta`]: the rule that sc-neurocore calls BPTT, kept under an honest name.
//!
//! # What it does not do
//!
//! Nothing is carried from one sequence to the next: state starts at zero. Work is divided among threads without changing a
//! bit of the result. No global thread pool, no unsafe code, no output.
#![forbid(unsafe_code)]

mod activity;
mod backward;
mod batch;
mod bptt;
mod check;
mod error;
mod forward;
mod init;
mod kernels;
mod layer;
mod local_delta;
pub mod loss;
mod network;
pub mod neuron;
pub mod optimizer;
mod output;
mod panel;
mod pass;
mod persistence;
mod shard;
mod sums;
pub mod surrogate;
mod tensor;
mod workers;

pub use activity::{Activity, LayerActivity};
pub use batch::Batch;
pub use bptt::Bptt;
pub use check::{GradientCheck, ParameterCheck, check_gradient};
pub use error::Error;
pub use layer::{Layer, NoSurrogate};
pub use local_delta::LocalDelta;
pub use loss::{CrossEntropy, Evidence, Loss, MeanSquaredSpikes, RateRegularizer, VanRossum};
pub use network::{Gradient, LayeredNetwork, NetworkBuilder};
pub use neuron::{Adaptive, DelayedLif, DifferentiableNeuron, Filtered, LeakyReadout, Lif, Parameter, Reset};
pub use optimizer::{Adam, Optimizer, Sgd};
pub use output::{Output, OutputAdjoint};
pub use panel::{LANES, Panel};
pub use surrogate::{ArcTan, Boxcar, FastSigmoid, FastSigmoidCut, Sigmoid, Surrogate, Triangle};
