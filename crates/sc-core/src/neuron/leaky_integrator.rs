//! A readout that sums and forgets.

use super::{Neuron, decay, positive};
use crate::{Error, Real};

/// A leaky integrator: a membrane without threshold, the usual readout of a trained network.
///
/// One step, with `beta = exp(-dt / tau_m)`: `v = beta v + I`. It never spikes. (As the output `y` in G.
/// Bellec et al. 2020, doi:10.1038/s41467-020-17236-y.)
///
/// ```
/// use sc_core::{LeakyIntegrator, LeakyIntegratorParameters, Population};
/// let neuron = LeakyIntegrator::new(LeakyIntegratorParameters::default())?;
/// let mut readout = Population::<_, f64>::new(neuron, 1, 0);
/// assert!(readout.step(&[1000.0]).is_empty());
/// assert_eq!(readout.voltages(), [1000.0]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LeakyIntegrator<R: Real = f32> {
    beta: R,
}

/// Parameters of [`LeakyIntegrator`].
#[derive(Debug, Clone, PartialEq)]
pub struct LeakyIntegratorParameters {
    /// Membrane time constant `[ms]`, > 0. Default 20.
    pub tau_m: f64,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
}

impl Default for LeakyIntegratorParameters {
    fn default() -> Self {
        Self { tau_m: 20.0, dt: 1.0 }
    }
}

impl<R: Real> LeakyIntegrator<R> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter that is not finite or outside its range.
    pub fn new(parameters: LeakyIntegratorParameters) -> Result<Self, Error> {
        positive("tau_m", parameters.tau_m)?;
        positive("dt", parameters.dt)?;
        Ok(Self { beta: decay(parameters.tau_m, parameters.dt) })
    }
}

impl<R: Real> Neuron<R> for LeakyIntegrator<R> {
    type State = [R; 1];
    const VARIABLES: &'static [&'static str] = &["v"];

    fn reset(&self) -> [R; 1] {
        [R::ZERO]
    }

    #[inline]
    fn step(&self, [v]: &mut [R; 1], current: R, _noise: R) -> bool {
        *v = self.beta * *v + current;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_a_constant_is_a_geometric_sum() {
        let neuron = LeakyIntegrator::<f64>::new(LeakyIntegratorParameters { tau_m: 8.0, dt: 2.0 }).unwrap();
        let beta = (-0.25_f64).exp();
        let mut state = neuron.initial();
        for t in 1..100 {
            assert!(!neuron.step(&mut state, 3.0, 0.0));
            assert!((state[0] - 3.0 * (1.0 - beta.powi(t)) / (1.0 - beta)).abs() < 1e-12);
        }
    }

    #[test]
    fn parameters_outside_their_range_are_refused() {
        for (tau_m, dt) in [(0.0, 1.0), (f64::NAN, 1.0), (20.0, -1.0), (20.0, f64::INFINITY)] {
            assert!(LeakyIntegrator::<f64>::new(LeakyIntegratorParameters { tau_m, dt }).is_err());
        }
    }
}
