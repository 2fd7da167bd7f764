//! One layer: a dense connection from the layer below, perhaps one from the layer to itself, and its neurons.

use std::marker::PhantomData;

use sc_core::Real;

use crate::backward::{BackwardTile, backward};
use crate::batch::Rows;
use crate::forward::forward;
use crate::init;
use crate::kernels::transpose;
use crate::neuron::Variables;
use crate::panel::{Aligned, panels};
use crate::shard::{LayerShard, Tile};
use crate::tensor::Tensor;
use crate::{DifferentiableNeuron, Error, Surrogate};

/// A layer to be: how many neurons of which model, and what connects to them.
///
/// ```text
/// I_t = W x_t + b + V z_{t-1}
/// ```
///
/// with the input `x_t` of the same step, and the recurrent weights `V` (autapses included) one step later. Weights are
/// `[pre][post]`. Their first values follow from the neurons' time constants and the expected input rate: see
/// [`input_rate`](Self::input_rate).
#[derive(Debug, Clone)]
pub struct Layer<N, S = NoSurrogate> {
    pub(crate) n: usize,
    pub(crate) neuron: N,
    pub(crate) surrogate: S,
    pub(crate) recurrent: bool,
    pub(crate) detach_recurrent: bool,
    pub(crate) bias: bool,
    pub(crate) learn: Vec<&'static str>,
    pub(crate) input_rate: f64,
    pub(crate) recurrent_rate: f64,
    pub(crate) ratio: f64,
}

/// The surrogate of a layer that never spikes.
#[derive(Debug, Clone, Copy)]
pub struct NoSurrogate;

impl<R: Real> Surrogate<R> for NoSurrogate {
    #[inline(always)]
    fn derivative(&self, _: R) -> R {
        R::ZERO
    }

    #[inline(always)]
    fn primitive(&self, _: R) -> R {
        R::ZERO
    }
}

impl<N, S> Layer<N, S> {
    /// `n` spiking neurons, differentiated through `surrogate`.
    #[must_use]
    pub fn spiking(n: usize, neuron: N, surrogate: S) -> Self {
        Self {
            n,
            neuron,
            surrogate,
            recurrent: false,
            detach_recurrent: false,
            bias: true,
            learn: Vec::new(),
            input_rate: 0.1,
            recurrent_rate: 0.05,
            ratio: 1.0,
        }
    }

    /// Connects every neuron with every neuron of the layer, itself included, one step later.
    #[must_use]
    pub fn recurrent(mut self) -> Self {
        self.recurrent = true;
        self
    }

    /// Whether the gradient stops at the recurrent connection (as in e-prop); the weights still learn.
    #[must_use]
    pub fn detach_recurrent(mut self, detach: bool) -> Self {
        self.detach_recurrent = detach;
        self
    }

    /// Whether each neuron has a constant input current, zero at first (default: yes).
    #[must_use]
    pub fn bias(mut self, bias: bool) -> Self {
        self.bias = bias;
        self
    }

    /// Lets training change a parameter of the neuron model, each neuron's on its own: `"beta"`, `"v_threshold"`, ...
    /// Weights and bias always learn.
    #[must_use]
    pub fn learn(mut self, parameter: &'static str) -> Self {
        self.learn.push(parameter);
        self
    }

    /// Expected spikes per input channel and step (default 0.1), for the first weights: they are drawn so that the
    /// membrane, free of resets, fluctuates around zero with a standard deviation of `v_threshold / ratio`
    /// (Rossbroich, Gygax & Zenke 2022, <https://doi.org/10.1088/2634-4386/ac97bb>).
    #[must_use]
    pub fn input_rate(mut self, rate: f64) -> Self {
        self.input_rate = rate;
        self
    }

    /// Expected spikes per neuron and step of this layer (default 0.05), for the first recurrent weights.
    #[must_use]
    pub fn recurrent_rate(mut self, rate: f64) -> Self {
        self.recurrent_rate = rate;
        self
    }

    /// Distance of the threshold in standard deviations of the membrane (default 1), for the first weights.
    #[must_use]
    pub fn threshold_ratio(mut self, ratio: f64) -> Self {
        self.ratio = ratio;
        self
    }
}

impl<N> Layer<N, NoSurrogate> {
    /// `n` neurons that do not spike; their membranes are the output of the network.
    #[must_use]
    pub fn readout(n: usize, neuron: N) -> Self {
        Self::spiking(n, neuron, NoSurrogate)
    }
}

/// Where a layer's parameters stand in its list: weights, bias if any, recurrent weights if any, the neurons' own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slots {
    pub(crate) bias: Option<usize>,
    pub(crate) recurrent: Option<usize>,
    pub(crate) neuron: usize,
}

/// What the hot loops want of a layer's parameters, made afresh from them for every batch.
#[derive(Debug)]
pub(crate) struct Prepared<R> {
    /// Neuron parameters as `[panel][parameter]`.
    pub(crate) neuron: Aligned<R>,
    /// Bias as `[panel]`, zeros without.
    pub(crate) bias: Aligned<R>,
    /// Weights as `[panel of sources][target]`, if errors flow below.
    pub(crate) transposed: Aligned<R>,
    /// Recurrent weights likewise, if errors flow through them.
    pub(crate) recurrent_transposed: Aligned<R>,
}

