//! Metrics as JSON, one object per line.

use std::path::Path;

use crate::{
    Error, Metric, TrainingCallback, Value,
    callback::{STEP, by_key},
    line_file::LineFile,
};

/// Writes metrics as JSON lines: `{"step":0,"loss":0.5}`.
///
/// Each object has `step` and the metrics of that call in their order; numbers are written as in [`Value`]'s text. JSON
/// has no number that is not finite, and `null` would not tell a loss that diverged from one that was never measured;
/// so these are the strings `"nan"`, `"inf"` and `"-inf"`, which Rust's and Python's float parsers read.
///
/// The file may be a pipe or a device, so that another program can read along.
///
/// ```
/// use sc_callbacks::{JsonLines, TrainingCallback};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("metrics.jsonl");
/// let mut json = JsonLines::create(&path)?;
/// json.log(7, &[("loss", f64::NAN.into()), ("rate", 1e-5.into()), ("phase", "warm-up".into())])?;
/// let expected = "{\"step\":7,\"loss\":\"nan\",\"rate\":1e-05,\"phase\":\"warm-up\"}\n";
/// assert_eq!(std::fs::read_to_string(&path)?, expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JsonLines {
    file: LineFile,
}

impl JsonLines {
    /// Start an empty file at `path`. A file that is there already loses its contents.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be created.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self { file: LineFile::create(path.as_ref())? })
    }

    /// The file, as an absolute path if it has one.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

impl TrainingCallback for JsonLines {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        by_key(metrics)?;
        let mut line = format!("{{\"{STEP}\":{step}");
        for &(key, value) in metrics {
            line += &format!(",{}:{}", string(key), json(value));
        }
        line += "}\n";
        self.file.append(line.as_bytes())
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.file.flush()
    }

    fn close(&mut self) -> Result<(), Error> {
        self.file.close()
    }
}

fn json(value: Value<'_>) -> String {
    match value {
        Value::Text(text) => string(text),
        Value::Bool(flag) => flag.to_string(),
        number if number.as_f64().is_some_and(f64::is_finite) => number.to_string(),
        not_finite => string(&not_finite.to_string()),
    }
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
