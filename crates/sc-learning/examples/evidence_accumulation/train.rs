//! From random weights to a network that remembers what it has seen.

use std::error::Error;
use std::time::Instant;

use sc_learning::core::{Dense, random};
use sc_learning::plasticity::eprop::{Eprop, EpropNeuron, EpropParameters, Feedback, softmax_cross_entropy};
use sc_learning::prelude::*;

use super::task::{self, CLASSES, INPUTS, RECALL, STEPS};

/// Half of them leaky integrate-and-fire, half adaptive, whose slow thresholds are the memory.
const NEURONS: usize = 100;
const V_THRESHOLD: f64 = 0.6;
const TAU_ADAPTATION: f64 = 2000.0;
const REFRACTORY_STEPS: u16 = 5;
/// Strength of the firing-rate regularization, in the unit of the mean cross-entropy.
const RATE_STRENGTH: f64 = 2.0;
const RATE_TARGET: f64 = 10.0;
const LEARNING_RATE: f64 = 0.005;
/// What readout and adaptive feedback lose of themselves in every iteration.
const FEEDBACK_DECAY: f64 = 0.001;

/// Trials per iteration, and per validation.
const TRAIN_BATCH: usize = 32;
const TEST_BATCH: usize = 64;
/// Batches of the test at the end.
const TESTS: usize = 16;
/// Iterations between two validations.
const EVERY: usize = 10;
/// A validation whose error is below the goal is followed by so many others of the same network; training ends when their
/// mean is below it too.
const IN_A_ROW: usize = 8;

/// How the errors of the readout reach the neurons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broadcast {
    Symmetric,
    Random,
    Adaptive,
}

/// What one training depends on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) feedback: Broadcast,
    /// Whether half of the neurons adapt.
    pub(crate) adaptive: bool,
    /// Iterations at most.
    pub(crate) iterations: usize,
    /// Share of wrong answers below which training ends.
    pub(crate) goal: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, feedback: Broadcast::Random, adaptive: true, iterations: 2000, goal: 0.07 }
    }
}

/// What a training leaves behind.
#[derive(Debug)]
pub(crate) struct Trained {
    pub(crate) network: Eprop<f32>,
    /// Iterations until the goal was reached, or all of them.
    pub(crate) iterations: usize,
    /// Whether the goal was reached.
    pub(crate) reached: bool,
    /// Share of wrong answers in the last [`IN_A_ROW`] validations of one network, if there were any.
    pub(crate) validation_error: Option<f64>,
    /// Wall-clock time of training and validations.
    pub(crate) seconds: f64,
}

