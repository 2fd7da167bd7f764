//! The recorded runs that every form of the synapse must repeat: scalar, 16-bit, bank, crossbar.
//!
//! `tests/golden/online_o1.json` was recorded from sc-neurocore 3.16.0 (seed 1). Set `SC_GOLDEN_DIR` to read another
//! recording.

use std::{env, fmt::Write as _, fs, path::PathBuf};

use sc_online_o1::{Config, Snapshot};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A run: what a synapse was given step by step, and what became of it.
pub(crate) struct Case {
    pub(crate) config: Config,
    pub(crate) initial_weight: u32,
    pub(crate) pre: Vec<bool>,
    pub(crate) post: Vec<bool>,
    pub(crate) rewards: Vec<i32>,
    recorded: Recorded,
}

/// What is known of the states after each step.
struct Recorded {
    first: Vec<Snapshot>,
    /// With the number of steps before each.
    some: Vec<(usize, Snapshot)>,
    /// Of weight, pre-trace, post-trace and eligibility.
    min_max: [(i64, i64); 4],
    /// Of all states, as little-endian words.
    sha256: String,
    per_synapse_state_bits: u32,
}

/// The cases of a file.
pub(crate) fn file(name: &str) -> Vec<Value> {
    let dir = env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")), PathBuf::from);
    let path = dir.join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut file: Value = serde_json::from_str(&text).unwrap();
    let Value::Array(cases) = file["cases"].take() else { panic!("no cases in {}", path.display()) };
    cases
}

/// All runs.
pub(crate) fn cases() -> Vec<Case> {
    let cases: Vec<Case> = file("online_o1.json").iter().filter_map(Case::read).collect();
    assert!(!cases.is_empty());
    cases
}

/// The five parameters of a recorded configuration.
pub(crate) fn config(value: &Value) -> Config {
    let [weight, trace, reward, learning, decay] =
        ["weight_bits", "trace_bits", "reward_bits", "learning_shift", "trace_decay_shift"]
            .map(|key| u8::try_from(value[key].as_u64().unwrap()).unwrap());
    Config::new(weight, trace, reward, learning, decay).unwrap()
}

impl Case {
    /// The case, unless it is one of bad arguments.
    fn read(case: &Value) -> Option<Self> {
        let n_steps = usize::try_from(case["n_steps"].as_u64()?).unwrap();
        let every = case["every_100"].as_array().unwrap().iter();
        let read = Self {
            config: config(&case["config"]),
            initial_weight: u32::try_from(case["initial_weight"].as_u64().unwrap()).unwrap(),
            pre: bits(case["pre_hex"].as_str().unwrap(), n_steps),
            post: bits(case["post_hex"].as_str().unwrap(), n_steps),
            rewards: numbers(&case["rewards"]).into_iter().map(|r| i32::try_from(r).unwrap()).collect(),
            recorded: Recorded {
                first: case["first_48"].as_array().unwrap().iter().map(|s| snapshot(&numbers(s))).collect(),
                some: every
                    .map(numbers)
                    .map(|row| (usize::try_from(row[0]).unwrap(), snapshot(&row[1..])))
                    .collect(),
                min_max: [0, 1, 2, 3].map(|k| {
                    let pair = numbers(&case["min_max_weight_pre_post_elig"][k]);
                    (pair[0], pair[1])
                }),
                sha256: case["sha256_of_all_snapshots_le_u32_u32_u32_i32"].as_str().unwrap().to_owned(),
                per_synapse_state_bits: u32::try_from(case["per_synapse_state_bits"].as_u64().unwrap())
                    .unwrap(),
            },
        };
        assert_eq!((read.rewards.len(), read.recorded.some.len()), (n_steps, n_steps / 100));
        assert_eq!(read.recorded.first.len(), 48);
        Some(read)
    }

    /// Spikes and reward of each step.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (bool, bool, i32)> + '_ {
        self.pre.iter().zip(&self.post).zip(&self.rewards).map(|((&pre, &post), &reward)| (pre, post, reward))
    }

    /// Hold the states after each step against the recording.
    #[track_caller]
    pub(crate) fn judge(&self, who: &str, states: &[Snapshot]) {
        let Self { config, recorded, .. } = self;
        assert_eq!(states.len(), self.rewards.len(), "{who}, {config:?}: steps");
        for (step, (got, expected)) in states.iter().zip(&recorded.first).enumerate() {
            assert_eq!(got, expected, "{who}, {config:?}, step {step}");
        }
        for (n_steps, expected) in &recorded.some {
            assert_eq!(&states[n_steps - 1], expected, "{who}, {config:?}, after {n_steps} steps");
        }
        let columns: [fn(&Snapshot) -> i64; 4] = [
            |s| i64::from(s.weight),
            |s| i64::from(s.pre_trace),
            |s| i64::from(s.post_trace),
            |s| i64::from(s.eligibility),
        ];
        let min_max = columns.map(|column| {
            let values = || states.iter().map(column);
            (values().min().unwrap(), values().max().unwrap())
        });
        assert_eq!(min_max, recorded.min_max, "{who}, {config:?}: extremes");
        assert_eq!(digest(states), recorded.sha256, "{who}, {config:?}: all states");
        assert_eq!(config.per_synapse_state_bits(), recorded.per_synapse_state_bits);
    }
}

/// Event `t` is bit `t % 4` of digit `t / 4`.
fn bits(hex: &str, n: usize) -> Vec<bool> {
    let digits: Vec<u32> = hex.chars().map(|c| c.to_digit(16).unwrap()).collect();
    (0..n).map(|t| digits[t / 4] >> (t % 4) & 1 == 1).collect()
}

fn numbers(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|v| v.as_i64().unwrap()).collect()
}

fn snapshot(row: &[i64]) -> Snapshot {
    let unsigned = |k: usize| u32::try_from(row[k]).unwrap();
    assert_eq!(row.len(), 4);
    Snapshot {
        weight: unsigned(0),
        pre_trace: unsigned(1),
        post_trace: unsigned(2),
        eligibility: i32::try_from(row[3]).unwrap(),
    }
}

fn digest(states: &[Snapshot]) -> String {
    let mut hash = Sha256::new();
    for state in states {
        for word in [state.weight, state.pre_trace, state.post_trace] {
            hash.update(word.to_le_bytes());
        }
        hash.update(state.eligibility.to_le_bytes());
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
