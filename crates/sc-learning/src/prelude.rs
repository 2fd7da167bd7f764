//! What a training program names daily: `use sc_learning::prelude::*;`.
//!
//! Errors are not here, as every crate has its own: `sc_learning::gradient::Error` and so on.

pub use sc_callbacks::{Csv, Every, History, JsonLines, Multi, TrainingCallback};
pub use sc_core::{Real, SpikeEvents};
pub use sc_data::{Encoder, Images, LatencyEncoder, RateEncoder, digits};
pub use sc_gradient::{
    Activity, Adam, Adaptive, Batch, Bptt, CrossEntropy, FastSigmoid, Layer, LayeredNetwork, LeakyReadout,
    Lif, Loss, Optimizer, RateRegularizer, Sgd, Surrogate,
};
pub use sc_sched::{Cosine, Schedule, Scheduler, WarmupCosine};

#[cfg(feature = "progress")]
pub use sc_callbacks::Progress;
