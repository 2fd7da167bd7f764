//! Pair-based STDP that catches up with the past whenever a presynaptic neuron speaks.

use sc_core::{Checkpoint, Delay, Local, Projection, Real, Synapses};

use crate::post_history::{EPOCH, PostHistory};
use crate::spike_delay::SpikeDelay;
use crate::structure::Structure;
use crate::trace::{Memory, SILENT, Trace};
use crate::weight_update::{Additive, Update, WeightUpdate};
use crate::{Coincidence, Error, PairStdpParameters, Pairing, PlasticityRule, WeightDependence};

/// [`PairStdp`](crate::PairStdp) of all pairs with additive steps, for large networks: the same weights, to rounding, but
/// potentiation is postponed until they are needed.
///
/// What postsynaptic spikes add to a synapse depends on nothing that its presynaptic neuron `i` does before it spikes
/// again, and nobody needs its weight until then. So nothing happens at a postsynaptic spike but that its time `s` is
/// kept. When `i` spikes, at time `t` and the time before that at `t_i`, every synapse `i -> j` catches up:
///
/// 1. `w = w + potentiation sum_s x_i exp(-(s - t_i) / tau_plus)` over the spikes of `j` with `t_i < s <= t`, where
///    `x_i` is the presynaptic trace right after `t_i`; cut to `[w_min, w_max]`.
/// 2. `w = w - depression y_j`, cut likewise.
///
/// The weights of a neuron lie one behind the other in memory, those to a neuron everywhere: this way all visits are
/// in order, where [`PairStdp`](crate::PairStdp) fetches a line of memory for each weight of a column, and no index by target is
/// needed. The price is that a weight is out of date from one spike of its presynaptic neuron to the next.
/// What is sent is always up to date; to *look* at weights call [`flush`](PlasticityRule::flush) first. (A. Morrison, A. Aertsen &
/// M. Diesmann 2007, doi:10.1162/neco.2007.19.6.1437, keep synapses of NEST this way.)
///
/// Spikes that reach a synapse in the same step do nothing together ([`Coincidence::Neither`]). The last four spikes
/// of every postsynaptic neuron are at hand; in the rare interval with more of them the others are looked up. Every
/// 32,768 steps all weights catch up and time begins anew.
///
/// ```
/// use sc_core::{Dense, Network, Projection};
/// use sc_plasticity::{LazyPairStdp, PairStdpParameters, PlasticityRule};
/// let mut network = Network::<f64>::new();
/// let (source, target) = (network.add_spike_source(1), network.add_spike_source(1));
/// let synapse = network.add_projection(source, target, Projection::new(Dense::new(1, 1, vec![0.5])?))?;
/// let parameters = PairStdpParameters { potentiation: 0.01, tau_plus: 20.0, ..Default::default() };
/// let mut stdp = LazyPairStdp::new(network.projection(synapse), parameters)?;
/// for t in 0..20 {
///     network.step();
///     network.set_spikes(source, if t == 5 { &[0] } else { &[] })?;
///     network.set_spikes(target, if t == 15 { &[0] } else { &[] })?;
///     stdp.step(network.local(synapse));
/// }
/// assert_eq!(network.projection(synapse).weights().values(), [0.5], "not needed yet");
/// stdp.flush(network.local(synapse).projection);
/// let w = network.projection(synapse).weights().values()[0];
/// assert!((w - (0.5 + 0.01 * (-10.0_f64 / 20.0).exp())).abs() < 1e-15);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LazyPairStdp<R: Real = f32> {
    parameters: PairStdpParameters,
    structure: Structure,
    axons: SpikeDelay,
    dendrites: SpikeDelay,
    post_trace: Trace<R>,
    synapses: Postponed<R>,
}

/// What is needed to let weights catch up.
#[derive(Debug, Clone)]
struct Postponed<R: Real> {
    update: Additive<R>,
    decay: Decay<R>,
    /// Steps since time began; the first step is step 1.
    now: u16,
    /// The step up to which the weights from every presynaptic neuron are up to date, and its trace at that time.
    since: Vec<u16>,
    pre_trace: Vec<R>,
    /// When postsynaptic neurons spiked.
    history: PostHistory,
}

