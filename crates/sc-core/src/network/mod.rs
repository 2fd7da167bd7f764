//! Populations, projections and stimuli, stepped together.

mod layer;
mod part;
mod persistence;
mod poisson;
mod spike_source;
mod stimulus;

pub use stimulus::Stimulus;

use crate::weights::{check_finite, check_length};
use crate::{Error, Local, Neuron, Population, Projection, Real, SpikeEvents};
use layer::Layer;
use spike_source::SpikeSource;

/// A population of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PopulationId(usize);

/// A projection of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectionId(usize);

/// A spiking network: populations of any models, projections between them, stimuli.
///
/// One step of time, [`step`](Self::step):
///
/// 1. The current of every population starts at zero. Stimuli add theirs, in the order in which they were
///    added.
/// 2. Every projection, in the order in which they were added, takes the spikes of its source of the
///    *previous* step and adds what arrives at its target. Transmission thus takes one step, plus the delay.
/// 3. Every population steps.
///
/// Time is counted in steps; how long a step is, every neuron model knows for itself (`dt`), and all should
/// agree. The result depends on nothing but the parts and their seeds.
///
/// ```
/// use sc_core::{Dense, Delay, Lapicque, LapicqueParameters, Network, Population, Projection, Stimulus};
/// let neuron = Lapicque::new(LapicqueParameters::default())?;
/// let mut network = Network::<f64>::new();
/// let source = network.add_population(Population::new(neuron.clone(), 1, 0));
/// let target = network.add_population(Population::new(neuron, 2, 0));
/// let weights = Dense::new(1, 2, vec![25.0, 1.0])?;
/// network.add_projection(source, target, Projection::new(weights).with_delay(Delay::Uniform(1))?)?;
/// network.add_stimulus(Stimulus::step_current(source, 3, 4, 25.0)?)?;
///
/// let spikes = network.run(10);
/// assert_eq!(spikes[source.index()].times(0), [3]);
/// assert_eq!(spikes[target.index()].times(0), [5]);
/// assert_eq!(spikes[target.index()].counts(), [1, 0]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Network<R: Real = f32> {
    layers: Vec<Box<dyn Layer<R>>>,
    /// Where the layers stand among the neurons of their populations, if this is a part of a network; see `part.rs`.
    shares: Option<Vec<part::Share>>,
    /// Currents of every population in the step at hand.
    currents: Vec<Vec<R>>,
    connections: Vec<Connection<R>>,
    stimuli: Vec<Stimulus<R>>,
    t: u64,
}

#[derive(Debug)]
struct Connection<R: Real> {
    source: PopulationId,
    target: PopulationId,
    projection: Projection<R>,
}

impl PopulationId {
    /// Its number in the order of addition.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

impl ProjectionId {
    /// Its number in the order of addition.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

impl<R: Real> Network<R> {
    /// An empty network at step 0.
    #[must_use]
    pub fn new() -> Self {
        Self {
            layers: Vec::new(),
            shares: None,
            currents: Vec::new(),
            connections: Vec::new(),
            stimuli: Vec::new(),
            t: 0,
        }
    }

    /// Adds a population.
    pub fn add_population<N: Neuron<R> + 'static>(&mut self, population: Population<N, R>) -> PopulationId {
        self.currents.push(vec![R::ZERO; population.n()]);
        self.layers.push(Box::new(population));
        PopulationId(self.layers.len() - 1)
    }

    /// Adds `n` neurons that spike when they are told to, see [`set_spikes`](Self::set_spikes).
    ///
    /// # Panics
    /// If `n` is 2^32 or more.
    pub fn add_spike_source(&mut self, n: usize) -> PopulationId {
        assert!(u32::try_from(n).is_ok(), "{n} neurons: must be below 2^32");
        self.currents.push(vec![R::ZERO; n]);
        self.layers.push(Box::new(SpikeSource::new(n)));
        PopulationId(self.layers.len() - 1)
    }

