//! The experiment of figure 1 of E. M. Izhikevich 2007, doi:10.1093/cercor/bhl152.

use std::collections::VecDeque;
use std::error::Error;

use rand::RngExt;
use sc_learning::core::random::{self, Stream};
use sc_learning::core::{
    Csr, Izhikevich, IzhikevichParameters, Network, Population, PopulationId, Projection, ProjectionId,
};
use sc_learning::plasticity::{PlasticityRule, RewardModulatedStdp, RewardModulatedStdpParameters};

const N_EXCITATORY: usize = 800;
const N_INHIBITORY: usize = 200;
/// Synapses that leave a neuron.
const OUT_DEGREE: usize = 100;
/// The greatest weight `[mV]`.
pub(crate) const W_MAX: f32 = 4.0;
/// Every neuron receives a uniformly distributed current between minus and plus this.
const NOISE: f32 = 6.5;
/// What a reward adds to dopamine: 0.5 per 10 ms.
const REWARD: f32 = 0.05;
/// The postsynaptic neuron must spike less than this after the presynaptic one `[ms]`.
const COINCIDENCE: u64 = 20;

/// What is rewarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Every coincidence of the chosen pair, 1 to 3 s later.
    Contingent,
    /// As often, but anywhere in the 100 s that follow: the control.
    Random,
}

impl Condition {
    /// How long a reward is delayed `[ms]`.
    fn delay(self, stream: &mut Stream) -> u64 {
        match self {
            Self::Contingent => 1000 + stream.random_range(1..=2000),
            Self::Random => stream.random_range(1..=100_000),
        }
    }
}

/// The network, its rules, and who is rewarded for what. One step is 1 ms.
#[derive(Debug)]
pub(crate) struct Experiment {
    network: Network,
    excitatory: PopulationId,
    inhibitory: PopulationId,
    /// What learns: the synapses from excitatory neurons, to excitatory and to inhibitory ones.
    plastic: [(ProjectionId, RewardModulatedStdp); 2],
    chosen: Synapse,
    condition: Condition,
    noise: Stream,
    rewards: Stream,
    currents: (Vec<f32>, Vec<f32>),
    /// When rewards are due `[ms]`.
    due: VecDeque<u64>,
    last_pre_spike: Option<u64>,
    n_coincidences: usize,
    n_spikes: usize,
}

/// The synapse that reward is about: it leads from one excitatory neuron to another.
#[derive(Debug, Clone, Copy)]
struct Synapse {
    pre: u32,
    post: u32,
    index: usize,
}

/// What happened in one step that concerns the chosen synapse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    pub(crate) pre_spike: bool,
    pub(crate) post_spike: bool,
    pub(crate) coincidence: bool,
    pub(crate) dopamine: f64,
    pub(crate) eligibility: f32,
}

impl Experiment {
    pub(crate) fn new(seed: u64, condition: Condition) -> Result<Self, Box<dyn Error>> {
        let mut network = Network::new();
        let neurons = |parameters, n| -> Result<_, Box<dyn Error>> {
            Ok(Population::new(Izhikevich::new(parameters)?, n, 0))
        };
        let excitatory = neurons(IzhikevichParameters::regular_spiking(), N_EXCITATORY)?;
        let inhibitory = neurons(IzhikevichParameters::fast_spiking(), N_INHIBITORY)?;
        let excitatory = network.add_population(excitatory);
        let inhibitory = network.add_population(inhibitory);

        // Excitatory neurons project to all neurons, inhibitory ones to excitatory neurons. A spike takes 1 ms.
        let mut wiring = random::stream(seed, "wiring", 0);
        let n = N_EXCITATORY + N_INHIBITORY;
        let (mut to_excitatory, mut to_inhibitory) = (Vec::new(), Vec::new());
        for i in 0..N_EXCITATORY as u32 {
            let targets = targets(&mut wiring, (0..n as u32).filter(|&j| j != i).collect());
            let (near, far): (Vec<u32>, Vec<u32>) =
                targets.iter().partition(|&&j| (j as usize) < N_EXCITATORY);
            to_excitatory.push(near);
            to_inhibitory.push(far.into_iter().map(|j| j - N_EXCITATORY as u32).collect());
        }
        let from_inhibitory =
            (0..N_INHIBITORY).map(|_| targets(&mut wiring, (0..N_EXCITATORY as u32).collect())).collect();

        let chosen = Synapse { pre: 0, post: to_excitatory[0][0], index: 0 };
        let mut to_excitatory = synapses(to_excitatory, N_EXCITATORY, 1.0)?;
        to_excitatory.weights_mut()[chosen.index] = 0.0;
        let to_inhibitory = synapses(to_inhibitory, N_INHIBITORY, 1.0)?;
        let from_inhibitory = synapses(from_inhibitory, N_EXCITATORY, -1.0)?;
        network.add_projection(inhibitory, excitatory, from_inhibitory)?;
        let mut plastic = |target, projection| -> Result<_, Box<dyn Error>> {
            let parameters = RewardModulatedStdpParameters::izhikevich_2007();
            let rule = RewardModulatedStdp::new(&projection, parameters)?;
            Ok((network.add_projection(excitatory, target, projection)?, rule))
        };
        let plastic = [plastic(excitatory, to_excitatory)?, plastic(inhibitory, to_inhibitory)?];

        Ok(Self {
            network,
            excitatory,
            inhibitory,
            plastic,
            chosen,
            condition,
            noise: random::stream(seed, "noise", 0),
            rewards: random::stream(seed, "rewards", 0),
            currents: (vec![0.0; N_EXCITATORY], vec![0.0; N_INHIBITORY]),
            due: VecDeque::new(),
            last_pre_spike: None,
            n_coincidences: 0,
            n_spikes: 0,
        })
    }

