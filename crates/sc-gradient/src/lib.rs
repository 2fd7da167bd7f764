//! Exact surrogate-gradient backpropagation through time for spiking networks, event-driven.
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
mod shard;
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
