//! The leaky integrate-and-fire neuron whose synapses make the membrane jump.

use super::{Neuron, decay, finite, positive, require};
use crate::{Error, Real};

/// A leaky integrate-and-fire neuron with delta synapses and a refractory period, solved exactly.
///
/// ```text
/// tau_m dv/dt = -(v - v_rest) + bias + tau_m sum_k w_k delta(t - t_k)
/// ```
///
/// What arrives, in units of `v`, is a jump of the membrane and not a current: it does not depend on `dt`. One
/// step, with `beta = exp(-dt / tau_m)`:
///
/// 1. While refractory: count down, `v = v_reset`, no spike; what arrives is lost.
/// 2. Otherwise `v = v_rest + bias + beta (v - v_rest - bias) + input`.
/// 3. If `v >= v_threshold`: spike, `v = v_reset`, refractory for the next `t_ref / dt` steps.
///
/// N. Brunel 2000, doi:10.1023/A:1008925309027, whose sparse networks are made of it. Under a constant bias
/// and nothing else it spikes every `t_ref + tau_m ln((bias - (v_reset - v_rest)) / (bias - (v_threshold -
/// v_rest)))`, rounded up to whole steps.
///
/// ```
/// use sc_core::{DeltaLif, DeltaLifParameters, Population};
/// let neuron = DeltaLif::new(DeltaLifParameters { bias: 30.0, dt: 0.01, ..Default::default() })?;
/// let mut population = Population::<_, f64>::new(neuron, 1, 0);
/// let first = (0..).find(|_| !population.step(&[0.0]).is_empty()).unwrap();
/// let interval = 1 + (0..).find(|_| !population.step(&[0.0]).is_empty()).unwrap();
/// assert_eq!(first + 1, 2198); // 20 ln 3 ms from rest
/// assert_eq!(interval, 1587); // 2 + 20 ln 2 = 15.863 ms
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DeltaLif<R: Real = f32> {
    v_rest: R,
    v_reset: R,
    v_threshold: R,
    v_inf: R,
    decay: R,
    refractory_steps: R,
}

/// Parameters of [`DeltaLif`].
#[derive(Debug, Clone, PartialEq)]
pub struct DeltaLifParameters {
    /// Membrane without input `[mV]`, below `v_threshold`. Default 0.
    pub v_rest: f64,
    /// Membrane after a spike `[mV]`, below `v_threshold`. Default 10.
    pub v_reset: f64,
    /// Membrane at which the neuron spikes `[mV]`. Default 20.
    pub v_threshold: f64,
    /// How far a constant current would lift the membrane `[mV]`. Default 0.
    pub bias: f64,
    /// Membrane time constant `[ms]`, > 0. Default 20.
    pub tau_m: f64,
    /// Refractory period `[ms]`, a whole number of steps, >= 0. Default 2.
    pub t_ref: f64,
    /// Duration of a step `[ms]`, > 0. Default 0.1.
    pub dt: f64,
}

impl Default for DeltaLifParameters {
    fn default() -> Self {
        Self { v_rest: 0.0, v_reset: 10.0, v_threshold: 20.0, bias: 0.0, tau_m: 20.0, t_ref: 2.0, dt: 0.1 }
    }
}

impl<R: Real> DeltaLif<R> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter that is not finite or outside its range.
    pub fn new(parameters: DeltaLifParameters) -> Result<Self, Error> {
        let DeltaLifParameters { v_rest, v_reset, v_threshold, bias, tau_m, t_ref, dt } = parameters;
        positive("tau_m", tau_m)?;
        positive("dt", dt)?;
        require(v_rest < v_threshold, "v_rest", v_rest, "below v_threshold")?;
        require(v_reset < v_threshold, "v_reset", v_reset, "below v_threshold")?;
        let refractory_steps = (t_ref / dt).round();
        let whole = (t_ref / dt - refractory_steps).abs() <= 1e-6 * refractory_steps.max(1.0);
        // Up to here every count is exact in single precision.
        let countable = (0.0..=16_777_216.0).contains(&refractory_steps);
        require(whole && countable, "t_ref", t_ref, "a whole number of steps in 0..=2^24")?;
        Ok(Self {
            v_rest: finite("v_rest", v_rest)?,
            v_reset: finite("v_reset", v_reset)?,
            v_threshold: finite("v_threshold", v_threshold)?,
            v_inf: finite("bias", v_rest + bias)?,
            decay: decay(tau_m, dt),
            refractory_steps: R::of(refractory_steps),
        })
    }
}

