//! Synaptic weights, `[pre][post]`: dense, compressed by presynaptic row, or sparse with synapses that come
//! and go.

mod columns;
mod csr;
mod dense;
mod editable;
mod incoming;
mod rows;
mod synapses;

pub use csr::Csr;
pub(crate) use csr::check_structure;
pub use dense::Dense;
pub use editable::Editable;
pub use incoming::{Incoming, Synapse};
pub use synapses::Synapses;

use crate::{Error, Real};

/// The weights of one projection, in whichever form they came.
///
/// Dense and compressed weights number their synapses alike: row by row, in storage order. Synapse `k` is
/// `values()[k]`. So it is for editable ones, only that between the rows there may be spare entries that belong to
/// no synapse.
#[derive(Debug, Clone, PartialEq)]
pub enum Weights<R: Real = f32> {
    /// Every pair has a weight.
    Dense(Dense<R>),
    /// Only existing synapses are stored.
    Csr(Csr<R>),
    /// Only existing synapses are stored, and they can be created and removed.
    Editable(Editable<R>),
}

impl<R: Real> Weights<R> {
    /// Number of presynaptic neurons (rows).
    #[must_use]
    pub fn n_pre(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.n_pre(),
            Self::Csr(csr) => csr.n_pre(),
            Self::Editable(editable) => editable.n_pre(),
        }
    }

    /// Number of postsynaptic neurons (columns).
    #[must_use]
    pub fn n_post(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.n_post(),
            Self::Csr(csr) => csr.n_post(),
            Self::Editable(editable) => editable.n_post(),
        }
    }

    /// Number of stored synapses.
    #[must_use]
    pub fn n_synapses(&self) -> usize {
        match self {
            Self::Editable(editable) => editable.n_synapses(),
            _ => self.values().len(),
        }
    }

    /// How often a synapse was created or removed; always 0 where that is impossible.
    #[must_use]
    pub fn revision(&self) -> u64 {
        match self {
            Self::Editable(editable) => editable.revision(),
            _ => 0,
        }
    }

    /// Memory of weights and targets.
    #[must_use]
    pub(crate) fn n_bytes(&self) -> usize {
        match self {
            Self::Dense(dense) => size_of_val(dense.values()),
            Self::Csr(csr) => csr.n_bytes(),
            Self::Editable(editable) => editable.n_bytes(),
        }
    }

    /// The weight of every synapse, row by row; editable weights have spare entries as well.
    #[must_use]
    pub fn values(&self) -> &[R] {
        match self {
            Self::Dense(dense) => dense.values(),
            Self::Csr(csr) => csr.values(),
            Self::Editable(editable) => editable.values(),
        }
    }

    /// The weights for a learning rule to change; which synapses exist stays fixed.
    pub fn values_mut(&mut self) -> &mut [R] {
        match self {
            Self::Dense(dense) => dense.values_mut(),
            Self::Csr(csr) => csr.values_mut(),
            Self::Editable(editable) => editable.values_mut(),
        }
    }

    /// `currents[j] += weights[i][j]` for every active source `i`, in the order given.
    ///
    /// # Panics
    /// If an active source is not below [`n_pre`](Self::n_pre) or `currents` is not
    /// [`n_post`](Self::n_post) long.
    #[track_caller]
    pub fn add_rows(&self, active: &[u32], currents: &mut [R]) {
        let n_post = self.n_post();
        assert!(currents.len() == n_post, "{} currents for {n_post} neurons", currents.len());
        for &pre in active {
            match self {
                Self::Dense(dense) => {
                    for (current, &weight) in currents.iter_mut().zip(dense.row(pre as usize)) {
                        *current += weight;
                    }
                }
                Self::Csr(csr) => add_sparse_row(csr.row(pre as usize), currents),
                Self::Editable(editable) => add_sparse_row(editable.row(pre as usize), currents),
            }
        }
    }

    /// `currents[j] += gain[i] weights[i][j]` for every active source `i`, in the order given.
    ///
    /// # Panics
    /// Like [`add_rows`](Self::add_rows), or if there is not one gain per source.
    #[track_caller]
    pub fn add_scaled_rows(&self, active: &[u32], gain: &[R], currents: &mut [R]) {
        let n_pre = self.n_pre();
        assert!(gain.len() == n_pre, "{} gains for {n_pre} neurons", gain.len());
        assert!(currents.len() == self.n_post(), "{} currents for {} neurons", currents.len(), self.n_post());
        for &pre in active {
            assert!((pre as usize) < n_pre, "presynaptic neuron {pre} of {n_pre}");
            let gain = gain[pre as usize];
            self.for_each_active(&[pre], |_, post, weight| currents[post] += gain * weight);
        }
    }

    /// Calls `visit(k, j, w)` for every synapse `k` with target `j` and weight `w` of the active sources.
    ///
    /// # Panics
    /// If an active source is not below [`n_pre`](Self::n_pre).
    #[track_caller]
    #[inline]
    pub fn for_each_active(&self, active: &[u32], mut visit: impl FnMut(usize, usize, R)) {
        for &pre in active {
            match self {
                Self::Dense(dense) => {
                    let first = pre as usize * dense.n_post();
                    for (post, &weight) in dense.row(pre as usize).iter().enumerate() {
                        visit(first + post, post, weight);
                    }
                }
                Self::Csr(csr) => {
                    let (targets, weights) = csr.row(pre as usize);
                    let first = csr.indptr()[pre as usize];
                    for (offset, (&post, &weight)) in targets.iter().zip(weights).enumerate() {
                        visit(first + offset, post as usize, weight);
                    }
                }
                Self::Editable(editable) => {
                    let (targets, weights) = editable.row(pre as usize);
                    let first = editable.first_slot(pre as usize);
                    for (offset, (&post, &weight)) in targets.iter().zip(weights).enumerate() {
                        visit(first + offset, post as usize, weight);
                    }
                }
            }
        }
    }
}

#[inline]
fn add_sparse_row<R: Real>((targets, weights): (&[u32], &[R]), currents: &mut [R]) {
    for (&post, &weight) in targets.iter().zip(weights) {
        currents[post as usize] += weight;
    }
}

impl<R: Real> From<Dense<R>> for Weights<R> {
    fn from(dense: Dense<R>) -> Self {
        Self::Dense(dense)
    }
}

impl<R: Real> From<Csr<R>> for Weights<R> {
    fn from(csr: Csr<R>) -> Self {
        Self::Csr(csr)
    }
}

impl<R: Real> From<Editable<R>> for Weights<R> {
    fn from(editable: Editable<R>) -> Self {
        Self::Editable(editable)
    }
}

/// Refuses the first value that is infinite or not a number.
pub(crate) fn check_finite<R: Real>(what: &'static str, values: &[R]) -> Result<(), Error> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(position) => Err(Error::NotFinite { what, position, value: values[position].f64() }),
        None => Ok(()),
    }
}

/// Refuses a buffer of the wrong length.
pub(crate) fn check_length(what: &'static str, expected: usize, got: usize) -> Result<(), Error> {
    if got == expected { Ok(()) } else { Err(Error::Length { what, expected, got }) }
}

/// What an array takes, room for more included.
pub(crate) fn n_bytes<T>(array: &Vec<T>) -> usize {
    array.capacity() * size_of::<T>()
}
