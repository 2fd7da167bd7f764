//! The task: a pattern of input spikes is shown, the neuron that spikes most is the answer, and a reward says whether it was
//! the right one.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use rand::RngExt;
use sc_learning::core::random::{self, Stream};
use sc_learning::core::{
    DeltaLif, DeltaLifParameters, Dense, Network, Population, PopulationId, Projection, ProjectionId,
    Stimulus,
};
use sc_learning::hdl::EngineShape;
use sc_learning::online_o1::{Config, ConfigError};

use super::lockstep::Lockstep;

/// Inputs of each pattern; two of them belong to both. Neuron k is the right one for pattern k.
const PATTERNS: [Range<u32>; 2] = [0..9, 7..16];
pub(crate) const N_INPUTS: usize = 16;
pub(crate) const N_NEURONS: usize = PATTERNS.len();

/// What the greatest weight of the engine is in the network `[mV]`; the threshold is 20 mV.
pub(crate) const W_MAX: f32 = 4.0;
/// How the neurons silence each other `[mV]`.
const INHIBITION: f32 = -10.0;
/// Spikes of 1 mV from elsewhere, so that neurons of equal weights do not spike alike `[Hz]`.
const BACKGROUND: f64 = 1000.0;

/// How long a pattern is shown `[ms]`.
const PATTERN_STEPS: usize = 20;
/// How long spikes still count after that `[ms]`: the last ones of the inputs must arrive first. Then comes the reward.
const REACTION_STEPS: usize = 2;
/// Silence after the reward `[ms]`.
const REST_STEPS: usize = 11;
/// Chance that an input of the pattern spikes in a millisecond.
const SPIKES_PER_STEP: f32 = 0.1;
/// For the right answer; as much is taken for a wrong one, so that guessing is worth nothing.
const REWARD: i32 = 120;

/// What a synapse of the engine is made of.
///
/// Eligibility fades by 1/8 in a step: the spikes of a trial are remembered when its reward comes, and 1 % of them when the
/// next one does. (By 1/16 it would be a tenth, and credit for one pattern would go to another.) A reward moves a weight by
/// up to 6 % of its range. That the hardware rounds down, and never quite forgets, makes less than 0.1 % of that range, since
/// there is a reward once in a trial and not in every step.
pub(crate) fn config() -> Result<Config, ConfigError> {
    let (weight_bits, trace_bits, reward_bits, learning_shift, trace_decay_shift) = (16, 12, 8, 6, 3);
    Config::new(weight_bits, trace_bits, reward_bits, learning_shift, trace_decay_shift)
}

/// A row of the engine for every input, a lane for every neuron.
pub(crate) const SHAPE: EngineShape =
    EngineShape { lanes: N_NEURONS as u32, rows: N_INPUTS as u32, groups: 1 };

/// Who is rewarded for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// A right answer.
    Contingent,
    /// Any answer, right or wrong, with a chance of one half: the control.
    Random,
}

/// Whether there is something to learn from a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// There is no reward: weights stay what they are.
    Test,
    /// There is one, and the network goes on with what the engine makes of it.
    Learning,
}

/// A network whose plastic synapses are in the engine. One step is 1 ms.
#[derive(Debug)]
pub(crate) struct Experiment {
    network: Network,
    inputs: PopulationId,
    neurons: PopulationId,
    plastic: ProjectionId,
    synapses: Lockstep,
    condition: Condition,
    patterns: Stream,
    spikes: Stream,
    choices: Stream,
    rewards: Stream,
}

impl Experiment {
    /// The simulator of the engine works in `folder`.
    pub(crate) fn new(seed: u64, condition: Condition, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut network = Network::new();
        let inputs = network.add_spike_source(N_INPUTS);
        let neuron = DeltaLif::new(DeltaLifParameters { v_reset: 0.0, dt: 1.0, ..Default::default() })?;
        let neurons = network.add_population(Population::new(neuron, N_NEURONS, seed));
        network.add_stimulus(Stimulus::poisson(neurons, BACKGROUND, 1.0, 1.0, seed)?)?;
        let inhibition = Dense::new(2, 2, vec![0.0, INHIBITION, INHIBITION, 0.0])?;
        network.add_projection(neurons, neurons, Projection::new(inhibition))?;
        let plastic = Projection::new(Dense::zeros(N_INPUTS, N_NEURONS));
        let plastic = network.add_projection(inputs, neurons, plastic)?;

        let config = config()?;
        let half = (config.max_weight() / 2) as u16;
        let synapses = Lockstep::start(config, SHAPE, half, folder)?;
        let stream = |purpose| random::stream(seed, purpose, 0);
        let mut experiment = Self {
            network,
            inputs,
            neurons,
            plastic,
            synapses,
            condition,
            patterns: stream("patterns"),
            spikes: stream("spikes"),
            choices: stream("choices"),
            rewards: stream("rewards"),
        };
        experiment.fetch_weights()?;
        Ok(experiment)
    }

    /// A pattern, an answer, a reward; whether the answer was right.
    pub(crate) fn trial(&mut self, kind: Trial) -> Result<bool, Box<dyn Error>> {
        let pattern = self.patterns.random_range(0..PATTERNS.len());
        let mut counts = [0; N_NEURONS];
        for t in 0..PATTERN_STEPS + REACTION_STEPS {
            let inputs = if t < PATTERN_STEPS { PATTERNS[pattern].clone() } else { 0..0 };
            self.step(inputs, 0)?;
            self.network.spikes(self.neurons).iter().for_each(|&k| counts[k as usize] += 1);
        }
        // A tie is an answer by chance.
        let answer = match counts {
            [a, b] if a == b => self.choices.random_range(0..N_NEURONS),
            [a, b] => usize::from(a < b),
        };
        let right = answer == pattern;
        let rewarded = match self.condition {
            Condition::Contingent => right,
            Condition::Random => self.rewards.random(),
        };
        let reward = match kind {
            Trial::Test => 0,
            Trial::Learning if rewarded => REWARD,
            Trial::Learning => -REWARD,
        };
        self.step(0..0, reward)?;
        for _ in 0..REST_STEPS {
            self.step(0..0, 0)?;
        }
        if kind == Trial::Learning {
            self.fetch_weights()?;
        }
        Ok(right)
    }

    /// The weights of the network, `[input][neuron]` `[mV]`.
    pub(crate) fn weights(&self) -> &[f32] {
        self.network.projection(self.plastic).weights().values()
    }

    /// The engine, and its twin.
    pub(crate) fn synapses(&mut self) -> &mut Lockstep {
        &mut self.synapses
    }

    /// One millisecond of the network, and of the engine under its spikes; some of these inputs spike.
    fn step(&mut self, inputs: Range<u32>, reward: i32) -> Result<(), Box<dyn Error>> {
        self.network.step();
        let pre_spikes: Vec<u32> = inputs.filter(|_| self.spikes.random::<f32>() < SPIKES_PER_STEP).collect();
        self.network.set_spikes(self.inputs, &pre_spikes)?;
        self.synapses.step(&pre_spikes, self.network.spikes(self.neurons), reward)
    }

    /// What the engine has learned becomes what the network does.
    fn fetch_weights(&mut self) -> Result<(), Box<dyn Error>> {
        let learned = self.synapses.weights()?;
        for (weight, learned) in self.network.weights_mut(self.plastic).iter_mut().zip(learned) {
            *weight = W_MAX * f32::from(learned) / f32::from(u16::MAX);
        }
        Ok(())
    }
}
