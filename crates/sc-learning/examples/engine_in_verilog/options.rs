//! What the user may ask for on the command line.

use std::path::PathBuf;
use std::str::FromStr;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
A network learns by reward with its synapses in a Verilog engine, simulated by Icarus Verilog.

Usage: cargo run --release --example engine_in_verilog -- [options]

  --seeds N     so many runs, with seeds 0, 1, ..., and as many controls   [5]
  --trials N    so many trials with reward in each                         [200]
  --out DIR     where the picture goes, and the simulator works            [target/engine_in_verilog]
  --help        this text
";

/// The options of one call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) seeds: u64,
    pub(crate) trials: usize,
    pub(crate) out: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self { seeds: 5, trials: 200, out: PathBuf::from("target/engine_in_verilog") }
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
                "--seeds" => options.seeds = number(&name, &value()?)?,
                "--trials" => options.trials = number(&name, &value()?)?,
                "--out" => options.out = value()?.into(),
                _ => return Err(format!("there is no option {name:?}")),
            }
        }
        for (name, zero) in [("--seeds", options.seeds == 0), ("--trials", options.trials == 0)] {
            if zero {
                return Err(format!("{name} must be at least 1"));
            }
        }
        Ok(Some(options))
    }
}

fn number<N: FromStr>(name: &str, text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{name} wants a whole number, not {text:?}"))
}
