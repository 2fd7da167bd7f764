//! Homeostatic structural plasticity: neurons grow and lose synapses until they fire at their rate.

use rand::RngExt;
use sc_core::random::{self, Stream};
use sc_core::{Autapses, Checkpoint, Editable, Local, Projection, Real};

use super::synaptic_elements::SynapticElements;
use super::{GrowthCurve, allowed, create, editable, editable_size, remove};
use crate::rule::steps_made;
use crate::{Error, PlasticityRule};

/// The model of structural plasticity (MSP): every neuron measures its activity by calcium, grows axonal and
/// dendritic elements as long as it is too low and loses them when it is too high; free elements find each
/// other at random and become synapses.
///
/// `Ca' = -Ca / tau_calcium + beta sum_f delta(t - t_f)`, `z' = growth(Ca)` with a [`GrowthCurve`] for the
/// axonal elements of every presynaptic and the dendritic elements of every postsynaptic neuron. A neuron
/// that fires at rate `r` has a mean calcium of `beta tau_calcium r`, so a curve that crosses zero at `eps`
/// holds it at `r = eps / (beta tau_calcium)`: 5 Hz by default.
///
/// One step:
///
/// 1. The calcium and the elements of the neurons that spiked are brought up to now, `z = max(0, z)`, then
///    their calcium jumps by `beta`.
///
/// Every `update_interval` steps also:
///
/// 2. All other neurons are brought up to now.
/// 3. Presynaptic neurons with more synapses than whole axonal elements, in order, lose random ones of their
///    synapses; then likewise postsynaptic neurons with more synapses than whole dendritic elements. The
///    element on the other side of a lost synapse is free again.
/// 4. Free axonal and free dendritic elements are shuffled and paired until one kind is used up. A pair that
///    may have no synapse, because it has one already or is an autapse where those are forbidden, gets none.
///    All others get one with the weight of the parameters.
/// 5. What is still free withers: `z = z - vacant_decay (floor(z) - synapses)`.
///
/// At the first step, the elements of a neuron are as many as it has synapses. Growth between spikes is
/// integrated in one go, so a step costs what its spikes cost, and an update what the neurons and the
/// changes do. Put the neurons of several types into one population to let them share elements, as axons of
/// excitatory neurons do that reach excitatory and inhibitory ones, with curves for each neuron and
/// [`GrowthCurve::NONE`] for those that have none of these elements.
///
/// In a [`PlasticNetwork`](crate::PlasticNetwork) it belongs on one thread: it draws for all of the projection.
///
/// M. Butz & A. van Ooyen 2013, doi:10.1371/journal.pcbi.1003259; in discrete time and with withering as in
/// NEST. Differs from both: a pair of neurons has one synapse at most, and elements are integrated between
/// events instead of in every step.
///
/// ```
/// use sc_core::{Editable, Local, Projection};
/// use sc_plasticity::{HomeostaticGrowth, HomeostaticGrowthParameters, PlasticityRule};
/// let mut projection = Projection::<f32>::new(Editable::empty(10, 10));
/// let parameters = HomeostaticGrowthParameters { update_interval: 100, ..Default::default() };
/// let mut growth = HomeostaticGrowth::new(&projection, parameters)?;
/// // Too little activity, but some: 1 Hz.
/// for t in 0..30_000 {
///     let spikes: &[u32] = if t % 1000 == 0 { &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } else { &[] };
///     growth.step(Local { projection: &mut projection, pre_spikes: spikes, post_spikes: spikes, reward: 0.0 });
/// }
/// assert!(projection.editable().unwrap().n_synapses() > 5);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct HomeostaticGrowth {
    parameters: HomeostaticGrowthParameters,
    axons: SynapticElements,
    dendrites: SynapticElements,
    t: u64,
}

