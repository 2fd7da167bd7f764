//! A synapse learns from a reward that comes seconds later: figure 1 of E. M. Izhikevich 2007,
//! doi:10.1093/cercor/bhl152, with reward-modulated STDP.
//!
//! ```text
//! cargo run --release --example distal_reward                # a minute or two; a picture in target/distal_reward
//! cargo run --release --example distal_reward -- --seed 3    # another network, other noise
//! ```
//!
//! 1000 neurons with 100 synapses each fire once a second, driven by noise. Whenever one of them happens to spike
//! less than 20 ms after another one that leads to it, all synapses are rewarded 1 to 3 s later. Meanwhile everybody
//! has spiked again and again, and yet it is this synapse, at zero in the beginning, that ends among the strongest:
//! its eligibility waits for the reward, and no other synapse is eligible each time that a reward comes. The control
//! gets as many rewards at any time within 100 s.
//!
//! With seeds 0 to 4 the synapse reaches 0.95 of the greatest weight after 1090, 837, 1275, 1150 and 2749 s; in the
//! control it never gets beyond 0.47 within the hour.
//!
//! `experiment.rs` is what to read first.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its user")]

mod experiment;
mod options;
mod picture;
mod record;

use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::thread;

use experiment::Condition;
use options::{Options, USAGE};
use record::Recording;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("distal_reward: {error}; see --help");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("distal_reward: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(&options.out)?;
    let record = |condition| {
        Recording::of(options.seed, condition, options.seconds).map_err(|error| error.to_string())
    };
    let (rewarded, control) = thread::scope(|scope| {
        let control = scope.spawn(|| record(Condition::Random));
        (record(Condition::Contingent), control.join().expect("a run does not panic"))
    });
    let (rewarded, control) = (rewarded?, control?);

    report("reward 1 to 3 s after a coincidence", &rewarded);
    println!(
        "  an independent program with Izhikevich's constants, seeds 1 to 3: 0.8 after 1502, 660, 940 s,"
    );
    println!("  1.0 after 1637, 836, 1136 s; his figure: at the maximum within an hour");
    report("control, reward within 100 s after a coincidence", &control);
    let path = options.out.join("distal_reward.svg");
    picture::draw(&path, &rewarded, &control)?;
    println!("picture in {}", path.display());
    Ok(())
}

fn report(condition: &str, recording: &Recording) {
    let time = |level| match recording.time_to(level) {
        Some(seconds) => format!("after {seconds} s"),
        None => "never".to_owned(),
    };
    let mean = recording.last_weights.iter().sum::<f32>() / recording.last_weights.len() as f32;
    println!("{condition}: {} coincidences, {:.2} Hz", recording.n_coincidences, recording.rate);
    println!("  the synapse reached 0.8 of the greatest weight {}, 1.0 {}", time(0.8), time(1.0));
    println!(
        "  in the end it is at {:.2}, stronger than {:.1} % of all; their mean is {mean:.2}",
        recording.last_weights[0],
        100.0 * recording.rank(),
    );
}
