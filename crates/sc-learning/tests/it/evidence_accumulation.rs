//! The evidence accumulation example: its task, its command line, and a training that can be repeated.

#[path = "../../examples/evidence_accumulation/options.rs"]
mod options;
#[path = "../../examples/evidence_accumulation/task.rs"]
mod task;
#[allow(dead_code, reason = "the example also draws and tests")]
#[path = "../../examples/evidence_accumulation/train.rs"]
mod train;

use std::path::PathBuf;

use sc_learning::callbacks::History;

use options::{Options, USAGE};
use task::{Batch, INPUTS, RECALL, STEPS};
use train::{Broadcast, Settings, record, train};

fn parse(line: &str) -> Result<Option<Options>, String> {
    Options::parse(line.split_whitespace().map(String::from))
}

#[test]
fn the_label_is_the_side_with_more_cues_and_rates_are_those_of_the_paper() {
    let n = 200;
    let batch = Batch::new(n, 1, "test", 0);
    let spikes = |trial: usize, steps: std::ops::Range<usize>, group: usize| -> usize {
        let of = |t: usize| &batch.step(t)[trial * INPUTS + group * 10..][..10];
        steps.map(|t| of(t).iter().filter(|&&x| x > 0.0).count()).sum()
    };
    let (mut cue_spikes, mut noise, mut recall) = (0, 0, 0);
    for trial in 0..n {
        // 40 spikes are expected in a cue, so one of two sides is silent and the other is not.
        let right = (0..7).filter(|cue| {
            let [left, right] = [0, 1].map(|side| spikes(trial, cue * 150..(cue + 1) * 150, side));
            assert!((left == 0) != (right == 0), "trial {trial}");
            cue_spikes += left + right;
            right > 0
        });
        assert_eq!(batch.labels[trial], usize::from(right.count() > 3), "trial {trial}");
        assert_eq!(spikes(trial, 1050..STEPS, 0) + spikes(trial, 1050..STEPS, 1), 0);
        assert_eq!(spikes(trial, 0..STEPS - RECALL, 2), 0);
        noise += spikes(trial, 0..STEPS, 3);
        recall += spikes(trial, STEPS - RECALL..STEPS, 2);
    }
    // Spikes per step, within five standard errors of 0.04, 0.01 and 0.04.
    let rate = |spikes: usize, steps: usize| spikes as f64 / (steps * n * 10) as f64;
    for (rate, expected, steps) in [
        (rate(cue_spikes, 700), 0.04, 700),
        (rate(noise, STEPS), 0.01, STEPS),
        (rate(recall, RECALL), 0.04, RECALL),
    ] {
        let bound = 5.0 * f64::sqrt(expected / (steps * n * 10) as f64);
        assert!((rate - expected).abs() < bound, "{rate} {expected}");
    }
    let right = batch.labels.iter().sum::<usize>();
    assert!((65..135).contains(&right), "{right} of {n} on the right");
}

#[test]
fn training_can_be_repeated_bit_for_bit() {
    let settings = Settings { iterations: 2, feedback: Broadcast::Adaptive, ..Settings::default() };
    let run = |settings: &Settings| {
        let mut trained = train(settings, &mut History::new()).unwrap();
        let weights =
            trained.network.recurrent_weights().values().iter().map(|w| w.to_bits()).collect::<Vec<_>>();
        let recording = record(&mut trained.network, settings.seed).unwrap();
        (weights, recording.neurons)
    };
    let first = run(&settings);
    assert_eq!(first, run(&settings));
    assert_ne!(first.0, run(&Settings { seed: 2, ..settings }).0);
}

#[test]
fn every_option_goes_to_its_place() {
    let line = "--seed 5 --feedback adaptive --neurons lif --iterations 7 --goal 12.5 --out out";
    let settings =
        Settings { seed: 5, feedback: Broadcast::Adaptive, adaptive: false, iterations: 7, goal: 0.125 };
    assert_eq!(parse(line), Ok(Some(Options { settings, out: PathBuf::from("out") })));
    assert_eq!(parse(""), Ok(Some(Options::default())));
    assert_eq!(parse("--seed 2 --help"), Ok(None));
    for (name, default) in [
        ("--seed", "1"),
        ("--feedback", "random"),
        ("--neurons", "mixed"),
        ("--iterations", "2000"),
        ("--goal", "7"),
        ("--out", "target/evidence"),
    ] {
        let line = USAGE.lines().find(|line| line.trim_start().starts_with(&format!("{name} "))).unwrap();
        assert!(line.ends_with(&format!("[{default}]")), "{line}");
        assert_eq!(parse(&format!("{name} {default}")), Ok(Some(Options::default())));
    }
}

#[test]
fn mistakes_are_named() {
    let error = |line| parse(line).unwrap_err();
    assert_eq!(error("--sed 3"), "there is no option \"--sed\"");
    assert_eq!(error("--seed"), "--seed wants a value");
    assert_eq!(error("--seed -1"), "--seed wants a whole number, not \"-1\"");
    assert_eq!(error("--iterations 0"), "--iterations must be at least 1");
    assert_eq!(error("--goal 101"), "--goal wants a number from 0 to 100, not \"101\"");
    assert_eq!(error("--feedback none"), "--feedback wants random, symmetric or adaptive, not \"none\"");
    assert_eq!(error("--neurons alif"), "--neurons wants mixed or lif, not \"alif\"");
}
