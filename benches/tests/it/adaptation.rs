//! The adaptation benchmark against reports of sc-neurocore 3.16.0 (`tests/golden/adaptation_benchmark.json`, seed 1). Set
//! `SC_GOLDEN_DIR` to read another recording.

use std::{env, fs, path::Path, path::PathBuf};

use benches::adaptation::{Error, Protocol, Run, arguments, python, text};
use sc_online_o1::{Config, Decay};
use serde_json::{Value, json};

fn cases() -> Vec<Value> {
    let dir = env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")), PathBuf::from);
    let path = dir.join("adaptation_benchmark.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut file: Value = serde_json::from_str(&text).unwrap();
    let Value::Array(cases) = file["cases"].take() else { panic!("no cases in {}", path.display()) };
    cases
}

/// The defaults, but for what the case names.
fn protocol(args: &Value) -> Protocol {
    let mut protocol = Protocol::default();
    let number = |key: &str| args[key].as_i64();
    if let Some(config) = args["config"].as_object() {
        let [weight, trace, reward, learning, decay] =
            ["weight_bits", "trace_bits", "reward_bits", "learning_shift", "trace_decay_shift"]
                .map(|key| u8::try_from(config[key].as_u64().unwrap()).unwrap());
        protocol.config = Config::new(weight, trace, reward, learning, decay).unwrap();
    }
    if let Some(n) = number("n_synapses") {
        protocol.n_synapses = u64::try_from(n).unwrap();
    }
    if let Some(weight) = number("target_weight") {
        protocol.target_weight = u32::try_from(weight).unwrap();
    }
    if let Some(n) = number("max_pairings") {
        protocol.max_pairings = u32::try_from(n).unwrap();
    }
    if let Some(reward) = number("reward") {
        protocol.reward = i32::try_from(reward).unwrap();
    }
    protocol
}

#[test]
fn reports_are_those_of_the_reference() {
    let cases = cases();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let protocol = protocol(&case["args"]);
        let mut report = protocol.report(|protocol| Ok(protocol.run_native())).unwrap();
        let mut recorded = case["report"].clone();
        // The recording has no native run: it depends on the machine. Ours must equal the reference's own.
        assert_eq!(report["rust"], recorded["python"]);
        for key in ["rust", "parity"] {
            report.as_object_mut().unwrap().remove(key);
            recorded.as_object_mut().unwrap().remove(key);
        }
        assert_eq!(report, recorded);
    }
}

#[test]
fn a_target_is_reached_when_it_is_met() {
    let steps =
        |target_weight| Protocol { target_weight, ..Protocol::default() }.run_native().steps_to_target;
    // 13 more with every pairing.
    assert_eq!(
        [0, 13, 14, 195, 196, 208, 209].map(steps),
        [2, 2, 4, 30, 32, 32, 0].map(|n| Some(n).filter(|n| *n > 0))
    );
}

#[test]
fn parity_is_computed() {
    let protocol = Protocol::default();
    let native = protocol.run_native();
    let parity = |python| protocol.report(|_| python).unwrap()["parity"].clone();
    assert_eq!(parity(Ok(native.clone())), json!({ "rust_matches_python": true }));
    let mut other = native.clone();
    other.weight_trace[3] += 1;
    assert_eq!(parity(Ok(other)), json!({ "rust_matches_python": false }));
    let later = Run { steps_to_target: None, ..native };
    assert_eq!(parity(Ok(later)), json!({ "rust_matches_python": false }));
    assert_eq!(parity(Err("no Python".to_owned())), json!({ "rust_matches_python": null }));
}

#[test]
fn what_is_not_available_is_null_with_a_reason() {
    let protocol = Protocol::default();
    let expected = json!({
        "available": false, "reason": "no Python", "steps_to_target": null, "final_weight": null, "weight_trace": [],
    });
    assert_eq!(protocol.report(|_| Err("no Python".to_owned())).unwrap()["python"], expected);

    let missing = Path::new("no-such-library.so");
    let reason = python::run(&protocol, "no-such-python", missing).unwrap_err();
    assert!(reason.starts_with("no-such-python: "), "{reason}");
}

#[test]
fn the_command_line_has_its_own_defaults() {
    let parse = |line: &str| arguments::parse(line.split_whitespace().map(str::to_owned));
    let (protocol, output) = parse("--output report.json").unwrap();
    assert_eq!(output, Path::new("report.json"));
    assert_eq!(protocol.config, Config::new(8, 6, 4, 3, 2).unwrap());
    let weight_trace = vec![27, 54, 81, 108, 135, 162, 189, 216];
    assert_eq!(protocol.run_native(), Run { steps_to_target: Some(16), weight_trace });

    let line = "--n-synapses 1 --target-weight=2 --max-pairings 3 --reward -4 --weight-bits 5 --trace-bits 6 \
                --reward-bits=7 --learning-shift 8 --trace-decay-shift 9 --output=a=b";
    let config = Config::new(5, 6, 7, 8, 9).unwrap();
    let expected = Protocol { config, n_synapses: 1, target_weight: 2, max_pairings: 3, reward: -4 };
    assert_eq!(parse(line), Ok((expected, PathBuf::from("a=b"))));

    for (line, message) in [
        ("", "--output FILE is missing"),
        ("--output", "--output needs a value"),
        ("--output x --rewards 1", "no such option: --rewards"),
        ("--output x --reward 1.5", "--reward 1.5 is not a number, or not in range"),
        ("--output x --n-synapses -1", "--n-synapses -1 is not a number, or not in range"),
        ("--output x --weight-bits 272", "--weight-bits 272 is not a number, or not in range"),
        ("--output x --weight-bits 32", "weight_bits must be in 1..=31, got 32"),
    ] {
        assert_eq!(parse(line).unwrap_err().to_string(), message, "{line}");
    }
}

#[test]
fn numbers_out_of_range_give_no_report() {
    let valid = Protocol::default();
    let report = |protocol: Protocol| protocol.report(|_| Err(String::new()));
    assert!(report(Protocol { target_weight: 255, ..valid.clone() }).is_ok());
    let target = report(Protocol { target_weight: 256, ..valid.clone() });
    assert_eq!(target, Err(Error::Target { target: 256, max: 255 }));
    assert_eq!(report(Protocol { max_pairings: 0, ..valid.clone() }), Err(Error::NoPairings));
    let n_synapses = report(Protocol { n_synapses: 0, ..valid.clone() });
    assert_eq!(n_synapses, Err(Error::Hdl(sc_hdl::Error::NoSynapses)));
    let config = valid.config.with_decay(Decay::Ceiling);
    assert!(matches!(report(Protocol { config, ..valid }), Err(Error::Modes(_))));
}

#[test]
fn the_file_is_indented_and_sorted() {
    let protocol = Protocol { max_pairings: 1, target_weight: 0, ..Protocol::default() };
    let report = protocol.report(|_| Err("no Python".to_owned())).unwrap();
    let text = text(&report);
    assert!(text.ends_with("\n}\n") && !text.ends_with("\n\n"));
    let entry = "\n  \"rust\": {\n    \"available\": true,\n    \"final_weight\": 13,\n    \"steps_to_target\": 2,\n    \
                 \"weight_trace\": [\n      13\n    ]\n  },\n";
    assert!(text.contains(entry), "{text}");
    let is_key = |line: &&str| line.starts_with("  \"");
    let keys: Vec<&str> = text.lines().filter(is_key).map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(keys.len(), 12);
    assert!(keys.is_sorted(), "{keys:?}");
}
