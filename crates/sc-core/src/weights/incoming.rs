//! The same synapses, looked up by their postsynaptic neuron.

use super::Weights;
use crate::Real;

/// One synapse as its postsynaptic neuron sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synapse {
    /// Where its weight lies in `values()`.
    pub index: usize,
    /// The presynaptic neuron.
    pub pre: u32,
}

/// For every postsynaptic neuron the synapses that lead to it, by rising synapse index.
///
/// A rule that acts when a *postsynaptic* neuron spikes needs the column of that neuron; this index gives it
/// without searching all rows. It stays valid as long as no synapse is added or removed.
///
/// ```
/// use sc_core::{Csr, Incoming};
/// let weights = Csr::new(2, 2, vec![0, 2, 3], vec![0, 1, 1], vec![0.1, 0.2, 0.3])?;
/// let incoming = Incoming::of(&weights.into());
/// let to_1: Vec<_> = incoming.to(1).iter().map(|s| (s.pre, s.index)).collect();
/// assert_eq!(to_1, [(0, 1), (1, 2)]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    offsets: Vec<usize>,
    synapses: Vec<Synapse>,
}

impl Incoming {
    /// Sorts the synapses of `weights` by target, in time proportional to their number.
    ///
    /// # Panics
    /// If there are 2^32 presynaptic neurons or more.
    #[must_use]
    pub fn of<R: Real>(weights: &Weights<R>) -> Self {
        let n_pre = u32::try_from(weights.n_pre()).expect("fewer than 2^32 presynaptic neurons");
        let mut offsets = vec![0; weights.n_post() + 1];
        let every = |visit: &mut dyn FnMut(usize, u32, usize)| {
            for pre in 0..n_pre {
                weights.for_each_active(&[pre], |index, post, _| visit(index, pre, post));
            }
        };
        every(&mut |_, _, post| offsets[post + 1] += 1);
        for post in 0..weights.n_post() {
            offsets[post + 1] += offsets[post];
        }
        let mut next = offsets.clone();
        let mut synapses = vec![Synapse { index: 0, pre: 0 }; weights.n_synapses()];
        every(&mut |index, pre, post| {
            synapses[next[post]] = Synapse { index, pre };
            next[post] += 1;
        });
        Self { offsets, synapses }
    }

    /// The synapses leading to postsynaptic neuron `post`.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[must_use]
    #[track_caller]
    pub fn to(&self, post: usize) -> &[Synapse] {
        assert!(post + 1 < self.offsets.len(), "postsynaptic neuron {post} of {}", self.offsets.len() - 1);
        &self.synapses[self.offsets[post]..self.offsets[post + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Csr, Dense};

    #[test]
    fn every_synapse_is_found_exactly_once_under_its_target() {
        let indices = vec![2, 0, 2, 2, 1];
        let csr = Csr::<f64>::new(4, 3, vec![0, 2, 2, 4, 5], indices.clone(), vec![1.0; 5]).unwrap();
        let incoming = Incoming::of(&csr.clone().into());
        let mut seen = Vec::new();
        for post in 0..3 {
            for synapse in incoming.to(post) {
                assert_eq!(indices[synapse.index] as usize, post);
                let row = csr.indptr()[synapse.pre as usize]..csr.indptr()[synapse.pre as usize + 1];
                assert!(row.contains(&synapse.index));
                seen.push(synapse.index);
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn dense_columns_are_strided() {
        let incoming = Incoming::of(&Dense::<f32>::zeros(3, 2).into());
        assert_eq!(incoming.to(1).iter().map(|s| s.index).collect::<Vec<_>>(), [1, 3, 5]);
    }
}
