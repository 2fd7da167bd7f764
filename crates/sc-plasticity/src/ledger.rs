//! The eligibility of every synapse, and what dopamine owes to its weight.

use sc_core::{Checkpoint, Real, Synapses};

use crate::Error;
use crate::postponed::Postponed;
use crate::shared_credit::{Shared, Step};
use crate::trace::SILENT;

/// Eligibilities that are counted in a unit which decays with all of them, and weights that are settled when they
/// are needed; the derivation stands with [`RewardModulatedStdp`](crate::RewardModulatedStdp).
#[derive(Debug, Clone)]
pub(crate) struct Ledger<R: Real> {
    pub(crate) shared: Shared,
    step: Step,
    bounds: (R, R),
    pub(crate) postponed: Postponed<R>,
    /// What postsynaptic spikes add to eligibilities in each step since time began, in the unit of that step, and the
    /// credit at that step.
    gains: Vec<(R, f64)>,
    /// `e` of every synapse: its eligibility in multiples of the unit.
    eligibility: Vec<R>,
    /// The credit up to which the weights from each presynaptic neuron are settled.
    settled: Vec<f64>,
}

impl<R: Real> Ledger<R> {
    /// For `n_slots` synapses without eligibility.
    pub(crate) fn new(step: Step, bounds: (R, R), postponed: Postponed<R>, n_slots: usize) -> Self {
        Self {
            shared: Shared::START,
            step,
            bounds,
            settled: vec![0.0; postponed.n_pre()],
            postponed,
            gains: vec![(R::ZERO, 0.0)],
            eligibility: vec![R::ZERO; n_slots],
        }
    }

    /// One step of time passes, in which a postsynaptic spike is worth `potentiation`.
    pub(crate) fn advance(&mut self, synapses: &mut Synapses<'_, R>, potentiation: f64) {
        self.step.advance(&mut self.shared);
        if self.shared.unit < Shared::SMALLEST_UNIT || self.postponed.is_full() {
            self.begin_anew(synapses);
        }
        self.postponed.advance();
        self.gains.push((R::of(potentiation / self.shared.unit), self.shared.credit));
    }

    /// The eligibility of synapse `k`, as far as it is up to date.
    pub(crate) fn eligibility(&self, k: usize) -> R {
        R::of(self.shared.unit) * self.eligibility[k]
    }

    /// Brings eligibilities and weights from one presynaptic neuron up to date.
    pub(crate) fn settle(&mut self, synapses: &mut Synapses<'_, R>, pre: usize) {
        self.settle_and_lose(synapses, pre, |_post| R::ZERO);
    }

    pub(crate) fn settle_all(&mut self, synapses: &mut Synapses<'_, R>) {
        for pre in 0..self.settled.len() {
            self.settle(synapses, pre);
        }
    }

    /// A presynaptic spike reaches its synapses, each of which loses `depression` times the postsynaptic trace.
    pub(crate) fn pass(
        &mut self,
        synapses: &mut Synapses<'_, R>,
        pre: usize,
        depression: f64,
        post_trace: &[R],
    ) {
        let loss = self.loss(depression, post_trace);
        let due = R::of(self.shared.credit - self.settled[pre]);
        if due == R::ZERO {
            self.catch_up_and_lose(synapses, pre, 0.0, |w| w, loss);
        } else {
            self.catch_up(synapses, pre);
            let eligibility = &mut self.eligibility;
            // What was due before must not be lost with eligibility that goes only now.
            synapses.from(pre, |k, post, weight| {
                let change = loss(post);
                eligibility[k] -= change;
                *weight += change * due;
            });
        }
        self.postponed.mark_pre(pre);
    }

    /// [`settle`](Self::settle) and then [`pass`](Self::pass), in one visit of the synapses.
    pub(crate) fn settle_and_pass(
        &mut self,
        synapses: &mut Synapses<'_, R>,
        pre: usize,
        depression: f64,
        post_trace: &[R],
    ) {
        self.settle_and_lose(synapses, pre, self.loss(depression, post_trace));
        self.postponed.mark_pre(pre);
    }

    /// Brings the eligibilities of synapses from one presynaptic neuron up to date.
    pub(crate) fn catch_up(&mut self, synapses: &mut Synapses<'_, R>, pre: usize) {
        self.catch_up_and_lose(synapses, pre, 0.0, |w| w, |_post| R::ZERO);
    }

