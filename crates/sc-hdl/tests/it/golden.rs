//! The facts that sc-neurocore 3.16.0 recorded of its own (`tests/golden/hdl_facts.json`, seed 1). Set `SC_GOLDEN_DIR` to
//! read another recording.

use std::{env, fs, path::PathBuf};

use sc_online_o1::Config;
use serde_json::Value;

pub(crate) fn cases() -> Vec<Value> {
    let dir = env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")), PathBuf::from);
    let path = dir.join("hdl_facts.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut file: Value = serde_json::from_str(&text).unwrap();
    let Value::Array(cases) = file["cases"].take() else { panic!("no cases in {}", path.display()) };
    cases
}

pub(crate) fn config(case: &Value) -> Config {
    let [weight, trace, reward, learning, decay] =
        ["weight_bits", "trace_bits", "reward_bits", "learning_shift", "trace_decay_shift"]
            .map(|key| u8::try_from(case["config"][key].as_u64().unwrap()).unwrap());
    Config::new(weight, trace, reward, learning, decay).unwrap()
}

#[test]
fn every_case_is_looked_at() {
    // By `lane`, `manifest` and `resource`; by `identifier`; by `resource`.
    let is = |kind: &str| cases().iter().filter(|case| case["kind"] == kind).count();
    let lanes = cases().iter().filter(|case| case["ports"].is_array()).count();
    assert_eq!((lanes, is("module_name"), is("estimate_args"), cases().len()), (8, 14, 5, 27));
}
