//! `LocalDelta` against recorded runs of the reference package's BPTT and TBPTT learners.
//!
//! `tests/golden/bptt.json` was recorded from sc-neurocore 3.16.0 (numpy 2.4.6, seed 1). Set `SC_GOLDEN_DIR`
//! to read another recording.

use std::path::PathBuf;

use ndarray::{Array2, ArrayView2};
use sc_core::{
    Csr, EulerLif, EulerLifParameters, Lapicque, LapicqueParameters, Neuron, Population, Projection,
};
use sc_gradient::LocalDelta;
use serde_json::Value;

/// Misuse that the reference bears and we refuse; each has its row in the documentation of `LocalDelta`.
const REFUSED: [&str; 5] = [
    "odd_targets_broadcast_column",
    "odd_tbptt_targets_broadcast_column",
    "odd_inputs_wider_than_pop",
    "odd_tbptt_zero_timesteps",
    "odd_tbptt_k_-3",
];

#[test]
fn every_recorded_training_step_agrees_or_is_refused_whole() {
    let directory = std::env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden"), PathBuf::from);
    let text = std::fs::read_to_string(directory.join("bptt.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 95);
    let mut refused = Vec::new();
    for case in cases {
        let population = &case["populations"][0];
        let parameters = &population["params"];
        let or =
            |name: &str, default: f64| parameters.get(name).map_or(default, |value| value.as_f64().unwrap());
        let n = population["n"].as_u64().unwrap() as usize;
        let whole = if population["model"] == "lapicque" {
            let neuron = Lapicque::new(LapicqueParameters {
                v_initial: Some(or("v", 0.0)),
                v_rest: or("v_rest", 0.0),
                v_reset: or("v_reset", 0.0),
                v_threshold: or("v_threshold", 1.0),
                tau_m: or("tau", 20.0),
                resistance: or("resistance", 1.0),
                dt: or("dt", 1.0),
            });
            follow(case, Population::new(neuron.unwrap(), n, 0))
        } else {
            assert_eq!(population["model"], "stochastic_lif");
            let neuron = EulerLif::new(EulerLifParameters {
                v_rest: or("v_rest", 0.0),
                v_reset: or("v_reset", 0.0),
                v_threshold: or("v_threshold", 1.0),
                tau_m: or("tau_mem", 20.0),
                resistance: or("resistance", 1.0),
                dt: or("dt", 1.0),
                noise_std: or("noise_std", 0.0),
                refractory_steps: or("refractory_period", 0.0) as u32,
            });
            follow(case, Population::new(neuron.unwrap(), n, 0))
        };
        if !whole {
            refused.push(case["id"].as_str().unwrap());
        }
    }
    assert_eq!(refused, REFUSED);
}

/// Runs one case; false if it was refused although the reference ran it.
fn follow<N: Neuron<f64>>(case: &Value, mut population: Population<N, f64>) -> bool {
    let id = case["id"].as_str().unwrap();
    let size = |k: &Value| case["populations"][k.as_u64().unwrap() as usize]["n"].as_u64().unwrap() as usize;
    let mut projections: Vec<Projection<f64>> = case["projections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            let integers = |value: &Value| -> Vec<usize> {
                value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect()
            };
            let indices = integers(&p["indices"]).into_iter().map(|j| j as u32).collect();
            let (indptr, data) = (integers(&p["indptr"]), numbers(&p["data"]));
            Projection::new(Csr::new(size(&p["source"]), size(&p["target"]), indptr, indices, data).unwrap())
        })
        .collect();
    let loss = match case["loss_fn"].as_str().unwrap() {
        "mse" => {
            |s: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>| (&s - &y).mapv(|e| e * e).sum() / s.len() as f64
        }
        "sum_abs" => |s: ArrayView2<'_, f64>, y: ArrayView2<'_, f64>| (&s - &y).mapv(f64::abs).sum(),
        "spike_total" => |s: ArrayView2<'_, f64>, _: ArrayView2<'_, f64>| s.sum(),
        other => panic!("{other}"),
    };
    for (number, step) in case["train_steps"].as_array().unwrap().iter().enumerate() {
        let context = format!("{id}, training step {number}");
        let (inputs, targets) = (matrix(&step["inputs"]), matrix(&step["targets"]));
        let before = (population.state(), projections.clone());
        let result = learner(case).and_then(|learner| {
            let mut projections: Vec<_> = projections.iter_mut().collect();
            learner.train_step(&mut population, &mut projections, inputs.view(), targets.view(), loss)
        });
        match result {
            Ok(value) => {
                assert!(step["error"].is_null(), "{context}: the reference refused");
                assert_close(&[value], &[step["loss"].as_f64().unwrap()], &context);
                for (projection, expected) in projections.iter().zip(step["data_after"].as_array().unwrap()) {
                    assert_close(projection.weights().values(), &numbers(expected), &context);
                }
            }
            Err(_) => {
                assert_eq!(
                    (population.state(), projections.clone()),
                    before,
                    "{context}: changed though refused"
                );
                if step["error"].is_null() {
                    return false;
                }
            }
        }
    }
    if case["train_steps"].as_array().unwrap().iter().all(|step| step["error"].is_null()) {
        assert_close(population.voltages(), &numbers(&case["final_voltages"][0]), id);
    }
    if let Some(first) = case.get("forward_first_batch") {
        population.reset();
        for (t, current) in case["train_steps"][0]["inputs"].as_array().unwrap().iter().enumerate() {
            let spikes = population.step(&numbers(current));
            let expected: Vec<f64> = numbers(&first["spikes"][t]);
            let active: Vec<u32> = (0..).zip(expected).filter(|(_, s)| *s != 0.0).map(|(i, _)| i).collect();
            assert_eq!(spikes, active, "{id}, step {t}");
            assert_close(population.voltages(), &numbers(&first["voltages"][t]), id);
        }
    }
    true
}

fn learner(case: &Value) -> Result<LocalDelta, sc_gradient::Error> {
    let learner = LocalDelta::new(case["lr"].as_f64().unwrap())?;
    match case["k"].as_i64() {
        None => Ok(learner),
        // A negative window cannot even be written; it stands for "refused" here.
        Some(k) => learner.with_window(usize::try_from(k).unwrap_or(0)),
    }
}

/// Numbers, of which some may have names only.
fn numbers(value: &Value) -> Vec<f64> {
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap());
    value.as_array().unwrap().iter().map(number).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    let width = rows.first().map_or(0, Vec::len);
    Array2::from_shape_vec((rows.len(), width), rows.concat()).unwrap()
}

fn assert_close(got: &[f64], expected: &[f64], context: &str) {
    assert_eq!(got.len(), expected.len(), "{context}");
    for (i, (a, b)) in got.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-3), "{context}: [{i}] is {a}, expected {b}");
    }
}
