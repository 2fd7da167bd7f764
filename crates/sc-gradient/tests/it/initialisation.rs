//! A fresh layer is neither dead nor saturated, whatever its size and time constants, and comes from its seed alone.

use rand::RngExt;
use sc_core::random;
use sc_gradient::{
    Activity, Adaptive, Batch, Bptt, FastSigmoid, Filtered, Layer, LayeredNetwork, LeakyReadout, Lif,
};

use crate::nets::parameters;

/// Random spikes at a rate.
fn spikes(n_samples: usize, n_steps: usize, n_input: usize, rate: f64) -> Batch<f32> {
    let mut stream = random::stream(1, "spikes", 0);
    let x: Vec<f32> = (0..n_samples * n_steps * n_input)
        .map(|_| if stream.random::<f64>() < rate { 1.0 } else { 0.0 })
        .collect();
    Batch::from_dense(&x, n_samples, n_steps, n_input).unwrap()
}

#[test]
fn fresh_layers_are_alive() {
    let n = 100;
    for n_input in [10, 30, 100, 1000] {
        for tau in [2.0, 5.0, 20.0, 50.0] {
            for rate in [0.02, 0.1] {
                let batch = spikes(2, 300, n_input, rate);
                for (recurrent, filtered) in [(false, false), (true, false), (false, true)] {
                    let surrogate = FastSigmoid::new(5.0).unwrap();
                    let lif = Lif::new(tau, 1.0).unwrap();
                    let builder = LayeredNetwork::<f32>::with_inputs(n_input);
                    let builder = if filtered {
                        let neuron = Filtered::new(lif, 5.0, 1.0).unwrap();
                        builder.layer(Layer::spiking(n, neuron, surrogate).input_rate(rate))
                    } else {
                        let layer = Layer::spiking(n, lif, surrogate).input_rate(rate);
                        builder.layer(if recurrent { layer.recurrent() } else { layer })
                    };
                    let network = builder.build(1).unwrap();
                    let (mut bptt, mut activity) = (Bptt::new(1).unwrap(), Activity::new(0.5));
                    bptt.forward(&network, &batch).unwrap();
                    bptt.observe(&mut activity);
                    let report = &activity.report()[0];
                    let case = format!(
                        "{n_input} inputs at {rate}, tau {tau}, recurrent {recurrent}, filtered {filtered}: {report}"
                    );
                    // With a long memory and few inputs, some stay silent for 600 steps.
                    assert!((0.003..0.25).contains(&report.rate), "{case}");
                    assert!(report.dead <= n / 5, "{case}");
                    assert_eq!(report.saturated, 0, "{case}");
                }
            }
        }
    }
}

/// The standard deviation that is promised, measured on weights.
#[test]
fn weights_have_the_promised_deviation() {
    let (n_input, n, tau, rate, ratio) = (200, 300, 10.0_f64, 0.05, 2.0);
    let lif = Lif::new(tau, 1.0).unwrap().v_threshold(3.0).unwrap();
    let layer = Layer::spiking(n, lif, FastSigmoid::new(5.0).unwrap()).recurrent();
    let layer = layer.input_rate(rate).recurrent_rate(0.2).threshold_ratio(ratio);
    let network = LayeredNetwork::<f64>::with_inputs(n_input).layer(layer).build(1).unwrap();
    let variance = |name| {
        let w = network.get(0, name).unwrap();
        let mean = w.iter().sum::<f64>() / w.len() as f64;
        assert!(mean.abs() < 0.01);
        w.iter().map(|w| w * w).sum::<f64>() / w.len() as f64
    };
    // Half of the membrane's variance (v_threshold / ratio)^2 from each side.
    let half = (3.0 / ratio).powi(2) / 2.0 * (1.0 - (-2.0 / tau).exp());
    assert!((variance("weights") * n_input as f64 * rate / half - 1.0).abs() < 0.03);
    assert!((variance("recurrent") * n as f64 * 0.2 / half - 1.0).abs() < 0.03);
    assert!(network.get(0, "bias").unwrap().iter().all(|b| *b == 0.0));
}

#[test]
fn numbers_come_from_the_seed() {
    let build = |seed| {
        let adaptive = Adaptive::new(Lif::new(10.0, 1.0).unwrap(), 50.0, 1.0, 0.1).unwrap();
        let layer = || Layer::spiking(20, adaptive, FastSigmoid::new(5.0).unwrap()).recurrent();
        let readout = Layer::readout(20, LeakyReadout::new(10.0, 1.0).unwrap());
        let builder = LayeredNetwork::<f32>::with_inputs(20).layer(layer()).layer(layer()).layer(readout);
        builder.build(seed).unwrap()
    };
    let (one, same, other) = (build(1), build(1), build(2));
    assert_eq!(parameters(&one), parameters(&same));
    for (layer, name) in [(0, "weights"), (0, "recurrent"), (1, "weights"), (1, "recurrent"), (2, "weights")]
    {
        assert_ne!(one.get(layer, name).unwrap(), other.get(layer, name).unwrap());
    }
    // Arrays of one network differ too.
    let weights = one.get(0, "weights").unwrap();
    assert_ne!(weights, one.get(1, "weights").unwrap());
    // ... and are not the same random numbers on another scale.
    let recurrent = one.get(0, "recurrent").unwrap();
    let same_sign = weights.iter().zip(&recurrent).filter(|(a, b)| (**a > 0.0) == (**b > 0.0)).count();
    assert!((150..250).contains(&same_sign), "{same_sign} of 400");
}
