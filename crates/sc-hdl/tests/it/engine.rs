//! The text of an engine. What it computes is compared by `cargo xtask rtl`.

use sc_hdl::{Engine, EngineShape, Error, Identifier};
use sc_online_o1::{Config, Rounding};

const SHAPE: EngineShape = EngineShape { lanes: 16, rows: 256, groups: 1 };

fn engine(config: Config, shape: EngineShape, name: &str) -> Result<Engine, Error> {
    Engine::new(config, shape, Identifier::new(name).unwrap())
}

/// The text as it stands in the files.
fn sources() -> String {
    [
        include_str!("../../verilog/engine.v"),
        include_str!("../../verilog/engine_lane.v"),
        include_str!("../../verilog/engine_product.v"),
        include_str!("../../verilog/engine_trace.v"),
        include_str!("../../verilog/engine_memory.v"),
    ]
    .join("\n")
}

#[test]
fn the_files_have_the_defaults() {
    let default = engine(Config::DEFAULT, SHAPE, Engine::DEFAULT_NAME).unwrap();
    assert_eq!(default.verilog(), sources());
}

#[test]
fn parameters_are_those_of_the_engine_and_of_no_other_module() {
    let config = Config::new(9, 8, 7, 6, 5).unwrap();
    let shape = EngineShape { lanes: 20, rows: 300, groups: 4 };
    let verilog = engine(config, shape, "a").unwrap().without_multipliers().verilog();
    let expected = [
        ("WEIGHT_BITS", 9),
        ("TRACE_BITS", 8),
        ("REWARD_BITS", 7),
        ("LEARNING_SHIFT", 6),
        ("TRACE_DECAY_SHIFT", 5),
        ("LANES", 20),
        ("LANE_BITS", 5),
        ("ROWS", 300),
        ("ROW_BITS", 9),
        ("GROUPS", 4),
        ("GROUP_BITS", 2),
        ("MULTIPLIERS", 0),
    ];
    let declarations = verilog.lines().filter_map(|line| line.trim().strip_prefix("parameter "));
    let found: Vec<&str> = declarations.take(expected.len()).collect();
    for (found, (name, value)) in found.iter().zip(expected) {
        assert!(found.starts_with(&format!("{name} = {value}")), "{found} is not {name} = {value}");
    }
    let renamed = sources().replace(Engine::DEFAULT_NAME, "a");
    let differ = verilog.lines().zip(renamed.lines());
    assert_eq!(differ.filter(|(a, b)| a != b).count(), expected.len());
}

#[test]
fn all_modules_are_called_like_the_engine() {
    let verilog = engine(Config::DEFAULT, SHAPE, "crossbar_7").unwrap().verilog();
    let modules: Vec<_> = verilog
        .lines()
        .filter_map(|line| line.strip_prefix("module "))
        .map(|rest| rest.split(' ').next().unwrap())
        .collect();
    let expected = ["", "_lane", "_digits", "_product", "_trace", "_memory"];
    assert_eq!(modules, expected.map(|part| format!("crossbar_7{part}")));
    assert!(!verilog.contains(Engine::DEFAULT_NAME));
}

#[test]
fn sizes_are_counted() {
    let engine = engine(Config::DEFAULT, EngineShape { lanes: 3, rows: 5, groups: 2 }, "a").unwrap();
    assert_eq!((engine.shape().n_synapses(), engine.clocks_per_step()), (30, 18));
    // 28 bits per synapse, a trace and a spike for each of 5 and 6 neurons.
    assert_eq!(engine.state_bits(), 30 * 28 + 11 * 13);
}

#[test]
fn shapes_have_limits() {
    for (what, most, shape) in [
        ("lanes", 1024, EngineShape { lanes: 0, ..SHAPE }),
        ("lanes", 1024, EngineShape { lanes: 1025, ..SHAPE }),
        ("rows", 65_536, EngineShape { rows: 0, ..SHAPE }),
        ("rows", 65_536, EngineShape { rows: 65_537, ..SHAPE }),
        ("groups", 1024, EngineShape { groups: 0, ..SHAPE }),
        ("groups", 1024, EngineShape { groups: u32::MAX, ..SHAPE }),
    ] {
        let error = engine(Config::DEFAULT, shape, "a").unwrap_err();
        assert!(matches!(error, Error::Shape { what: w, most: m, .. } if (w, m) == (what, most)), "{error}");
    }
    let largest = EngineShape { lanes: 1024, rows: 65_536, groups: 1024 };
    assert_eq!(engine(Config::DEFAULT, largest, "a").unwrap().shape().n_synapses(), 1 << 36);
    let error = engine(Config::DEFAULT, EngineShape { rows: 0, ..SHAPE }, "a").unwrap_err();
    assert_eq!(error.to_string(), "rows must be 1 to 65536, not 0");
}

#[test]
fn modes_that_engines_do_not_have_are_refused() {
    let config = Config::DEFAULT.with_rounding(Rounding::Nearest);
    assert!(matches!(engine(config, SHAPE, "a"), Err(Error::OptInModes { .. })));
}

#[test]
fn mutations_are_of_lines_that_there_are() {
    let mutations = include_str!("../rtl/engine_mutations.txt");
    let pieces: Vec<_> = mutations.lines().filter_map(|line| line.strip_prefix('-')).collect();
    assert!(pieces.len() >= 10);
    for piece in pieces {
        assert_eq!(sources().matches(piece).count(), 1, "{piece}");
    }
}
