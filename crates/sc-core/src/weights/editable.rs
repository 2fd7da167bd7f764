//! Sparse weights whose synapses come and go.

use super::rows::{Rows, Span};
use super::{Csr, Dense, check_length};
use crate::population::check_steps;
use crate::{Error, Real};

/// Sparse weights whose synapses can be created and removed.
///
/// At most one synapse leads from one neuron to another. Rows are presynaptic, targets within a row strictly
/// increasing, and the sources of every postsynaptic neuron are at hand as well: both directions are kept
/// up to date by every edit. Creating or removing a synapse shifts what lies in its row and its column, and
/// never all synapses.
///
/// Weights lie in *slots*, some of them spare: [`values`](Self::values) has an entry for every slot. A spare
/// one holds zero when it becomes spare; what is written into it later means nothing. An edit may move
/// synapses to other slots, so who keeps something of his own for every slot must look at
/// [`revision`](Self::revision).
///
/// About 15 bytes a synapse in `f32`, where [`Csr`] has 8 and its index by target 6 more.
///
/// ```
/// use sc_core::Editable;
/// let mut weights = Editable::<f32>::empty(3, 2);
/// assert!(weights.insert(2, 1, 0.5)?);
/// assert!(weights.insert(0, 1, 0.25)?);
/// assert!(!weights.insert(0, 1, 9.0)?, "there is one already");
/// assert_eq!(weights.sources(1), [0, 2]);
/// assert_eq!(weights.remove(2, 1)?, Some(0.5));
/// assert_eq!(weights.row(0), (&[1][..], &[0.25][..]));
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Editable<R: Real = f32> {
    rows: Rows<R>,
    /// The same synapses by target; their weights are in the rows.
    columns: Rows<()>,
    revision: u64,
}

/// The same synapses with the same weights. Slots and revisions may differ.
impl<R: Real> PartialEq for Editable<R> {
    fn eq(&self, other: &Self) -> bool {
        self.n_pre() == other.n_pre()
            && self.n_post() == other.n_post()
            && (0..self.n_pre()).all(|pre| self.row(pre) == other.row(pre))
    }
}

impl<R: Real> Editable<R> {
    /// No synapses yet.
    ///
    /// # Panics
    /// If there are 2^32 neurons or more on either side.
    #[must_use]
    pub fn empty(n_pre: usize, n_post: usize) -> Self {
        for n in [n_pre, n_post] {
            assert!(u32::try_from(n).is_ok(), "{n} neurons: must be below 2^32");
        }
        Self { rows: Rows::empty(n_pre), columns: Rows::empty(n_post), revision: 0 }
    }

    /// Number of presynaptic neurons (rows).
    #[must_use]
    pub fn n_pre(&self) -> usize {
        self.rows.n_rows()
    }

    /// Number of postsynaptic neurons (columns).
    #[must_use]
    pub fn n_post(&self) -> usize {
        self.columns.n_rows()
    }

    pub(crate) fn n_bytes(&self) -> usize {
        self.rows.n_bytes() + self.columns.n_bytes()
    }

    /// Number of synapses; there are more slots.
    #[must_use]
    pub fn n_synapses(&self) -> usize {
        self.rows.n_entries()
    }

    /// How often a synapse was created or removed. As long as it stays the same, so do the slots.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The weight in every slot.
    #[must_use]
    pub fn values(&self) -> &[R] {
        self.rows.slots()
    }

    /// The weights to be changed; which synapses exist stays fixed.
    pub fn values_mut(&mut self) -> &mut [R] {
        self.rows.slots_mut()
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
        self.rows.row(pre)
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
        self.rows.row_mut(pre)
    }

