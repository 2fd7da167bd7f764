//! `PopulationScaling` against the recorded factors of the reference package's homeostatic rule.

use crate::golden::{assert_close, cases, is_odd, numbers, positions};
use sc_core::{Checkpoint, Dense, Local, Projection};
use sc_plasticity::{PlasticityRule, PopulationScaling, PopulationScalingParameters};
use serde_json::Value;

/// The reference counts membranes above 0.9 for spikes.
fn active(voltages: &Value) -> Vec<u32> {
    positions(&numbers(voltages), |v| v > 0.9)
}

#[test]
fn all_factors_rates_and_weights_of_12_recordings_agree_to_1e_9() {
    let cases: Vec<_> = cases("homeostatic.json").into_iter().filter(|case| !is_odd(case)).collect();
    assert_eq!(cases.len(), 12);
    let mut n_factors = 0;
    for (number, case) in cases.iter().enumerate() {
        let [target_rate, tau] = ["target_rate", "tau"].map(|name| case[name].as_f64().unwrap());
        let parameters = PopulationScalingParameters { target_rate, tau };
        let steps = case["steps"].as_array().unwrap();
        let n_post = numbers(&steps[0]["voltages"]).len();
        let mut rule = PopulationScaling::<f64>::new(n_post, parameters).unwrap();
        let mut incoming: Vec<_> = case["incoming_data"].as_array().unwrap().iter().map(numbers).collect();
        let mut last_factor = None;
        for (t, step) in steps.iter().enumerate() {
            let what = format!("case {number}, step {t}");
            if let Some(factor) = rule.update(active(&step["voltages"]).len()) {
                incoming.iter_mut().flatten().for_each(|w| *w *= factor);
                last_factor = Some(factor);
                n_factors += 1;
            }
            let recorded = numbers(&Value::from(vec![step["rate_estimate"].clone()]));
            assert_close(&[rule.rate().unwrap()], &recorded, &what);
            assert_eq!(last_factor.is_some(), step["last_scale"].is_number(), "{what}");
            if let (Some(factor), Some(recorded)) = (last_factor, step["last_scale"].as_f64()) {
                assert_close(&[factor], &[recorded], &what);
            }
            for (k, data) in incoming.iter().enumerate() {
                assert_close(data, &numbers(&step["data_after"][k]), &what);
            }
        }
    }
    assert_eq!(n_factors, 124);
}

#[test]
#[should_panic(expected = "2 postsynaptic neurons for a rule of 3")]
fn another_population_panics() {
    let mut rule = PopulationScaling::<f64>::new(3, PopulationScalingParameters::default()).unwrap();
    let projection = &mut Projection::<f64>::new(Dense::zeros(3, 2));
    rule.step(Local { projection, pre_spikes: &[], post_spikes: &[], reward: 0.0 });
}

/// The odd recording: the reference computes a factor for a real population and reaches no weight of it.
/// Here the factor is the same, and the weights are reached.
#[test]
fn odd_real_population_has_the_recorded_factor_and_its_weights_are_scaled() {
    let case = cases("homeostatic.json").into_iter().find(is_odd).unwrap();
    assert_eq!(case["data_after"], case["data_before"]);
    let spikes = active(&case["voltages"]);
    let mut rule = PopulationScaling::<f64>::new(3, PopulationScalingParameters::default()).unwrap();
    let mut projection = Projection::<f64>::new(Dense::new(3, 3, numbers(&case["data_before"])).unwrap());
    let (projection, pre_spikes, post_spikes) = (&mut projection, &[][..], &spikes[..]);
    rule.step(Local { projection, pre_spikes, post_spikes, reward: 0.0 });
    assert_close(&[rule.rate().unwrap()], &[case["rate_estimate"].as_f64().unwrap()], "rate");
    let factor = case["last_scale"].as_f64().unwrap();
    assert_close(projection.weights().values(), &[0.5 * factor; 9], "weights");
}

/// The defect that makes it no homeostasis; `SynapticScaling` does not have it.
#[test]
fn a_silent_population_is_left_silent() {
    let mut rule = PopulationScaling::<f32>::new(3, PopulationScalingParameters::default()).unwrap();
    assert!((0..100_000).all(|_| rule.update(0).is_none()));
}

#[test]
fn it_resumes_exactly_before_and_after_its_first_step_and_is_reset() {
    let build = || PopulationScaling::<f32>::new(7, PopulationScalingParameters::default()).unwrap();
    for n_before in [0, 5] {
        let mut uninterrupted = build();
        for k in 0..n_before {
            uninterrupted.update(k);
        }
        let mut checkpoint = Checkpoint::new();
        uninterrupted.save("homeostasis", &mut checkpoint);
        let mut resumed = build();
        resumed.update(3);
        resumed.restore("homeostasis", &checkpoint).unwrap();
        for k in [3, 0, 7, 2] {
            assert_eq!(resumed.update(k), uninterrupted.update(k));
        }
        let other = PopulationScalingParameters { tau: 999.0, ..Default::default() };
        assert!(
            PopulationScaling::<f32>::new(7, other).unwrap().restore("homeostasis", &checkpoint).is_err()
        );
        assert!(
            PopulationScaling::<f32>::new(8, PopulationScalingParameters::default())
                .unwrap()
                .restore("homeostasis", &checkpoint)
                .is_err()
        );
        resumed.reset();
        assert_eq!(resumed.rate(), None);
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let default = PopulationScalingParameters::default;
    assert!(PopulationScaling::<f32>::new(0, default()).is_err());
    for parameters in [
        PopulationScalingParameters { target_rate: 0.0, ..default() },
        PopulationScalingParameters { target_rate: f64::NAN, ..default() },
        PopulationScalingParameters { tau: 0.5, ..default() },
    ] {
        assert!(PopulationScaling::<f32>::new(1, parameters).is_err());
    }
}
