//! Parameters: their ranges, what follows from them, and what is said of bad ones.

use sc_online_o1::{Config, ConfigError, Decay, Rounding, Synapse};

use crate::corpus;

/// Name, smallest and largest value of each parameter, in the order of the constructor.
const RANGES: [(&str, u8, u8); 5] = [
    ("weight_bits", 1, 31),
    ("trace_bits", 2, 30),
    ("reward_bits", 1, 30),
    ("learning_shift", 0, 30),
    ("trace_decay_shift", 0, 30),
];

fn new([weight, trace, reward, learning, decay]: [u8; 5]) -> Result<Config, ConfigError> {
    Config::new(weight, trace, reward, learning, decay)
}

/// The default parameters, but for one.
fn with(k: usize, value: u8) -> Result<Config, ConfigError> {
    let mut parameters = [16, 12, 8, 4, 4];
    parameters[k] = value;
    new(parameters)
}

#[test]
fn every_value_of_every_parameter_is_accepted_or_named() {
    for (k, (parameter, low, high)) in RANGES.into_iter().enumerate() {
        for value in 0..=u8::MAX {
            let config = with(k, value);
            if (low..=high).contains(&value) {
                let config = config.unwrap();
                let read = [
                    config.weight_bits(),
                    config.trace_bits(),
                    config.reward_bits(),
                    config.learning_shift(),
                    config.trace_decay_shift(),
                ];
                assert_eq!(read[k], value);
                assert_eq!(new(read), Ok(config));
            } else {
                assert_eq!(config, Err(ConfigError { parameter, value, range: (low, high) }));
            }
        }
    }
    for value in 0..=u8::MAX {
        let config = Config::DEFAULT.with_pairing_shift(value);
        let error = ConfigError { parameter: "pairing_shift", value, range: (0, 30) };
        assert_eq!(
            config.map(|config| config.pairing_shift()),
            if value <= 30 { Ok(value) } else { Err(error) }
        );
    }
}

#[test]
fn the_first_bad_parameter_is_named_in_words() {
    let error = new([32, 1, 0, 31, 31]).unwrap_err();
    assert_eq!(error.to_string(), "weight_bits must be in 1..=31, got 32");
    assert_eq!(new([31, 1, 0, 31, 31]).unwrap_err().parameter, "trace_bits");
}

#[test]
fn the_reference_accepts_and_refuses_the_same() {
    let mut n_compared = 0;
    for case in corpus::file("online_o1.json") {
        // What is not a byte cannot be asked for here: negative numbers, fractions, texts.
        let (Some(field), Some(value)) = (case["field"].as_str(), case["value"].as_u64()) else { continue };
        let k = RANGES.iter().position(|(name, ..)| *name == field).unwrap();
        assert_eq!(
            with(k, u8::try_from(value).unwrap()).is_ok(),
            case["raises"].is_null(),
            "{field} {value}"
        );
        n_compared += 1;
    }
    assert_eq!(n_compared, 23);
}

#[test]
fn the_limits_are_those_of_the_reference() {
    let mut n_compared = 0;
    for case in corpus::file("scnir_memory.json") {
        let limits = &case["limits"];
        if limits.is_null() {
            continue;
        }
        let config = corpus::config(&case["config"]);
        assert_eq!(limits["max_weight"], config.max_weight());
        assert_eq!(limits["max_trace"], config.max_trace());
        assert_eq!(limits["min_eligibility"], config.min_eligibility());
        assert_eq!(limits["max_eligibility"], config.max_eligibility());
        assert_eq!(limits["min_reward"], config.min_reward());
        assert_eq!(limits["max_reward"], config.max_reward());
        n_compared += 1;
    }
    assert_eq!(n_compared, 10);
}

#[test]
fn the_default_is_the_compatible_one() {
    assert_eq!(Config::default(), Config::DEFAULT);
    assert_eq!(new([16, 12, 8, 4, 4]), Ok(Config::DEFAULT));
    let modes = (Config::DEFAULT.rounding(), Config::DEFAULT.decay(), Config::DEFAULT.pairing_shift());
    assert_eq!(modes, (Rounding::Floor, Decay::Floor, 0));
    assert_eq!((Rounding::default(), Decay::default()), (Rounding::Floor, Decay::Floor));
}

#[test]
fn a_mode_changes_nothing_but_itself() {
    let rounding = |config: Config| config.with_rounding(Rounding::Nearest);
    let decay = |config: Config| config.with_decay(Decay::Ceiling);
    let pairing = |config: Config| config.with_pairing_shift(2).unwrap();
    let narrow = new([8, 6, 4, 3, 2]).unwrap();
    let config = rounding(decay(pairing(narrow)));
    assert_eq!(
        (config.rounding(), config.decay(), config.pairing_shift()),
        (Rounding::Nearest, Decay::Ceiling, 2)
    );
    assert_eq!(pairing(rounding(decay(narrow))), config);
    assert_eq!(decay(pairing(rounding(narrow))), config);
    let back = config.with_rounding(Rounding::Floor).with_decay(Decay::Floor).with_pairing_shift(0);
    assert_eq!(back, Ok(narrow));

    assert!(narrow.has_default_modes());
    assert!([rounding(narrow), decay(narrow), pairing(narrow)]
        .iter()
        .all(|config| !config.has_default_modes()));
}

#[test]
fn a_synapse_can_stand_in_a_static() {
    static SYNAPSE: Synapse = Synapse::new(Config::DEFAULT, u32::MAX);
    assert_eq!(SYNAPSE.snapshot().weight, 65_535);
    assert_eq!(SYNAPSE.config(), &Config::DEFAULT);
}
