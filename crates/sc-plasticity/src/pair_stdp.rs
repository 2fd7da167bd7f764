//! Pair-based STDP: the order of two spikes decides between potentiation and depression.

use sc_core::{Checkpoint, Delay, Local, Projection, Real};

use crate::coincidence::Phase;
use crate::rule::past_steps;
use crate::spike_delay::SpikeDelay;
use crate::spike_history::SpikeHistory;
use crate::trace::{Memory, Trace};
use crate::weight_update::WeightUpdate;
use crate::{Coincidence, Error, Pairing, PlasticityRule, WeightDependence};

/// Spike-timing-dependent plasticity of pairs of spikes. A pair whose postsynaptic spike reaches the synapse
/// `s` ms after the presynaptic one changes the weight by
///
/// ```text
/// s > 0:    potentiation f_plus(w) exp(-s / tau_plus)
/// s < 0:   -depression f_minus(w) exp(s / tau_minus)
/// ```
///
/// Every presynaptic neuron has a trace `x` and every postsynaptic neuron a trace `y`; a synapse has nothing but
/// its weight. One step:
///
/// 1. The spikes that left `axonal_delay` steps ago on one side and `dendritic_delay` steps ago on the other
///    arrive at the synapses. In what follows a spike is one that arrives.
/// 2. `x = x exp(-dt / tau_plus)`, `y = y exp(-dt / tau_minus)`.
/// 3. For every synapse to a neuron that spiked: `w = w + potentiation f_plus(w) x`, cut to `[w_min, w_max]`.
/// 4. For every synapse from a neuron that spiked: `w = w - depression f_minus(w) y`, cut likewise.
/// 5. Those that spiked: `x = x + 1`, `y = y + 1`.
///
/// So a coincidence does nothing; [`Coincidence`] has the other orders. `f_plus` and `f_minus` are 1 or a
/// [`WeightDependence`], and which pairs count is the [`Pairing`]. The work is two multiplications per neuron and
/// step, and one visit per synapse that a spike reaches. Synapses that no spike reaches are not looked at, so an
/// initial weight outside the bounds stays until then.
///
/// # Delays
/// A synapse sits somewhere between two somata: a presynaptic spike reaches it after the axonal delay, a
/// postsynaptic one, running back, after the dendritic delay. What the rule sees as time between two spikes is
///
/// ```text
/// s = (t_post + dendritic_delay) - (t_pre + axonal_delay)
/// ```
///
/// The rule knows nothing of the [`Delay`] of the projection, which says when a spike reaches the target's
/// membrane: one step of the network and `delay` steps more. The two belong together if the parts sum up to the
/// whole, `axonal_delay + dendritic_delay = 1 + delay`:
///
/// * `axonal_delay: 0, dendritic_delay: 1 + delay` is the reading of NEST, and fits exactly: a spike is sent with
///   the weight as it is when the spike leaves, and that is when it passes the synapse.
/// * `axonal_delay: 1 + delay, dendritic_delay: 0` is the reading of Brian2 and Auryn. They look at the
///   weight when the spike arrives; here it is still sent with the weight that it had on leaving.
/// * 0 and 0, the default, is for when delays do not matter: times are those of the somata.
///
/// A projection with a delay for each synapse is refused, since here all synapses have the same.
///
/// H. Markram, J. Lübke, M. Frotscher & B. Sakmann 1997, doi:10.1126/science.275.5297.213; G. Bi & M. Poo 1998,
/// doi:10.1523/JNEUROSCI.18-24-10464.1998; as traces, and for the pairings, A. Morrison, M. Diesmann &
/// W. Gerstner 2008, doi:10.1007/s00422-008-0233-1. Differs from them: time is discrete, traces below 1e-30 are 0.
///
/// ```
/// use sc_core::{Dense, Network, Projection};
/// use sc_plasticity::{PairStdp, PairStdpParameters, PlasticityRule};
/// let mut network = Network::<f64>::new();
/// let (source, target) = (network.add_spike_source(1), network.add_spike_source(1));
/// let synapse = network.add_projection(source, target, Projection::new(Dense::new(1, 1, vec![0.5])?))?;
/// let parameters = PairStdpParameters { potentiation: 0.01, tau_plus: 20.0, ..Default::default() };
/// let mut stdp = PairStdp::new(network.projection(synapse), parameters)?;
/// for t in 0..20 {
///     network.step();
///     network.set_spikes(source, if t == 5 { &[0] } else { &[] })?;
///     network.set_spikes(target, if t == 15 { &[0] } else { &[] })?;
///     stdp.step(network.local(synapse));
/// }
/// let w = network.projection(synapse).weights().values()[0];
/// assert!((w - (0.5 + 0.01 * (-10.0_f64 / 20.0).exp())).abs() < 1e-15);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PairStdp<R: Real = f32> {
    parameters: PairStdpParameters,
    update: WeightUpdate<R>,
    plastic: bool,
    axons: SpikeDelay,
    dendrites: SpikeDelay,
    pre_trace: Trace<R>,
    post_trace: Trace<R>,
    /// Steps so far; the first step is step 1.
    now: u64,
    /// The step in which each neuron spiked last, 0 for never. Nearest-neighbour pairings look at them.
    last_pre: Vec<u64>,
    last_post: Vec<u64>,
    /// Empty unless the pairing is presynaptic-centred.
    history: SpikeHistory,
}

