//! The two-variable neuron that shows the firing patterns of cortical cells.

use super::{Neuron, finite, positive};
use crate::{Error, Real};

/// Izhikevich's neuron: a quadratic membrane and a recovery variable.
///
/// ```text
/// v' = 0.04 v^2 + 5 v + 140 - u + I        [mV, ms]
/// u' = a (b v - u)
/// ```
///
/// One step, as in the program that the paper prints:
///
/// 1. Twice `v = v + dt/2 (0.04 v^2 + 5 v + 140 - u + I)`: half steps, for numerical stability.
/// 2. `u = u + dt a (b v - u)`
/// 3. If `v >= 30`: spike, `v = c` and `u = u + d`.
///
/// E. M. Izhikevich 2003, doi:10.1109/TNN.2003.820440. Differs from the paper: there a spike is found at the
/// beginning of the step after the one that reached the peak; here in that step, as for all neurons of this
/// project. What follows is the same.
///
/// Without input the regular spiking neuron rests at -70 mV; it spikes for ever from a constant current of 3.8
/// on, where its rest becomes unstable.
///
/// Strong currents need short steps, or the method overshoots and its spikes mean nothing: from rest an inhibitory
/// current of -250 makes the neuron spike where a step is 1 ms, one of -915 where it is 0.5 ms.
///
/// ```
/// use sc_core::{Izhikevich, IzhikevichParameters, Population};
/// let spikes_in_a_second = |parameters| -> Result<usize, sc_core::Error> {
///     let mut population = Population::<_, f64>::new(Izhikevich::new(parameters)?, 1, 0);
///     Ok((0..1000).map(|_| population.step(&[10.0]).len()).sum())
/// };
/// let regular = spikes_in_a_second(IzhikevichParameters::regular_spiking())?;
/// let fast = spikes_in_a_second(IzhikevichParameters::fast_spiking())?;
/// assert!(fast > 3 * regular);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Izhikevich<R: Real = f32> {
    a: R,
    b: R,
    c: R,
    d: R,
    dt: R,
}

/// Parameters of [`Izhikevich`]. The named sets are those of figure 2 of the paper; the default is regular spiking.
#[derive(Debug, Clone, PartialEq)]
pub struct IzhikevichParameters {
    /// How fast the recovery variable is `[1/ms]`, > 0.
    pub a: f64,
    /// How strongly it follows the membrane below threshold, finite.
    pub b: f64,
    /// Membrane after a spike `[mV]`, below 30.
    pub c: f64,
    /// What a spike adds to the recovery variable, finite.
    pub d: f64,
    /// Duration of a step `[ms]`, > 0; the paper takes 1.
    pub dt: f64,
}

/// Where a spike ends and the membrane is reset `[mV]`.
const PEAK: f64 = 30.0;

impl IzhikevichParameters {
    /// The typical excitatory neuron of cortex (RS): its spikes become rarer under constant current.
    #[must_use]
    pub fn regular_spiking() -> Self {
        Self { a: 0.02, b: 0.2, c: -65.0, d: 8.0, dt: 1.0 }
    }

    /// A burst at first, single spikes afterwards (IB).
    #[must_use]
    pub fn intrinsically_bursting() -> Self {
        Self { c: -55.0, d: 4.0, ..Self::regular_spiking() }
    }

    /// Burst after burst (CH).
    #[must_use]
    pub fn chattering() -> Self {
        Self { c: -50.0, d: 2.0, ..Self::regular_spiking() }
    }

    /// The inhibitory neuron that fires fast and does not tire (FS).
    #[must_use]
    pub fn fast_spiking() -> Self {
        Self { a: 0.1, d: 2.0, ..Self::regular_spiking() }
    }

    /// The inhibitory neuron with a low threshold, which tires (LTS).
    #[must_use]
    pub fn low_threshold_spiking() -> Self {
        Self { b: 0.25, d: 2.0, ..Self::regular_spiking() }
    }

    /// The neuron of the thalamus (TC): tonic from rest, a burst when it is released from inhibition.
    #[must_use]
    pub fn thalamo_cortical() -> Self {
        Self { b: 0.25, d: 0.05, ..Self::regular_spiking() }
    }

    /// Rings below threshold, and spikes to an input that comes at its rhythm (RZ).
    #[must_use]
    pub fn resonator() -> Self {
        Self { a: 0.1, b: 0.26, d: 2.0, ..Self::regular_spiking() }
    }
}

impl Default for IzhikevichParameters {
    fn default() -> Self {
        Self::regular_spiking()
    }
}

impl<R: Real> Izhikevich<R> {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter that is not finite or outside its range.
    pub fn new(parameters: IzhikevichParameters) -> Result<Self, Error> {
        let IzhikevichParameters { a, b, c, d, dt } = parameters;
        positive("a", a)?;
        super::require(c < PEAK, "c", c, "finite and < 30")?;
        positive("dt", dt)?;
        Ok(Self {
            a: finite("a", a)?,
            b: finite("b", b)?,
            c: finite("c", c)?,
            d: finite("d", d)?,
            dt: finite("dt", dt)?,
        })
    }
}

