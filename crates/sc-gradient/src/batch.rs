//! A batch of input sequences as lists of active inputs.

use std::borrow::Borrow;

use ndarray::ArrayView3;
use sc_core::{Real, SpikeEvents};

use crate::Error;

/// Input sequences of equal length, shape `[n_samples, n_steps, n_input]`, as events: work follows the spikes.
///
/// Events are spikes (value 1) or graded (any finite value).
///
/// ```
/// use sc_core::SpikeEvents;
/// use sc_gradient::Batch;
///
/// let mut sample = SpikeEvents::new(3);
/// sample.push_step(&[0, 2])?;
/// sample.push_step(&[])?;
/// let batch = Batch::<f32>::from_events(&[sample.clone(), sample])?;
/// assert_eq!((batch.n_samples(), batch.n_steps(), batch.n_input(), batch.n_events()), (2, 2, 3, 4));
/// # Ok::<(), sc_gradient::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Batch<R> {
    n_samples: usize,
    n_steps: usize,
    n_input: usize,
    events: Events<R>,
}

impl<R: Real> Batch<R> {
    /// From one event list per sample (owned or borrowed), all with the same number of steps and channels.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are no samples, steps or channels, or naming the size in which a sample differs from the first.
    pub fn from_events<E: Borrow<SpikeEvents>>(samples: &[E]) -> Result<Self, Error> {
        let empty = Error::Shape { what: "sizes of a batch, each at least", expected: 1, got: 0 };
        let first: &SpikeEvents = samples.first().ok_or(empty.clone())?.borrow();
        let (n_steps, n_input) = (first.n_steps(), first.n_channels());
        if n_steps.min(n_input) == 0 {
            return Err(empty);
        }
        let mut events = Events::default();
        for sample in samples {
            let sample: &SpikeEvents = sample.borrow();
            Error::shape("steps of every sample", n_steps, sample.n_steps())?;
            Error::shape("channels of every sample", n_input, sample.n_channels())?;
            for t in 0..n_steps {
                events.channels.extend_from_slice(sample.step(t));
                events.end_row();
            }
        }
        Ok(Self { n_samples: samples.len(), n_steps, n_input, events })
    }

    /// From a dense array `[n_samples, n_steps, n_input]`, row-major; zeros are no events. An array of zeros and ones
    /// becomes spikes, any other graded events.
    ///
    /// # Errors
    /// [`Error::Shape`] if the length is not the product of the sizes or a size is zero, [`Error::NotFinite`] for a NaN
    /// or an infinity.
    pub fn from_dense(x: &[R], n_samples: usize, n_steps: usize, n_input: usize) -> Result<Self, Error> {
        let positive = n_samples.min(n_steps).min(n_input);
        if positive == 0 {
            return Err(Error::Shape { what: "sizes of a batch, each at least", expected: 1, got: 0 });
        }
        let product =
            n_samples.checked_mul(n_steps).and_then(|n| n.checked_mul(n_input)).unwrap_or(usize::MAX);
        Error::shape("numbers of a batch", product, x.len())?;
        if let Some(position) = x.iter().position(|x| !x.is_finite()) {
            return Err(Error::NotFinite { what: "input", position, value: x[position].f64() });
        }
        let graded = x.iter().any(|&x| x != R::ZERO && x != R::ONE);
        let mut events = Events::default();
        for row in x.chunks(n_input) {
            for (channel, &value) in row.iter().enumerate().filter(|(_, x)| **x != R::ZERO) {
                events.channels.push(channel as u32);
                if graded {
                    events.values.push(value);
                }
            }
            events.end_row();
        }
        Ok(Self { n_samples, n_steps, n_input, events })
    }

    /// From an array `[n_samples, n_steps, n_input]` in any memory layout; see [`from_dense`](Self::from_dense).
    ///
    /// # Errors
    /// As [`from_dense`](Self::from_dense).
    pub fn from_array(x: ArrayView3<'_, R>) -> Result<Self, Error> {
        let (n_samples, n_steps, n_input) = x.dim();
        let dense: Vec<R> = x.iter().copied().collect();
        Self::from_dense(&dense, n_samples, n_steps, n_input)
    }

    /// Number of sequences.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Time steps of each sequence.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// Input channels.
    #[must_use]
    pub fn n_input(&self) -> usize {
        self.n_input
    }

    /// Events over all samples, steps and channels.
    #[must_use]
    pub fn n_events(&self) -> usize {
        self.events.channels.len()
    }

