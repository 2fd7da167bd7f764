//! What the user may ask for on the command line.

use std::path::PathBuf;
use std::str::FromStr;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
A synapse learns from a reward that comes seconds later (Izhikevich 2007, figure 1).

Usage: cargo run --release --example distal_reward -- [options]

  --seed S      wiring, noise and delays of the rewards               [0]
  --seconds N   for so long, in the time of the network               [3600]
  --out DIR     where the picture goes                                [target/distal_reward]
  --help        this text
";

/// The options of one run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) seconds: usize,
    pub(crate) out: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, seconds: 3600, out: PathBuf::from("target/distal_reward") }
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
                "--seed" => options.seed = number(&name, &value()?)?,
                "--seconds" => options.seconds = number(&name, &value()?)?,
                "--out" => options.out = value()?.into(),
                _ => return Err(format!("there is no option {name:?}")),
            }
        }
        if options.seconds == 0 {
            return Err("--seconds must be at least 1".to_owned());
        }
        Ok(Some(options))
    }
}

fn number<N: FromStr>(name: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{name} wants a whole number, not {text:?}"))
}
