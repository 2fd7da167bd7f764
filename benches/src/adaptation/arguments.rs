//! The command line of the adaptation benchmark.

use std::{path::PathBuf, str::FromStr};

use sc_online_o1::Config;

use super::{Error, Protocol};

/// What the command line may say.
pub const HELP: &str = "\
adaptation-benchmark --output FILE [options]

  --output FILE          where the report goes (JSON)
  --n-synapses N         synapses in the resource estimate [1024]
  --target-weight W      weight to reach [192]
  --max-pairings N       pairings after which it is given up [16]
  --reward R             reward of a post-spike [7]
  --weight-bits N        1..=31 [8]
  --trace-bits N         2..=30 [6]
  --reward-bits N        1..=30 [4]
  --learning-shift N     0..=30 [3]
  --trace-decay-shift N  0..=30 [2]
  --help                 this text
";

/// What was asked for, and the file that it goes to.
///
/// # Errors
/// [`Error::Arguments`] naming the word that is not understood, or what is missing; [`Error::Config`].
pub fn parse(words: impl IntoIterator<Item = String>) -> Result<(Protocol, PathBuf), Error> {
    let mut protocol = Protocol::default();
    let (mut weight, mut trace, mut reward, mut learning, mut decay) = (8, 6, 4, 3, 2);
    let mut output = None;
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), words.next()),
        };
        let value = value.ok_or_else(|| Error::Arguments(format!("{name} needs a value")))?;
        match name {
            "--output" => output = Some(PathBuf::from(value)),
            "--n-synapses" => protocol.n_synapses = number(name, &value)?,
            "--target-weight" => protocol.target_weight = number(name, &value)?,
            "--max-pairings" => protocol.max_pairings = number(name, &value)?,
            "--reward" => protocol.reward = number(name, &value)?,
            "--weight-bits" => weight = number(name, &value)?,
            "--trace-bits" => trace = number(name, &value)?,
            "--reward-bits" => reward = number(name, &value)?,
            "--learning-shift" => learning = number(name, &value)?,
            "--trace-decay-shift" => decay = number(name, &value)?,
            _ => return Err(Error::Arguments(format!("no such option: {name}"))),
        }
    }
    protocol.config = Config::new(weight, trace, reward, learning, decay).map_err(Error::Config)?;
    let output = output.ok_or_else(|| Error::Arguments("--output FILE is missing".to_owned()))?;
    Ok((protocol, output))
}

fn number<N: FromStr>(name: &str, value: &str) -> Result<N, Error> {
    value.parse().map_err(|_| Error::Arguments(format!("{name} {value} is not a number, or not in range")))
}