    /// The rows of the samples from `first_sample`, from step `t` on.
    pub(crate) fn rows(&self, first_sample: usize, t: usize) -> Rows<'_, R> {
        self.events.rows(first_sample * self.n_steps + t, self.n_steps)
    }
}

/// Lists of active channels, one per row, with values where they are not all one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Events<R> {
    offsets: Vec<usize>,
    pub(crate) channels: Vec<u32>,
    pub(crate) values: Vec<R>,
}

impl<R> Default for Events<R> {
    fn default() -> Self {
        Self { offsets: vec![0], channels: Vec::new(), values: Vec::new() }
    }
}

impl<R> Events<R> {
    pub(crate) fn clear(&mut self) {
        self.offsets.truncate(1);
        self.channels.clear();
        self.values.clear();
    }

    pub(crate) fn end_row(&mut self) {
        self.offsets.push(self.channels.len());
    }

    /// The last row that was ended.
    #[inline(always)]
    pub(crate) fn last_row(&self) -> (&[u32], Option<&[R]>) {
        self.range(self.offsets.len() - 2, 1)
    }

    /// Rows `first + sample * stride + t`.
    pub(crate) fn rows(&self, first: usize, stride: usize) -> Rows<'_, R> {
        Rows { events: self, first, stride }
    }
}

/// Where to find the events of (sample, step).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a, R> {
    events: &'a Events<R>,
    first: usize,
    stride: usize,
}

impl<'a, R> Rows<'a, R> {
    /// The events of one row.
    #[inline(always)]
    pub(crate) fn row(&self, sample: usize, t: usize) -> (&'a [u32], Option<&'a [R]>) {
        self.events.range(self.first + sample * self.stride + t, 1)
    }

    /// The events of the first `n_steps` rows of a sample, one after the other.
    #[inline(always)]
    pub(crate) fn span(&self, sample: usize, n_steps: usize) -> (&'a [u32], Option<&'a [R]>) {
        self.events.range(self.first + sample * self.stride, n_steps)
    }
}

impl<R> Events<R> {
    #[inline(always)]
    fn range(&self, row: usize, n_rows: usize) -> (&[u32], Option<&[R]>) {
        let range = self.offsets[row]..self.offsets[row + n_rows];
        let values = (!self.values.is_empty()).then(|| &self.values[range.clone()]);
        (&self.channels[range], values)
    }
}

/// The same events, listed by channel instead of by row: for each channel the rows in which it was active, in order.
#[derive(Debug)]
pub(crate) struct ByChannel<R> {
    offsets: Vec<u32>,
    rows: Vec<u32>,
    values: Vec<R>,
}

impl<R> Default for ByChannel<R> {
    fn default() -> Self {
        Self { offsets: vec![0], rows: Vec::new(), values: Vec::new() }
    }
}

impl<R: Real> ByChannel<R> {
    /// A counting sort of `n_samples * n_steps` rows; row (sample, t) is called `sample * stride + t`.
    pub(crate) fn sort(
        &mut self,
        n_channels: usize,
        events: Rows<'_, R>,
        n_samples: usize,
        n_steps: usize,
        stride: usize,
    ) {
        self.offsets.clear();
        self.offsets.resize(n_channels + 1, 0);
        let mut graded = false;
        for sample in 0..n_samples {
            let (channels, values) = events.span(sample, n_steps);
            graded |= values.is_some();
            for &channel in channels {
                self.offsets[channel as usize] += 1;
            }
        }
        // Each offset becomes the end of its channel, and walks back to the start while the rows are put down.
        let mut total = 0;
        for offset in &mut self.offsets {
            total += *offset;
            *offset = total;
        }
        self.rows.resize(total as usize, 0);
        self.values.resize(if graded { total as usize } else { 0 }, R::ZERO);
        for sample in (0..n_samples).rev() {
            for t in (0..n_steps).rev() {
                let (channels, values) = events.row(sample, t);
                for (k, &channel) in channels.iter().enumerate() {
                    let end = &mut self.offsets[channel as usize];
                    *end -= 1;
                    self.rows[*end as usize] = (sample * stride + t) as u32;
                    if let Some(values) = values {
                        self.values[*end as usize] = values[k];
                    }
                }
            }
        }
    }

    #[inline(always)]
    pub(crate) fn channel(&self, channel: usize) -> (&[u32], Option<&[R]>) {
        let range = self.offsets[channel] as usize..self.offsets[channel + 1] as usize;
        let values = (!self.values.is_empty()).then(|| &self.values[range.clone()]);
        (&self.rows[range], values)
    }
}
