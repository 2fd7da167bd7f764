//! From numbers to spikes.
//!
//! Intensities in 0..=1 become spikes through an [`Encoder`]: [`RateEncoder`] says a number by how often, and
//! [`LatencyEncoder`] by how early a channel spikes. A signal that changes over time becomes spikes through
//! [`DeltaEncoder`].

mod delta;
mod latency;
mod rate;

pub use delta::DeltaEncoder;
pub use latency::LatencyEncoder;
pub use rate::RateEncoder;

use sc_core::SpikeEvents;

use crate::Error;

/// Turns the intensities of one sample into spikes.
///
/// An encoder is a pure function: the same encoder, intensities and sample number give the same spikes, on any
/// thread. Bring your own in a few lines:
///
/// ```
/// use sc_data::{Encoder, Error, SpikeEvents};
///
/// /// Every channel of more than half intensity spikes in the first step.
/// struct Flash;
///
/// impl Encoder for Flash {
///     fn encode(&self, intensities: &[f32], _sample: u64) -> Result<SpikeEvents, Error> {
///         let bright: Vec<u32> = (0..).zip(intensities).filter(|(_, x)| **x > 0.5).map(|(i, _)| i).collect();
///         let mut events = SpikeEvents::new(intensities.len());
///         events.push_step(&bright)?;
///         Ok(events)
///     }
/// }
///
/// assert_eq!(Flash.encode(&[0.2, 0.9, 0.7], 0)?.step(0), [1, 2]);
/// # Ok::<(), Error>(())
/// ```
pub trait Encoder {
    /// The spikes `[n_steps, n_channels]`, one channel per intensity, of one sample.
    ///
    /// `sample` is a number that names the sample. A random encoder draws the spikes of each number independently:
    /// `epoch * n_samples + i` gives sample `i` fresh noise in every epoch, and plain `i` the same in all of them.
    ///
    /// # Errors
    /// [`Error::Value`] if an intensity is not in 0..=1, NaN included.
    fn encode(&self, intensities: &[f32], sample: u64) -> Result<SpikeEvents, Error>;
}

/// Checks what every encoder asks of its input.
fn check_intensities(intensities: &[f32]) -> Result<(), Error> {
    check_channels(intensities.len())?;
    match intensities.iter().position(|x| !(0.0..=1.0).contains(x)) {
        None => Ok(()),
        Some(position) => {
            let value = f64::from(intensities[position]);
            Err(Error::Value { what: "intensities", position, value, expected: "in 0..=1" })
        }
    }
}

/// Checks that every channel has a `u32` index.
fn check_channels(n_channels: usize) -> Result<(), Error> {
    match u32::try_from(n_channels) {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(Error::Parameter { name: "n_channels", value: n_channels as f64, expected: "below 2^32" })
        }
    }
}

/// Checks a number of time steps.
fn check_steps(n_steps: usize) -> Result<usize, Error> {
    match n_steps {
        0 => Err(Error::Parameter { name: "n_steps", value: 0.0, expected: "1 or more" }),
        _ => Ok(n_steps),
    }
}
