//! The workloads that the benchmarks time, and that nothing else should redefine.
#![forbid(unsafe_code)]

pub mod adaptation;

use rand::RngExt;
use sc_core::{SpikeEvents, random};
use sc_gradient::{
    Adam, Batch, Bptt, CrossEntropy, Error, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif, Reset,
};

/// One training workload: a network, a batch of random spikes and labels, and the loss that ties them.
#[derive(Debug)]
pub struct Workload {
    /// Its short name.
    pub name: &'static str,
    /// The network.
    pub network: LayeredNetwork<f32>,
    /// 32 sequences.
    pub batch: Batch<f32>,
    /// A label per sequence.
    pub labels: Vec<usize>,
    /// What is minimized.
    pub loss: CrossEntropy,
}

const N_SAMPLES: usize = 32;
/// `beta = 0.9`, as `exp(-dt / tau)` with `dt` = 1 ms.
const TAU: f64 = 9.491_221_581_029_903;

impl Workload {
    /// W1: 784-512-10 feed-forward, subtracting reset, fast sigmoid, cross-entropy on spike counts; 5 % of inputs active.
    ///
    /// # Errors
    /// None for `n_steps > 0`.
    pub fn w1(n_steps: usize) -> Result<Self, Error> {
        let lif = Lif::new(TAU, 1.0)?.reset(Reset::Subtract).detach_reset(true);
        let surrogate = FastSigmoid::new(1.0)?;
        let network = LayeredNetwork::with_inputs(784)
            .layer(Layer::spiking(512, lif, surrogate).input_rate(0.05).threshold_ratio(1.4))
            .layer(Layer::spiking(10, lif, surrogate).input_rate(0.02))
            .build(1)?;
        let (batch, labels) = data(784, 10, 0.05, n_steps)?;
        Ok(Self { name: "W1", network, batch, labels, loss: CrossEntropy::spike_count() })
    }

    /// W2: 700-256-20, recurrent, leaky readout, cross-entropy on the maximum over time; 2 % of inputs active.
    ///
    /// # Errors
    /// None for `n_steps > 0`.
    pub fn w2(n_steps: usize) -> Result<Self, Error> {
        let lif = Lif::new(TAU, 1.0)?.reset(Reset::Subtract).detach_reset(true);
        let hidden = Layer::spiking(256, lif, FastSigmoid::new(1.0)?).recurrent();
        let network = LayeredNetwork::with_inputs(700)
            .layer(hidden.input_rate(0.02).recurrent_rate(0.3).threshold_ratio(0.8))
            .layer(Layer::readout(20, LeakyReadout::new(TAU, 1.0)?).input_rate(0.03))
            .build(1)?;
        let (batch, labels) = data(700, 20, 0.02, n_steps)?;
        Ok(Self { name: "W2", network, batch, labels, loss: CrossEntropy::max_membrane() })
    }

    /// One full step: forward, backward, Adam.
    ///
    /// # Errors
    /// None for a network and batch that belong together.
    pub fn step(&mut self, bptt: &mut Bptt<f32>, adam: &mut Adam<f32>) -> Result<f32, Error> {
        bptt.step(&mut self.network, &self.batch, &self.loss, &self.labels, adam)
    }
}

/// Random spikes, each channel active at each step with probability `rate`, and random labels.
fn data(
    n_input: usize,
    n_classes: usize,
    rate: f64,
    n_steps: usize,
) -> Result<(Batch<f32>, Vec<usize>), Error> {
    let mut samples = Vec::new();
    let mut labels = Vec::new();
    for sample in 0..N_SAMPLES {
        let mut stream = random::stream(1, "benchmark input", sample as u64);
        let mut events = SpikeEvents::new(n_input);
        for _ in 0..n_steps {
            let active: Vec<u32> = (0..n_input as u32).filter(|_| stream.random::<f64>() < rate).collect();
            events.push_step(&active)?;
        }
        samples.push(events);
        labels.push(stream.random_range(0..n_classes));
    }
    Ok((Batch::from_events(&samples)?, labels))
}
