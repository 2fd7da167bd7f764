//! The example's network learns what the paper's learned, and without adaptive neurons it does not.

#[path = "../../examples/evidence_accumulation/task.rs"]
mod task;
#[allow(dead_code, reason = "the example also draws")]
#[path = "../../examples/evidence_accumulation/train.rs"]
mod train;

use sc_learning::callbacks::History;
use train::{Settings, Trained, test_error, train};

fn trained(settings: &Settings) -> Trained {
    train(settings, &mut History::new()).unwrap()
}

/// The criterion of the paper, for seeds 1 to 3; the trials of the test had no say in when training ended, so its
/// error is higher.
#[test]
#[ignore = "minutes: cargo xtask science"]
fn validation_error_falls_below_7_percent_with_random_feedback() {
    let mut results = Vec::new();
    for seed in 1..=3 {
        let mut trained = trained(&Settings { seed, ..Settings::default() });
        let percent = |share: f64| 100.0 * share;
        let validation = percent(trained.validation_error.unwrap_or(1.0));
        let test = percent(test_error(&mut trained.network, seed));
        results.push(format!(
            "{validation:.1} % after {} iterations (then tested: {test:.1} %)",
            trained.iterations
        ));
        assert!(trained.reached && validation < 7.0 && test < 15.0, "seed {seed}: {results:?}");
    }
    println!(
        "science | e-prop, evidence accumulation, seeds 1 to 3 | Bellec 2020: below 7 %; NEST 6.2 %, mlGeNN 8.9 % | {} | \
         8 validations of 64 trials below 7 % within 2000 iterations, test below 15 %",
        results.join(", ")
    );
}

#[test]
#[ignore = "minutes: cargo xtask science"]
fn without_adaptive_neurons_it_stays_at_chance() {
    let settings = Settings { adaptive: false, iterations: 400, ..Settings::default() };
    let error = 100.0 * test_error(&mut trained(&settings).network, settings.seed);
    println!(
        "science | e-prop, evidence accumulation, LIF only | Bellec 2020: chance | {error:.1} % after 400 iterations, \
         1024 trials, seed 1 | 45 to 55 %"
    );
    assert!((45.0..55.0).contains(&error), "{error}");
}