    /// Adds a projection from `source` to `target`, which may be the same.
    ///
    /// # Errors
    /// [`Error::Length`] if its size is not that of the populations, [`Error::Index`] if there is no such
    /// population.
    pub fn add_projection(
        &mut self,
        source: PopulationId,
        target: PopulationId,
        projection: Projection<R>,
    ) -> Result<ProjectionId, Error> {
        check_length("projection rows", self.layer(source)?.n(), projection.n_pre())?;
        check_length("projection columns", self.layer(target)?.n(), projection.n_post())?;
        self.connections.push(Connection { source, target, projection });
        Ok(ProjectionId(self.connections.len() - 1))
    }

    /// Adds a stimulus.
    ///
    /// # Errors
    /// [`Error::Length`] if its width fits neither one nor all neurons of its target, [`Error::Index`] if
    /// there is no such population.
    pub fn add_stimulus(&mut self, stimulus: Stimulus<R>) -> Result<(), Error> {
        stimulus.check(self.layer(stimulus.target)?.n())?;
        self.stimuli.push(stimulus);
        Ok(())
    }

    /// Number of populations.
    #[must_use]
    pub fn n_populations(&self) -> usize {
        self.layers.len()
    }

    /// All populations, in the order in which they were added.
    pub fn populations(&self) -> impl Iterator<Item = PopulationId> + use<R> {
        (0..self.layers.len()).map(PopulationId)
    }

    /// Steps since the last reset.
    #[must_use]
    pub fn t(&self) -> u64 {
        self.t
    }

    /// Size of a population.
    ///
    /// # Panics
    /// If the population is of another network.
    #[must_use]
    #[track_caller]
    pub fn n(&self, population: PopulationId) -> usize {
        self.layers[population.0].n()
    }

    /// The membranes of a population, after the reset of those that spiked.
    ///
    /// # Panics
    /// If the population is of another network.
    #[must_use]
    #[track_caller]
    pub fn voltages(&self, population: PopulationId) -> &[R] {
        self.layers[population.0].voltages()
    }

    /// A variable of a population by its name in [`Neuron::VARIABLES`].
    ///
    /// # Panics
    /// If the population is of another network.
    #[must_use]
    #[track_caller]
    pub fn variable(&self, population: PopulationId, name: &str) -> Option<&[R]> {
        self.layers[population.0].variable(name)
    }

    /// Who spiked in the last step, strictly increasing.
    ///
    /// # Panics
    /// If the population is of another network.
    #[must_use]
    #[track_caller]
    pub fn spikes(&self, population: PopulationId) -> &[u32] {
        all_spikes(&self.layers, self.shares.as_deref(), population)
    }

    /// A projection.
    ///
    /// # Panics
    /// If it is of another network.
    #[must_use]
    #[track_caller]
    pub fn projection(&self, projection: ProjectionId) -> &Projection<R> {
        &self.connections[projection.0].projection
    }

    /// The weights of a projection to be changed; a learning rule takes [`local`](Self::local).
    ///
    /// # Panics
    /// If the projection is of another network.
    #[track_caller]
    pub fn weights_mut(&mut self, projection: ProjectionId) -> &mut [R] {
        self.connections[projection.0].projection.weights_mut()
    }

    /// What a learning rule sees of a projection after a step: its synapses and the spikes of that step.
    ///
    /// ```text
    /// network.step();
    /// rule.step(network.local(projection));
    /// ```
    ///
    /// # Panics
    /// If the projection is of another network.
    #[track_caller]
    pub fn local(&mut self, projection: ProjectionId) -> Local<'_, R> {
        let Connection { source, target, projection } = &mut self.connections[projection.0];
        let pre_spikes = all_spikes(&self.layers, self.shares.as_deref(), *source);
        let post_spikes = match &self.shares {
            None => self.layers[target.0].spikes(),
            Some(shares) => shares[target.0].own_spikes(),
        };
        Local { projection, pre_spikes, post_spikes, reward: R::ZERO }
    }