/// Parameters of [`HomeostaticGrowth`].
#[derive(Debug, Clone, PartialEq)]
pub struct HomeostaticGrowthParameters {
    /// Time constant of calcium `[ms]`, finite and > 0. Default 10,000.
    pub tau_calcium: f64,
    /// What a spike adds to calcium, finite and > 0. Default 0.001.
    pub beta: f64,
    /// The curve of the axonal elements of all presynaptic neurons, or one for each. Default: gaussian with
    /// rate 0.0001, eta 0 and eps 0.05.
    pub axonal: Vec<GrowthCurve>,
    /// The curve of the dendritic elements of all postsynaptic neurons, or one for each. Default: the same.
    pub dendritic: Vec<GrowthCurve>,
    /// Weight of a new synapse, finite. Default 1.
    pub weight: f64,
    /// The part of the free elements that is lost at every update, in 0..=1. Default 0.1.
    pub vacant_decay: f64,
    /// Steps from one update of the synapses to the next, at least 1. Default 1000.
    pub update_interval: u64,
    /// Whether a neuron may have a synapse onto itself; forbid it only where source and target are one
    /// population. Default [`Autapses::Allow`].
    pub autapses: Autapses,
    /// Duration of a step `[ms]`, finite and > 0. Default 1.
    pub dt: f64,
    /// Where chance comes from. Default 0.
    pub seed: u64,
}

impl Default for HomeostaticGrowthParameters {
    fn default() -> Self {
        let curve = vec![GrowthCurve::Gaussian { rate: 1e-4, eta: 0.0, eps: 0.05 }];
        Self {
            tau_calcium: 10_000.0,
            beta: 0.001,
            axonal: curve.clone(),
            dendritic: curve,
            weight: 1.0,
            vacant_decay: 0.1,
            update_interval: 1000,
            autapses: Autapses::Allow,
            dt: 1.0,
            seed: 0,
        }
    }
}

