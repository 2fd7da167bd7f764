//! Spike containers.

use crate::Error;

/// Who spiked when, as one list of active channels per time step: the form that work follows.
///
/// Shape `[n_steps, n_channels]`, stored like a CSR matrix: the active channels of step `t` are
/// `indices[offsets[t]..offsets[t + 1]]`, strictly increasing, each below `n_channels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpikeEvents {
    n_channels: usize,
    offsets: Vec<usize>,
    indices: Vec<u32>,
}

impl SpikeEvents {
    /// An empty sequence of zero steps over `n_channels` channels; fill it with [`push_step`](Self::push_step).
    #[must_use]
    pub fn new(n_channels: usize) -> Self {
        Self { n_channels, offsets: vec![0], indices: Vec::new() }
    }

    /// Appends one time step with these active channels.
    ///
    /// # Errors
    /// [`Error::Index`] if a channel is `n_channels` or more, [`Error::NotIncreasing`] if the list is not strictly
    /// increasing. The sequence is then unchanged.
    pub fn push_step(&mut self, active: &[u32]) -> Result<(), Error> {
        for (position, &index) in active.iter().enumerate() {
            let index = index as usize;
            if index >= self.n_channels {
                return Err(Error::Index { what: "active channels", position, index, bound: self.n_channels });
            }
            if position > 0 && active[position - 1] as usize >= index {
                let previous = active[position - 1] as usize;
                return Err(Error::NotIncreasing { what: "active channels", position, previous, value: index });
            }
        }
        self.indices.extend_from_slice(active);
        self.offsets.push(self.indices.len());
        Ok(())
    }

    /// Number of time steps.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of channels.
    #[must_use]
    pub fn n_channels(&self) -> usize {
        self.n_channels
    }

    /// Number of spikes over all steps and channels.
    #[must_use]
    pub fn n_spikes(&self) -> usize {
        self.indices.len()
    }

    /// The active channels of step `t`, strictly increasing.
    ///
    /// # Panics
    /// If `t` is not below [`n_steps`](Self::n_steps).
    #[must_use]
    #[track_caller]
    pub fn step(&self, t: usize) -> &[u32] {
        assert!(t < self.n_steps(), "step {t} of {} steps", self.n_steps());
        &self.indices[self.offsets[t]..self.offsets[t + 1]]
    }
}
