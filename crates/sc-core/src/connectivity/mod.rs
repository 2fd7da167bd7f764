//! Who is connected to whom: builders of network structure.
//!
//! | builder | structure |
//! |---|---|
//! | [`all_to_all`] | every pair |
//! | [`one_to_one`] | neuron `i` to neuron `i` |
//! | [`fixed_probability`] | every pair independently with the same probability (Erdős–Rényi) |
//! | [`fixed_in_degree`] | the same number of random inputs to every neuron |
//! | [`ring`] | the nearest neighbours on a circle |
//! | [`small_world`] | a ring with random shortcuts (Watts–Strogatz) |
//! | [`scale_free`] | growth with preferential attachment (Barabási–Albert) |
//!
//! A builder returns a [`Connectivity`]; weights make a matrix of it:
//!
//! ```
//! use sc_core::{Autapses, connectivity};
//! let structure = connectivity::fixed_probability(100, 50, 0.1, Autapses::Allow, 42)?;
//! let constant = structure.with_weight(0.5_f32)?;
//! let by_distance = structure.with_weights(|pre, post| 1.0 / (1.0 + pre.abs_diff(post) as f64))?;
//! assert_eq!(constant.n_synapses(), by_distance.n_synapses());
//! # Ok::<(), sc_core::Error>(())
//! ```

mod random;
mod regular;
mod scale_free;
mod small_world;

pub use random::{fixed_in_degree, fixed_probability};
pub use regular::{all_to_all, one_to_one, ring};
pub use scale_free::scale_free;
pub use small_world::small_world;

use crate::weights::check_structure;
use crate::{Csr, Error, Real};

/// Whether a neuron may be connected to itself, where pre- and postsynaptic numbers mean the same neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autapses {
    /// `i -> i` is a pair like any other.
    Allow,
    /// `i -> i` never occurs.
    Forbid,
}

/// The synapses between two populations without their weights, compressed by presynaptic row like [`Csr`].
///
/// The builders sort the targets of every row and connect no pair twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connectivity {
    n_post: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
}

impl Connectivity {
    /// Takes a structure from elsewhere; targets in any order, pairs any number of times.
    ///
    /// # Errors
    /// Those of [`Csr::new`] on `indptr` and `indices`.
    pub fn new(n_pre: usize, n_post: usize, indptr: Vec<usize>, indices: Vec<u32>) -> Result<Self, Error> {
        check_structure(n_pre, n_post, &indptr, &indices)?;
        Ok(Self { n_post, indptr, indices })
    }

    /// Number of presynaptic neurons.
    #[must_use]
    pub fn n_pre(&self) -> usize {
        self.indptr.len() - 1
    }

    /// Number of postsynaptic neurons.
    #[must_use]
    pub fn n_post(&self) -> usize {
        self.n_post
    }

    /// Number of synapses.
    #[must_use]
    pub fn n_synapses(&self) -> usize {
        self.indices.len()
    }

    /// Where each row starts, and at the end the number of synapses.
    #[must_use]
    pub fn indptr(&self) -> &[usize] {
        &self.indptr
    }

    /// The postsynaptic neuron of every synapse.
    #[must_use]
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// The targets of presynaptic neuron `pre`.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    pub fn targets(&self, pre: usize) -> &[u32] {
        assert!(pre < self.n_pre(), "presynaptic neuron {pre} of {}", self.n_pre());
        &self.indices[self.indptr[pre]..self.indptr[pre + 1]]
    }

    /// The same weight for every synapse.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if it is infinite or not a number.
    pub fn with_weight<R: Real>(&self, weight: R) -> Result<Csr<R>, Error> {
        self.with_weights(|_, _| weight)
    }

    /// A weight for every synapse from its presynaptic and postsynaptic neuron, called row by row.
    ///
    /// # Errors
    /// [`Error::NotFinite`] names the first synapse whose weight is infinite or not a number.
    pub fn with_weights<R: Real>(&self, mut weight: impl FnMut(usize, usize) -> R) -> Result<Csr<R>, Error> {
        let mut values = Vec::with_capacity(self.n_synapses());
        for pre in 0..self.n_pre() {
            values.extend(self.targets(pre).iter().map(|&post| weight(pre, post as usize)));
        }
        Csr::new(self.n_pre(), self.n_post, self.indptr.clone(), self.indices.clone(), values)
    }

    /// From the targets of every row.
    fn from_rows(n_post: usize, rows: impl IntoIterator<Item = impl IntoIterator<Item = u32>>) -> Self {
        let (mut indptr, mut indices) = (vec![0], Vec::new());
        for row in rows {
            indices.extend(row);
            indptr.push(indices.len());
        }
        Self { n_post, indptr, indices }
    }
}

/// A population size that fits the 32 bits of an index.
fn size(name: &'static str, n: usize) -> Result<u32, Error> {
    u32::try_from(n).map_err(|_| Error::Parameter { name, value: n as f64, expected: "below 2^32" })
}

fn probability(name: &'static str, p: f64) -> Result<(), Error> {
    if (0.0..=1.0).contains(&p) {
        Ok(())
    } else {
        Err(Error::Parameter { name, value: p, expected: "in 0..=1" })
    }
}

/// Things every structure of this module must satisfy, and counting for statistics.
#[cfg(test)]
mod proof {
    use super::*;

    pub(crate) fn assert_simple(structure: &Connectivity) {
        let Connectivity { n_post, indptr, indices } = structure.clone();
        Connectivity::new(indptr.len() - 1, n_post, indptr, indices).unwrap();
        for pre in 0..structure.n_pre() {
            assert!(
                structure.targets(pre).is_sorted_by(|a, b| a < b),
                "row {pre}: {:?}",
                structure.targets(pre)
            );
        }
    }

    pub(crate) fn assert_symmetric_without_autapses(structure: &Connectivity) {
        for pre in 0..structure.n_pre() {
            for &post in structure.targets(pre) {
                assert_ne!(post as usize, pre);
                assert!(structure.targets(post as usize).contains(&(pre as u32)));
            }
        }
    }

    pub(crate) fn in_degrees(structure: &Connectivity) -> Vec<usize> {
        let mut degrees = vec![0; structure.n_post()];
        structure.indices().iter().for_each(|&post| degrees[post as usize] += 1);
        degrees
    }

    /// Whether a count of `n` trials lies within five standard deviations of its expectation.
    pub(crate) fn assert_binomial(count: usize, n: f64, p: f64) {
        let deviation = (count as f64 - n * p).abs();
        assert!(deviation <= 5.0 * (n * p * (1.0 - p)).sqrt(), "{count} of {n} at {p}");
    }
}
