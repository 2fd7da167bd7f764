//! The same synapses, looked up by their postsynaptic neuron.

use std::{iter::Zip, slice::Iter};

use super::{Weights, n_bytes};
use crate::Real;

/// One synapse as its postsynaptic neuron sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synapse {
    /// Where its weight lies in `values()`.
    pub index: usize,
    /// The presynaptic neuron.
    pub pre: usize,
}

/// For every postsynaptic neuron the synapses that lead to it, by rising presynaptic neuron.
///
/// A rule that acts when a *postsynaptic* neuron spikes needs the column of that neuron; this index gives it
/// without searching all rows. It stays valid as long as no synapse is added or removed;
/// [`Editable`](super::Editable) weights keep one of their own.
///
/// It takes nothing for dense weights, and for compressed ones 6 bytes a synapse (8 from 2^16 presynaptic
/// neurons on) and 8 a postsynaptic neuron.
///
/// ```
/// use sc_core::{Csr, Incoming};
/// let weights = Csr::new(2, 2, vec![0, 2, 3], vec![0, 1, 1], vec![0.1, 0.2, 0.3])?;
/// let incoming = Incoming::of(&weights.into());
/// let to_1: Vec<_> = incoming.to(1).map(|s| (s.pre, s.index)).collect();
/// assert_eq!(to_1, [(0, 1), (1, 2)]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    n_post: usize,
    columns: Columns,
}

/// Where the columns lie; the presynaptic neurons as narrow as they can be, since rules are bound by memory.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Columns {
    Dense { n_pre: usize },
    Narrow(Sorted<u16>),
    Wide(Sorted<u32>),
}

/// Synapses sorted by target; those of neuron `j` stand in `offsets[j]..offsets[j + 1]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sorted<P> {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    pres: Vec<P>,
}

impl Incoming {
    /// Sorts the synapses of `weights` by target, in time proportional to their number.
    ///
    /// # Panics
    /// If there are 2^32 sparse synapses or more.
    #[must_use]
    pub fn of<R: Real>(weights: &Weights<R>) -> Self {
        let columns = match weights {
            Weights::Dense(dense) => Columns::Dense { n_pre: dense.n_pre() },
            _ if weights.n_pre() <= 1 << 16 => Columns::Narrow(sorted(weights, |pre| pre as u16)),
            _ => Columns::Wide(sorted(weights, |pre| pre as u32)),
        };
        Self { n_post: weights.n_post(), columns }
    }

    /// Memory of the index.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        match &self.columns {
            Columns::Dense { .. } => 0,
            Columns::Narrow(sorted) => sorted.n_bytes(),
            Columns::Wide(sorted) => sorted.n_bytes(),
        }
    }

    /// The synapses leading to postsynaptic neuron `post`.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[track_caller]
    #[inline]
    pub fn to(&self, post: usize) -> impl Iterator<Item = Synapse> {
        assert!(post < self.n_post, "postsynaptic neuron {post} of {}", self.n_post);
        match &self.columns {
            Columns::Dense { n_pre } => Column::Dense { pre: 0, n_pre: *n_pre, post, n_post: self.n_post },
            Columns::Narrow(sorted) => Column::Narrow(sorted.column(post)),
            Columns::Wide(sorted) => Column::Wide(sorted.column(post)),
        }
    }
}

/// Counting sort by target.
fn sorted<R: Real, P: Copy + Default>(weights: &Weights<R>, narrow: impl Fn(usize) -> P) -> Sorted<P> {
    let n = weights.n_synapses();
    let n_slots = weights.values().len();
    assert!(u32::try_from(n_slots).is_ok(), "{n_slots} synapses: must be below 2^32");
    let mut offsets = vec![0; weights.n_post() + 1];
    let every = |visit: &mut dyn FnMut(usize, usize, usize)| {
        for pre in 0..weights.n_pre() {
            weights.for_each_active(&[pre as u32], |index, post, _| visit(index, pre, post));
        }
    };
    every(&mut |_, _, post| offsets[post + 1] += 1);
    for post in 0..weights.n_post() {
        offsets[post + 1] += offsets[post];
    }
    let mut next = offsets.clone();
    let (mut indices, mut pres) = (vec![0; n], vec![P::default(); n]);
    every(&mut |index, pre, post| {
        (indices[next[post]], pres[next[post]]) = (index as u32, narrow(pre));
        next[post] += 1;
    });
    Sorted { offsets, indices, pres }
}