impl<R: Real> Neuron<R> for Izhikevich<R> {
    type State = [R; 2];
    const VARIABLES: &'static [&'static str] = &["v", "u"];

    /// The state in which the paper's program begins: `v = -65 mV`, `u = b v`.
    fn reset(&self) -> [R; 2] {
        let v = R::of(-65.0);
        [v, self.b * v]
    }

    // Written as choices between values, so that many neurons fit into one vector register.
    #[inline(always)]
    fn step(&self, [v, u]: &mut [R; 2], current: R, _noise: R) -> bool {
        let half = self.dt * R::of(0.5);
        let slope = |v: R| (R::of(0.04) * v + R::of(5.0)) * v + R::of(140.0) - *u + current;
        let midway = *v + half * slope(*v);
        let peak = midway + half * slope(midway);
        let recovery = *u + self.dt * self.a * (self.b * peak - *u);
        let spike = peak >= R::of(PEAK);
        *v = if spike { self.c } else { peak };
        *u = recovery + if spike { self.d } else { R::ZERO };
        spike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times of the spikes `[ms]` under a current over time.
    fn spike_times(parameters: IzhikevichParameters, until: f64, current: impl Fn(f64) -> f64) -> Vec<f64> {
        let dt = parameters.dt;
        let neuron = Izhikevich::<f64>::new(parameters).unwrap();
        let mut state = neuron.initial();
        let times = (0..(until / dt) as u64).map(|n| n as f64 * dt);
        times.filter(|&t| neuron.step(&mut state, current(t), 0.0)).collect()
    }

    /// The same neuron in steps of 0.1 ms, in which its pattern is that of the equations.
    fn fine(parameters: IzhikevichParameters) -> IzhikevichParameters {
        IzhikevichParameters { dt: 0.1, ..parameters }
    }

    /// From rest, which it takes 500 ms to reach, under `current` for another second.
    fn response(parameters: IzhikevichParameters, current: f64) -> Vec<f64> {
        let step = |t: f64| if t < 500.0 { 0.0 } else { current };
        spike_times(fine(parameters), 1500.0, step).into_iter().filter(|&t| t >= 500.0).collect()
    }

    fn intervals(times: &[f64]) -> Vec<f64> {
        times.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// The equations, solved by fourth-order Runge-Kutta in steps of a microsecond: nothing in common with the
    /// step but the equations.
    fn runge_kutta(parameters: &IzhikevichParameters, until: f64, current: f64) -> Vec<f64> {
        let &IzhikevichParameters { a, b, c, d, .. } = parameters;
        let f = |[v, u]: [f64; 2]| [0.04 * v * v + 5.0 * v + 140.0 - u + current, a * (b * v - u)];
        let along = |[v, u]: [f64; 2], [dv, du]: [f64; 2], h: f64| [v + h * dv, u + h * du];
        let (h, mut x, mut times) = (1e-3, [-65.0, -65.0 * b], Vec::new());
        for n in 0..(until / h) as u64 {
            let k1 = f(x);
            let k2 = f(along(x, k1, h / 2.0));
            let k3 = f(along(x, k2, h / 2.0));
            let k4 = f(along(x, k3, h));
            for i in 0..2 {
                x[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
            }
            if x[0] >= PEAK {
                x = [c, x[1] + d];
                times.push(n as f64 * h);
            }
        }
        times
    }

    /// Forward Euler: a quarter of the step leaves a quarter of the error, 0.6 ms after 100 ms at dt = 0.01 ms.
    #[test]
    fn spike_times_converge_to_the_solution_of_the_equations() {
        for set in [IzhikevichParameters::regular_spiking(), IzhikevichParameters::fast_spiking()] {
            let exact = runge_kutta(&set, 100.0, 10.0);
            let error = |dt: f64| -> f64 {
                let times = spike_times(IzhikevichParameters { dt, ..set.clone() }, 100.0, |_| 10.0);
                assert!(times.len().abs_diff(exact.len()) <= 1, "dt = {dt}");
                times.iter().zip(&exact).map(|(t, s)| (t - s).abs()).fold(0.0, f64::max)
            };
            let (coarse, fine) = (error(0.04), error(0.01));
            assert!(fine < 0.6 && fine < 0.3 * coarse, "{set:?}: {coarse} {fine}");
        }
    }

    #[test]
    fn rest_and_threshold_are_where_the_equations_put_them() {
        let neuron = Izhikevich::<f64>::new(IzhikevichParameters::default()).unwrap();
        let mut state = neuron.initial();
        for _ in 0..2000 {
            assert!(!neuron.step(&mut state, 0.0, 0.0));
        }
        // 0.04 v^2 + 5 v + 140 = 0.2 v
        assert!((state[0] + 70.0).abs() < 1e-9 && (state[1] + 14.0).abs() < 1e-9, "{state:?}");
        // The fixed point loses its stability where 0.08 v + 5 = a, which is at I = 3.797.
        let ramp = |top: f64| {
            spike_times(fine(Default::default()), 20_000.0, |t| top * (t / 10_000.0).min(1.0))
                .iter()
                .filter(|&&t| t > 10_000.0)
                .count()
        };
        assert_eq!(ramp(3.75), 0);
        assert!(ramp(3.85) > 50);
    }

    #[test]
    fn inhibition_makes_it_spike_only_where_the_step_is_too_long_for_it() {
        for (dt, current, spikes) in
            [(1.0, -250.0, true), (1.0, -249.0, false), (0.5, -915.0, true), (0.5, -914.0, false)]
        {
            let neuron = Izhikevich::<f64>::new(IzhikevichParameters { dt, ..Default::default() }).unwrap();
            assert_eq!(neuron.step(&mut [-70.0, -14.0], current, 0.0), spikes, "{current} in {dt} ms");
        }
    }

    #[test]
    fn every_named_set_fires_in_the_pattern_of_its_name() {
        let regular = intervals(&response(IzhikevichParameters::regular_spiking(), 10.0));
        assert!(
            regular[0] < 20.0 && regular[1..].iter().all(|isi| (44.0..46.0).contains(isi)),
            "{regular:?}"
        );

        let fast = intervals(&response(IzhikevichParameters::fast_spiking(), 10.0));
        assert!(fast.len() > 100 && fast[3..].iter().all(|isi| (7.5..8.5).contains(isi)), "{fast:?}");

        let bursting = intervals(&response(IzhikevichParameters::intrinsically_bursting(), 10.0));
        let (burst, single) = bursting.split_at(2);
        assert!(burst.iter().all(|&isi| isi < 4.0) && single.iter().all(|&isi| isi > 30.0), "{bursting:?}");

        let chattering = intervals(&response(IzhikevichParameters::chattering(), 10.0));
        let (short, long): (Vec<f64>, Vec<f64>) = chattering.iter().partition(|&&isi| isi < 10.0);
        assert!(short.len() > 50 && long.len() > 10 && long.iter().all(|&isi| isi > 40.0), "{chattering:?}");

        // A current under which the regular spiking neuron soon falls silent.
        assert!(response(IzhikevichParameters::regular_spiking(), 3.0).len() <= 1);
        let low_threshold = intervals(&response(IzhikevichParameters::low_threshold_spiking(), 3.0));
        assert!(low_threshold.len() > 20 && low_threshold[0] < 0.5 * low_threshold[1], "{low_threshold:?}");

        // Released from inhibition, the thalamic neuron answers with a burst, the cortical one not at all.
        let inhibited = |t: f64| if (500.0..800.0).contains(&t) { -10.0 } else { 0.0 };
        let rebound =
            |set| spike_times(fine(set), 1200.0, inhibited).into_iter().filter(|&t| t > 500.0).count();
        assert!(rebound(IzhikevichParameters::thalamo_cortical()) >= 3);
        assert_eq!(rebound(IzhikevichParameters::regular_spiking()), 0);
    }

    /// Pushed a little, the resonator swings through its rest; the regular spiking neuron creeps back.
    #[test]
    fn only_the_resonator_rings() {
        let crossings = |set| {
            let neuron = Izhikevich::<f64>::new(fine(set)).unwrap();
            let mut state = neuron.initial();
            for _ in 0..20_000 {
                neuron.step(&mut state, 0.0, 0.0);
            }
            let rest = state[0];
            state[0] += 2.0;
            let above: Vec<bool> = (0..1000)
                .map(|_| {
                    neuron.step(&mut state, 0.0, 0.0);
                    state[0] > rest
                })
                .collect();
            above.windows(2).filter(|pair| pair[0] != pair[1]).count()
        };
        assert!(crossings(IzhikevichParameters::resonator()) >= 4);
        assert!(crossings(IzhikevichParameters::regular_spiking()) <= 1);
    }

    #[test]
    fn parameters_outside_their_range_are_refused() {
        for parameters in [
            IzhikevichParameters { a: 0.0, ..Default::default() },
            IzhikevichParameters { b: f64::NAN, ..Default::default() },
            IzhikevichParameters { c: 30.0, ..Default::default() },
            IzhikevichParameters { c: f64::NEG_INFINITY, ..Default::default() },
            IzhikevichParameters { d: f64::INFINITY, ..Default::default() },
            IzhikevichParameters { dt: -1.0, ..Default::default() },
        ] {
            assert!(Izhikevich::<f64>::new(parameters).is_err());
        }
    }
}
