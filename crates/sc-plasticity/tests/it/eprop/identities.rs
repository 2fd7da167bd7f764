//! What e-prop is to backpropagation through time.

use sc_core::Autapses;

use super::oracle::Through;
use super::random_network::{KIND, Kind, Recipe, difference, run, sequence};

const SEEDS: u64 = 30;

/// Bellec et al. 2020, equation 1: the gradient is the sum over time of the total derivative of the loss by a spike times
/// the eligibility. A readout per neuron that forgets at once brings the derivatives in.
#[test]
fn total_derivatives_times_eligibilities_are_the_gradient_to_1e_11() {
    for seed in 0..SEEDS {
        let kind = Kind { symmetric: true, sigmoid: seed % 2 == 0, immediate: seed % 3 == 0, ..KIND };
        let recipe = Recipe::new(kind, seed);
        let (x, errors) = sequence(kind, 80, seed);
        let through = Through { recurrence: true, reset: true };
        let (gradients, totals) = recipe.oracle().bptt(&x, &errors, through);

        let identity =
            (0..kind.n).map(|j| (0..kind.n).map(|k| f64::from(u8::from(j == k))).collect()).collect();
        let mut factorized = recipe.clone();
        factorized.output = vec![vec![0.0; kind.n]; kind.n];
        factorized.feedback = Some(identity);
        factorized.parameters.tau_readout = 0.0;
        let mut eprop = factorized.eprop::<f64>();
        run(&mut eprop, &x, &totals);
        let [input, recurrent, ..] = eprop.gradients();
        let expected = [&gradients.input, &gradients.recurrent].map(|rows| rows.concat());
        let off_diagonal = |g: &[f64]| -> Vec<f64> {
            (0..g.len()).filter(|k| k % (kind.n + 1) != 0).map(|k| g[k]).collect()
        };
        assert!(super::random_network::relative(input, &expected[0]) < 1e-11, "seed {seed}");
        let (ours, theirs) = (off_diagonal(recurrent), off_diagonal(&expected[1]));
        assert!(super::random_network::relative(&ours, &theirs) < 1e-11, "seed {seed}");
        assert!(theirs.iter().any(|&g| g != 0.0), "seed {seed}");
    }
}

/// With symmetric feedback, what e-prop leaves out is what goes through the reset and through the spikes that other
/// neurons hear.
#[test]
fn it_is_backpropagation_that_stops_at_recurrent_spikes_to_1e_11() {
    for seed in 0..SEEDS {
        let kind = Kind { symmetric: true, autapses: seed % 2 == 0, immediate: seed % 3 == 0, ..KIND };
        let recipe = Recipe::new(kind, seed);
        let (x, errors) = sequence(kind, 80, seed);
        let oracle = recipe.oracle();
        let mut eprop = recipe.eprop::<f64>();
        run(&mut eprop, &x, &errors);
        let stopped = Through { recurrence: false, reset: false };
        assert!(difference(&eprop, &oracle.bptt(&x, &errors, stopped).0) < 1e-11, "seed {seed}");
        // And it does leave something out.
        let all = Through { recurrence: true, reset: true };
        assert!(difference(&eprop, &oracle.bptt(&x, &errors, all).0) > 1e-3, "seed {seed}");
    }
}

#[test]
fn without_recurrence_the_gradient_of_leaky_neurons_is_exact_to_1e_11() {
    for seed in 0..SEEDS {
        let kind = Kind { symmetric: true, recurrent: false, adaptive: seed % 2 == 0, ..KIND };
        let recipe = Recipe::new(kind, seed);
        assert_eq!(recipe.parameters.autapses, Autapses::Forbid);
        let (x, errors) = sequence(kind, 80, seed);
        let mut eprop = recipe.eprop::<f64>();
        run(&mut eprop, &x, &errors);
        let through = Through { recurrence: true, reset: false };
        assert!(difference(&eprop, &recipe.oracle().bptt(&x, &errors, through).0) < 1e-11, "seed {seed}");
    }
}