impl<P> Sorted<P> {
    fn n_bytes(&self) -> usize {
        n_bytes(&self.offsets) + n_bytes(&self.indices) + n_bytes(&self.pres)
    }

    #[inline]
    fn column(&self, post: usize) -> Zip<Iter<'_, u32>, Iter<'_, P>> {
        let column = self.offsets[post]..self.offsets[post + 1];
        self.indices[column.clone()].iter().zip(&self.pres[column])
    }
}

/// One column, in whichever form.
enum Column<'a> {
    Dense { pre: usize, n_pre: usize, post: usize, n_post: usize },
    Narrow(Zip<Iter<'a, u32>, Iter<'a, u16>>),
    Wide(Zip<Iter<'a, u32>, Iter<'a, u32>>),
}

impl Iterator for Column<'_> {
    type Item = Synapse;

    #[inline]
    fn next(&mut self) -> Option<Synapse> {
        match self {
            Self::Dense { pre, n_pre, post, n_post } => (pre < n_pre).then(|| {
                let synapse = Synapse { index: *pre * *n_post + *post, pre: *pre };
                *pre += 1;
                synapse
            }),
            Self::Narrow(column) => column.next().map(|(&index, &pre)| narrow(index, pre)),
            Self::Wide(column) => column.next().map(|(&index, &pre)| wide(index, pre)),
        }
    }

    // `for_each` ends up here: the form is looked at once per column instead of once per synapse.
    #[inline]
    fn fold<B, F: FnMut(B, Synapse) -> B>(self, init: B, mut f: F) -> B {
        match self {
            Self::Dense { pre, n_pre, post, n_post } => {
                (pre..n_pre).fold(init, |b, pre| f(b, Synapse { index: pre * n_post + post, pre }))
            }
            Self::Narrow(column) => column.fold(init, |b, (&index, &pre)| f(b, narrow(index, pre))),
            Self::Wide(column) => column.fold(init, |b, (&index, &pre)| f(b, wide(index, pre))),
        }
    }
}

#[inline]
fn narrow(index: u32, pre: u16) -> Synapse {
    Synapse { index: index as usize, pre: usize::from(pre) }
}

#[inline]
fn wide(index: u32, pre: u32) -> Synapse {
    Synapse { index: index as usize, pre: pre as usize }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Csr, Dense};

    #[test]
    fn every_synapse_is_found_exactly_once_under_its_target() {
        let indices = vec![2, 0, 2, 2, 1];
        // The same rows among few and among so many neurons that their numbers need 32 bits.
        for n_pre in [4, 70_000] {
            let mut indptr = vec![0, 2, 2, 4];
            indptr.resize(n_pre + 1, 4);
            indptr[n_pre] = 5;
            let csr = Csr::<f64>::new(n_pre, 3, indptr, indices.clone(), vec![1.0; 5]).unwrap();
            let incoming = Incoming::of(&csr.clone().into());
            let mut seen = Vec::new();
            for post in 0..3 {
                let mut one_by_one = Vec::new();
                incoming.to(post).for_each(|synapse| one_by_one.push(synapse));
                assert_eq!(one_by_one, incoming.to(post).collect::<Vec<_>>());
                for synapse in one_by_one {
                    assert_eq!(indices[synapse.index] as usize, post);
                    let row = csr.indptr()[synapse.pre]..csr.indptr()[synapse.pre + 1];
                    assert!(row.contains(&synapse.index));
                    seen.push(synapse.index);
                }
            }
            seen.sort_unstable();
            assert_eq!(seen, [0, 1, 2, 3, 4]);
        }
    }

    #[test]
    fn dense_columns_are_strided() {
        let incoming = Incoming::of(&Dense::<f32>::zeros(3, 2).into());
        assert_eq!(incoming.to(1).map(|s| (s.pre, s.index)).collect::<Vec<_>>(), [(0, 1), (1, 3), (2, 5)]);
        assert_eq!(incoming.to(1).fold(0, |sum, s| sum + s.index), 9);
    }

    #[test]
    #[should_panic(expected = "postsynaptic neuron 2 of 2")]
    fn an_unknown_target_panics() {
        let _ = Incoming::of(&Dense::<f32>::zeros(3, 2).into()).to(2);
    }
}
