//! Rewiring driven by activity: synapses grow between neurons that fire together and are pruned when weak.

use std::collections::VecDeque;

use rand::RngExt;
use sc_core::random;
use sc_core::{Autapses, Checkpoint, Editable, Local, Projection, Real};

use super::{allowed, create, editable, editable_size, remove};
use crate::rule::steps_made;
use crate::{Error, PlasticityRule};

/// Synapses grow where a presynaptic spike comes shortly before a postsynaptic one, and those that stay weak
/// are pruned.
///
/// Which weights are strong and which are weak is for another rule to say, STDP for instance, that acts on
/// the same projection. One step:
///
/// 1. Every postsynaptic neuron that spiked, in order, with probability `growth` guesses a partner: the
///    neuron of a spike drawn from all `n` presynaptic spikes of the last `5 tau`, the current step
///    excluded. It takes it with probability `exp(-age / tau)`, if the pair has no synapse and may have one.
///    A postsynaptic spike thus asks for a synapse from `i` with probability
///    `growth / n sum_f exp(-(t - t_i^f) / tau)`: the share of `i` in the presynaptic traces.
/// 2. [`InDegree::Free`]: the synapse is created with the weight of the parameters. [`InDegree::Constant`]:
///    it takes the place of the weakest synapse of the postsynaptic neuron (the first one, if there are
///    several), if that is weaker than `prune_below`; otherwise it is not created.
/// 3. [`InDegree::Free`]: the synapses with `|w| < prune_below` of every presynaptic neuron that spiked are
///    removed.
/// 4. The presynaptic spikes of the step join the recent ones.
///
/// A step costs what its spikes cost: a lookup for every postsynaptic spike, a row for every presynaptic one,
/// a column where a synapse is replaced, a row and a column for every edit.
///
/// In a [`PlasticNetwork`](crate::PlasticNetwork) it belongs on one thread: it draws for all of the projection.
///
/// In the spirit of correlation-driven growth and weight-dependent removal of synapses: M. Deger, M. Helias,
/// S. Rotter & M. Diesmann 2012, doi:10.1371/journal.pcbi.1002689, and for the replacement of weak synapses
/// under a constant in-degree D. B. Chklovskii, B. W. Mel & K. Svoboda 2004, doi:10.1038/nature03012. It is
/// the model of no single paper.
///
/// ```
/// use sc_core::{Editable, Local, Projection};
/// use sc_plasticity::{ActivityRewiring, ActivityRewiringParameters, PlasticityRule};
/// let mut projection = Projection::<f32>::new(Editable::empty(3, 1));
/// let parameters = ActivityRewiringParameters { growth: 1.0, ..Default::default() };
/// let mut rewiring = ActivityRewiring::new(&projection, parameters)?;
/// for spikes in [([2], &[][..]), ([2], &[0])] {
///     let (pre_spikes, post_spikes) = (&spikes.0, spikes.1);
///     rewiring.step(Local { projection: &mut projection, pre_spikes, post_spikes, reward: 0.0 });
/// }
/// assert_eq!(projection.editable().unwrap().sources(0), [2]);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ActivityRewiring {
    parameters: ActivityRewiringParameters,
    size: (usize, usize),
    /// Step and neuron of the presynaptic spikes of the last `5 tau`, the latest last.
    recent: VecDeque<(u64, u32)>,
    t: u64,
}

/// Parameters of [`ActivityRewiring`].
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityRewiringParameters {
    /// Probability that a postsynaptic spike looks for a new partner, in 0..=1. Default 0.01.
    pub growth: f64,
    /// How long a presynaptic spike is remembered `[ms]`, finite and > 0. Default 20.
    pub tau: f64,
    /// Weight of a new synapse, finite, at least `prune_below` in size. Default 0.1.
    pub weight: f64,
    /// Synapses of smaller size than this are weak, finite and >= 0. Default 0.01.
    pub prune_below: f64,
    /// Whether the number of synapses to a neuron may change. Default [`InDegree::Free`].
    pub in_degree: InDegree,
    /// Whether a neuron may have a synapse onto itself; forbid it only where source and target are one
    /// population. Default [`Autapses::Allow`].
    pub autapses: Autapses,
    /// Duration of a step `[ms]`, finite and > 0. Default 1.
    pub dt: f64,
    /// Where chance comes from. Default 0.
    pub seed: u64,
}

/// The number of synapses to a neuron under [`ActivityRewiring`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InDegree {
    /// New synapses are added up to `max` per postsynaptic neuron, weak ones are removed.
    Free {
        /// No neuron grows more synapses than this.
        max: usize,
    },
    /// A new synapse takes the place of a weak one.
    Constant,
}

impl Default for ActivityRewiringParameters {
    fn default() -> Self {
        Self {
            growth: 0.01,
            tau: 20.0,
            weight: 0.1,
            prune_below: 0.01,
            in_degree: InDegree::Free { max: usize::MAX },
            autapses: Autapses::Allow,
            dt: 1.0,
            seed: 0,
        }
    }
}

