//! Reward-modulated STDP: spikes mark synapses, a later reward changes those that are still marked.

use sc_core::{Checkpoint, Delay, Local, Projection, Real};

use crate::ledger::Ledger;
use crate::postponed::Postponed;
use crate::shared_credit::Step;
use crate::spike_delay::SpikeDelay;
use crate::structure::Structure;
use crate::trace::{Memory, Trace};
use crate::{Coincidence, Error, PlasticityRule};

/// STDP that waits for a reward. Pairs of spikes do not change the weight `w` but the eligibility `c` of a
/// synapse, and where eligibility is left when dopamine `d` comes, the weight follows:
///
/// ```text
/// c' = -c / tau_eligibility + STDP
/// d' = -d / tau_dopamine + reward
/// w' = c (baseline + d),    w_min <= w <= w_max
/// ```
///
/// A pair whose postsynaptic spike comes `s` ms after the presynaptic one adds `potentiation exp(-s / tau_plus)`
/// to `c`, one whose postsynaptic spike comes `s` ms before takes `depression exp(-s / tau_minus)`; all pairs
/// count. `d` belongs to all synapses alike, `c` to each of them. So a single pair with a single reward `D` ms
/// after its second spike changes the weight, in the end, by
///
/// ```text
/// potentiation exp(-s / tau_plus) exp(-D / tau_eligibility) reward tau_eligibility tau_dopamine / (tau_eligibility + tau_dopamine)
/// ```
///
/// Signs are kept as the bounds say: a synapse may be inhibitory, with bounds like -4 and 0, and is changed as any
/// other.
///
/// One step:
///
/// 1. Since the last step `c`, `d` and the traces `x` of pre- and `y` of postsynaptic neurons have decayed, and the
///    weights have changed by the integral of `c (baseline + d)`, which is exact whatever `dt` is.
/// 2. For every synapse to a neuron that spiked: `c = c + potentiation x`.
/// 3. For every synapse from a neuron that spiked: `c = c - depression y`.
/// 4. Those that spiked: `x = x + 1`, `y = y + 1`. A coincidence thus does nothing; [`Coincidence`] has other orders.
/// 5. `d = d + reward`.
///
/// `axonal_delay` and `dendritic_delay` are those of [`PairStdp`](crate::PairStdp): 2 to 4 are about spikes as they
/// arrive at the synapses.
///
/// E. M. Izhikevich 2007, doi:10.1093/cercor/bhl152
/// ([`izhikevich_2007`](RewardModulatedStdpParameters::izhikevich_2007)); R. V. Florian 2007,
/// doi:10.1162/neco.2007.19.6.1468, his rule MSTDPET
/// ([`florian_2007`](RewardModulatedStdpParameters::florian_2007)). Differs from the programs of both: they sum over
/// steps of 10 and 1 ms, here it is the integral.
///
/// # Weights are up to date when they are needed
/// Between spikes all eligibilities decay alike and all weights follow the same dopamine. So there is one `unit =
/// exp(-t / tau_eligibility)` in which all eligibilities are counted, `c = unit e`, and one integral `credit` of
/// `unit (baseline + d)`, and a synapse that nobody looks at need not be touched: it is due
///
/// ```text
/// e (credit - settled)
/// ```
///
/// where `settled` is the credit when its weight was last brought up to date. That happens, and the bounds are
/// kept, whenever the presynaptic neuron spikes, just before the weight is sent; a change of `e` while something
/// is due is corrected for in the weight. Potentiation waits until then too, as in [`LazyPairStdp`](crate::LazyPairStdp): what a
/// postsynaptic spike added to `e` when the credit was `credit_s` is paid from there on. So the work follows the
/// presynaptic spikes, all visits are in the order of memory, and a synapse costs one number more than its weight
/// and its target. To *look* at weights or eligibilities call [`flush`](PlasticityRule::flush) first; the
/// integral is the same whenever and how often that happens, only the bounds are kept once more.
///
/// ```
/// use sc_core::{Dense, Network, Projection};
/// use sc_plasticity::{PlasticityRule, RewardModulatedStdp, RewardModulatedStdpParameters};
/// let mut network = Network::<f64>::new();
/// let (source, target) = (network.add_spike_source(1), network.add_spike_source(1));
/// let synapse = network.add_projection(source, target, Projection::new(Dense::new(1, 1, vec![0.5])?))?;
/// let parameters = RewardModulatedStdpParameters { w_max: 4.0, ..Default::default() };
/// let mut rule = RewardModulatedStdp::new(network.projection(synapse), parameters)?;
/// for t in 0..5000 {
///     network.step();
///     network.set_spikes(source, if t == 5 { &[0] } else { &[] })?;
///     network.set_spikes(target, if t == 15 { &[0] } else { &[] })?;
///     let reward = if t == 1015 { 0.05 } else { 0.0 };
///     rule.step(network.local(synapse).with_reward(reward));
/// }
/// rule.flush(network.local(synapse).projection);
/// let w = network.projection(synapse).weights().values()[0];
/// let expected = 0.1 * (-10.0_f64 / 20.0).exp() * (-1.0_f64).exp() * 0.05 * (1000.0 * 200.0 / 1200.0);
/// assert!((w - (0.5 + expected)).abs() < 1e-9);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RewardModulatedStdp<R: Real = f32> {
    parameters: RewardModulatedStdpParameters,
    structure: Structure,
    axons: SpikeDelay,
    dendrites: SpikeDelay,
    post_trace: Trace<R>,
    ledger: Ledger<R>,
}

