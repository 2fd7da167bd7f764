//! Optimizers against their textbook equations, and what they may not do to a network.

use sc_core::Real;
use sc_gradient::{
    Adam, Adaptive, Bptt, CrossEntropy, FastSigmoid, Filtered, Layer, LayeredNetwork, LeakyReadout, Lif,
    Optimizer, Sgd,
};

use crate::nets::{Model, Spec, batch, network, parameters, random_input};

const STEPS: u32 = 50;

/// A gradient that changes sign and size from step to step.
fn gradient(step: u32, k: usize) -> f64 {
    let phase = f64::from(step) * 0.7 + k as f64 * 1.3;
    phase.sin() * 10.0_f64.powi(k as i32 % 5 - 2)
}

/// Follows a rule for fifty steps on weights (which decay) and on biases (which do not), with a rate that is scheduled.
fn follow(optimizer: &mut impl Optimizer<f64>, mut rule: impl FnMut(u32, f64, usize, bool, f64, f64) -> f64) {
    let start: Vec<f64> = (0..9).map(|k| f64::from(k) * 0.37 - 1.0).collect();
    let (mut ours, mut theirs) = ([start.clone(), start.clone()], [start.clone(), start]);
    for step in 1..=STEPS {
        let rate = 0.03 / f64::from(step).sqrt();
        optimizer.set_learning_rate(rate);
        assert!((optimizer.learning_rate() - rate).abs() < 1e-15);
        optimizer.begin_step();
        for slot in 0..2 {
            let g: Vec<f64> = (0..9).map(|k| gradient(step, k + slot)).collect();
            optimizer.update(slot, &mut ours[slot], &g, slot == 0);
            for (k, w) in theirs[slot].iter_mut().enumerate() {
                *w = rule(step, rate, 9 * slot + k, slot == 0, *w, g[k]);
                let error = (ours[slot][k] - *w).abs();
                assert!(error <= 1e-12, "step {step}, number {k}: {} instead of {w}", ours[slot][k]);
            }
        }
    }
}

#[test]
fn adam_and_adamw() {
    for (beta1, beta2, decay) in [(0.9, 0.999, 0.0), (0.9, 0.999, 0.3), (0.5, 0.9, 0.3), (0.0, 0.0, 0.1)] {
        let adam = Adam::new(1.0).unwrap().betas(beta1, beta2).unwrap().weight_decay(decay).unwrap();
        let (mut m, mut v) = ([0.0; 18], [0.0; 18]);
        follow(&mut { adam }, |t, rate, k, decays, w, g| {
            m[k] = beta1 * m[k] + (1.0 - beta1) * g;
            v[k] = beta2 * v[k] + (1.0 - beta2) * g * g;
            let m_hat: f64 = m[k] / (1.0 - beta1.powi(t as i32));
            let v_hat: f64 = v[k] / (1.0 - beta2.powi(t as i32));
            let decayed = if decays { w - rate * decay * w } else { w };
            decayed - rate * m_hat / (v_hat.sqrt() + 1e-8)
        });
    }
}

#[test]
fn gradient_descent_with_momentum() {
    for momentum in [0.0, 0.9] {
        let mut velocity = [0.0; 18];
        follow(&mut Sgd::new(1.0, momentum).unwrap(), |_, rate, k, _, w, g| {
            velocity[k] = momentum * velocity[k] + g;
            w - rate * velocity[k]
        });
    }
}

#[test]
fn what_has_no_gradient_stays_zero() {
    fn check<R: Real>(optimizer: &mut impl Optimizer<R>) {
        let mut numbers = [R::of(0.5), R::ZERO, R::ZERO];
        for step in 0..20 {
            optimizer.begin_step();
            optimizer.update(0, &mut numbers, &[R::of(f64::from(step) - 5.0), R::ZERO, R::ZERO], true);
        }
        assert!(numbers[0] != R::of(0.5));
        assert!(numbers[1..] == [R::ZERO; 2], "{numbers:?}");
    }
    check::<f32>(&mut Adam::new(0.1).unwrap().weight_decay(0.1).unwrap());
    check::<f64>(&mut Adam::new(0.1).unwrap());
    check::<f32>(&mut Sgd::new(0.1, 0.9).unwrap());
}

