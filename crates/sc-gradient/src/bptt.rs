//! Backpropagation through time.

use sc_core::{Real, SpikeEvents};

use crate::activity::Activity;
use crate::layer::Prepared;
use crate::network::Gradient;
use crate::panel::Aligned;
use crate::pass::{backward_tile, forward_tile};
use crate::shard::{LayerShard, Shape, Shard, tiles};
use crate::sums::{neuron_gradients, weight_gradients};
use crate::workers::Workers;
use crate::{Batch, Error, LayeredNetwork, Loss, Optimizer, Output, OutputAdjoint, RateRegularizer};

/// Exact backpropagation through time with surrogate gradients, for a batch at a time.
///
/// Owns the tape and all other memory of a step, and reuses it from batch to batch. Nothing is carried over from one batch
/// to the next: every sequence starts from zero state.
///
/// * The forward pass adds the weight rows of active inputs: its work follows the spikes. The tape keeps one membrane and
///   one bit per neuron, step and sample.
/// * The backward pass walks the tape in tiles of time. A weight's gradient is the sum of its target's errors at the spikes
///   of its source, again one row per spike.
/// * Samples are divided among threads. Every sum has an order of its own, so the bits of the result do not depend on how
///   many there are.
///
/// The [crate's first page](crate) trains one; here is the gradient itself:
///
/// ```
/// use sc_gradient::{Batch, Bptt, CrossEntropy, Layer, LayeredNetwork, LeakyReadout};
///
/// // y_t = 0.5 y_{t-1} + w x_t: a leaky sum of the input, two classes.
/// let tau = -1.0 / 0.5_f64.ln();
/// let mut network = LayeredNetwork::<f64>::with_inputs(1)
///     .layer(Layer::readout(2, LeakyReadout::new(tau, 1.0)?).bias(false))
///     .build(1)?;
/// network.set(0, "weights", &[1.0, 1.0])?;
/// let batch = Batch::from_dense(&[1.0, 0.0, 1.0], 1, 3, 1)?;
///
/// let mut bptt = Bptt::new(1)?;
/// let loss = bptt.gradient(&network, &batch, &CrossEntropy::max_membrane(), &[0])?;
/// assert!((loss - 2.0_f64.ln()).abs() < 1e-12);
/// // The largest membrane is the last, 1 + 0.5^2; softmax - one-hot is (-1/2, 1/2).
/// assert_eq!(bptt.gradients().get(&network, 0, "weights")?, [-0.625, 0.625]);
/// # Ok::<(), sc_gradient::Error>(())
/// ```
#[derive(Debug)]
pub struct Bptt<R: Real = f32> {
    workers: Workers,
    recompute: bool,
    clip_norm: Option<f64>,
    regularizers: Vec<(usize, RateRegularizer)>,
    wants_input_gradient: bool,
    smooth: bool,

    shards: Vec<Shard<R>>,
    adjoint: OutputAdjoint<R>,
    gradient: Gradient<R>,
}

impl<R: Real> Bptt<R> {
    /// On `threads` threads, at least 1.
    ///
    /// # Errors
    /// [`Error::Parameter`] for 0, [`Error::Threads`] if they could not be started.
    pub fn new(threads: usize) -> Result<Self, Error> {
        Ok(Self {
            workers: Workers::new(threads)?,
            recompute: false,
            clip_norm: None,
            regularizers: Vec::new(),
            wants_input_gradient: false,
            smooth: false,
            shards: Vec::new(),
            adjoint: OutputAdjoint::default(),
            gradient: Gradient::default(),
        })
    }

    /// Whether to keep spikes and one state per tile only, and compute membranes a second time on the way back: a third more
    /// work in the forward pass, hardly any memory per time step, the same gradient to the bit (default: no).
    #[must_use]
    pub fn recompute(mut self, recompute: bool) -> Self {
        self.recompute = recompute;
        self
    }

    /// Limits the Euclidean norm of the gradient in [`step`](Self::step).
    ///
    /// # Errors
    /// [`Error::Parameter`] unless finite and positive.
    pub fn clip_norm(mut self, largest: f64) -> Result<Self, Error> {
        Error::require(largest.is_finite() && largest > 0.0, "clip_norm", largest, "finite and positive")?;
        self.clip_norm = Some(largest);
        Ok(self)
    }

    /// Adds a penalty on the firing rates of a layer. Its value is part of the loss.
    #[must_use]
    pub fn regularize(mut self, layer: usize, regularizer: RateRegularizer) -> Self {
        self.regularizers.push((layer, regularizer));
        self
    }

