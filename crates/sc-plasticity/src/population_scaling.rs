//! One factor for all synapses of a population: what the reference package calls homeostasis.

use sc_core::{Checkpoint, Local, Real};

use crate::{Error, PlasticityRule};

/// Scales all weights at once by a clipped ratio of rates, in every step.
///
/// One step, of 1 ms:
///
/// 1. `now = 1000 n_spikes / n`, in Hz.
/// 2. `rate = now` in the first step, then `rate = rate + (now - rate) / tau`.
/// 3. If `rate > 0`: `w = w clamp(target_rate / rate, 0.9, 1.1)` for every synapse.
///
/// This is not the scaling of Turrigiano 2008 (doi:10.1016/j.cell.2008.10.008), which is
/// [`SynapticScaling`](crate::SynapticScaling): there is one factor for all neurons, it changes the weights by
/// up to 10 % *per step* whatever `tau` is, and a population that never spiked is left silent for ever. In
/// the reference package `now` counts membranes above 0.9, which after the reset are those of neurons that
/// did *not* spike, and the weights of a real population are never reached. Here spikes are counted and
/// weights are reached; with `n_spikes` = the number of membranes above 0.9 the factors are the recorded ones.
///
/// The factor is one for the population, so in a [`PlasticNetwork`](crate::PlasticNetwork) this rule belongs on one
/// thread: on several, each has a rule for its share of the neurons, which sees the rate of that share alone.
///
/// ```
/// use sc_plasticity::{PopulationScaling, PopulationScalingParameters};
/// let mut scaling = PopulationScaling::<f64>::new(10, PopulationScalingParameters::default())?;
/// assert_eq!(scaling.update(0), None); // silent: nothing happens
/// assert_eq!(scaling.update(10), Some(1.1)); // 1000 Hz, but the slow rate is 1 Hz
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PopulationScaling<R: Real = f32> {
    parameters: PopulationScalingParameters,
    n_post: usize,
    rate: Option<R>,
}

/// Parameters of [`PopulationScaling`].
#[derive(Debug, Clone, PartialEq)]
pub struct PopulationScalingParameters {
    /// Rate to be reached `[Hz]`, finite and > 0. Default 10.
    pub target_rate: f64,
    /// Time constant of the rate `[steps]`, finite and >= 1. Default 1000.
    pub tau: f64,
}

impl Default for PopulationScalingParameters {
    fn default() -> Self {
        Self { target_rate: 10.0, tau: 1000.0 }
    }
}

impl<R: Real> PopulationScaling<R> {
    /// The rule for a population of `n_post` neurons, of which nothing is known yet.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; a population has at least one neuron.
    pub fn new(n_post: usize, parameters: PopulationScalingParameters) -> Result<Self, Error> {
        let PopulationScalingParameters { target_rate, tau } = parameters;
        Error::require(n_post > 0, "n_post", 0.0, "at least 1")?;
        let valid = target_rate.is_finite() && target_rate > 0.0;
        Error::require(valid, "target_rate", target_rate, "finite and > 0")?;
        Error::require(tau.is_finite() && tau >= 1.0, "tau", tau, "finite and >= 1")?;
        Ok(Self { parameters, n_post, rate: None })
    }

    /// One step: how many neurons spiked; returns the factor of all weights, unless the population has been
    /// silent.
    pub fn update(&mut self, n_spikes: usize) -> Option<R> {
        let now = R::of(1000.0 * n_spikes as f64 / self.n_post as f64);
        let rate = match self.rate {
            Some(rate) => rate + (now - rate) / R::of(self.parameters.tau),
            None => now,
        };
        self.rate = Some(rate);
        let ratio = R::of(self.parameters.target_rate) / rate;
        (rate > R::ZERO).then(|| ratio.max(R::of(0.9)).min(R::of(1.1)))
    }

    /// The measured rate `[Hz]`; nothing before the first step.
    #[must_use]
    pub fn rate(&self) -> Option<R> {
        self.rate
    }
}

impl<R: Real> PlasticityRule<R> for PopulationScaling<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let (n, got) = (self.n_post, local.projection.n_post());
        assert!(got == n, "{got} postsynaptic neurons for a rule of {n}");
        if let Some(factor) = self.update(local.post_spikes.len()) {
            local.projection.weights_mut().iter_mut().for_each(|w| *w *= factor);
        }
    }

    fn reset(&mut self) {
        self.rate = None;
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", (self.n_post, &self.parameters)));
        let rate = self.rate.as_slice();
        checkpoint.insert(format!("{prefix}.rate"), &[rate.len()], rate);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        let description = format!("{:?}", (self.n_post, &self.parameters));
        checkpoint.require_metadata(&format!("{prefix}.rule"), &description)?;
        let rate = checkpoint.elements(&format!("{prefix}.rate"))?;
        // A rule that was saved before its first step has no rate.
        Error::length("rate", rate.len().min(1), rate.len())?;
        self.rate = rate.first().copied();
        Ok(())
    }
}
