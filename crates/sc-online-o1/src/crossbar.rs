//! Synapses between all neurons of two groups: traces belong to the neurons, only weight and eligibility to a synapse.

use crate::arithmetic::{choose, Arithmetic, Lane, Masks, Word, Work, BLOCK, TILE};
use crate::bank::{learn, split, BankError, Rewards};
use crate::dispatch::{self, Kernel};
use crate::spikes::Spikes;
use crate::{Config, Snapshot, Synapse};

/// All synapses from `n_pre` to `n_post` neurons, stepped together.
///
/// All synapses of a neuron see the same spikes of it, so a trace per neuron serves them all: half the memory of a
/// [`Bank`](crate::Bank), and half its traffic. Weights and eligibilities lie `[pre][post]` in arrays of the caller.
/// Synapse (i, j) is a [`Synapse`] that is stepped with the spikes of neurons i and j, bit for bit.
///
/// ```
/// use sc_online_o1::{Config, Crossbar, Spikes};
///
/// let (mut w, mut e) = ([1000_u16; 2 * 3], [0_i16; 2 * 3]);
/// let (mut x, mut y) = ([0_u16; 2], [0_u16; 3]);
/// let mut crossbar = Crossbar::new(Config::DEFAULT, &mut w, &mut e, &mut x, &mut y)?;
/// crossbar.step(Spikes::Bytes(&[1, 0]), Spikes::Bytes(&[0, 0, 0]), 0)?;
/// crossbar.step(Spikes::Bytes(&[0, 0]), Spikes::Bytes(&[0, 1, 0]), 3)?; // neuron 0 before neuron 1
/// assert_eq!(w, [1000, 1000 + 3 * 2047 / 16, 1000, 1000, 1000, 1000]);
/// # Ok::<(), sc_online_o1::BankError>(())
/// ```
#[derive(Debug)]
pub struct Crossbar<'a, U: Word> {
    config: Config,
    weights: &'a mut [U],
    eligibilities: &'a mut [U::Signed],
    pre_traces: &'a mut [U],
    post_traces: &'a mut [U],
    parallel: bool,
}

impl<'a, U: Word> Crossbar<'a, U> {
    /// The synapses whose state these arrays hold: a trace per neuron, `n_pre * n_post` weights and eligibilities.
    ///
    /// # Errors
    /// [`BankError`] if lengths do not fit together, if the numbers are too narrow for the configuration, or if one is out
    /// of range.
    pub fn new(
        config: Config,
        weights: &'a mut [U],
        eligibilities: &'a mut [U::Signed],
        pre_traces: &'a mut [U],
        post_traces: &'a mut [U],
    ) -> Result<Self, BankError> {
        let crossbar = Self::resume(config, weights, eligibilities, pre_traces, post_traces)?;
        let check = |index, state| match Synapse::restore(config, state) {
            Ok(_) => Ok(()),
            Err(error) => Err(BankError::State { index, error }),
        };
        let Self { weights, eligibilities, pre_traces, post_traces, .. } = &crossbar;
        for (index, (w, &e)) in weights.iter().zip(eligibilities.iter()).enumerate() {
            let state = Snapshot { weight: w.get(), eligibility: U::get_signed(e), ..Snapshot::default() };
            check(index, state)?;
        }
        for (index, x) in pre_traces.iter().enumerate() {
            check(index, Snapshot { pre_trace: x.get(), ..Snapshot::default() })?;
        }
        for (index, y) in post_traces.iter().enumerate() {
            check(index, Snapshot { post_trace: y.get(), ..Snapshot::default() })?;
        }
        Ok(crossbar)
    }

    /// The same, for arrays that a crossbar of this configuration has left behind: their numbers are not looked at. If one
    /// is out of range all the same, its synapses step to some state or other.
    ///
    /// # Errors
    /// [`BankError`] if lengths do not fit together or the numbers are too narrow for the configuration.
    pub fn resume(
        config: Config,
        weights: &'a mut [U],
        eligibilities: &'a mut [U::Signed],
        pre_traces: &'a mut [U],
        post_traces: &'a mut [U],
    ) -> Result<Self, BankError> {
        BankError::widths::<U>(&config)?;
        let n = pre_traces.len().saturating_mul(post_traces.len());
        BankError::length("weights", n, weights.len())?;
        BankError::length("eligibilities", n, eligibilities.len())?;
        Ok(Self { config, weights, eligibilities, pre_traces, post_traces, parallel: false })
    }

    /// The same crossbar, stepped by all threads of the current `rayon` pool. Results do not change.
    #[cfg(feature = "threads")]
    #[must_use]
    pub fn in_parallel(mut self) -> Self {
        self.parallel = true;
        self
    }

    /// One time step of all synapses under one reward; `pre` and `post` hold a spike per neuron.
    ///
    /// # Errors
    /// [`BankError::Length`] if there are more or fewer spikes than neurons; nothing has changed then.
    pub fn step(&mut self, pre: Spikes<'_>, post: Spikes<'_>, reward: i32) -> Result<(), BankError> {
        self.run(pre, post, &[reward])
    }

