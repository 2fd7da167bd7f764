//! A network as a stack of layers.

use std::sync::Arc;

use sc_core::Real;

use crate::layer::{AnyLayer, DenseLayer, Layer};
use crate::tensor::{Tensor, by_rows};
use crate::{DifferentiableNeuron, Error, Surrogate};

/// A stack of layers; each receives the spikes of the one below in the same step, and its own one step later where it is
/// recurrent.
///
/// ```
/// use sc_gradient::{FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif};
///
/// // 64 inputs, 128 recurrent LIF neurons, 10 leaky readouts; dt = 1 ms.
/// let network = LayeredNetwork::<f32>::with_inputs(64)
///     .layer(Layer::spiking(128, Lif::new(20.0, 1.0)?, FastSigmoid::new(25.0)?).recurrent())
///     .layer(Layer::readout(10, LeakyReadout::new(20.0, 1.0)?))
///     .build(42)?;
/// assert_eq!(network.get(0, "weights")?.len(), 64 * 128);
/// assert_eq!(network.n_parameters(), 64 * 128 + 128 + 128 * 128 + 128 * 10 + 10);
/// # Ok::<(), sc_gradient::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LayeredNetwork<R: Real = f32> {
    pub(crate) n_input: usize,
    pub(crate) layers: Vec<Arc<dyn AnyLayer<R>>>,
    /// The numbers of each layer, beside the models that use them.
    pub(crate) tensors: Vec<Vec<Tensor<R>>>,
}

/// A network under construction.
pub struct NetworkBuilder<R: Real> {
    n_input: usize,
    layers: Vec<BuildLayer<R>>,
}

/// Makes a layer from its number of inputs, its place and the seed.
type BuildLayer<R> =
    Box<dyn FnOnce(usize, usize, u64) -> Result<(Arc<dyn AnyLayer<R>>, Vec<Tensor<R>>), Error>>;

impl<R: Real> std::fmt::Debug for NetworkBuilder<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkBuilder")
            .field("n_input", &self.n_input)
            .field("n_layers", &self.layers.len())
            .finish()
    }
}

impl<R: Real> NetworkBuilder<R> {
    /// Puts a layer on top.
    #[must_use]
    pub fn layer<N, S>(mut self, layer: Layer<N, S>) -> Self
    where
        N: DifferentiableNeuron<R>,
        S: Surrogate<R>,
    {
        self.layers.push(Box::new(move |n_input, index, seed| {
            let (layer, tensors) = DenseLayer::build(layer, n_input, index, seed)?;
            Ok((Arc::new(layer), tensors))
        }));
        self
    }

    /// Draws the first weights from `seed`.
    ///
    /// # Errors
    /// [`Error::Parameter`] if a layer or the input is empty, or a rate is out of range; [`Error::NoSuchParameter`] if a
    /// layer is to learn a parameter that its model does not have.
    pub fn build(self, seed: u64) -> Result<LayeredNetwork<R>, Error> {
        Error::require(self.n_input > 0, "inputs of a network", 0.0, "at least 1")?;
        Error::require(!self.layers.is_empty(), "layers of a network", 0.0, "at least 1")?;
        let mut network = LayeredNetwork { n_input: self.n_input, layers: Vec::new(), tensors: Vec::new() };
        let mut n_input = self.n_input;
        for (index, build) in self.layers.into_iter().enumerate() {
            let (layer, tensors) = build(n_input, index, seed)?;
            n_input = layer.n();
            network.layers.push(layer);
            network.tensors.push(tensors);
        }
        Ok(network)
    }
}

impl<R: Real> LayeredNetwork<R> {
    /// Starts a network of `n_input` input channels.
    #[must_use]
    pub fn with_inputs(n_input: usize) -> NetworkBuilder<R> {
        NetworkBuilder { n_input, layers: Vec::new() }
    }

    /// Input channels.
    #[must_use]
    pub fn n_input(&self) -> usize {
        self.n_input
    }

