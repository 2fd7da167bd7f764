//! Feedback weights that follow the readout's, and the losses.

use sc_plasticity::eprop::{Feedback, softmax_cross_entropy, squared_error};

use super::random_network::{KIND, Recipe, dense, run, sequence};

#[test]
fn adaptive_feedback_becomes_the_readout() {
    let recipe = Recipe::new(KIND, 1);
    let mut eprop = recipe.eprop::<f64>();
    let decay = 0.01;
    let feedback = Feedback::Adaptive { weights: dense(recipe.feedback.as_ref().unwrap()), decay };
    let parameters = recipe.parameters.clone();
    eprop = sc_plasticity::eprop::Eprop::new(
        parameters,
        eprop.input_weights().clone(),
        eprop.recurrent_weights().clone(),
        eprop.output_weights().clone(),
        feedback,
    )
    .unwrap();
    let apart = |eprop: &sc_plasticity::eprop::Eprop<f64>| -> Vec<f64> {
        let Feedback::Adaptive { weights, .. } = eprop.feedback() else { panic!("{:?}", eprop.feedback()) };
        weights.values().iter().zip(eprop.output_weights().values()).map(|(b, w)| b - w).collect()
    };
    let first = apart(&eprop);
    for iteration in 1..=200 {
        let (x, errors) = sequence(KIND, 30, iteration);
        run(&mut eprop, &x, &errors);
        let before = eprop.output_weights().values().to_vec();
        let gradient = eprop.gradients()[2].to_vec();
        eprop.update(|_, weights, gradient| {
            weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 0.01 * g);
        });
        for ((after, before), g) in eprop.output_weights().values().iter().zip(before).zip(gradient) {
            assert!((after - ((1.0 - decay) * before - 0.01 * g)).abs() < 1e-14);
        }
        // Both change by the same and decay alike, so what is between them decays, and nothing else.
        for (now, first) in apart(&eprop).iter().zip(&first) {
            let expected = (1.0 - decay).powi(iteration as i32) * first;
            assert!((now - expected).abs() < 1e-12, "iteration {iteration}: {now} {expected}");
        }
    }
}

#[test]
fn fixed_feedback_stays_and_no_neuron_gets_a_synapse_onto_itself() {
    let mut eprop = Recipe::new(KIND, 2).eprop::<f64>();
    let before = eprop.feedback().clone();
    let mut slots = Vec::new();
    eprop.update(|slot, weights, _| {
        slots.push((slot, weights.len()));
        weights.fill(0.25);
    });
    assert_eq!(slots, [(0, 15), (1, 25), (2, 10), (3, 2)]);
    assert_eq!(eprop.feedback(), &before);
    assert_eq!(eprop.output_bias(), [0.25; 2]);
    for (k, &w) in eprop.recurrent_weights().values().iter().enumerate() {
        assert_eq!(w, if k % 6 == 0 { 0.0 } else { 0.25 });
    }
}

#[test]
fn random_feedback_comes_from_its_seed() {
    let feedback = Feedback::<f64>::random(1000, 3, 7);
    assert_eq!(feedback, Feedback::random(1000, 3, 7));
    assert_ne!(feedback, Feedback::random(1000, 3, 8));
    let Feedback::Fixed(weights) = feedback else { panic!("fixed") };
    let moment = |k: i32| weights.values().iter().map(|b| b.powi(k)).sum::<f64>() / 3000.0;
    // Five standard errors.
    assert!(moment(1).abs() < 0.1 && (moment(2) - 1.0).abs() < 0.13, "{} {}", moment(1), moment(2));
}

#[test]
fn errors_are_the_derivatives_of_the_losses() {
    let output = [0.3, -1.2, 0.7];
    let target = [0.1, 0.5, -0.2];
    let squared = |output: &[f64], error: &mut [f64]| squared_error(output, &target, error);
    let entropy = |output: &[f64], error: &mut [f64]| softmax_cross_entropy(output, 1, error);
    check_derivative(&output, squared);
    check_derivative(&output, entropy);
    // Far from the right answer, and sure of it: the loss is the difference, and nothing overflows.
    let mut error = [0.0; 2];
    assert_eq!(softmax_cross_entropy(&[1000.0, -1000.0], 1, &mut error), 2000.0);
    assert_eq!(error, [1.0, -1.0]);
}

fn check_derivative(output: &[f64], loss: impl Fn(&[f64], &mut [f64]) -> f64) {
    let mut error = vec![0.0; output.len()];
    loss(output, &mut error);
    for k in 0..output.len() {
        let at = |step: f64| {
            let mut moved = output.to_vec();
            moved[k] += step;
            loss(&moved, &mut vec![0.0; output.len()])
        };
        let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!((error[k] - numeric).abs() < 1e-9, "{} {numeric}", error[k]);
    }
}
