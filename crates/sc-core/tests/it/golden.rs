//! Reading the recorded cases, and building what they describe.
//!
//! `tests/golden/network.json` was recorded from sc-neurocore 3.16.0 (numpy 2.4.6, seed 1). Set
//! `SC_GOLDEN_DIR` to read another recording.

use std::path::PathBuf;

use sc_core::{Csr, Delay, EulerLif, EulerLifParameters, Lapicque, LapicqueParameters, Population};
use serde_json::Value;

/// All cases of one kind.
pub(crate) fn cases(kind: &str) -> Vec<Value> {
    let directory = std::env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden"), PathBuf::from);
    let text = std::fs::read_to_string(directory.join("network.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases: Vec<Value> = file["cases"].as_array().unwrap().clone();
    cases.into_iter().filter(|case| case["kind"] == kind).collect()
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

pub(crate) fn integers(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect()
}

/// Rows of 0 and 1 as lists of the active.
pub(crate) fn active(row: &Value) -> Vec<u32> {
    (0..).zip(integers(row)).filter(|(_, spike)| *spike == 1).map(|(i, _)| i).collect()
}

/// Equal to one part in 10^9 of the larger.
pub(crate) fn assert_close(got: &[f64], expected: &[f64], context: &str) {
    assert_eq!(got.len(), expected.len(), "{context}");
    for (i, (a, b)) in got.iter().zip(expected).enumerate() {
        assert!(
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3),
            "{context}: [{i}] is {a}, expected {b}"
        );
    }
}

/// The two models that occur, under one roof.
pub(crate) enum Neurons {
    Lapicque(Lapicque<f64>),
    EulerLif(EulerLif<f64>),
}

/// The neuron a case describes, or why it cannot be.
pub(crate) fn neuron(model: &Value, parameters: &Value) -> Result<Neurons, String> {
    let or = |name: &str, default: f64| parameters.get(name).map_or(default, |value| value.as_f64().unwrap());
    if model == "lapicque" {
        let parameters = LapicqueParameters {
            v_initial: Some(or("v", 0.0)),
            v_rest: or("v_rest", 0.0),
            v_reset: or("v_reset", 0.0),
            v_threshold: or("v_threshold", 1.0),
            tau_m: or("tau", 20.0),
            resistance: or("resistance", 1.0),
            dt: or("dt", 1.0),
        };
        return Lapicque::new(parameters).map(Neurons::Lapicque).map_err(|error| error.to_string());
    }
    assert_eq!(model, "stochastic_lif");
    let refractory = parameters.get("refractory_period").map_or(0, |steps| steps.as_i64().unwrap());
    let parameters = EulerLifParameters {
        v_rest: or("v_rest", 0.0),
        v_reset: or("v_reset", 0.0),
        v_threshold: or("v_threshold", 1.0),
        tau_m: or("tau_mem", 20.0),
        resistance: or("resistance", 1.0),
        dt: or("dt", 1.0),
        noise_std: or("noise_std", 0.0),
        // A negative count does not even fit the type.
        refractory_steps: u32::try_from(refractory).map_err(|error| error.to_string())?,
    };
    EulerLif::new(parameters).map(Neurons::EulerLif).map_err(|error| error.to_string())
}

/// A population of noiseless neurons with step and reset, whatever their model.
pub(crate) fn lapicque_population(case: &Value) -> Population<Lapicque<f64>, f64> {
    let Neurons::Lapicque(neuron) = neuron(&case["model"], &case["params"]).unwrap() else { unreachable!() };
    Population::new(neuron, case["n"].as_u64().unwrap() as usize, 0)
}

pub(crate) fn weights(case: &Value, n_pre: usize, n_post: usize) -> Csr<f64> {
    let indices = integers(&case["indices"]).into_iter().map(|i| i as u32).collect();
    Csr::new(n_pre, n_post, integers(&case["indptr"]), indices, numbers(&case["data"])).unwrap()
}

/// The delay the reference package makes of a number or an array: halves to even; a number other than zero is
/// at least one step, an entry of an array at least none.
pub(crate) fn delay(value: &Value) -> Delay {
    let rounded = |value: &Value, least: f64| value.as_f64().unwrap().round_ties_even().max(least) as u16;
    match value.as_array() {
        Some(entries) => Delay::PerSynapse(entries.iter().map(|entry| rounded(entry, 0.0)).collect()),
        None if value.as_f64() == Some(0.0) => Delay::Uniform(0),
        None => Delay::Uniform(rounded(value, 1.0)),
    }
}