impl<R: Real> Neuron<R> for DeltaLif<R> {
    type State = [R; 2];
    const VARIABLES: &'static [&'static str] = &["v", "refractory"];

    fn reset(&self) -> [R; 2] {
        [self.v_rest, R::ZERO]
    }

    // Written as choices between values, so that many neurons fit into one vector register.
    #[inline(always)]
    fn step(&self, [v, refractory]: &mut [R; 2], input: R, _noise: R) -> bool {
        let awake = *refractory <= R::ZERO;
        let integrated = self.v_inf + (*v - self.v_inf) * self.decay + input;
        let spike = awake & (integrated >= self.v_threshold);
        let waited = if awake { R::ZERO } else { *refractory - R::ONE };
        *v = if awake & !spike { integrated } else { self.v_reset };
        *refractory = if spike { self.refractory_steps } else { waited };
        spike
    }

    fn near_rest(&self, [v, refractory]: &[R; 2]) -> bool {
        *refractory <= R::ZERO && (*v - self.v_rest).abs() < R::of(0.01) * (self.v_threshold - self.v_rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;
    use rand::RngExt;

    #[test]
    fn the_rate_under_a_constant_bias_is_the_analytic_one() {
        // tau 20, threshold 20, reset 10, t_ref 2, bias 30: 63.040002190641 Hz.
        let interval = 2.0 + 20.0 * 2.0_f64.ln();
        assert!((1000.0 / interval - 63.040_002_190_641).abs() < 1e-11);
        for dt in [0.1, 0.01, 0.001] {
            let neuron =
                DeltaLif::<f64>::new(DeltaLifParameters { bias: 30.0, dt, ..Default::default() }).unwrap();
            let mut state = [10.0, 0.0];
            let steps = (1..).find(|_| neuron.step(&mut state, 0.0, 0.0)).unwrap();
            let silent = (1..).find(|_| neuron.step(&mut state, 0.0, 0.0)).unwrap();
            assert_eq!(f64::from(steps), (20.0 * 2.0_f64.ln() / dt).ceil(), "dt = {dt}");
            assert_eq!(silent, steps + (2.0_f64 / dt).round() as i32, "dt = {dt}");
        }
    }

    /// The membrane as the sum over all that arrived since the last spike, one branch at a time.
    #[test]
    fn jumps_add_up_and_fade() {
        let parameters = DeltaLifParameters { v_rest: -3.0, bias: 5.0, tau_m: 10.0, ..Default::default() };
        let neuron = DeltaLif::<f64>::new(parameters).unwrap();
        let mut stream = random::stream(3, "test", 0);
        let mut state = [-3.0, 0.0];
        let (mut start, mut silent_until) = ((0, -3.0), 0);
        let mut input = Vec::new();
        let mut n_spikes = 0;
        for t in 0..3000_usize {
            input.push(if stream.random::<f64>() < 0.1 { stream.random_range(-2.0..6.0) } else { 0.0 });
            let spiked = neuron.step(&mut state, input[t], 0.0);
            let expected = if t < silent_until {
                start = (t + 1, 10.0);
                10.0
            } else {
                let decay = |steps: usize| (-(steps as f64) * 0.1 / 10.0).exp();
                let (since, v) = start;
                let jumps: f64 = (since..=t).map(|s| input[s] * decay(t - s)).sum();
                2.0 + (v - 2.0) * decay(t + 1 - since) + jumps
            };
            assert_eq!(spiked, t >= silent_until && expected >= 20.0, "{t}: {expected}");
            if spiked {
                n_spikes += 1;
                (silent_until, start) = (t + 21, (t + 1, 10.0));
                assert_eq!(state, [10.0, 20.0]);
            } else {
                assert!((state[0] - expected).abs() < 1e-11, "{t}: {} {expected}", state[0]);
            }
        }
        assert!(n_spikes > 3, "{n_spikes} spikes");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let standard = DeltaLifParameters::default;
        for parameters in [
            DeltaLifParameters { v_rest: 20.0, ..standard() },
            DeltaLifParameters { v_reset: 21.0, ..standard() },
            DeltaLifParameters { v_threshold: f64::INFINITY, ..standard() },
            DeltaLifParameters { bias: f64::NAN, ..standard() },
            DeltaLifParameters { tau_m: 0.0, ..standard() },
            DeltaLifParameters { t_ref: 0.05, ..standard() },
            DeltaLifParameters { t_ref: -1.0, ..standard() },
            DeltaLifParameters { dt: 0.0, ..standard() },
        ] {
            assert!(DeltaLif::<f64>::new(parameters.clone()).is_err(), "{parameters:?}");
        }
    }
}
