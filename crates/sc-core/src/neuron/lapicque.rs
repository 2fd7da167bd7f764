//! The leaky integrate-and-fire neuron, solved exactly.

use super::{Neuron, decay, finite, positive, require};
use crate::{Error, Real};

/// A leaky integrate-and-fire neuron without refractory period.
///
/// ```text
/// tau_m dv/dt = -(v - v_rest) + R I
/// ```
///
/// The input is constant within a step, so the step is the exact solution, whatever `dt` is:
///
/// 1. `v_inf = v_rest + R I`
/// 2. `v = v_inf + (v - v_inf) exp(-dt / tau_m)`
/// 3. If `v >= v_threshold`: spike and `v = v_reset`.
///
/// L. Lapicque 1907, translated by N. Brunel & M. C. W. van Rossum 2007, doi:10.1007/s00422-007-0189-6.
///
/// From rest, the weakest constant current that ever makes it spike is `(v_threshold - v_rest) / R`.
///
/// ```
/// use sc_core::{Lapicque, LapicqueParameters, Population};
/// let neuron = Lapicque::new(LapicqueParameters { tau_m: 10.0, ..Default::default() })?;
/// let mut population = Population::<_, f64>::new(neuron, 2, 0);
/// let spikes: usize = (0..100).map(|_| population.step(&[0.99, 2.0]).len()).sum();
/// assert_eq!(spikes, 14); // only the second neuron, every ceil(10 ln 2) = 7 ms
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Lapicque<R: Real = f32> {
    v_initial: R,
    v_rest: R,
    v_reset: R,
    v_threshold: R,
    resistance: R,
    decay: R,
}

/// Parameters of [`Lapicque`].
#[derive(Debug, Clone, PartialEq)]
pub struct LapicqueParameters {
    /// Membrane of a new neuron, below `v_threshold`; `v_rest` if `None`. A reset leads to `v_rest`, not
    /// here.
    pub v_initial: Option<f64>,
    /// Membrane without input, below `v_threshold`. Default 0.
    pub v_rest: f64,
    /// Membrane after a spike, below `v_threshold`. Default 0.
    pub v_reset: f64,
    /// Membrane at which the neuron spikes. Default 1.
    pub v_threshold: f64,
    /// Membrane time constant `[ms]`, > 0. Default 20.
    pub tau_m: f64,
    /// Membrane resistance (units of `v` per unit of current), > 0. Default 1.
    pub resistance: f64,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
}

impl Default for LapicqueParameters {
    fn default() -> Self {
        Self {
            v_initial: None,
            v_rest: 0.0,
            v_reset: 0.0,
            v_threshold: 1.0,
            tau_m: 20.0,
            resistance: 1.0,
            dt: 1.0,
        }
    }
}

impl<R: Real> Lapicque<R> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter that is not finite or outside its range.
    pub fn new(parameters: LapicqueParameters) -> Result<Self, Error> {
        let LapicqueParameters { v_initial, v_rest, v_reset, v_threshold, tau_m, resistance, dt } =
            parameters;
        let v_initial = v_initial.unwrap_or(v_rest);
        positive("tau_m", tau_m)?;
        positive("resistance", resistance)?;
        positive("dt", dt)?;
        require(v_rest < v_threshold, "v_rest", v_rest, "below v_threshold")?;
        require(v_reset < v_threshold, "v_reset", v_reset, "below v_threshold")?;
        require(v_initial < v_threshold, "v_initial", v_initial, "below v_threshold")?;
        Ok(Self {
            v_initial: finite("v_initial", v_initial)?,
            v_rest: finite("v_rest", v_rest)?,
            v_reset: finite("v_reset", v_reset)?,
            v_threshold: finite("v_threshold", v_threshold)?,
            resistance: finite("resistance", resistance)?,
            decay: decay(tau_m, dt),
        })
    }
}

