//! The same bits for any number of threads, with and without recomputation, and from memory that has been used before.

use sc_core::Real;
use sc_gradient::{
    Adam, Batch, Bptt, CrossEntropy, Error, LayeredNetwork, MeanSquaredSpikes, RateRegularizer,
};

use crate::nets::{Model, Spec, batch, network, parameters, random_input};

/// Every number that a step produces, as bits of an `f64` (into which an `f32` fits).
fn bits<R: Real>(bptt: &Bptt<R>, network: &LayeredNetwork<R>, loss: R) -> Vec<u64> {
    let layers = 0..network.sizes().count();
    let gradients = layers.flat_map(|layer| {
        let names = network.parameter_names(layer).unwrap();
        names.into_iter().flat_map(move |name| bptt.gradients().get(network, layer, name).unwrap())
    });
    let numbers = std::iter::once(loss).chain(gradients).chain(bptt.input_gradient());
    numbers.chain(parameters(network).concat()).map(|x| x.f64().to_bits()).collect()
}

/// A few steps of training, and all that they produced.
fn train<R: Real>(threads: usize, recompute: bool, specs: &[Spec]) -> Vec<Vec<u64>> {
    let (n_samples, n_steps, n_input) = (7, 95, 9);
    let mut network = network::<R>(n_input, specs, 5);
    let batch = batch::<R>(&random_input(n_samples, n_steps, n_input, false, 5), n_samples, n_steps, n_input);
    let mut bptt = Bptt::new(threads)
        .unwrap()
        .recompute(recompute)
        .with_input_gradient(true)
        .clip_norm(0.5)
        .unwrap()
        .regularize(0, RateRegularizer::new(0.05, 1.0, 0.04, 1.0).unwrap())
        .regularize(1, RateRegularizer::new(0.05, 1.0, 0.04, 1.0).unwrap());
    let mut adam = Adam::new(0.01).unwrap().weight_decay(0.1).unwrap();
    let labels: Vec<usize> = (0..n_samples).map(|k| k % 3).collect();
    let loss = CrossEntropy::max_membrane();
    (0..4)
        .map(|_| {
            let value = bptt.step(&mut network, &batch, &loss, &labels, &mut adam).unwrap();
            bits(&bptt, &network, value)
        })
        .collect()
}

#[test]
fn threads_and_recomputation_do_not_show() {
    let specs = [
        Spec::new(70, Model::LIF),
        Spec::new(65, Model { adaptive: true, ..Model::LIF }).recurrent(),
        Spec::new(3, Model::READOUT),
    ];
    let (single, double) = (train::<f32>(1, false, &specs), train::<f64>(1, false, &specs));
    assert_ne!(single[0], single[1]);
    for threads in [1, 2, 3, 5, 16] {
        for recompute in [false, true] {
            assert!(train::<f32>(threads, recompute, &specs) == single, "{threads} threads, {recompute}");
            assert!(train::<f64>(threads, recompute, &specs) == double, "{threads} threads, {recompute}");
        }
    }
}

/// Networks of equal sizes but different models, then batches of other sizes, one after the other through one `Bptt`.
#[test]
fn nothing_is_carried_over() {
    let models = [
        Model::LIF,
        Model { delayed: true, ..Model::LIF },
        Model { filtered: true, ..Model::LIF },
        Model { adaptive: true, ..Model::LIF },
        Model { delayed: true, zero: true, ..Model::LIF },
    ];
    let shapes = [(4, 81, 5), (1, 41, 5), (4, 80, 3), (9, 1, 5), (4, 81, 5)];
    let top = |k: usize| if (k / 2).is_multiple_of(2) { Model::READOUT } else { models[k % 5] };
    let specs = |k: usize| {
        let hidden = Spec::new(if k % 11 == 7 { 64 } else { 66 }, models[k % 5]);
        let hidden = if k.is_multiple_of(3) { hidden } else { hidden.recurrent() };
        let mut specs = vec![hidden, Spec { learn: k.is_multiple_of(2), ..Spec::new(4, top(k)) }];
        if k % 9 == 8 {
            specs.insert(0, Spec::new(66, models[(k + 1) % 5]));
        }
        specs
    };
    for (threads, recompute) in [(1, false), (1, true), (3, false)] {
        let new = || Bptt::<f32>::new(threads).unwrap().recompute(recompute).with_input_gradient(true);
        let mut used = new();
        for k in 0..40 {
            let (n_samples, n_steps, n_input) = shapes[k / 8];
            let network = network::<f32>(n_input, &specs(k), k as u64);
            let x = random_input(n_samples, n_steps, n_input, k % 3 == 1, k as u64);
            let batch = batch::<f32>(&x, n_samples, n_steps, n_input);
            match k % 6 {
                // In between: a pass without a tape, and one that is refused half-way.
                4 => drop(used.forward(&network, &batch).unwrap()),
                5 => {
                    let refused =
                        used.gradient(&network, &batch, &CrossEntropy::max_membrane(), &[9; 9][..n_samples]);
                    assert!(matches!(refused, Err(Error::Label { .. })));
                }
                _ => {}
            }
            let step = |bptt: &mut Bptt<f32>| {
                let loss = loss(bptt, &network, &batch).unwrap();
                bits(bptt, &network, loss)
            };
            let fresh = step(&mut new());
            for again in [false, true] {
                assert!(step(&mut used) == fresh, "{k} on {threads} threads, {recompute}, {again}");
            }
        }
    }
}

fn loss(bptt: &mut Bptt<f32>, network: &LayeredNetwork<f32>, batch: &Batch<f32>) -> Result<f32, Error> {
    let n = batch.n_samples() * batch.n_steps() * network.n_output();
    match bptt.gradient(network, batch, &MeanSquaredSpikes, &vec![0.0; n][..]) {
        Err(Error::NoOutputSpikes { .. }) => {
            bptt.gradient(network, batch, &CrossEntropy::mean_membrane(), &vec![1; batch.n_samples()][..])
        }
        value => value,
    }
}

/// What one sample contributes does not depend on its place in the batch.
#[test]
fn outputs_of_a_sample_do_not_depend_on_its_neighbours() {
    let specs = [Spec::new(66, Model::LIF).recurrent(), Spec::new(4, Model::LIF)];
    let network = network::<f32>(5, &specs, 3);
    let x = random_input(6, 50, 5, false, 8);
    let together = batch::<f32>(&x, 6, 50, 5);
    let (mut all, mut one) = (Bptt::new(2).unwrap(), Bptt::new(1).unwrap());
    let all = all.forward(&network, &together).unwrap();
    for (sample, x) in x.chunks(50 * 5).enumerate() {
        let alone = one.forward(&network, &batch::<f32>(x, 1, 50, 5)).unwrap();
        for step in 0..50 {
            assert_eq!(all.membranes(sample, step), alone.membranes(0, step));
            assert_eq!(all.spikes(sample, step), alone.spikes(0, step));
        }
    }
}
