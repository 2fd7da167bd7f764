//! The reference package's reward-modulated rule: products of traces, times a reward.

use sc_core::{Checkpoint, Local, Projection, Real};

use crate::structure::Structure;
use crate::trace::{Memory, SILENT, Trace};
use crate::{Error, PlasticityRule};

/// Weights that grow with reward where both neurons were active of late, in whatever order.
///
/// One step, for every synapse `i -> j`:
///
/// 1. `a_i = a_i exp(-1 / 20) + pre_i`, and likewise `b_j` for postsynaptic spikes.
/// 2. `e = e exp(-1 / tau_reward) + a_i b_j`
/// 3. `w = max(0, w + 0.01 reward e)`
///
/// This is `RewardModulatedLearner` of the reference package, kept to reproduce its results. It is not STDP, since
/// the order of spikes makes no difference and nothing but a negative reward ever weakens a synapse; weights have
/// no upper bound; every *negative* weight becomes 0 in the first step, whether there is a reward or not, so do
/// not use it on inhibitory synapses; a step is taken to be 1 ms; and every synapse is visited in every step. The
/// rule that the literature knows is [`RewardModulatedStdp`](crate::RewardModulatedStdp).
///
/// Differs from the reference package: there a neuron "spikes" while its membrane is above 0.9, which after the
/// reset says that it nearly spiked; here spikes are spikes. Traces below 1e-30 are 0.
///
/// ```
/// use sc_core::{Dense, Local, Projection};
/// use sc_plasticity::{PlasticityRule, RewardedCoincidence};
/// let mut projection = Projection::<f64>::new(Dense::new(1, 2, vec![0.5, -0.5])?);
/// let mut rule = RewardedCoincidence::new(&projection, 100.0)?;
/// rule.step(Local { projection: &mut projection, pre_spikes: &[0], post_spikes: &[0], reward: 2.0 });
/// assert_eq!(projection.weights().values(), [0.52, 0.0]);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RewardedCoincidence<R: Real = f32> {
    tau_reward: f64,
    structure: Structure,
    decay: R,
    pre_trace: Trace<R>,
    post_trace: Trace<R>,
    eligibility: Vec<R>,
}

/// Time constant of both traces `[steps]`.
const TAU_TRACE: f64 = 20.0;
/// What a reward of 1 adds to a weight whose eligibility is 1.
const LEARNING_RATE: f64 = 0.01;

impl<R: Real> RewardedCoincidence<R> {
    /// The rule for the synapses of this projection, all traces at zero. `tau_reward` is the time constant of the
    /// eligibility `[steps]`, finite and > 0; the reference package takes 100 unless told otherwise.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `tau_reward` is outside its range.
    pub fn new(projection: &Projection<R>, tau_reward: f64) -> Result<Self, Error> {
        let valid = tau_reward.is_finite() && tau_reward > 0.0;
        Error::require(valid, "tau_reward", tau_reward, "finite and > 0")?;
        Ok(Self {
            tau_reward,
            structure: Structure::of(projection),
            decay: R::of((-1.0 / tau_reward).exp()),
            pre_trace: Trace::new(projection.n_pre(), TAU_TRACE, 1.0, Memory::All),
            post_trace: Trace::new(projection.n_post(), TAU_TRACE, 1.0, Memory::All),
            eligibility: vec![R::ZERO; projection.weights().values().len()],
        })
    }

    /// The trace of every presynaptic neuron.
    #[must_use]
    pub fn pre_trace(&self) -> &[R] {
        self.pre_trace.values()
    }

    /// The trace of every postsynaptic neuron.
    #[must_use]
    pub fn post_trace(&self) -> &[R] {
        self.post_trace.values()
    }

    /// The eligibility of every synapse, in the order of `values()`.
    #[must_use]
    pub fn eligibility(&self) -> &[R] {
        &self.eligibility
    }
}

impl<R: Real> PlasticityRule<R> for RewardedCoincidence<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        self.structure.check(local.projection);
        let Self { decay, pre_trace, post_trace, eligibility, .. } = self;
        let mut synapses = local.projection.synapses();
        pre_trace.decay();
        post_trace.decay();
        pre_trace.mark(local.pre_spikes);
        post_trace.mark(local.post_spikes);
        let (rate, silent) = (R::of(LEARNING_RATE) * local.reward, R::of(SILENT));
        for (pre, &a) in pre_trace.values().iter().enumerate() {
            synapses.from(pre, |k, post, weight| {
                let e = *decay * eligibility[k] + a * post_trace.values()[post];
                eligibility[k] = if e < silent { R::ZERO } else { e };
                *weight = (*weight + rate * e).max(R::ZERO);
            });
        }
    }

    fn reset(&mut self) {
        self.pre_trace.reset();
        self.post_trace.reset();
        self.eligibility.fill(R::ZERO);
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), self.in_words());
        self.pre_trace.save(&format!("{prefix}.pre_trace"), checkpoint);
        self.post_trace.save(&format!("{prefix}.post_trace"), checkpoint);
        checkpoint.insert(format!("{prefix}.eligibility"), &[self.eligibility.len()], &self.eligibility);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &self.in_words())?;
        let pre_trace = self.pre_trace.restored(&format!("{prefix}.pre_trace"), checkpoint)?;
        let post_trace = self.post_trace.restored(&format!("{prefix}.post_trace"), checkpoint)?;
        let eligibility = checkpoint.get(&format!("{prefix}.eligibility"), &[self.eligibility.len()])?;
        self.eligibility.copy_from_slice(eligibility);
        (self.pre_trace, self.post_trace) = (pre_trace, post_trace);
        Ok(())
    }
}

impl<R: Real> RewardedCoincidence<R> {
    fn in_words(&self) -> String {
        format!("RewardedCoincidence {{ tau_reward: {:?} }} for {:?}", self.tau_reward, self.structure)
    }
}
