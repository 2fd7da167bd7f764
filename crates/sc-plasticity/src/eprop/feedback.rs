//! The way back from the readout's errors to the neurons.

use sc_core::random::{normal, stream};
use sc_core::{Dense, Real};

use crate::Error;

/// The weights `B` by which neuron `j` hears the error of readout `k`: its learning signal is
/// `L_j = sum_k B_jk error_k`. Shape `[n_neurons, n_outputs]`, like the readout's own weights.
#[derive(Debug, Clone, PartialEq)]
pub enum Feedback<R: Real = f32> {
    /// The readout's own weights.
    Symmetric,
    /// Weights of its own that never change: broadcast alignment (T. P. Lillicrap et al. 2016,
    /// doi:10.1038/ncomms13276).
    Fixed(Dense<R>),
    /// Weights of its own that change as the readout's do, while both decay, so that they become alike (J. F. Kolen & J.
    /// B. Pollack 1994, doi:10.1109/ICNN.1994.374486).
    Adaptive {
        /// The weights at first.
        weights: Dense<R>,
        /// What both lose of themselves in every update, in [0, 1).
        decay: f64,
    },
}

impl<R: Real> Feedback<R> {
    /// Fixed weights from the standard normal distribution.
    ///
    /// # Panics
    /// If `n_neurons * n_outputs` numbers do not fit into memory.
    #[must_use]
    pub fn random(n_neurons: usize, n_outputs: usize, seed: u64) -> Self {
        let mut weights = Dense::zeros(n_neurons, n_outputs);
        let mut source = stream(seed, "e-prop feedback", 0);
        weights.values_mut().fill_with(|| R::of(normal(&mut source)));
        Self::Fixed(weights)
    }

    pub(super) fn check(&self, n_neurons: usize, n_outputs: usize) -> Result<(), Error> {
        if let Self::Adaptive { decay, .. } = self {
            Error::require((0.0..1.0).contains(decay), "decay", *decay, "in [0, 1)")?;
        }
        self.own().map_or(Ok(()), |weights| {
            Error::length("rows of the feedback weights", n_neurons, weights.n_pre())?;
            Error::length("columns of the feedback weights", n_outputs, weights.n_post())
        })
    }

    /// The weights, unless they are the readout's.
    pub(super) fn own(&self) -> Option<&Dense<R>> {
        match self {
            Self::Symmetric => None,
            Self::Fixed(weights) | Self::Adaptive { weights, .. } => Some(weights),
        }
    }

    pub(super) fn own_mut(&mut self) -> Option<&mut Dense<R>> {
        match self {
            Self::Symmetric => None,
            Self::Fixed(weights) | Self::Adaptive { weights, .. } => Some(weights),
        }
    }

    /// Follows the readout's weights, which were `before`.
    pub(super) fn follow(&mut self, output: &mut Dense<R>, before: &[R]) {
        if let Self::Adaptive { weights, decay } = self {
            let keep = R::of(1.0 - *decay);
            for ((b, w), &before) in weights.values_mut().iter_mut().zip(output.values_mut()).zip(before) {
                let change = *w - before;
                *b = keep * *b + change;
                *w = keep * before + change;
            }
        }
    }
}