/// Parameters of [`RewardModulatedStdp`].
#[derive(Debug, Clone, PartialEq)]
pub struct RewardModulatedStdpParameters {
    /// What a pair with the presynaptic spike first adds to the eligibility at most, finite. Default 0.1.
    pub potentiation: f64,
    /// What a pair with the presynaptic spike last takes from it at most, finite. Default 0.15.
    pub depression: f64,
    /// Time constant of potentiation `[ms]`, finite and > 0. Default 20.
    pub tau_plus: f64,
    /// Time constant of depression `[ms]`, finite and > 0. Default 20.
    pub tau_minus: f64,
    /// Time constant of the eligibility `[ms]`, finite and > 0. Default 1000.
    pub tau_eligibility: f64,
    /// Time constant of dopamine `[ms]`, finite and >= 0. If it is 0, the reward of a step is the dopamine of
    /// that step, and gone in the next. Default 200.
    pub tau_dopamine: f64,
    /// Dopamine that is always there, in the unit of rewards `[1/ms]`, finite. Default 0.
    pub baseline: f64,
    /// Lower bound of the weights, below `w_max`; minus infinity for none. Default 0.
    pub w_min: f64,
    /// Upper bound of the weights; infinity for none. Default 1.
    pub w_max: f64,
    /// What spikes do that reach a synapse in the same step. Default neither.
    pub coincidence: Coincidence,
    /// From the presynaptic soma to the synapse `[steps]`. Default 0.
    pub axonal_delay: u16,
    /// From the postsynaptic soma back to the synapse `[steps]`. Default 0.
    pub dendritic_delay: u16,
    /// Duration of a step `[ms]`, finite and > 0. Default 1.
    pub dt: f64,
}

impl Default for RewardModulatedStdpParameters {
    fn default() -> Self {
        Self {
            potentiation: 0.1,
            depression: 0.15,
            tau_plus: 20.0,
            tau_minus: 20.0,
            tau_eligibility: 1000.0,
            tau_dopamine: 200.0,
            baseline: 0.0,
            w_min: 0.0,
            w_max: 1.0,
            coincidence: Coincidence::Neither,
            axonal_delay: 0,
            dendritic_delay: 0,
            dt: 1.0,
        }
    }
}

