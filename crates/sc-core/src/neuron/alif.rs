//! The leaky integrate-and-fire neuron whose threshold rises with every spike.

use super::{Neuron, decay, finite, positive, require};
use crate::{Error, Real};

/// An adaptive leaky integrate-and-fire neuron (ALIF).
///
/// One step, with `beta = exp(-dt / tau_m)` and `rho = exp(-dt / tau_adaptation)`:
///
/// 1. `v = beta v + I`
/// 2. The threshold is `v_threshold + strength a`. If `v` reaches it: spike and `v = v - v_threshold`.
/// 3. `a = rho a + 1` after a spike, `a = rho a` otherwise, so that a spike raises the threshold from the
///    next step on.
///
/// A spike takes the *baseline* threshold from the membrane, however high the threshold was. Under steady
/// firing every `T` steps, `a` right after a spike is `1 / (1 - rho^T)`.
///
/// G. Bellec et al. 2020, doi:10.1038/s41467-020-17236-y (there `strength` is beta and `beta` alpha). Differs
/// from the paper in time: there the reset takes effect one step after the spike; here it happens within the
/// step.
///
/// ```
/// use sc_core::{Alif, AlifParameters, Population};
/// let neuron = Alif::new(AlifParameters { strength: 0.5, ..Default::default() })?;
/// let mut population = Population::<_, f64>::new(neuron, 1, 0);
/// let mut spikes_in = |n_steps| (0..n_steps).map(|_| population.step(&[0.5]).len()).sum::<usize>();
/// let (early, late) = (spikes_in(100), spikes_in(100));
/// assert!(late < early); // it tires
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Alif<R: Real = f32> {
    v_threshold: R,
    strength: R,
    beta: R,
    rho: R,
}

/// Parameters of [`Alif`].
#[derive(Debug, Clone, PartialEq)]
pub struct AlifParameters {
    /// Threshold of a rested neuron, and what a spike takes from the membrane, > 0. Default 1.
    pub v_threshold: f64,
    /// Membrane time constant `[ms]`, > 0. Default 20.
    pub tau_m: f64,
    /// Time constant of the adaptation `[ms]`, > 0. Default 200.
    pub tau_adaptation: f64,
    /// How far one spike raises the threshold, >= 0. Default 0.1.
    pub strength: f64,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
}

impl Default for AlifParameters {
    fn default() -> Self {
        Self { v_threshold: 1.0, tau_m: 20.0, tau_adaptation: 200.0, strength: 0.1, dt: 1.0 }
    }
}

impl<R: Real> Alif<R> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter that is not finite or outside its range.
    pub fn new(parameters: AlifParameters) -> Result<Self, Error> {
        let AlifParameters { v_threshold, tau_m, tau_adaptation, strength, dt } = parameters;
        require(v_threshold > 0.0, "v_threshold", v_threshold, "finite and > 0")?;
        positive("tau_m", tau_m)?;
        positive("tau_adaptation", tau_adaptation)?;
        require(strength >= 0.0, "strength", strength, "finite and >= 0")?;
        positive("dt", dt)?;
        Ok(Self {
            v_threshold: finite("v_threshold", v_threshold)?,
            strength: finite("strength", strength)?,
            beta: decay(tau_m, dt),
            rho: decay(tau_adaptation, dt),
        })
    }
}

impl<R: Real> Neuron<R> for Alif<R> {
    type State = [R; 2];
    const VARIABLES: &'static [&'static str] = &["v", "adaptation"];

    fn reset(&self) -> [R; 2] {
        [R::ZERO; 2]
    }

    #[inline]
    fn step(&self, [v, adaptation]: &mut [R; 2], current: R, _noise: R) -> bool {
        *v = self.beta * *v + current;
        let spike = *v >= self.v_threshold + self.strength * *adaptation;
        *adaptation *= self.rho;
        if spike {
            *v -= self.v_threshold;
            *adaptation += R::ONE;
        }
        spike
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;
    use rand::RngExt;

    #[test]
    fn membrane_and_threshold_are_the_sums_over_the_whole_past() {
        let parameters = AlifParameters { strength: 0.3, tau_adaptation: 30.0, ..Default::default() };
        let neuron = Alif::<f64>::new(parameters).unwrap();
        let (beta, rho) = ((-1.0_f64 / 20.0).exp(), (-1.0_f64 / 30.0).exp());
        let mut source = random::stream(5, "test", 0);
        let (mut inputs, mut spikes) = (Vec::new(), Vec::<f64>::new());
        let mut state = neuron.initial();
        for t in 0..300_i32 {
            inputs.push(source.random::<f64>());
            let sum = |decay: f64, past: &[f64]| -> f64 {
                past.iter().zip(0..).map(|(x, s)| x * decay.powi(t - s)).sum()
            };
            let v = sum(beta, &inputs) - sum(beta, &spikes);
            let adaptation = sum(rho, &spikes) / rho; // a spike of step s first counts, whole, at s + 1
            let spike = v >= 1.0 + 0.3 * adaptation;
            assert_eq!(neuron.step(&mut state, inputs[t as usize], 0.0), spike, "step {t}");
            spikes.push(f64::from(u8::from(spike)));
            assert!((state[0] - (v - spikes[t as usize])).abs() < 1e-12);
        }
        assert!((20.0..250.0).contains(&spikes.iter().sum()));
    }

    #[test]
    fn the_adaptation_of_a_regular_train_is_the_geometric_sum() {
        let neuron = Alif::<f64>::new(AlifParameters { strength: 0.0, ..Default::default() }).unwrap();
        let mut state = neuron.initial();
        for t in 0..10_000 {
            assert_eq!(neuron.step(&mut state, if t % 10 == 9 { 1e3 } else { -1e3 }, 0.0), t % 10 == 9);
            state[0] = 0.0;
        }
        assert!((state[1] - 1.0 / (1.0 - (-10.0_f64 / 200.0).exp())).abs() < 1e-10);
    }

    #[test]
    fn parameters_outside_their_range_are_refused() {
        for parameters in [
            AlifParameters { v_threshold: -1.0, ..Default::default() },
            AlifParameters { tau_m: 0.0, ..Default::default() },
            AlifParameters { tau_adaptation: f64::INFINITY, ..Default::default() },
            AlifParameters { strength: -0.1, ..Default::default() },
            AlifParameters { strength: f64::INFINITY, ..Default::default() },
            AlifParameters { dt: f64::NAN, ..Default::default() },
        ] {
            assert!(Alif::<f64>::new(parameters).is_err());
        }
    }
}