    /// Says which neurons of a spike source spike in the step just made. Their spikes are sent in the next
    /// step, like those of all neurons, and are over then.
    ///
    /// # Errors
    /// [`Error::Index`] if there is no such population or neuron, [`Error::NotIncreasing`] if the list is not
    /// strictly increasing, [`Error::NotASpikeSource`]. Nothing has changed then.
    pub fn set_spikes(&mut self, source: PopulationId, spikes: &[u32]) -> Result<(), Error> {
        self.layer(source)?;
        self.layers[source.0].set_spikes(spikes)
    }

    /// Advances the network by one step.
    pub fn step(&mut self) {
        self.gather_stimuli();
        self.advance();
    }

    /// Advances the network by one step with `currents` into one population besides the stimuli.
    ///
    /// # Errors
    /// [`Error::Length`] or [`Error::NotFinite`] if the currents are not one finite number per neuron,
    /// [`Error::Index`] if there is no such population. Nothing has changed then.
    pub fn step_with(&mut self, population: PopulationId, currents: &[R]) -> Result<(), Error> {
        self.step_with_each(&[(population, currents)])
    }

    /// Advances the network by one step with currents into each of some populations besides the stimuli.
    ///
    /// # Errors
    /// Those of [`step_with`](Self::step_with).
    pub fn step_with_each(&mut self, inputs: &[(PopulationId, &[R])]) -> Result<(), Error> {
        for &(population, currents) in inputs {
            check_length("currents", self.layer(population)?.n(), currents.len())?;
            check_finite("currents", currents)?;
        }
        self.gather_stimuli();
        for &(population, currents) in inputs {
            for (total, &current) in self.currents[population.0].iter_mut().zip(currents) {
                *total += current;
            }
        }
        self.advance();
        Ok(())
    }

    /// Advances the network by `n_steps` and returns the spikes of every population, by
    /// [`PopulationId::index`].
    ///
    /// It continues where the network is; [`reset`](Self::reset) comes first where a new run is meant.
    #[allow(clippy::missing_panics_doc, reason = "cannot: populations list their spikes in order")]
    pub fn run(&mut self, n_steps: usize) -> Vec<SpikeEvents> {
        let mut recorded: Vec<_> = self.layers.iter().map(|layer| SpikeEvents::new(layer.n())).collect();
        for _ in 0..n_steps {
            self.step();
            for (events, layer) in recorded.iter_mut().zip(&self.layers) {
                events.push_step(layer.spikes()).expect("spikes of a population are increasing");
            }
        }
        recorded
    }

    /// Returns everything to the beginning: neurons, noise, spikes on their way, time. Weights stay.
    pub fn reset(&mut self) {
        self.layers.iter_mut().for_each(|layer| layer.reset());
        self.connections.iter_mut().for_each(|connection| connection.projection.reset());
        self.forget_spikes();
        self.t = 0;
    }

    fn gather_stimuli(&mut self) {
        self.currents.iter_mut().for_each(|currents| currents.fill(R::ZERO));
        for stimulus in &self.stimuli {
            let target = stimulus.target.0;
            let first = self.shares.as_ref().map_or(0, |shares| shares[target].first());
            stimulus.add_to(&mut self.currents[target], self.t, first);
        }
    }

    fn advance(&mut self) {
        self.send(0);
        self.forget_spikes();
        for Connection { target, projection, .. } in &mut self.connections {
            projection.receive(&mut self.currents[target.0]);
        }
        for (layer, currents) in self.layers.iter_mut().zip(&self.currents) {
            layer.step(currents);
        }
        self.t += 1;
    }

    /// Sends the spikes of `late` steps before the last one.
    fn send(&mut self, late: u16) {
        for Connection { source, projection, .. } in &mut self.connections {
            projection.send(all_spikes(&self.layers, self.shares.as_deref(), *source), late);
        }
    }

    fn layer(&self, id: PopulationId) -> Result<&dyn Layer<R>, Error> {
        let bound = self.layers.len();
        let layer = self.layers.get(id.0).ok_or(Error::Index {
            what: "populations",
            position: 0,
            index: id.0,
            bound,
        })?;
        Ok(layer.as_ref())
    }
}

