//! Weights of the synapses that exist, compressed by presynaptic row.

use super::{Dense, check_finite, check_length, n_bytes};
use crate::{Error, Real};

/// Sparse weights in compressed-sparse-row form; rows are presynaptic.
///
/// Synapse `k` in `indptr[i]..indptr[i + 1]` leads from neuron `i` to neuron `indices[k]` with weight
/// `values[k]`. Targets need not be sorted within a row, and a pair may have several synapses: all of them
/// count.
///
/// ```
/// use sc_core::Csr;
/// // 0 -> 1 and 0 -> 2; neuron 1 has no synapses; 2 -> 0.
/// let weights = Csr::new(3, 3, vec![0, 2, 2, 3], vec![1, 2, 0], vec![0.5, -0.25, 1.0])?;
/// assert_eq!(weights.row(0), (&[1, 2][..], &[0.5, -0.25][..]));
/// assert!(weights.row(1).0.is_empty());
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Csr<R: Real = f32> {
    n_post: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<R>,
}

impl<R: Real> Csr<R> {
    /// Takes the three arrays after checking every entry.
    ///
    /// `indptr` has `n_pre + 1` entries, starts at 0, never decreases and ends at the number of synapses;
    /// `indices` has one target below `n_post` and `values` one finite weight per synapse.
    ///
    /// # Errors
    /// The first violation found: [`Error::Length`], [`Error::Entry`] (first or last entry of `indptr`),
    /// [`Error::Decreasing`], [`Error::Index`] or [`Error::NotFinite`].
    pub fn new(
        n_pre: usize,
        n_post: usize,
        indptr: Vec<usize>,
        indices: Vec<u32>,
        values: Vec<R>,
    ) -> Result<Self, Error> {
        check_structure(n_pre, n_post, &indptr, &indices)?;
        check_length("values", indices.len(), values.len())?;
        check_finite("values", &values)?;
        Ok(Self { n_post, indptr, indices, values })
    }

    /// Number of presynaptic neurons (rows).
    #[must_use]
    pub fn n_pre(&self) -> usize {
        self.indptr.len() - 1
    }

    /// Number of postsynaptic neurons (columns).
    #[must_use]
    pub fn n_post(&self) -> usize {
        self.n_post
    }

    /// Number of synapses.
    #[must_use]
    pub fn n_synapses(&self) -> usize {
        self.values.len()
    }

    /// Where each row starts, and at the end the number of synapses; `n_pre + 1` entries.
    #[must_use]
    pub fn indptr(&self) -> &[usize] {
        &self.indptr
    }

    /// The postsynaptic neuron of every synapse.
    #[must_use]
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// The weight of every synapse.
    #[must_use]
    pub fn values(&self) -> &[R] {
        &self.values
    }

    /// The weights to be changed; which synapses exist stays fixed.
    pub fn values_mut(&mut self) -> &mut [R] {
        &mut self.values
    }

    pub(crate) fn n_bytes(&self) -> usize {
        n_bytes(&self.indptr) + n_bytes(&self.indices) + n_bytes(&self.values)
    }

    /// Targets and weights of the synapses leaving presynaptic neuron `pre`.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn row(&self, pre: usize) -> (&[u32], &[R]) {
        assert!(pre < self.n_pre(), "presynaptic neuron {pre} of {}", self.n_pre());
        let row = self.indptr[pre]..self.indptr[pre + 1];
        (&self.indices[row.clone()], &self.values[row])
    }

    /// [`row`](Self::row) with weights to be changed.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn row_mut(&mut self, pre: usize) -> (&[u32], &mut [R]) {
        assert!(pre < self.n_pre(), "presynaptic neuron {pre} of {}", self.n_pre());
        let row = self.indptr[pre]..self.indptr[pre + 1];
        (&self.indices[row.clone()], &mut self.values[row])
    }

    /// Takes arrays that are right by construction.
    pub(crate) fn from_sorted_rows(
        n_post: usize,
        indptr: Vec<usize>,
        indices: Vec<u32>,
        values: Vec<R>,
    ) -> Self {
        Self { n_post, indptr, indices, values }
    }
}

impl<R: Real> TryFrom<&Dense<R>> for Csr<R> {
    type Error = Error;

    /// Keeps the entries that are not zero.
    ///
    /// # Errors
    /// [`Error::Parameter`] if there are more postsynaptic neurons than `u32` can number.
    fn try_from(dense: &Dense<R>) -> Result<Self, Error> {
        check_width(dense.n_post())?;
        let mut indptr = Vec::with_capacity(dense.n_pre() + 1);
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        indptr.push(0);
        for pre in 0..dense.n_pre() {
            for (post, &weight) in (0_u32..).zip(dense.row(pre)) {
                if weight != R::ZERO {
                    indices.push(post);
                    values.push(weight);
                }
            }
            indptr.push(indices.len());
        }
        Ok(Self { n_post: dense.n_post(), indptr, indices, values })
    }
}