    /// Whether spikes are smooth, `z = f(x)` with the primitive of the layer's surrogate, instead of 0 or 1 (default: no).
    /// Every neuron then emits a number at every step, and the gradient is that of a smooth function: for checks.
    #[must_use]
    pub fn smooth(mut self, smooth: bool) -> Self {
        self.smooth = smooth;
        self
    }

    /// Whether to compute the derivative with respect to the input as well (default: no).
    #[must_use]
    pub fn with_input_gradient(mut self, wanted: bool) -> Self {
        self.wants_input_gradient = wanted;
        self
    }

    /// Runs the network, without a tape.
    ///
    /// # Errors
    /// [`Error::Shape`] if the batch has another number of input channels than the network.
    pub fn forward(&mut self, network: &LayeredNetwork<R>, batch: &Batch<R>) -> Result<Output<'_, R>, Error> {
        self.run(network, batch, false)?;
        Ok(self.output())
    }

    /// The loss of a batch. Its gradient is then in [`gradients`](Self::gradients), what the network answered in
    /// [`output`](Self::output).
    ///
    /// # Errors
    /// [`Error::Shape`] if batch and network do not fit, [`Error::NoSuchLayer`] for a regularizer of a layer that does not
    /// exist, and whatever the loss refuses.
    pub fn gradient<L: Loss<R> + ?Sized>(
        &mut self,
        network: &LayeredNetwork<R>,
        batch: &Batch<R>,
        loss: &L,
        targets: &L::Targets,
    ) -> Result<R, Error> {
        self.check_regularizers(network)?;
        let prepared = self.run(network, batch, true)?;

        let mut adjoint = std::mem::take(&mut self.adjoint);
        let output = self.output();
        adjoint.reset(&output);
        let value = loss.evaluate(&output, targets, &mut adjoint);
        self.adjoint = adjoint;
        let mut value = value?;

        let n_rows = batch.n_samples() * batch.n_steps();
        let mut slopes: Vec<Option<Aligned<R>>> = network.layers.iter().map(|_| None).collect();
        for &(layer, regularizer) in &self.regularizers {
            let (penalty, slope) = regularizer.evaluate::<R>(&self.spike_counts(layer), n_rows);
            value += R::of(penalty);
            match &mut slopes[layer] {
                None => slopes[layer] = Some(slope),
                Some(sum) => sum.iter_mut().zip(slope.iter()).for_each(|(sum, &g)| *sum += g),
            }
        }
        self.backward(network, batch, &prepared, &slopes);
        Ok(value)
    }

    /// The loss of a batch, without its gradient.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient).
    pub fn loss<L: Loss<R> + ?Sized>(
        &mut self,
        network: &LayeredNetwork<R>,
        batch: &Batch<R>,
        loss: &L,
        targets: &L::Targets,
    ) -> Result<R, Error> {
        self.check_regularizers(network)?;
        let mut adjoint = OutputAdjoint::default();
        let output = self.forward(network, batch)?;
        adjoint.reset(&output);
        let value = loss.evaluate(&output, targets, &mut adjoint)?;
        let n_rows = batch.n_samples() * batch.n_steps();
        let penalty = |&(layer, ref limits): &(usize, RateRegularizer)| {
            limits.evaluate::<R>(&self.spike_counts(layer), n_rows).0
        };
        Ok(value + R::of(self.regularizers.iter().map(penalty).sum()))
    }

    /// One step of training: gradient, clipping, optimizer. Returns the loss before the step.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient); the network is then unchanged.
    pub fn step<L: Loss<R> + ?Sized>(
        &mut self,
        network: &mut LayeredNetwork<R>,
        batch: &Batch<R>,
        loss: &L,
        targets: &L::Targets,
        optimizer: &mut impl Optimizer<R>,
    ) -> Result<R, Error> {
        let value = self.gradient(network, batch, loss, targets)?;
        if let Some(largest) = self.clip_norm {
            self.gradient.clip_norm(largest);
        }
        optimizer.begin_step();
        let mut first_slot = 0;
        for (tensors, gradients) in network.tensors.iter_mut().zip(&self.gradient.tensors) {
            for (slot, (tensor, gradient)) in tensors.iter_mut().zip(gradients).enumerate() {
                if tensor.learnable {
                    let decays = matches!(tensor.name, "weights" | "recurrent");
                    optimizer.update(first_slot + slot, &mut tensor.data, gradient, decays);
                    tensor.clamp();
                }
            }
            first_slot += tensors.len();
        }
        Ok(value)
    }

    /// What the network answered to the last batch, whether it was run, differentiated or trained on.
    ///
    /// # Panics
    /// If nothing has been run yet.
    #[must_use]
    #[track_caller]
    pub fn output(&self) -> Output<'_, R> {
        let top = self.shards.first().and_then(|shard| shard.layers.last()).expect("a batch has been run");
        let n_samples = self.shards.iter().map(|shard| shard.n_samples).sum();
        let (n_steps, n_outputs, spiking) = (top.shape.n_steps, top.n, !top.spikes.is_empty());
        Output { shards: &self.shards, n_samples, n_steps, n_outputs, spiking }
    }

    /// The gradient that [`gradient`](Self::gradient) computed last.
    #[must_use]
    pub fn gradients(&self) -> &Gradient<R> {
        &self.gradient
    }

    /// The derivative of the last loss with respect to the input, `[n_samples][n_steps][n_input]`; empty unless asked for
    /// by [`with_input_gradient`](Self::with_input_gradient).
    #[must_use]
    pub fn input_gradient(&self) -> Vec<R> {
        self.shards.iter().flat_map(|shard| shard.input_gradient.iter().copied()).collect()
    }

    /// Spikes of each neuron of a layer in the last batch, over all samples and steps.
    ///
    /// # Panics
    /// If nothing has been run yet or there is no such layer.
    #[must_use]
    pub fn spike_counts(&self, layer: usize) -> Vec<f64> {
        let mut counts = vec![0.0; self.shards[0].layers[layer].n];
        for shard in &self.shards {
            for (count, more) in counts.iter_mut().zip(&shard.layers[layer].activity) {
                *count += more;
            }
        }
        counts
    }

    /// The spikes of a layer for one sample of the last batch, for a raster; a layer that does not spike has none.
    ///
    /// # Errors
    /// [`Error::NoSuchLayer`]; [`Error::Shape`] if the last batch had no such sample.
    pub fn spikes(&self, layer: usize, sample: usize) -> Result<SpikeEvents, Error> {
        let n_samples = self.shards.iter().map(|shard| shard.n_samples).sum();
        let shard = self.shards.iter().find(|shard| sample < shard.first_sample + shard.n_samples);
        let shard = shard.ok_or(Error::Shape {
            what: "samples of the last batch",
            expected: sample + 1,
            got: n_samples,
        })?;
        let n_layers = shard.layers.len();
        let memory = shard.layers.get(layer).ok_or(Error::NoSuchLayer { layer, n_layers })?;
        let (mut events, mut active) = (SpikeEvents::new(memory.n), Vec::new());
        for step in 0..memory.shape.n_steps {
            active.clear();
            if !memory.spikes.is_empty() {
                memory.active(sample - shard.first_sample, step, &mut active, &mut Vec::new());
            }
            events.push_step(&active)?;
        }
        Ok(events)
    }

    /// Adds the spikes of the last batch to a record of activity.
    pub fn observe(&self, activity: &mut Activity) {
        let Some(first) = self.shards.first() else { return };
        let n_samples: usize = self.shards.iter().map(|shard| shard.n_samples).sum();
        for layer in (0..first.layers.len()).filter(|&layer| !first.layers[layer].spikes.is_empty()) {
            activity.add(layer, &self.spike_counts(layer), n_samples * first.layers[layer].shape.n_steps);
        }
    }

    /// Bytes held for the last batch that grow with its number of time steps: the tape, and the derivative of the loss with
    /// respect to the output.
    #[must_use]
    pub fn tape_bytes(&self) -> usize {
        let layers = self.shards.iter().flat_map(|shard| &shard.layers);
        layers.map(LayerShard::tape_bytes).sum::<usize>() + self.adjoint.bytes()
    }

    fn check_regularizers(&self, network: &LayeredNetwork<R>) -> Result<(), Error> {
        let n_layers = network.layers.len();
        match self.regularizers.iter().find(|(layer, _)| *layer >= n_layers) {
            Some(&(layer, _)) => Err(Error::NoSuchLayer { layer, n_layers }),
            None => Ok(()),
        }
    }

    /// The forward pass; with `taped`, a backward pass may follow.
    fn run(
        &mut self,
        network: &LayeredNetwork<R>,
        batch: &Batch<R>,
        taped: bool,
    ) -> Result<Vec<Prepared<R>>, Error> {
        Error::shape("input channels of the batch", network.n_input, batch.n_input())?;
        let prepared = self.prepare(network, taped);
        self.shape(network, batch, taped && !self.recompute);
        let smooth = self.smooth;
        self.workers.each(self.shards.iter_mut(), |shard| {
            for layer in &mut shard.layers {
                layer.state.fill(R::ZERO);
                layer.activity.fill(0.0);
                layer.starts.clear();
            }
            for tile in tiles(batch.n_steps(), smooth) {
                if taped {
                    for layer in &mut shard.layers {
                        layer.starts.push(layer.state.clone());
                    }
                }
                forward_tile(network, &prepared, batch, shard, tile);
                for layer in shard.layers.iter_mut().filter(|layer| !layer.spikes.is_empty()) {
                    layer.count_spikes(tile);
                }
            }
        });
        Ok(prepared)
    }

    fn prepare(&self, network: &LayeredNetwork<R>, taped: bool) -> Vec<Prepared<R>> {
        let n_inputs = std::iter::once(network.n_input).chain(network.sizes());
        let layers = network.layers.iter().zip(&network.tensors).zip(n_inputs).enumerate();
        layers
            .map(|(index, ((layer, tensors), n_input))| {
                let errors_below = taped && (index > 0 || self.wants_input_gradient);
                layer.prepare(tensors, n_input, errors_below, taped)
            })
            .collect()
    }

    /// Divides the batch into shards, keeping the memory of the last one where it fits.
    fn shape(&mut self, network: &LayeredNetwork<R>, batch: &Batch<R>, whole: bool) {
        let per_shard = batch.n_samples().div_ceil(self.workers.threads());
        let n_shards = batch.n_samples().div_ceil(per_shard);
        let samples = |k: usize| per_shard.min(batch.n_samples() - k * per_shard);
        let top = network.layers.len() - 1;
        let shape = |k: usize, index: usize| {
            let (n_steps, smooth) = (batch.n_steps(), self.smooth);
            Shape { n_samples: samples(k), n_steps, whole, output: index == top, smooth }
        };
        let n_parameters = |index: usize| network.tensors[index].len() - network.layers[index].slots().neuron;
        let fits = self.shards.len() == n_shards
            && self.shards.iter().enumerate().all(|(k, shard)| {
                shard.layers.len() == network.layers.len()
                    && shard.layers.iter().enumerate().all(|(index, memory)| {
                        let layer = &*network.layers[index];
                        memory.shape == shape(k, index) && memory.fits(layer, n_parameters(index))
                    })
            });
        if !fits {
            let new_layer = |k: usize, index: usize| {
                LayerShard::new(&*network.layers[index], n_parameters(index), shape(k, index))
            };
            let shards = (0..n_shards).map(|k| Shard {
                first_sample: k * per_shard,
                n_samples: samples(k),
                layers: (0..network.layers.len()).map(|index| new_layer(k, index)).collect(),
                input_gradient: Vec::new(),
            });
            // The old memory goes before the new one comes.
            self.shards.clear();
            self.shards.extend(shards);
        }
    }

    fn backward(
        &mut self,
        network: &LayeredNetwork<R>,
        batch: &Batch<R>,
        prepared: &[Prepared<R>],
        slopes: &[Option<Aligned<R>>],
    ) {
        if !self.gradient.fits(network) {
            self.gradient = Gradient::zeros(network);
        }
        let input_len = if self.wants_input_gradient { batch.n_steps() * batch.n_input() } else { 0 };
        for shard in &mut self.shards {
            for layer in &mut shard.layers {
                layer.adjoint.fill(R::ZERO);
                layer.next.fill(R::ZERO);
                layer.gradient.fill(R::ZERO);
            }
            shard.input_gradient.resize(shard.n_samples * input_len, R::ZERO);
        }
        let (recompute, smooth) = (self.recompute, self.smooth);
        let mut first = true;
        for tile in tiles(batch.n_steps(), smooth).rev() {
            let adjoint = &self.adjoint;
            self.workers.each(self.shards.iter_mut(), |shard| {
                if recompute {
                    for layer in &mut shard.layers {
                        let start = &layer.starts[tile.index];
                        layer.state.copy_from_slice(start);
                    }
                    forward_tile(network, prepared, batch, shard, tile);
                } else {
                    for layer in shard.layers.iter_mut().filter(|layer| !layer.spikes.is_empty()) {
                        layer.list_spikes(tile);
                    }
                }
                backward_tile(network, prepared, batch, adjoint, slopes, shard, tile);
            });
            weight_gradients(&self.workers, network, &self.shards, tile, first, &mut self.gradient);
            first = false;
        }
        neuron_gradients(network, &self.shards, &mut self.gradient);
    }
}
