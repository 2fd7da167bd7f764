//! Losses against values computed by hand and against finite differences.
//!
//! A layer without memory passes its input on: the output of the network is what the test puts in, and the input gradient
//! is the derivative that the loss wrote.

use std::f64::consts::LN_2;

use sc_gradient::{
    Batch, Boxcar, Bptt, CrossEntropy, Layer, LayeredNetwork, LeakyReadout, Lif, Loss, MeanSquaredSpikes,
    Reset, VanRossum,
};

fn identity(n: usize) -> Vec<f64> {
    (0..n * n).map(|k| f64::from(u8::from(k % (n + 1) == 0))).collect()
}

/// Membranes equal to the input.
fn membranes(n: usize) -> LayeredNetwork<f64> {
    let readout = Layer::readout(n, LeakyReadout::new(1.0, 1.0).unwrap());
    let mut network = LayeredNetwork::with_inputs(n).layer(readout).build(1).unwrap();
    network.set(0, "weights", &identity(n)).unwrap();
    network.set(0, "beta", &vec![0.0; n]).unwrap();
    network
}

/// Spikes equal to the input, with a slope of one (and, smooth, spikes of size input - 1/2).
fn spikes(n: usize) -> LayeredNetwork<f64> {
    let lif = Lif::new(1.0, 1.0).unwrap().v_threshold(0.5).unwrap().reset(Reset::Zero);
    let layer = Layer::spiking(n, lif, Boxcar::new(0.1).unwrap());
    let mut network = LayeredNetwork::with_inputs(n).layer(layer).build(1).unwrap();
    network.set(0, "weights", &identity(n)).unwrap();
    network.set(0, "beta", &vec![0.0; n]).unwrap();
    network
}

/// The loss at an output `[n_samples][n_steps][n]`, and its derivative.
fn at<L: Loss<f64>>(
    network: &LayeredNetwork<f64>,
    smooth: bool,
    x: &[f64],
    n_samples: usize,
    loss: &L,
    targets: &L::Targets,
) -> (f64, Vec<f64>) {
    let n = network.n_output();
    let batch = Batch::from_dense(x, n_samples, x.len() / n_samples / n, n).unwrap();
    let mut bptt = Bptt::new(1).unwrap().with_input_gradient(true).smooth(smooth);
    let value = bptt.gradient(network, &batch, loss, targets).unwrap();
    (value, bptt.input_gradient())
}

fn close(ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len());
    let apart = |(a, b): (&f64, &f64)| (a - b).abs() > 1e-14;
    assert!(!ours.iter().zip(theirs).any(apart), "{ours:?} instead of {theirs:?}");
}

/// Two samples of three steps and two outputs.
const Y: [f64; 12] = [0.5, -1.0, 2.0, 0.0, 1.0, 1.0, -0.5, 0.25, -0.5, 0.75, -0.25, 0.75];

#[test]
fn cross_entropy_of_the_largest_membrane() {
    let (loss, g) = at(&membranes(2), false, &Y, 2, &CrossEntropy::max_membrane(), &[0, 1]);
    // Largest: (2, 1) in steps (1, 2), and (-0.25, 0.75) in steps (2, 1): the first of two equals.
    close(&[loss], &[(1.0 + (-1.0_f64).exp()).ln()]);
    let p = 1.0 / (1.0 + 1.0_f64.exp()) / 2.0;
    close(&g, &[0.0, 0.0, -p, 0.0, 0.0, p, 0.0, 0.0, 0.0, -p, p, 0.0]);
}

#[test]
fn cross_entropy_of_the_mean_membrane() {
    let (loss, g) = at(&membranes(2), false, &Y, 2, &CrossEntropy::mean_membrane(), &[0, 0]);
    // Means: (7/6, 0) and (-5/12, 7/12).
    let (a, b) = ((-7.0_f64 / 6.0).exp(), 1.0_f64.exp());
    close(&[loss], &[((1.0 + a).ln() + (1.0 + b).ln()) / 2.0]);
    let (p, q) = (a / (1.0 + a) / 6.0, b / (1.0 + b) / 6.0);
    close(&g, &[-p, p, -p, p, -p, p, -q, q, -q, q, -q, q]);
}