/// All numbers of a network after a few steps at this rate.
fn after(rate: f64, sgd: bool) -> LayeredNetwork<f32> {
    let lif = Filtered::new(Lif::new(10.0, 1.0).unwrap(), 5.0, 1.0).unwrap();
    let adaptive = Adaptive::new(lif, 50.0, 1.0, 0.1).unwrap();
    let hidden = ["beta", "v_threshold", "alpha", "rho"]
        .into_iter()
        .fold(Layer::spiking(67, adaptive, FastSigmoid::new(5.0).unwrap()).recurrent(), Layer::learn);
    let mut network = LayeredNetwork::<f32>::with_inputs(4)
        .layer(hidden)
        .layer(Layer::readout(3, LeakyReadout::new(10.0, 1.0).unwrap()).learn("beta"))
        .build(1)
        .unwrap();
    let batch = batch::<f32>(&random_input(4, 30, 4, false, 2), 4, 30, 4);
    let (mut bptt, loss) = (Bptt::new(1).unwrap(), CrossEntropy::mean_membrane());
    let (mut adam, mut descent) = (Adam::new(rate).unwrap(), Sgd::new(rate, 0.9).unwrap());
    for _ in 0..4 {
        if sgd {
            bptt.step(&mut network, &batch, &loss, &[0, 1, 2, 0], &mut descent).unwrap();
        } else {
            bptt.step(&mut network, &batch, &loss, &[0, 1, 2, 0], &mut adam).unwrap();
        }
    }
    network
}

#[test]
fn neurons_stay_neurons_at_any_learning_rate() {
    for (rate, sgd) in [(0.3, false), (1e3, false), (1e6, false), (1e3, true)] {
        let network = after(rate, sgd);
        let mut at_the_limit = 0;
        for (layer, name, low, high) in [
            (0, "beta", 0.0, 1.0),
            (0, "alpha", 0.0, 1.0),
            (0, "rho", 0.0, 1.0),
            (0, "v_threshold", 1e-3, f32::MAX),
            (1, "beta", 0.0, 1.0),
        ] {
            for x in network.get(layer, name).unwrap() {
                assert!((low..=high).contains(&x), "{name} = {x} at rate {rate}");
                at_the_limit += usize::from(x <= low || x >= high);
            }
        }
        assert!(at_the_limit > 10, "rate {rate} must press against the limits: {at_the_limit}");
        // What training left, a user may set.
        let mut copy = network.clone();
        for name in network.parameter_names(0).unwrap() {
            copy.set(0, name, &network.get(0, name).unwrap()).unwrap();
        }
    }
}

#[test]
fn what_does_not_learn_does_not_move() {
    let specs = [Spec { learn: false, ..Spec::new(5, Model::LIF).recurrent() }, Spec::new(2, Model::READOUT)];
    let mut network = network::<f64>(3, &specs, 1);
    let before: Vec<_> = ["beta", "v_threshold"].map(|name| network.get(0, name).unwrap()).to_vec();
    let batch = batch::<f64>(&random_input(2, 30, 3, false, 2), 2, 30, 3);
    let (readout, mut adam) = (network.get(1, "beta").unwrap(), Adam::new(0.1).unwrap());
    let loss = CrossEntropy::mean_membrane();
    Bptt::new(1).unwrap().step(&mut network, &batch, &loss, &[0, 1], &mut adam).unwrap();
    assert_eq!(["beta", "v_threshold"].map(|name| network.get(0, name).unwrap()).to_vec(), before);
    assert_ne!(network.get(1, "beta").unwrap(), readout);
}

#[test]
fn a_clipped_gradient_has_the_norm_it_is_given() {
    let specs = [Spec::new(5, Model::LIF).recurrent(), Spec::new(2, Model::READOUT)];
    let start = network::<f64>(3, &specs, 1);
    let batch = batch::<f64>(&random_input(2, 30, 3, false, 2), 2, 30, 3);
    let loss = CrossEntropy::mean_membrane();
    let mut bptt = Bptt::new(1).unwrap();
    bptt.gradient(&start, &batch, &loss, &[0, 1]).unwrap();
    let by_hand = |network: &LayeredNetwork<f64>, bptt: &Bptt<f64>| -> f64 {
        let layers = (0..2).flat_map(|layer| {
            let names = network.parameter_names(layer).unwrap();
            names.into_iter().flat_map(move |name| bptt.gradients().get(network, layer, name).unwrap())
        });
        layers.map(|g| g * g).sum::<f64>().sqrt()
    };
    let norm = by_hand(&start, &bptt);
    assert!((bptt.gradients().norm() / norm - 1.0).abs() < 1e-12);
    let mut large = bptt.gradients().clone();
    assert!((large.clip_norm(2.0 * norm) / norm - 1.0).abs() < 1e-12);
    assert!((large.norm() / norm - 1.0).abs() < 1e-12);
    assert!((large.clip_norm(0.1 * norm) / norm - 1.0).abs() < 1e-12);
    assert!((large.norm() / (0.1 * norm) - 1.0).abs() < 1e-12);
    // A step of plain descent is then as long as the rate times the limit.
    let mut moved = start.clone();
    let mut clipped = Bptt::new(1).unwrap().clip_norm(0.1 * norm).unwrap();
    clipped.step(&mut moved, &batch, &loss, &[0, 1], &mut Sgd::new(1e-3, 0.0).unwrap()).unwrap();
    let (before, now) = (parameters(&start).concat(), parameters(&moved).concat());
    let length: f64 = before.iter().zip(&now).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    assert!((length / (1e-4 * norm) - 1.0).abs() < 1e-9, "{length}");
}