    /// As many time steps as there are rewards, under spikes that were recorded before, step after step.
    ///
    /// A stretch of a row at a time passes through all steps: the state is fetched from memory once, not once per step.
    ///
    /// # Errors
    /// [`BankError::Length`] if there are more or fewer spikes than neurons times steps; nothing has changed then.
    pub fn run(&mut self, pre: Spikes<'_>, post: Spikes<'_>, rewards: &[i32]) -> Result<(), BankError> {
        let (n_pre, n_post) = (self.pre_traces.len(), self.post_traces.len());
        BankError::spikes("pre spikes", pre, n_pre, rewards.len())?;
        BankError::spikes("post spikes", post, n_post, rewards.len())?;
        let rows = Rows {
            first: 0,
            weights: self.weights,
            eligibilities: self.eligibilities,
            pre_traces: self.pre_traces,
            post_traces: self.post_traces,
        };
        let drive = Drive { pre, post, n_pre, n_post, rewards };
        U::select(&self.config, Advance { rows, drive, parallel: self.parallel });

        self.step_traces(pre, post, rewards.len());
        Ok(())
    }

    /// All steps of the neurons' traces.
    pub(crate) fn step_traces(&mut self, pre: Spikes<'_>, post: Spikes<'_>, n_steps: usize) {
        U::select(&self.config, Traces { traces: self.pre_traces, spikes: pre, n_steps });
        U::select(&self.config, Traces { traces: self.post_traces, spikes: post, n_steps });
    }

    /// The eligibilities of row `i`, its pre-trace and all post-traces.
    #[cfg(feature = "alloc")]
    pub(crate) fn row_mut(&mut self, i: usize) -> (&mut [U::Signed], U, &[U]) {
        let n_post = self.post_traces.len();
        let start = i.wrapping_mul(n_post);
        let row = &mut self.eligibilities[start..start.wrapping_add(n_post)];
        (row, self.pre_traces[i], self.post_traces)
    }

    /// Number of presynaptic neurons.
    pub fn n_pre(&self) -> usize {
        self.pre_traces.len()
    }

    /// Number of postsynaptic neurons.
    pub fn n_post(&self) -> usize {
        self.post_traces.len()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The weights, `[pre][post]`.
    pub fn weights(&self) -> &[U] {
        self.weights
    }

    /// The state of each synapse, `[pre][post]`.
    pub fn snapshots(&self) -> impl Iterator<Item = Snapshot> + '_ {
        let neurons = self.pre_traces.iter().flat_map(move |x| self.post_traces.iter().map(move |y| (x, y)));
        self.weights.iter().zip(self.eligibilities.iter()).zip(neurons).map(|((w, &e), (x, y))| Snapshot {
            weight: w.get(),
            pre_trace: x.get(),
            post_trace: y.get(),
            eligibility: U::get_signed(e),
        })
    }
}

/// Some neighbouring rows.
struct Rows<'a, U: Word> {
    /// The presynaptic neuron of the first.
    first: usize,
    weights: &'a mut [U],
    eligibilities: &'a mut [U::Signed],
    /// One per row, as all traces before the first step.
    pre_traces: &'a [U],
    post_traces: &'a [U],
}

impl<U: Word> Rows<'_, U> {
    /// The first `n` rows, and the others.
    fn split(self, n: usize) -> (Self, Self) {
        let at = n.wrapping_mul(self.post_traces.len());
        let (weights, more_weights) = split(self.weights, at);
        let (eligibilities, more_eligibilities) = split(self.eligibilities, at);
        let (pre_traces, more_pre_traces) = self.pre_traces.split_at(n.min(self.pre_traces.len()));
        let front = Self { weights, eligibilities, pre_traces, ..self };
        let back = Self {
            first: self.first.wrapping_add(n),
            weights: more_weights,
            eligibilities: more_eligibilities,
            pre_traces: more_pre_traces,
            post_traces: self.post_traces,
        };
        (front, back)
    }
}

/// What drives a crossbar through its steps.
#[derive(Clone, Copy)]
struct Drive<'a> {
    pre: Spikes<'a>,
    post: Spikes<'a>,
    n_pre: usize,
    n_post: usize,
    /// One per step.
    rewards: &'a [i32],
}

/// Steps of some rows.
struct Advance<'a, U: Word> {
    rows: Rows<'a, U>,
    drive: Drive<'a>,
    parallel: bool,
}

impl<U: Word> Work<U> for Advance<'_, U> {
    fn run<A: Arithmetic<U>>(self, a: A) {
        let n_rows = self.rows.pre_traces.len();
        if self.parallel && n_rows > 1 && self.rows.weights.len() / BLOCK > dispatch::PIECE {
            let Self { rows, drive, parallel } = self;
            let (front, back) = rows.split(n_rows / 2);
            let rows = |rows| Self { rows, drive, parallel };
            let (front, back) = (rows(front), rows(back));
            dispatch::both(|| front.run(a), || back.run(a));
        } else {
            dispatch::vectorized(Steps { advance: self, a });
        }
    }
}

