//! The leaky integrate-and-fire neuron behind a synaptic filter.

use super::{Neuron, decay, finite, positive, require};
use crate::{Error, Real};

/// A current-based (CUBA) leaky integrate-and-fire neuron: incoming spikes decay as currents before they
/// reach the membrane.
///
/// One step, with `alpha = exp(-dt / tau_syn)` and `beta = exp(-dt / tau_m)`:
///
/// 1. `i_syn = alpha i_syn + I`
/// 2. `v = beta v + i_syn`
/// 3. If `v >= v_threshold`: spike and `v = v - v_threshold`.
///
/// The membrane rests at 0 and neither input nor current is scaled by its time constant, as gradient-trained
/// networks have it (E. O. Neftci, H. Mostafa & F. Zenke 2019, doi:10.1109/MSP.2019.2931595). Differs from
/// the paper in time: there the current of step `t` reaches the membrane at `t + 1` and the reset takes
/// effect one step after the spike; here both happen within the step.
///
/// ```
/// use sc_core::{CurrentLif, CurrentLifParameters, Population};
/// let neuron = CurrentLif::new(CurrentLifParameters { v_threshold: 2.0, ..Default::default() })?;
/// let mut population = Population::<_, f64>::new(neuron, 1, 0);
/// // One input of 1 does not suffice at once, but its current goes on.
/// let spikes: Vec<_> = [1.0, 0.0, 0.0, 0.0].iter().map(|&i| population.step(&[i]).len()).collect();
/// assert_eq!(spikes, [0, 0, 1, 0]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentLif<R: Real = f32> {
    v_threshold: R,
    alpha: R,
    beta: R,
}

/// Parameters of [`CurrentLif`].
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentLifParameters {
    /// Membrane at which the neuron spikes, and what a spike takes from it, > 0. Default 1.
    pub v_threshold: f64,
    /// Membrane time constant `[ms]`, > 0. Default 20.
    pub tau_m: f64,
    /// Synaptic time constant `[ms]`, > 0. Default 5.
    pub tau_syn: f64,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
}

impl Default for CurrentLifParameters {
    fn default() -> Self {
        Self { v_threshold: 1.0, tau_m: 20.0, tau_syn: 5.0, dt: 1.0 }
    }
}

impl<R: Real> CurrentLif<R> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter that is not finite or outside its range.
    pub fn new(parameters: CurrentLifParameters) -> Result<Self, Error> {
        let CurrentLifParameters { v_threshold, tau_m, tau_syn, dt } = parameters;
        require(v_threshold > 0.0, "v_threshold", v_threshold, "finite and > 0")?;
        positive("tau_m", tau_m)?;
        positive("tau_syn", tau_syn)?;
        positive("dt", dt)?;
        Ok(Self {
            v_threshold: finite("v_threshold", v_threshold)?,
            alpha: decay(tau_syn, dt),
            beta: decay(tau_m, dt),
        })
    }
}

impl<R: Real> Neuron<R> for CurrentLif<R> {
    type State = [R; 2];
    const VARIABLES: &'static [&'static str] = &["v", "i_syn"];

    fn reset(&self) -> [R; 2] {
        [R::ZERO; 2]
    }

    #[inline]
    fn step(&self, [v, i_syn]: &mut [R; 2], current: R, _noise: R) -> bool {
        *i_syn = self.alpha * *i_syn + current;
        *v = self.beta * *v + *i_syn;
        let spike = *v >= self.v_threshold;
        if spike {
            *v -= self.v_threshold;
        }
        spike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_one_spike_is_a_difference_of_exponentials() {
        let parameters = CurrentLifParameters { v_threshold: 1e9, ..Default::default() };
        let neuron = CurrentLif::<f64>::new(parameters).unwrap();
        let (alpha, beta) = ((-0.2_f64).exp(), (-0.05_f64).exp());
        let mut state = neuron.initial();
        for t in 0..300 {
            neuron.step(&mut state, if t == 0 { 1.0 } else { 0.0 }, 0.0);
            // sum_k beta^(t-k) alpha^k
            let expected = (beta.powi(t + 1) - alpha.powi(t + 1)) / (beta - alpha);
            assert!((state[0] - expected).abs() < 1e-12, "step {t}: {} {expected}", state[0]);
        }
    }

    #[test]
    fn a_spike_takes_one_threshold_from_the_membrane_and_leaves_the_current() {
        let neuron = CurrentLif::<f64>::new(CurrentLifParameters::default()).unwrap();
        let mut state = neuron.initial();
        assert!(neuron.step(&mut state, 2.25, 0.0));
        assert_eq!(state, [1.25, 2.25]);
    }

    #[test]
    fn parameters_outside_their_range_are_refused() {
        for parameters in [
            CurrentLifParameters { v_threshold: 0.0, ..Default::default() },
            CurrentLifParameters { v_threshold: f64::INFINITY, ..Default::default() },
            CurrentLifParameters { tau_m: f64::NAN, ..Default::default() },
            CurrentLifParameters { tau_syn: 0.0, ..Default::default() },
            CurrentLifParameters { dt: -1.0, ..Default::default() },
        ] {
            assert!(CurrentLif::<f64>::new(parameters).is_err());
        }
    }
}