impl HomeostaticGrowth {
    /// The rule for this projection.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range, [`Error::Length`] curves that are neither
    /// one nor one per neuron; [`Error::Core`] if the weights are not [`Editable`].
    pub fn new<R: Real>(
        projection: &Projection<R>,
        parameters: HomeostaticGrowthParameters,
    ) -> Result<Self, Error> {
        let p = &parameters;
        for (name, value) in [("tau_calcium", p.tau_calcium), ("beta", p.beta), ("dt", p.dt)] {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        Error::require((p.weight as f32).is_finite(), "weight", p.weight, "finite")?;
        Error::require((0.0..=1.0).contains(&p.vacant_decay), "vacant_decay", p.vacant_decay, "in 0..=1")?;
        Error::require(p.update_interval > 0, "update_interval", 0.0, "at least 1")?;
        let (n_pre, n_post) = editable_size(projection)?;
        let calcium = (p.tau_calcium, p.beta, p.dt);
        Ok(Self {
            axons: SynapticElements::new(n_pre, &p.axonal, calcium, "axonal curves")?,
            dendrites: SynapticElements::new(n_post, &p.dendritic, calcium, "dendritic curves")?,
            parameters,
            t: 0,
        })
    }

    /// The calcium of every presynaptic neuron at its last spike or at the last update, whichever is later.
    #[must_use]
    pub fn pre_calcium(&self) -> &[f64] {
        self.axons.calcium()
    }

    /// The calcium of every postsynaptic neuron at its last spike or at the last update.
    #[must_use]
    pub fn post_calcium(&self) -> &[f64] {
        self.dendrites.calcium()
    }

    /// The axonal elements of every presynaptic neuron, free or not, at its last spike or at the last update.
    #[must_use]
    pub fn axonal_elements(&self) -> &[f64] {
        self.axons.elements()
    }

    /// The dendritic elements of every postsynaptic neuron, free or not, at its last spike or at the last
    /// update.
    #[must_use]
    pub fn dendritic_elements(&self) -> &[f64] {
        self.dendrites.elements()
    }

    fn size(&self) -> (usize, usize) {
        (self.axons.n(), self.dendrites.n())
    }

    /// Steps 2 to 5.
    fn update<R: Real>(&mut self, projection: &mut Projection<R>) {
        let mut stream = random::stream(self.parameters.seed, "homeostatic growth", self.t);
        let (n_pre, n_post) = self.size();
        (0..n_pre).for_each(|pre| self.axons.touch(pre, self.t));
        (0..n_post).for_each(|post| self.dendrites.touch(post, self.t));
        self.retract(projection, &mut stream);
        self.connect(projection, &mut stream);
        let synapses = editable(projection, self.size());
        let decay = self.parameters.vacant_decay;
        wither(&mut self.axons, decay, |pre| synapses.row(pre).0.len());
        wither(&mut self.dendrites, decay, |post| synapses.sources(post).len());
    }

    /// Step 3: synapses that have lost an element.
    fn retract<R: Real>(&self, projection: &mut Projection<R>, stream: &mut Stream) {
        let (n_pre, n_post) = self.size();
        for pre in 0..n_pre {
            loop {
                let targets = editable(projection, self.size()).row(pre).0;
                if targets.len() <= self.axons.whole(pre) {
                    break;
                }
                let post = targets[stream.random_range(0..targets.len())] as usize;
                remove(projection, (pre, post));
            }
        }
        for post in 0..n_post {
            loop {
                let sources = editable(projection, self.size()).sources(post);
                if sources.len() <= self.dendrites.whole(post) {
                    break;
                }
                let pre = sources[stream.random_range(0..sources.len())] as usize;
                remove(projection, (pre, post));
            }
        }
    }

    /// Step 4: free elements find each other.
    fn connect<R: Real>(&self, projection: &mut Projection<R>, stream: &mut Stream) {
        let (n_pre, n_post) = self.size();
        let synapses = editable(projection, self.size());
        let mut axonal = free(&self.axons, 0..n_pre, |pre| synapses.row(pre).0.len());
        let mut dendritic = free(&self.dendrites, 0..n_post, |post| synapses.sources(post).len());
        shuffle(&mut axonal, stream);
        shuffle(&mut dendritic, stream);
        for pair in axonal.into_iter().zip(dendritic) {
            if allowed(pair.0, pair.1, self.parameters.autapses) {
                create(projection, pair, R::of(self.parameters.weight));
            }
        }
    }
}

/// Every neuron as often as it has free elements.
fn free(
    elements: &SynapticElements,
    neurons: std::ops::Range<usize>,
    bound: impl Fn(usize) -> usize,
) -> Vec<usize> {
    let n_free = |i| elements.whole(i).saturating_sub(bound(i));
    neurons.flat_map(|i| std::iter::repeat_n(i, n_free(i))).collect()
}

/// Step 5.
fn wither(elements: &mut SynapticElements, decay: f64, bound: impl Fn(usize) -> usize) {
    for i in 0..elements.n() {
        let free = elements.whole(i).saturating_sub(bound(i));
        elements.set_elements(i, elements.elements()[i] - decay * free as f64);
    }
}

/// R. A. Fisher & F. Yates 1938; R. Durstenfeld 1964, doi:10.1145/364520.364540.
fn shuffle(list: &mut [usize], stream: &mut Stream) {
    for last in (1..list.len()).rev() {
        list.swap(last, stream.random_range(0..=last));
    }
}

impl<R: Real> PlasticityRule<R> for HomeostaticGrowth {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let synapses: &Editable<R> = editable(local.projection, self.size());
        if self.t == 0 {
            let (n_pre, n_post) = self.size();
            (0..n_pre).for_each(|i| self.axons.set_elements(i, synapses.row(i).0.len() as f64));
            (0..n_post).for_each(|j| self.dendrites.set_elements(j, synapses.sources(j).len() as f64));
        }
        self.t += 1;
        self.axons.spike(local.pre_spikes, self.t);
        self.dendrites.spike(local.post_spikes, self.t);
        if self.t.is_multiple_of(self.parameters.update_interval) {
            self.update(local.projection);
        }
    }

    fn reset(&mut self) {
        self.axons.reset();
        self.dendrites.reset();
        self.t = 0;
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.t"), &[], &[self.t]);
        self.axons.save(&format!("{prefix}.axonal"), checkpoint);
        self.dendrites.save(&format!("{prefix}.dendritic"), checkpoint);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        let t = steps_made(checkpoint, &format!("{prefix}.t"), &[])?;
        let axons = self.axons.restored(&format!("{prefix}.axonal"), checkpoint, t)?;
        let dendrites = self.dendrites.restored(&format!("{prefix}.dendritic"), checkpoint, t)?;
        (self.axons, self.dendrites, self.t) = (axons, dendrites, t);
        Ok(())
    }
}