impl RewardModulatedStdpParameters {
    /// Those of E. M. Izhikevich 2007 and his program. It adds `(0.002 + d) c` to the weights every 10 ms, so the
    /// baseline is 0.0002 per ms, and his reward of 0.5 is one of 0.05 here. In it a postsynaptic spike 1 ms after
    /// the presynaptic one potentiates in full, which makes the 0.1 greater here. Weights are in mV.
    #[must_use]
    pub fn izhikevich_2007() -> Self {
        let default = Self::default();
        Self {
            potentiation: 0.1 * (1.0 / default.tau_plus).exp(),
            depression: 0.15,
            baseline: 0.0002,
            w_max: 4.0,
            coincidence: Coincidence::Depression,
            ..default
        }
    }

    /// Those of R. V. Florian 2007 for learning XOR: reward acts in the step in which it comes, potentiation and
    /// depression balance, and his learning rate, 0.625 mV over `tau_eligibility`, is in both of them. Weights are
    /// in mV, excitatory; for inhibitory ones the bounds are -5 and 0.
    #[must_use]
    pub fn florian_2007() -> Self {
        let learning_rate = 0.625 / 25.0;
        Self {
            potentiation: learning_rate,
            depression: learning_rate,
            tau_eligibility: 25.0,
            tau_dopamine: 0.0,
            w_max: 5.0,
            ..Self::default()
        }
    }
}

