//! Synapses from one population to another.

use std::ops::Range;

use crate::delay::DelayLine;
use crate::weights::{Editable, Incoming, Synapses, Weights};
use crate::{Delay, Error, Real};

/// The synapses that lead from a source to a target population.
///
/// One step, [`propagate`](Self::propagate):
///
/// 1. Every synapse of an active source sends its weight: `weights[i][j]`, unless
///    `|weights[i][j]| <= weight_threshold` and the threshold is above 0. If the sources have an efficacy
///    ([`efficacy_mut`](Self::efficacy_mut)), it sends `efficacy[i] weights[i][j]`.
/// 2. What was sent `delay` steps ago arrives at the targets: `currents[j] += ...`
///
/// A spike leaves with the weight its synapse has *when it is sent*. The work follows the spikes: rows of
/// silent sources are not read.
///
/// ```
/// use sc_core::{Csr, Delay, Projection};
/// let weights = Csr::new(2, 2, vec![0, 2, 3], vec![0, 1, 0], vec![0.5, 0.25, 1.0])?;
/// let mut projection = Projection::<f64>::new(weights).with_delay(Delay::PerSynapse(vec![0, 2, 1]))?;
/// let mut step = |active: &[u32]| {
///     let mut currents = [0.0; 2];
///     projection.propagate(active, &mut currents);
///     currents
/// };
/// assert_eq!(step(&[0, 1]), [0.5, 0.0]);
/// assert_eq!(step(&[]), [1.0, 0.0]);
/// assert_eq!(step(&[]), [0.0, 0.25]);
/// # Ok::<(), sc_core::Error>(())
/// ```
///
/// # Synapses that come and go
/// With [`Editable`] weights, [`add_synapse`](Self::add_synapse) and [`remove_synapse`](Self::remove_synapse)
/// change which synapses there are. A new synapse carries what is sent from the next
/// [`propagate`](Self::propagate) on, beginning with the spikes of the step just made, and nothing that is on
/// its way already; what a removed synapse has sent still arrives.
///
/// # Differs from the reference package
/// There a per-synapse delay sends with the weight of the step of *arrival*, and ignores the weight
/// threshold; here both kinds of delay behave alike. Delays that are not whole numbers of steps are refused,
/// see [`Delay::steps`].
#[derive(Debug, Clone, PartialEq)]
pub struct Projection<R: Real = f32> {
    weights: Weights<R>,
    weight_threshold: R,
    /// One factor per source; empty where all are 1.
    efficacy: Vec<R>,
    delay: Delay,
    line: DelayLine<R>,
    incoming: Cached<Incoming>,
}

/// What can be computed again at any time, and so makes no difference between two values.
#[derive(Debug, Clone)]
struct Cached<T>(Option<T>);

impl<T> PartialEq for Cached<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<R: Real> Projection<R> {
    /// Synapses without delay and threshold.
    #[must_use]
    pub fn new(weights: impl Into<Weights<R>>) -> Self {
        let weights = weights.into();
        let line = DelayLine::new(0, weights.n_post());
        Self {
            weights,
            weight_threshold: R::ZERO,
            efficacy: Vec::new(),
            delay: Delay::Uniform(0),
            line,
            incoming: Cached(None),
        }
    }

    /// The same synapses with a delay; nothing is on its way yet.
    ///
    /// # Errors
    /// [`Error::Length`] if there is not exactly one delay per synapse, [`Error::EditableDelays`] if there is one
    /// per synapse although synapses can come and go.
    pub fn with_delay(mut self, delay: Delay) -> Result<Self, Error> {
        if matches!((&self.weights, &delay), (Weights::Editable(_), Delay::PerSynapse(_))) {
            return Err(Error::EditableDelays);
        }
        delay.check(self.weights.n_synapses())?;
        self.line = DelayLine::new(delay.longest(), self.n_post());
        self.delay = delay;
        Ok(self)
    }

