//! Networks of every kind from a description that the oracle can read too.

use rand::RngExt;
use sc_core::{Real, random};
use sc_gradient::{
    Adaptive, ArcTan, Batch, Boxcar, DelayedLif, DifferentiableNeuron, FastSigmoid, FastSigmoidCut, Filtered,
    Layer, LayeredNetwork, LeakyReadout, Lif, NetworkBuilder, NoSurrogate, Reset, Sigmoid, Surrogate,
    Triangle,
};

use crate::any_surrogate::AnySurrogate;

/// Shape of a surrogate; with its slope it is the surrogate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    FastSigmoid,
    ArcTan,
    Sigmoid,
    Triangle,
    Boxcar,
    FastSigmoidCut,
}

impl Shape {
    pub(crate) const ALL: [Self; 6] =
        [Self::FastSigmoid, Self::ArcTan, Self::Sigmoid, Self::Triangle, Self::Boxcar, Self::FastSigmoidCut];

    fn with_slope(self, k: f64) -> AnySurrogate {
        match self {
            Self::FastSigmoid => AnySurrogate::FastSigmoid(FastSigmoid::new(k).unwrap()),
            Self::ArcTan => AnySurrogate::ArcTan(ArcTan::new(k).unwrap()),
            Self::Sigmoid => AnySurrogate::Sigmoid(Sigmoid::new(k).unwrap()),
            Self::Triangle => AnySurrogate::Triangle(Triangle::new(k).unwrap()),
            Self::Boxcar => AnySurrogate::Boxcar(Boxcar::new(k).unwrap()),
            Self::FastSigmoidCut => AnySurrogate::FastSigmoidCut(FastSigmoidCut::new(k).unwrap()),
        }
    }
}

/// A neuron model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Model {
    pub(crate) spikes: bool,
    pub(crate) delayed: bool,
    pub(crate) zero: bool,
    pub(crate) detach_reset: bool,
    pub(crate) filtered: bool,
    pub(crate) adaptive: bool,
    pub(crate) shape: Shape,
    pub(crate) slope: f64,
}

impl Model {
    /// LIF, reset by subtraction, fast sigmoid.
    pub(crate) const LIF: Self = Self {
        spikes: true,
        delayed: false,
        zero: false,
        detach_reset: false,
        filtered: false,
        adaptive: false,
        shape: Shape::FastSigmoid,
        slope: 5.0,
    };
    pub(crate) const READOUT: Self = Self { spikes: false, ..Self::LIF };

    /// One of the 32 spiking models, by the bits of a number.
    pub(crate) fn numbered(k: usize) -> Self {
        let bit = |b: usize| k >> b & 1 == 1;
        let shape = Shape::ALL[k % 6];
        Self {
            delayed: bit(0),
            zero: bit(1),
            adaptive: bit(2),
            filtered: bit(3),
            detach_reset: bit(4),
            shape,
            slope: if matches!(shape, Shape::Boxcar | Shape::Triangle) { 1.5 } else { 4.0 },
            ..Self::LIF
        }
    }
}

/// A layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    pub(crate) n: usize,
    pub(crate) model: Model,
    pub(crate) recurrent: bool,
    pub(crate) detach_recurrent: bool,
    pub(crate) bias: bool,
    /// Do the neurons' own parameters learn?
    pub(crate) learn: bool,
}

impl Spec {
    pub(crate) fn new(n: usize, model: Model) -> Self {
        Self { n, model, recurrent: false, detach_recurrent: false, bias: true, learn: true }
    }

    pub(crate) fn recurrent(self) -> Self {
        Self { recurrent: true, ..self }
    }
}

/// A network of these layers whose neurons all differ.
pub(crate) fn network<R: Real>(n_input: usize, specs: &[Spec], seed: u64) -> LayeredNetwork<R> {
    let builder = LayeredNetwork::with_inputs(n_input);
    let mut network = specs.iter().fold(builder, put).build(seed).unwrap();
    for (layer, spec) in specs.iter().enumerate() {
        let mut stream = random::stream(seed, "heterogeneous neurons", layer as u64);
        for name in network.parameter_names(layer).unwrap() {
            let (low, high) = match name {
                "bias" => (-0.1, 0.1),
                "beta" => (0.5, 0.97),
                "v_threshold" => (0.6, 1.3),
                "alpha" => (0.2, 0.8),
                "rho" => (0.6, 0.97),
                "kappa" => (0.02, 0.3),
                _ => continue,
            };
            let numbers: Vec<R> =
                (0..spec.n).map(|_| R::of(low + (high - low) * stream.random::<f64>())).collect();
            network.set(layer, name, &numbers).unwrap();
        }
    }
    network
}

