//! Triplet STDP: how often neurons fire decides along with the order of their spikes.

use sc_core::{Checkpoint, Delay, Local, Projection, Real};

use crate::coincidence::Phase;
use crate::spike_delay::SpikeDelay;
use crate::trace::{Memory, Trace};
use crate::weight_update::WeightUpdate;
use crate::{Coincidence, Error, PlasticityRule, WeightDependence};

/// Spike-timing-dependent plasticity of pairs and triplets of spikes, which explains what pairs cannot: that
/// potentiation grows with the frequency at which pairs are repeated.
///
/// ```text
/// presynaptic spike:    w = w - o1 (a2_minus + a3_minus r2)
/// postsynaptic spike:   w = w + r1 (a2_plus + a3_plus o2)
/// ```
///
/// | trace | of | decays with |
/// |---|---|---|
/// | `r1`, `r2` | every presynaptic neuron | `tau_plus`, `tau_x` |
/// | `o1`, `o2` | every postsynaptic neuron | `tau_minus`, `tau_y` |
///
/// One step:
///
/// 1. The spikes that left `axonal_delay` steps ago on one side and `dendritic_delay` steps ago on the other
///    arrive at the synapses. In what follows a spike is one that arrives.
/// 2. All traces decay, `r1 = r1 exp(-dt / tau_plus)` and so on.
/// 3. For every synapse to a neuron that spiked: `w = w + r1 (a2_plus + a3_plus o2)`, cut to `[w_min, w_max]`.
/// 4. For every synapse from a neuron that spiked: `w = w - o1 (a2_minus + a3_minus r2)`, cut likewise.
/// 5. The four traces of those that spiked: `+ 1`, or `= 1` if only the nearest spikes count.
///
/// A spike never sees itself in `r2` and `o2`, which are read before it is taken up; and a coincidence does
/// nothing, see [`Coincidence`] for other orders. What delays mean is said at [`PairStdp`](crate::PairStdp). The
/// work is four multiplications per neuron and step, and one visit per synapse that a spike reaches.
///
/// J.-P. Pfister & W. Gerstner 2006, doi:10.1523/JNEUROSCI.1425-06.2006. Differs from the paper: time is discrete,
/// weights have hard bounds, traces below 1e-30 are 0. The paper's weights are relative to the initial one;
/// amplitudes have the unit of the weights here.
///
/// ```
/// use sc_core::{Dense, Projection};
/// use sc_plasticity::{TripletStdp, TripletStdpParameters};
/// let projection = Projection::<f32>::new(Dense::new(1, 1, vec![0.5])?);
/// let parameters = TripletStdpParameters { dt: 0.1, ..TripletStdpParameters::visual_cortex_minimal() };
/// let stdp = TripletStdp::new(&projection, parameters)?;
/// // Between Poisson spikes, postsynaptic neurons above this rate [Hz] are potentiated, below it depressed.
/// assert!((stdp.parameters().poisson_threshold() - 19.2203).abs() < 1e-4);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TripletStdp<R: Real = f32> {
    parameters: TripletStdpParameters,
    update: WeightUpdate<R>,
    plastic: bool,
    axons: SpikeDelay,
    dendrites: SpikeDelay,
    r1: Trace<R>,
    r2: Trace<R>,
    o1: Trace<R>,
    o2: Trace<R>,
}

/// Parameters of [`TripletStdp`].
#[derive(Debug, Clone, PartialEq)]
pub struct TripletStdpParameters {
    /// Potentiation by a pair, in the unit of the weights, finite.
    pub a2_plus: f64,
    /// Potentiation by a triplet of one presynaptic and two postsynaptic spikes, likewise.
    pub a3_plus: f64,
    /// Depression by a pair, likewise.
    pub a2_minus: f64,
    /// Depression by a triplet of one postsynaptic and two presynaptic spikes, likewise.
    pub a3_minus: f64,
    /// Time constant of `r1` `[ms]`, finite and > 0.
    pub tau_plus: f64,
    /// Time constant of `o1` `[ms]`, finite and > 0.
    pub tau_minus: f64,
    /// Time constant of `r2` `[ms]`, finite and > 0.
    pub tau_x: f64,
    /// Time constant of `o2` `[ms]`, finite and > 0.
    pub tau_y: f64,
    /// Lower bound of the weights, below `w_max`; minus infinity for none.
    pub w_min: f64,
    /// Upper bound of the weights; infinity for none.
    pub w_max: f64,
    /// Which spikes the traces remember.
    pub pairing: TripletPairing,
    /// What spikes do that reach a synapse in the same step.
    pub coincidence: Coincidence,
    /// From the presynaptic soma to the synapse `[steps]`.
    pub axonal_delay: u16,
    /// From the postsynaptic soma back to the synapse `[steps]`.
    pub dendritic_delay: u16,
    /// Duration of a step `[ms]`, finite and > 0.
    pub dt: f64,
}

