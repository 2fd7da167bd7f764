//! A network that learns while it runs, on one thread or several.

mod notices;
mod spike_log;

use std::path::Path;

use sc_core::{Checkpoint, Network, PopulationId, Projection, ProjectionId, Real, SpikeEvents};

use crate::{Error, PlasticityRule};
use notices::Notices;
use spike_log::SpikeLog;

/// A [`Network`] together with the rules of its projections.
///
/// One step: the network steps, then every rule acts on the spikes of that step, in the order in which the
/// rules were added. That is what the loop of a user does with a network and rules in hand; this one saves and
/// restores all of it at once, and can use several threads: each takes a share of every population and the
/// synapses that lead to it. Spikes need at least the shortest delay to arrive, so after so many steps all of them
/// are told who spiked. Results are the same, bit for bit, whatever the number of threads.
///
/// ```
/// use sc_core::{Autapses, DeltaLif, DeltaLifParameters, Network, Population, Projection, Stimulus, connectivity};
/// use sc_plasticity::{PairStdp, PairStdpParameters, PlasticNetwork};
/// let mut network = Network::<f32>::new();
/// let neuron = DeltaLif::new(DeltaLifParameters::default())?;
/// let cells = network.add_population(Population::new(neuron, 50, 0));
/// let structure = connectivity::fixed_in_degree(50, 50, 10, Autapses::Forbid, 1)?;
/// let synapses = network.add_projection(cells, cells, Projection::new(structure.with_weight(0.2)?))?;
/// network.add_stimulus(Stimulus::poisson(cells, 10_000.0, 0.1, 0.1, 2)?)?;
///
/// let mut network = PlasticNetwork::new(network, 2)?;
/// network.add_rule(synapses, |projection| {
///     PairStdp::new(projection, PairStdpParameters { dt: 0.1, ..Default::default() })
/// })?;
/// let spikes = network.run(2000);
/// assert!(spikes[cells.index()].n_spikes() > 0);
/// let network = network.into_network()?;
/// assert!(network.projection(synapses).weights().values().iter().any(|&w| w != 0.2));
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
///
/// A rule on several threads is one instance per thread, each for its share of the columns. Rules that look at
/// a synapse and the neurons at its ends do not notice; one that draws random numbers for all of a projection,
/// or takes a mean over it, belongs on one thread.
#[derive(Debug)]
pub struct PlasticNetwork<R: Real = f32> {
    parts: Vec<Part<R>>,
    populations: Vec<PopulationId>,
}

/// What one thread works on.
#[derive(Debug)]
struct Part<R: Real> {
    network: Network<R>,
    rules: Vec<(ProjectionId, Box<dyn PlasticityRule<R>>)>,
}

impl<R: Real> PlasticNetwork<R> {
    /// A network without rules, to run on `n_threads`.
    ///
    /// # Errors
    /// [`Error::Core`] if `n_threads` is 0 or the network is a part of one, or where several threads would share a weight
    /// that is not finite.
    pub fn new(network: Network<R>, n_threads: usize) -> Result<Self, Error> {
        let populations = network.populations().collect();
        let networks = if n_threads == 1 { vec![network] } else { network.into_parts(n_threads)? };
        let parts = networks.into_iter().map(|network| Part { network, rules: Vec::new() }).collect();
        Ok(Self { parts, populations })
    }

