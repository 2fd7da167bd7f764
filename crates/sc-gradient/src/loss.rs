//! What a network is asked to do.
//!
//! A loss reads the [`Output`] of a batch and writes its derivative into an [`OutputAdjoint`]. Averages run over the
//! samples of the batch. A loss of your own:
//!
//! ```
//! use sc_core::Real;
//! use sc_gradient::{Adam, Batch, Bptt, Error, Layer, LayeredNetwork, LeakyReadout, Lif, Sigmoid};
//! use sc_gradient::{Loss, Output, OutputAdjoint, check_gradient};
//!
//! /// Half the squared distance of the last membranes from a target, averaged over the batch.
//! struct LastMembrane;
//!
//! impl<R: Real> Loss<R> for LastMembrane {
//!     type Targets = [R]; // [n_samples][n_outputs]
//!
//!     fn evaluate(&self, output: &Output<'_, R>, targets: &[R], adjoint: &mut OutputAdjoint<R>) -> Result<R, Error> {
//!         let (last, scale) = (output.n_steps() - 1, R::ONE / R::of(output.n_samples() as f64));
//!         let mut loss = R::ZERO;
//!         for (sample, target) in targets.chunks(output.n_outputs()).enumerate() {
//!             let y = output.membranes(sample, last);
//!             for ((g, &y), &target) in adjoint.membranes_mut(sample, last).iter_mut().zip(y).zip(target) {
//!                 loss += R::of(0.5) * scale * (y - target) * (y - target);
//!                 *g = scale * (y - target);
//!             }
//!         }
//!         Ok(loss)
//!     }
//! }
//!
//! let network = LayeredNetwork::<f64>::with_inputs(3)
//!     .layer(Layer::spiking(8, Lif::new(10.0, 1.0)?, Sigmoid::new(5.0)?).recurrent())
//!     .layer(Layer::readout(1, LeakyReadout::new(10.0, 1.0)?))
//!     .build(7)?;
//! let x: Vec<f64> = (0..2 * 10 * 3).map(|k| f64::from(k % 4 == 0)).collect();
//! let batch = Batch::from_dense(&x, 2, 10, 3)?;
//! let check = check_gradient(&network, &batch, &LastMembrane, &[1.0, -1.0][..], 1e-5)?;
//! assert!(check.largest_error() < 1e-7, "{check}");
//!
//! let (mut network, mut bptt, mut adam) = (network, Bptt::new(1)?, Adam::new(0.01)?);
//! let first = bptt.step(&mut network, &batch, &LastMembrane, &[1.0, -1.0][..], &mut adam)?;
//! let mut last = first;
//! for _ in 0..100 {
//!     last = bptt.step(&mut network, &batch, &LastMembrane, &[1.0, -1.0][..], &mut adam)?;
//! }
//! assert!(last < 0.5 * first, "{first} -> {last}");
//! # Ok::<(), Error>(())
//! ```

use sc_core::Real;

use crate::{Error, Output, OutputAdjoint};

mod cross_entropy;
mod rate_regularizer;
mod spike_trains;

pub use cross_entropy::{CrossEntropy, Evidence};
pub use rate_regularizer::RateRegularizer;
pub use spike_trains::{MeanSquaredSpikes, VanRossum};

/// A function of the network's output whose derivative is known.
pub trait Loss<R: Real> {
    /// What the output is compared with.
    type Targets: ?Sized;

    /// The loss of a batch. `adjoint` comes as zeros and leaves as the derivative of the loss.
    ///
    /// # Errors
    /// Whatever does not fit: the number of targets, a label out of range, spikes asked of a layer without.
    fn evaluate(
        &self,
        output: &Output<'_, R>,
        targets: &Self::Targets,
        adjoint: &mut OutputAdjoint<R>,
    ) -> Result<R, Error>;
}