#[test]
fn cross_entropy_of_spike_counts() {
    // Counts (3, 1) and (0, 0).
    let z = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let (loss, g) = at(&spikes(2), false, &z, 2, &CrossEntropy::spike_count(), &[1, 1]);
    close(&[loss], &[((1.0 + 2.0_f64.exp()).ln() + LN_2) / 2.0]);
    let p = 1.0 / (1.0 + (-2.0_f64).exp()) / 2.0;
    close(&g, &[p, -p, p, -p, p, -p, 0.25, -0.25, 0.25, -0.25, 0.25, -0.25]);
}

#[test]
fn cross_entropy_survives_large_numbers() {
    let (loss, g) = at(&membranes(2), false, &[3e4, -3e4], 1, &CrossEntropy::max_membrane(), &[1]);
    close(&[loss, g[0], g[1]], &[6e4, 1.0, -1.0]);
}

#[test]
fn the_most_likely_class() {
    let batch = Batch::from_dense(&Y, 2, 3, 2).unwrap();
    let mut bptt = Bptt::new(1).unwrap();
    let output = bptt.forward(&membranes(2), &batch).unwrap().to_owned();
    assert_eq!(CrossEntropy::max_membrane().classify(&output).unwrap(), [0, 1]);
    assert_eq!(CrossEntropy::max_membrane().logits(&output).unwrap(), [2.0, 1.0, -0.25, 0.75]);
    // The lowest of equals.
    let tied = Batch::from_dense(&[0.0, 3.0, 3.0], 1, 1, 3).unwrap();
    let output = bptt.forward(&membranes(3), &tied).unwrap();
    assert_eq!(CrossEntropy::max_membrane().classify(&output).unwrap(), [1]);
}

#[test]
fn mean_squared_spikes() {
    let (z, targets) = ([1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.5, 0.0]);
    let (loss, g) = at(&spikes(1), false, &z, 2, &MeanSquaredSpikes, &targets);
    close(&[loss], &[(1.0 + 0.25 + 1.0) / 4.0]);
    close(&g, &[0.0, -0.5, -0.25, 0.5]);
}

#[test]
fn van_rossum_distance() {
    // kappa = 1/2: differences 1, 0, -1 are filtered to 1, 1/2, -3/4.
    let loss = VanRossum::new(2.0 / LN_2, 2.0).unwrap();
    let (value, g) = at(&spikes(1), false, &[1.0, 0.0, 0.0], 1, &loss, &[0.0, 0.0, 1.0]);
    close(&[value], &[LN_2 * (1.0 + 0.25 + 0.5625)]);
    let q = [-0.75, -0.75 / 2.0 + 0.5, (-0.75 / 2.0 + 0.5) / 2.0 + 1.0];
    close(&g, &[q[2], q[1], q[0]].map(|q| 2.0 * LN_2 * q));
}

/// Every derivative against central differences of its loss.
#[test]
fn derivatives_are_differences() {
    let x: Vec<f64> = (0..24).map(|k| 0.3 + (f64::from(k) * 2.7).sin()).collect();
    let targets: Vec<f64> = (0..24).map(|k| f64::from(u8::from(k % 5 == 0))).collect();
    differences(&membranes(3), &x, &CrossEntropy::max_membrane(), &[0, 2]);
    differences(&membranes(3), &x, &CrossEntropy::mean_membrane(), &[1, 1]);
    differences(&spikes(3), &x, &CrossEntropy::spike_count(), &[2, 0]);
    differences(&spikes(3), &x, &MeanSquaredSpikes, &targets);
    differences(&spikes(3), &x, &VanRossum::new(3.0, 1.0).unwrap(), &targets);
}

fn differences<L: Loss<f64>>(network: &LayeredNetwork<f64>, x: &[f64], loss: &L, targets: &L::Targets) {
    let (_, g) = at(network, true, x, 2, loss, targets);
    assert!(g.iter().any(|g| g.abs() > 1e-3));
    for (k, g) in g.iter().enumerate() {
        let moved = |by: f64| {
            let mut x = x.to_vec();
            x[k] += by;
            at(network, true, &x, 2, loss, targets).0
        };
        let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!((difference - g).abs() < 1e-9, "{difference} and {g}");
    }
}