impl<R: Real> LazyPairStdp<R> {
    /// The rule for the synapses of this projection, traces at zero. Which synapses there are must not change.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::NotLazily`] if the weight dependence, the
    /// pairing or the coincidence is another than the default; [`Error::PerSynapseDelay`] if the projection has a
    /// delay for each synapse.
    pub fn new(projection: &Projection<R>, parameters: PairStdpParameters) -> Result<Self, Error> {
        let PairStdpParameters { tau_plus, tau_minus, dt, .. } = parameters;
        for (name, value) in [("tau_plus", tau_plus), ("tau_minus", tau_minus), ("dt", dt)] {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        let (depends, pairing) = (parameters.weight_dependence, parameters.pairing);
        for (what, fits) in [
            ("weight_dependence", depends == WeightDependence::Additive),
            ("pairing", pairing == Pairing::AllToAll),
            ("coincidence", parameters.coincidence == Coincidence::Neither),
        ] {
            if !fits {
                return Err(Error::NotLazily { what });
            }
        }
        if matches!(projection.delay(), Delay::PerSynapse(_)) {
            return Err(Error::PerSynapseDelay);
        }
        let bounds = (parameters.w_min, parameters.w_max);
        let WeightUpdate::Additive(update) =
            WeightUpdate::new(depends, parameters.potentiation, parameters.depression, bounds)?
        else {
            return Err(Error::NotLazily { what: "weight_dependence" });
        };
        let (n_pre, n_post) = (projection.n_pre(), projection.n_post());
        Ok(Self {
            structure: Structure::of(projection),
            axons: SpikeDelay::new(parameters.axonal_delay),
            dendrites: SpikeDelay::new(parameters.dendritic_delay),
            post_trace: Trace::new(n_post, tau_minus, dt, Memory::All),
            synapses: Postponed {
                update,
                decay: Decay::new(dt / tau_plus),
                now: 0,
                since: vec![0; n_pre],
                pre_trace: vec![R::ZERO; n_pre],
                history: PostHistory::new(n_post),
            },
            parameters,
        })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &PairStdpParameters {
        &self.parameters
    }
}

impl<R: Real> Postponed<R> {
    /// Lets the weights from a presynaptic neuron catch up, and its trace.
    fn catch_up(&mut self, synapses: &mut Synapses<'_, R>, pre: usize) {
        let Self { update, decay, now, history, .. } = self;
        let (since, x) = (self.since[pre], self.pre_trace[pre]);
        if *now == since {
            return;
        }
        if x != R::ZERO {
            synapses.from(pre, |_k, post, w| {
                *w = update.potentiated(*w, x * history.sum(post, since, |steps| decay.over(steps)));
            });
        }
        self.pre_trace[pre] = x * decay.over(*now - since);
        self.since[pre] = *now;
    }

    /// Lets all weights catch up, and begins time anew.
    fn begin_anew(&mut self, synapses: &mut Synapses<'_, R>) {
        for pre in 0..self.since.len() {
            self.catch_up(synapses, pre);
        }
        self.since.fill(0);
        self.history.clear();
        self.now = 0;
    }
}

impl<R: Real> PlasticityRule<R> for LazyPairStdp<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        self.structure.check(local.projection);
        let Self { axons, dendrites, post_trace, synapses: postponed, .. } = self;
        let mut synapses = local.projection.synapses();
        let pre_spikes = axons.pass(local.pre_spikes);
        let post_spikes = dendrites.pass(local.post_spikes);
        if postponed.now == EPOCH {
            postponed.begin_anew(&mut synapses);
        }
        postponed.now += 1;
        postponed.history.mark(post_spikes, postponed.now);
        post_trace.decay();
        let y = post_trace.values();
        for &pre in pre_spikes {
            let pre = pre as usize;
            postponed.catch_up(&mut synapses, pre);
            synapses.from(pre, |_k, post, w| *w = postponed.update.depressed(*w, y[post]));
            postponed.pre_trace[pre] += R::ONE;
        }
        post_trace.mark(post_spikes);
    }

