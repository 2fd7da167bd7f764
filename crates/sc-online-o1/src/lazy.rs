//! A crossbar that works only where spikes are.

use alloc::vec;
use alloc::vec::Vec;
use core::iter::successors;

use crate::arithmetic::Word;
use crate::bank::BankError;
use crate::rule::{as_signed, Rule};
use crate::spikes::Spikes;
use crate::{Config, Crossbar};

/// A [`Crossbar`] that leaves synapses alone until a spike reaches them or a reward comes.
///
/// In silence an eligibility does nothing but decay, and without a reward no weight moves. So a synapse that nothing has
/// reached for `k` steps is brought up to date by `k` decays at once, from a table. When it was last up to date follows
/// from when its two neurons last fired and when everything last was; nothing is kept per synapse. Results equal those of
/// the [`Crossbar`], bit for bit.
///
/// A step without reward costs some nanoseconds for each synapse of a row or column with a spike; the dense crossbar costs
/// a tenth of a nanosecond for every synapse there is. So the lazy one pays where fewer than about 1 % of the neurons fire in
/// a step (0.5 % where the eligibilities do not fit into a cache) and rewards are rare: a step with a reward is a dense one
/// with the lookups on top. `cargo bench -p benches --bench online_synapse -- lazy` measures both, in the project's
/// repository.
///
/// ```
/// use sc_online_o1::{Config, Crossbar, LazyCrossbar, Spikes};
///
/// let (mut w, mut e) = ([1000_u16; 2 * 3], [0_i16; 2 * 3]);
/// let (mut x, mut y) = ([0_u16; 2], [0_u16; 3]);
/// let mut lazy = LazyCrossbar::new(Crossbar::new(Config::DEFAULT, &mut w, &mut e, &mut x, &mut y)?)?;
/// lazy.step(Spikes::Bytes(&[1, 0]), Spikes::Bytes(&[0, 0, 0]), 0)?;
/// lazy.step(Spikes::Bytes(&[0, 0]), Spikes::Bytes(&[0, 1, 0]), 0)?; // neuron 0 before neuron 1
/// lazy.step(Spikes::Bytes(&[0, 0]), Spikes::Bytes(&[0, 0, 0]), 3)?; // rewarded a step later
/// assert_eq!(lazy.weights()[1], 1000 + 3 * (2047 - 2047 / 16) / 16);
/// # Ok::<(), sc_online_o1::BankError>(())
/// ```
#[derive(Debug)]
pub struct LazyCrossbar<'a, U: Word> {
    /// Eligibilities as they were when last touched; all else as it is.
    crossbar: Crossbar<'a, U>,
    decays: Decays<U>,
    /// Steps so far.
    now: u64,
    /// Steps after which all synapses of a neuron were up to date ...
    touched_pre: Vec<u64>,
    touched_post: Vec<u64>,
    /// ... and after which all were.
    flushed: u64,
    /// Room for the postsynaptic neurons that fire in a step.
    spiking: Vec<usize>,
    /// Room for their eligibilities.
    fetched: Vec<U::Signed>,
}

impl<'a, U: Word> LazyCrossbar<'a, U> {
    /// Takes over a crossbar. Its tables hold 16 numbers per magnitude of an eligibility, for each factor of 16 in the time
    /// that one takes to decay: 128 KiB with the default configuration.
    ///
    /// # Errors
    /// [`BankError::Width`] if traces have more than 16 bits.
    pub fn new(crossbar: Crossbar<'a, U>) -> Result<Self, BankError> {
        let config = *crossbar.config();
        if config.trace_bits() > 16 {
            return Err(BankError::Width { parameter: "trace_bits", bits: config.trace_bits(), room: 16 });
        }
        let (n_pre, n_post) = (crossbar.n_pre(), crossbar.n_post());
        Ok(Self {
            crossbar,
            decays: Decays::new(&config),
            now: 0,
            touched_pre: vec![0; n_pre],
            touched_post: vec![0; n_post],
            flushed: 0,
            spiking: Vec::with_capacity(n_post),
            fetched: Vec::with_capacity(n_post),
        })
    }

    /// One time step of all synapses under one reward; `pre` and `post` hold a spike per neuron.
    ///
    /// # Errors
    /// [`BankError::Length`] if there are more or fewer spikes than neurons; nothing has changed then.
    pub fn step(&mut self, pre: Spikes<'_>, post: Spikes<'_>, reward: i32) -> Result<(), BankError> {
        BankError::spikes("pre spikes", pre, self.crossbar.n_pre(), 1)?;
        BankError::spikes("post spikes", post, self.crossbar.n_post(), 1)?;
        let later = self.now.wrapping_add(1);
        if reward == 0 {
            self.touch(pre, post);
            self.crossbar.step_traces(pre, post, 1);
            pre.for_each(self.touched_pre.len(), |i| self.touched_pre[i] = later);
            post.for_each(self.touched_post.len(), |j| self.touched_post[j] = later);
        } else {
            self.flush();
            self.crossbar.step(pre, post, reward)?;
            self.flushed = later;
        }
        self.now = later;
        Ok(())
    }

