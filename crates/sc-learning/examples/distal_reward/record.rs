//! What is kept of a run.

use std::collections::VecDeque;
use std::error::Error;

use crate::experiment::{Condition, Experiment, Moment, W_MAX};

/// What a run leaves behind. Weights are relative to the greatest possible.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The weight of the chosen synapse after every second.
    pub(crate) weights: Vec<f32>,
    /// All weights between excitatory neurons in the end, the chosen one first.
    pub(crate) last_weights: Vec<f32>,
    /// The milliseconds around the first coincidence and its reward.
    pub(crate) moments: VecDeque<Moment>,
    pub(crate) n_coincidences: usize,
    /// Mean firing rate `[Hz]`.
    pub(crate) rate: f64,
}

/// How long before and after the first coincidence all is recorded `[ms]`.
const BEFORE: usize = 500;
const AFTER: usize = 4500;

impl Recording {
    /// Runs the experiment for as many seconds of its own time.
    pub(crate) fn of(seed: u64, condition: Condition, seconds: usize) -> Result<Self, Box<dyn Error>> {
        let mut experiment = Experiment::new(seed, condition)?;
        let (mut weights, mut moments) = (Vec::with_capacity(seconds), VecDeque::new());
        for _ in 0..seconds {
            for _ in 0..1000 {
                let moment = experiment.step()?;
                let met = experiment.n_coincidences() > 0;
                if moments.len() < BEFORE + AFTER {
                    moments.push_back(moment);
                }
                if !met && moments.len() > BEFORE {
                    moments.pop_front();
                }
            }
            weights.push(experiment.chosen_weight() / W_MAX);
        }
        Ok(Self {
            weights,
            last_weights: experiment.weights().iter().map(|w| w / W_MAX).collect(),
            moments,
            n_coincidences: experiment.n_coincidences(),
            rate: experiment.rate(),
        })
    }

    /// After how many seconds the chosen synapse first reached this part of the greatest weight.
    pub(crate) fn time_to(&self, level: f32) -> Option<usize> {
        self.weights.iter().position(|&w| w >= level).map(|second| second + 1)
    }

    /// The share of synapses that are weaker than the chosen one in the end.
    pub(crate) fn rank(&self) -> f64 {
        let [chosen, others @ ..] = &self.last_weights[..] else { return 0.0 };
        others.iter().filter(|w| *w < chosen).count() as f64 / others.len() as f64
    }
}