    /// Neurons of each layer, from the bottom.
    pub fn sizes(&self) -> impl Iterator<Item = usize> + '_ {
        self.layers.iter().map(|layer| layer.n())
    }

    /// Neurons of the top layer.
    #[must_use]
    pub fn n_output(&self) -> usize {
        self.top().n()
    }

    pub(crate) fn top(&self) -> &dyn AnyLayer<R> {
        &**self.layers.last().expect("a built network has a layer")
    }

    /// Learnable numbers.
    #[must_use]
    pub fn n_parameters(&self) -> usize {
        self.tensors.iter().flatten().filter(|t| t.learnable).map(|t| t.n_rows * t.n).sum()
    }

    /// Names of a layer's parameters: `"weights"`, `"bias"`, `"recurrent"` and those of its neuron model.
    ///
    /// # Errors
    /// [`Error::NoSuchLayer`].
    pub fn parameter_names(&self, layer: usize) -> Result<Vec<&'static str>, Error> {
        Ok(self.layer_tensors(layer)?.iter().map(|tensor| tensor.name).collect())
    }

    /// A parameter, row by row: `"weights"` is `[n_pre][n_post]`, `"recurrent"` likewise, all others are `[n]`.
    ///
    /// # Errors
    /// [`Error::NoSuchLayer`], [`Error::NoSuchParameter`].
    pub fn get(&self, layer: usize, name: &str) -> Result<Vec<R>, Error> {
        let slot = self.slot(layer, name)?;
        let tensor = &self.tensors[layer][slot];
        Ok(by_rows(&tensor.data, tensor.n_rows, tensor.n))
    }

    /// Sets a parameter; shapes as in [`get`](Self::get).
    ///
    /// # Errors
    /// [`Error::NoSuchLayer`], [`Error::NoSuchParameter`]; [`Error::Shape`] for a wrong length, [`Error::NotFinite`],
    /// [`Error::Parameter`] for a number out of the parameter's range. The network is then unchanged.
    pub fn set(&mut self, layer: usize, name: &str, numbers: &[R]) -> Result<(), Error> {
        let slot = self.slot(layer, name)?;
        self.tensors[layer][slot].set(numbers)
    }

    fn layer_tensors(&self, layer: usize) -> Result<&[Tensor<R>], Error> {
        let n_layers = self.layers.len();
        self.tensors.get(layer).map(Vec::as_slice).ok_or(Error::NoSuchLayer { layer, n_layers })
    }

    pub(crate) fn slot(&self, layer: usize, name: &str) -> Result<usize, Error> {
        let position = self.layer_tensors(layer)?.iter().position(|tensor| tensor.name == name);
        position.ok_or_else(|| Error::NoSuchParameter { layer, name: name.to_owned() })
    }
}

/// The gradient of a loss, shaped like the parameters of a network.
#[derive(Debug, Clone)]
pub struct Gradient<R: Real> {
    pub(crate) tensors: Vec<Vec<crate::panel::Aligned<R>>>,
}

impl<R: Real> Default for Gradient<R> {
    fn default() -> Self {
        Self { tensors: Vec::new() }
    }
}

impl<R: Real> Gradient<R> {
    pub(crate) fn zeros(network: &LayeredNetwork<R>) -> Self {
        let zeros = |tensor: &Tensor<R>| crate::panel::Aligned::zeros(tensor.data.len());
        Self { tensors: network.tensors.iter().map(|layer| layer.iter().map(zeros).collect()).collect() }
    }

    /// Whether it has the shape of this network.
    pub(crate) fn fits(&self, network: &LayeredNetwork<R>) -> bool {
        self.tensors.len() == network.tensors.len()
            && self.tensors.iter().zip(&network.tensors).all(|(gradient, tensors)| {
                gradient.len() == tensors.len()
                    && gradient.iter().zip(tensors).all(|(g, t)| g.len() == t.data.len())
            })
    }

    /// The gradient of a parameter, in the shape of [`LayeredNetwork::get`]. Neuron parameters that were not declared
    /// learnable have a gradient of zero.
    ///
    /// # Errors
    /// [`Error::NoSuchLayer`], [`Error::NoSuchParameter`]; [`Error::Shape`] if this is not the gradient of such a network, or
    /// none has been computed yet.
    pub fn get(&self, network: &LayeredNetwork<R>, layer: usize, name: &str) -> Result<Vec<R>, Error> {
        let slot = network.slot(layer, name)?;
        let tensor = &network.tensors[layer][slot];
        match self.tensors.get(layer).and_then(|layer| layer.get(slot)) {
            Some(numbers) if numbers.len() == tensor.data.len() => {
                Ok(by_rows(numbers, tensor.n_rows, tensor.n))
            }
            other => {
                let (expected, got) = (tensor.data.len(), other.map_or(0, |numbers| numbers.len()));
                Err(Error::Shape { what: "numbers of the gradient", expected, got })
            }
        }
    }

    /// The Euclidean norm over all parameters.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.tensors
            .iter()
            .flatten()
            .flat_map(|tensor| tensor.iter())
            .map(|g| g.f64() * g.f64())
            .sum::<f64>()
            .sqrt()
    }

    /// Scales the gradient down to `largest` if its norm exceeds it (Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063);
    /// returns the norm before.
    pub fn clip_norm(&mut self, largest: f64) -> f64 {
        let norm = self.norm();
        if norm > largest {
            let scale = R::of(largest / norm);
            for g in self.tensors.iter_mut().flatten().flat_map(|tensor| tensor.iter_mut()) {
                *g *= scale;
            }
        }
        norm
    }
}