/// Checks everything about a compressed matrix but its values.
pub(crate) fn check_structure(
    n_pre: usize,
    n_post: usize,
    indptr: &[usize],
    indices: &[u32],
) -> Result<(), Error> {
    check_width(n_post)?;
    check_length("indptr", n_pre.saturating_add(1), indptr.len())?;
    if indptr[0] != 0 {
        return Err(Error::Entry { what: "indptr", position: 0, expected: 0, got: indptr[0] });
    }
    for (position, pair) in (1..).zip(indptr.windows(2)) {
        if pair[1] < pair[0] {
            return Err(Error::Decreasing { what: "indptr", position, previous: pair[0], value: pair[1] });
        }
    }
    if indptr[n_pre] != indices.len() {
        let (expected, got) = (indices.len(), indptr[n_pre]);
        return Err(Error::Entry { what: "indptr", position: n_pre, expected, got });
    }
    match indices.iter().position(|&post| post as usize >= n_post) {
        Some(position) => {
            let index = indices[position] as usize;
            Err(Error::Index { what: "indices", position, index, bound: n_post })
        }
        None => Ok(()),
    }
}

/// Targets are numbered in 32 bits, which halves the memory traffic of propagation.
fn check_width(n_post: usize) -> Result<(), Error> {
    if u32::try_from(n_post).is_ok() {
        return Ok(());
    }
    Err(Error::Parameter { name: "n_post", value: n_post as f64, expected: "below 2^32" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn csr(indptr: &[usize], indices: &[u32], values: &[f64]) -> Result<Csr<f64>, Error> {
        Csr::new(2, 3, indptr.to_vec(), indices.to_vec(), values.to_vec())
    }

    #[test]
    fn every_malformed_array_is_named() {
        let (indices, values) = ([0, 2], [1.0, 2.0]);
        let cases = [
            (csr(&[0, 2], &indices, &values), Error::Length { what: "indptr", expected: 3, got: 2 }),
            (csr(&[], &[], &[]), Error::Length { what: "indptr", expected: 3, got: 0 }),
            (
                csr(&[1, 1, 2], &indices, &values),
                Error::Entry { what: "indptr", position: 0, expected: 0, got: 1 },
            ),
            (
                csr(&[0, 2, 1], &indices, &values),
                Error::Decreasing { what: "indptr", position: 2, previous: 2, value: 1 },
            ),
            (
                csr(&[0, 1, 1], &indices, &values),
                Error::Entry { what: "indptr", position: 2, expected: 2, got: 1 },
            ),
            (
                csr(&[0, 1, 5], &indices, &values),
                Error::Entry { what: "indptr", position: 2, expected: 2, got: 5 },
            ),
            (
                csr(&[0, 1, 2], &[0, 3], &values),
                Error::Index { what: "indices", position: 1, index: 3, bound: 3 },
            ),
            (csr(&[0, 1, 2], &indices, &[1.0]), Error::Length { what: "values", expected: 2, got: 1 }),
            (
                csr(&[0, 1, 2], &indices, &[f64::NEG_INFINITY, 0.0]),
                Error::NotFinite { what: "values", position: 0, value: f64::NEG_INFINITY },
            ),
        ];
        for (result, error) in cases {
            assert_eq!(result, Err(error));
        }
        assert!(csr(&[0, 1, 2], &indices, &[0.0, f64::NAN]).is_err());
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn more_targets_than_an_index_can_name_are_refused() {
        assert!(Csr::<f32>::new(0, 1 << 32, vec![0], vec![], vec![]).is_err());
        assert!(Csr::<f32>::new(0, u32::MAX as usize, vec![0], vec![], vec![]).is_ok());
    }

    #[test]
    fn duplicates_are_kept_and_add_up() {
        let twice = csr(&[0, 2, 2], &[1, 1], &[0.25, 0.5]).unwrap();
        assert_eq!(twice.n_synapses(), 2);
        assert_eq!(Dense::from(&twice).row(0), [0.0, 0.75, 0.0]);
    }

    proptest! {
        #[test]
        fn dense_survives_the_way_through_csr(
            n_pre in 0_usize..6, n_post in 0_usize..6, seed in prop::collection::vec(-2_i8..3, 36)
        ) {
            let values = seed[..n_pre * n_post].iter().map(|&w| f64::from(w)).collect();
            let dense = Dense::new(n_pre, n_post, values).unwrap();
            let csr = Csr::try_from(&dense).unwrap();
            prop_assert!(csr.values().iter().all(|&w| w != 0.0));
            let checked = Csr::new(n_pre, n_post, csr.indptr.clone(), csr.indices.clone(), csr.values.clone());
            prop_assert_eq!(checked.as_ref(), Ok(&csr));
            prop_assert_eq!(Dense::from(&csr), dense);
        }
    }
}
