//! Currents from outside.

use ndarray::ArrayView2;

use super::PopulationId;
use super::poisson::Poisson;
use crate::weights::{check_finite, check_length};
use crate::{Error, Real};

/// A current into every neuron of a population, as a function of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Stimulus<R: Real = f32> {
    pub(super) target: PopulationId,
    pub(super) shape: Shape<R>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape<R: Real> {
    /// `amplitude` into every neuron in the steps `onset..offset`.
    Step { onset: u64, offset: u64, amplitude: R },
    /// Row `t` in step `t`, the last row ever after; `width` numbers per row, one for all neurons or one for
    /// each.
    Timed { width: usize, values: Vec<R> },
    /// `amplitude` per spike of a Poisson process of each neuron's own.
    Poisson { amplitude: R, process: Poisson },
}

impl<R: Real> Stimulus<R> {
    /// A current of `amplitude` into every neuron of `target` in the steps `onset..offset`.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `offset` is before `onset`, [`Error::NotFinite`] if the amplitude is not
    /// finite.
    pub fn step_current(target: PopulationId, onset: u64, offset: u64, amplitude: R) -> Result<Self, Error> {
        if offset < onset {
            return Err(Error::Parameter {
                name: "offset",
                value: offset as f64,
                expected: "onset or later",
            });
        }
        check_finite("amplitude", &[amplitude])?;
        Ok(Self { target, shape: Shape::Step { onset, offset, amplitude } })
    }

    /// The current `values[t]` in step `t`, shape `[n_steps, 1]` (one current for all neurons of `target`) or
    /// `[n_steps, n]`. After the end the last row stays on.
    ///
    /// # Errors
    /// [`Error::Length`] if there are no steps, [`Error::NotFinite`] if a value is not finite. Whether the
    /// width fits is checked by [`Network::add_stimulus`](super::Network::add_stimulus).
    pub fn timed(target: PopulationId, values: ArrayView2<'_, R>) -> Result<Self, Error> {
        if values.nrows() == 0 {
            return Err(Error::Length { what: "rows of a timed stimulus", expected: 1, got: 0 });
        }
        let width = values.ncols();
        let values: Vec<R> = values.iter().copied().collect();
        check_finite("values", &values)?;
        Ok(Self { target, shape: Shape::Timed { width, values } })
    }

    /// `amplitude` for every spike of a Poisson process of `rate` `[Hz]`, one process for each neuron of
    /// `target`: what many neurons that are not simulated would send. `dt` `[ms]` is the duration of a step.
    ///
    /// How many spikes arrive at a neuron in a step is a function of (seed, neuron, step), so two stimuli of one seed
    /// send the same spikes: give each a seed of its own. Chance is resolved to one in 2^32.
    ///
    /// ```
    /// use sc_core::{DeltaLif, DeltaLifParameters, Network, Population, Stimulus};
    /// let mut network = Network::<f32>::new();
    /// let neuron = DeltaLif::new(DeltaLifParameters::default())?;
    /// let population = network.add_population(Population::new(neuron, 100, 0));
    /// // 10 kHz in steps of 0.1 ms: one spike per step on average, and 20 mV in 200 steps.
    /// network.add_stimulus(Stimulus::poisson(population, 10_000.0, 0.1, 0.1, 42)?)?;
    /// let spikes = network.run(10_000)[population.index()].n_spikes();
    /// assert!((1400..1700).contains(&spikes)); // about 15 Hz
    /// # Ok::<(), sc_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] if `rate` does not mean 0 to 100 spikes per step, or `dt` is not finite and > 0;
    /// [`Error::NotFinite`] if the amplitude is not finite.
    pub fn poisson(target: PopulationId, rate: f64, amplitude: R, dt: f64, seed: u64) -> Result<Self, Error> {
        if !(dt.is_finite() && dt > 0.0) {
            return Err(Error::Parameter { name: "dt", value: dt, expected: "finite and > 0" });
        }
        check_finite("amplitude", &[amplitude])?;
        Ok(Self {
            target,
            shape: Shape::Poisson { amplitude, process: Poisson::new(rate * dt / 1000.0, seed)? },
        })
    }

    /// The population it drives.
    #[must_use]
    pub fn target(&self) -> PopulationId {
        self.target
    }

    pub(super) fn check(&self, n: usize) -> Result<(), Error> {
        match self.shape {
            Shape::Timed { width, .. } if width != 1 => check_length("neurons of a timed stimulus", n, width),
            _ => Ok(()),
        }
    }

    /// In words what it does; long value tables by their checksum.
    pub(super) fn describe(&self) -> String {
        let target = self.target.0;
        match &self.shape {
            Shape::Step { onset, offset, amplitude } => {
                format!("{amplitude} into {target} in steps {onset}..{offset}")
            }
            Shape::Poisson { amplitude, process } => {
                format!("{amplitude} into {target} for {}", process.describe())
            }
            Shape::Timed { width, values } => {
                let mut bytes = Vec::with_capacity(values.len() * R::BYTES);
                values.iter().for_each(|value| value.push_le_bytes(&mut bytes));
                let checksum = crc32fast::hash(&bytes);
                format!("{} values in rows of {width} into {target}, crc32 {checksum:08x}", values.len())
            }
        }
    }

    /// Adds the current of step `t` to the neurons from `first` on.
    pub(super) fn add_to(&self, currents: &mut [R], t: u64, first: usize) {
        match &self.shape {
            Shape::Step { onset, offset, amplitude } => {
                if (*onset..*offset).contains(&t) {
                    currents.iter_mut().for_each(|current| *current += *amplitude);
                }
            }
            Shape::Poisson { amplitude, process } => process.add_to(*amplitude, t, first, currents),
            Shape::Timed { width: 1, values } => {
                let t = usize::try_from(t).unwrap_or(usize::MAX).min(values.len() - 1);
                currents.iter_mut().for_each(|current| *current += values[t]);
            }
            Shape::Timed { width, values } => {
                // An empty population has rows of width 0 and nothing to add to.
                let n_rows = values.len().checked_div(*width).unwrap_or(1);
                let t = usize::try_from(t).unwrap_or(usize::MAX).min(n_rows - 1);
                for (current, value) in currents.iter_mut().zip(&values[t * width + first..]) {
                    *current += *value;
                }
            }
        }
    }
}