impl<R: Real> RewardModulatedStdp<R> {
    /// The rule for the synapses of this projection, with no eligibility and no dopamine yet. Which synapses
    /// there are must not change afterwards.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::PerSynapseDelay`] if the projection
    /// has a delay for each synapse.
    pub fn new(projection: &Projection<R>, parameters: RewardModulatedStdpParameters) -> Result<Self, Error> {
        let p = &parameters;
        for (name, value) in [
            ("tau_plus", p.tau_plus),
            ("tau_minus", p.tau_minus),
            ("tau_eligibility", p.tau_eligibility),
            ("dt", p.dt),
        ] {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        let lasting = p.tau_dopamine.is_finite() && p.tau_dopamine >= 0.0;
        Error::require(lasting, "tau_dopamine", p.tau_dopamine, "finite and >= 0")?;
        for (name, value) in
            [("potentiation", p.potentiation), ("depression", p.depression), ("baseline", p.baseline)]
        {
            Error::require(R::of(value).is_finite(), name, value, "finite")?;
        }
        Error::require(p.w_min < p.w_max, "w_min", p.w_min, "below w_max")?;
        if matches!(projection.delay(), Delay::PerSynapse(_)) {
            return Err(Error::PerSynapseDelay);
        }
        let pre_first = p.coincidence == Coincidence::Potentiation;
        let n_slots = projection.weights().values().len();
        let (n_pre, n_post) = (projection.n_pre(), projection.n_post());
        Ok(Self {
            structure: Structure::of(projection),
            axons: SpikeDelay::new(p.axonal_delay),
            dendrites: SpikeDelay::new(p.dendritic_delay),
            post_trace: Trace::new(n_post, p.tau_minus, p.dt, Memory::All),
            ledger: Ledger::new(
                Step::new(p.tau_eligibility, p.tau_dopamine, p.baseline, p.dt),
                (R::of(p.w_min), R::of(p.w_max)),
                Postponed::new(n_pre, n_post, p.dt / p.tau_plus, pre_first),
                n_slots,
            ),
            parameters,
        })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &RewardModulatedStdpParameters {
        &self.parameters
    }

    /// Dopamine after the last step, without the baseline.
    #[must_use]
    pub fn dopamine(&self) -> f64 {
        self.ledger.shared.dopamine
    }

    /// The eligibility `c` of synapse `k` after the last step, as far as it is up to date: after a
    /// [`flush`](PlasticityRule::flush), or [`catch_up`](Self::catch_up) of its presynaptic neuron.
    ///
    /// # Panics
    /// If there is no such synapse.
    #[must_use]
    #[track_caller]
    pub fn eligibility(&self, k: usize) -> R {
        self.ledger.eligibility(k)
    }

    /// Brings the eligibilities of all synapses from one presynaptic neuron up to date. Their weights stay as late as
    /// they are.
    ///
    /// # Panics
    /// If the projection has not the synapses for which the rule was made, or no such neuron.
    #[track_caller]
    pub fn catch_up(&mut self, projection: &mut Projection<R>, pre: usize) {
        self.structure.check(projection);
        self.ledger.catch_up(&mut projection.synapses(), pre);
    }

    fn in_words(&self) -> String {
        format!("{:?} for {:?}", self.parameters, self.structure)
    }
}

impl<R: Real> PlasticityRule<R> for RewardModulatedStdp<R> {
    /// # Panics
    /// If the projection has not the synapses for which the rule was made, or the reward is not finite.
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        self.structure.check(local.projection);
        assert!(local.reward.is_finite(), "a reward of {}", local.reward);
        let Self { parameters, axons, dendrites, post_trace, ledger, .. } = self;
        let mut synapses = local.projection.synapses();
        let (pre_spikes, post_spikes) = (axons.pass(local.pre_spikes), dendrites.pass(local.post_spikes));

        ledger.advance(&mut synapses, parameters.potentiation);
        post_trace.decay();
        // Which of two spikes in the same step comes first.
        let (pre_first, post_first) = match parameters.coincidence {
            Coincidence::Neither => (false, false),
            Coincidence::Depression => (false, true),
            Coincidence::Potentiation => (true, false),
        };
        if !pre_first {
            ledger.postponed.mark_posts(post_spikes);
        }
        if post_first {
            post_trace.mark(post_spikes);
        }
        let (depression, y) = (parameters.depression, post_trace.values());
        if parameters.axonal_delay == 0 {
            // Who spikes is who arrives: a row needs one visit.
            for &pre in pre_spikes {
                ledger.settle_and_pass(&mut synapses, pre as usize, depression, y);
            }
        } else {
            local.pre_spikes.iter().for_each(|&pre| ledger.settle(&mut synapses, pre as usize));
            pre_spikes.iter().for_each(|&pre| ledger.pass(&mut synapses, pre as usize, depression, y));
        }
        if pre_first {
            ledger.postponed.mark_posts(post_spikes);
        }
        if !post_first {
            post_trace.mark(post_spikes);
        }
        ledger.shared.dopamine += local.reward.f64();
    }

    #[track_caller]
    fn flush(&mut self, projection: &mut Projection<R>) {
        self.structure.check(projection);
        self.ledger.settle_all(&mut projection.synapses());
    }

    /// What is still due to the weights is forgotten too; [`flush`](PlasticityRule::flush) before if it should count.
    fn reset(&mut self) {
        self.axons.reset();
        self.dendrites.reset();
        self.post_trace.reset();
        self.ledger.reset();
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), self.in_words());
        self.axons.save(&format!("{prefix}.axons"), checkpoint);
        self.dendrites.save(&format!("{prefix}.dendrites"), checkpoint);
        self.post_trace.save(&format!("{prefix}.post_trace"), checkpoint);
        self.ledger.save(prefix, checkpoint);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        let name = |name: &str| format!("{prefix}.{name}");
        checkpoint.require_metadata(&name("rule"), &self.in_words())?;
        let (n_pre, n_post) = (self.ledger.postponed.n_pre(), self.post_trace.values().len());
        // All of it is read before any of it counts.
        *self = Self {
            parameters: self.parameters.clone(),
            structure: self.structure,
            axons: self.axons.restored(&name("axons"), n_pre, checkpoint)?,
            dendrites: self.dendrites.restored(&name("dendrites"), n_post, checkpoint)?,
            post_trace: self.post_trace.restored(&name("post_trace"), checkpoint)?,
            ledger: self.ledger.restored(prefix, checkpoint)?,
        };
        Ok(())
    }
}
