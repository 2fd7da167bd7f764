//! Windows of any length against e-prop step by step.

use proptest::prelude::*;
use sc_plasticity::eprop::Eprop;

use super::random_network::{KIND, Kind, Matrix, Recipe, difference, relative, run, sequence};

fn kinds() -> impl Strategy<Value = Kind> {
    let flags = prop::array::uniform8(any::<bool>());
    (1_usize..6, 1_usize..40, 1_usize..4, 1_usize..=64, flags).prop_map(
        |(n_inputs, n, n_outputs, window, flags)| {
            let [adaptive, recurrent, symmetric, autapses, immediate, sigmoid, normalized, regularized] =
                flags;
            Kind {
                n_inputs,
                n,
                n_outputs,
                adaptive,
                recurrent,
                symmetric,
                autapses,
                immediate,
                sigmoid,
                normalized,
                regularized,
                window,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn gradients_are_those_of_the_equations_to_1e_11(kind in kinds(), seed: u64, n_steps in 1_usize..150) {
        let recipe = Recipe::new(kind, seed);
        let (x, errors) = sequence(kind, n_steps, seed);
        let mut eprop = recipe.eprop::<f64>();
        run(&mut eprop, &x, &errors);
        let difference = difference(&eprop, &recipe.oracle().eprop(&x, &errors));
        prop_assert!(difference < 1e-11, "{difference:e}");
    }

    #[test]
    fn a_batch_is_the_sum_of_its_samples_to_1e_12(seed: u64, n_samples in 1_usize..5, window in 1_usize..30) {
        let kind = Kind { regularized: true, n: 19, window, ..KIND };
        let recipe = Recipe::new(kind, seed);
        let samples: Vec<(Matrix, Matrix)> =
            (0..n_samples as u64).map(|sample| sequence(kind, 50, seed ^ sample)).collect();
        let mut one_by_one = recipe.eprop::<f64>();
        for (x, errors) in &samples {
            run(&mut one_by_one, x, errors);
        }
        let mut together = recipe.eprop::<f64>();
        together.set_n_samples(n_samples);
        let side_by_side = |of: &dyn Fn(usize) -> Matrix| -> Matrix {
            (0..50).map(|t| (0..n_samples).flat_map(|sample| of(sample)[t].clone()).collect()).collect()
        };
        let x = side_by_side(&|sample| samples[sample].0.clone());
        run(&mut together, &x, &side_by_side(&|sample| samples[sample].1.clone()));
        for (ours, expected) in together.gradients().iter().zip(one_by_one.gradients()) {
            prop_assert!(relative(ours, expected) < 1e-12);
        }
    }
}

/// Steps of a run with 100 inputs at most, and of the oracle.
#[test]
fn the_forward_pass_is_that_of_the_equations() {
    for seed in 0..20 {
        let kind = Kind { n: 20, immediate: seed % 2 == 0, normalized: seed % 3 == 0, ..KIND };
        let recipe = Recipe::new(kind, seed);
        let (x, _) = sequence(kind, 200, seed);
        let trace = recipe.oracle().forward(&x);
        let mut eprop = recipe.eprop::<f64>();
        let mut n_spikes = 0;
        for (t, x) in x.iter().enumerate() {
            assert!(relative(eprop.step(x), &trace.y[t]) < 1e-12, "seed {seed}, step {t}");
            let expected: Vec<u32> = (0..20).filter(|&j| trace.z[t][j as usize] > 0.0).collect();
            assert_eq!(eprop.spikes(0), expected, "seed {seed}, step {t}");
            assert!(relative(&eprop.membranes(0).collect::<Vec<f64>>(), &trace.v[t]) < 1e-12);
            n_spikes += expected.len();
        }
        assert!((40..3000).contains(&n_spikes), "seed {seed}: {n_spikes} spikes");
        assert_eq!(eprop.spike_counts(0).sum::<f64>(), n_spikes as f64);
    }
}

#[test]
fn single_precision_differs_by_1e_4_at_most() {
    let kind = Kind { n: 33, regularized: true, ..KIND };
    for seed in 0..5 {
        let recipe = Recipe::new(kind, seed);
        let (x, errors) = sequence(kind, 100, seed);
        let mut eprop: Eprop<f32> = recipe.eprop();
        run(&mut eprop, &x, &errors);
        let difference = difference(&eprop, &recipe.oracle().eprop(&x, &errors));
        assert!(difference < 1e-4, "seed {seed}: {difference:e}");
    }
}

#[test]
fn spikes_are_the_same_whether_it_learns_or_not() {
    let recipe = Recipe::new(KIND, 3);
    let (x, errors) = sequence(KIND, 100, 3);
    let (mut learning, mut watching) = (recipe.eprop::<f64>(), recipe.eprop::<f64>());
    watching.set_learning(false);
    for (x, error) in x.iter().zip(&errors) {
        assert_eq!(learning.step(x), watching.step(x));
        learning.learn(error);
        assert_eq!(learning.spikes(0), watching.spikes(0));
    }
    watching.finish();
    assert!(watching.gradients().concat().iter().all(|&g| g == 0.0));
}

#[test]
fn an_abandoned_sequence_leaves_nothing_behind() {
    let recipe = Recipe::new(KIND, 4);
    let (x, errors) = sequence(KIND, 100, 4);
    let (mut fresh, mut used) = (recipe.eprop::<f64>(), recipe.eprop::<f64>());
    for n_steps in [1, 63, 64, 65, 99] {
        for (x, error) in x.iter().zip(&errors).take(n_steps) {
            used.step(x);
            used.learn(error);
        }
        used.reset();
    }
    run(&mut fresh, &x, &errors);
    run(&mut used, &x, &errors);
    assert_eq!(fresh.gradients(), used.gradients());
}

#[test]
fn errors_of_one_step_add_up() {
    let recipe = Recipe::new(KIND, 5);
    let (x, errors) = sequence(KIND, 30, 5);
    let (mut once, mut twice) = (recipe.eprop::<f64>(), recipe.eprop::<f64>());
    for (x, error) in x.iter().zip(&errors) {
        once.step(x);
        once.learn(error);
        twice.step(x);
        let half: Vec<f64> = error.iter().map(|error| error / 2.0).collect();
        twice.learn(&half);
        twice.learn(&half);
    }
    once.finish();
    twice.finish();
    for (once, twice) in once.gradients().iter().zip(twice.gradients()) {
        assert!(relative(twice, once) < 1e-13);
    }
}
