//! A weight for every pair of neurons.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::{Csr, check_finite, check_length};
use crate::{Error, Real};

/// A dense weight matrix, shape `[n_pre, n_post]`, row-major.
///
/// ```
/// use sc_core::{Dense, ndarray::array};
/// let weights = Dense::try_from(array![[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]].view())?;
/// assert_eq!((weights.n_pre(), weights.n_post()), (2, 3));
/// assert_eq!(weights.row(1), [0.4, 0.5, 0.6]);
/// assert_eq!(weights.view()[[0, 2]], 0.3);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dense<R: Real = f32> {
    n_pre: usize,
    n_post: usize,
    values: Vec<R>,
}

impl<R: Real> Dense<R> {
    /// Takes `n_pre * n_post` weights, row by row.
    ///
    /// # Errors
    /// [`Error::Length`] if `values` has another length, [`Error::NotFinite`] if a weight is not finite.
    pub fn new(n_pre: usize, n_post: usize, values: Vec<R>) -> Result<Self, Error> {
        // A product that overflows cannot be the length of a vector either.
        check_length("values", n_pre.saturating_mul(n_post), values.len())?;
        check_finite("values", &values)?;
        Ok(Self { n_pre, n_post, values })
    }

    /// All weights zero.
    ///
    /// # Panics
    /// If `n_pre * n_post` numbers do not fit into memory.
    #[must_use]
    pub fn zeros(n_pre: usize, n_post: usize) -> Self {
        let n_synapses = n_pre.checked_mul(n_post).expect("a matrix that fits into memory");
        Self { n_pre, n_post, values: vec![R::ZERO; n_synapses] }
    }

    /// Number of presynaptic neurons (rows).
    #[must_use]
    pub fn n_pre(&self) -> usize {
        self.n_pre
    }

    /// Number of postsynaptic neurons (columns).
    #[must_use]
    pub fn n_post(&self) -> usize {
        self.n_post
    }

    /// All weights, row by row.
    #[must_use]
    pub fn values(&self) -> &[R] {
        &self.values
    }

    /// All weights, row by row, to be changed.
    pub fn values_mut(&mut self) -> &mut [R] {
        &mut self.values
    }

    /// The weights leaving presynaptic neuron `pre`, one per postsynaptic neuron.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn row(&self, pre: usize) -> &[R] {
        assert!(pre < self.n_pre, "presynaptic neuron {pre} of {}", self.n_pre);
        &self.values[pre * self.n_post..][..self.n_post]
    }

    /// [`row`](Self::row) to be changed.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn row_mut(&mut self, pre: usize) -> &mut [R] {
        assert!(pre < self.n_pre, "presynaptic neuron {pre} of {}", self.n_pre);
        &mut self.values[pre * self.n_post..][..self.n_post]
    }

    /// The matrix, shape `[n_pre, n_post]`.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "cannot: the length fits by construction")]
    pub fn view(&self) -> ArrayView2<'_, R> {
        ArrayView2::from_shape((self.n_pre, self.n_post), &self.values)
            .expect("the length fits by construction")
    }

    /// The matrix to be changed, shape `[n_pre, n_post]`.
    #[allow(clippy::missing_panics_doc, reason = "cannot: the length fits by construction")]
    pub fn view_mut(&mut self) -> ArrayViewMut2<'_, R> {
        ArrayViewMut2::from_shape((self.n_pre, self.n_post), &mut self.values)
            .expect("the length fits by construction")
    }
}

impl<R: Real> TryFrom<ArrayView2<'_, R>> for Dense<R> {
    type Error = Error;

    /// Copies a matrix of any memory layout, shape `[n_pre, n_post]`.
    fn try_from(matrix: ArrayView2<'_, R>) -> Result<Self, Error> {
        Self::new(matrix.nrows(), matrix.ncols(), matrix.iter().copied().collect())
    }
}

impl<R: Real> From<&Csr<R>> for Dense<R> {
    /// Absent synapses become zero; several synapses of one pair add up.
    fn from(csr: &Csr<R>) -> Self {
        let mut dense = Self::zeros(csr.n_pre(), csr.n_post());
        for pre in 0..csr.n_pre() {
            let (targets, weights) = csr.row(pre);
            for (&post, &weight) in targets.iter().zip(weights) {
                dense.values[pre * csr.n_post() + post as usize] += weight;
            }
        }
        dense
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn a_transposed_view_is_read_in_its_own_order() {
        let matrix = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        let dense = Dense::try_from(matrix.t()).unwrap();
        assert_eq!(dense.row(0), [1.0, 3.0, 5.0]);
        assert_eq!(dense.view(), matrix.t());
    }

    #[test]
    fn wrong_lengths_and_non_finite_weights_are_refused() {
        assert_eq!(
            Dense::new(2, 3, vec![0.0_f32; 5]),
            Err(Error::Length { what: "values", expected: 6, got: 5 })
        );
        assert!(Dense::<f32>::new(usize::MAX, 2, vec![]).is_err());
        let infinite = Dense::new(1, 3, vec![0.0, f64::INFINITY, 0.0]);
        assert_eq!(infinite, Err(Error::NotFinite { what: "values", position: 1, value: f64::INFINITY }));
    }

    #[test]
    fn empty_matrices_are_matrices() {
        let none = Dense::<f32>::try_from(Array2::zeros((0, 4)).view()).unwrap();
        assert_eq!((none.n_pre(), none.n_post(), none.values().len()), (0, 4, 0));
        assert!(Dense::<f32>::zeros(3, 0).row(2).is_empty());
    }

    #[test]
    #[should_panic(expected = "presynaptic neuron 2 of 2")]
    fn a_row_beyond_the_last_panics() {
        let _ = Dense::<f32>::zeros(2, 0).row(2);
    }
}