    /// The slot of the first synapse leaving `pre`; the others follow.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn first_slot(&self, pre: usize) -> usize {
        assert!(pre < self.n_pre(), "presynaptic neuron {pre} of {}", self.n_pre());
        self.rows.spans()[pre].start
    }

    /// The presynaptic neurons with a synapse to `post`, strictly increasing.
    ///
    /// # Panics
    /// If `post` is not below [`n_post`](Self::n_post).
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn sources(&self, post: usize) -> &[u32] {
        assert!(post < self.n_post(), "postsynaptic neuron {post} of {}", self.n_post());
        self.columns.keys(post)
    }

    /// The slot of the synapse from `pre` to `post`, if there is one.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn slot(&self, pre: usize, post: usize) -> Option<usize> {
        assert!(pre < self.n_pre(), "presynaptic neuron {pre} of {}", self.n_pre());
        self.rows.find(pre, u32::try_from(post).ok()?)
    }

    /// The weight of the synapse from `pre` to `post`, if there is one.
    ///
    /// # Panics
    /// If `pre` is not below [`n_pre`](Self::n_pre).
    #[must_use]
    #[track_caller]
    pub fn get(&self, pre: usize, post: usize) -> Option<R> {
        self.slot(pre, post).map(|slot| self.values()[slot])
    }

    /// Calls `visit(slot, pre, weight)` for every synapse leading to `post`; each is looked up in its row.
    #[inline]
    pub(crate) fn for_each_to(&mut self, post: usize, mut visit: impl FnMut(usize, usize, &mut R)) {
        assert!(post < self.n_post(), "postsynaptic neuron {post} of {}", self.n_post());
        for &pre in self.columns.keys(post) {
            let slot = self.rows.find(pre as usize, post as u32).expect("rows and columns agree");
            visit(slot, pre as usize, &mut self.rows.slots_mut()[slot]);
        }
    }

    /// Creates a synapse and says whether it is new: where there is one already, nothing changes.
    ///
    /// # Errors
    /// [`Error::Index`] if there is no such neuron, [`Error::NotFinite`] if the weight is infinite or not a
    /// number. Nothing has changed then.
    pub fn insert(&mut self, pre: usize, post: usize, weight: R) -> Result<bool, Error> {
        self.check_pair(pre, post)?;
        super::check_finite("weight", &[weight])?;
        let new = self.rows.insert(pre, post as u32, weight);
        if new {
            self.columns.insert(post, pre as u32, ());
            self.revision += 1;
        }
        Ok(new)
    }

    /// Removes a synapse and returns its weight, or nothing if there was none.
    ///
    /// # Errors
    /// [`Error::Index`] if there is no such neuron.
    pub fn remove(&mut self, pre: usize, post: usize) -> Result<Option<R>, Error> {
        self.check_pair(pre, post)?;
        let removed = self.rows.remove(pre, post as u32);
        if removed.is_some() {
            self.columns.remove(post, pre as u32);
            self.revision += 1;
        }
        Ok(removed)
    }

    fn check_pair(&self, pre: usize, post: usize) -> Result<(), Error> {
        for (what, index, bound) in [("pre", pre, self.n_pre()), ("post", post, self.n_post())] {
            if index >= bound {
                return Err(Error::Index { what, position: 0, index, bound });
            }
        }
        Ok(())
    }

    /// Where every row starts and how many slots it has, and the number of all slots: with the synapses
    /// themselves, all that a later edit depends on.
    pub(crate) fn layout(&self) -> (Vec<u64>, Vec<u64>, u64) {
        let spans = self.rows.spans();
        let starts = spans.iter().map(|span| span.start as u64).collect();
        (starts, spans.iter().map(|span| span.room as u64).collect(), self.values().len() as u64)
    }

    /// The same synapses in the slots of another [`layout`](Self::layout), at a revision.
    pub(crate) fn with_layout(
        mut self,
        starts: &[u64],
        rooms: &[u64],
        n_slots: u64,
        revision: u64,
    ) -> Result<Self, Error> {
        check_length("row starts", self.n_pre(), starts.len())?;
        check_length("row rooms", self.n_pre(), rooms.len())?;
        check_steps("revision", revision)?;
        // As many slots as a compaction would tolerate, so that damage cannot ask for all the memory.
        let most = 2 * (self.n_synapses() + self.n_synapses() / 4 + 4 * self.n_pre());
        let n_slots = usize::try_from(n_slots).unwrap_or(usize::MAX);
        if n_slots > most {
            return Err(Error::Index { what: "slots", position: 0, index: n_slots, bound: most + 1 });
        }
        let mut spans = Vec::with_capacity(starts.len());
        for (pre, (&start, &room)) in starts.iter().zip(rooms).enumerate() {
            let [start, room] = [start, room].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
            let len = self.rows.keys(pre).len();
            if room < len {
                return Err(Error::Length { what: "room of a row", expected: len, got: room });
            }
            spans.push(Span { start, len, room });
        }
        let mut in_order: Vec<&Span> = spans.iter().filter(|span| span.room > 0).collect();
        in_order.sort_by_key(|span| span.start);
        let next_starts = in_order.iter().skip(1).map(|span| span.start).chain([n_slots]);
        for (position, (span, next)) in in_order.iter().zip(next_starts).enumerate() {
            let end = span.start.saturating_add(span.room);
            if end > next {
                return Err(Error::Index { what: "row starts", position, index: end, bound: next + 1 });
            }
        }
        // A row that never had a synapse has no place of its own.
        spans.iter_mut().filter(|span| span.room == 0).for_each(|span| span.start = 0);
        self.rows = self.rows.laid_out(spans, n_slots);
        self.revision = revision;
        Ok(self)
    }
}

impl<R: Real> TryFrom<&Csr<R>> for Editable<R> {
    type Error = Error;

    /// The same synapses, targets sorted.
    ///
    /// # Errors
    /// [`Error::DuplicateSynapse`] if a pair has several synapses, [`Error::Parameter`] if there are more
    /// presynaptic neurons than `u32` can number.
    fn try_from(csr: &Csr<R>) -> Result<Self, Error> {
        let (n_pre, n_post) = (csr.n_pre(), csr.n_post());
        if u32::try_from(n_pre).is_err() {
            return Err(Error::Parameter { name: "n_pre", value: n_pre as f64, expected: "below 2^32" });
        }
        let mut sorted = Vec::with_capacity(n_pre);
        let mut columns = vec![Vec::new(); n_post];
        for pre in 0..n_pre {
            let (targets, weights) = csr.row(pre);
            let mut row: Vec<_> = targets.iter().copied().zip(weights.iter().copied()).collect();
            row.sort_by_key(|synapse| synapse.0);
            if let Some(pair) = row.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return Err(Error::DuplicateSynapse { pre, post: pair[0].0 as usize });
            }
            row.iter().for_each(|&(post, _)| columns[post as usize].push((pre as u32, ())));
            sorted.push(row.into_iter());
        }
        let columns = Rows::of(columns.into_iter().map(Vec::into_iter));
        Ok(Self { rows: Rows::of(sorted.into_iter()), columns, revision: 0 })
    }
}

impl<R: Real> From<&Editable<R>> for Csr<R> {
    /// The same synapses without room for more.
    fn from(editable: &Editable<R>) -> Self {
        let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for pre in 0..editable.n_pre() {
            let (targets, weights) = editable.row(pre);
            indices.extend_from_slice(targets);
            values.extend_from_slice(weights);
            indptr.push(indices.len());
        }
        Self::from_sorted_rows(editable.n_post(), indptr, indices, values)
    }
}

impl<R: Real> From<&Editable<R>> for Dense<R> {
    /// Zero where there is no synapse.
    fn from(editable: &Editable<R>) -> Self {
        Self::from(&Csr::from(editable))
    }
}
