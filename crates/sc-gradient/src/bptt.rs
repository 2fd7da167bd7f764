//! Backpropagation through time.

use sc_core::simd::pulp::{Arch, Simd, WithSimd};
use sc_core::{Real, SpikeEvents};

use crate::activity::Activity;
use crate::backward::{BackwardTile, InputErrors};
use crate::kernels::add_rows;
use crate::layer::Prepared;
use crate::network::Gradient;
use crate::panel::{Aligned, LANES, Panel};
use crate::shard::{LayerShard, Shape, Shard, Tile, tiles};
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
/// ```
/// use sc_gradient::{Adam, Batch, Bptt, CrossEntropy, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif};
///
/// let mut network = LayeredNetwork::<f32>::with_inputs(2)
///     .layer(Layer::spiking(16, Lif::new(10.0, 1.0)?, FastSigmoid::new(10.0)?).recurrent())
///     .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0)?))
///     .build(1)?;
/// // Two sequences of twenty steps: input 0 active, or input 1.
/// let x: Vec<f32> = (0..2 * 20 * 2).map(|k| f32::from(u8::from((k / 40 == 0) == (k % 2 == 0)))).collect();
/// let batch = Batch::from_dense(&x, 2, 20, 2)?;
///
/// let (mut bptt, loss, mut adam) = (Bptt::new(2)?, CrossEntropy::max_membrane(), Adam::new(0.01)?);
/// for _ in 0..50 {
///     bptt.step(&mut network, &batch, &loss, &[0, 1], &mut adam)?;
/// }
/// let output = bptt.forward(&network, &batch)?;
/// assert_eq!(loss.classify(&output)?, [0, 1]);
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
        Ok(self.output(network, batch))
    }

    /// The loss of a batch; its gradient is then in [`gradients`](Self::gradients), the output in the returned value's
    /// place until the next call.
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
        let n_layers = network.layers.len();
        if let Some(&(layer, _)) = self.regularizers.iter().find(|(layer, _)| *layer >= n_layers) {
            return Err(Error::NoSuchLayer { layer, n_layers });
        }
        let prepared = self.run(network, batch, true)?;

        let mut adjoint = std::mem::take(&mut self.adjoint);
        let output = self.output(network, batch);
        adjoint.reset(&output);
        let value = loss.evaluate(&output, targets, &mut adjoint);
        self.adjoint = adjoint;
        let mut value = value?;

        let n_rows = batch.n_samples() * batch.n_steps();
        let mut slopes: Vec<Option<Aligned<R>>> = (0..n_layers).map(|_| None).collect();
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
        let mut adjoint = OutputAdjoint::default();
        let output = self.forward(network, batch)?;
        adjoint.reset(&output);
        loss.evaluate(&output, targets, &mut adjoint)
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
        let shard = shard.ok_or(Error::Shape { what: "samples of the last batch", expected: sample + 1, got: n_samples })?;
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

    fn output(&self, network: &LayeredNetwork<R>, batch: &Batch<R>) -> Output<'_, R> {
        Output {
            shards: &self.shards,
            n_samples: batch.n_samples(),
            n_steps: batch.n_steps(),
            n_outputs: network.n_output(),
            spiking: network.top().spikes(),
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
                }
                backward_tile(network, prepared, batch, adjoint, slopes, shard, tile);
            });
            self.weight_gradients(network, tile, first);
            first = false;
        }
        self.neuron_gradients(network);
    }

    /// Adds what the errors of a tile say about the weights: each row, one per source, is summed by one thread over all
    /// samples in order.
    fn weight_gradients(&mut self, network: &LayeredNetwork<R>, tile: Tile, first: bool) {
        let shards = &self.shards[..];
        for (index, (layer, gradients)) in network.layers.iter().zip(&mut self.gradient.tensors).enumerate() {
            for (slot, recurrent) in [(Some(0), false), (layer.slots().recurrent, true)] {
                let Some(slot) = slot else { continue };
                let rows = gradients[slot].panels_mut();
                let n_rows = network.tensors[index][slot].n_rows;
                let piece = rows.len().div_ceil(4 * self.workers.threads());
                self.workers.each(rows.chunks_mut(piece).enumerate(), |(k, rows)| {
                    let first_row = k * piece;
                    Arch::new().dispatch(WeightRows {
                        shards,
                        index,
                        recurrent,
                        tile,
                        n_rows,
                        first_row,
                        first,
                        rows,
                    });
                });
            }
        }
    }

    /// Adds up what each sample gave the biases and the neurons' own parameters, in order.
    fn neuron_gradients(&mut self, network: &LayeredNetwork<R>) {
        for (index, (layer, gradients)) in network.layers.iter().zip(&mut self.gradient.tensors).enumerate() {
            let slots = layer.slots();
            let per_panel = 1 + gradients.len() - slots.neuron;
            for (k, slot) in
                std::iter::once(slots.bias).chain((slots.neuron..gradients.len()).map(Some)).enumerate()
            {
                let Some(slot) = slot else { continue };
                gradients[slot].fill(R::ZERO);
                for memory in self.shards.iter().map(|shard| &shard.layers[index]) {
                    for (row, panels) in memory.gradient.panels().chunks(per_panel).enumerate() {
                        let sum = &mut gradients[slot].panels_mut()[row % memory.n_panels];
                        sum.iter_mut().zip(&panels[k]).for_each(|(sum, &g)| *sum += g);
                    }
                }
            }
        }
    }
}

