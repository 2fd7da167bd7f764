//! The leaky integrate-and-fire neuron by forward Euler, with noise and a refractory period.

use super::{Neuron, finite, positive, require};
use crate::{Error, Real};

/// A leaky integrate-and-fire neuron as a stochastic-computing circuit builds it.
///
/// ```text
/// dv = -(v - v_rest) dt / tau_m + R I dt + noise_std dW
/// ```
///
/// Unlike in [`Lapicque`](super::Lapicque), the input is *not* divided by the time constant: a single step of
/// `R I dt >= v_threshold - v_rest` from rest makes it spike. One step:
///
/// 1. While refractory: count down, `v = v_rest` (not `v_reset`), no spike, input and noise are lost.
/// 2. Otherwise `v = v - (v - v_rest) (dt / tau_m) + R I dt + noise`, where `noise` is normally distributed
///    with standard deviation `noise_std sqrt(dt)` (Euler-Maruyama).
/// 3. If `v >= v_threshold`: spike, `v = v_reset`, refractory for the next `refractory_steps` steps.
///
/// Forward Euler: G. Maruyama 1955, doi:10.1007/BF02846028. It is stable for `dt < 2 tau_m`, which is not
/// enforced.
///
/// ```
/// use sc_core::{EulerLif, EulerLifParameters, Population};
/// let neuron = EulerLif::new(EulerLifParameters { refractory_steps: 2, ..Default::default() })?;
/// let mut population = Population::<_, f64>::new(neuron, 1, 0);
/// let spikes: Vec<_> = (0..6).map(|_| population.step(&[1.0]).len()).collect();
/// assert_eq!(spikes, [1, 0, 0, 1, 0, 0]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EulerLif<R: Real = f32> {
    v_rest: R,
    v_reset: R,
    v_threshold: R,
    leak: R,
    resistance: R,
    dt: R,
    noise_std: R,
    refractory_steps: R,
}

/// Parameters of [`EulerLif`].
#[derive(Debug, Clone, PartialEq)]
pub struct EulerLifParameters {
    /// Membrane without input, and while refractory. Default 0.
    pub v_rest: f64,
    /// Membrane after a spike. Default 0.
    pub v_reset: f64,
    /// Membrane at which the neuron spikes; any finite number. At or below `v_rest` it spikes without input.
    /// Default 1.
    pub v_threshold: f64,
    /// Membrane time constant `[ms]`, > 0. Default 20.
    pub tau_m: f64,
    /// Membrane resistance (units of `v` per unit of current and ms); any finite number. Default 1.
    pub resistance: f64,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
    /// Strength of the noise (units of `v` per square root of ms), >= 0; at 0 nothing is drawn. Default 0.
    pub noise_std: f64,
    /// Steps for which the neuron is silent after a spike, at most 2^24. Default 0.
    pub refractory_steps: u32,
}

impl Default for EulerLifParameters {
    fn default() -> Self {
        Self {
            v_rest: 0.0,
            v_reset: 0.0,
            v_threshold: 1.0,
            tau_m: 20.0,
            resistance: 1.0,
            dt: 1.0,
            noise_std: 0.0,
            refractory_steps: 0,
        }
    }
}

impl<R: Real> EulerLif<R> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter that is not finite or outside its range.
    pub fn new(parameters: EulerLifParameters) -> Result<Self, Error> {
        let EulerLifParameters {
            v_rest,
            v_reset,
            v_threshold,
            tau_m,
            resistance,
            dt,
            noise_std,
            refractory_steps,
        } = parameters;
        positive("tau_m", tau_m)?;
        positive("dt", dt)?;
        require(noise_std >= 0.0, "noise_std", noise_std, "finite and >= 0")?;
        // Up to here every count is exact in single precision.
        let refractory_steps = f64::from(refractory_steps);
        require(refractory_steps <= 16_777_216.0, "refractory_steps", refractory_steps, "at most 2^24")?;
        Ok(Self {
            v_rest: finite("v_rest", v_rest)?,
            v_reset: finite("v_reset", v_reset)?,
            v_threshold: finite("v_threshold", v_threshold)?,
            leak: finite("dt / tau_m", dt / tau_m)?,
            resistance: finite("resistance", resistance)?,
            dt: finite("dt", dt)?,
            noise_std: finite("noise_std", noise_std * dt.sqrt())?,
            refractory_steps: R::of(refractory_steps),
        })
    }
}

