//! The recorded runs as a flat table of numbers, for programs that cannot read JSON: firmware, WebAssembly, test benches.
//!
//! `cargo run -p sc-online-o1 --example vectors > vectors.csv`
//!
//! First stands how many cases there are. Each begins with its parameters (bits of weight, traces and reward; learning,
//! decay and pairing shift; rounding 0 = floor, 1 = toward zero, 2 = nearest; decay 0 = floor, 1 = ceiling), its first
//! weight, and how many steps there are. Each step is a line: pre, post, reward, and then weight, pre-trace, post-trace and
//! eligibility after it. Every number is followed by a comma and fits an `i32`, so that C can include the file in an array.
//!
//! The synapse that fills the table is first held against the whole recording (`SC_GOLDEN_DIR` names another one). The same
//! spikes and rewards then drive the default widths, which the 16-bit form has too, and the opt-in modes, which nobody
//! recorded: there the synapse, as the tests check it, speaks for itself.
#![allow(clippy::arithmetic_side_effects, reason = "of the numbers in a test corpus")]

use std::io::{self, BufWriter, Write};

use sc_online_o1::{Config, Decay, Rounding, Snapshot, Synapse};

#[path = "../tests/it/corpus.rs"]
mod corpus;

use corpus::{cases, Case};

/// How much of each recorded run is written, and how much of each other one.
const STEPS: (usize, usize) = (120, 100);

fn main() -> io::Result<()> {
    let cases = cases();
    let mut runs: Vec<(&Case, Config, usize)> = Vec::new();
    for case in &cases {
        case.judge("synapse", &run(case, case.config));
        runs.push((case, case.config, STEPS.0));
    }
    runs.extend(cases.iter().map(|case| (case, Config::DEFAULT, STEPS.1)));
    for ((rounding, decay, pairing_shift), case) in modes().into_iter().zip(&cases) {
        let config = case.config.with_rounding(rounding).with_decay(decay);
        let config = config.with_pairing_shift(pairing_shift).expect("a small shift");
        runs.push((case, config, STEPS.1));
    }

    let mut table = BufWriter::new(io::stdout().lock());
    writeln!(table, "{},", runs.len())?;
    for (case, config, n_steps) in runs {
        write(&mut table, case, config, &run(case, config)[..n_steps])?;
    }
    table.flush()
}

/// All combinations of the opt-in modes.
fn modes() -> Vec<(Rounding, Decay, u8)> {
    let mut modes = Vec::new();
    for rounding in [Rounding::Floor, Rounding::TowardZero, Rounding::Nearest] {
        for decay in [Decay::Floor, Decay::Ceiling] {
            modes.extend([0, 2].map(|pairing_shift| (rounding, decay, pairing_shift)));
        }
    }
    modes
}

fn run(case: &Case, config: Config) -> Vec<Snapshot> {
    let mut synapse = Synapse::new(config, case.initial_weight);
    case.steps().map(|(pre, post, reward)| synapse.step(pre, post, reward)).collect()
}

fn write(table: &mut impl Write, case: &Case, config: Config, states: &[Snapshot]) -> io::Result<()> {
    let rounding = [Rounding::Floor, Rounding::TowardZero, Rounding::Nearest]
        .iter()
        .position(|&rounding| rounding == config.rounding())
        .expect("a mode with a number");
    let parameters = [
        config.weight_bits(),
        config.trace_bits(),
        config.reward_bits(),
        config.learning_shift(),
        config.trace_decay_shift(),
        config.pairing_shift(),
    ];
    for parameter in parameters {
        write!(table, "{parameter},")?;
    }
    let ceiling = u8::from(config.decay() == Decay::Ceiling);
    writeln!(table, "{rounding},{ceiling},{},{},", case.initial_weight, states.len())?;
    for ((pre, post, reward), state) in case.steps().zip(states) {
        let Snapshot { weight, pre_trace, post_trace, eligibility } = state;
        let (pre, post) = (u8::from(pre), u8::from(post));
        writeln!(table, "{pre},{post},{reward},{weight},{pre_trace},{post_trace},{eligibility},")?;
    }
    Ok(())
}