impl<R: Real> Neuron<R> for Lapicque<R> {
    type State = [R; 1];
    const VARIABLES: &'static [&'static str] = &["v"];

    fn reset(&self) -> [R; 1] {
        [self.v_rest]
    }

    fn initial(&self) -> [R; 1] {
        [self.v_initial]
    }

    #[inline]
    fn step(&self, [v]: &mut [R; 1], current: R, _noise: R) -> bool {
        let v_inf = self.v_rest + self.resistance * current;
        *v = v_inf + (*v - v_inf) * self.decay;
        let spike = *v >= self.v_threshold;
        if spike {
            *v = self.v_reset;
        }
        spike
    }

    fn near_rest(&self, [v]: &[R; 1]) -> bool {
        (*v - self.v_rest).abs() < R::of(0.01) * (self.v_threshold - self.v_rest).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps_to_spike(parameters: &LapicqueParameters, current: f64) -> Option<usize> {
        let neuron = Lapicque::<f64>::new(parameters.clone()).unwrap();
        let mut state = [parameters.v_reset];
        (1..10_000).find(|_| neuron.step(&mut state, current, 0.0))
    }

    #[test]
    fn the_interval_under_constant_current_is_the_analytic_one() {
        for (v_rest, v_reset, v_threshold) in [(0.0, 0.0, 1.0), (-65.0, -70.0, -50.0)] {
            for (tau_m, dt) in [(20.0, 1.0), (20.0, 0.1), (7.3, 0.25), (5.0, 20.0)] {
                for drive in [1.01, 1.5, 3.0, 40.0] {
                    let resistance = 2.5;
                    let current = drive * (v_threshold - v_rest) / resistance;
                    let parameters = LapicqueParameters {
                        v_rest,
                        v_reset,
                        v_threshold,
                        tau_m,
                        resistance,
                        dt,
                        ..Default::default()
                    };
                    // T = tau ln((v_inf - v_reset) / (v_inf - v_threshold)), rounded up to whole steps.
                    let v_inf = v_rest + resistance * current;
                    let interval = tau_m * ((v_inf - v_reset) / (v_inf - v_threshold)).ln();
                    let expected = (interval / dt).ceil() as usize;
                    assert_eq!(
                        steps_to_spike(&parameters, current),
                        Some(expected),
                        "{parameters:?} {current}"
                    );
                }
            }
        }
    }

    #[test]
    fn below_rheobase_it_never_spikes_and_settles_at_the_fixed_point() {
        let neuron = Lapicque::<f64>::new(LapicqueParameters::default()).unwrap();
        let mut state = neuron.initial();
        assert!((0..2000).all(|_| !neuron.step(&mut state, 0.999, 0.0)));
        assert!((state[0] - 0.999).abs() < 1e-12);
    }

    #[test]
    fn two_half_steps_make_a_whole_one() {
        let whole = Lapicque::<f64>::new(LapicqueParameters { dt: 2.0, ..Default::default() }).unwrap();
        let half = Lapicque::<f64>::new(LapicqueParameters { dt: 1.0, ..Default::default() }).unwrap();
        let (mut a, mut b) = ([0.3], [0.3]);
        whole.step(&mut a, 0.7, 0.0);
        half.step(&mut b, 0.7, 0.0);
        half.step(&mut b, 0.7, 0.0);
        assert!((a[0] - b[0]).abs() < 1e-15);
    }

    #[test]
    fn parameters_outside_their_range_are_named() {
        type Change = fn(&mut LapicqueParameters);
        let cases: [(&str, Change); 9] = [
            ("tau_m", |p| p.tau_m = 0.0),
            ("tau_m", |p| p.tau_m = f64::NAN),
            ("resistance", |p| p.resistance = -1.0),
            ("dt", |p| p.dt = f64::INFINITY),
            ("v_rest", |p| p.v_rest = 1.0),
            ("v_rest", |p| p.v_rest = f64::NEG_INFINITY),
            ("v_reset", |p| p.v_reset = 1.5),
            ("v_initial", |p| p.v_initial = Some(1.0)),
            ("v_threshold", |p| p.v_threshold = f64::INFINITY),
        ];
        for (expected, change) in cases {
            let mut parameters = LapicqueParameters::default();
            change(&mut parameters);
            match Lapicque::<f64>::new(parameters) {
                // An infinite rest is also the start of a neuron that names none.
                Err(Error::Parameter { name, .. }) => {
                    assert!(
                        name == expected || (expected, name) == ("v_rest", "v_initial"),
                        "{expected}: {name}"
                    );
                }
                other => panic!("{expected}: {other:?}"),
            }
        }
        // Finite in double precision, infinite in single.
        assert!(Lapicque::<f32>::new(LapicqueParameters { v_rest: -1e300, ..Default::default() }).is_err());
    }
}