/// A layer of any neuron model and surrogate. One virtual call per layer and tile, none inside.
pub(crate) trait AnyLayer<R: Real>: std::fmt::Debug + Send + Sync {
    fn n(&self) -> usize;
    fn spikes(&self) -> bool;
    fn slots(&self) -> Slots;
    fn through_recurrent(&self) -> bool;
    fn state_len(&self) -> usize;
    fn records_membrane(&self) -> bool;
    fn forward(
        &self,
        tensors: &[Tensor<R>],
        prepared: &Prepared<R>,
        input: Rows<'_, R>,
        shard: &mut LayerShard<R>,
        tile: Tile,
    );
    fn backward(&self, tensors: &[Tensor<R>], tile: BackwardTile<'_, R>, shard: &mut LayerShard<R>);

    /// `errors_below`: does the layer below (or the input) want errors? `taped`: is there a backward pass at all?
    fn prepare(&self, tensors: &[Tensor<R>], n_input: usize, errors_below: bool, taped: bool) -> Prepared<R> {
        let (n, slots) = (self.n(), self.slots());
        let parameters = &tensors[slots.neuron..];
        let mut neuron = Aligned::panels_of(panels(n) * parameters.len());
        for (k, tensor) in parameters.iter().enumerate() {
            for (p, panel) in tensor.data.panels().iter().enumerate() {
                neuron.panels_mut()[p * parameters.len() + k] = *panel;
            }
        }
        let bias = match slots.bias {
            Some(slot) => tensors[slot].data.clone(),
            None => Aligned::panels_of(panels(n)),
        };
        let transposed = |slot: usize, n_source: usize| {
            let mut out = Aligned::panels_of(panels(n_source) * n);
            transpose(tensors[slot].data.panels(), n_source, n, out.panels_mut());
            out
        };
        Prepared {
            neuron,
            bias,
            transposed: if errors_below { transposed(0, n_input) } else { Aligned::zeros(0) },
            recurrent_transposed: match slots.recurrent {
                Some(slot) if taped && self.through_recurrent() => transposed(slot, n),
                _ => Aligned::zeros(0),
            },
        }
    }
}

/// A built layer: the model without its numbers.
#[derive(Debug)]
pub(crate) struct DenseLayer<R, N, S> {
    pub(crate) n: usize,
    pub(crate) n_input: usize,
    pub(crate) neuron: N,
    pub(crate) surrogate: S,
    pub(crate) slots: Slots,
    pub(crate) detach_recurrent: bool,
    number: PhantomData<fn() -> R>,
}

impl<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>> DenseLayer<R, N, S> {
    /// The layer and its first numbers; `index` is its place in the network.
    pub(crate) fn build(
        layer: Layer<N, S>,
        n_input: usize,
        index: usize,
        seed: u64,
    ) -> Result<(Self, Vec<Tensor<R>>), Error> {
        let Layer { n, ref neuron, recurrent, detach_recurrent, bias, ref learn, .. } = layer;
        Error::require(n > 0, "neurons of a layer", 0.0, "at least 1")?;
        Error::require(
            layer.ratio > 0.0 && layer.ratio.is_finite(),
            "ratio",
            layer.ratio,
            "finite and positive",
        )?;
        let parameters = neuron.parameters();
        let gain = init::membrane_gain(&parameters);
        let threshold = parameters.iter().find(|p| p.name == "v_threshold").map_or(1.0, |p| p.initial);
        // A recurrent layer gives half of the variance to each of its two inputs.
        let variance = (threshold / layer.ratio).powi(2) * if recurrent { 0.5 } else { 1.0 };

        let mut tensors = vec![Tensor::new("weights", n_input, n)];
        let deviation = init::weight_deviation(n_input, layer.input_rate, gain, variance)?;
        tensors[0].set(&init::weights(deviation, n_input, n, seed, "weights", index))?;
        let bias = bias.then(|| {
            tensors.push(Tensor::new("bias", 1, n));
            tensors.len() - 1
        });
        let recurrent = recurrent.then(|| {
            tensors.push(Tensor::new("recurrent", n, n));
            tensors.len() - 1
        });
        if let Some(slot) = recurrent {
            let deviation = init::weight_deviation(n, layer.recurrent_rate, gain, variance)?;
            tensors[slot].set(&init::weights(deviation, n, n, seed, "recurrent weights", index))?;
        }
        let slots = Slots { bias, recurrent, neuron: tensors.len() };
        for parameter in parameters {
            let mut tensor = Tensor::new(parameter.name, 1, n);
            tensor.learnable = learn.contains(&parameter.name);
            tensor.range = parameter.range;
            // Padding lanes get the value too, so that they run through the same harmless numbers as real neurons.
            tensor.data.fill(R::of(parameter.initial));
            tensors.push(tensor);
        }
        for &name in learn {
            if !tensors[slots.neuron..].iter().any(|tensor| tensor.name == name) {
                return Err(Error::NoSuchParameter { layer: index, name: name.to_owned() });
            }
        }
        let Layer { neuron, surrogate, .. } = layer;
        let layer = Self { n, n_input, neuron, surrogate, slots, detach_recurrent, number: PhantomData };
        Ok((layer, tensors))
    }
}

impl<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>> AnyLayer<R> for DenseLayer<R, N, S> {
    fn n(&self) -> usize {
        self.n
    }

    fn spikes(&self) -> bool {
        N::SPIKES
    }

    fn slots(&self) -> Slots {
        self.slots
    }

    fn through_recurrent(&self) -> bool {
        self.slots.recurrent.is_some() && !self.detach_recurrent
    }

    fn state_len(&self) -> usize {
        N::State::LEN
    }

    fn records_membrane(&self) -> bool {
        N::RECORDS_MEMBRANE
    }

    fn forward(
        &self,
        tensors: &[Tensor<R>],
        prepared: &Prepared<R>,
        input: Rows<'_, R>,
        shard: &mut LayerShard<R>,
        tile: Tile,
    ) {
        forward(self, tensors, prepared, input, shard, tile);
    }

    fn backward(&self, tensors: &[Tensor<R>], tile: BackwardTile<'_, R>, shard: &mut LayerShard<R>) {
        backward(self, tensors, tile, shard);
    }
}