/// Which spikes the traces of [`TripletStdp`] remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TripletPairing {
    /// All of them.
    #[default]
    AllToAll,
    /// The last one.
    Nearest,
}

impl Default for TripletStdpParameters {
    /// Those of [`visual_cortex`](Self::visual_cortex).
    fn default() -> Self {
        Self::visual_cortex()
    }
}

impl TripletStdpParameters {
    /// The full model of visual cortex, all spikes (table 4 of the paper), weights in `[0, 1]`, no delays,
    /// steps of 1 ms.
    #[must_use]
    pub fn visual_cortex() -> Self {
        Self {
            a2_plus: 5e-10,
            a3_plus: 6.2e-3,
            a2_minus: 7e-3,
            a3_minus: 2.3e-4,
            tau_plus: 16.8,
            tau_minus: 33.7,
            tau_x: 101.0,
            tau_y: 125.0,
            w_min: 0.0,
            w_max: 1.0,
            pairing: TripletPairing::AllToAll,
            coincidence: Coincidence::Neither,
            axonal_delay: 0,
            dendritic_delay: 0,
            dt: 1.0,
        }
    }

    /// The minimal model of visual cortex: potentiation by triplets only, depression by pairs only. `r2` does not
    /// count.
    #[must_use]
    pub fn visual_cortex_minimal() -> Self {
        Self {
            a2_plus: 0.0,
            a3_plus: 6.5e-3,
            a2_minus: 7.1e-3,
            a3_minus: 0.0,
            tau_y: 114.0,
            ..Self::visual_cortex()
        }
    }

    /// The minimal model of hippocampal cultures: as in visual cortex, but pairs potentiate too.
    #[must_use]
    pub fn hippocampus_minimal() -> Self {
        Self {
            a2_plus: 5.3e-3,
            a3_plus: 8e-3,
            a2_minus: 3.5e-3,
            a3_minus: 0.0,
            tau_y: 40.0,
            ..Self::visual_cortex()
        }
    }

    /// The postsynaptic rate `[Hz]` at which independent Poisson spikes change nothing on average, if only pairs
    /// depress (`a3_minus = 0`) and all spikes count. From
    ///
    /// ```text
    /// <dw/dt> = r_pre r_post (a2_plus tau_plus - a2_minus tau_minus + a3_plus tau_plus tau_y r_post)
    /// ```
    ///
    /// It is the threshold of the BCM rule, to which the triplet rule reduces then.
    #[must_use]
    pub fn poisson_threshold(&self) -> f64 {
        let pairs = self.a2_minus * self.tau_minus - self.a2_plus * self.tau_plus;
        1000.0 * pairs / (self.a3_plus * self.tau_plus * self.tau_y)
    }
}