    /// Lets a projection learn by the rule that `make` builds for it. `make` is called once per thread, with the
    /// share of the projection that the thread has.
    ///
    /// # Errors
    /// Those of `make`; nothing has been added then.
    ///
    /// # Panics
    /// If the projection is of another network.
    #[track_caller]
    pub fn add_rule<Rule: PlasticityRule<R> + 'static>(
        &mut self,
        projection: ProjectionId,
        make: impl Fn(&Projection<R>) -> Result<Rule, Error>,
    ) -> Result<(), Error> {
        let rules: Result<Vec<_>, _> =
            self.parts.iter().map(|part| make(part.network.projection(projection))).collect();
        for (part, rule) in self.parts.iter_mut().zip(rules?) {
            part.rules.push((projection, Box::new(rule)));
        }
        Ok(())
    }

    /// Advances by `n_steps` and returns the spikes of every population, by [`PopulationId::index`].
    pub fn run(&mut self, n_steps: usize) -> Vec<SpikeEvents> {
        self.run_rewarded(&vec![R::ZERO; n_steps])
    }

    /// Advances by one step for every reward, which the rules are told after that step.
    ///
    /// # Panics
    /// If a rule does.
    #[track_caller]
    pub fn run_rewarded(&mut self, rewards: &[R]) -> Vec<SpikeEvents> {
        match &mut self.parts[..] {
            [part] => part.run_alone(&self.populations, rewards),
            parts => run_together(parts, &self.populations, rewards),
        }
    }

    /// Memory of a projection and of all that the rules keep for it, in bytes.
    ///
    /// # Panics
    /// If the projection is of another network.
    #[must_use]
    #[track_caller]
    pub fn n_bytes(&self, projection: ProjectionId) -> usize {
        self.parts.iter().map(|part| part.n_bytes(projection)).sum()
    }

    /// Steps since the network was built or reset.
    #[must_use]
    pub fn t(&self) -> u64 {
        self.parts[0].network.t()
    }

    /// The network as it is now, all weights up to date, without the rules.
    ///
    /// # Errors
    /// [`Error::Core`] if a weight has become infinite or not a number while several threads shared it.
    pub fn into_network(mut self) -> Result<Network<R>, Error> {
        self.parts.iter_mut().for_each(Part::flush);
        let mut networks: Vec<_> = self.parts.into_iter().map(|part| part.network).collect();
        Ok(if networks.len() == 1 { networks.remove(0) } else { Network::from_parts(networks)? })
    }

    /// Returns neurons, noise, spikes on their way, time and traces to the beginning. Weights stay, with all that was
    /// learned before.
    pub fn reset(&mut self) {
        for part in &mut self.parts {
            part.flush();
            part.network.reset();
            part.rules.iter_mut().for_each(|(_, rule)| rule.reset());
        }
    }

    /// Writes all that changes: the network and every rule.
    ///
    /// # Errors
    /// [`Error::Core`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(self.to_checkpoint().write(path)?)
    }

    /// Continues from what [`save`](Self::save) wrote: what follows is bit for bit what would have followed
    /// there. The network must be built like that one, with the same rules and on as many threads.
    ///
    /// # Errors
    /// [`Error::Core`]: what is wrong with the file or does not fit. Nothing has changed then.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.restore(&Checkpoint::read(path)?)
    }

    /// What [`save`](Self::save) writes.
    #[must_use]
    pub fn to_checkpoint(&self) -> Checkpoint {
        let mut checkpoint = Checkpoint::new();
        checkpoint.set_metadata("threads", self.parts.len().to_string());
        for (k, part) in self.parts.iter().enumerate() {
            checkpoint.nest(&format!("part.{k}."), part.to_checkpoint());
        }
        checkpoint
    }

    /// What [`load`](Self::load) does with a checkpoint.
    ///
    /// # Errors
    /// Those of [`load`](Self::load) that do not concern the file; nothing has changed then.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata("threads", &self.parts.len().to_string())?;
        let before = self.to_checkpoint();
        let restored = self.restore_parts(checkpoint);
        if restored.is_err() {
            // What was restored before the error goes back to what it was.
            self.restore_parts(&before)?;
        }
        restored
    }

    fn restore_parts(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        for (k, part) in self.parts.iter_mut().enumerate() {
            part.restore(&checkpoint.nested(&format!("part.{k}.")))?;
        }
        self.tell_spikes();
        Ok(())
    }

    /// Tells every part who spiked in all of them.
    fn tell_spikes(&mut self) {
        if self.parts.len() == 1 {
            return;
        }
        for &population in &self.populations {
            let spikes: Vec<u32> =
                self.parts.iter().flat_map(|part| part.network.own_spikes(population)).collect();
            self.parts.iter_mut().for_each(|part| part.network.hear_spikes(population, &spikes));
        }
    }
}

impl<R: Real> Part<R> {
    fn run_alone(&mut self, populations: &[PopulationId], rewards: &[R]) -> Vec<SpikeEvents> {
        let mut record = Record::new(&self.network, populations);
        for &reward in rewards {
            self.network.step();
            self.learn(reward);
            record.push(&self.network);
        }
        record.events
    }

