//! A population whose model the network need not know.

use std::{fmt::Debug, ops::Range};

use crate::{Error, Neuron, Population, PopulationState, Real};

/// What a network asks of a population: one dynamic call per population and step, none per neuron.
pub(super) trait Layer<R: Real>: Debug + Send + Sync {
    fn n(&self) -> usize;
    fn step(&mut self, currents: &[R]);
    fn reset(&mut self);
    fn spikes(&self) -> &[u32];
    /// Replaces the spikes of this step, where they come from outside.
    fn set_spikes(&mut self, _spikes: &[u32]) -> Result<(), Error> {
        Err(Error::NotASpikeSource)
    }
    fn voltages(&self) -> &[R];
    fn variable(&self, name: &str) -> Option<&[R]>;
    fn variable_names(&self) -> &'static [&'static str];
    /// The model and its parameters in words.
    fn model(&self) -> String;
    fn state(&self) -> PopulationState<R>;
    fn check_state(&self, state: &PopulationState<R>) -> Result<(), Error>;
    fn set_state(&mut self, state: PopulationState<R>) -> Result<(), Error>;
    /// These neurons alone, in the same state and with the same noise to come.
    fn part(&self, neurons: Range<usize>) -> Box<dyn Layer<R>>;
    /// `n` such neurons, from the first on, in this state.
    fn whole(&self, n: usize, state: PopulationState<R>) -> Result<Box<dyn Layer<R>>, Error>;
}

impl<N: Neuron<R> + 'static, R: Real> Layer<R> for Population<N, R> {
    fn n(&self) -> usize {
        self.n()
    }

    fn step(&mut self, currents: &[R]) {
        self.step(currents);
    }

    fn reset(&mut self) {
        self.reset();
    }

    fn spikes(&self) -> &[u32] {
        self.spikes()
    }

    fn voltages(&self) -> &[R] {
        self.voltages()
    }

    fn variable(&self, name: &str) -> Option<&[R]> {
        self.variable(name)
    }

    fn variable_names(&self) -> &'static [&'static str] {
        N::VARIABLES
    }

    fn model(&self) -> String {
        let gating = if self.spike_gating() { " with spike gating" } else { "" };
        format!("{:?}{gating}", self.neuron())
    }

    fn state(&self) -> PopulationState<R> {
        self.state()
    }

    fn check_state(&self, state: &PopulationState<R>) -> Result<(), Error> {
        self.check_state(state)
    }

    fn set_state(&mut self, state: PopulationState<R>) -> Result<(), Error> {
        self.set_state(state)
    }

    fn part(&self, neurons: Range<usize>) -> Box<dyn Layer<R>> {
        Box::new(self.part(neurons))
    }

    fn whole(&self, n: usize, state: PopulationState<R>) -> Result<Box<dyn Layer<R>>, Error> {
        let mut whole = self.emptied(n);
        whole.set_state(state)?;
        Ok(Box::new(whole))
    }
}
