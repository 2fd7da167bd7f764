//! The last few steps of every sample: what the neurons did and what they were told about it.

use sc_core::Real;

use super::panel::{LANES, Lanes};

/// As many steps as a word has bits: one bit per step tells when an input was there.
pub(super) const MAX_WINDOW: usize = u64::BITS as usize;

/// Pseudo-derivatives and learning signals of the steps that the synapses have not seen yet.
#[derive(Debug, Clone)]
pub(super) struct Window<R> {
    /// Steps it can hold.
    pub(super) length: usize,
    /// Steps it holds.
    pub(super) n_steps: usize,
    n_panels: usize,
    /// Whether there was a learning signal in any of them.
    pub(super) taught: bool,
    /// `[sample][panel][step]`.
    pub(super) psi: Vec<Lanes<R>>,
    /// `[sample][panel][step]`.
    pub(super) signal: Vec<Lanes<R>>,
}

impl<R: Real> Window<R> {
    pub(super) fn new(length: usize, n_samples: usize, n_panels: usize) -> Self {
        let lanes = vec![[R::ZERO; LANES]; n_samples * n_panels * length];
        Self { length, n_steps: 0, n_panels, taught: false, psi: lanes.clone(), signal: lanes }
    }

    pub(super) fn is_full(&self) -> bool {
        self.n_steps == self.length
    }

    pub(super) fn clear(&mut self) {
        (self.n_steps, self.taught) = (0, false);
    }

    /// Where the newest step of a panel lies.
    pub(super) fn newest(&self, sample: usize, panel: usize) -> usize {
        (sample * self.n_panels + panel) * self.length + self.n_steps - 1
    }

    /// Pseudo-derivatives and learning signals of a panel, one entry per step.
    pub(super) fn of(&self, sample: usize, panel: usize) -> (&[Lanes<R>], &[Lanes<R>]) {
        let first = (sample * self.n_panels + panel) * self.length;
        (&self.psi[first..][..self.n_steps], &self.signal[first..][..self.n_steps])
    }
}