fn put<R: Real>(builder: NetworkBuilder<R>, spec: &Spec) -> NetworkBuilder<R> {
    let model = spec.model;
    if !model.spikes {
        let readout = LeakyReadout::new(10.0, 1.0).unwrap();
        return if model.filtered {
            add(builder, spec, Filtered::new(readout, 5.0, 1.0).unwrap(), NoSurrogate)
        } else {
            add(builder, spec, readout, NoSurrogate)
        };
    }
    let reset = if model.zero { Reset::Zero } else { Reset::Subtract };
    let lif = Lif::new(10.0, 1.0).unwrap().reset(reset).detach_reset(model.detach_reset);
    if model.delayed { wrap(builder, spec, DelayedLif::from(lif)) } else { wrap(builder, spec, lif) }
}

fn wrap<R: Real, N: DifferentiableNeuron<R>>(
    builder: NetworkBuilder<R>,
    spec: &Spec,
    neuron: N,
) -> NetworkBuilder<R> {
    let surrogate = spec.model.shape.with_slope(spec.model.slope);
    let filtered = |neuron| Filtered::new(neuron, 5.0, 1.0).unwrap();
    match (spec.model.filtered, spec.model.adaptive) {
        (false, false) => add(builder, spec, neuron, surrogate),
        (true, false) => add(builder, spec, filtered(neuron), surrogate),
        (false, true) => add(builder, spec, Adaptive::new(neuron, 100.0, 1.0, 0.1).unwrap(), surrogate),
        (true, true) => {
            add(builder, spec, Adaptive::new(filtered(neuron), 100.0, 1.0, 0.1).unwrap(), surrogate)
        }
    }
}

fn add<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>>(
    builder: NetworkBuilder<R>,
    spec: &Spec,
    neuron: N,
    surrogate: S,
) -> NetworkBuilder<R> {
    let names: Vec<&str> = neuron.parameters().iter().map(|p| p.name).collect();
    let mut layer =
        Layer::spiking(spec.n, neuron, surrogate).bias(spec.bias).detach_recurrent(spec.detach_recurrent);
    if spec.learn {
        layer = names.into_iter().fold(layer, Layer::learn);
    }
    builder.layer(if spec.recurrent { layer.recurrent() } else { layer })
}

/// Random input `[n_samples][n_steps][n_input]`: spikes, or numbers around one where there would be a spike.
pub(crate) fn random_input(
    n_samples: usize,
    n_steps: usize,
    n_input: usize,
    graded: bool,
    seed: u64,
) -> Vec<f64> {
    let mut stream = random::stream(seed, "input", 0);
    let mut number = || {
        let (spike, size) = (stream.random::<f64>() < 0.2, stream.random::<f64>());
        // In f32 as well as in f64.
        f64::from(if !spike {
            0.0
        } else if graded {
            (0.5 + size) as f32
        } else {
            1.0
        })
    };
    (0..n_samples * n_steps * n_input).map(|_| number()).collect()
}

pub(crate) fn batch<R: Real>(x: &[f64], n_samples: usize, n_steps: usize, n_input: usize) -> Batch<R> {
    let x: Vec<R> = x.iter().map(|&x| R::of(x)).collect();
    Batch::from_dense(&x, n_samples, n_steps, n_input).unwrap()
}

/// Every parameter of a network.
pub(crate) fn parameters<R: Real>(network: &LayeredNetwork<R>) -> Vec<Vec<R>> {
    let layers = 0..network.sizes().count();
    layers
        .flat_map(|layer| {
            let names = network.parameter_names(layer).unwrap();
            names.into_iter().map(move |name| network.get(layer, name).unwrap())
        })
        .collect()
}
