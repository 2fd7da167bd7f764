//! What the top layer did, and what the loss says about it.

use sc_core::Real;

use crate::shard::{LayerShard, Shard};

/// The output of a network for one batch: the membranes of its top layer and, if it spikes, its spikes.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a, R> {
    pub(crate) shards: &'a [Shard<R>],
    pub(crate) n_samples: usize,
    pub(crate) n_steps: usize,
    pub(crate) n_outputs: usize,
    pub(crate) spiking: bool,
}

impl<'a, R: Real> Output<'a, R> {
    /// Samples of the batch.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Time steps.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// Neurons of the top layer.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.n_outputs
    }

    /// Whether the top layer spikes.
    #[must_use]
    pub fn spiking(&self) -> bool {
        self.spiking
    }

    /// Membrane potentials `u` of one sample before any reset, `[n_steps][n_outputs]`.
    ///
    /// # Panics
    /// If `sample` is out of range.
    #[must_use]
    #[track_caller]
    pub fn sample_membranes(&self, sample: usize) -> &'a [R] {
        let (top, sample) = self.top(sample);
        let numbers = if top.membranes.is_empty() { &top.records[..] } else { &top.membranes[..] };
        let len = self.n_steps * self.n_outputs;
        &numbers[sample * len..][..len]
    }

    /// Spikes of one sample, 0 or 1, `[n_steps][n_outputs]`; empty if the top layer does not spike.
    ///
    /// # Panics
    /// If `sample` is out of range.
    #[must_use]
    #[track_caller]
    pub fn sample_spikes(&self, sample: usize) -> &'a [R] {
        let (top, sample) = self.top(sample);
        let len = if self.spiking { self.n_steps * self.n_outputs } else { 0 };
        &top.values[sample * len..][..len]
    }

    /// Membrane potentials at one step, one per output.
    ///
    /// # Panics
    /// If `sample` or `step` is out of range.
    #[must_use]
    #[track_caller]
    pub fn membranes(&self, sample: usize, step: usize) -> &'a [R] {
        &self.sample_membranes(sample)[step * self.n_outputs..][..self.n_outputs]
    }

    /// Spikes at one step, one per output; empty if the top layer does not spike.
    ///
    /// # Panics
    /// If `sample` or `step` is out of range.
    #[must_use]
    #[track_caller]
    pub fn spikes(&self, sample: usize, step: usize) -> &'a [R] {
        if self.spiking {
            &self.sample_spikes(sample)[step * self.n_outputs..][..self.n_outputs]
        } else {
            &[]
        }
    }

    /// The memory of the top layer that holds this sample, and its place there.
    #[track_caller]
    fn top(&self, sample: usize) -> (&'a LayerShard<R>, usize) {
        assert!(sample < self.n_samples, "sample {sample} of {}", self.n_samples);
        let shard = &self.shards[self.shards.partition_point(|shard| shard.first_sample <= sample) - 1];
        (shard.layers.last().expect("a network has a layer"), sample - shard.first_sample)
    }
}

/// The derivative of a loss with respect to the [`Output`]; a loss fills it in.
#[derive(Debug)]
pub struct OutputAdjoint<R> {
    n_steps: usize,
    n_outputs: usize,
    membranes: Vec<R>,
    spikes: Vec<R>,
}

impl<R> Default for OutputAdjoint<R> {
    fn default() -> Self {
        Self { n_steps: 0, n_outputs: 0, membranes: Vec::new(), spikes: Vec::new() }
    }
}

impl<R: Real> OutputAdjoint<R> {
    /// Zeros, shaped like `output`.
    pub(crate) fn reset(&mut self, output: &Output<'_, R>) {
        (self.n_steps, self.n_outputs) = (output.n_steps, output.n_outputs);
        let len = output.n_samples * output.n_steps * output.n_outputs;
        for (numbers, len) in
            [(&mut self.membranes, len), (&mut self.spikes, if output.spiking { len } else { 0 })]
        {
            numbers.clear();
            numbers.resize(len, R::ZERO);
        }
    }

    fn row(&self, sample: usize, step: usize) -> std::ops::Range<usize> {
        let start = (sample * self.n_steps + step) * self.n_outputs;
        start..start + self.n_outputs
    }

    /// Derivatives with respect to the membranes at one step, to be written.
    ///
    /// # Panics
    /// If `sample` or `step` is out of range.
    #[track_caller]
    pub fn membranes_mut(&mut self, sample: usize, step: usize) -> &mut [R] {
        let row = self.row(sample, step);
        &mut self.membranes[row]
    }

    /// Derivatives with respect to the spikes at one step, to be written; empty if the top layer does not spike.
    ///
    /// # Panics
    /// If `sample` or `step` is out of range.
    #[track_caller]
    pub fn spikes_mut(&mut self, sample: usize, step: usize) -> &mut [R] {
        if self.spikes.is_empty() {
            return &mut [];
        }
        let row = self.row(sample, step);
        &mut self.spikes[row]
    }

    pub(crate) fn membranes(&self, sample: usize, step: usize) -> &[R] {
        &self.membranes[self.row(sample, step)]
    }

    pub(crate) fn spikes(&self, sample: usize, step: usize) -> &[R] {
        if self.spikes.is_empty() { &[] } else { &self.spikes[self.row(sample, step)] }
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.membranes.len() + self.spikes.len()) * R::BYTES
    }
}
