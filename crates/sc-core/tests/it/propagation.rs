//! What arrives where and when, for every kind of delay.

use sc_core::Projection;

use crate::golden::{active, assert_close, cases, delay, integers, numbers, weights};

#[test]
fn every_propagated_current_agrees() {
    let cases = cases("propagate");
    assert_eq!(cases.len(), 16);
    for (number, case) in cases.iter().enumerate() {
        let size = |name: &str| case[name].as_u64().unwrap() as usize;
        let mut projection =
            Projection::new(weights(&case["projection"], size("n_source"), size("n_target")))
                .with_delay(delay(&case["delay"]))
                .unwrap()
                .with_weight_threshold(case["weight_threshold"].as_f64().unwrap())
                .unwrap();
        assert_eq!(usize::from(projection.delay().longest()), size("max_delay"));
        for (t, spikes) in case["spikes"].as_array().unwrap().iter().enumerate() {
            let mut currents = vec![0.0; size("n_target")];
            projection.propagate(&active(spikes), &mut currents);
            assert_close(&currents, &numbers(&case["currents"][t]), &format!("case {number}, step {t}"));
        }
    }
}

#[test]
fn all_to_all_has_the_same_arrays() {
    for case in cases("all_to_all") {
        let size = |name: &str| case[name].as_u64().unwrap() as usize;
        let built = sc_core::connectivity::all_to_all(size("n_src"), size("n_tgt"), sc_core::Autapses::Allow);
        let built = built.unwrap().with_weight(case["weight"].as_f64().unwrap()).unwrap();
        assert_eq!(built, weights(&case, size("n_src"), size("n_tgt")));
    }
}

/// Which synapses a probability yields depends on numpy's generator, so these cases inform and do not judge.
#[test]
fn random_connectivity_cases_are_informational() {
    for case in cases("random_connectivity_numpy_pcg64") {
        assert_eq!(case["informational"], true);
        assert_eq!(integers(&case["indptr"]).len(), case["n_src"].as_u64().unwrap() as usize + 1);
    }
}
