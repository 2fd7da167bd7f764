//! Many neurons of one kind.

use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};
use rand_pcg::Pcg64Dxsm;

use crate::random::{self, NORMAL_WORDS};
use crate::weights::{check_finite, check_length};
use crate::{Error, Neuron, Real, State};

/// `n` neurons that share their parameters; every variable lies in one flat array.
///
/// A step takes one current per neuron and returns who spiked. What [`voltages`](Self::voltages) shows
/// afterwards is the membrane *after* its reset: the voltage of a neuron that spiked is its reset voltage,
/// never the peak.
///
/// ```
/// use sc_core::{Lapicque, LapicqueParameters, Population};
/// let mut population = Population::<_, f64>::new(Lapicque::new(LapicqueParameters::default())?, 3, 42);
/// let spikes = population.step(&[0.0, 25.0, 30.0]);
/// assert_eq!(spikes, [1, 2]);
/// assert_eq!(population.voltages(), [0.0, 0.0, 0.0]);
/// # Ok::<(), sc_core::Error>(())
/// ```
///
/// # Noise
/// If the model asks for noise, every neuron has a random stream of its own and takes one number from it per
/// step, whether it uses it or not. The noise of a neuron is therefore a function of (seed, neuron, step)
/// alone: it depends neither on the size of the population nor on what happened before.
#[derive(Debug, Clone)]
pub struct Population<N: Neuron<R>, R: Real = f32> {
    neuron: N,
    /// One array of `n` numbers per variable of the model.
    variables: Vec<Vec<R>>,
    /// Who spiked in the last step, one flag per neuron, and the same as a list.
    fired: Vec<bool>,
    spikes: Vec<u32>,
    spike_gating: bool,
    seed: u64,
    /// The number of the first neuron among those that share the seed; above 0 in a part of a population.
    first: u64,
    n_steps: u64,
    /// One stream per neuron, `n_steps` numbers into it; empty if the model is noiseless.
    noise: Vec<Pcg64Dxsm>,
}

/// Everything about a population that changes while it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationState<R: Real = f32> {
    /// One array of `n` numbers per variable of the model.
    pub variables: Vec<Vec<R>>,
    /// Who spiked in the last step, strictly increasing.
    pub spikes: Vec<u32>,
    /// The seed of the noise.
    pub seed: u64,
    /// Steps since the last reset, which is the position in the noise.
    pub n_steps: u64,
}

impl<N: Neuron<R>, R: Real> Population<N, R> {
    /// `n` new neurons. `seed` is that of their noise; a noiseless model does not use it.
    ///
    /// # Panics
    /// If `n` is 2^32 or more.
    #[must_use]
    pub fn new(neuron: N, n: usize, seed: u64) -> Self {
        assert!(u32::try_from(n).is_ok(), "{n} neurons: must be below 2^32");
        let variables = columns(neuron.initial().as_ref(), n);
        let mut population = Self {
            neuron,
            variables,
            fired: vec![false; n],
            spikes: Vec::new(),
            spike_gating: false,
            seed,
            first: 0,
            n_steps: 0,
            noise: Vec::new(),
        };
        population.seek_noise();
        population
    }

    /// Skips neurons that have no input and are near rest, as the reference package can.
    ///
    /// A neuron is skipped if its current is exactly 0 and [`Neuron::near_rest`] holds (for the LIF models:
    /// the distance from rest is below 1 % of that from rest to threshold). A skipped neuron does nothing at
    /// all: it does not leak, does not count down its refractory period and takes no noise. This trades
    /// exactness for nothing here, where a step of all neurons is cheap; it exists to reproduce results.
    #[must_use]
    pub fn with_spike_gating(mut self) -> Self {
        self.spike_gating = true;
        self
    }

    /// Whether neurons near rest are skipped.
    #[must_use]
    pub fn spike_gating(&self) -> bool {
        self.spike_gating
    }

    /// Number of neurons.
    #[must_use]
    pub fn n(&self) -> usize {
        self.fired.len()
    }

    /// The model with its parameters.
    #[must_use]
    pub fn neuron(&self) -> &N {
        &self.neuron
    }

    /// The membrane of every neuron, after the reset of those that spiked.
    #[must_use]
    pub fn voltages(&self) -> &[R] {
        &self.variables[0]
    }

