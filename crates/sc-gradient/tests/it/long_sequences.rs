//! Long sequences: finite numbers, and memory that hardly grows.

use sc_gradient::{
    Bptt, CrossEntropy, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif, MeanSquaredSpikes,
};

use crate::nets::{Model, Spec, batch, network, random_input};

#[test]
fn four_hundred_steps_are_finite() {
    let batch = batch::<f32>(&random_input(2, 400, 10, false, 1), 2, 400, 10);
    for model in [0, 1, 2, 4, 8, 15].map(Model::numbered) {
        let specs = [Spec::new(40, model).recurrent(), Spec::new(20, model).recurrent()];
        let network = network::<f32>(10, &specs, 3);
        let mut bptt = Bptt::new(1).unwrap();
        let loss = bptt.gradient(&network, &batch, &MeanSquaredSpikes, &vec![0.0; 2 * 400 * 20]).unwrap();
        assert!(loss.is_finite() && bptt.gradients().norm().is_finite(), "{model:?}: {loss}");
        assert!(bptt.gradients().norm() > 0.0, "{model:?}");
    }
}

/// Bytes of the tape per step: 700 inputs, 256 recurrent neurons, 20 readouts, 32 samples.
fn bytes_per_step(recompute: bool) -> usize {
    let network = LayeredNetwork::<f32>::with_inputs(700)
        .layer(Layer::spiking(256, Lif::new(20.0, 1.0).unwrap(), FastSigmoid::new(25.0).unwrap()).recurrent())
        .layer(Layer::readout(20, LeakyReadout::new(20.0, 1.0).unwrap()))
        .build(1)
        .unwrap();
    let labels: Vec<usize> = (0..32).map(|k| k % 20).collect();
    let bytes = |n_steps| {
        let mut x = vec![0.0; 32 * n_steps * 700];
        x.iter_mut().step_by(97).for_each(|x| *x = 1.0);
        let mut bptt = Bptt::new(1).unwrap().recompute(recompute);
        let batch = batch::<f32>(&x, 32, n_steps, 700);
        bptt.gradient(&network, &batch, &CrossEntropy::max_membrane(), &labels).unwrap();
        bptt.tape_bytes()
    };
    (bytes(400) - bytes(200)).div_ceil(200)
}

#[test]
fn the_tape_is_a_number_and_a_bit_per_neuron_and_step() {
    let bytes = bytes_per_step(false);
    assert!(bytes <= 40_000, "{bytes}");
    // At least the membranes must be there: 256 hidden and 20 output, for 32 samples.
    assert!(bytes >= 32 * 276 * 4, "{bytes}");
}

#[test]
fn a_recomputed_tape_is_hardly_more_than_the_bits() {
    let bytes = bytes_per_step(true);
    assert!(bytes <= 10_000, "{bytes}");
    assert!(bytes >= 32 * 256 / 8, "{bytes}");
}
