//! Interrupted anywhere, saved, restored and resumed: the same bits.

use sc_core::Checkpoint;
use sc_plasticity::eprop::{Eprop, Feedback};

use super::random_network::{KIND, Kind, Matrix, Recipe, dense, sequence};

const SAMPLES: usize = 2;

/// A network of two samples, three inputs each.
fn network(seed: u64) -> Eprop<f32> {
    let kind = Kind { n: 20, window: 16, regularized: true, ..KIND };
    let recipe = Recipe::new(kind, seed);
    let feedback = Feedback::Adaptive { weights: dense(recipe.feedback.as_ref().unwrap()), decay: 0.1 };
    let (input, recurrent, output) = (dense(&recipe.input), dense(&recipe.recurrent), dense(&recipe.output));
    let mut eprop = Eprop::new(recipe.parameters, input, recurrent, output, feedback).unwrap();
    eprop.set_n_samples(SAMPLES);
    eprop
}

fn steps(eprop: &mut Eprop<f32>, (x, errors): &(Matrix, Matrix)) -> Vec<u32> {
    let mut bits = Vec::new();
    for (x, error) in x.iter().zip(errors) {
        let x: Vec<f32> = x.iter().map(|&x| x as f32).collect();
        let error: Vec<f32> = error.iter().map(|&error| error as f32).collect();
        bits.extend(eprop.step(&x).iter().map(|y| y.to_bits()));
        eprop.learn(&error);
    }
    bits
}

fn descend(eprop: &mut Eprop<f32>) {
    eprop.finish();
    eprop.update(|_, weights, gradient| {
        weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 0.01 * g);
    });
}

fn both(n_steps: usize, seed: u64) -> (Matrix, Matrix) {
    sequence(Kind { n_inputs: SAMPLES * 3, n_outputs: SAMPLES * 2, ..KIND }, n_steps, seed)
}

fn saved(eprop: &Eprop<f32>) -> Checkpoint {
    let mut checkpoint = Checkpoint::new();
    eprop.save("layer", &mut checkpoint);
    Checkpoint::from_bytes(&checkpoint.to_bytes()).unwrap()
}

#[test]
fn a_run_that_is_interrupted_anywhere_goes_on_bit_for_bit() {
    let whole = both(40, 1);
    for cut in 0..=40 {
        let (mut uninterrupted, mut first) = (network(1), network(1));
        // A sequence before, so that weights and feedback have changed.
        for eprop in [&mut uninterrupted, &mut first] {
            steps(eprop, &both(25, 2));
            descend(eprop);
        }
        let expected = steps(&mut uninterrupted, &whole);
        let (before, after) = (
            (whole.0[..cut].to_vec(), whole.1[..cut].to_vec()),
            (whole.0[cut..].to_vec(), whole.1[cut..].to_vec()),
        );
        let mut outputs = steps(&mut first, &before);
        // What restores has other weights, and is in the middle of something else.
        let mut second = network(1);
        steps(&mut second, &both(13, 3));
        second.restore("layer", &saved(&first)).unwrap();
        assert_eq!(second.n_steps(), cut);
        assert_eq!(second.spikes(1), first.spikes(1));
        outputs.extend(steps(&mut second, &after));
        assert_eq!(outputs, expected, "cut after {cut}");
        for eprop in [&mut uninterrupted, &mut second] {
            eprop.finish();
        }
        assert_eq!(second.gradients(), uninterrupted.gradients(), "cut after {cut}");
        descend(&mut uninterrupted);
        descend(&mut second);
        assert_eq!(saved(&second).to_bytes(), saved(&uninterrupted).to_bytes(), "cut after {cut}");
    }
}

#[test]
fn memory_does_not_grow_with_time() {
    let mut eprop = network(1);
    let mut sizes = Vec::new();
    for _ in 0..10 {
        steps(&mut eprop, &both(100, 1));
        sizes.push(saved(&eprop).to_bytes().len());
    }
    // But for the digits of a number.
    assert!(sizes.iter().all(|&size| size == sizes[0]), "{sizes:?}");
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut eprop = network(1);
    steps(&mut eprop, &both(21, 1));
    let before = saved(&eprop).to_bytes();
    let good = saved(&eprop);
    let mut refused = |checkpoint: &Checkpoint, word: &str| {
        let error = eprop.restore("layer", checkpoint).unwrap_err().to_string();
        assert!(error.contains(word), "{error:?} says nothing of {word:?}");
        assert_eq!(saved(&eprop).to_bytes(), before, "{word}");
    };

    // Another network, another feedback, another batch, nothing at all.
    refused(&saved(&network(2)), "layer.rule");
    let mut other = good.clone();
    other.set_metadata("layer.feedback", "symmetric");
    refused(&other, "layer.feedback");
    let mut more = network(1);
    more.set_n_samples(3);
    refused(&saved(&more), "layer.states");
    refused(&Checkpoint::new(), "layer.rule");

    // Numbers that no network has.
    let mut damaged = good.clone();
    damaged.insert("layer.readout.y", &[2, 2], &[0.0_f32, f32::NAN, 0.0, 0.0]);
    refused(&damaged, "readout.y");
    for (position, value) in [(1, 17), (1, 22), (2, 2), (3, 0), (3, 2)] {
        let mut progress = good.get::<u64>("layer.progress", &[4]).unwrap().to_vec();
        progress[position] = value;
        let mut damaged = good.clone();
        damaged.insert("layer.progress", &[4], &progress);
        refused(&damaged, "progress");
    }
    let mut damaged = good.clone();
    damaged.insert("layer.window.recurrent_steps", &[2, 20], &[1_u64 << 40; 40]);
    refused(&damaged, "window.recurrent_steps");
    eprop.restore("layer", &good).unwrap();
}