    /// A variable of every neuron by its name in [`Neuron::VARIABLES`].
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&[R]> {
        let index = N::VARIABLES.iter().position(|&variable| variable == name)?;
        Some(&self.variables[index])
    }

    /// Who spiked in the last step, strictly increasing; empty after a reset.
    #[must_use]
    pub fn spikes(&self) -> &[u32] {
        &self.spikes
    }

    /// Advances all neurons by one step and returns who spiked, strictly increasing.
    ///
    /// Currents are not inspected: infinity and NaN reach the membrane. See [`try_step`](Self::try_step).
    ///
    /// # Panics
    /// If there is not exactly one current per neuron.
    #[track_caller]
    pub fn step(&mut self, currents: &[R]) -> &[u32] {
        let n = self.n();
        assert!(currents.len() == n, "{} currents for {n} neurons", currents.len());
        let Self { neuron, variables, fired, noise, .. } = self;
        let noise_std = neuron.noise_std();
        let gated = self.spike_gating;
        if noise.is_empty() && !gated {
            Arch::new().dispatch(StepAll { neuron, variables, currents, fired });
        } else {
            N::State::for_each(variables, currents, fired, |i, state, current| {
                let noise = match noise.get_mut(i) {
                    Some(stream) => noise_std * R::of(random::normal(stream)),
                    None => R::ZERO,
                };
                let skipped = gated && current == R::ZERO && neuron.near_rest(state);
                !skipped && neuron.step(state, current, noise)
            });
        }
        self.n_steps += 1;
        self.spikes.clear();
        // Spikes are rare: most stretches of neurons are silent and passed over as a whole.
        let (stretches, rest) = self.fired.as_chunks::<STRETCH>();
        for (first, stretch) in (0_u32..).step_by(STRETCH).zip(stretches) {
            if stretch.iter().fold(false, |any, &fired| any | fired) {
                list_fired(first, stretch, &mut self.spikes);
            }
        }
        list_fired((stretches.len() * STRETCH) as u32, rest, &mut self.spikes);
        &self.spikes
    }

    /// [`step`](Self::step) for currents from outside: they are checked first.
    ///
    /// # Errors
    /// [`Error::Length`] if there is not exactly one current per neuron, [`Error::NotFinite`] naming the
    /// first neuron whose current is infinite or not a number. Nothing has changed then.
    pub fn try_step(&mut self, currents: &[R]) -> Result<&[u32], Error> {
        check_length("currents", self.n(), currents.len())?;
        check_finite("currents", currents)?;
        Ok(self.step(currents))
    }

    /// Returns every neuron to the reset state of its model and the noise to its beginning.
    ///
    /// The population then repeats itself exactly; [`reseed`](Self::reseed) gives it other noise.
    pub fn reset(&mut self) {
        self.variables = columns(self.neuron.reset().as_ref(), self.n());
        self.fired.fill(false);
        self.spikes.clear();
        self.n_steps = 0;
        self.seek_noise();
    }

    /// Starts other noise; the state of the neurons stays.
    pub fn reseed(&mut self, seed: u64) {
        self.seed = seed;
        self.n_steps = 0;
        self.seek_noise();
    }

    /// A copy of all that changes while the population runs.
    #[must_use]
    pub fn state(&self) -> PopulationState<R> {
        PopulationState {
            variables: self.variables.clone(),
            spikes: self.spikes.clone(),
            seed: self.seed,
            n_steps: self.n_steps,
        }
    }

    /// Continues from a state taken from a population of this size and model.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Index`] or [`Error::NotIncreasing`] if the state is not one of `n` such
    /// neurons, [`Error::Parameter`] if it has 2^63 steps or more. Nothing has changed then.
    pub fn set_state(&mut self, state: PopulationState<R>) -> Result<(), Error> {
        self.check_state(&state)?;
        let PopulationState { variables, spikes, seed, n_steps } = state;
        self.fired.fill(false);
        for &i in &spikes {
            self.fired[i as usize] = true;
        }
        (self.variables, self.spikes, self.seed, self.n_steps) = (variables, spikes, seed, n_steps);
        self.seek_noise();
        Ok(())
    }

