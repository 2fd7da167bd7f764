//! Recordings of sc-neurocore 3.16.0 (numpy 2.4.6, seed 1). Set `SC_GOLDEN_DIR` to read others.

use std::path::PathBuf;

use serde_json::Value;

/// The cases of a recording; those with a field `odd` show what happens on misuse.
pub(crate) fn cases(file: &str) -> Vec<Value> {
    let directory = std::env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden"), PathBuf::from);
    let text = std::fs::read_to_string(directory.join(file)).unwrap();
    let mut recording: Value = serde_json::from_str(&text).unwrap();
    serde_json::from_value(recording["cases"].take()).unwrap()
}

pub(crate) fn is_odd(case: &Value) -> bool {
    case.get("odd").is_some()
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// A matrix, row by row.
pub(crate) fn matrix(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().flat_map(numbers).collect()
}

/// The positions for which a condition holds.
pub(crate) fn positions(values: &[f64], condition: impl Fn(f64) -> bool) -> Vec<u32> {
    (0..).zip(values).filter(|(_, value)| condition(**value)).map(|(i, _)| i).collect()
}

/// Agreement to 1e-9 relative, or 1e-12 absolute.
#[track_caller]
pub(crate) fn assert_close(got: &[f64], expected: &[f64], what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let error = (got - expected).abs();
        assert!(error <= 1e-9 * expected.abs().max(1e-3), "{what} [{i}]: {got}, recorded {expected}");
    }
}
