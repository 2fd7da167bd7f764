//! Where training metrics go: CSV, JSON lines, a terminal.
//!
//! A training loop tells a [`TrainingCallback`] the numbers of a step; what becomes of them is the callback's affair.
//!
//! ```
//! use sc_callbacks::{Csv, Every, History, Multi, TrainingCallback};
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("metrics.csv");
//! let mut history = History::new();
//! {
//!     let mut callbacks = Multi::new().with(Csv::create(&path)?).with(Every::new(10, &mut history)?);
//!     for step in 0..100 {
//!         let loss = 1.0 / (step + 1) as f64;
//!         callbacks.log(step, &[("loss", loss.into()), ("rate", 0.1f32.into())])?;
//!     }
//!     callbacks.close()?;
//! }
//! assert!(std::fs::read_to_string(&path)?.starts_with("step,loss,rate\n0,1.0,0.1\n1,0.5,0.1\n"));
//! assert_eq!(history.series("loss")[1], (10, 1.0 / 11.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | to ... | take |
//! |---|---|
//! | open the numbers in a spreadsheet or pandas | [`Csv`] |
//! | stream them to other programs | [`JsonLines`] |
//! | draw curves or test against them | [`History`] |
//! | watch a run | `Progress` (feature `progress`) |
//! | do several of these at once, or less often | [`Multi`], [`Every`] |
//! | send them elsewhere | your own [`TrainingCallback`] |
//!
//! TensorBoard event files and W&B runs will be two further sinks beside these, each in a file and behind a feature of
//! its own; nothing of the trait changes for them.
//!
//! # What is promised
//!
//! Once `log` has returned `Ok`, the row is with the operating system: a program that dies afterwards, by panic, signal
//! or abort, loses nothing. [`TrainingCallback::flush`] and `close` force it to the disk, which survives a power cut.
//! A row that fails to be written leaves no torn half behind, so later rows stay readable.
//!
//! # Against sc-neurocore 3.16.0
//!
//! For the same metrics the CSV text is the same to the byte, except where the reference loses or garbles data:
//!
//! | | reference | [`Csv`] |
//! |---|---|---|
//! | before `close` | nothing is written | every row is in the file |
//! | a key that appears later | its values are dropped | a new column, empty in the rows before it |
//! | a key that is missing later | exception amid the writing, the rest is lost | an empty cell |
//! | commas, quotes, line ends in text | written bare, the columns shift | quoted as RFC 4180 says |
//! | a metric named `step` | replaces the step number | refused: [`Error::ReservedKey`] |
//! | no row at all | no file | an empty file, as a bad path is found at the start |
//! | a negative step | written | steps are `u64` |
#![forbid(unsafe_code)]

mod callback;
mod csv;
mod error;
mod every;
mod history;
mod json_lines;
mod line_file;
mod multi;
#[cfg(feature = "progress")]
mod progress;
mod value;

pub use self::csv::Csv;
pub use callback::{Metric, TrainingCallback};
pub use error::Error;
pub use every::Every;
pub use history::History;
pub use json_lines::JsonLines;
pub use multi::Multi;
#[cfg(feature = "progress")]
pub use progress::Progress;
pub use value::Value;

// The bar in `Progress`'s signatures comes from this version.
#[cfg(feature = "progress")]
pub use indicatif;
