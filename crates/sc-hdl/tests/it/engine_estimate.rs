//! What engines take according to synthesis.

use sc_hdl::{Engine, EngineEstimate, EngineShape, Error, Family, Identifier, Manifest, ResourceEstimate};
use sc_online_o1::Config;
use serde_json::{Value, json};

/// An engine as it is for a family.
fn engine(config: Config, [lanes, rows, groups]: [u32; 3], family: Family) -> Engine {
    let name = Identifier::new(Engine::DEFAULT_NAME).unwrap();
    let engine = Engine::new(config, EngineShape { lanes, rows, groups }, name).unwrap();
    if family.has_multipliers() { engine } else { engine.without_multipliers() }
}

fn json(config: Config, shape: [u32; 3], family: Family) -> Value {
    let engine = engine(config, shape, family);
    serde_json::to_value(EngineEstimate::new(&engine, family.as_str()).unwrap()).unwrap()
}

#[test]
fn what_was_not_synthesized_is_refused() {
    let refused = |family, target| {
        EngineEstimate::new(&engine(Config::DEFAULT, [4, 256, 1], family), target).unwrap_err()
    };
    assert_eq!(refused(Family::Ecp5, ""), Error::EmptyTarget);
    assert!(matches!(refused(Family::Ecp5, "generic"), Error::UnknownTarget { .. }));
    assert_eq!(
        refused(Family::Ecp5, "ice40hx8k").to_string(),
        "engines for ice40 were synthesized without multipliers, this one is with multipliers"
    );
    assert_eq!(
        refused(Family::Ice40, "artix7").to_string(),
        "engines for xilinx7 were synthesized with multipliers, this one is without multipliers"
    );
}

#[test]
fn figures_say_whether_they_were_counted() {
    let counted = json(Config::DEFAULT, [2, 256, 1], Family::Ecp5);
    let expected = [
        ("schema_version", json!("autonomous-learning.online-o1.engine-estimate.v1")),
        ("target", json!("ecp5")),
        ("family", json!("ecp5")),
        ("evidence_class", json!("synthesis")),
        ("command", json!("synth_ecp5 -nowidelut")),
        ("n_synapses", json!(512)),
        ("bits_per_synapse", json!(28)),
        ("synapses_per_clock", json!(2)),
        ("clocks_per_step", json!(264)),
        ("dsps", json!(2)),
        ("block_rams", json!(5)),
        ("lut_memories", json!(16)),
        ("luts_error_percent", json!(null)),
        ("carries_error_percent", json!(null)),
        ("flip_flops_error_percent", json!(null)),
        ("hardware_measurement_claimed", json!(false)),
    ];
    for (key, value) in expected {
        assert_eq!(counted[key], value, "{key}");
    }
    let estimated = json(Config::DEFAULT, [32, 4096, 4], Family::Ecp5);
    assert_eq!(estimated["evidence_class"], "synthesis_calibrated_estimate");
    for key in ["luts_error_percent", "carries_error_percent", "flip_flops_error_percent"] {
        assert!(estimated[key].is_u64(), "{key}");
    }
    assert!(estimated["tool"].as_str().unwrap().starts_with("Yosys "));
}

#[test]
fn no_key_means_something_else_than_in_the_formula() {
    let ours = json(Config::DEFAULT, [2, 256, 1], Family::Ecp5);
    let formula =
        serde_json::to_value(ResourceEstimate::new(&Config::DEFAULT, 512, "ecp5").unwrap()).unwrap();
    let shared: Vec<_> = formula.as_object().unwrap().keys().filter(|key| ours.get(key).is_some()).collect();
    // So many synapses are so many in both.
    assert_eq!(
        shared,
        ["evidence_class", "hardware_measurement_claimed", "n_synapses", "schema_version", "target"]
    );
}

#[test]
fn more_lanes_take_more_and_the_largest_engine_is_no_overflow() {
    for family in Family::ALL {
        let cells = |config, shape| {
            EngineEstimate::new(&engine(config, shape, family), family.as_str()).unwrap().cells
        };
        let [few, many] = [[5, 256, 1], [50, 256, 1]].map(|shape| cells(Config::DEFAULT, shape));
        assert!(few.luts < many.luts && few.carries < many.carries && few.flip_flops < many.flip_flops);
        assert!(few.block_rams < many.block_rams && few.dsps <= many.dsps);
        let widest = Config::new(31, 30, 30, 0, 1).unwrap();
        let largest = cells(widest, [1 << 10, 1 << 16, 1 << 10]);
        let bits = 61 << 36_u64;
        assert!(u64::from(largest.block_rams) * 18 * 1024 >= bits, "{family}");
    }
}

#[test]
fn manifests_have_one_key_more_if_asked_for() {
    let name = Identifier::new("a").unwrap();
    let manifest = Manifest::new(&Config::DEFAULT, &name, "a.v", None).unwrap();
    let engine = engine(Config::DEFAULT, [2, 256, 1], Family::Ecp5);
    let estimate = EngineEstimate::new(&engine, "ecp5").unwrap();
    let [without, with] = [manifest.clone(), manifest.with_engine_estimate(estimate)]
        .map(|manifest| serde_json::to_value(manifest).unwrap());
    assert!(without.get("engine_estimate").is_none());
    assert_eq!(with["engine_estimate"]["n_synapses"], 512);
    assert_eq!(with.as_object().unwrap().len(), without.as_object().unwrap().len() + 1);
}
