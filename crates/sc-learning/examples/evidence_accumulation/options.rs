//! What the user may ask for on the command line.

use std::path::PathBuf;

use super::train::{Broadcast, Settings};

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Trains a recurrent spiking network to accumulate evidence, by e-prop.

Usage: cargo run --release --example evidence_accumulation -- [options]

  --seed S           weights, feedback and trials                           [1]
  --feedback KIND    random, symmetric or adaptive                          [random]
  --neurons KIND     mixed: half of them adapt; lif: none does              [mixed]
  --iterations N     at most, of 32 trials each                             [2000]
  --goal PERCENT     validation error that is good enough                   [7]
  --out DIR          where metrics and pictures go                          [target/evidence]
  --help             this text
";

/// The options of one run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) settings: Settings,
    pub(crate) out: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self { settings: Settings::default(), out: PathBuf::from("target/evidence") }
    }
}

impl Options {
    /// Reads the arguments after the program's name. `None` asks for help; an error says what was wrong.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            if name == "--help" {
                return Ok(None);
            }
            let mut value = || arguments.next().ok_or_else(|| format!("{name} wants a value"));
            let settings = &mut options.settings;
            match name.as_str() {
                "--seed" => settings.seed = number(&name, &value()?)?,
                "--feedback" => settings.feedback = broadcast(&value()?)?,
                "--neurons" => settings.adaptive = adaptive(&value()?)?,
                "--iterations" => match number(&name, &value()?)? {
                    0 => return Err(format!("{name} must be at least 1")),
                    n => settings.iterations = n as usize,
                },
                "--goal" => settings.goal = percent(&name, &value()?)?,
                "--out" => options.out = value()?.into(),
                _ => return Err(format!("there is no option {name:?}")),
            }
        }
        Ok(Some(options))
    }
}

fn number(name: &str, text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{name} wants a whole number, not {text:?}"))
}

/// A share of one.
fn percent(name: &str, text: &str) -> Result<f64, String> {
    let percent = text.parse::<f64>().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent
        .map(|percent| percent / 100.0)
        .ok_or_else(|| format!("{name} wants a number from 0 to 100, not {text:?}"))
}

fn broadcast(text: &str) -> Result<Broadcast, String> {
    match text {
        "random" => Ok(Broadcast::Random),
        "symmetric" => Ok(Broadcast::Symmetric),
        "adaptive" => Ok(Broadcast::Adaptive),
        _ => Err(format!("--feedback wants random, symmetric or adaptive, not {text:?}")),
    }
}

fn adaptive(text: &str) -> Result<bool, String> {
    match text {
        "mixed" => Ok(true),
        "lif" => Ok(false),
        _ => Err(format!("--neurons wants mixed or lif, not {text:?}")),
    }
}