/// All steps of some rows, on one thread.
struct Steps<'a, U: Word, A> {
    advance: Advance<'a, U>,
    a: A,
}

impl<U: Word, A: Arithmetic<U>> Kernel for Steps<'_, U, A> {
    #[inline(always)]
    fn run(self) {
        let Self { advance: Advance { rows, drive, .. }, a } = self;
        let n_post = drive.n_post;
        if n_post == 0 {
            return;
        }
        let mut masks = Masks::none();
        for (row, &x) in rows.pre_traces.iter().enumerate() {
            let i = rows.first.wrapping_add(row);
            let start = row.wrapping_mul(n_post);
            let range = start..start.wrapping_add(n_post);
            let (w, e) = (rows.weights.get_mut(range.clone()), rows.eligibilities.get_mut(range));
            let (w, e) = (w.unwrap_or_default(), e.unwrap_or_default());
            let stretches = w.chunks_mut(TILE).zip(e.chunks_mut(TILE)).zip(rows.post_traces.chunks(TILE));
            for (tile, ((w, e), y)) in stretches.enumerate() {
                let first = tile.wrapping_mul(TILE / BLOCK);
                drive.stretch(a, i, first, w, e, x, y, &mut masks);
            }
        }
    }
}

impl Drive<'_> {
    /// All steps of a stretch of row `i`, from the traces before the first.
    #[inline(always)]
    fn stretch<U: Word, A: Arithmetic<U>>(
        &self,
        a: A,
        i: usize,
        first_block: usize,
        weights: &mut [U],
        eligibilities: &mut [U::Signed],
        pre_trace: U,
        post_traces: &[U],
        q: &mut Masks<A::Lane>,
    ) {
        let mut x = A::load(pre_trace);
        // Rows do not wait for each other, so each works out the traces of later steps for itself.
        let mut later: Option<[U; TILE]> = None;
        for (t, &reward) in self.rewards.iter().enumerate() {
            let pre = self.pre.step(t, self.n_pre).at(i);
            let last_pre = if pre { a.max_trace() } else { x };
            self.post.step(t, self.n_post).masks(first_block, q);
            let y = later.as_ref().map_or(post_traces, |y| y);
            pair(a, eligibilities, A::Lane::mask(pre), a.paired(last_pre), y, &q.0);
            learn(a, weights, eligibilities, Rewards::Shared(reward));
            if t.wrapping_add(1) < self.rewards.len() {
                advance_traces(a, later.get_or_insert_with(|| copied(post_traces)), &q.0);
                x = if pre { a.max_trace() } else { a.decayed(x) };
            }
        }
    }
}

/// Eligibilities of some synapses of a row after a step.
#[inline(always)]
fn pair<U: Word, A: Arithmetic<U>>(
    a: A,
    eligibilities: &mut [U::Signed],
    p: A::Lane,
    potentiation: A::Lane,
    post_traces: &[U],
    post: &[A::Lane],
) {
    for ((e, &y), &q) in eligibilities.iter_mut().zip(post_traces).zip(post) {
        let depression = a.paired(A::load(y)) & p;
        *e = A::store_signed(a.eligibility(A::load_signed(*e), potentiation & q, depression));
    }
}

/// Traces of some neurons after a step.
#[inline(always)]
fn advance_traces<U: Word, A: Arithmetic<U>>(a: A, traces: &mut [U], spikes: &[A::Lane]) {
    for (trace, &spike) in traces.iter_mut().zip(spikes) {
        *trace = A::store(choose(spike, a.max_trace(), a.decayed(A::load(*trace))));
    }
}

fn copied<U: Word>(traces: &[U]) -> [U; TILE] {
    let mut copy = [U::default(); TILE];
    copy.iter_mut().zip(traces).for_each(|(copy, &trace)| *copy = trace);
    copy
}

/// Steps of the traces of some neurons.
struct Traces<'a, U: Word> {
    traces: &'a mut [U],
    spikes: Spikes<'a>,
    n_steps: usize,
}

impl<U: Word> Work<U> for Traces<'_, U> {
    fn run<A: Arithmetic<U>>(self, a: A) {
        dispatch::vectorized(TraceSteps { traces: self, a });
    }
}

struct TraceSteps<'a, U: Word, A> {
    traces: Traces<'a, U>,
    a: A,
}

impl<U: Word, A: Arithmetic<U>> Kernel for TraceSteps<'_, U, A> {
    #[inline(always)]
    fn run(self) {
        let Self { traces: Traces { traces, spikes, n_steps }, a } = self;
        let n = traces.len();
        let mut masks = Masks::none();
        for (tile, traces) in traces.chunks_mut(TILE).enumerate() {
            for t in 0..n_steps {
                let first_block = tile.wrapping_mul(TILE / BLOCK);
                spikes.step(t, n).masks(first_block, &mut masks);
                advance_traces(a, traces, &masks.0);
            }
        }
    }
}