    /// Brings the eligibilities of all synapses up to date.
    pub fn flush(&mut self) {
        for i in 0..self.touched_pre.len() {
            let (row, _, _) = self.crossbar.row_mut(i);
            let since = self.touched_pre[i].max(self.flushed);
            for (e, &touched) in row.iter_mut().zip(&self.touched_post) {
                *e = self.decays.apply(*e, self.now.wrapping_sub(since.max(touched)));
            }
        }
        self.flushed = self.now;
    }

    /// The crossbar, up to date.
    #[must_use]
    pub fn into_crossbar(mut self) -> Crossbar<'a, U> {
        self.flush();
        self.crossbar
    }

    /// The weights, `[pre][post]`, always up to date.
    pub fn weights(&self) -> &[U] {
        self.crossbar.weights()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        self.crossbar.config()
    }

    /// The eligibilities of all synapses that a spike reaches, after a step without reward.
    fn touch(&mut self, pre: Spikes<'_>, post: Spikes<'_>) {
        let rule = Rule::new(self.crossbar.config());
        let Self { crossbar, decays, now, touched_pre, touched_post, flushed, spiking, fetched } = self;
        let step = |e: U::Signed, since: u64, p: bool, q: bool, x: U, y: U| {
            let e = U::get_signed(decays.apply(e, now.wrapping_sub(since)));
            U::put_signed(rule.eligibility(e, p, q, x.get(), y.get()))
        };
        spiking.clear();
        post.for_each(touched_post.len(), |j| spiking.push(j));
        // Row by row, as they lie in memory.
        for (i, &touched) in touched_pre.iter().enumerate() {
            let since = touched.max(*flushed);
            let (row, x, post_traces) = crossbar.row_mut(i);
            if pre.at(i) {
                let columns = post_traces.iter().zip(&*touched_post).enumerate();
                for (e, (j, (&y, &touched))) in row.iter_mut().zip(columns) {
                    *e = step(*e, since.max(touched), true, post.at(j), x, y);
                }
            } else {
                // All are fetched before the first is used: then their ways from memory overlap.
                fetched.clear();
                fetched.extend(spiking.iter().map(|&j| row[j]));
                for (&j, &e) in spiking.iter().zip(&*fetched) {
                    row[j] = step(e, since.max(touched_post[j]), false, true, x, post_traces[j]);
                }
            }
        }
    }
}

/// Any number of decays of an eligibility at once.
///
/// The number is cut into digits of base 16, and for each place there is a table of what each digit does to each magnitude.
#[derive(Debug)]
struct Decays<U: Word> {
    /// `[place][digit][magnitude]`.
    places: Vec<Vec<U>>,
    n_magnitudes: usize,
    /// After so many, all that decays has decayed.
    most: u64,
}

impl<U: Word> Decays<U> {
    fn new(config: &Config) -> Self {
        let rule = Rule::new(config);
        let largest = config.min_eligibility().unsigned_abs();
        let decay = |&v: &u32| Some(rule.decayed(v)).filter(|&later| later != v);
        let longest = successors(Some(largest), decay).skip(1).count() as u64;

        let (mut places, mut most) = (Vec::new(), 0_u64);
        // What a one at the place at hand stands for: one decay, then sixteen, then 256 ...
        let mut unit: Vec<u32> = (0..=largest).map(|v| rule.decayed(v)).collect();
        while most < longest {
            let mut table = Vec::new();
            let mut power: Vec<u32> = (0..=largest).collect();
            for _ in 0..16 {
                table.extend(power.iter().map(|&v| U::put(v)));
                power.iter_mut().for_each(|v| *v = unit[*v as usize]);
            }
            places.push(table);
            unit = power;
            most = most << 4 | 15;
        }
        Self { places, n_magnitudes: (largest as usize).wrapping_add(1), most }
    }

    /// `D(D(...D(e)))`, `k` times.
    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    fn apply(&self, e: U::Signed, k: u64) -> U::Signed {
        let e = U::get_signed(e);
        let mut magnitude = e.unsigned_abs();
        let mut k = k.min(self.most) as usize;
        for table in &self.places {
            let row = (k & 15).wrapping_mul(self.n_magnitudes);
            magnitude = table[row.wrapping_add(magnitude as usize)].get();
            k >>= 4;
        }
        let magnitude = as_signed(magnitude);
        U::put_signed(if e < 0 { magnitude.wrapping_neg() } else { magnitude })
    }
}
