//! When neurons spiked lately, for rules that a decaying trace cannot express.

use std::collections::VecDeque;

use sc_core::{Checkpoint, Real};

use crate::{Error, trace::SILENT};

/// The spikes of every neuron that can still be felt, as steps.
#[derive(Debug, Clone)]
pub(crate) struct SpikeHistory {
    spikes: Vec<VecDeque<u64>>,
    /// `dt / tau`
    rate: f64,
    /// After so many steps a spike is forgotten.
    horizon: u64,
}

impl SpikeHistory {
    /// No spikes of `n` neurons; each will be felt as `exp(-age dt / tau)`.
    pub(crate) fn new(n: usize, tau: f64, dt: f64) -> Self {
        let rate = dt / tau;
        Self { spikes: vec![VecDeque::new(); n], rate, horizon: (-SILENT.ln() / rate).ceil() as u64 }
    }

    /// These neurons spike in step `now`.
    pub(crate) fn mark(&mut self, spikes: &[u32], now: u64) {
        for &i in spikes {
            let spikes = &mut self.spikes[i as usize];
            while spikes.front().is_some_and(|&oldest| now - oldest > self.horizon) {
                spikes.pop_front();
            }
            spikes.push_back(now);
        }
    }

    /// What is felt now of the spikes of neuron `i` from step `first` on.
    pub(crate) fn since<R: Real>(&self, i: usize, first: u64, now: u64) -> R {
        let spikes = self.spikes[i].iter().rev().take_while(|&&spike| spike >= first);
        R::of(spikes.map(|spike| (-((now - spike) as f64) * self.rate).exp()).sum())
    }

    pub(crate) fn reset(&mut self) {
        self.spikes.iter_mut().for_each(VecDeque::clear);
    }

    /// How many spikes every neuron has, and when they were.
    pub(crate) fn save(&self, name: &str, checkpoint: &mut Checkpoint) {
        let counts: Vec<u64> = self.spikes.iter().map(|spikes| spikes.len() as u64).collect();
        let steps: Vec<u64> = self.spikes.iter().flatten().copied().collect();
        checkpoint.insert(format!("{name}.counts"), &[counts.len()], &counts);
        checkpoint.insert(format!("{name}.steps"), &[steps.len()], &steps);
    }

    /// The same history, at step `now`, with the spikes that were saved.
    pub(crate) fn restored(&self, name: &str, now: u64, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let counts = checkpoint.get::<u64>(&format!("{name}.counts"), &[self.spikes.len()])?;
        let mut steps = checkpoint.elements::<u64>(&format!("{name}.steps"))?;
        let total = counts.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
        Error::length("spikes of the past", usize::try_from(total).unwrap_or(usize::MAX), steps.len())?;
        let mut spikes = Vec::with_capacity(counts.len());
        for &count in counts {
            let (own, rest) = steps.split_at(count as usize);
            let increasing = own.windows(2).all(|pair| pair[0] < pair[1]);
            let last = own.last().copied().unwrap_or(0);
            Error::require(
                increasing && last <= now,
                "last spike",
                last as f64,
                "after those before, not later than now",
            )?;
            spikes.push(own.to_vec().into());
            steps = rest;
        }
        Ok(Self { spikes, ..*self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_are_felt_from_a_step_on_and_forgotten_in_the_end() {
        let mut history = SpikeHistory::new(2, 10.0, 1.0);
        history.mark(&[1], 3);
        history.mark(&[0, 1], 5);
        let felt = |ages: &[f64]| ages.iter().map(|age| (-age / 10.0).exp()).sum::<f64>();
        for (first, ages) in [(0, &[3.0, 5.0][..]), (3, &[3.0, 5.0]), (4, &[3.0]), (6, &[])] {
            assert!((history.since::<f64>(1, first, 8) - felt(ages)).abs() < 1e-15, "from {first} on");
        }
        for t in 0..10 {
            history.mark(&[1], 1000 * (t + 1));
        }
        assert_eq!(history.spikes[1].len(), 1); // 1000 steps are beyond the horizon of 691
    }
}
