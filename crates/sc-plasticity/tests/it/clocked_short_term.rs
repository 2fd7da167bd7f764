//! `ClockedShortTerm` against the recorded releases of the reference package's short-term plasticity.

use crate::golden::{assert_close, cases, is_odd, matrix, numbers, positions};
use sc_core::{Checkpoint, Dense, Local, Projection};
use sc_plasticity::{ClockedShortTerm, ClockedShortTermParameters, Error, PlasticityRule};
use serde_json::Value;

fn parameters(case: &Value) -> ClockedShortTermParameters {
    let [tau_d, tau_f, u_rest] = ["tau_d", "tau_f", "u_se"].map(|name| case[name].as_f64().unwrap());
    ClockedShortTermParameters { tau_d, tau_f, u_rest }
}

#[test]
fn all_releases_of_20_recordings_agree_to_1e_9() {
    let cases: Vec<_> = cases("short_term.json").into_iter().filter(|case| !is_odd(case)).collect();
    assert_eq!(cases.len(), 20);
    for (number, case) in cases.iter().enumerate() {
        let pre: Vec<Vec<f64>> = case["pre"].as_array().unwrap().iter().map(numbers).collect();
        let mut rule = ClockedShortTerm::<f64>::new(pre[0].len(), parameters(case)).unwrap();
        let mut releases = Vec::new();
        for row in &pre {
            releases.extend_from_slice(rule.update(&positions(row, |value| value != 0.0)));
        }
        assert_close(&releases, &matrix(&case["release"]), &format!("release of case {number}"));
        assert_close(rule.x(), &numbers(&case["x_final"]), &format!("x of case {number}"));
        assert_close(rule.u(), &numbers(&case["u_final"]), &format!("u of case {number}"));
    }
}

/// The one odd recording: the input changes its width, there an exception and here a panic.
#[test]
#[should_panic(expected = "index out of bounds")]
fn odd_width_change_is_refused() {
    let odd = cases("short_term.json").into_iter().find(is_odd).unwrap();
    assert_eq!((&odd["odd"], &odd["raises"]), (&Value::from("width_change"), &Value::from("IndexError")));
    let mut rule = ClockedShortTerm::<f64>::new(2, ClockedShortTermParameters::default()).unwrap();
    rule.update(&[0, 2]);
}

#[test]
fn as_a_rule_it_sets_the_efficacy_of_all_and_resumes_exactly() {
    let build = || ClockedShortTerm::<f32>::new(3, ClockedShortTermParameters::default()).unwrap();
    let mut projection = Projection::<f32>::new(Dense::zeros(3, 2));
    let (mut uninterrupted, mut resumed) = (build(), build());
    let mut efficacies = Vec::new();
    for t in 0..60_u32 {
        let pre: Vec<u32> = (0..3).filter(|i| (t * (i + 2)) % 7 < 2).collect();
        let mut step = |rule: &mut ClockedShortTerm<f32>| {
            let projection = &mut projection;
            rule.step(Local { projection, pre_spikes: &pre, post_spikes: &[], reward: 0.0 });
            projection.efficacy().unwrap().to_vec()
        };
        let expected = step(&mut uninterrupted);
        assert_eq!(step(&mut resumed), expected);
        efficacies.push(expected);
        if t == 30 {
            let mut checkpoint = Checkpoint::new();
            resumed.save("stp", &mut checkpoint);
            resumed = build();
            resumed.restore("stp", &checkpoint).unwrap();
        }
    }
    uninterrupted.reset();
    let release = uninterrupted.update(&[0, 1, 2]);
    assert_eq!(release, build().update(&[0, 1, 2]));
    assert_eq!(efficacies[0], build().update(&[0, 1, 2]));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let default = ClockedShortTermParameters::default;
    for (expected, parameters) in [
        ("tau_d", ClockedShortTermParameters { tau_d: 0.49, ..default() }),
        ("tau_f", ClockedShortTermParameters { tau_f: f64::NAN, ..default() }),
        ("u_rest", ClockedShortTermParameters { u_rest: 1.1, ..default() }),
    ] {
        let refused = ClockedShortTerm::<f32>::new(1, parameters).unwrap_err();
        assert!(matches!(refused, Error::Parameter { name, .. } if name == expected), "{refused}");
    }
    let mut checkpoint = Checkpoint::new();
    ClockedShortTerm::<f32>::new(1, default()).unwrap().save("", &mut checkpoint);
    let other = ClockedShortTermParameters { tau_d: 300.0, ..default() };
    assert!(ClockedShortTerm::<f32>::new(1, other).unwrap().restore("", &checkpoint).is_err());
    assert!(ClockedShortTerm::<f32>::new(2, default()).unwrap().restore("", &checkpoint).is_err());
    assert!(ClockedShortTerm::<f64>::new(1, default()).unwrap().restore("", &checkpoint).is_err());
}