    #[track_caller]
    fn flush(&mut self, projection: &mut Projection<R>) {
        self.structure.check(projection);
        self.synapses.begin_anew(&mut projection.synapses());
    }

    /// Forgets what happened, also what weights have not caught up with: [`flush`](PlasticityRule::flush) first.
    fn reset(&mut self) {
        self.axons.reset();
        self.dendrites.reset();
        self.post_trace.reset();
        let Postponed { now, since, pre_trace, history, .. } = &mut self.synapses;
        *now = 0;
        since.fill(0);
        pre_trace.fill(R::ZERO);
        history.clear();
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        let Postponed { now, since, pre_trace, history, .. } = &self.synapses;
        let since: Vec<u32> = since.iter().map(|&step| step.into()).collect();
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("lazy {:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.now"), &[], &[u32::from(*now)]);
        checkpoint.insert(format!("{prefix}.since"), &[since.len()], &since);
        checkpoint.insert(format!("{prefix}.pre_trace"), &[pre_trace.len()], pre_trace);
        self.axons.save(&format!("{prefix}.axons"), checkpoint);
        self.dendrites.save(&format!("{prefix}.dendrites"), checkpoint);
        self.post_trace.save(&format!("{prefix}.post_trace"), checkpoint);
        history.save(&format!("{prefix}.history"), checkpoint);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        let name = |name: &str| format!("{prefix}.{name}");
        checkpoint.require_metadata(&name("rule"), &format!("lazy {:?}", self.parameters))?;
        let (n_pre, n_post) = (self.synapses.since.len(), self.post_trace.values().len());
        let now = checkpoint.get::<u32>(&name("now"), &[])?[0];
        Error::require(now <= EPOCH.into(), "now", now.into(), "at most 32,768")?;
        let mut since = Vec::with_capacity(n_pre);
        for &step in checkpoint.get::<u32>(&name("since"), &[n_pre])? {
            Error::require(step <= now, "since", step.into(), "not in the future")?;
            since.push(step as u16);
        }
        let now = now as u16;
        // All of it is read before any of it counts.
        *self = Self {
            parameters: self.parameters.clone(),
            structure: self.structure,
            axons: self.axons.restored(&name("axons"), n_pre, checkpoint)?,
            dendrites: self.dendrites.restored(&name("dendrites"), n_post, checkpoint)?,
            post_trace: self.post_trace.restored(&name("post_trace"), checkpoint)?,
            synapses: Postponed {
                update: self.synapses.update.clone(),
                decay: self.synapses.decay.clone(),
                now,
                since,
                pre_trace: checkpoint.get(&name("pre_trace"), &[n_pre])?.to_vec(),
                history: self.synapses.history.restored(&name("history"), now, checkpoint)?,
            },
        };
        Ok(())
    }
}

/// How much of a trace is left after some steps.
#[derive(Debug, Clone)]
struct Decay<R: Real> {
    /// After 0, 1, ... steps, and 0 where next to nothing is left; also after 0 steps, as spikes up to then are accounted
    /// for. There is an entry for every number of 16 bits, so that none is out of bounds.
    table: Box<[R; 1 << 16]>,
}

impl<R: Real> Decay<R> {
    /// By the factor `exp(-rate)` per step.
    fn new(rate: f64) -> Self {
        let mut table: Box<[R; 1 << 16]> =
            vec![R::ZERO; 1 << 16].try_into().expect("as many entries as numbers of 16 bits");
        for steps in 1..=EPOCH {
            let left = (-f64::from(steps) * rate).exp();
            if left < SILENT {
                break;
            }
            table[usize::from(steps)] = R::of(left);
        }
        Self { table }
    }

    #[inline(always)]
    fn over(&self, steps: u16) -> R {
        self.table[usize::from(steps)]
    }
}
