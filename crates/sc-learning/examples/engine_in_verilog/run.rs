//! A run: trials without reward, trials with reward, trials without reward again.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use super::task::{Condition, Experiment, Trial};

/// Trials without reward, before learning and again after it.
pub(crate) const N_TESTS: usize = 40;

/// What a run leaves behind.
#[derive(Debug, PartialEq)]
pub(crate) struct Run {
    /// Of every trial, whether the answer was right.
    pub(crate) right: Vec<bool>,
    /// The weights in the end, `[input][neuron]` `[mV]`.
    pub(crate) weights: Vec<f32>,
    /// How many numbers of the engine were compared with those of its twin.
    pub(crate) n_compared: usize,
    /// How many clocks the engine has taken.
    pub(crate) n_clocks: u64,
}

impl Run {
    /// Learns for some trials; the simulator works in `folder`.
    pub(crate) fn of(
        seed: u64,
        condition: Condition,
        n_trials: usize,
        folder: &Path,
    ) -> Result<Self, Box<dyn Error>> {
        let mut experiment = Experiment::new(seed, condition, folder)?;
        let mut right = Vec::with_capacity(n_trials + 2 * N_TESTS);
        for (kind, n) in [(Trial::Test, N_TESTS), (Trial::Learning, n_trials), (Trial::Test, N_TESTS)] {
            for _ in 0..n {
                right.push(experiment.trial(kind)?);
            }
        }
        experiment.synapses().weights()?;
        experiment.synapses().compare_traces()?;
        let (n_compared, n_clocks) = (experiment.synapses().n_compared(), experiment.synapses().n_clocks());
        Ok(Self { right, weights: experiment.weights().to_vec(), n_compared, n_clocks })
    }

    /// Right answers before learning `[%]`.
    pub(crate) fn before(&self) -> f64 {
        self.accuracy(0..N_TESTS)
    }

    /// Right answers after learning `[%]`.
    pub(crate) fn after(&self) -> f64 {
        self.accuracy(self.right.len() - N_TESTS..self.right.len())
    }

    /// Right answers in some trials `[%]`.
    pub(crate) fn accuracy(&self, trials: Range<usize>) -> f64 {
        let n = trials.len();
        100.0 * self.right[trials].iter().filter(|&&right| right).count() as f64 / n as f64
    }
}