    pub(crate) fn check_state(&self, state: &PopulationState<R>) -> Result<(), Error> {
        check_length("variables", N::State::LEN, state.variables.len())?;
        for variable in &state.variables {
            check_length("variable", self.n(), variable.len())?;
        }
        check_steps("n_steps", state.n_steps)?;
        crate::SpikeEvents::new(self.n()).push_step(&state.spikes)
    }

    /// The neurons `neurons` alone, with the noise that they have here.
    pub(crate) fn part(&self, neurons: Range<usize>) -> Self {
        let mut part = self.emptied(neurons.len());
        part.first = self.first + neurons.start as u64;
        let own = neurons.start as u32..neurons.end as u32;
        let spikes = self.spikes.iter().filter(|i| own.contains(i)).map(|i| i - own.start).collect();
        let variables = self.variables.iter().map(|variable| variable[neurons.clone()].to_vec()).collect();
        let state = PopulationState { variables, spikes, seed: self.seed, n_steps: self.n_steps };
        part.set_state(state).expect("a part of a valid state");
        part
    }

    /// `n` new neurons of this kind and seed.
    pub(crate) fn emptied(&self, n: usize) -> Self {
        Self { spike_gating: self.spike_gating, ..Self::new(self.neuron.clone(), n, self.seed) }
    }

    /// Puts every random stream where `n_steps` steps leave it.
    fn seek_noise(&mut self) {
        let n = if self.neuron.noise_std() > R::ZERO { self.n() as u64 } else { 0 };
        let stream = |i| {
            let mut stream = random::stream(self.seed, "neuron noise", self.first + i);
            stream.advance(NORMAL_WORDS * u128::from(self.n_steps));
            stream
        };
        self.noise = (0..n).map(stream).collect();
    }
}

/// Refuses so many steps that counting on could overflow: they are damage.
pub(crate) fn check_steps(name: &'static str, n: u64) -> Result<(), Error> {
    if n < 1 << 63 {
        return Ok(());
    }
    Err(Error::Parameter { name, value: n as f64, expected: "below 2^63" })
}

/// Neurons that are looked at together when spikes are listed.
const STRETCH: usize = 64;

/// Appends the numbers of those who fired.
fn list_fired(first: u32, fired: &[bool], spikes: &mut Vec<u32>) {
    spikes.extend((first..).zip(fired).filter(|(_, fired)| **fired).map(|(i, _)| i));
}

/// All neurons take a step without noise; a struct and no closure, so that it is compiled for the instruction
/// set at hand.
struct StepAll<'a, N: Neuron<R>, R: Real> {
    neuron: &'a N,
    variables: &'a mut [Vec<R>],
    currents: &'a [R],
    fired: &'a mut [bool],
}

impl<N: Neuron<R>, R: Real> NullaryFnOnce for StepAll<'_, N, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { neuron, variables, currents, fired } = self;
        N::State::for_each(variables, currents, fired, |_, state, current| {
            neuron.step(state, current, R::ZERO)
        });
    }
}