    /// The same synapses, of which those with `|weight| <= weight_threshold` stay silent; 0 lets all speak.
    ///
    /// # Errors
    /// [`Error::Parameter`] if the threshold is negative or not finite.
    pub fn with_weight_threshold(mut self, weight_threshold: R) -> Result<Self, Error> {
        if !weight_threshold.is_finite() || weight_threshold < R::ZERO {
            let value = weight_threshold.f64();
            return Err(Error::Parameter { name: "weight_threshold", value, expected: "finite and >= 0" });
        }
        self.weight_threshold = weight_threshold;
        Ok(self)
    }

    /// Size of the source population.
    #[must_use]
    pub fn n_pre(&self) -> usize {
        self.weights.n_pre()
    }

    /// Size of the target population.
    #[must_use]
    pub fn n_post(&self) -> usize {
        self.weights.n_post()
    }

    /// The weights.
    #[must_use]
    pub fn weights(&self) -> &Weights<R> {
        &self.weights
    }

    /// The weights for a learning rule to change. Spikes on their way keep the weight they were sent with.
    pub fn weights_mut(&mut self) -> &mut [R] {
        self.weights.values_mut()
    }

    /// The synapses by source and by target, with their weights for a learning rule to change.
    ///
    /// The index by target is made when a rule first asks for a target, and kept for all rules that share the
    /// projection. Rules that go by source alone have no need of it.
    pub fn synapses(&mut self) -> Synapses<'_, R> {
        Synapses::new(&mut self.weights, &mut self.incoming.0)
    }

    /// The weights, if synapses can be created and removed.
    #[must_use]
    pub fn editable(&self) -> Option<&Editable<R>> {
        match &self.weights {
            Weights::Editable(editable) => Some(editable),
            _ => None,
        }
    }

    /// Creates a synapse and says whether it is new: where there is one already, nothing changes.
    ///
    /// # Errors
    /// [`Error::FixedStructure`] if the weights are not [`Editable`], and those of [`Editable::insert`].
    pub fn add_synapse(&mut self, pre: usize, post: usize, weight: R) -> Result<bool, Error> {
        match &mut self.weights {
            Weights::Editable(editable) => editable.insert(pre, post, weight),
            _ => Err(Error::FixedStructure),
        }
    }

    /// Removes a synapse and returns its weight, or nothing if there was none.
    ///
    /// # Errors
    /// [`Error::FixedStructure`] if the weights are not [`Editable`], and those of [`Editable::remove`].
    pub fn remove_synapse(&mut self, pre: usize, post: usize) -> Result<Option<R>, Error> {
        match &mut self.weights {
            Weights::Editable(editable) => editable.remove(pre, post),
            _ => Err(Error::FixedStructure),
        }
    }

    /// How often a synapse was created or removed. As long as it stays the same, synapse `k` is the same one.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.weights.revision()
    }

    /// For rules that keep something of their own for every synapse `k`: such state would silently go to
    /// other synapses.
    ///
    /// # Panics
    /// If synapses were created or removed since the projection was at `revision`.
    #[track_caller]
    pub fn assert_revision(&self, revision: u64) {
        let now = self.revision();
        assert!(
            now == revision,
            "synapses were created or removed (revision {now}) since this rule was made for them (revision \
             {revision}): a rule with a state per synapse needs synapses that stay"
        );
    }

    /// How strongly each source speaks, for short-term plasticity to change: one factor per source, of what
    /// its synapses send. All are 1 until this is called for the first time.
    pub fn efficacy_mut(&mut self) -> &mut [R] {
        self.efficacy.resize(self.weights.n_pre(), R::ONE);
        &mut self.efficacy
    }

    /// The factor of every source, if there is any that was ever changed.
    #[must_use]
    pub fn efficacy(&self) -> Option<&[R]> {
        (!self.efficacy.is_empty()).then_some(&self.efficacy[..])
    }

    /// Memory of the synapses: targets, weights, delays, and the index by target if a rule has asked for it.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let delays = match &self.delay {
            Delay::Uniform(_) => 0,
            Delay::PerSynapse(steps) => steps.capacity() * size_of::<u16>(),
        };
        self.weights.n_bytes() + delays + self.incoming.0.as_ref().map_or(0, Incoming::n_bytes)
    }

    /// The delay.
    #[must_use]
    pub fn delay(&self) -> &Delay {
        &self.delay
    }

    /// Weights of at most this size stay silent; 0 lets all speak.
    #[must_use]
    pub fn weight_threshold(&self) -> R {
        self.weight_threshold
    }

    /// Takes the active sources of this step and adds to `currents` what arrives in this step.
    ///
    /// # Panics
    /// If an active source is not below [`n_pre`](Self::n_pre) or `currents` is not [`n_post`](Self::n_post)
    /// long.
    #[track_caller]
    pub fn propagate(&mut self, active: &[u32], currents: &mut [R]) {
        let n_post = self.n_post();
        assert!(currents.len() == n_post, "{} currents for {n_post} neurons", currents.len());
        self.send(active, 0);
        self.receive(currents);
    }

    /// Sends what sources that were active `late` steps ago sent then: their spikes have been on their way since.
    ///
    /// # Panics
    /// If a spike has arrived already, or an active source is not below [`n_pre`](Self::n_pre).
    #[track_caller]
    pub(crate) fn send(&mut self, active: &[u32], late: u16) {
        let Self { weights, weight_threshold, efficacy, delay, line, .. } = self;
        let threshold = *weight_threshold;
        let speaks = |weight: R| threshold == R::ZERO || weight.abs() > threshold;
        // What the synapses of one source after the other send, where plain rows are not enough.
        let for_each_sent = |visit: &mut dyn FnMut(usize, usize, R)| {
            for pre in active {
                let gain = efficacy.get(*pre as usize).copied().unwrap_or(R::ONE);
                weights.for_each_active(&[*pre], |synapse, post, weight| {
                    if speaks(weight) {
                        visit(synapse, post, gain * weight);
                    }
                });
            }
        };
        match delay {
            Delay::Uniform(steps) => {
                // The sum of a step is complete before it meets other currents: the order of additions is
                // then the same with and without a delay.
                let arriving = line.arriving_in(*steps - late);
                if threshold > R::ZERO {
                    for_each_sent(&mut |_, post, sent| arriving[post] += sent);
                } else if efficacy.is_empty() {
                    weights.add_rows(active, arriving);
                } else {
                    weights.add_scaled_rows(active, efficacy, arriving);
                }
            }
            Delay::PerSynapse(steps) => {
                for_each_sent(&mut |synapse, post, sent| {
                    line.arriving_in(steps[synapse] - late)[post] += sent;
                });
            }
        }
    }

    /// Adds to `currents` what arrives in this step, the end of which this is for spikes on their way.
    pub(crate) fn receive(&mut self, currents: &mut [R]) {
        self.line.deliver(currents);
    }

    /// Forgets the spikes on their way. Weights and efficacies stay: they belong to those who change them.
    pub fn reset(&mut self) {
        self.line.clear();
    }

    /// The synapses that lead to the targets `columns` alone, with what is on its way to them.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a weight has become infinite or not a number.
    pub(crate) fn columns(&self, columns: Range<usize>) -> Result<Self, Error> {
        let (weights, kept) = self.weights.columns(columns.clone())?;
        let delay = match &self.delay {
            Delay::Uniform(steps) => Delay::Uniform(*steps),
            Delay::PerSynapse(steps) => Delay::PerSynapse(kept.iter().map(|&k| steps[k]).collect()),
        };
        let line = self.line.columns(columns, delay.longest());
        Ok(Self { weights, delay, line, efficacy: self.efficacy.clone(), incoming: Cached(None), ..*self })
    }

    /// What [`columns`](Self::columns) of all targets, in order, gave.
    ///
    /// # Errors
    /// [`Error::Length`] if the shares do not fit to each other, [`Error::NotFinite`] if a weight is not finite.
    pub(crate) fn from_columns(shares: Vec<Self>) -> Result<Self, Error> {
        let (weights, order) = Weights::from_columns(shares.iter().map(|share| &share.weights).collect())?;
        let delay = match &shares[0].delay {
            Delay::Uniform(steps) => Delay::Uniform(*steps),
            Delay::PerSynapse(_) => {
                let steps = |&(share, k): &(usize, usize)| match &shares[share].delay {
                    Delay::PerSynapse(steps) => steps[k],
                    Delay::Uniform(steps) => *steps,
                };
                Delay::PerSynapse(order.iter().map(steps).collect())
            }
        };
        let line = DelayLine::from_columns(&shares.iter().map(|share| &share.line).collect::<Vec<_>>());
        let Self { weight_threshold, ref efficacy, .. } = shares[0];
        Ok(Self {
            weights,
            weight_threshold,
            efficacy: efficacy.clone(),
            delay,
            line,
            incoming: Cached(None),
        })
    }

    pub(crate) fn set_efficacy(&mut self, efficacy: Vec<R>) {
        self.efficacy = efficacy;
    }

    pub(crate) fn line(&self) -> &DelayLine<R> {
        &self.line
    }

    pub(crate) fn line_mut(&mut self) -> &mut DelayLine<R> {
        &mut self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Csr, Dense};
    use proptest::prelude::*;

    /// The definition, word for word: every pair, every step of the past.
    fn oracle(csr: &Csr<f64>, delays: &[u16], threshold: f64, history: &[Vec<u32>]) -> Vec<f64> {
        let mut currents = vec![0.0; csr.n_post()];
        for pre in 0..csr.n_pre() {
            for k in csr.indptr()[pre]..csr.indptr()[pre + 1] {
                let silent = threshold > 0.0 && csr.values()[k].abs() <= threshold;
                let sent = history.len().checked_sub(1 + usize::from(delays[k]));
                if !silent && sent.is_some_and(|t| history[t].contains(&(pre as u32))) {
                    currents[csr.indices()[k] as usize] += csr.values()[k];
                }
            }
        }
        currents
    }

    prop_compose! {
        fn synapses()(n_pre in 1_u32..6, n_post in 1_u32..6)
            (list in prop::collection::vec((0..n_pre, 0..n_post, -1.0_f64..1.0, 0_u16..5), 0..25),
             spikes in prop::collection::vec(prop::collection::btree_set(0..n_pre, 0..=n_pre as usize), 1..15),
             n_pre in Just(n_pre), n_post in Just(n_post))
            -> (Csr<f64>, Vec<u16>, Vec<Vec<u32>>) {
            let mut list = list;
            list.sort_by_key(|synapse| synapse.0);
            let indptr = (0..=n_pre).map(|i| list.partition_point(|s| s.0 < i)).collect();
            let (indices, values) = list.iter().map(|s| (s.1, s.2)).unzip();
            let csr = Csr::new(n_pre as usize, n_post as usize, indptr, indices, values).unwrap();
            (csr, list.iter().map(|s| s.3).collect(), spikes.into_iter().map(|s| s.into_iter().collect()).collect())
        }
    }

    proptest! {
        #[test]
        fn every_kind_of_delay_agrees_with_the_definition(
            (csr, delays, spikes) in synapses(), uniform in 0_u16..5, threshold in prop::sample::select(vec![0.0, 0.4])
        ) {
            let build = |delay| {
                Projection::new(csr.clone()).with_delay(delay).unwrap().with_weight_threshold(threshold).unwrap()
            };
            let mut cases = [
                (build(Delay::Uniform(uniform)), vec![uniform; delays.len()]),
                (build(Delay::PerSynapse(delays.clone())), delays),
            ];
            for (projection, delays) in &mut cases {
                for repetition in 0..2 {
                    projection.reset();
                    for t in 0..spikes.len() {
                        let mut currents = vec![1.0; csr.n_post()];
                        projection.propagate(&spikes[t], &mut currents);
                        let expected = oracle(&csr, delays, threshold, &spikes[..=t]);
                        for (current, expected) in currents.iter().zip(expected) {
                            prop_assert!((current - 1.0 - expected).abs() < 1e-12, "{repetition} {t}");
                        }
                    }
                }
            }
        }

        #[test]
        fn dense_and_compressed_weights_propagate_alike((csr, _, spikes) in synapses(), delay in 0_u16..3) {
            let build = |weights: Weights<f64>| Projection::new(weights).with_delay(Delay::Uniform(delay)).unwrap();
            let mut compressed = build(csr.clone().into());
            let mut dense = build(Dense::from(&csr).into());
            for active in &spikes {
                let (mut a, mut b) = (vec![0.0; csr.n_post()], vec![0.0; csr.n_post()]);
                compressed.propagate(active, &mut a);
                dense.propagate(active, &mut b);
                prop_assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-12));
            }
        }
    }

    #[test]
    fn a_spike_keeps_the_weight_it_was_sent_with() {
        let dense = Dense::new(1, 1, vec![0.5]).unwrap();
        for delay in [Delay::Uniform(1), Delay::PerSynapse(vec![1])] {
            let mut projection = Projection::<f64>::new(dense.clone()).with_delay(delay).unwrap();
            projection.propagate(&[0], &mut [0.0]);
            projection.weights_mut()[0] = 9.0;
            let mut currents = [0.0];
            projection.propagate(&[], &mut currents);
            assert_eq!(currents, [0.5]);
        }
    }

    proptest! {
        #[test]
        fn an_efficacy_scales_what_its_source_sends((csr, delays, spikes) in synapses(), per_synapse in any::<bool>()) {
            let delay = || if per_synapse { Delay::PerSynapse(delays.clone()) } else { Delay::Uniform(2) };
            let build = |csr: Csr<f64>| Projection::new(csr).with_delay(delay()).unwrap();
            let mut gained = build(csr.clone());
            prop_assert!(gained.efficacy().is_none());
            let gain = |pre: usize| 0.25 * (pre as f64 + 1.0);
            gained.efficacy_mut().iter_mut().enumerate().for_each(|(pre, e)| *e = gain(pre));
            let scaled = (0..csr.n_pre())
                .flat_map(|pre| csr.row(pre).1.iter().map(move |w| gain(pre) * w))
                .collect();
            let (indptr, indices) = (csr.indptr().to_vec(), csr.indices().to_vec());
            let mut scaled = build(Csr::new(csr.n_pre(), csr.n_post(), indptr, indices, scaled).unwrap());
            for active in &spikes {
                let (mut a, mut b) = (vec![0.0; csr.n_post()], vec![0.0; csr.n_post()]);
                gained.propagate(active, &mut a);
                scaled.propagate(active, &mut b);
                prop_assert_eq!(a, b);
            }
        }
    }

    #[test]
    fn the_index_by_target_makes_no_difference_between_projections() {
        let plain = Projection::<f64>::new(Dense::zeros(2, 3));
        let mut indexed = plain.clone();
        indexed.synapses().to(1, |_, _, weight| assert_eq!(*weight, 0.0));
        assert_eq!(indexed, plain);
    }

    #[test]
    fn where_a_ring_begins_makes_no_difference_between_projections() {
        let silent = Projection::<f64>::new(Dense::new(1, 1, vec![0.5]).unwrap());
        let silent = silent.with_delay(Delay::Uniform(2)).unwrap();
        let mut stepped = silent.clone();
        stepped.propagate(&[], &mut [0.0]);
        assert_eq!(stepped, silent);
        let mut sent = silent.clone();
        sent.propagate(&[0], &mut [0.0]);
        assert_ne!(sent, silent);
        let mut sent_later = stepped;
        sent_later.propagate(&[0], &mut [0.0]);
        assert_eq!(sent_later, sent);
        sent_later.propagate(&[], &mut [0.0]);
        assert_ne!(sent_later, sent);
    }

    #[test]
    fn bad_settings_are_refused() {
        let projection = Projection::<f64>::new(Dense::zeros(2, 3));
        assert_eq!(
            projection.clone().with_delay(Delay::PerSynapse(vec![1])),
            Err(Error::Length { what: "delays", expected: 6, got: 1 })
        );
        for threshold in [-0.1, f64::NAN, f64::INFINITY] {
            assert!(projection.clone().with_weight_threshold(threshold).is_err());
        }
    }

    #[test]
    #[should_panic(expected = "presynaptic neuron 2 of 2")]
    fn an_unknown_source_panics() {
        Projection::<f64>::new(Dense::zeros(2, 3)).propagate(&[2], &mut [0.0; 3]);
    }

    #[test]
    #[should_panic(expected = "2 currents for 3 neurons")]
    fn a_wrong_number_of_currents_panics() {
        Projection::<f64>::new(Dense::zeros(2, 3)).propagate(&[], &mut [0.0; 2]);
    }
}
