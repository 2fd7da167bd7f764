//! Spikes on their way along an axon or a dendrite to the synapses.

use std::collections::VecDeque;
use std::mem;

use sc_core::{Checkpoint, SpikeEvents};

use crate::Error;

/// Hands over the spikes of some steps ago. It works in buffers that it keeps.
#[derive(Debug, Clone)]
pub(crate) struct SpikeDelay {
    /// The spikes of as many steps as the delay is long, the oldest first.
    on_their_way: VecDeque<Vec<u32>>,
    arrived: Vec<u32>,
}

impl SpikeDelay {
    pub(crate) fn new(steps: u16) -> Self {
        Self { on_their_way: vec![Vec::new(); usize::from(steps)].into(), arrived: Vec::new() }
    }

    /// Takes the spikes that leave in this step and returns those that arrive.
    pub(crate) fn pass<'a>(&'a mut self, leaving: &'a [u32]) -> &'a [u32] {
        let Some(arriving) = self.on_their_way.pop_front() else { return leaving };
        let mut buffer = mem::replace(&mut self.arrived, arriving);
        buffer.clear();
        buffer.extend_from_slice(leaving);
        self.on_their_way.push_back(buffer);
        &self.arrived
    }

    pub(crate) fn reset(&mut self) {
        self.on_their_way.iter_mut().for_each(Vec::clear);
    }

    /// How many spikes are on their way of every step, and who they are.
    pub(crate) fn save(&self, name: &str, checkpoint: &mut Checkpoint) {
        let counts: Vec<u64> = self.on_their_way.iter().map(|spikes| spikes.len() as u64).collect();
        let neurons: Vec<u32> = self.on_their_way.iter().flatten().copied().collect();
        checkpoint.insert(format!("{name}.counts"), &[counts.len()], &counts);
        checkpoint.insert(format!("{name}.neurons"), &[neurons.len()], &neurons);
    }

    /// The same delay of `n` neurons with the spikes that were saved.
    pub(crate) fn restored(&self, name: &str, n: usize, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let counts = checkpoint.get::<u64>(&format!("{name}.counts"), &[self.on_their_way.len()])?;
        let mut neurons = checkpoint.elements::<u32>(&format!("{name}.neurons"))?;
        let total = counts.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
        Error::length("spikes on their way", usize::try_from(total).unwrap_or(usize::MAX), neurons.len())?;
        let mut checked = SpikeEvents::new(n);
        for &count in counts {
            let (step, rest) = neurons.split_at(count as usize);
            checked.push_step(step)?;
            neurons = rest;
        }
        let on_their_way = (0..checked.n_steps()).map(|t| checked.step(t).to_vec()).collect();
        Ok(Self { on_their_way, arrived: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_arrive_after_the_delay_and_not_again() {
        for steps in [0_u16, 1, 3] {
            let mut delay = SpikeDelay::new(steps);
            for t in 0..10_u32 {
                let expected: &[u32] = match t.checked_sub(steps.into()) {
                    Some(left) if left % 2 == 0 => &[left, left + 1],
                    _ => &[],
                };
                let leaving: &[u32] = if t % 2 == 0 { &[t, t + 1] } else { &[] };
                assert_eq!(delay.pass(leaving), expected, "step {t}, delay {steps}");
            }
        }
    }

    #[test]
    fn damaged_lists_are_refused() {
        let mut delay = SpikeDelay::new(2);
        delay.pass(&[0, 2]);
        let mut checkpoint = Checkpoint::new();
        delay.save("axon", &mut checkpoint);
        let restored = delay.restored("axon", 3, &checkpoint).unwrap();
        assert_eq!(restored.on_their_way, delay.on_their_way);
        assert!(delay.restored("axon", 2, &checkpoint).is_err()); // there is no neuron 2
        assert!(SpikeDelay::new(1).restored("axon", 3, &checkpoint).is_err());
        checkpoint.insert("axon.counts", &[2], &[u64::MAX, 3]);
        assert!(delay.restored("axon", 3, &checkpoint).is_err());
        checkpoint.insert("axon.counts", &[2], &[0_u64, 2]);
        checkpoint.insert("axon.neurons", &[2], &[2_u32, 0]);
        assert!(delay.restored("axon", 3, &checkpoint).is_err());
    }
}
