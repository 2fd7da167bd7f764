//! Pair-based STDP that catches up with the past whenever a presynaptic neuron speaks.

use sc_core::{Checkpoint, Delay, Local, Projection, Real, Synapses};

use crate::postponed::Postponed;
use crate::spike_delay::SpikeDelay;
use crate::structure::Structure;
use crate::trace::{Memory, Trace};
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
    update: Additive<R>,
    postponed: Postponed<R>,
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
            update,
            postponed: Postponed::new(n_pre, n_post, dt / tau_plus, false),
            parameters,
        })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &PairStdpParameters {
        &self.parameters
    }
}

/// Lets the weights from a presynaptic neuron catch up, and then does `also(weight, post)` with them.
fn catch_up<R: Real>(
    update: &Additive<R>,
    postponed: &mut Postponed<R>,
    synapses: &mut Synapses<'_, R>,
    pre: usize,
    also: impl Fn(R, usize) -> R,
) {
    if let Some(missed) = postponed.missed(pre) {
        synapses.from(pre, |_k, post, w| {
            let mut sum = R::ZERO;
            missed.visit(post, |_step, left| sum += left);
            *w = also(update.potentiated(*w, missed.trace * sum), post);
        });
    } else {
        synapses.from(pre, |_k, post, w| *w = also(*w, post));
    }
}

/// Lets all weights catch up, and begins time anew.
fn begin_anew<R: Real>(update: &Additive<R>, postponed: &mut Postponed<R>, synapses: &mut Synapses<'_, R>) {
    for pre in 0..postponed.n_pre() {
        catch_up(update, postponed, synapses, pre, |w, _post| w);
    }
    postponed.begin_anew();
}

impl<R: Real> PlasticityRule<R> for LazyPairStdp<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        self.structure.check(local.projection);
        let Self { axons, dendrites, post_trace, update, postponed, .. } = self;
        let mut synapses = local.projection.synapses();
        let pre_spikes = axons.pass(local.pre_spikes);
        let post_spikes = dendrites.pass(local.post_spikes);
        if postponed.is_full() {
            begin_anew(update, postponed, &mut synapses);
        }
        postponed.advance();
        postponed.mark_posts(post_spikes);
        post_trace.decay();
        let y = post_trace.values();
        for &pre in pre_spikes {
            let pre = pre as usize;
            catch_up(update, postponed, &mut synapses, pre, |w, post| update.depressed(w, y[post]));
            postponed.mark_pre(pre);
        }
        post_trace.mark(post_spikes);
    }

    #[track_caller]
    fn flush(&mut self, projection: &mut Projection<R>) {
        self.structure.check(projection);
        begin_anew(&self.update, &mut self.postponed, &mut projection.synapses());
    }

    /// Forgets what happened, also what weights have not caught up with: [`flush`](PlasticityRule::flush) first.
    fn reset(&mut self) {
        self.axons.reset();
        self.dendrites.reset();
        self.post_trace.reset();
        self.postponed.reset();
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("lazy {:?}", self.parameters));
        self.axons.save(&format!("{prefix}.axons"), checkpoint);
        self.dendrites.save(&format!("{prefix}.dendrites"), checkpoint);
        self.post_trace.save(&format!("{prefix}.post_trace"), checkpoint);
        self.postponed.save(prefix, checkpoint);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        let name = |name: &str| format!("{prefix}.{name}");
        checkpoint.require_metadata(&name("rule"), &format!("lazy {:?}", self.parameters))?;
        let (n_pre, n_post) = (self.postponed.n_pre(), self.post_trace.values().len());
        // All of it is read before any of it counts.
        *self = Self {
            parameters: self.parameters.clone(),
            structure: self.structure,
            axons: self.axons.restored(&name("axons"), n_pre, checkpoint)?,
            dendrites: self.dendrites.restored(&name("dendrites"), n_post, checkpoint)?,
            post_trace: self.post_trace.restored(&name("post_trace"), checkpoint)?,
            update: self.update.clone(),
            postponed: self.postponed.restored(prefix, checkpoint)?,
        };
        Ok(())
    }
}
