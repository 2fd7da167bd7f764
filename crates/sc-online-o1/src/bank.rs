//! Many synapses that share a configuration, in flat arrays that belong to the caller.

use core::fmt;

use crate::arithmetic::{choose, group, Arithmetic, Lane, Word, Work, BLOCK, GROUP, TILE};
use crate::dispatch::{self, Kernel};
use crate::spikes::Spikes;
use crate::{Config, Snapshot, StateError, Synapse};

/// `N` synapses, each with spikes of its own, stepped together.
///
/// The state lies in four arrays of the caller: weights, pre-traces, post-traces and eligibilities, as `u16` (8 bytes per
/// synapse; widths up to 16 bits) or as `u32`. The results are those of [`Synapse::step`], bit for bit, on every
/// instruction set and any number of threads. With a reward of zero weights are not touched at all.
///
/// Very large arrays (more than a cache holds) should not stand a large power of two of bytes apart, as the halves and
/// quarters of one allocation do: some processors then confuse them and take twice as long. A gap of some pages, of
/// different length between each two arrays, helps.
///
/// ```
/// use sc_online_o1::{Bank, Config, Spikes};
///
/// let (mut w, mut x, mut y, mut e) = ([1000_u16; 100], [0; 100], [0; 100], [0_i16; 100]);
/// let mut bank = Bank::new(Config::DEFAULT, &mut w, &mut x, &mut y, &mut e)?;
/// bank.step(Spikes::Bits(&[0b1, 0]), Spikes::Bits(&[0, 0]), 0)?;
/// bank.step(Spikes::Bits(&[0b0, 0]), Spikes::Bits(&[0b11, 0]), 3)?; // synapse 0 saw pre before post
/// assert_eq!((w[0], w[1], e[0], e[1]), (1000 + 3 * 2047 / 16, 1000, 2047, 0));
/// # Ok::<(), sc_online_o1::BankError>(())
/// ```
#[derive(Debug)]
pub struct Bank<'a, U: Word> {
    config: Config,
    weights: &'a mut [U],
    pre_traces: &'a mut [U],
    post_traces: &'a mut [U],
    eligibilities: &'a mut [U::Signed],
    parallel: bool,
}

/// What a bank or a crossbar cannot work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BankError {
    /// An array has the wrong length.
    Length {
        /// Which array.
        array: &'static str,
        /// The length that it must have.
        expected: usize,
        /// The length that it has.
        got: usize,
    },
    /// A width of the configuration has more bits than the arrays.
    Width {
        /// Which width.
        parameter: &'static str,
        /// Its bits.
        bits: u8,
        /// The bits of the arrays' numbers.
        room: u8,
    },
    /// A number in an array is out of range.
    State {
        /// The index of its synapse or neuron.
        index: usize,
        /// Which number, and its range.
        error: StateError,
    },
}

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { array, expected, got } => {
                write!(f, "{} must have {} entries, got {}", array, expected, got)
            }
            Self::Width { parameter, bits, room } => {
                write!(f, "{} is {}, the arrays have room for {} bits", parameter, bits, room)
            }
            Self::State { index, error } => write!(f, "at index {}: {}", index, error),
        }
    }
}

impl BankError {
    pub(crate) fn length(array: &'static str, expected: usize, got: usize) -> Result<(), Self> {
        if expected == got {
            Ok(())
        } else {
            Err(Self::Length { array, expected, got })
        }
    }

    pub(crate) fn widths<U: Word>(config: &Config) -> Result<(), Self> {
        let widths = [("weight_bits", config.weight_bits()), ("trace_bits", config.trace_bits())];
        match widths.iter().find(|(_, bits)| *bits > U::BITS) {
            Some(&(parameter, bits)) => Err(Self::Width { parameter, bits, room: U::BITS }),
            None => Ok(()),
        }
    }

    pub(crate) fn spikes(
        array: &'static str,
        spikes: Spikes<'_>,
        n: usize,
        steps: usize,
    ) -> Result<(), Self> {
        let (got, per_step) = spikes.lengths(n);
        Self::length(array, per_step.saturating_mul(steps), got)
    }
}