/// Parameters of [`PairStdp`].
#[derive(Debug, Clone, PartialEq)]
pub struct PairStdpParameters {
    /// What a pair with the presynaptic spike first adds at most, in the unit of the weights, finite. Default
    /// 0.005.
    pub potentiation: f64,
    /// What a pair with the presynaptic spike last takes at most, in the unit of the weights, finite. Default
    /// 0.00525.
    pub depression: f64,
    /// Time constant of potentiation and of the presynaptic traces `[ms]`, finite and > 0. Default 20.
    pub tau_plus: f64,
    /// Time constant of depression and of the postsynaptic traces `[ms]`, finite and > 0. Default 20.
    pub tau_minus: f64,
    /// Lower bound of the weights, below `w_max`; minus infinity for none. Default 0.
    pub w_min: f64,
    /// Upper bound of the weights; infinity for none. Default 1.
    pub w_max: f64,
    /// How steps depend on the weight. Default additive.
    pub weight_dependence: WeightDependence,
    /// Which pairs of spikes count. Default all.
    pub pairing: Pairing,
    /// What spikes do that reach a synapse in the same step. Default neither.
    pub coincidence: Coincidence,
    /// From the presynaptic soma to the synapse `[steps]`. Default 0.
    pub axonal_delay: u16,
    /// From the postsynaptic soma back to the synapse `[steps]`. Default 0.
    pub dendritic_delay: u16,
    /// Duration of a step `[ms]`, finite and > 0. Default 1.
    pub dt: f64,
}

impl Default for PairStdpParameters {
    /// Those of S. Song, K. D. Miller & L. F. Abbott 2000, doi:10.1038/78829.
    fn default() -> Self {
        Self {
            potentiation: 0.005,
            depression: 1.05 * 0.005,
            tau_plus: 20.0,
            tau_minus: 20.0,
            w_min: 0.0,
            w_max: 1.0,
            weight_dependence: WeightDependence::Additive,
            pairing: Pairing::AllToAll,
            coincidence: Coincidence::Neither,
            axonal_delay: 0,
            dendritic_delay: 0,
            dt: 1.0,
        }
    }
}