/// All layers of a shard, forward over one tile.
fn forward_tile<R: Real>(
    network: &LayeredNetwork<R>,
    prepared: &[Prepared<R>],
    batch: &Batch<R>,
    shard: &mut Shard<R>,
    tile: Tile,
) {
    for (index, layer) in network.layers.iter().enumerate() {
        let (below, memory) = shard.layers.split_at_mut(index);
        let input = match below.last() {
            None => batch.rows(shard.first_sample, tile.start),
            Some(below) => below.events.rows(0, tile.len),
        };
        layer.forward(&network.tensors[index], &prepared[index], input, &mut memory[0], tile);
        if index + 1 < network.layers.len() {
            memory[0].list_spikes(tile, false);
        }
    }
}

/// All layers of a shard, backward over one tile; afterwards each holds its input errors and its input spikes by source.
fn backward_tile<R: Real>(
    network: &LayeredNetwork<R>,
    prepared: &[Prepared<R>],
    batch: &Batch<R>,
    adjoint: &OutputAdjoint<R>,
    slopes: &[Option<Aligned<R>>],
    shard: &mut Shard<R>,
    tile: Tile,
) {
    let top = network.layers.len() - 1;
    for (index, layer) in network.layers.iter().enumerate().rev() {
        let (below, memory) = shard.layers.split_at_mut(index);
        let (memory, above) = memory.split_first_mut().expect("this layer");
        let from = BackwardTile {
            tile,
            prepared: &prepared[index],
            loss: (index == top).then_some((adjoint, shard.first_sample)),
            above: above.first().map(|above| (&prepared[index + 1], above)),
            regularizer: slopes[index].as_ref(),
        };
        layer.backward(&network.tensors[index], from, memory);

        let stride = memory.delta_stride(tile);
        let (n_input, input) = match below.last_mut() {
            None => (network.n_input, batch.rows(shard.first_sample, tile.start)),
            Some(below) => {
                below.list_spikes(tile, false);
                (below.n, below.events.rows(0, tile.len))
            }
        };
        memory.by_input.sort(n_input, input, shard.n_samples, tile.len, stride);
        if layer.slots().recurrent.is_some() {
            memory.list_spikes(tile, true);
            let earlier = memory.earlier.rows(0, tile.len);
            memory.by_recurrent.sort(memory.n, earlier, shard.n_samples, tile.len, stride);
        }
    }
    if !shard.input_gradient.is_empty() {
        let (weights, n_input) = (&prepared[0], network.n_input);
        let out = &mut shard.input_gradient[..];
        Arch::new().dispatch(InputErrors { weights, shard: &shard.layers[0], tile, n_input, out });
    }
}

/// Gradient rows `first_row..` of one weight array, counted through `[panel][source]`.
struct WeightRows<'a, R> {
    shards: &'a [Shard<R>],
    index: usize,
    recurrent: bool,
    tile: Tile,
    n_rows: usize,
    first_row: usize,
    first: bool,
    rows: &'a mut [Panel<R>],
}

impl<R: Real> WithSimd for WeightRows<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (k, sum) in self.rows.iter_mut().enumerate() {
            let (panel, source) = ((self.first_row + k) / self.n_rows, (self.first_row + k) % self.n_rows);
            if self.first {
                *sum = [R::ZERO; LANES];
            }
            for shard in self.shards {
                let memory = &shard.layers[self.index];
                let by_source = if self.recurrent { &memory.by_recurrent } else { &memory.by_input };
                let (list, values) = by_source.channel(source);
                let errors = &memory.delta.panels()[memory.delta_at(0, panel, self.tile)..];
                add_rows(simd, errors, list, values, sum);
            }
        }
    }
}