impl<'a, U: Word> Bank<'a, U> {
    /// The synapses whose state these arrays hold, all of one length. All zeros but for the weights is a fresh start.
    ///
    /// # Errors
    /// [`BankError`] if lengths differ, if the numbers are too narrow for the configuration, or if one is out of range.
    pub fn new(
        config: Config,
        weights: &'a mut [U],
        pre_traces: &'a mut [U],
        post_traces: &'a mut [U],
        eligibilities: &'a mut [U::Signed],
    ) -> Result<Self, BankError> {
        let bank = Self::resume(config, weights, pre_traces, post_traces, eligibilities)?;
        for (index, state) in bank.snapshots().enumerate() {
            Synapse::restore(config, state).map_err(|error| BankError::State { index, error })?;
        }
        Ok(bank)
    }

    /// The same, for arrays that a bank of this configuration has left behind: their numbers are not looked at. If one is
    /// out of range all the same, its synapse steps to some state or other.
    ///
    /// # Errors
    /// [`BankError`] if lengths differ or the numbers are too narrow for the configuration.
    pub fn resume(
        config: Config,
        weights: &'a mut [U],
        pre_traces: &'a mut [U],
        post_traces: &'a mut [U],
        eligibilities: &'a mut [U::Signed],
    ) -> Result<Self, BankError> {
        BankError::widths::<U>(&config)?;
        let n = weights.len();
        BankError::length("pre_traces", n, pre_traces.len())?;
        BankError::length("post_traces", n, post_traces.len())?;
        BankError::length("eligibilities", n, eligibilities.len())?;
        Ok(Self { config, weights, pre_traces, post_traces, eligibilities, parallel: false })
    }

    /// The same bank, stepped by all threads of the current `rayon` pool. Results do not change.
    #[cfg(feature = "threads")]
    #[must_use]
    pub fn in_parallel(mut self) -> Self {
        self.parallel = true;
        self
    }

    /// One time step of all synapses under one reward; `pre` and `post` hold a spike per synapse.
    ///
    /// # Errors
    /// [`BankError::Length`] if there are more or fewer spikes than synapses; nothing has changed then.
    pub fn step(&mut self, pre: Spikes<'_>, post: Spikes<'_>, reward: i32) -> Result<(), BankError> {
        self.run(pre, post, &[reward])
    }

    /// One time step with a reward per synapse.
    ///
    /// # Errors
    /// [`BankError::Length`] if there are more or fewer spikes or rewards than synapses; nothing has changed then.
    pub fn step_each(&mut self, pre: Spikes<'_>, post: Spikes<'_>, rewards: &[i32]) -> Result<(), BankError> {
        BankError::length("rewards", self.len(), rewards.len())?;
        self.advance(pre, post, 1, AllRewards::Each(rewards))
    }

    /// As many time steps as there are rewards, under spikes that were recorded before, step after step.
    ///
    /// Some synapses at a time pass through all steps: the state is fetched from memory once, not once per step.
    ///
    /// # Errors
    /// [`BankError::Length`] if there are more or fewer spikes than synapses times steps; nothing has changed then.
    pub fn run(&mut self, pre: Spikes<'_>, post: Spikes<'_>, rewards: &[i32]) -> Result<(), BankError> {
        self.advance(pre, post, rewards.len(), AllRewards::Shared(rewards))
    }

    fn advance(
        &mut self,
        pre: Spikes<'_>,
        post: Spikes<'_>,
        n_steps: usize,
        rewards: AllRewards<'_>,
    ) -> Result<(), BankError> {
        let n = self.len();
        BankError::spikes("pre spikes", pre, n, n_steps)?;
        BankError::spikes("post spikes", post, n, n_steps)?;
        let (config, parallel) = (self.config, self.parallel);
        let drive = Drive { pre, post, n, n_steps, rewards };
        U::select(&config, Advance { part: self.part(), drive, parallel });
        Ok(())
    }

    /// Number of synapses.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The weights, one per synapse.
    pub fn weights(&self) -> &[U] {
        self.weights
    }

    /// The state of each synapse.
    pub fn snapshots(&self) -> impl Iterator<Item = Snapshot> + '_ {
        let traces = self.pre_traces.iter().zip(self.post_traces.iter());
        self.weights.iter().zip(traces).zip(self.eligibilities.iter()).map(|((w, (x, y)), &e)| Snapshot {
            weight: w.get(),
            pre_trace: x.get(),
            post_trace: y.get(),
            eligibility: U::get_signed(e),
        })
    }

    fn part(&mut self) -> Part<'_, U> {
        let Self { weights, pre_traces, post_traces, eligibilities, .. } = self;
        Part { first_block: 0, weights, pre_traces, post_traces, eligibilities }
    }
}

