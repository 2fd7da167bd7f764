//! What the user may ask for on the command line.

use std::path::PathBuf;
use std::str::FromStr;
use std::thread::available_parallelism;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Trains a recurrent spiking network on handwritten digits, by backpropagation through time.

Usage: cargo run --release --example digits -- [options]

  --seeds N     train N networks, from N seeds, and report mean and spread  [1]
  --seed S      the first of the seeds                                      [0]
  --epochs N    passes over the training images                             [30]
  --hidden N    neurons of the hidden layer                                 [256]
  --steps T     time steps per image                                        [25]
  --threads N   worker threads; the results do not depend on it             [all cores]
  --data DIR    IDX files instead of the bundled 8x8 digits;
                the first four fifths of the images train, the rest test
  --out DIR     where metrics and pictures go                               [target/digits]
  --help        this text
";

/// The options of one run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) seeds: usize,
    pub(crate) seed: u64,
    pub(crate) epochs: usize,
    pub(crate) hidden: usize,
    pub(crate) steps: usize,
    pub(crate) threads: usize,
    pub(crate) data: Option<PathBuf>,
    pub(crate) out: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seeds: 1,
            seed: 0,
            epochs: 30,
            hidden: 256,
            steps: 25,
            threads: available_parallelism().map_or(1, usize::from),
            data: None,
            out: PathBuf::from("target/digits"),
        }
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
            match name.as_str() {
                "--seeds" => options.seeds = count(&name, &value()?)?,
                "--seed" => options.seed = number(&name, &value()?)?,
                "--epochs" => options.epochs = count(&name, &value()?)?,
                "--hidden" => options.hidden = count(&name, &value()?)?,
                "--steps" => options.steps = count(&name, &value()?)?,
                "--threads" => options.threads = count(&name, &value()?)?,
                "--data" => options.data = Some(value()?.into()),
                "--out" => options.out = value()?.into(),
                _ => return Err(format!("there is no option {name:?}")),
            }
        }
        Ok(Some(options))
    }
}

/// A number from 0.
fn number<N: FromStr>(name: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{name} wants a whole number, not {text:?}"))
}

/// A number from 1.
fn count(name: &str, text: &str) -> Result<usize, String> {
    match number(name, text)? {
        0 => Err(format!("{name} must be at least 1")),
        n => Ok(n),
    }
}
