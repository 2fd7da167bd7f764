//! The synapses of a projection as a learning rule walks them.

use std::ops::Range;

use super::{Incoming, Weights};
use crate::Real;

/// The synapses of a projection, by source and by target, with weights to be changed.
///
/// A rule visits the row of a presynaptic and the column of a postsynaptic neuron that spiked; the work
/// follows the spikes. Synapse `k` is `values()[k]`, rows in order.
///
/// ```
/// use sc_core::{Csr, Projection};
/// let weights = Csr::new(2, 2, vec![0, 2, 3], vec![0, 1, 1], vec![0.1, 0.2, 0.3])?;
/// let mut projection = Projection::<f64>::new(weights);
/// let mut synapses = projection.synapses();
/// synapses.from(0, |_k, _post, weight| *weight += 1.0);
/// synapses.to(1, |_k, _pre, weight| *weight *= 2.0);
/// assert_eq!(projection.weights().values(), [1.1, 2.4, 0.6]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Synapses<'a, R: Real = f32> {
    weights: &'a mut Weights<R>,
    /// The index by target, from when it is first needed; editable weights have their own.
    incoming: &'a mut Option<Incoming>,
}

impl<'a, R: Real> Synapses<'a, R> {
    pub(crate) fn new(weights: &'a mut Weights<R>, incoming: &'a mut Option<Incoming>) -> Self {
        Self { weights, incoming }
    }

    /// Number of presynaptic neurons.
    #[must_use]
    pub fn n_pre(&self) -> usize {
        self.weights.n_pre()
    }

    /// Number of postsynaptic neurons.
    #[must_use]
    pub fn n_post(&self) -> usize {
        self.weights.n_post()
    }

    /// Number of synapses.
    #[must_use]
    pub fn n_synapses(&self) -> usize {
        self.weights.n_synapses()
    }

    /// The weight of every synapse.
    #[must_use]
    pub fn values(&self) -> &[R] {
        self.weights.values()
    }

    /// The weight of every synapse, for rules that change all of them at once.
    pub fn values_mut(&mut self) -> &mut [R] {
        self.weights.values_mut()
    }

    /// The synapses `k` that leave presynaptic neuron `pre`, one after the other in `values()`.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[must_use]
    #[track_caller]
    pub fn row(&self, pre: usize) -> Range<usize> {
        assert!(pre < self.n_pre(), "presynaptic neuron {pre} of {}", self.n_pre());
        match &*self.weights {
            Weights::Dense(dense) => pre * dense.n_post()..(pre + 1) * dense.n_post(),
            Weights::Csr(csr) => csr.indptr()[pre]..csr.indptr()[pre + 1],
            Weights::Editable(editable) => {
                let first = editable.first_slot(pre);
                first..first + editable.row(pre).0.len()
            }
        }
    }

    /// Calls `visit(k, post, weight)` for every synapse leaving presynaptic neuron `pre`.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[track_caller]
    #[inline]
    pub fn from(&mut self, pre: usize, mut visit: impl FnMut(usize, usize, &mut R)) {
        let (first, targets, weights) = match self.weights {
            Weights::Dense(dense) => (pre * dense.n_post(), None, dense.row_mut(pre)),
            Weights::Csr(csr) => {
                assert!(pre < csr.n_pre(), "presynaptic neuron {pre} of {}", csr.n_pre());
                let first = csr.indptr()[pre];
                let (targets, weights) = csr.row_mut(pre);
                (first, Some(targets), weights)
            }
            Weights::Editable(editable) => {
                let first = editable.first_slot(pre);
                let (targets, weights) = editable.row_mut(pre);
                (first, Some(targets), weights)
            }
        };
        // One loop for all forms: rules are long, and compilers only make a body part of the loop that is in one.
        for (place, weight) in weights.iter_mut().enumerate() {
            let post = targets.map_or(place, |targets| targets[place] as usize);
            visit(first + place, post, weight);
        }
    }

    /// Calls `visit(k, pre, weight)` for every synapse leading to postsynaptic neuron `post`.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[track_caller]
    #[inline]
    pub fn to(&mut self, post: usize, mut visit: impl FnMut(usize, usize, &mut R)) {
        match &mut *self.weights {
            Weights::Editable(editable) => editable.for_each_to(post, visit),
            weights => {
                let incoming = self.incoming.get_or_insert_with(|| Incoming::of(weights));
                let values = weights.values_mut();
                incoming
                    .to(post)
                    .for_each(|synapse| visit(synapse.index, synapse.pre, &mut values[synapse.index]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Csr, Dense, Editable, Projection, Weights};

    /// Every synapse once by its row and once by its column, dense and compressed alike.
    #[test]
    fn rows_and_columns_show_the_same_synapses() {
        let csr =
            Csr::<f64>::new(3, 2, vec![0, 2, 2, 4], vec![1, 0, 0, 1], vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        for weights in
            [Weights::from(Dense::from(&csr)), Editable::try_from(&csr).unwrap().into(), csr.into()]
        {
            let mut projection = Projection::new(weights);
            let mut synapses = projection.synapses();
            let mut by_source = Vec::new();
            for pre in 0..3 {
                let first = by_source.len();
                synapses.from(pre, |k, post, weight| by_source.push((k, pre, post, *weight)));
                assert!(synapses.row(pre).eq(by_source[first..].iter().map(|synapse| synapse.0)));
            }
            let mut by_target = Vec::new();
            for post in 0..2 {
                synapses.to(post, |k, pre, weight| by_target.push((k, pre, post, *weight)));
            }
            by_target.sort_by_key(|synapse| synapse.0);
            assert_eq!(by_source, by_target);
            assert_eq!(by_source.len(), synapses.n_synapses());
        }
    }

    #[test]
    fn who_walks_rows_alone_pays_for_no_index() {
        let csr = Csr::<f64>::new(3, 2, vec![0, 2, 2, 3], vec![1, 0, 0], vec![1.0, 2.0, 3.0]).unwrap();
        let mut projection = Projection::new(csr);
        let without = projection.n_bytes();
        projection.synapses().from(0, |_, _, weight| *weight = 5.0);
        assert_eq!(projection.n_bytes(), without);
        projection.synapses().to(0, |_, _, weight| *weight += 1.0);
        assert!(projection.n_bytes() > without);
        assert_eq!(projection.weights().values(), [5.0, 6.0, 4.0]);
    }

    #[test]
    #[should_panic(expected = "presynaptic neuron 3 of 3")]
    fn an_unknown_source_panics() {
        Projection::<f64>::new(Csr::new(3, 2, vec![0; 4], vec![], vec![]).unwrap())
            .synapses()
            .from(3, |_, _, _| ());
    }
}
