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

/// The paper ends training when validations in a row are wrong in less than 7 %. That picks a lucky moment; going on to 4 %
/// leaves less than 7 % also in a test that had no say in when training ended.
#[test]
#[ignore = "minutes: cargo xtask science"]
fn error_falls_below_7_percent_with_random_feedback_for_seeds_1_to_3() {
    let percent = |share: f64| 100.0 * share;
    let results: Vec<String> = (1..=3)
        .map(|seed| {
            let mut trained = trained(&Settings { seed, goal: 0.04, ..Settings::default() });
            let test = percent(test_error(&mut trained.network, seed));
            assert!(trained.reached && test < 7.0, "seed {seed}: {test} % after {}", trained.iterations);
            format!("{test:.1} % after {} iterations", trained.iterations)
        })
        .collect();
    println!(
        "science | e-prop, evidence accumulation, random feedback, seeds 1 to 3 | Bellec 2020: below 7 %; NEST 6.2 %, \
         mlGeNN 8.9 % | {} | validation below 4 % within 2000 iterations of 32 trials, then below 7 % of 1024 new trials",
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