/// Who spiked in the whole population, of which this network may hold a share.
#[track_caller]
fn all_spikes<'a, R: Real>(
    layers: &'a [Box<dyn Layer<R>>],
    shares: Option<&'a [part::Share]>,
    population: PopulationId,
) -> &'a [u32] {
    match shares {
        None => layers[population.0].spikes(),
        Some(shares) => shares[population.0].spikes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Alif, AlifParameters, Delay, Dense, EulerLif, EulerLifParameters, Lapicque, LapicqueParameters,
    };
    use ndarray::array;

    fn lapicque() -> Lapicque<f64> {
        Lapicque::new(LapicqueParameters::default()).unwrap()
    }

    #[test]
    fn a_chain_passes_one_spike_per_step() {
        let mut network = Network::<f64>::new();
        let ids: Vec<_> = (0..5).map(|_| network.add_population(Population::new(lapicque(), 1, 0))).collect();
        // Later populations are connected first: the order of projections must not matter for timing.
        for pair in ids.windows(2).rev() {
            let weight = Dense::new(1, 1, vec![30.0]).unwrap();
            network.add_projection(pair[0], pair[1], Projection::new(weight)).unwrap();
        }
        network.add_stimulus(Stimulus::step_current(ids[0], 0, 1, 30.0).unwrap()).unwrap();
        let spikes = network.run(10);
        for (t, id) in ids.iter().enumerate() {
            assert_eq!(spikes[id.index()].times(0), [t]);
        }
    }

    #[test]
    fn spikes_from_outside_are_sent_once_and_seen_by_rules() {
        let mut network = Network::<f64>::new();
        let source = network.add_spike_source(2);
        let target = network.add_population(Population::new(lapicque(), 1, 0));
        let weights = Dense::new(2, 1, vec![0.0, 30.0]).unwrap();
        let synapses = network.add_projection(source, target, Projection::new(weights)).unwrap();
        let mut counts = (0, 0);
        for t in 0..10 {
            network.step();
            if t == 3 {
                network.set_spikes(source, &[1]).unwrap();
            }
            let local = network.local(synapses).with_reward(2.0);
            assert_eq!((local.pre_spikes == [1], local.post_spikes == [0]), (t == 3, t == 4));
            assert_eq!(local.reward, 2.0);
            counts = (counts.0 + network.spikes(source).len(), counts.1 + network.spikes(target).len());
        }
        assert_eq!(counts, (1, 1));
        assert_eq!(network.set_spikes(target, &[0]), Err(Error::NotASpikeSource));
        assert!(matches!(network.set_spikes(source, &[2]), Err(Error::Index { .. })));
        assert!(matches!(network.set_spikes(source, &[1, 0]), Err(Error::NotIncreasing { .. })));
        assert!(network.set_spikes(PopulationId(2), &[]).is_err());
    }

    #[test]
    fn spikes_of_a_source_and_efficacies_are_saved() {
        let build = || {
            let mut network = Network::<f64>::new();
            let source = network.add_spike_source(2);
            let target = network.add_population(Population::new(lapicque(), 1, 0));
            let weights = Dense::new(2, 1, vec![9.0, 7.0]).unwrap();
            let synapses = network.add_projection(source, target, Projection::new(weights)).unwrap();
            (network, source, target, synapses)
        };
        let (mut network, source, target, synapses) = build();
        network.step();
        network.set_spikes(source, &[0, 1]).unwrap();
        network.local(synapses).projection.efficacy_mut()[1] = 0.5;
        let (mut other, ..) = build();
        other.restore(&network.to_checkpoint()).unwrap();
        network.step();
        other.step();
        assert_eq!(other.voltages(target), network.voltages(target));
        let decay = (-1.0_f64 / 20.0).exp();
        assert!((other.voltages(target)[0] - 12.5 * (1.0 - decay)).abs() < 1e-14);
    }

    #[test]
    fn reset_repeats_a_noisy_delayed_mixed_network_exactly() {
        let mut network = Network::<f64>::new();
        let noisy = EulerLif::new(EulerLifParameters { noise_std: 0.6, ..Default::default() }).unwrap();
        let a = network.add_population(Population::new(noisy, 3, 5));
        let b = network.add_population(Population::new(Alif::new(AlifParameters::default()).unwrap(), 2, 0));
        let weights = Dense::new(3, 2, vec![1.2; 6]).unwrap();
        let delayed = Projection::new(weights).with_delay(Delay::PerSynapse(vec![0, 1, 2, 3, 4, 5])).unwrap();
        network.add_projection(a, b, delayed).unwrap();
        let first = network.run(60);
        assert!(first.iter().all(|events| events.n_spikes() > 5));
        assert_ne!(network.run(60), first);
        // All of `a` spikes at the last moment: a reset must also take back what is on its way.
        network.step_with(a, &[100.0; 3]).unwrap();
        assert_eq!(network.spikes(a).len(), 3);
        network.step();
        network.reset();
        assert_eq!(network.run(60), first);
    }

    #[test]
    fn timed_stimuli_hold_their_last_row() {
        let neuron = EulerLif::new(EulerLifParameters { v_threshold: 1e9, ..Default::default() }).unwrap();
        let mut network = Network::<f64>::new();
        let id = network.add_population(Population::new(neuron, 2, 0));
        network.add_stimulus(Stimulus::timed(id, array![[1.0, 0.0], [0.0, 2.0]].view()).unwrap()).unwrap();
        network.add_stimulus(Stimulus::timed(id, array![[0.5]].view()).unwrap()).unwrap();
        let mut oracle = [0.0_f64; 2];
        for t in 0..5 {
            network.step();
            let row = if t == 0 { [1.0, 0.0] } else { [0.0, 2.0] };
            for i in 0..2 {
                oracle[i] = oracle[i] - oracle[i] * 0.05 + (row[i] + 0.5);
            }
            assert_eq!(network.voltages(id), oracle);
        }
    }

    #[test]
    fn currents_from_outside_are_checked_and_added() {
        let mut network = Network::<f64>::new();
        let id = network.add_population(Population::new(lapicque(), 2, 0));
        assert!(network.step_with(id, &[1.0]).is_err());
        assert!(network.step_with(id, &[1.0, f64::NAN]).is_err());
        assert!(network.step_with(PopulationId(7), &[]).is_err());
        assert_eq!((network.t(), network.voltages(id)), (0, &[0.0, 0.0][..]));
        network.step_with(id, &[30.0, 0.0]).unwrap();
        assert_eq!((network.t(), network.spikes(id)), (1, &[0][..]));
    }

    #[test]
    fn currents_reach_every_population_or_none() {
        let mut network = Network::<f64>::new();
        let a = network.add_population(Population::new(lapicque(), 1, 0));
        let b = network.add_population(Population::new(lapicque(), 2, 0));
        assert!(network.step_with_each(&[(a, &[30.0]), (b, &[30.0])]).is_err());
        assert_eq!((network.t(), network.voltages(a)), (0, &[0.0][..]));
        network.step_with_each(&[(a, &[30.0]), (b, &[0.0, 15.0]), (b, &[0.0, 15.0])]).unwrap();
        assert_eq!((network.spikes(a), network.spikes(b)), (&[0][..], &[1][..]));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut network = Network::<f64>::new();
        let id = network.add_population(Population::new(lapicque(), 2, 0));
        let wide = Projection::new(Dense::zeros(2, 3));
        let expected = Error::Length { what: "projection columns", expected: 2, got: 3 };
        assert_eq!(network.add_projection(id, id, wide.clone()), Err(expected));
        assert!(network.add_projection(PopulationId(1), id, wide).is_err());
        assert!(network.add_stimulus(Stimulus::timed(id, array![[1.0, 2.0, 3.0]].view()).unwrap()).is_err());
        assert!(Stimulus::<f64>::timed(id, ndarray::Array2::zeros((0, 2)).view()).is_err());
        assert!(Stimulus::step_current(id, 3, 2, 1.0).is_err());
        assert!(Stimulus::step_current(id, 3, 4, f64::NAN).is_err());
    }
}
