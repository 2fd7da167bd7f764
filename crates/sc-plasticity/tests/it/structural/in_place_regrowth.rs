//! `InPlaceRegrowth` against the deterministic part of the recording, and its chance against the equation.

use sc_core::{Csr, Dense, Editable, Local, Projection};
use sc_plasticity::{InPlaceRegrowth, InPlaceRegrowthParameters, PlasticityRule};

use crate::golden::{cases, numbers};

fn regrow(projection: &mut Projection<f64>, parameters: InPlaceRegrowthParameters) {
    let mut rule = InPlaceRegrowth::new(parameters).unwrap();
    rule.step(Local { projection, pre_spikes: &[], post_spikes: &[], reward: 0.0 });
}

/// Which weights are pruned, which survive, how many are drawn anew, in what range, and that they were zero:
/// all 30 cases, each with 20 seeds, as compressed and as dense weights.
#[test]
fn the_deterministic_part_agrees_with_the_recording() {
    let cases = cases("structural.json");
    assert_eq!(cases.len(), 30);
    for (number, case) in cases.iter().enumerate() {
        let (before, after_prune) = (numbers(&case["before"]), numbers(&case["after_prune"]));
        let pruned: Vec<bool> = numbers(&case["pruned_mask"]).iter().map(|&flag| flag == 1.0).collect();
        let range = numbers(&case["grown_range_half_open"]);
        let n = before.len();
        for seed in 0..20 {
            let parameters = InPlaceRegrowthParameters {
                growth_rate: case["growth_rate"].as_f64().unwrap(),
                prune_threshold: case["prune_threshold"].as_f64().unwrap(),
                seed,
            };
            let indices = (0..n as u32).collect();
            let mut compressed =
                Projection::new(Csr::new(1, n, vec![0, n], indices, before.clone()).unwrap());
            let mut dense = Projection::new(Dense::new(n, 1, before.clone()).unwrap());
            regrow(&mut compressed, parameters.clone());
            regrow(&mut dense, parameters);
            let after = compressed.weights().values();
            assert_eq!(after, dense.weights().values());
            assert_eq!(
                after_prune.iter().filter(|w| **w == 0.0).count() as u64,
                case["n_zero_after_prune"].as_u64().unwrap()
            );
            let grown: Vec<usize> = (0..n).filter(|&k| after[k] != after_prune[k]).collect();
            assert_eq!(grown.len() as u64, case["n_grown"].as_u64().unwrap(), "case {number} seed {seed}");
            for &k in &grown {
                assert_eq!(after_prune[k], 0.0);
                assert!((range[0]..range[1]).contains(&after[k]));
            }
            for k in (0..n).filter(|&k| pruned[k] && !grown.contains(&k)) {
                assert_eq!(after[k], 0.0);
            }
        }
    }
}

/// Every zero has the same chance and every value of the range: 5 standard errors over 2000 seeds.
#[test]
fn positions_and_weights_are_drawn_alike() {
    let (mut counts, mut sum) = ([0_u32; 20], 0.0);
    for seed in 0..2000 {
        let mut projection = Projection::new(Dense::new(4, 5, vec![0.0; 20]).unwrap());
        regrow(&mut projection, InPlaceRegrowthParameters { growth_rate: 0.25, prune_threshold: 0.01, seed });
        for (count, &w) in counts.iter_mut().zip(projection.weights().values()) {
            *count += u32::from(w != 0.0);
            sum += w;
        }
    }
    assert!(
        counts.iter().all(|&count| (f64::from(count) - 500.0).abs() < 5.0 * 375.0_f64.sqrt()),
        "{counts:?}"
    );
    let mean = sum / 10_000.0;
    assert!((mean - 0.0255).abs() < 5.0 * 0.049 / (12.0_f64 * 10_000.0).sqrt(), "{mean}");
}

#[test]
fn bad_parameters_are_refused() {
    for parameters in [
        InPlaceRegrowthParameters { growth_rate: -0.1, ..Default::default() },
        InPlaceRegrowthParameters { growth_rate: f64::NAN, ..Default::default() },
        InPlaceRegrowthParameters { prune_threshold: f64::INFINITY, ..Default::default() },
        InPlaceRegrowthParameters { prune_threshold: -1.0, ..Default::default() },
    ] {
        assert!(InPlaceRegrowth::new(parameters).is_err());
    }
}

#[test]
#[should_panic(expected = "in-place regrowth is for synapses that stay")]
fn editable_weights_panic() {
    regrow(&mut Projection::new(Editable::empty(2, 2)), InPlaceRegrowthParameters::default());
}