    /// What a presynaptic spike takes from the eligibility of a synapse, by postsynaptic neuron.
    fn loss<'a>(&self, depression: f64, post_trace: &'a [R]) -> impl Fn(usize) -> R + use<'a, R> {
        let depression = R::of(depression / self.shared.unit);
        move |post| depression * post_trace[post]
    }

    fn settle_and_lose(&mut self, synapses: &mut Synapses<'_, R>, pre: usize, loss: impl Fn(usize) -> R) {
        let (w_min, w_max) = self.bounds;
        let cut = |w: R| {
            let w = if w < w_min { w_min } else { w };
            if w > w_max { w_max } else { w }
        };
        let due = self.shared.credit - self.settled[pre];
        if due == 0.0 {
            // No dopamine: no weight changes, not even one that was outside the bounds.
            self.catch_up_and_lose(synapses, pre, 0.0, |w| w, loss);
        } else {
            self.catch_up_and_lose(synapses, pre, due, cut, loss);
            self.settled[pre] = self.shared.credit;
        }
    }

    /// Brings the eligibilities of synapses from one presynaptic neuron up to date, lets `due` be paid for them, and then
    /// takes a loss from them.
    #[inline]
    fn catch_up_and_lose(
        &mut self,
        synapses: &mut Synapses<'_, R>,
        pre: usize,
        due: f64,
        cut: impl Fn(R) -> R,
        loss: impl Fn(usize) -> R,
    ) {
        let Self { postponed, gains, eligibility, settled, .. } = self;
        let (settled, due) = (settled[pre], R::of(due));
        if let Some(missed) = postponed.missed(pre) {
            synapses.from(pre, |k, post, weight| {
                let (mut change, mut too_much) = (R::ZERO, R::ZERO);
                missed.visit(post, |step, left| {
                    let (gain, credit) = gains[usize::from(step)];
                    change += gain * left;
                    // What was due before must not be paid for eligibility that came only then.
                    too_much += gain * left * R::of(credit - settled);
                });
                let caught_up = eligibility[k] + missed.trace * change;
                *weight = cut(*weight + caught_up * due - missed.trace * too_much);
                eligibility[k] = caught_up - loss(post);
            });
        } else {
            synapses.from(pre, |k, post, weight| {
                *weight = cut(*weight + eligibility[k] * due);
                eligibility[k] -= loss(post);
            });
        }
    }

    /// Brings everything up to date, makes the unit 1 again, and begins time anew.
    fn begin_anew(&mut self, synapses: &mut Synapses<'_, R>) {
        self.settle_all(synapses);
        let (unit, silent) = (R::of(self.shared.unit), R::of(SILENT));
        for e in &mut self.eligibility {
            let c = *e * unit;
            *e = if c.abs() < silent { R::ZERO } else { c };
        }
        self.shared = Shared { unit: 1.0, credit: 0.0, ..self.shared };
        self.settled.fill(0.0);
        self.postponed.begin_anew();
        self.gains.truncate(1);
    }

    /// As if nothing had happened.
    pub(crate) fn reset(&mut self) {
        self.shared = Shared::START;
        self.postponed.reset();
        self.gains.truncate(1);
        self.eligibility.fill(R::ZERO);
        self.settled.fill(0.0);
    }

    pub(crate) fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        let name = |name: &str| format!("{prefix}.{name}");
        let Shared { unit, credit, dopamine } = self.shared;
        let (gains, credits): (Vec<R>, Vec<f64>) = self.gains.iter().copied().unzip();
        checkpoint.insert(name("shared"), &[3], &[unit, credit, dopamine]);
        checkpoint.insert(name("gains"), &[gains.len()], &gains);
        checkpoint.insert(name("credits"), &[credits.len()], &credits);
        checkpoint.insert(name("eligibility"), &[self.eligibility.len()], &self.eligibility);
        checkpoint.insert(name("settled"), &[self.settled.len()], &self.settled);
        self.postponed.save(prefix, checkpoint);
    }

    /// The same with the state that was saved.
    pub(crate) fn restored(&self, prefix: &str, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let name = |name: &str| format!("{prefix}.{name}");
        let shared = checkpoint.get::<f64>(&name("shared"), &[3])?;
        let postponed = self.postponed.restored(prefix, checkpoint)?;
        let n_steps = 1 + usize::from(postponed.now());
        let gains = checkpoint.get::<R>(&name("gains"), &[n_steps])?.iter().copied();
        let credits = checkpoint.get::<f64>(&name("credits"), &[n_steps])?.iter().copied();
        Ok(Self {
            shared: Shared { unit: shared[0], credit: shared[1], dopamine: shared[2] },
            postponed,
            gains: gains.zip(credits).collect(),
            eligibility: checkpoint.get(&name("eligibility"), &[self.eligibility.len()])?.to_vec(),
            settled: checkpoint.get(&name("settled"), &[self.settled.len()])?.to_vec(),
            ..*self
        })
    }
}