    /// All steps as part `k` of several, which hear from each other after `n_alone` steps.
    fn run(
        &mut self,
        k: usize,
        notices: &Notices,
        n_alone: usize,
        populations: &[PopulationId],
        rewards: &[R],
        mut record: impl FnMut(&Network<R>),
    ) {
        let _watch = notices.watch();
        let mut own = SpikeLog::default();
        let mut heard = vec![SpikeLog::default(); notices.n_parts()];
        for (round, rewards) in rewards.chunks(n_alone).enumerate() {
            own.clear();
            for _ in rewards {
                self.network.step();
                populations.iter().for_each(|&population| own.push(self.network.own_spikes(population)));
            }
            notices.publish(k, round, &own.words);
            for (part, log) in heard.iter_mut().enumerate() {
                log.clear();
                notices.read(part, round, &mut log.words);
            }
            for (late, &reward) in (0..rewards.len() as u16).rev().zip(rewards) {
                for log in &mut heard {
                    populations
                        .iter()
                        .for_each(|&population| self.network.hear_spikes(population, log.read()));
                }
                self.learn(reward);
                record(&self.network);
                if late > 0 {
                    self.network.send_late(late);
                }
            }
        }
    }

    /// After a step.
    fn learn(&mut self, reward: R) {
        for (projection, rule) in &mut self.rules {
            rule.step(self.network.local(*projection).with_reward(reward));
        }
    }

    /// Brings all weights up to date.
    fn flush(&mut self) {
        for (projection, rule) in &mut self.rules {
            rule.flush(self.network.local(*projection).projection);
        }
    }

    /// What a rule saves is what it keeps.
    fn n_bytes(&self, projection: ProjectionId) -> usize {
        let mut kept = Checkpoint::new();
        for (k, (_, rule)) in self.rules.iter().enumerate().filter(|(_, (of, _))| *of == projection) {
            rule.save(&k.to_string(), &mut kept);
        }
        self.network.projection(projection).n_bytes() + kept.n_bytes()
    }

    fn to_checkpoint(&self) -> Checkpoint {
        let mut checkpoint = self.network.to_checkpoint();
        for (k, (_, rule)) in self.rules.iter().enumerate() {
            rule.save(&format!("rule.{k}"), &mut checkpoint);
        }
        checkpoint
    }

    fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        for (k, (_, rule)) in self.rules.iter_mut().enumerate() {
            rule.restore(&format!("rule.{k}"), checkpoint)?;
        }
        Ok(self.network.restore(checkpoint)?)
    }
}

/// The spikes of a run.
struct Record<'a> {
    populations: &'a [PopulationId],
    events: Vec<SpikeEvents>,
}

impl<'a> Record<'a> {
    fn new<R: Real>(network: &Network<R>, populations: &'a [PopulationId]) -> Self {
        let events = populations.iter().map(|&p| SpikeEvents::new(network.n_in_all_parts(p))).collect();
        Self { populations, events }
    }

    fn push<R: Real>(&mut self, network: &Network<R>) {
        for (events, &population) in self.events.iter_mut().zip(self.populations) {
            events.push_step(network.spikes(population)).expect("spikes of a population are increasing");
        }
    }
}

/// Steps after which threads meet although they could go on: what is gained by meeting less often is gained by then.
const MOST_ALONE: u16 = 32;

fn run_together<R: Real>(
    parts: &mut [Part<R>],
    populations: &[PopulationId],
    rewards: &[R],
) -> Vec<SpikeEvents> {
    let n_alone = parts.iter().map(|part| part.network.steps_alone()).min().unwrap_or(1).min(MOST_ALONE);
    let n_alone = usize::from(n_alone).min(rewards.len()).max(1);
    let notices = Notices::new(parts.iter().map(|part| {
        let n_neurons: usize = populations.iter().map(|&population| part.network.n(population)).sum();
        SpikeLog::most_words(n_alone * populations.len(), n_alone * n_neurons)
    }));
    let mut record = Record::new(&parts[0].network, populations);
    let (first, others) = parts.split_first_mut().expect("a network has at least one part");
    std::thread::scope(|scope| {
        for (k, part) in (1..).zip(others) {
            let notices = &notices;
            scope.spawn(move || part.run(k, notices, n_alone, populations, rewards, |_| ()));
        }
        first.run(0, &notices, n_alone, populations, rewards, |network| record.push(network));
    });
    record.events
}
