//! Delta coding: spikes say that a signal went up or down.

use sc_core::SpikeEvents;

use super::check_channels;
use crate::Error;

/// Spikes where a signal has moved by a threshold: one ON and one OFF channel per signal.
///
/// The step-forward code of Petro, Kasabov & Kiss 2020, [doi:10.1109/TNNLS.2019.2906158]. Each signal `x` has a
/// reference `r`, which the spikes drag behind it:
///
/// 1. In step 0, `r = x[0]`; no spike.
/// 2. In step `t`, if `x[t] >= r + threshold`, the ON channel spikes and `r` rises by `threshold`;
/// 3. else if `x[t] <= r - threshold`, the OFF channel spikes and `r` falls by `threshold`.
///
/// A receiver that counts spikes therefore knows a signal to less than one `threshold`, as long as it moves by no
/// more than `threshold` per step. A greater jump is made up for in the steps that follow, one threshold each.
///
/// Unlike in the paper, the comparison includes equality; the reference is computed as `x[0] + n * threshold` with the
/// number `n` of ON minus OFF spikes so far, so that no rounding error piles up.
///
/// ```
/// use sc_data::DeltaEncoder;
///
/// // Two signals [n_steps, 2]: one rises, one falls.
/// let series = [0.0, 1.0,  0.5, 1.0,  1.0, 0.4];
/// let events = DeltaEncoder::new(0.5)?.encode(&series, 2)?;
/// assert_eq!((events.n_steps(), events.n_channels()), (3, 4));
/// assert!(events.step(0).is_empty());
/// assert_eq!(events.step(1), [0]); // signal 0 is ON channel 0
/// assert_eq!(events.step(2), [0, 3]); // signal 1 is OFF channel 2 + 1
/// # Ok::<(), sc_data::Error>(())
/// ```
///
/// [doi:10.1109/TNNLS.2019.2906158]: https://doi.org/10.1109/TNNLS.2019.2906158
#[derive(Debug, Clone, PartialEq)]
pub struct DeltaEncoder {
    threshold: f64,
}

impl DeltaEncoder {
    /// An encoder that spikes for each `threshold` a signal moves, in the unit of the signal, finite and > 0.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `threshold` is out of its range.
    pub fn new(threshold: f64) -> Result<Self, Error> {
        if !(threshold > 0.0 && threshold.is_finite()) {
            let expected = "finite and above 0";
            return Err(Error::Parameter { name: "threshold", value: threshold, expected });
        }
        Ok(Self { threshold })
    }

    /// The spikes `[n_steps, 2 * n_signals]` of a time series `[n_steps, n_signals]`: signal `i` has ON channel `i`
    /// and OFF channel `n_signals + i`.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `n_signals` is 0 or 2^31 or more, [`Error::Length`] if the series does not end with a
    /// full step, [`Error::Value`] if a number is not finite.
    pub fn encode(&self, series: &[f32], n_signals: usize) -> Result<SpikeEvents, Error> {
        check_channels(n_signals.saturating_mul(2))?;
        if n_signals == 0 {
            return Err(Error::Parameter { name: "n_signals", value: 0.0, expected: "1 or more" });
        }
        if !series.len().is_multiple_of(n_signals) {
            let expected = series.len().next_multiple_of(n_signals);
            return Err(Error::Length { what: "series", expected, got: series.len() });
        }
        if let Some(position) = series.iter().position(|x| !x.is_finite()) {
            let value = f64::from(series[position]);
            return Err(Error::Value { what: "series", position, value, expected: "finite" });
        }

        let first = &series[..n_signals.min(series.len())];
        let mut net_spikes = vec![0_i64; first.len()];
        let mut events = SpikeEvents::new(2 * n_signals);
        for step in series.chunks_exact(n_signals) {
            let (mut on, mut off) = (Vec::new(), Vec::new());
            for (i, (&x, (&first, n))) in step.iter().zip(first.iter().zip(&mut net_spikes)).enumerate() {
                let reference = f64::from(first) + *n as f64 * self.threshold;
                let moved = f64::from(x) - reference;
                if moved >= self.threshold {
                    *n += 1;
                    on.push(i as u32);
                } else if moved <= -self.threshold {
                    *n -= 1;
                    off.push((n_signals + i) as u32);
                }
            }
            on.append(&mut off);
            events.push_step(&on)?;
        }
        Ok(events)
    }
}