impl<R: Real> Neuron<R> for EulerLif<R> {
    type State = [R; 2];
    const VARIABLES: &'static [&'static str] = &["v", "refractory"];

    fn reset(&self) -> [R; 2] {
        [self.v_rest, R::ZERO]
    }

    #[inline]
    fn step(&self, [v, refractory]: &mut [R; 2], current: R, noise: R) -> bool {
        if *refractory > R::ZERO {
            *refractory -= R::ONE;
            *v = self.v_rest;
            return false;
        }
        *v = *v - (*v - self.v_rest) * self.leak + self.resistance * current * self.dt + noise;
        let spike = *v >= self.v_threshold;
        if spike {
            *v = self.v_reset;
            *refractory = self.refractory_steps;
        }
        spike
    }

    fn noise_std(&self) -> R {
        self.noise_std
    }

    fn near_rest(&self, [v, _]: &[R; 2]) -> bool {
        (*v - self.v_rest).abs() < R::of(0.01) * (self.v_threshold - self.v_rest).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Population;

    #[test]
    fn without_spikes_it_is_a_geometric_relaxation() {
        let parameters =
            EulerLifParameters { v_threshold: 1e9, resistance: 0.5, dt: 0.5, ..Default::default() };
        let neuron = EulerLif::<f64>::new(parameters).unwrap();
        let mut state = neuron.initial();
        // v_t = v_inf (1 - (1 - dt/tau)^t) with v_inf = R I tau.
        let v_inf = 0.5 * 3.0 * 20.0;
        for t in 1..200 {
            neuron.step(&mut state, 3.0, 0.0);
            let expected = v_inf * (1.0 - (1.0 - 0.5 / 20.0_f64).powi(t));
            assert!((state[0] - expected).abs() < 1e-12 * expected);
        }
    }

    #[test]
    fn euler_converges_to_the_exact_membrane_at_first_order() {
        // Input R I dt here plays the part of R I dt / tau there.
        let error = |dt: f64| {
            let parameters = EulerLifParameters { v_threshold: 1e9, dt, ..Default::default() };
            let neuron = EulerLif::<f64>::new(parameters).unwrap();
            let mut state = neuron.initial();
            for _ in 0..(10.0 / dt).round() as usize {
                neuron.step(&mut state, 1.0, 0.0);
            }
            (state[0] - 20.0 * (1.0 - (-0.5_f64).exp())).abs()
        };
        for dt in [0.5, 0.25, 0.125] {
            let ratio = error(dt) / error(dt / 2.0);
            assert!((ratio - 2.0).abs() < 0.05, "{ratio}");
        }
    }

    #[test]
    fn during_refractoriness_the_membrane_rests_and_input_is_lost() {
        let parameters =
            EulerLifParameters { v_rest: 0.1, v_reset: -0.5, refractory_steps: 2, ..Default::default() };
        let neuron = EulerLif::<f64>::new(parameters).unwrap();
        let mut state = neuron.initial();
        assert!(neuron.step(&mut state, 5.0, 0.0));
        assert_eq!(state, [-0.5, 2.0]);
        assert!(!neuron.step(&mut state, 5.0, 0.0));
        assert_eq!(state, [0.1, 1.0]);
        assert!(!neuron.step(&mut state, 5.0, 0.0));
        assert!(neuron.step(&mut state, 5.0, 0.0));
    }

    #[test]
    fn noise_has_the_stationary_variance_of_the_euler_scheme() {
        let parameters = EulerLifParameters {
            noise_std: 0.3,
            v_threshold: 1e9,
            tau_m: 5.0,
            dt: 0.5,
            ..Default::default()
        };
        let n = 2000;
        let mut population = Population::new(EulerLif::<f64>::new(parameters).unwrap(), n, 3);
        for _ in 0..400 {
            population.step(&vec![0.0; n]);
        }
        // v' = a v + s: variance s^2 / (1 - a^2), a = 1 - dt/tau, s = noise_std sqrt(dt).
        let expected = 0.09 * 0.5 / (1.0 - 0.9 * 0.9);
        let variance = population.voltages().iter().map(|v| v * v).sum::<f64>() / n as f64;
        assert!((variance / expected - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt(), "{variance} {expected}");
    }

    #[test]
    fn only_what_makes_no_sense_is_refused() {
        let refused: [(&str, EulerLifParameters); 5] = [
            ("tau_m", EulerLifParameters { tau_m: -1.0, ..Default::default() }),
            ("dt", EulerLifParameters { dt: 0.0, ..Default::default() }),
            ("noise_std", EulerLifParameters { noise_std: f64::NAN, ..Default::default() }),
            ("v_rest", EulerLifParameters { v_rest: f64::INFINITY, ..Default::default() }),
            ("refractory_steps", EulerLifParameters { refractory_steps: u32::MAX, ..Default::default() }),
        ];
        for (expected, parameters) in refused {
            match EulerLif::<f64>::new(parameters) {
                Err(Error::Parameter { name, .. }) => assert_eq!(name, expected),
                other => panic!("{expected}: {other:?}"),
            }
        }
        for allowed in [
            EulerLifParameters { resistance: 0.0, ..Default::default() },
            EulerLifParameters { v_threshold: -1.0, ..Default::default() },
        ] {
            assert!(EulerLif::<f32>::new(allowed).is_ok());
        }
    }
}
