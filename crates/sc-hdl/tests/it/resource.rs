//! Resource estimates against those of the reference.

use sc_hdl::{Error, ResourceEstimate};
use sc_online_o1::{Config, Decay, Rounding};

use crate::golden::{cases, config};

#[test]
fn estimates_are_those_of_the_reference() {
    let mut n_compared = 0;
    for case in cases() {
        let Some(estimates) = case["estimates"].as_object() else { continue };
        let config = config(&case);
        let n_synapses = case["n_synapses"].as_u64().unwrap();
        for (target, expected) in estimates {
            let estimate = ResourceEstimate::new(&config, n_synapses, target).unwrap();
            assert_eq!(&serde_json::to_value(estimate).unwrap(), expected, "{config:?}, {target}");
            n_compared += 1;
        }
    }
    assert_eq!(n_compared, 8 * 7);
}

#[test]
fn what_the_reference_refuses_is_refused_or_cannot_be_asked_for() {
    let mut refused = Vec::new();
    for case in cases().iter().filter(|case| case["kind"] == "estimate_args") {
        // Negative, fractional and boolean numbers of synapses are not of the type.
        let Some(n_synapses) = case["n_synapses"].as_u64() else { continue };
        let estimate = ResourceEstimate::new(&Config::DEFAULT, n_synapses, case["target"].as_str().unwrap());
        refused.push(estimate.unwrap_err());
    }
    assert_eq!(refused, [Error::NoSynapses, Error::EmptyTarget]);
}

#[test]
fn keys_are_written_in_the_order_of_the_reference() {
    let text = serde_json::to_string(&ResourceEstimate::new(&Config::DEFAULT, 1, "ecp5").unwrap()).unwrap();
    let expected = concat!(
        r#"{"schema_version":"sc-neurocore.online-o1.resource-estimate.v1","target":"ecp5","#,
        r#""evidence_class":"pre_synthesis_estimate","n_synapses":1,"per_synapse_state_bits":52,"total_state_bits":52,"#,
        r#""bram18_tiles":1,"bram36_tiles":1,"lane_ff_bits":128,"estimated_luts":72,"estimated_dsps":1,"#,
        r#""max_update_latency_cycles":1,"hardware_measurement_claimed":false}"#
    );
    assert_eq!(text, expected);
}

#[test]
fn tiles_are_rounded_up_and_the_largest_number_of_synapses_fits() {
    // 18 and 36 Kibit in synapses of 7 bits: 2633.14 and 5266.3 of them.
    let config = Config::new(1, 2, 1, 0, 0).unwrap();
    let tiles = |n| {
        let estimate = ResourceEstimate::new(&config, n, "x").unwrap();
        (estimate.bram18_tiles, estimate.bram36_tiles)
    };
    assert_eq!([1, 2633, 2634, 5266, 5267].map(tiles), [(1, 1), (1, 1), (2, 1), (2, 1), (3, 2)]);
    let widest = Config::new(31, 30, 30, 0, 0).unwrap();
    let all = ResourceEstimate::new(&widest, u64::MAX, "x").unwrap();
    assert_eq!(all.total_state_bits, 121 * u128::from(u64::MAX));
}

#[test]
fn modes_without_a_formula_are_refused() {
    let config = Config::DEFAULT.with_decay(Decay::Ceiling);
    let error = Error::OptInModes { rounding: Rounding::Floor, decay: Decay::Ceiling, pairing_shift: 0 };
    assert_eq!(ResourceEstimate::new(&config, 1, "x"), Err(error));
    assert!(ResourceEstimate::new(&Config::DEFAULT.with_rounding(Rounding::Nearest), 1, "x").is_err());
    assert!(ResourceEstimate::new(&Config::DEFAULT.with_pairing_shift(1).unwrap(), 1, "x").is_err());
}
