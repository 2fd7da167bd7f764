//! What lanes take according to synthesis.

use sc_hdl::{CalibratedEstimate, Cells, Error, Family, Identifier, Manifest, ResourceEstimate};
use sc_online_o1::{Config, Decay};
use serde_json::json;

#[test]
fn targets_have_the_names_of_the_reference_and_of_families() {
    for (target, family) in [
        ("ice40", Family::Ice40),
        ("ICE40", Family::Ice40),
        ("ice40up5k", Family::Ice40Up5k),
        ("ecp5", Family::Ecp5),
        ("artix7", Family::Xilinx7),
        ("xilinx7", Family::Xilinx7),
    ] {
        assert_eq!(CalibratedEstimate::new(&Config::DEFAULT, target).unwrap().family, family);
    }
    for family in Family::ALL {
        assert_eq!(Family::of_target(family.as_str()), Ok(family));
    }
}

#[test]
fn what_was_not_synthesized_is_refused() {
    let refused = |config: &Config, target| CalibratedEstimate::new(config, target).unwrap_err();
    assert_eq!(refused(&Config::DEFAULT, ""), Error::EmptyTarget);
    let unknown = refused(&Config::DEFAULT, "generic").to_string();
    assert!(
        unknown.starts_with(r#"lanes were not synthesized for "generic"; known are ice40, "#),
        "{unknown}"
    );
    let config = Config::DEFAULT.with_decay(Decay::Ceiling);
    assert!(matches!(refused(&config, "ecp5"), Error::OptInModes { .. }));
}

#[test]
fn figures_say_whether_they_were_counted() {
    let counted = serde_json::to_value(CalibratedEstimate::new(&Config::DEFAULT, "artix7").unwrap()).unwrap();
    let expected = [
        ("schema_version", json!("autonomous-learning.online-o1.synthesis-estimate.v1")),
        ("target", json!("artix7")),
        ("family", json!("xilinx7")),
        ("evidence_class", json!("synthesis")),
        ("command", json!("synth_xilinx -flatten")),
        ("dsps", json!(1)),
        ("block_rams", json!(0)),
        ("luts_error_percent", json!(null)),
        ("hardware_measurement_claimed", json!(false)),
    ];
    for (key, value) in expected {
        assert_eq!(counted[key], value, "{key}");
    }
    let config = Config::new(17, 13, 9, 5, 6).unwrap();
    let estimated = serde_json::to_value(CalibratedEstimate::new(&config, "artix7").unwrap()).unwrap();
    assert_eq!(estimated["evidence_class"], "synthesis_calibrated_estimate");
    assert!(estimated["luts_error_percent"].is_u64() && estimated["carries_error_percent"].is_u64());
    assert!(estimated["tool"].as_str().unwrap().starts_with("Yosys "));
}

#[test]
fn no_key_means_something_else_than_in_the_formula() {
    let ours = serde_json::to_value(CalibratedEstimate::new(&Config::DEFAULT, "ecp5").unwrap()).unwrap();
    let formula = serde_json::to_value(ResourceEstimate::new(&Config::DEFAULT, 1, "ecp5").unwrap()).unwrap();
    let shared: Vec<_> = formula.as_object().unwrap().keys().filter(|key| ours.get(key).is_some()).collect();
    assert_eq!(shared, ["evidence_class", "hardware_measurement_claimed", "schema_version", "target"]);
}

#[test]
fn every_lane_has_cells_and_wider_ones_more() {
    let cells = |widths: [u8; 3], shift, family: Family| {
        let config = Config::new(widths[0], widths[1], widths[2], shift, shift).unwrap();
        CalibratedEstimate::new(&config, family.as_str()).unwrap().cells
    };
    for family in Family::ALL {
        // The narrowest lanes, of which even one that decays has more than a cell.
        for shift in [0, 1, 30] {
            assert!(cells([1, 2, 1], shift, family).luts > 0, "{family}, {shift}");
        }
        let [narrow, wide] = [[9, 9, 7], [22, 21, 19]].map(|widths| cells(widths, 5, family));
        assert!(narrow.luts < wide.luts && narrow.carries < wide.carries && narrow.dsps <= wide.dsps);
        assert_eq!((narrow.flip_flops, wide.flip_flops), (9 + 27 + 1, 22 + 63 + 1));
    }
}

#[test]
fn manifests_have_one_key_more_if_asked_for() {
    let name = Identifier::new("a").unwrap();
    let manifest = Manifest::new(&Config::DEFAULT, &name, "a.v", None).unwrap();
    let estimate = CalibratedEstimate::new(&Config::DEFAULT, "ice40").unwrap();
    let Cells { luts, .. } = estimate.cells;
    let [without, with] = [manifest.clone(), manifest.with_synthesis_estimate(estimate)]
        .map(|manifest| serde_json::to_value(manifest).unwrap());
    assert!(without.get("synthesis_estimate").is_none());
    assert_eq!(with["synthesis_estimate"]["luts"], luts);
    assert_eq!(with.as_object().unwrap().len(), without.as_object().unwrap().len() + 1);
}
