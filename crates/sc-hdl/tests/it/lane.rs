//! The text of a lane. What it computes is compared by `cargo xtask rtl`.

use std::collections::BTreeSet;

use sc_hdl::{Error, Identifier, Lane};
use sc_online_o1::{Config, Rounding};
use serde_json::{Value, json};

use crate::golden::{cases, config};

fn lane(config: Config, name: &str) -> Lane {
    Lane::new(config, Identifier::new(name).unwrap()).unwrap()
}

/// `parameter WEIGHT_BITS = 16,` of the head of a module.
fn parameters(verilog: &str) -> Vec<(String, u64)> {
    let declarations = verilog.lines().filter_map(|line| line.trim().strip_prefix("parameter "));
    declarations
        .map(|declaration| {
            let (name, rest) = declaration.split_once(" = ").unwrap();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            (name.to_owned(), digits.parse().unwrap())
        })
        .collect()
}

/// `input wire signed [REWARD_BITS-1:0] reward,` of the head of a module, in the words of the recording.
fn ports(verilog: &str) -> Vec<Value> {
    let parameters = parameters(verilog);
    let head = verilog.lines().take_while(|line| *line != ");").map(str::trim);
    head.filter(|line| line.starts_with("input ") || line.starts_with("output "))
        .map(|line| {
            let words: Vec<&str> = line.trim_end_matches(',').split(' ').collect();
            let range = words.iter().find_map(|word| word.strip_prefix('[')?.strip_suffix("-1:0]"));
            let width = range.map_or(1, |bits| parameters.iter().find(|(name, _)| name == bits).unwrap().1);
            json!({
                "direction": words[0], "net": words[1], "signed": words.contains(&"signed"),
                "name": words.last(), "width": width,
            })
        })
        .collect()
}

#[test]
fn modules_have_the_parameters_and_ports_of_the_reference() {
    let mut n_compared = 0;
    for case in cases().iter().filter(|case| case["ports"].is_array()) {
        let (config, name) = (config(case), case["module_name"].as_str().unwrap());
        let verilog = lane(config, name).verilog();
        assert_eq!(verilog.matches(&format!("module {name} #(")).count(), 1);
        let expected = case["parameters"].as_object().unwrap();
        let expected: Vec<_> =
            expected.iter().map(|(name, value)| (name.clone(), value.as_u64().unwrap())).collect();
        let sorted = |list: Vec<(String, u64)>| list.into_iter().collect::<BTreeSet<_>>();
        assert_eq!(sorted(parameters(&verilog)), sorted(expected));
        assert_eq!(&json!(ports(&verilog)), &case["ports"]);
        // The reference writes a number, which is wrong once parameters are overridden.
        assert!(verilog.contains("localparam PER_SYNAPSE_STATE_BITS = WEIGHT_BITS + 3 * TRACE_BITS;"));
        assert_eq!(
            u64::from(config.per_synapse_state_bits()),
            case["localparam_state_bits"].as_u64().unwrap()
        );
        // A text file ends with a line, and Verilator says so; the reference's does not.
        assert_eq!((&case["ends_with_newline"], verilog.ends_with("endmodule\n")), (&json!(false), true));
        n_compared += 1;
    }
    assert_eq!(n_compared, 8);
}

#[test]
fn the_name_of_the_reference_is_the_default() {
    assert_eq!(cases()[0]["module_name"], Lane::DEFAULT_NAME);
    assert_eq!(
        lane(Config::DEFAULT, Lane::DEFAULT_NAME).with_load_port().verilog(),
        include_str!("../../verilog/lane.v")
    );
}

#[test]
fn only_defaults_depend_on_the_configuration() {
    let narrow = lane(Config::new(1, 2, 1, 0, 0).unwrap(), "a").verilog();
    let wide = lane(Config::new(31, 30, 29, 28, 27).unwrap(), "a").verilog();
    let differ: Vec<_> = narrow.lines().zip(wide.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!((differ.len(), narrow.lines().count()), (5, wide.lines().count()));
    assert!(differ.iter().all(|(a, b)| a.contains("parameter") && b.contains("parameter")));
}

#[test]
fn the_load_port_comes_after_the_reward() {
    let [without, with] =
        [lane(Config::DEFAULT, "a"), lane(Config::DEFAULT, "a").with_load_port()].map(|lane| {
            ports(&lane.verilog())
                .iter()
                .map(|port| port["name"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        });
    let mut expected = without.clone();
    expected.splice(6..6, ["load".to_owned(), "load_weight".to_owned()]);
    assert_eq!((with, without[5].as_str()), (expected, "reward"));
    assert!(!lane(Config::DEFAULT, "a").verilog().contains("load"));
}

#[test]
fn mutations_are_of_lines_that_there_are() {
    let lane = lane(Config::DEFAULT, "a").verilog();
    let mutations = include_str!("../rtl/lane_mutations.txt");
    let pieces: Vec<_> = mutations.lines().filter_map(|line| line.strip_prefix('-')).collect();
    assert!(pieces.len() >= 10);
    for piece in pieces {
        assert_eq!(lane.matches(piece).count(), 1, "{piece}");
    }
}

#[test]
fn modes_that_lanes_do_not_have_are_refused() {
    let config = Config::DEFAULT.with_rounding(Rounding::Nearest);
    let error = Lane::new(config, Identifier::new("a").unwrap()).unwrap_err();
    assert!(matches!(error, Error::OptInModes { rounding: Rounding::Nearest, pairing_shift: 0, .. }));
}
