//! The recorded runs of the synapse, from JSON into numbers that C reads by `fscanf`; `ffi-tests/corpus.h` has the format.

use std::{env, fmt::Write as _, fs, io, path::PathBuf};

use serde_json::Value;

use crate::root;

const PARAMETERS: [&str; 5] =
    ["weight_bits", "trace_bits", "reward_bits", "learning_shift", "trace_decay_shift"];

/// All runs of `online_o1.json`, which is in git or where `SC_GOLDEN_DIR` says.
pub(super) fn text() -> io::Result<String> {
    let folder = env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| root().join("crates/sc-online-o1/tests/golden"), PathBuf::from);
    let path = folder.join("online_o1.json");
    let file = fs::read_to_string(&path).map_err(|e| io::Error::new(e.kind(), format!("{path:?}: {e}")))?;
    let file: Value = serde_json::from_str(&file)?;
    // The others are about arguments of wrong types, which C does not have.
    let runs: Vec<String> = list(&file["cases"]).iter().filter_map(run).collect();
    assert!(!runs.is_empty(), "no runs in {}", path.display());
    Ok(format!("{}\n{}", runs.len(), runs.concat()))
}

fn run(case: &Value) -> Option<String> {
    let n_steps = case["n_steps"].as_u64()?;
    let mut text = String::new();
    for parameter in PARAMETERS {
        let _ = write!(text, "{} ", case["config"][parameter]);
    }
    let sha256 = case["sha256_of_all_snapshots_le_u32_u32_u32_i32"].as_str().expect("a text");
    let _ =
        writeln!(text, "{} {} {n_steps} {sha256}", case["initial_weight"], case["per_synapse_state_bits"]);
    let [pre, post] = ["pre_hex", "post_hex"].map(|key| case[key].as_str().expect("digits").as_bytes());
    for (t, reward) in list(&case["rewards"]).iter().enumerate() {
        let _ = writeln!(text, "{} {} {reward}", bit(pre, t), bit(post, t));
    }
    for state in list(&case["first_48"]) {
        state_to(&mut text, list(state));
    }
    for state in list(&case["every_100"]) {
        // The first number says which step it was.
        state_to(&mut text, &list(state)[1..]);
    }
    Some(text)
}

fn state_to(text: &mut String, state: &[Value]) {
    let [weight, pre_trace, post_trace, eligibility] = state else { panic!("a state has four numbers") };
    let _ = writeln!(text, "{weight} {pre_trace} {post_trace} {eligibility}");
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Event `t` is bit `t % 4` of digit `t / 4`.
fn bit(digits: &[u8], t: usize) -> u32 {
    char::from(digits[t / 4]).to_digit(16).expect("a digit") >> (t % 4) & 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_its_numbers() {
        let case = serde_json::json!({
            "config": {"weight_bits": 1, "trace_bits": 2, "reward_bits": 3, "learning_shift": 4, "trace_decay_shift": 5},
            "initial_weight": 6, "per_synapse_state_bits": 7, "n_steps": 5,
            "sha256_of_all_snapshots_le_u32_u32_u32_i32": "ab",
            "pre_hex": "21", "post_hex": "80", "rewards": [0, -1, 2, 3, 4],
            "first_48": [[1, 2, 3, -4]], "every_100": [[100, 5, 6, 7, 8]],
        });
        let expected = "1 2 3 4 5 6 7 5 ab\n0 0 0\n1 0 -1\n0 0 2\n0 1 3\n1 0 4\n1 2 3 -4\n5 6 7 8\n";
        assert_eq!(run(&case).unwrap(), expected);
        assert!(run(&serde_json::json!({"field": "weight_bits"})).is_none());
    }
}