/// Trains a network from scratch, and tells `log` how it goes.
pub(crate) fn train(settings: &Settings, log: &mut dyn TrainingCallback) -> Result<Trained, Box<dyn Error>> {
    let start = Instant::now();
    let mut network = build(settings)?;
    let mut adam = Adam::new(LEARNING_RATE)?;
    let (mut iteration, mut reached, mut validation_error) = (0, false, None);
    while iteration < settings.iterations && !reached {
        let loss = learn(&mut network, settings.seed, iteration as u64, &mut adam);
        iteration += 1;
        if iteration % EVERY == 0 {
            let tested = test(&mut network, settings.seed, "validation", iteration as u64);
            if tested.error < settings.goal {
                let first = (iteration * IN_A_ROW) as u64;
                let mean = mean_error(&mut network, settings.seed, "validations in a row", first, IN_A_ROW);
                reached = mean < settings.goal;
                validation_error = Some(mean);
            }
            log.log(
                iteration as u64,
                &[
                    ("loss", loss.into()),
                    ("error", tested.error.into()),
                    ("rate", tested.rate.into()),
                    ("seconds", start.elapsed().as_secs_f64().into()),
                ],
            )?;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(Trained { network, iterations: iteration, reached, validation_error, seconds })
}

/// Share of wrong answers in new trials, by which nothing was decided.
pub(crate) fn test_error(network: &mut Eprop<f32>, seed: u64) -> f64 {
    mean_error(network, seed, "test", 0, TESTS)
}

/// The mean over `n` batches, from number `first` on.
fn mean_error(network: &mut Eprop<f32>, seed: u64, purpose: &str, first: u64, n: usize) -> f64 {
    let errors = (first..).take(n).map(|number| test(network, seed, purpose, number).error);
    errors.sum::<f64>() / n as f64
}

/// Gaussian weights whose variance is one over the number of inputs, as in the paper.
fn build(settings: &Settings) -> Result<Eprop<f32>, Box<dyn Error>> {
    let lif =
        EpropNeuron { v_threshold: V_THRESHOLD, refractory_steps: REFRACTORY_STEPS, ..Default::default() };
    // A spike raises the threshold by as much as makes up for 1.7 times its effect on the membrane.
    let decay = |tau: f64| (-1.0 / tau).exp();
    let adaptation = 1.7 * (1.0 - decay(TAU_ADAPTATION)) / (1.0 - decay(lif.tau_m));
    let alif = EpropNeuron { adaptation, tau_adaptation: TAU_ADAPTATION, ..lif.clone() };
    let second_half = if settings.adaptive { alif } else { lif.clone() };
    let parameters = EpropParameters {
        neurons: [vec![lif; NEURONS / 2], vec![second_half; NEURONS / 2]].concat(),
        rate_strength: RATE_STRENGTH / TRAIN_BATCH as f64,
        rate_target: RATE_TARGET,
        ..Default::default()
    };
    let seed = settings.seed;
    let gaussian = |purpose: &str, n_pre: usize, n_post: usize| {
        let mut weights = Dense::<f32>::zeros(n_pre, n_post);
        let mut source = random::stream(seed, purpose, 0);
        let scale = 1.0 / (n_pre as f64).sqrt();
        weights.values_mut().fill_with(|| (scale * random::normal(&mut source)) as f32);
        weights
    };
    let mut recurrent = gaussian("recurrent weights", NEURONS, NEURONS);
    recurrent.values_mut().iter_mut().step_by(NEURONS + 1).for_each(|w| *w = 0.0);
    let random = Feedback::random(NEURONS, CLASSES, seed);
    let feedback = match (settings.feedback, random) {
        (Broadcast::Symmetric, _) => Feedback::Symmetric,
        (Broadcast::Adaptive, Feedback::Fixed(weights)) => {
            Feedback::Adaptive { weights, decay: FEEDBACK_DECAY }
        }
        (_, random) => random,
    };
    let input = gaussian("input weights", INPUTS, NEURONS);
    let output = gaussian("output weights", NEURONS, CLASSES);
    Ok(Eprop::new(parameters, input, recurrent, output, feedback)?)
}

/// One iteration; returns the mean cross-entropy.
fn learn(network: &mut Eprop<f32>, seed: u64, iteration: u64, adam: &mut Adam<f32>) -> f64 {
    let batch = task::Batch::new(TRAIN_BATCH, seed, "training", iteration);
    network.set_n_samples(TRAIN_BATCH);
    network.set_learning(true);
    let weight = 1.0 / (RECALL * TRAIN_BATCH) as f32;
    let mut errors = vec![0.0; TRAIN_BATCH * CLASSES];
    let mut loss = 0.0;
    for t in 0..STEPS {
        let outputs = network.step(batch.step(t));
        if t >= STEPS - RECALL {
            let trials = outputs.chunks(CLASSES).zip(errors.chunks_mut(CLASSES)).zip(&batch.labels);
            for ((output, error), &label) in trials {
                loss += f64::from(weight * softmax_cross_entropy(output, label, error));
                error.iter_mut().for_each(|error| *error *= weight);
            }
            network.learn(&errors);
        }
    }
    network.finish();
    adam.begin_step();
    network.update(|slot, weights, gradient| adam.update(slot, weights, gradient, true));
    loss
}

struct Tested {
    /// Share of wrong answers.
    error: f64,
    /// Mean firing rate `[Hz]`.
    rate: f64,
}

/// New trials. The answer is the readout with the greater mean during the recall.
fn test(network: &mut Eprop<f32>, seed: u64, purpose: &str, number: u64) -> Tested {
    let batch = task::Batch::new(TEST_BATCH, seed, purpose, number);
    network.set_n_samples(TEST_BATCH);
    network.set_learning(false);
    let mut evidence = vec![0.0; TEST_BATCH * CLASSES];
    for t in 0..STEPS {
        let outputs = network.step(batch.step(t));
        if t >= STEPS - RECALL {
            evidence.iter_mut().zip(outputs).for_each(|(sum, y)| *sum += y);
        }
    }
    let answers = evidence.chunks(CLASSES).map(|evidence| usize::from(evidence[1] > evidence[0]));
    let wrong = answers.zip(&batch.labels).filter(|(answer, label)| answer != *label).count();
    let spikes: f32 = (0..TEST_BATCH).flat_map(|sample| network.spike_counts(sample)).sum();
    let seconds = STEPS as f64 / 1000.0;
    Tested {
        error: wrong as f64 / TEST_BATCH as f64,
        rate: f64::from(spikes) / (TEST_BATCH * NEURONS) as f64 / seconds,
    }
}

/// Everything that happened in one trial.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) label: usize,
    pub(crate) input: SpikeEvents,
    pub(crate) neurons: SpikeEvents,
    /// How far the thresholds of the adaptive neurons are raised on average, in units of the threshold, `[step]`.
    pub(crate) thresholds: Vec<f64>,
    /// The readouts, `[step][class]`.
    pub(crate) readout: Vec<Vec<f32>>,
}

/// Shows the network a new trial.
pub(crate) fn record(network: &mut Eprop<f32>, seed: u64) -> Result<Recording, Box<dyn Error>> {
    let batch = task::Batch::new(1, seed, "picture", 0);
    network.set_n_samples(1);
    network.set_learning(false);
    let (mut input, mut neurons) = (SpikeEvents::new(INPUTS), SpikeEvents::new(NEURONS));
    let (mut thresholds, mut readout) = (Vec::new(), Vec::new());
    for t in 0..STEPS {
        readout.push(network.step(batch.step(t)).to_vec());
        let active: Vec<u32> = (0..).zip(batch.step(t)).filter(|(_, x)| **x > 0.0).map(|(i, _)| i).collect();
        input.push_step(&active)?;
        neurons.push_step(network.spikes(0))?;
        let second_half = network.parameters().neurons.iter().zip(network.adaptations(0)).skip(NEURONS / 2);
        let raised: f64 = second_half.map(|(neuron, a)| neuron.adaptation * f64::from(a)).sum();
        thresholds.push(raised / (NEURONS / 2) as f64 / V_THRESHOLD);
    }
    Ok(Recording { label: batch.labels[0], input, neurons, thresholds, readout })
}
