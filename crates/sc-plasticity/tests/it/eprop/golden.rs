//! Losses of the first five iterations of pattern generation and evidence accumulation, from NEST 3.10. Set
//! `SC_EPROP_DIR` to read another recording.

use std::path::PathBuf;

use sc_core::{Dense, Real};
use sc_plasticity::eprop::{
    Eprop, EpropNeuron, EpropParameters, Feedback, Gain, softmax_cross_entropy, squared_error,
};
use serde_json::Value;

fn bytes(name: &str) -> Vec<u8> {
    let directory = std::env::var_os("SC_EPROP_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/eprop"), PathBuf::from);
    let path = directory.join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn numbers<R: Real>(name: &str) -> Vec<R> {
    let bytes = bytes(name);
    match name.rsplit_once('_').unwrap().1 {
        "u8.bin" => bytes.iter().map(|&x| R::of(f64::from(x))).collect(),
        "f32.bin" => bytes.chunks(4).map(|x| R::of(<f32 as Real>::from_le_bytes(x).f64())).collect(),
        "f64.bin" => bytes.chunks(8).map(|x| R::of(<f64 as Real>::from_le_bytes(x))).collect(),
        other => panic!("numbers of type {other}"),
    }
}

/// A matrix `[rows][columns]`.
fn matrix<R: Real>(name: &str, rows: usize, columns: usize) -> Dense<R> {
    Dense::new(rows, columns, numbers(&format!("{name}_{rows}x{columns}_f32.bin"))).unwrap()
}

/// A matrix that the file has as `[post][pre]`.
fn weights<R: Real>(name: &str, n_pre: usize, n_post: usize) -> Dense<R> {
    Dense::try_from(matrix::<R>(name, n_post, n_pre).view().t()).unwrap()
}

fn losses(task: &str) -> Vec<f64> {
    let file: Value = serde_json::from_slice(&bytes("losses.json")).unwrap();
    file[task]["loss_nest"].as_array().unwrap().iter().map(|loss| loss.as_f64().unwrap()).collect()
}

fn assert_close(ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len());
    for (iteration, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let error = (ours / theirs - 1.0).abs();
        assert!(error <= tolerance, "iteration {iteration}: {ours:.12} {theirs:.12}, off by {error:.1e}");
    }
}

/// Adam as it is in `TensorFlow` 1: the bias correction is in the learning rate, and `epsilon` outside of it.
struct Adam {
    learning_rate: f64,
    step: i32,
    moments: Vec<Vec<[f64; 2]>>,
}

impl Adam {
    fn new(learning_rate: f64) -> Self {
        Self { learning_rate, step: 0, moments: vec![Vec::new(); 4] }
    }

    /// With `scale` times this gradient.
    fn update<R: Real>(&mut self, slot: usize, weights: &mut [R], gradient: &[R], scale: f64) {
        let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8);
        let correction = (1.0_f64 - f64::powi(beta2, self.step)).sqrt() / (1.0 - f64::powi(beta1, self.step));
        let moments = &mut self.moments[slot];
        moments.resize(weights.len(), [0.0; 2]);
        for ((w, g), [m, v]) in weights.iter_mut().zip(gradient).zip(moments) {
            let g = scale * g.f64();
            *m = beta1 * *m + (1.0 - beta1) * g;
            *v = beta2 * *v + (1.0 - beta2) * g * g;
            *w = R::of(w.f64() - self.learning_rate * correction * *m / (v.sqrt() + epsilon));
        }
    }
}

fn pattern<R: Real>(window: usize) -> Vec<f64> {
    let neuron = EpropNeuron { tau_m: 30.0, v_threshold: 0.03, ..Default::default() };
    let parameters = EpropParameters {
        neurons: vec![neuron; 100],
        input_gain: Gain::Leak,
        tau_readout: 30.0,
        rate_strength: 300.0,
        window,
        ..Default::default()
    };
    let mut eprop = Eprop::<R>::new(
        parameters,
        weights("pat_w_in", 100, 100),
        weights("pat_w_rec", 100, 100),
        weights("pat_w_out", 100, 1),
        Feedback::Fixed(matrix("pat_b", 100, 1)),
    )
    .unwrap();
    let (x, target) = (numbers::<R>("pat_x_1000x100_u8.bin"), numbers::<R>("pat_target_1000_f64.bin"));
    let iteration = |_| {
        let mut loss = 0.0;
        for (x, target) in x.chunks(100).zip(target.chunks(1)) {
            let mut error = [R::ZERO];
            loss += squared_error(eprop.step(x), target, &mut error).f64();
            eprop.learn(&error);
        }
        eprop.finish();
        eprop.update(|slot, weights, gradient| {
            if slot < 3 {
                weights.iter_mut().zip(gradient).for_each(|(w, &g)| *w -= R::of(1e-4) * g);
            }
        });
        loss
    };
    (0..5).map(iteration).collect()
}

fn evidence<R: Real>(window: usize) -> Vec<f64> {
    let (n_steps, n_taught) = (2250, 150);
    let lif = EpropNeuron { v_threshold: 0.6, refractory_steps: 5, ..Default::default() };
    let beta = 1.7 * (1.0 - (-1.0_f64 / 2000.0).exp()) / (1.0 - (-1.0_f64 / 20.0).exp());
    let alif = EpropNeuron { adaptation: beta, ..lif.clone() };
    let parameters = EpropParameters {
        neurons: [vec![lif; 50], vec![alif; 50]].concat(),
        rate_strength: 300.0,
        window,
        ..Default::default()
    };
    let mut eprop = Eprop::<R>::new(
        parameters,
        weights("ev_w_in", 40, 100),
        weights("ev_w_rec", 100, 100),
        weights("ev_w_out", 100, 2),
        Feedback::Fixed(matrix("ev_b", 100, 2)),
    )
    .unwrap();
    let (x, labels) = (numbers::<R>("ev_x_5x2250x40_u8.bin"), bytes("ev_label_5_u8.bin"));
    let mut adam = Adam::new(5e-3);
    let iteration = |(x, &label): (&[R], &u8)| {
        let mut loss = 0.0;
        for (t, x) in x.chunks(40).enumerate() {
            let mut error = [R::ZERO; 2];
            let output = eprop.step(x);
            if t >= n_steps - n_taught {
                loss += softmax_cross_entropy(output, usize::from(label), &mut error).f64() / n_taught as f64;
                eprop.learn(&error);
            }
        }
        eprop.finish();
        adam.step += 1;
        eprop.update(|slot, weights, gradient| {
            if slot < 3 {
                // The gradient is averaged over the steps in which there is an error.
                adam.update(slot, weights, gradient, 1.0 / n_taught as f64);
            }
        });
        loss
    };
    x.chunks(n_steps * 40).zip(&labels).map(iteration).collect()
}

#[test]
fn losses_of_pattern_generation_are_those_of_nest_to_1e_9() {
    for window in [64, 1, 7] {
        assert_close(&pattern::<f64>(window), &losses("pattern"), 1e-9);
    }
}

#[test]
fn losses_of_evidence_accumulation_are_those_of_nest_to_1e_9() {
    for window in [64, 7] {
        assert_close(&evidence::<f64>(window), &losses("evidence"), 1e-9);
    }
}
