//! Weights cut by target, and put together again.

use std::ops::Range;

use super::{Csr, Dense, Editable, Weights, check_length};
use crate::{Error, Real};

impl<R: Real> Weights<R> {
    /// The synapses that lead to the targets `columns`, numbered from 0, and which those are of all.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a weight has become infinite or not a number.
    pub(crate) fn columns(&self, columns: Range<usize>) -> Result<(Self, Vec<usize>), Error> {
        // Counted first: networks are cut because they are large, and arrays that grow take twice their room.
        let mut n = 0;
        for pre in 0..self.n_pre() {
            self.for_each_active(&[pre as u32], |_, post, _| n += usize::from(columns.contains(&post)));
        }
        let (mut kept, mut indptr) = (Vec::with_capacity(n), Vec::with_capacity(self.n_pre() + 1));
        indptr.push(0);
        let (mut indices, mut values) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for pre in 0..self.n_pre() {
            self.for_each_active(&[pre as u32], |k, post, weight| {
                if columns.contains(&post) {
                    kept.push(k);
                    indices.push((post - columns.start) as u32);
                    values.push(weight);
                }
            });
            indptr.push(values.len());
        }
        let structure = (self.n_pre(), columns.len(), indptr, indices);
        Ok((self.alike(structure, values)?, kept))
    }

    /// Weights side by side, and for every synapse of the result from which share it came and which it was
    /// there.
    ///
    /// # Errors
    /// [`Error::Length`] if the shares have not all the same sources, or there are none; [`Error::NotFinite`] if a weight
    /// has become infinite or not a number.
    pub(crate) fn from_columns(shares: Vec<&Self>) -> Result<(Self, Vec<(usize, usize)>), Error> {
        let first = *shares.first().ok_or(Error::Length { what: "parts", expected: 1, got: 0 })?;
        let n_pre = first.n_pre();
        let n = shares.iter().map(|share| share.n_synapses()).sum();
        let (mut order, mut indptr) = (Vec::with_capacity(n), Vec::with_capacity(n_pre + 1));
        indptr.push(0);
        let (mut indices, mut values) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut n_post = 0;
        for share in &shares {
            check_length("rows of a part", n_pre, share.n_pre())?;
            n_post += share.n_post();
        }
        for pre in 0..n_pre as u32 {
            let mut start = 0;
            for (part, share) in shares.iter().enumerate() {
                share.for_each_active(&[pre], |k, post, weight| {
                    order.push((part, k));
                    indices.push((start + post) as u32);
                    values.push(weight);
                });
                start += share.n_post();
            }
            indptr.push(values.len());
        }
        Ok((first.alike((n_pre, n_post, indptr, indices), values)?, order))
    }

    /// Other synapses in the form of these.
    fn alike(
        &self,
        (n_pre, n_post, indptr, indices): (usize, usize, Vec<usize>, Vec<u32>),
        values: Vec<R>,
    ) -> Result<Self, Error> {
        Ok(match self {
            Self::Dense(_) => Dense::new(n_pre, n_post, values)?.into(),
            Self::Csr(_) => Csr::new(n_pre, n_post, indptr, indices, values)?.into(),
            Self::Editable(_) => {
                Editable::try_from(&Csr::new(n_pre, n_post, indptr, indices, values)?)?.into()
            }
        })
    }
}
