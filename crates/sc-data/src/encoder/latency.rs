//! Latency coding: a brighter channel spikes earlier.

use sc_core::SpikeEvents;

use super::{Encoder, check_intensities, check_steps};
use crate::Error;

/// Every channel brighter than the threshold spikes once, the sooner the brighter; the others stay silent.
///
/// With intensity `x`, threshold `theta` and a window of `n_steps`, the spike comes at
///
/// * [`logarithmic`](Self::logarithmic): `t = tau * ln(x / (x - theta))`, the moment at which a leaky integrator of
///   membrane constant `tau` under the constant input `x`, that is `v(t) = x * (1 - exp(-t / tau))`, reaches `theta`;
/// * [`linear`](Self::linear): `t = (1 - x) / (1 - theta)` of the window, from its begin at `x = 1` to its end at
///   `x = theta`.
///
/// A spike at time `t` belongs to step `floor(t / dt)`. Times after the window fall into the last step, so that
/// "brighter than the threshold" and "spikes once" stay the same thing.
///
/// Spike order as a code: Thorpe, Fize & Marlot 1996, [doi:10.1038/381520a0]; the logarithmic form as an input code:
/// Zenke & Vogels 2021, [doi:10.1162/neco_a_01367].
///
/// ```
/// use sc_data::{Encoder, LatencyEncoder};
///
/// let events = LatencyEncoder::linear(8, 0.0)?.encode(&[0.0, 1.0, 0.5, 0.01], 0)?;
/// assert_eq!(events.step(0), [1]);
/// assert_eq!(events.step(4), [2]);
/// assert_eq!(events.step(7), [3]);
/// assert_eq!(events.n_spikes(), 3);
///
/// // 20 ms * ln(1 / (1 - 0.2)) = 4.5 ms, in steps of 1 ms.
/// let events = LatencyEncoder::logarithmic(10, 0.2, 20.0, 1.0)?.encode(&[1.0], 0)?;
/// assert_eq!(events.step(4), [0]);
/// # Ok::<(), sc_data::Error>(())
/// ```
///
/// [doi:10.1038/381520a0]: https://doi.org/10.1038/381520a0
/// [doi:10.1162/neco_a_01367]: https://doi.org/10.1162/neco_a_01367
#[derive(Debug, Clone, PartialEq)]
pub struct LatencyEncoder {
    n_steps: usize,
    threshold: f64,
    form: Form,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Linear,
    Logarithmic { tau_in_steps: f64 },
}

impl LatencyEncoder {
    /// The linear form over `n_steps` steps (1 or more), with 0 <= `threshold` < 1.
    ///
    /// # Errors
    /// [`Error::Parameter`] if either is out of its range.
    pub fn linear(n_steps: usize, threshold: f64) -> Result<Self, Error> {
        if !(0.0..1.0).contains(&threshold) {
            return Err(Error::Parameter { name: "threshold", value: threshold, expected: "in 0..1" });
        }
        Ok(Self { n_steps: check_steps(n_steps)?, threshold, form: Form::Linear })
    }

    /// The logarithmic form over `n_steps` steps (1 or more), with 0 < `threshold` < 1, the membrane constant `tau`
    /// \[ms\] and the length `dt` \[ms\] of a step both finite and > 0.
    ///
    /// # Errors
    /// [`Error::Parameter`] if one is out of its range.
    pub fn logarithmic(n_steps: usize, threshold: f64, tau: f64, dt: f64) -> Result<Self, Error> {
        if !(threshold > 0.0 && threshold < 1.0) {
            let expected = "above 0 and below 1";
            return Err(Error::Parameter { name: "threshold", value: threshold, expected });
        }
        for (name, value) in [("tau", tau), ("dt", dt)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::Parameter { name, value, expected: "finite and above 0" });
            }
        }
        Ok(Self {
            n_steps: check_steps(n_steps)?,
            threshold,
            form: Form::Logarithmic { tau_in_steps: tau / dt },
        })
    }

    /// When intensity `x` > `threshold` spikes [steps].
    fn time(&self, x: f64) -> f64 {
        match self.form {
            Form::Linear => self.n_steps as f64 * (1.0 - x) / (1.0 - self.threshold),
            Form::Logarithmic { tau_in_steps } => tau_in_steps * (x / (x - self.threshold)).ln(),
        }
    }
}

impl Encoder for LatencyEncoder {
    /// There is no noise in this code: `sample` changes nothing.
    fn encode(&self, intensities: &[f32], _sample: u64) -> Result<SpikeEvents, Error> {
        check_intensities(intensities)?;
        let mut steps = vec![Vec::new(); self.n_steps];
        for (channel, &x) in (0..).zip(intensities) {
            let x = f64::from(x);
            if x > self.threshold {
                let step = self.time(x) as usize;
                steps[step.min(self.n_steps - 1)].push(channel);
            }
        }
        let mut events = SpikeEvents::new(intensities.len());
        for spiking in &steps {
            events.push_step(spiking)?;
        }
        Ok(events)
    }
}