/// `split_at_mut` without its assertion: what is cut beyond the end is cut there.
#[inline(always)]
pub(crate) fn split<T>(slice: &mut [T], at: usize) -> (&mut [T], &mut [T]) {
    slice.split_at_mut(at.min(slice.len()))
}

/// The rewards of all steps.
#[derive(Debug, Clone, Copy)]
enum AllRewards<'a> {
    /// One per step.
    Shared(&'a [i32]),
    /// Of a single step: one per synapse.
    Each(&'a [i32]),
}

impl<'a> AllRewards<'a> {
    /// Those of step `t` from block `first` on.
    #[inline(always)]
    fn step(self, t: usize, first: usize) -> Rewards<'a> {
        match self {
            Self::Shared(rewards) => Rewards::Shared(rewards.get(t).copied().unwrap_or_default()),
            Self::Each(rewards) => {
                Rewards::Each(rewards.get(first.wrapping_mul(BLOCK)..).unwrap_or_default())
            }
        }
    }
}

/// The rewards of one step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rewards<'a> {
    /// The same for all.
    Shared(i32),
    /// One per synapse.
    Each(&'a [i32]),
}

/// Neighbouring synapses of a bank, beginning with a block.
struct Part<'a, U: Word> {
    first_block: usize,
    weights: &'a mut [U],
    pre_traces: &'a mut [U],
    post_traces: &'a mut [U],
    eligibilities: &'a mut [U::Signed],
}

impl<U: Word> Part<'_, U> {
    /// The first `n_blocks` blocks, and what stands behind them.
    #[inline(always)]
    fn split(self, n_blocks: usize) -> (Self, Self) {
        let at = n_blocks.wrapping_mul(BLOCK).min(self.weights.len());
        let (weights, more_weights) = split(self.weights, at);
        let (pre_traces, more_pre_traces) = split(self.pre_traces, at);
        let (post_traces, more_post_traces) = split(self.post_traces, at);
        let (eligibilities, more_eligibilities) = split(self.eligibilities, at);
        let front = Self { first_block: self.first_block, weights, pre_traces, post_traces, eligibilities };
        let back = Self {
            first_block: self.first_block.wrapping_add(n_blocks),
            weights: more_weights,
            pre_traces: more_pre_traces,
            post_traces: more_post_traces,
            eligibilities: more_eligibilities,
        };
        (front, back)
    }
}

/// What drives a bank of `n` synapses through its steps.
#[derive(Clone, Copy)]
struct Drive<'a> {
    pre: Spikes<'a>,
    post: Spikes<'a>,
    n: usize,
    n_steps: usize,
    rewards: AllRewards<'a>,
}

/// Steps of a part of a bank.
struct Advance<'a, U: Word> {
    part: Part<'a, U>,
    drive: Drive<'a>,
    parallel: bool,
}

impl<U: Word> Work<U> for Advance<'_, U> {
    fn run<A: Arithmetic<U>>(self, a: A) {
        let n_blocks = self.part.weights.len() / BLOCK;
        if self.parallel && n_blocks > dispatch::PIECE {
            let Self { part, drive, parallel } = self;
            let (front, back) = part.split(n_blocks / 2);
            let part = |part| Self { part, drive, parallel };
            let (front, back) = (part(front), part(back));
            dispatch::both(|| front.run(a), || back.run(a));
        } else {
            dispatch::vectorized(Steps { advance: self, a });
        }
    }
}

/// All steps of a part, on one thread.
struct Steps<'a, U: Word, A> {
    advance: Advance<'a, U>,
    a: A,
}

impl<U: Word, A: Arithmetic<U>> Kernel for Steps<'_, U, A> {
    #[inline(always)]
    fn run(self) {
        let Self { advance: Advance { part, drive, .. }, a } = self;
        let (mut pre_room, mut post_room) = ([0; TILE / BLOCK], [0; TILE / BLOCK]);
        let firsts = (part.first_block..).step_by(TILE / BLOCK);
        let synapses = part.weights.chunks_mut(TILE).zip(part.eligibilities.chunks_mut(TILE));
        let traces = part.pre_traces.chunks_mut(TILE).zip(part.post_traces.chunks_mut(TILE));
        for (first, ((w, e), (x, y))) in firsts.zip(synapses.zip(traces)) {
            for t in 0..drive.n_steps {
                let (pre, post) = (drive.pre.step(t, drive.n), drive.post.step(t, drive.n));
                let (pre, post) = (pre.packed(first, &mut pre_room), post.packed(first, &mut post_room));
                pair_all(a, x, y, e, pre, post);
                learn(a, w, e, drive.rewards.step(t, first));
            }
        }
    }
}

