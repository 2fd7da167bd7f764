//! What drives a lane, clock by clock, and what it holds after each according to `sc-online-o1`.

use std::{env, fmt::Write as _, fs, io, path::PathBuf};

use sc_online_o1::{Config, Snapshot, Synapse};
use serde_json::Value;

use super::random::{Random, clamped_reward};
use crate::root;

/// The inputs of a lane in one clock.
#[derive(Clone, Copy, Default)]
struct Clock {
    reset: bool,
    step: bool,
    load: bool,
    pre: bool,
    post: bool,
    /// In the range of the configuration.
    reward: i32,
    /// In the range of the configuration.
    load_weight: u32,
}

/// A configuration and what happens to a synapse of it.
pub(super) struct Run {
    pub(super) config: Config,
    /// Whether the lane needs a port to load a weight.
    pub(super) loads: bool,
    clocks: Vec<Clock>,
}

/// Runs of `n_clocks` each with random configurations and stimuli, the limits of both among them.
pub(super) fn random(n_runs: usize, n_clocks: usize, seed: u64) -> Vec<Run> {
    let mut random = Random(seed);
    (0..n_runs)
        .map(|k| {
            let config = if k == 0 { Config::DEFAULT } else { random.config() };
            let loads = k % 2 == 0;
            Run { config, loads, clocks: random_clocks(&mut random, &config, loads, n_clocks) }
        })
        .collect()
}

/// The runs that the reference recorded, cut or repeated to `n_clocks`: `online_o1.json`, in git or where `SC_GOLDEN_DIR`
/// says.
pub(super) fn recorded(n_clocks: usize) -> io::Result<Vec<Run>> {
    let folder = env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| root().join("crates/sc-online-o1/tests/golden"), PathBuf::from);
    let path = folder.join("online_o1.json");
    let file = fs::read_to_string(&path)
        .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
    let file: Value = serde_json::from_str(&file)?;
    let cases = file["cases"].as_array().expect("a list");
    // The others are about arguments of wrong types, which hardware does not have.
    Ok(cases
        .iter()
        .filter(|case| case["n_steps"].is_u64())
        .map(|case| recorded_run(case, n_clocks))
        .collect())
}

fn recorded_run(case: &Value, n_clocks: usize) -> Run {
    let number = |key: &str| case["config"][key].as_u64().and_then(|n| u8::try_from(n).ok()).expect("a byte");
    let config = Config::new(
        number("weight_bits"),
        number("trace_bits"),
        number("reward_bits"),
        number("learning_shift"),
        number("trace_decay_shift"),
    )
    .expect("a recorded configuration");
    let [pre, post] = ["pre_hex", "post_hex"].map(|key| case[key].as_str().expect("digits").as_bytes());
    // Event t is bit t % 4 of digit t / 4.
    let bit = |digits: &[u8], t: usize| {
        char::from(digits[t / 4]).to_digit(16).expect("a digit") >> (t % 4) & 1 == 1
    };
    let rewards = case["rewards"].as_array().expect("a list");
    let steps = rewards.iter().enumerate().map(|(t, reward)| Clock {
        step: true,
        pre: bit(pre, t),
        post: bit(post, t),
        reward: clamped_reward(&config, reward.as_i64().expect("an integer")),
        ..Clock::default()
    });
    let initial_weight = case["initial_weight"].as_u64().expect("a weight").min(config.max_weight().into());
    let load_weight = u32::try_from(initial_weight).expect("a weight in range");
    let begin =
        [Clock { reset: true, ..Clock::default() }, Clock { load: true, load_weight, ..Clock::default() }];
    let clocks = begin.into_iter().chain(steps).cycle().take(n_clocks).collect();
    Run { config, loads: true, clocks }
}

impl Run {
    /// The file that `lane_bench.v` reads.
    pub(super) fn hex(&self) -> String {
        let mut synapse = Synapse::new(self.config, 0);
        let mut text = String::new();
        for clock in &self.clocks {
            let Clock { reset, step, load, pre, post, reward, load_weight } = *clock;
            if reset || load {
                synapse = Synapse::new(self.config, if reset { 0 } else { load_weight });
            } else if step {
                synapse.step(pre, post, reward);
            }
            let done = step && !reset && !load;
            let flags =
                [!reset, step, load, pre, post].iter().fold(0, |bits, &bit| bits << 1 | u32::from(bit));
            let Snapshot { weight, pre_trace, post_trace, eligibility } = synapse.snapshot();
            let _ = writeln!(
                text,
                "{flags:08x}{reward:08x}{load_weight:08x}{:08x}{weight:08x}{pre_trace:08x}{post_trace:08x}{eligibility:08x}",
                u32::from(done)
            );
        }
        text
    }
}

/// Spells in which spikes are rare or in every step, and rewards are zero, small, any or the largest.
fn random_clocks(random: &mut Random, config: &Config, loads: bool, n_clocks: usize) -> Vec<Clock> {
    let mut clocks = vec![Clock { reset: true, ..Clock::default() }];
    while clocks.len() < n_clocks {
        let [pre, post] = [0; 2].map(|_| [1, 1, 2, 5, 20, 1000][random.index(6)]);
        let pause = [1000, 1000, 5, 2][random.index(4)];
        let rewards = random.within(0, 4);
        for _ in 0..random.within(20, 300) {
            clocks.push(Clock {
                reset: random.one_in(700),
                step: !random.one_in(pause),
                load: loads && random.one_in(400),
                pre: random.one_in(pre),
                post: random.one_in(post),
                reward: random.reward(config, rewards),
                load_weight: random.weight(config),
            });
        }
    }
    clocks.truncate(n_clocks);
    clocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stimuli_reach_the_limits() {
        let runs = random(200, 3000, 1);
        let at = |limit: [u8; 5]| {
            runs.iter().any(|run| {
                let c = run.config;
                let shifts = [c.learning_shift(), c.trace_decay_shift()];
                [c.weight_bits(), c.trace_bits(), c.reward_bits()]
                    .iter()
                    .chain(&shifts)
                    .zip(limit)
                    .any(|(a, b)| *a == b)
            })
        };
        assert!(at([1, 2, 1, 0, 0]) && at([31, 30, 30, 30, 30]));
        let all = || runs.iter().flat_map(|run| &run.clocks);
        assert!(all().any(|clock| clock.reset && clock.step && clock.load));
        assert!(all().any(|clock| !clock.step && clock.pre));
        for run in &runs {
            assert_eq!(run.clocks.len(), 3000);
            let rewards = || run.clocks.iter().map(|clock| clock.reward);
            assert!(
                rewards().min() >= Some(run.config.min_reward())
                    && rewards().max() <= Some(run.config.max_reward())
            );
        }
    }

    #[test]
    fn a_line_is_inputs_and_state() {
        let clocks = vec![
            Clock { load: true, load_weight: 1000, ..Clock::default() },
            Clock { step: true, pre: true, reward: -1, ..Clock::default() },
            Clock { reset: true, step: true, ..Clock::default() },
        ];
        let run = Run { config: Config::DEFAULT, loads: true, clocks };
        let expected = [
            "0000001400000000000003e800000000000003e8000000000000000000000000",
            "0000001affffffff0000000000000001000003e800000fff0000000000000000",
            "0000000800000000000000000000000000000000000000000000000000000000",
        ];
        assert_eq!(run.hex().lines().collect::<Vec<_>>(), expected);
    }
}
