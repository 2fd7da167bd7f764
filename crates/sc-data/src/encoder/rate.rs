//! Rate coding: a brighter channel spikes more often.

use rand::Rng;
use sc_core::SpikeEvents;
use sc_core::random::stream;

use super::{Encoder, check_intensities, check_steps};
use crate::Error;

/// In every step, channel `i` spikes with probability `intensities[i] * max_rate`, independently of all else.
///
/// This is a Bernoulli process, the discrete-time form of a Poisson process: its spike counts are binomial, and for
/// small probabilities they are close to Poisson. Probabilities are exact to 2^-32.
///
/// The spikes depend on (seed, sample, intensities) alone: the draws of a sample come from the stream
/// `sc_core::random::stream(seed, "rate encoder", sample)`, one per step and channel that is not silent.
///
/// ```
/// use sc_data::{Encoder, RateEncoder};
///
/// let encoder = RateEncoder::new(100, 0.5, 42)?;
/// let events = encoder.encode(&[0.0, 1.0], 0)?;
/// assert_eq!((events.n_steps(), events.n_channels()), (100, 2));
/// // The silent channel has no spike, the other about 50 in 100 steps.
/// assert!((0..100).all(|t| !events.step(t).contains(&0)));
/// assert!((35..65).contains(&events.n_spikes()));
/// # Ok::<(), sc_data::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RateEncoder {
    n_steps: usize,
    max_rate: f64,
    seed: u64,
}

impl RateEncoder {
    /// An encoder of `n_steps` steps (1 or more) in which intensity 1 spikes at `max_rate` [spikes per step], in
    /// 0 < `max_rate` <= 1.
    ///
    /// # Errors
    /// [`Error::Parameter`] if either is out of its range.
    pub fn new(n_steps: usize, max_rate: f64, seed: u64) -> Result<Self, Error> {
        if !(max_rate > 0.0 && max_rate <= 1.0) {
            return Err(Error::Parameter {
                name: "max_rate",
                value: max_rate,
                expected: "above 0 and at most 1",
            });
        }
        Ok(Self { n_steps: check_steps(n_steps)?, max_rate, seed })
    }
}

impl Encoder for RateEncoder {
    fn encode(&self, intensities: &[f32], sample: u64) -> Result<SpikeEvents, Error> {
        check_intensities(intensities)?;
        // A draw is a number below 2^32, a spike a draw below probability * 2^32. Most pixels of most images are
        // black: silent channels draw nothing.
        let threshold = |x: &f32| (f64::from(*x) * self.max_rate * 2_f64.powi(32)).round() as u64;
        let channels: Vec<(u32, u64)> =
            (0..).zip(intensities.iter().map(threshold)).filter(|c| c.1 > 0).collect();

        let mut random = stream(self.seed, "rate encoder", sample);
        let mut events = SpikeEvents::new(intensities.len());
        let mut spiking = vec![0; channels.len()];
        for _ in 0..self.n_steps {
            let mut n_spiking = 0;
            for pair in channels.chunks(2) {
                let word = random.next_u64();
                for (&(channel, threshold), draw) in pair.iter().zip([word & 0xffff_ffff, word >> 32]) {
                    // Always written, kept only if it spikes: no branch for the processor to guess wrong.
                    spiking[n_spiking] = channel;
                    n_spiking += usize::from(draw < threshold);
                }
            }
            events.push_step(&spiking[..n_spiking])?;
        }
        Ok(events)
    }
}
