//! Every line is a JSON object that holds what was logged, in its order.

use std::fs;

use proptest::prelude::*;
use sc_callbacks::{JsonLines, TrainingCallback, Value};
use serde_json::Value as Json;

fn written(step: u64, metrics: &[(&str, Value<'_>)]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("metrics.jsonl");
    JsonLines::create(&path).unwrap().log(step, metrics).unwrap();
    fs::read_to_string(&path).unwrap()
}

#[test]
fn each_kind_of_value() {
    let metrics = [
        ("b", 1e16.into()),
        ("a", (-0.0).into()),
        ("single", 0.1f32.into()),
        ("nan", f64::NAN.into()),
        ("inf", f32::INFINITY.into()),
        ("-inf", f64::NEG_INFINITY.into()),
        ("int", u64::MAX.into()),
        ("flag", true.into()),
        ("tab\t\"\\", "line\nend é \u{0}".into()),
    ];
    assert_eq!(
        written(3, &metrics),
        concat!(
            r#"{"step":3,"b":1e+16,"a":-0.0,"single":0.1,"nan":"nan","inf":"inf","-inf":"-inf","#,
            r#""int":18446744073709551615,"flag":true,"tab\t\"\\":"line\nend é \u0000"}"#,
            "\n"
        )
    );
    assert_eq!(written(u64::MAX, &[]), "{\"step\":18446744073709551615}\n");
}

proptest! {
    #[test]
    fn a_json_reader_gets_back_what_was_logged(step: u64, bits: u64, n: i64, key in ".{0,8}", text in ".{0,20}") {
        prop_assume!(!["step", "x", "n"].contains(&key.as_str()));
        let x = f64::from_bits(bits);
        let line = written(step, &[("x", x.into()), ("n", n.into()), (&key, text.as_str().into())]);
        prop_assert_eq!(line.matches('\n').count(), 1);
        let json: Json = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(json.as_object().unwrap().len(), 4);
        prop_assert_eq!(json["step"].as_u64(), Some(step));
        prop_assert_eq!(json["n"].as_i64(), Some(n));
        prop_assert_eq!(json[&key].as_str(), Some(text.as_str()));
        let back: f64 = json["x"].as_f64().unwrap_or_else(|| json["x"].as_str().unwrap().parse().unwrap());
        prop_assert!(back.to_bits() == bits || back.is_nan() && x.is_nan());
    }
}