    /// One millisecond.
    pub(crate) fn step(&mut self) -> Result<Moment, Box<dyn Error>> {
        let now = self.network.t();
        let (to_excitatory, to_inhibitory) = &mut self.currents;
        for current in to_excitatory.iter_mut().chain(to_inhibitory.iter_mut()) {
            *current = NOISE * (2.0 * self.noise.random::<f32>() - 1.0);
        }
        self.network.step_with_each(&[(self.excitatory, to_excitatory), (self.inhibitory, to_inhibitory)])?;

        let spikes = self.network.spikes(self.excitatory);
        self.n_spikes += spikes.len() + self.network.spikes(self.inhibitory).len();
        let spiked = |i: u32| spikes.binary_search(&i).is_ok();
        let (pre_spike, post_spike) = (spiked(self.chosen.pre), spiked(self.chosen.post));
        // A presynaptic spike of this very step comes too late to have caused anything.
        let coincidence = post_spike && self.last_pre_spike.is_some_and(|pre| now - pre < COINCIDENCE);
        if pre_spike {
            self.last_pre_spike = Some(now);
        }
        if coincidence {
            self.n_coincidences += 1;
            let when = now + self.condition.delay(&mut self.rewards);
            let place = self.due.partition_point(|&earlier| earlier <= when);
            self.due.insert(place, when);
        }
        let mut reward = 0.0;
        while self.due.front().is_some_and(|&when| when <= now) {
            self.due.pop_front();
            reward += REWARD;
        }
        for (projection, rule) in &mut self.plastic {
            rule.step(self.network.local(*projection).with_reward(reward));
        }
        let (projection, rule) = &mut self.plastic[0];
        rule.catch_up(self.network.local(*projection).projection, self.chosen.pre as usize);
        let (dopamine, eligibility) = (rule.dopamine(), rule.eligibility(self.chosen.index));
        Ok(Moment { pre_spike, post_spike, coincidence, dopamine, eligibility })
    }

    /// The weight of the chosen synapse, up to date.
    pub(crate) fn chosen_weight(&mut self) -> f32 {
        let k = self.chosen.index;
        self.weights()[k]
    }

    /// The weights from excitatory to excitatory neurons, up to date; the chosen one is the first.
    pub(crate) fn weights(&mut self) -> &[f32] {
        let (projection, rule) = &mut self.plastic[0];
        rule.flush(self.network.local(*projection).projection);
        self.network.projection(*projection).weights().values()
    }

    /// How often the chosen pair was to be rewarded.
    pub(crate) fn n_coincidences(&self) -> usize {
        self.n_coincidences
    }

    /// Mean firing rate of all neurons so far `[Hz]`.
    pub(crate) fn rate(&self) -> f64 {
        let seconds = self.network.t() as f64 / 1000.0;
        self.n_spikes as f64 / seconds / (N_EXCITATORY + N_INHIBITORY) as f64
    }
}

/// As many of the candidates as a neuron has synapses, in order.
fn targets(stream: &mut Stream, mut candidates: Vec<u32>) -> Vec<u32> {
    for k in 0..OUT_DEGREE {
        let other = stream.random_range(k..candidates.len());
        candidates.swap(k, other);
    }
    candidates.truncate(OUT_DEGREE);
    candidates.sort_unstable();
    candidates
}

/// Synapses of one weight, given the targets of every source.
fn synapses(targets: Vec<Vec<u32>>, n_post: usize, weight: f32) -> Result<Projection, Box<dyn Error>> {
    let mut ends = vec![0];
    for row in &targets {
        ends.push(ends[ends.len() - 1] + row.len());
    }
    let indices = targets.concat();
    let weights = vec![weight; indices.len()];
    Ok(Projection::new(Csr::new(targets.len(), n_post, ends, indices, weights)?))
}
