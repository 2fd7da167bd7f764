//! Every weight after every step, from sc-neurocore 3.16.0 (numpy 2.4.6, seed 1). Set `SC_GOLDEN_DIR` to read
//! another recording.

use std::path::PathBuf;

use sc_core::{Csr, Weights};
use sc_plasticity::{ClockedStdp, ClockedStdpParameters};
use serde_json::Value;

#[test]
fn every_weight_after_every_step_agrees() {
    let directory = std::env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden"), PathBuf::from);
    let text = std::fs::read_to_string(directory.join("network.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap().iter().filter(|case| case["kind"] == "projection_stdp");
    let mut n_cases = 0;
    for case in cases {
        n_cases += 1;
        let projection = &case["projection"];
        let integers = |value: &Value| -> Vec<usize> {
            value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect()
        };
        let numbers = |value: &Value| -> Vec<f64> {
            value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
        };
        let active = |row: &Value| -> Vec<u32> {
            (0..).zip(integers(row)).filter(|(_, spike)| *spike == 1).map(|(i, _)| i).collect()
        };
        let width = |rows: &Value| rows[0].as_array().unwrap().len();
        let indices = integers(&projection["indices"]).into_iter().map(|i| i as u32).collect();
        let (indptr, values) = (integers(&projection["indptr"]), numbers(&projection["data"]));
        let mut weights: Weights<f64> =
            Csr::new(width(&case["pre"]), width(&case["post"]), indptr, indices, values).unwrap().into();
        let parameters = ClockedStdpParameters { symmetric: case["recurrent"] == true, ..Default::default() };
        let mut stdp = ClockedStdp::new(&weights, parameters).unwrap();
        for (t, pre) in case["pre"].as_array().unwrap().iter().enumerate() {
            stdp.step(weights.values_mut(), &active(pre), &active(&case["post"][t]));
            for (w, expected) in weights.values().iter().zip(numbers(&case["data_after"][t])) {
                assert!((w - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "step {t}: {w} {expected}");
            }
        }
    }
    assert_eq!(n_cases, 3);
}