/// The same state for `n` neurons, one array per variable.
fn columns<R: Real>(state: &[R], n: usize) -> Vec<Vec<R>> {
    state.iter().map(|&value| vec![value; n]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EulerLif, EulerLifParameters, Lapicque, LapicqueParameters};

    fn noisy(n: usize, seed: u64) -> Population<EulerLif<f64>, f64> {
        let parameters = EulerLifParameters { noise_std: 0.3, refractory_steps: 3, ..Default::default() };
        Population::new(EulerLif::new(parameters).unwrap(), n, seed)
    }

    fn run(population: &mut Population<EulerLif<f64>, f64>, n_steps: usize) -> Vec<(Vec<u32>, Vec<f64>)> {
        let currents = vec![0.05; population.n()];
        (0..n_steps).map(|_| (population.step(&currents).to_vec(), population.voltages().to_vec())).collect()
    }

    #[test]
    fn noise_belongs_to_the_neuron_and_the_step() {
        let (small, large) = (run(&mut noisy(2, 9), 50), run(&mut noisy(5, 9), 50));
        for (a, b) in small.iter().zip(&large) {
            assert_eq!(a.1[..], b.1[..2]);
        }
        assert_ne!(small, run(&mut noisy(2, 10), 50));
        assert!(large.iter().any(|(spikes, _)| !spikes.is_empty()));
    }

    #[test]
    fn spikes_are_listed_wherever_they_are() {
        for n in [1, STRETCH - 1, STRETCH, STRETCH + 1, 3 * STRETCH + 5] {
            for stride in [1, 7, STRETCH] {
                let neuron = Lapicque::new(LapicqueParameters::default()).unwrap();
                let mut population = Population::<_, f64>::new(neuron, n, 0);
                let currents: Vec<_> =
                    (0..n).map(|i| if (i + 1).is_multiple_of(stride) { 30.0 } else { 0.0 }).collect();
                let expected: Vec<u32> = (0..n as u32).skip(stride - 1).step_by(stride).collect();
                assert_eq!(population.step(&currents), expected, "every {stride}th of {n}");
            }
        }
    }

    #[test]
    fn reset_repeats_and_reseed_does_not() {
        let mut population = noisy(4, 1);
        let first = run(&mut population, 30);
        population.reset();
        assert!(population.spikes().is_empty());
        assert_eq!(run(&mut population, 30), first);
        population.reset();
        population.reseed(2);
        assert_ne!(run(&mut population, 30), first);
    }

    #[test]
    fn a_restored_state_continues_as_the_original() {
        let mut population = noisy(4, 1);
        run(&mut population, 17);
        let state = population.state();
        let expected = run(&mut population, 20);
        let mut other = noisy(4, 99);
        run(&mut other, 3);
        other.set_state(state.clone()).unwrap();
        assert_eq!(other.state(), state);
        assert_eq!(run(&mut other, 20), expected);
    }

    #[test]
    fn a_state_of_something_else_is_refused() {
        let mut population = noisy(4, 1);
        let before = population.state();
        let mut states = vec![before.clone(); 4];
        states[0].variables.pop();
        states[1].variables[1].push(0.0);
        states[2].spikes = vec![4];
        states[3].spikes = vec![1, 1];
        for state in states {
            assert!(population.set_state(state).is_err());
            assert_eq!(population.state(), before);
        }
    }

    #[test]
    fn a_current_that_is_not_finite_is_named_and_changes_nothing() {
        let mut population = noisy(3, 1);
        let before = population.state();
        for bad in [f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(
                population.try_step(&[0.0, bad, f64::NAN]).map(<[u32]>::to_vec),
                Err(Error::NotFinite { what: "currents", position: 1, value: bad })
            );
        }
        assert!(population.try_step(&[0.0, 0.0, f64::NAN]).is_err());
        assert!(population.try_step(&[0.0; 4]).is_err());
        assert_eq!(population.state(), before);
        assert!(population.try_step(&[0.0; 3]).is_ok());
    }

    #[test]
    #[should_panic(expected = "2 currents for 3 neurons")]
    fn a_wrong_number_of_currents_panics() {
        noisy(3, 0).step(&[0.0; 2]);
    }

    #[test]
    fn a_reset_leads_to_rest_and_not_to_the_start() {
        let parameters = LapicqueParameters { v_initial: Some(0.5), v_rest: 0.1, ..Default::default() };
        let mut population = Population::<_, f64>::new(Lapicque::new(parameters).unwrap(), 1, 0);
        assert_eq!(population.voltages(), [0.5]);
        population.reset();
        assert_eq!(population.voltages(), [0.1]);
    }

    #[test]
    fn a_gated_neuron_near_rest_does_not_even_leak() {
        // Rest is at 0 and the threshold at 1: near is below 0.01.
        for (v, skipped) in [(0.0099, true), (-0.0099, true), (0.0101, false), (-0.0101, false)] {
            let neuron =
                Lapicque::new(LapicqueParameters { v_initial: Some(v), ..Default::default() }).unwrap();
            let mut plain = Population::<_, f64>::new(neuron, 1, 0);
            let mut gated = plain.clone().with_spike_gating();
            gated.step(&[0.0]);
            plain.step(&[0.0]);
            assert_eq!(gated.voltages()[0] == v, skipped);
            assert!(plain.voltages()[0].abs() < v.abs());
            let before = gated.voltages()[0];
            gated.step(&[1e-9]);
            assert_ne!(gated.voltages()[0], before, "input wakes it");
        }
    }

    #[test]
    fn an_empty_population_steps() {
        assert!(noisy(0, 0).step(&[]).is_empty());
    }
}
