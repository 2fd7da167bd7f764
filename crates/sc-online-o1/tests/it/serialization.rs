//! Feature `serde`: SC-NIR's annotation and memory proof as the reference writes them; configurations and states to and from
//! text, the bad ones refused.

use sc_online_o1::{
    scnir::{Annotation, AnnotationError, MemoryProof},
    Config, Decay, Rounding, Snapshot, Synapse,
};
use serde_json::{json, Value};

use crate::corpus;

/// The keys of a text in their order; a `Value` sorts them.
fn keys(text: &str) -> Vec<&str> {
    let fields = text.trim_matches(['{', '}']).split(",\"");
    fields.filter_map(|field| Some(field.split_once("\":")?.0.trim_matches('"'))).collect()
}

#[test]
fn annotations_and_proofs_are_those_of_the_reference() {
    let mut n_compared = 0;
    for case in corpus::file("scnir_memory.json") {
        let Some(rule_id) = case["rule_id"].as_str() else { continue };
        let config = corpus::config(&case["config"]);
        let n_synapses = case["n_synapses"].as_u64().unwrap();
        let annotation = serde_json::to_string(&Annotation::new(&config, rule_id).unwrap()).unwrap();
        let proof = serde_json::to_string(&MemoryProof::new(&config, n_synapses, Some(5))).unwrap();
        for (text, name, order) in [
            (annotation, "annotation", "annotation_key_order"),
            (proof, "memory_proof", "memory_proof_key_order"),
        ] {
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), case[name]);
            assert_eq!(json!(keys(&text)), case[order]);
            n_compared += 1;
        }
    }
    assert_eq!(n_compared, 20);
}

#[test]
fn the_reference_refuses_what_cannot_be_asked_for_here() {
    let refused: Vec<Value> = corpus::file("scnir_memory.json")
        .iter()
        .map(|case| case["odd"].clone())
        .filter(|odd| !odd.is_null())
        .collect();
    // Only the first is not a matter of types: counts have no sign and no fraction, and there is one rule family.
    let known = [
        "empty_rule_id",
        "negative_synapses",
        "negative_length",
        "bool_synapses",
        "float_length",
        "bad_rule_family",
    ];
    assert_eq!(refused, known);
    assert_eq!(Annotation::new(&Config::DEFAULT, ""), Err(AnnotationError::EmptyRuleId));
}

#[test]
fn no_annotation_speaks_of_modes_that_it_has_no_key_for() {
    let plain = Config::DEFAULT;
    for config in [
        plain.with_rounding(Rounding::Nearest),
        plain.with_rounding(Rounding::TowardZero),
        plain.with_decay(Decay::Ceiling),
        plain.with_pairing_shift(1).unwrap(),
    ] {
        assert_eq!(Annotation::new(&config, "rule"), Err(AnnotationError::OptInModes { config }));
        // The memory is the same.
        assert_eq!(MemoryProof::new(&config, 3, None), MemoryProof::new(&plain, 3, None));
    }
    let error = Annotation::new(&plain.with_decay(Decay::Ceiling), "rule").unwrap_err();
    let says =
        "the annotation can only describe default modes, not rounding Floor, decay Ceiling, pairing_shift 0";
    assert_eq!(error.to_string(), says);
}

#[test]
fn a_proof_does_not_depend_on_the_sequence_and_does_not_overflow() {
    let widest = Config::new(31, 30, 30, 0, 0).unwrap();
    let proof = MemoryProof::new(&widest, u64::MAX, None);
    assert_eq!(proof.total_state_bits(), 121 * u128::from(u64::MAX));
    for length in [0, 1, u64::MAX] {
        assert_eq!(MemoryProof::new(&widest, u64::MAX, Some(length)), proof);
    }
}

#[test]
fn a_configuration_survives_and_a_partial_one_is_completed() {
    let config = Config::new(8, 6, 4, 3, 2).unwrap();
    let config =
        config.with_rounding(Rounding::TowardZero).with_decay(Decay::Ceiling).with_pairing_shift(1).unwrap();
    let text = serde_json::to_string(&config).unwrap();
    let expected = r#"{"weight_bits":8,"trace_bits":6,"reward_bits":4,"learning_shift":3,"trace_decay_shift":2,"pairing_shift":1,"rounding":"toward_zero","decay":"ceiling"}"#;
    assert_eq!(text, expected);
    assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), config);
    assert_eq!(serde_json::from_str::<Config>("{}").unwrap(), Config::DEFAULT);
    let one = serde_json::from_str::<Config>(r#"{"reward_bits": 4}"#).unwrap();
    assert_eq!(one, Config::new(16, 12, 4, 4, 4).unwrap());
}

#[test]
fn a_bad_configuration_is_refused_with_its_reason() {
    for (text, reason) in [
        (r#"{"weight_bits": 32}"#, "weight_bits must be in 1..=31, got 32"),
        (r#"{"trace_bits": 1}"#, "trace_bits must be in 2..=30, got 1"),
        (r#"{"pairing_shift": 31}"#, "pairing_shift must be in 0..=30, got 31"),
        (r#"{"weight_bits": 272}"#, "invalid value: integer `272`, expected u8"),
        (r#"{"weight_bits": -1}"#, "invalid value: integer `-1`, expected u8"),
        (r#"{"weight_bits": 8.0}"#, "invalid type: floating point `8.0`, expected u8"),
        (r#"{"weight_bits": true}"#, "invalid type: boolean `true`, expected u8"),
        (r#"{"weight_bit": 8}"#, "unknown field `weight_bit`"),
        (r#"{"rounding": "stochastic"}"#, "unknown variant `stochastic`"),
    ] {
        let error = serde_json::from_str::<Config>(text).unwrap_err().to_string();
        assert!(error.starts_with(reason), "{text}: {error}");
    }
}

#[test]
fn a_state_survives_and_is_checked_where_it_is_restored() {
    let state = Snapshot { weight: 7, pre_trace: 8, post_trace: 9, eligibility: -10 };
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(text, r#"{"weight":7,"pre_trace":8,"post_trace":9,"eligibility":-10}"#);
    assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), state);
    assert!(serde_json::from_str::<Snapshot>(r#"{"weight":7,"pre_trace":8,"post_trace":9}"#).is_err());
    assert!(serde_json::from_str::<Snapshot>(&text.replace('}', r#","age":0}"#)).is_err());
    let beyond: Snapshot = serde_json::from_str(&text.replace("-10", "5000")).unwrap();
    assert_eq!(Synapse::restore(Config::DEFAULT, beyond).unwrap_err().variable, "eligibility");
}
