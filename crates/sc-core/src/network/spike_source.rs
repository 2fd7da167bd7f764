//! Neurons whose spikes come from outside.

use std::ops::Range;

use super::layer::Layer;
use crate::{Error, PopulationState, Real, SpikeEvents};

/// `n` neurons that spike when they are told to: recorded data, events of a sensor, another simulation.
#[derive(Debug, Clone)]
pub(super) struct SpikeSource {
    n: usize,
    spikes: Vec<u32>,
}

impl SpikeSource {
    pub(super) fn new(n: usize) -> Self {
        Self { n, spikes: Vec::new() }
    }

    fn check(&self, spikes: &[u32]) -> Result<(), Error> {
        SpikeEvents::new(self.n).push_step(spikes)
    }
}

impl<R: Real> Layer<R> for SpikeSource {
    fn n(&self) -> usize {
        self.n
    }

    fn step(&mut self, _currents: &[R]) {
        self.spikes.clear();
    }

    fn reset(&mut self) {
        self.spikes.clear();
    }

    fn spikes(&self) -> &[u32] {
        &self.spikes
    }

    fn set_spikes(&mut self, spikes: &[u32]) -> Result<(), Error> {
        self.check(spikes)?;
        self.spikes.clear();
        self.spikes.extend_from_slice(spikes);
        Ok(())
    }

    fn voltages(&self) -> &[R] {
        &[]
    }

    fn variable(&self, _name: &str) -> Option<&[R]> {
        None
    }

    fn variable_names(&self) -> &'static [&'static str] {
        &[]
    }

    fn model(&self) -> String {
        "spike source".into()
    }

    fn state(&self) -> PopulationState<R> {
        PopulationState { variables: Vec::new(), spikes: self.spikes.clone(), seed: 0, n_steps: 0 }
    }

    fn check_state(&self, state: &PopulationState<R>) -> Result<(), Error> {
        crate::weights::check_length("variables", 0, state.variables.len())?;
        self.check(&state.spikes)
    }

    fn set_state(&mut self, state: PopulationState<R>) -> Result<(), Error> {
        Layer::<R>::check_state(self, &state)?;
        self.spikes = state.spikes;
        Ok(())
    }

    fn part(&self, neurons: Range<usize>) -> Box<dyn Layer<R>> {
        let own = neurons.start as u32..neurons.end as u32;
        let spikes = self.spikes.iter().filter(|i| own.contains(i)).map(|i| i - own.start).collect();
        Box::new(Self { n: neurons.len(), spikes })
    }

    fn whole(&self, n: usize, state: PopulationState<R>) -> Result<Box<dyn Layer<R>>, Error> {
        let mut whole = Self::new(n);
        Layer::<R>::set_state(&mut whole, state)?;
        Ok(Box::new(whole))
    }
}
