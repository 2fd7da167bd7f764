//! Who spiked when, as lists of the active.

use crate::Error;

/// Who spiked when, as one list of active channels per time step: the form that work follows.
///
/// Shape `[n_steps, n_channels]`, stored like a CSR matrix: the active channels of step `t` are
/// `indices[offsets[t]..offsets[t + 1]]`, strictly increasing, each below `n_channels`.
///
/// ```
/// use sc_core::SpikeEvents;
/// let mut spikes = SpikeEvents::new(4);
/// spikes.push_step(&[0, 3])?;
/// spikes.push_step(&[])?;
/// spikes.push_step(&[3])?;
/// assert_eq!(spikes.counts(), [1, 0, 0, 2]);
/// assert_eq!(spikes.times(3), [0, 2]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpikeEvents {
    n_channels: usize,
    offsets: Vec<usize>,
    indices: Vec<u32>,
}

impl SpikeEvents {
    /// An empty sequence of zero steps over `n_channels` channels; fill it with
    /// [`push_step`](Self::push_step).
    #[must_use]
    pub fn new(n_channels: usize) -> Self {
        Self { n_channels, offsets: vec![0], indices: Vec::new() }
    }

    /// Appends one time step with these active channels.
    ///
    /// # Errors
    /// [`Error::Index`] if a channel is `n_channels` or more, [`Error::NotIncreasing`] if the list is not
    /// strictly increasing. The sequence is then unchanged.
    pub fn push_step(&mut self, active: &[u32]) -> Result<(), Error> {
        for (position, &index) in active.iter().enumerate() {
            let index = index as usize;
            if index >= self.n_channels {
                return Err(Error::Index {
                    what: "active channels",
                    position,
                    index,
                    bound: self.n_channels,
                });
            }
            if position > 0 && active[position - 1] as usize >= index {
                let previous = active[position - 1] as usize;
                return Err(Error::NotIncreasing {
                    what: "active channels",
                    position,
                    previous,
                    value: index,
                });
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

    /// The steps in which channel `i` spiked, in order.
    ///
    /// # Panics
    /// If `i` is not below [`n_channels`](Self::n_channels).
    #[must_use]
    #[track_caller]
    pub fn times(&self, i: usize) -> Vec<usize> {
        assert!(i < self.n_channels, "channel {i} of {}", self.n_channels);
        (0..self.n_steps())
            .filter(|&t| self.step(t).binary_search_by(|&active| (active as usize).cmp(&i)).is_ok())
            .collect()
    }

    /// Number of spikes of every channel.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.n_channels];
        for &i in &self.indices {
            counts[i as usize] += 1;
        }
        counts
    }

    /// Mean firing rate of every channel `[Hz]` for steps of `dt` `[ms]`; zero if there are no steps.
    #[must_use]
    pub fn rates(&self, dt: f64) -> Vec<f64> {
        let duration = (self.n_steps().max(1) as f64) * dt / 1000.0;
        self.counts().iter().map(|&count| count as f64 / duration).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_step_leaves_the_sequence_as_it_was() {
        let mut spikes = SpikeEvents::new(3);
        spikes.push_step(&[1]).unwrap();
        let before = spikes.clone();
        assert_eq!(
            spikes.push_step(&[0, 3]),
            Err(Error::Index { what: "active channels", position: 1, index: 3, bound: 3 })
        );
        assert_eq!(
            spikes.push_step(&[2, 2]),
            Err(Error::NotIncreasing { what: "active channels", position: 1, previous: 2, value: 2 })
        );
        assert_eq!(spikes, before);
    }

    #[test]
    fn rates_are_spikes_per_second() {
        let mut spikes = SpikeEvents::new(2);
        for t in 0..500 {
            spikes.push_step(if t % 10 == 0 { &[1] } else { &[] }).unwrap();
        }
        assert_eq!(spikes.rates(2.0), [0.0, 50.0]);
        assert_eq!(SpikeEvents::new(2).rates(1.0), [0.0, 0.0]);
    }
}
