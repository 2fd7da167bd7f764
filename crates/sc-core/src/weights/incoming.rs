//! The same synapses, looked up by their postsynaptic neuron.

use std::slice::Iter;

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
/// It takes nothing for dense weights, and for sparse ones 4 bytes a synapse (8 if there are more than 2^16
/// presynaptic neurons, or one with more than 2^16 synapses), 8 a postsynaptic and 4 a presynaptic neuron.
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

/// Where the columns lie, in numbers as narrow as they can be, since rules are bound by memory.
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
    /// The presynaptic neuron, and which of its synapses it is.
    entries: Vec<[P; 2]>,
    /// The first synapse of every presynaptic neuron.
    starts: Vec<u32>,
}

impl Incoming {
    /// Sorts the synapses of `weights` by target, in time proportional to their number.
    ///
    /// # Panics
    /// If there are 2^32 sparse synapses or more.
    #[must_use]
    pub fn of<R: Real>(weights: &Weights<R>) -> Self {
        let columns = if let Weights::Dense(dense) = weights {
            Columns::Dense { n_pre: dense.n_pre() }
        } else {
            let (starts, longest) = rows(weights);
            if starts.len().max(longest) <= 1 << 16 {
                Columns::Narrow(sorted(weights, starts, |number| number as u16))
            } else {
                Columns::Wide(sorted(weights, starts, |number| number as u32))
            }
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

/// The first synapse of every presynaptic neuron, and the largest number of them that one has.
fn rows<R: Real>(weights: &Weights<R>) -> (Vec<u32>, usize) {
    let n = weights.values().len();
    assert!(u32::try_from(n).is_ok(), "{n} synapses: must be below 2^32");
    let mut longest = 0;
    let starts = (0..weights.n_pre() as u32).map(|pre| {
        let (mut start, mut n) = (u32::MAX, 0);
        weights.for_each_active(&[pre], |index, _, _| (start, n) = (start.min(index as u32), n + 1));
        longest = longest.max(n);
        start
    });
    (starts.collect(), longest)
}

/// Counting sort by target.
fn sorted<R: Real, P: Copy + Default>(
    weights: &Weights<R>,
    starts: Vec<u32>,
    narrow: impl Fn(usize) -> P,
) -> Sorted<P> {
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
    let mut entries = vec![[P::default(); 2]; weights.n_synapses()];
    every(&mut |index, pre, post| {
        entries[next[post]] = [narrow(pre), narrow(index - starts[pre] as usize)];
        next[post] += 1;
    });
    Sorted { offsets, entries, starts }
}

impl<P: Copy + Into<u32>> Sorted<P> {
    fn n_bytes(&self) -> usize {
        n_bytes(&self.offsets) + n_bytes(&self.entries) + n_bytes(&self.starts)
    }

    #[inline]
    fn column(&self, post: usize) -> Part<'_, P> {
        Part {
            entries: self.entries[self.offsets[post]..self.offsets[post + 1]].iter(),
            starts: &self.starts,
        }
    }
}

/// One column of sparse weights.
struct Part<'a, P> {
    entries: Iter<'a, [P; 2]>,
    starts: &'a [u32],
}

impl<P: Copy + Into<u32>> Iterator for Part<'_, P> {
    type Item = Synapse;

    #[inline]
    fn next(&mut self) -> Option<Synapse> {
        self.entries.next().map(|&entry| synapse(self.starts, entry))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Synapse) -> B>(self, init: B, mut f: F) -> B {
        self.entries.fold(init, |b, &entry| f(b, synapse(self.starts, entry)))
    }
}

#[inline]
fn synapse<P: Into<u32>>(starts: &[u32], [pre, rank]: [P; 2]) -> Synapse {
    let (pre, rank) = (pre.into() as usize, rank.into() as usize);
    Synapse { index: starts[pre] as usize + rank, pre }
}

/// One column, in whichever form.
enum Column<'a> {
    Dense { pre: usize, n_pre: usize, post: usize, n_post: usize },
    Narrow(Part<'a, u16>),
    Wide(Part<'a, u32>),
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
            Self::Narrow(column) => column.next(),
            Self::Wide(column) => column.next(),
        }
    }

    // `for_each` ends up here: the form is looked at once per column instead of once per synapse.
    #[inline]
    fn fold<B, F: FnMut(B, Synapse) -> B>(self, init: B, mut f: F) -> B {
        match self {
            Self::Dense { pre, n_pre, post, n_post } => {
                (pre..n_pre).fold(init, |b, pre| f(b, Synapse { index: pre * n_post + post, pre }))
            }
            Self::Narrow(column) => column.fold(init, f),
            Self::Wide(column) => column.fold(init, f),
        }
    }
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
    fn long_rows_are_found_as_well() {
        // Neuron 1 has more synapses than 16 bits can number, most of them to neuron 0.
        let mut indices = vec![1, 0];
        indices.extend((0..70_000).map(|k| u32::from(k % 1000 == 999)));
        let weights = Csr::<f32>::new(2, 2, vec![0, 2, 70_002], indices.clone(), vec![1.0; 70_002]).unwrap();
        let incoming = Incoming::of(&weights.into());
        for post in 0..2 {
            let expected: Vec<_> = (0..70_002).filter(|&k| indices[k] as usize == post).collect();
            assert_eq!(incoming.to(post).map(|s| s.index).collect::<Vec<_>>(), expected);
            assert!(incoming.to(post).all(|s| s.pre == usize::from(s.index >= 2)));
        }
    }

    #[test]
    fn dense_columns_are_strided() {
        let incoming = Incoming::of(&Dense::<f32>::zeros(3, 2).into());
        assert_eq!(incoming.to(1).map(|s| (s.pre, s.index)).collect::<Vec<_>>(), [(0, 1), (1, 3), (2, 5)]);
        let mut column = incoming.to(1);
        assert_eq!(column.next().map(|s| s.index), Some(1));
        assert_eq!(column.fold(0, |sum, s| sum + s.index), 8);
    }

    #[test]
    #[should_panic(expected = "postsynaptic neuron 2 of 2")]
    fn an_unknown_target_panics() {
        let _ = Incoming::of(&Dense::<f32>::zeros(3, 2).into()).to(2);
    }
}