impl ActivityRewiring {
    /// The rule for this projection.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::Core`] if the weights are not
    /// [`Editable`](sc_core::Editable).
    pub fn new<R: Real>(
        projection: &Projection<R>,
        parameters: ActivityRewiringParameters,
    ) -> Result<Self, Error> {
        let p = &parameters;
        for (name, value) in [("tau", p.tau), ("dt", p.dt)] {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        Error::require((0.0..=1.0).contains(&p.growth), "growth", p.growth, "in 0..=1")?;
        let limit = p.prune_below;
        Error::require(limit.is_finite() && limit >= 0.0, "prune_below", limit, "finite and >= 0")?;
        let survives = (p.weight as f32).is_finite() && p.weight.abs() >= limit;
        Error::require(survives, "weight", p.weight, "finite and at least prune_below in size")?;
        Ok(Self { parameters, size: editable_size(projection)?, recent: VecDeque::new(), t: 0 })
    }

    /// How long a presynaptic spike is remembered `[steps]`.
    fn memory(&self) -> u64 {
        (5.0 * self.parameters.tau / self.parameters.dt).ceil() as u64
    }

    /// Steps 1 and 2.
    fn grow<R: Real>(&self, projection: &mut Projection<R>, post_spikes: &[u32]) {
        let ActivityRewiringParameters { growth, tau, weight, in_degree, autapses, dt, seed, .. } =
            self.parameters;
        let mut stream = random::stream(seed, "activity rewiring", self.t);
        for &post in post_spikes {
            if !stream.random_bool(growth) {
                continue;
            }
            let (step, pre) = self.recent[stream.random_range(0..self.recent.len())];
            let age = (self.t - step) as f64 * dt;
            let (pre, post) = (pre as usize, post as usize);
            if !stream.random_bool((-age / tau).exp()) || !allowed(pre, post, autapses) {
                continue;
            }
            let synapses = editable(projection, self.size);
            if synapses.slot(pre, post).is_some() {
                continue;
            }
            match in_degree {
                InDegree::Free { max } if synapses.sources(post).len() >= max => continue,
                InDegree::Free { .. } => (),
                InDegree::Constant => match self.weakest(synapses, post) {
                    Some(weakest) => remove(projection, (weakest, post)),
                    None => continue,
                },
            }
            create(projection, (pre, post), R::of(weight));
        }
    }

    /// The source of the weakest synapse to `post`, if that is weak.
    fn weakest<R: Real>(&self, synapses: &Editable<R>, post: usize) -> Option<usize> {
        let size = |pre: usize| synapses.get(pre, post).map_or(f64::INFINITY, |weight| weight.abs().f64());
        let sources = synapses.sources(post).iter().map(|&pre| (size(pre as usize), pre as usize));
        let (size, pre) = sources.min_by(|a, b| a.0.total_cmp(&b.0))?;
        // In the precision of the weights, of which a new one may be just the limit.
        (size < R::of(self.parameters.prune_below).f64()).then_some(pre)
    }

    /// Step 3.
    fn prune<R: Real>(&self, projection: &mut Projection<R>, pre_spikes: &[u32]) {
        let limit = R::of(self.parameters.prune_below);
        for &pre in pre_spikes {
            let (targets, weights) = editable(projection, self.size).row(pre as usize);
            let synapses = targets.iter().zip(weights);
            let weak: Vec<u32> = synapses.filter(|(_, w)| w.abs() < limit).map(|(&post, _)| post).collect();
            weak.into_iter().for_each(|post| remove(projection, (pre as usize, post as usize)));
        }
    }
}

impl<R: Real> PlasticityRule<R> for ActivityRewiring {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        editable(local.projection, self.size);
        self.t += 1;
        let memory = self.memory();
        while self.recent.front().is_some_and(|&(step, _)| self.t - step > memory) {
            self.recent.pop_front();
        }
        if !local.post_spikes.is_empty() && !self.recent.is_empty() {
            self.grow(local.projection, local.post_spikes);
        }
        if matches!(self.parameters.in_degree, InDegree::Free { .. }) {
            self.prune(local.projection, local.pre_spikes);
        }
        self.recent.extend(local.pre_spikes.iter().map(|&pre| (self.t, pre)));
    }

    fn reset(&mut self) {
        self.recent.clear();
        self.t = 0;
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        let (steps, neurons): (Vec<u64>, Vec<u32>) = self.recent.iter().copied().unzip();
        checkpoint.insert(format!("{prefix}.recent_steps"), &[steps.len()], &steps);
        checkpoint.insert(format!("{prefix}.recent_neurons"), &[steps.len()], &neurons);
        checkpoint.insert(format!("{prefix}.t"), &[], &[self.t]);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        let t = steps_made(checkpoint, &format!("{prefix}.t"), &[])?;
        let steps: &[u64] = checkpoint.elements(&format!("{prefix}.recent_steps"))?;
        let neurons: &[u32] = checkpoint.get(&format!("{prefix}.recent_neurons"), &[steps.len()])?;
        let mut earliest = t.saturating_sub(self.memory());
        for (position, (&step, &neuron)) in steps.iter().zip(neurons).enumerate() {
            if neuron as usize >= self.size.0 {
                let (what, index, bound) = ("recent neurons", neuron as usize, self.size.0);
                return Err(sc_core::Error::Index { what, position, index, bound }.into());
            }
            let expected = "rising, up to now, and none that is forgotten";
            Error::require((earliest..=t).contains(&step), "recent step", step as f64, expected)?;
            earliest = step;
        }
        self.recent = steps.iter().copied().zip(neurons.iter().copied()).collect();
        self.t = t;
        Ok(())
    }
}
