//! What a neuron remembers of its spikes: one number that jumps at a spike and decays between spikes.

use sc_core::{Checkpoint, Real};

use crate::Error;

/// Below this a trace is zero. No weight notices it, and numbers do not become subnormal, which are slow.
pub(crate) const SILENT: f64 = 1e-30;

/// Which spikes a trace remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// All of them: a spike adds 1.
    All,
    /// The last one: a spike sets to 1.
    Last,
}

/// An exponential trace of every neuron of a population.
#[derive(Debug, Clone)]
pub(crate) struct Trace<R: Real> {
    values: Vec<R>,
    decay: R,
    memory: Memory,
}

impl<R: Real> Trace<R> {
    /// `n` traces at zero that decay with time constant `tau` `[ms]` in steps of `dt` `[ms]`.
    pub(crate) fn new(n: usize, tau: f64, dt: f64, memory: Memory) -> Self {
        Self { values: vec![R::ZERO; n], decay: R::of((-dt / tau).exp()), memory }
    }

    /// One step of time passes.
    pub(crate) fn decay(&mut self) {
        let (decay, silent) = (self.decay, R::of(SILENT));
        for value in &mut self.values {
            let decayed = *value * decay;
            *value = if decayed < silent { R::ZERO } else { decayed };
        }
    }

    /// These neurons spike.
    pub(crate) fn mark(&mut self, spikes: &[u32]) {
        for &i in spikes {
            let value = &mut self.values[i as usize];
            *value = match self.memory {
                Memory::All => *value + R::ONE,
                Memory::Last => R::ONE,
            };
        }
    }

    pub(crate) fn values(&self) -> &[R] {
        &self.values
    }

    pub(crate) fn reset(&mut self) {
        self.values.fill(R::ZERO);
    }

    pub(crate) fn save(&self, name: &str, checkpoint: &mut Checkpoint) {
        checkpoint.insert(name, &[self.values.len()], &self.values);
    }

    /// The same trace with the values that were saved.
    pub(crate) fn restored(&self, name: &str, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let values = checkpoint.get(name, &[self.values.len()])?.to_vec();
        Ok(Self { values, ..*self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spikes_add_up_and_the_last_one_replaces() {
        for (memory, expected) in [(Memory::All, 1.5), (Memory::Last, 1.0)] {
            let mut trace = Trace::<f64>::new(2, 1.0 / 2.0_f64.ln(), 1.0, memory);
            trace.mark(&[1]);
            trace.decay();
            trace.mark(&[1]);
            assert_eq!(trace.values()[0], 0.0);
            assert!((trace.values()[1] - expected).abs() < 1e-15, "{memory:?}: {:?}", trace.values());
        }
    }

    #[test]
    fn a_long_silence_ends_in_zero_without_subnormal_numbers() {
        let mut trace = Trace::<f32>::new(1, 20.0, 1.0, Memory::All);
        trace.mark(&[0]);
        for _ in 0..3000 {
            trace.decay();
            assert!(trace.values()[0] == 0.0 || trace.values()[0].is_normal());
        }
        assert_eq!(trace.values(), [0.0]);
    }
}