impl<R: Real> PairStdp<R> {
    /// The rule for the synapses of this projection, traces at zero.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::PerSynapseDelay`] if the projection
    /// has a delay for each synapse.
    pub fn new(projection: &Projection<R>, parameters: PairStdpParameters) -> Result<Self, Error> {
        let PairStdpParameters { tau_plus, tau_minus, dt, .. } = parameters;
        for (name, value) in [("tau_plus", tau_plus), ("tau_minus", tau_minus), ("dt", dt)] {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        if matches!(projection.delay(), Delay::PerSynapse(_)) {
            return Err(Error::PerSynapseDelay);
        }
        let (n_pre, n_post) = (projection.n_pre(), projection.n_post());
        let memory = match parameters.pairing {
            Pairing::AllToAll => Memory::All,
            _ => Memory::Last,
        };
        let n_history = if parameters.pairing == Pairing::NearestPresynaptic { n_pre } else { 0 };
        Ok(Self {
            update: WeightUpdate::new(
                parameters.weight_dependence,
                parameters.potentiation,
                parameters.depression,
                (parameters.w_min, parameters.w_max),
            )?,
            plastic: true,
            axons: SpikeDelay::new(parameters.axonal_delay),
            dendrites: SpikeDelay::new(parameters.dendritic_delay),
            pre_trace: Trace::new(n_pre, tau_plus, dt, memory),
            post_trace: Trace::new(n_post, tau_minus, dt, memory),
            now: 0,
            last_pre: vec![0; n_pre],
            last_post: vec![0; n_post],
            history: SpikeHistory::new(n_history, tau_plus, dt),
            parameters,
        })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &PairStdpParameters {
        &self.parameters
    }

    /// Whether weights change; true at first.
    #[must_use]
    pub fn plastic(&self) -> bool {
        self.plastic
    }

    /// Freezes the weights, or lets them change again. The traces go on in either case.
    pub fn set_plastic(&mut self, plastic: bool) {
        self.plastic = plastic;
    }

    /// The trace of every presynaptic neuron, as it is at the synapses.
    #[must_use]
    pub fn pre_trace(&self) -> &[R] {
        self.pre_trace.values()
    }

    /// The trace of every postsynaptic neuron, as it is at the synapses.
    #[must_use]
    pub fn post_trace(&self) -> &[R] {
        self.post_trace.values()
    }
}

impl<R: Real> PlasticityRule<R> for PairStdp<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let Self { parameters, update, axons, dendrites, pre_trace, post_trace, .. } = self;
        let PairStdpParameters { pairing, coincidence, .. } = *parameters;
        let (now, last_pre, last_post) = (self.now + 1, &mut self.last_pre, &mut self.last_post);
        let history = &mut self.history;
        self.now = now;

        let (n_pre, n_post) = (pre_trace.values().len(), post_trace.values().len());
        let size = (local.projection.n_pre(), local.projection.n_post());
        assert!(
            size == (n_pre, n_post),
            "a projection of {size:?} neurons for a rule of {:?}",
            (n_pre, n_post)
        );
        let mut synapses = local.projection.synapses();
        let pre_spikes = axons.pass(local.pre_spikes);
        let post_spikes = dendrites.pass(local.post_spikes);

        // Neighbours reach back to the last spike of their own side. A spike of the other side in that very step
        // still counts, unless the coincidence puts it first.
        let pre_first = u64::from(coincidence == Coincidence::Potentiation);
        let post_first = u64::from(coincidence == Coincidence::Depression);

        pre_trace.decay();
        post_trace.decay();
        for phase in coincidence.phases() {
            let (x, y) = (pre_trace.values(), post_trace.values());
            match phase {
                Phase::Potentiate if self.plastic => match pairing {
                    Pairing::AllToAll | Pairing::NearestSymmetric => {
                        update.potentiate(&mut synapses, post_spikes, |_post| |pre: usize| x[pre]);
                    }
                    Pairing::NearestPresynaptic => {
                        update.potentiate(&mut synapses, post_spikes, |post| {
                            let first = last_post[post] + pre_first;
                            let history = &*history;
                            move |pre: usize| history.since(pre, first, now)
                        });
                    }
                    Pairing::NearestReduced => {
                        update.potentiate(&mut synapses, post_spikes, |post| {
                            let first = last_post[post] + pre_first;
                            let last_pre = &*last_pre;
                            move |pre: usize| if last_pre[pre] >= first { x[pre] } else { R::ZERO }
                        });
                    }
                },
                Phase::Depress if self.plastic => match pairing {
                    Pairing::NearestReduced => {
                        update.depress(&mut synapses, pre_spikes, |pre| {
                            let first = last_pre[pre] + post_first;
                            let last_post = &*last_post;
                            move |post: usize| if last_post[post] >= first { y[post] } else { R::ZERO }
                        });
                    }
                    _ => update.depress(&mut synapses, pre_spikes, |_pre| |post: usize| y[post]),
                },
                Phase::Potentiate | Phase::Depress => (),
                Phase::MarkPre => {
                    pre_trace.mark(pre_spikes);
                    pre_spikes.iter().for_each(|&pre| last_pre[pre as usize] = now);
                    if pairing == Pairing::NearestPresynaptic {
                        history.mark(pre_spikes, now);
                    }
                }
                Phase::MarkPost => {
                    post_trace.mark(post_spikes);
                    post_spikes.iter().for_each(|&post| last_post[post as usize] = now);
                }
            }
        }
    }

    fn reset(&mut self) {
        self.axons.reset();
        self.dendrites.reset();
        self.pre_trace.reset();
        self.post_trace.reset();
        self.now = 0;
        self.last_pre.fill(0);
        self.last_post.fill(0);
        self.history.reset();
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.plastic"), &[], &[u8::from(self.plastic)]);
        checkpoint.insert(format!("{prefix}.now"), &[], &[self.now]);
        self.axons.save(&format!("{prefix}.axons"), checkpoint);
        self.dendrites.save(&format!("{prefix}.dendrites"), checkpoint);
        self.pre_trace.save(&format!("{prefix}.pre_trace"), checkpoint);
        self.post_trace.save(&format!("{prefix}.post_trace"), checkpoint);
        checkpoint.insert(format!("{prefix}.last_pre"), &[self.last_pre.len()], &self.last_pre);
        checkpoint.insert(format!("{prefix}.last_post"), &[self.last_post.len()], &self.last_post);
        self.history.save(&format!("{prefix}.history"), checkpoint);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        let name = |name: &str| format!("{prefix}.{name}");
        checkpoint.require_metadata(&name("rule"), &format!("{:?}", self.parameters))?;
        let (n_pre, n_post) = (self.last_pre.len(), self.last_post.len());
        let now = checkpoint.get::<u64>(&name("now"), &[])?[0];
        // All of it is read before any of it counts.
        *self = Self {
            parameters: self.parameters.clone(),
            update: self.update.clone(),
            plastic: checkpoint.get::<u8>(&name("plastic"), &[])?[0] != 0,
            axons: self.axons.restored(&name("axons"), n_pre, checkpoint)?,
            dendrites: self.dendrites.restored(&name("dendrites"), n_post, checkpoint)?,
            pre_trace: self.pre_trace.restored(&name("pre_trace"), checkpoint)?,
            post_trace: self.post_trace.restored(&name("post_trace"), checkpoint)?,
            now,
            last_pre: past_steps(checkpoint, &name("last_pre"), n_pre, now)?.to_vec(),
            last_post: past_steps(checkpoint, &name("last_post"), n_post, now)?.to_vec(),
            history: self.history.restored(&name("history"), now, checkpoint)?,
        };
        Ok(())
    }
}
