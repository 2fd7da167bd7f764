//! The files that sc-neurocore 3.16.0 was seen to write.
//!
//! The same text, to the byte; each case in which ours differs is named, with the text or the error that we have instead.

use std::{env, fs, path::PathBuf};

use sc_callbacks::{Csv, Error, TrainingCallback, Value};
use serde_json::Value as Json;

fn cases() -> Vec<Json> {
    let dir = env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")), PathBuf::from);
    let path = dir.join("csv_callback.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut file: Json = serde_json::from_str(&text).unwrap();
    let Json::Array(cases) = file["cases"].take() else { panic!("no cases in {}", path.display()) };
    assert_eq!(cases.len(), 13, "every case must be judged below");
    cases
}

/// A `[key, value, Python type]` triple as a metric.
fn metric(triple: &Json) -> (&str, Value<'_>) {
    let (key, value) = (triple[0].as_str().unwrap(), &triple[1]);
    let float = || value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap());
    let value = match triple[2].as_str().unwrap() {
        "float" | "float64" => Value::F64(float()),
        "float32" => Value::F32(float() as f32),
        // One of them is beyond i64, which this JSON reader keeps as a float: take its 20 digits from the file's text.
        "int" | "int64" if value.is_i64() => Value::Int(value.as_i64().unwrap().into()),
        "int" if value.as_f64() == Some(-12345678901234567890.0) => Value::Int(-12345678901234567890),
        "bool" => Value::Bool(value.as_bool().unwrap()),
        other => panic!("unknown type {other}: {value}"),
    };
    (key, value)
}

/// The steps of a case through [`Csv`]: the file's text at the end.
fn replay(case: &Json) -> Result<String, Error> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("metrics.csv");
    let mut csv = Csv::create(&path)?;
    for log in case["logs"].as_array().unwrap() {
        let metrics: Vec<_> = log["metrics"].as_array().unwrap().iter().map(metric).collect();
        // Steps are u64 here: a negative one is replayed by its modulus.
        csv.log(log["step"].as_i64().unwrap().unsigned_abs(), &metrics)?;
    }
    for _ in 0..case["closes"].as_u64().unwrap() {
        csv.close()?;
    }
    Ok(fs::read_to_string(&path).unwrap())
}

#[test]
fn recorded_files_are_reproduced_except_where_they_lose_or_garble_data() {
    let mut same = Vec::new();
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        let got = replay(&case);
        let instead = match id {
            // No file: ours is created with the sink, to find a bad path before the training rather than after it.
            "no_rows" => "",
            // The value of `b` is lost: ours gets a column.
            "extra_key_later_is_dropped" => "step,a,b\n0,1.0,\n1,2.0,3.0\n",
            // A KeyError amid the writing, two rows lost: ours has an empty cell.
            "missing_key_later" => "step,a,b\n0,1.0,2.0\n1,2.0,5.0\n2,3.0,\n3,4.0,1.0\n",
            // Three names that read as four: ours are quoted.
            "comma_quote_newline_in_key_not_quoted" => "step,\"a,b\",\"c\"\"d\"\n0,1.0,2.0\n",
            // Step -3, which no u64 is.
            "ints_and_bools" => "step,a,b,c\n3,7,True,-12345678901234567890\n",
            // The step number 4 is lost: ours refuses the name.
            "step_metric_overrides_step" => {
                assert!(matches!(got, Err(Error::ReservedKey { key }) if key == "step"));
                continue;
            }
            _ => {
                assert_eq!(got.unwrap(), case["file"].as_str().unwrap(), "case {id}");
                same.push(id.to_owned());
                continue;
            }
        };
        assert_ne!(case["file"].as_str(), Some(instead), "case {id} does not differ");
        assert_eq!(got.unwrap(), instead, "case {id}");
    }
    assert_eq!(
        same,
        [
            "basic",
            "tricky_floats",
            "key_order_from_first_row",
            "non_ascii_key",
            "close_twice_rewrites",
            "empty_metrics",
            "numpy_scalar"
        ]
    );
}
