//! For which synapses a rule was made that keeps a number for each of them.

use sc_core::{Projection, Real};

/// The size of a projection, and which edit of its synapses it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Structure {
    n_pre: usize,
    n_post: usize,
    n_slots: usize,
    revision: u64,
}

impl Structure {
    pub(crate) fn of<R: Real>(projection: &Projection<R>) -> Self {
        let weights = projection.weights();
        Self {
            n_pre: weights.n_pre(),
            n_post: weights.n_post(),
            n_slots: weights.values().len(),
            revision: weights.revision(),
        }
    }

    /// # Panics
    /// If the projection is another one, or synapses were created or removed.
    #[track_caller]
    pub(crate) fn check<R: Real>(&self, projection: &Projection<R>) {
        let got = Self::of(projection);
        assert!(got == *self, "a rule for {self:?} got {got:?}");
    }
}
