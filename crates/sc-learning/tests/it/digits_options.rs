//! The command line of the digits example.

use std::path::PathBuf;

use crate::options::{Options, USAGE};

fn parse(line: &str) -> Result<Option<Options>, String> {
    Options::parse(line.split_whitespace().map(String::from))
}

#[test]
fn every_option_goes_to_its_place() {
    let line = "--seeds 5 --seed 100 --epochs 2 --hidden 64 --steps 10 --threads 3 --data in --out out";
    let expected = Options {
        seeds: 5,
        seed: 100,
        epochs: 2,
        hidden: 64,
        steps: 10,
        threads: 3,
        data: Some(PathBuf::from("in")),
        out: PathBuf::from("out"),
    };
    assert_eq!(parse(line), Ok(Some(expected)));
    assert_eq!(parse(""), Ok(Some(Options::default())));
    assert_eq!(parse("--epochs 2 --help"), Ok(None));
}

#[test]
fn the_help_names_every_option_and_its_default() {
    let defaults = Options::default();
    for (name, value) in [
        ("--seeds", defaults.seeds.to_string()),
        ("--seed", defaults.seed.to_string()),
        ("--epochs", defaults.epochs.to_string()),
        ("--hidden", defaults.hidden.to_string()),
        ("--steps", defaults.steps.to_string()),
        ("--threads", "all cores".to_owned()),
        ("--out", defaults.out.display().to_string()),
    ] {
        let line = USAGE.lines().find(|line| line.trim_start().starts_with(&format!("{name} "))).unwrap();
        assert!(line.ends_with(&format!("[{value}]")), "{line}");
    }
}

#[test]
fn mistakes_are_named() {
    let error = |line| parse(line).unwrap_err();
    assert_eq!(error("--epoch 3"), "there is no option \"--epoch\"");
    assert_eq!(error("fast"), "there is no option \"fast\"");
    assert_eq!(error("--seeds"), "--seeds wants a value");
    assert_eq!(error("--epochs three"), "--epochs wants a whole number, not \"three\"");
    assert_eq!(error("--hidden -1"), "--hidden wants a whole number, not \"-1\"");
    assert_eq!(error("--threads 0"), "--threads must be at least 1");
}