/// Eligibilities and traces of a tile after a step.
#[inline(always)]
fn pair_all<U: Word, A: Arithmetic<U>>(
    a: A,
    pre_traces: &mut [U],
    post_traces: &mut [U],
    eligibilities: &mut [U::Signed],
    pre: &[u64],
    post: &[u64],
) {
    let n_blocks = pre_traces.len() / BLOCK;
    let n = n_blocks.wrapping_mul(BLOCK);
    let (x, last_x) = split(pre_traces, n);
    let (y, last_y) = split(post_traces, n);
    let (e, last_e) = split(eligibilities, n);
    let traces = x.chunks_exact_mut(BLOCK).zip(y.chunks_exact_mut(BLOCK));
    let spikes = pre.iter().zip(post);
    for (((x, y), e), (&p, &q)) in traces.zip(e.chunks_exact_mut(BLOCK)).zip(spikes) {
        if let (Ok(x), Ok(y), Ok(e)) = (x.try_into(), y.try_into(), e.try_into()) {
            pair::<U, A>(a, x, y, e, p, q);
        }
    }
    if let (false, Some(&p), Some(&q)) = (last_x.is_empty(), pre.get(n_blocks), post.get(n_blocks)) {
        // The last few, in copies with room behind them.
        let (mut x, mut y, mut e) = (padded(last_x), padded(last_y), padded(last_e));
        pair(a, &mut x, &mut y, &mut e, p, q);
        copy(&x, last_x);
        copy(&y, last_y);
        copy(&e, last_e);
    }
}

/// Eligibilities and traces of a block after a step.
#[inline(always)]
fn pair<U: Word, A: Arithmetic<U>>(
    a: A,
    pre_traces: &mut [U; BLOCK],
    post_traces: &mut [U; BLOCK],
    eligibilities: &mut [U::Signed; BLOCK],
    pre: u64,
    post: u64,
) {
    let max = a.max_trace();
    let (lane_bits, none) = (a.lane_bits(), A::Lane::mask(false));
    for g in 0..BLOCK / GROUP {
        let (pre, post) = (group::<A::Lane>(pre, g), group::<A::Lane>(post, g));
        for k in 0..GROUP {
            let lane = g.wrapping_mul(GROUP).wrapping_add(k);
            let p = A::Lane::mask(pre & lane_bits[k] != none);
            let q = A::Lane::mask(post & lane_bits[k] != none);
            let (x, y) = (A::load(pre_traces[lane]), A::load(post_traces[lane]));
            let potentiation = a.paired(choose(p, max, x)) & q;
            let depression = a.paired(y) & p;
            let e = a.eligibility(A::load_signed(eligibilities[lane]), potentiation, depression);
            eligibilities[lane] = A::store_signed(e);
            pre_traces[lane] = A::store(choose(p, max, a.decayed(x)));
            post_traces[lane] = A::store(choose(q, max, a.decayed(y)));
        }
    }
}

/// Weights after a step, from the new eligibilities.
#[inline(always)]
pub(crate) fn learn<U: Word, A: Arithmetic<U>>(
    a: A,
    weights: &mut [U],
    eligibilities: &[U::Signed],
    rewards: Rewards<'_>,
) {
    match rewards {
        // A product of zero changes no weight: do not touch them.
        Rewards::Shared(0) => {}
        Rewards::Shared(reward) => {
            let reward = a.reward(reward);
            for (w, &e) in weights.iter_mut().zip(eligibilities) {
                *w = A::store(a.weight(A::load(*w), reward, A::load_signed(e)));
            }
        }
        Rewards::Each(rewards) => {
            for ((w, &e), &reward) in weights.iter_mut().zip(eligibilities).zip(rewards) {
                *w = A::store(a.weight(A::load(*w), a.reward(reward), A::load_signed(e)));
            }
        }
    }
}

/// Up to a block of numbers, in front of zeros.
#[inline(always)]
pub(crate) fn padded<V: Copy + Default>(numbers: &[V]) -> [V; BLOCK] {
    let mut block = [V::default(); BLOCK];
    copy(numbers, &mut block);
    block
}

/// Copies as many numbers as there are on both sides.
#[inline(always)]
fn copy<V: Copy>(from: &[V], to: &mut [V]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = from;
    }
}