impl<R: Real> TripletStdp<R> {
    /// The rule for the synapses of this projection, traces at zero.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::PerSynapseDelay`] if the projection
    /// has a delay for each synapse.
    pub fn new(projection: &Projection<R>, parameters: TripletStdpParameters) -> Result<Self, Error> {
        let TripletStdpParameters { tau_plus, tau_minus, tau_x, tau_y, dt, .. } = parameters;
        for (name, value) in
            [("tau_plus", tau_plus), ("tau_minus", tau_minus), ("tau_x", tau_x), ("tau_y", tau_y), ("dt", dt)]
        {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        for (name, value) in [
            ("a2_plus", parameters.a2_plus),
            ("a3_plus", parameters.a3_plus),
            ("a2_minus", parameters.a2_minus),
            ("a3_minus", parameters.a3_minus),
        ] {
            Error::require(R::of(value).is_finite(), name, value, "finite")?;
        }
        if matches!(projection.delay(), Delay::PerSynapse(_)) {
            return Err(Error::PerSynapseDelay);
        }
        let memory = match parameters.pairing {
            TripletPairing::AllToAll => Memory::All,
            TripletPairing::Nearest => Memory::Last,
        };
        let trace = |n, tau| Trace::new(n, tau, dt, memory);
        let (n_pre, n_post) = (projection.n_pre(), projection.n_post());
        let bounds = (parameters.w_min, parameters.w_max);
        Ok(Self {
            // The amplitudes are in what the traces say.
            update: WeightUpdate::new(WeightDependence::Additive, 1.0, 1.0, bounds)?,
            plastic: true,
            axons: SpikeDelay::new(parameters.axonal_delay),
            dendrites: SpikeDelay::new(parameters.dendritic_delay),
            r1: trace(n_pre, tau_plus),
            r2: trace(n_pre, tau_x),
            o1: trace(n_post, tau_minus),
            o2: trace(n_post, tau_y),
            parameters,
        })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &TripletStdpParameters {
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

    /// The traces `r1` and `r2` of every presynaptic neuron, as they are at the synapses.
    #[must_use]
    pub fn pre_traces(&self) -> [&[R]; 2] {
        [self.r1.values(), self.r2.values()]
    }

    /// The traces `o1` and `o2` of every postsynaptic neuron, as they are at the synapses.
    #[must_use]
    pub fn post_traces(&self) -> [&[R]; 2] {
        [self.o1.values(), self.o2.values()]
    }
}

impl<R: Real> PlasticityRule<R> for TripletStdp<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let Self { parameters, update, axons, dendrites, r1, r2, o1, o2, plastic } = self;
        let (n_pre, n_post) = (r1.values().len(), o1.values().len());
        let size = (local.projection.n_pre(), local.projection.n_post());
        assert!(
            size == (n_pre, n_post),
            "a projection of {size:?} neurons for a rule of {:?}",
            (n_pre, n_post)
        );
        let mut synapses = local.projection.synapses();
        let pre_spikes = axons.pass(local.pre_spikes);
        let post_spikes = dendrites.pass(local.post_spikes);
        let (a2_plus, a3_plus) = (R::of(parameters.a2_plus), R::of(parameters.a3_plus));
        let (a2_minus, a3_minus) = (R::of(parameters.a2_minus), R::of(parameters.a3_minus));

        for trace in [&mut *r1, &mut *r2, &mut *o1, &mut *o2] {
            trace.decay();
        }
        for phase in parameters.coincidence.phases() {
            match phase {
                Phase::Potentiate if *plastic => {
                    let (r1, o2) = (r1.values(), o2.values());
                    update.potentiate(&mut synapses, post_spikes, |post| {
                        let amplitude = a2_plus + a3_plus * o2[post];
                        move |pre: usize| amplitude * r1[pre]
                    });
                }
                Phase::Depress if *plastic => {
                    let (o1, r2) = (o1.values(), r2.values());
                    update.depress(&mut synapses, pre_spikes, |pre| {
                        let amplitude = a2_minus + a3_minus * r2[pre];
                        move |post: usize| amplitude * o1[post]
                    });
                }
                Phase::Potentiate | Phase::Depress => (),
                Phase::MarkPre => {
                    r1.mark(pre_spikes);
                    r2.mark(pre_spikes);
                }
                Phase::MarkPost => {
                    o1.mark(post_spikes);
                    o2.mark(post_spikes);
                }
            }
        }
    }

    fn reset(&mut self) {
        self.axons.reset();
        self.dendrites.reset();
        for trace in [&mut self.r1, &mut self.r2, &mut self.o1, &mut self.o2] {
            trace.reset();
        }
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.plastic"), &[], &[u8::from(self.plastic)]);
        self.axons.save(&format!("{prefix}.axons"), checkpoint);
        self.dendrites.save(&format!("{prefix}.dendrites"), checkpoint);
        for (name, trace) in [("r1", &self.r1), ("r2", &self.r2), ("o1", &self.o1), ("o2", &self.o2)] {
            trace.save(&format!("{prefix}.{name}"), checkpoint);
        }
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        let name = |name: &str| format!("{prefix}.{name}");
        checkpoint.require_metadata(&name("rule"), &format!("{:?}", self.parameters))?;
        let (n_pre, n_post) = (self.r1.values().len(), self.o1.values().len());
        // All of it is read before any of it counts.
        *self = Self {
            parameters: self.parameters.clone(),
            update: self.update.clone(),
            plastic: checkpoint.get::<u8>(&name("plastic"), &[])?[0] != 0,
            axons: self.axons.restored(&name("axons"), n_pre, checkpoint)?,
            dendrites: self.dendrites.restored(&name("dendrites"), n_post, checkpoint)?,
            r1: self.r1.restored(&name("r1"), checkpoint)?,
            r2: self.r2.restored(&name("r2"), checkpoint)?,
            o1: self.o1.restored(&name("o1"), checkpoint)?,
            o2: self.o2.restored(&name("o2"), checkpoint)?,
        };
        Ok(())
    }
}
