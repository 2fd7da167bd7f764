//! A table of metrics: one row per step, one column per name.

use std::{collections::HashMap, fs::File, io, iter, path::Path};

use crate::{
    Error, Metric, TrainingCallback, Value,
    callback::{STEP, by_key},
    line_file::LineFile,
};

/// Writes metrics to a CSV file.
///
/// The first column is `step`, the others follow in the order in which their names first appeared. Cells are quoted where
/// RFC 4180 asks for it; lines end in `\n`. [`Value`] says how numbers are written.
///
/// A name that is missing in a row is an empty cell. A name that is new gives a new column: the whole file is written
/// again under a temporary name (`.tmp` appended) and renamed into place, so at every moment the file on the disk is
/// whole. That costs time in proportion to the file, once per new name.
///
/// ```
/// use sc_callbacks::{Csv, TrainingCallback};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("metrics.csv");
/// let mut csv = Csv::create(&path)?;
/// csv.log(0, &[("loss", 0.5.into())])?;
/// csv.log(1, &[("loss", 0.25.into()), ("accuracy", 0.75.into()), ("note", "warm, dry".into())])?;
/// // The rows are there, although the file is still open.
/// let expected = "step,loss,accuracy,note\n0,0.5,,\n1,0.25,0.75,\"warm, dry\"\n";
/// assert_eq!(std::fs::read_to_string(&path)?, expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Csv {
    file: LineFile,
    /// Names after `step`; `None` until the first row brings the header.
    columns: Option<Vec<String>>,
}

impl Csv {
    /// Start an empty file at `path`. A file that is there already loses its contents.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be created, or is not a regular file.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, Error> {
        let file = LineFile::create(path.as_ref())?;
        file.must_be_regular()?;
        Ok(Self { file, columns: None })
    }

    /// The file, as an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

impl TrainingCallback for Csv {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        let values = by_key(metrics)?;
        let known: &[String] = self.columns.as_deref().unwrap_or_default();
        let new: Vec<String> =
            metrics.iter().map(|(key, _)| (*key).to_owned()).filter(|key| !known.contains(key)).collect();

        match &self.columns {
            Some(columns) if new.is_empty() => {
                let row = line(row(step, columns, &values)).map_err(|source| self.file.error(source))?;
                self.file.append(&row)
            }
            Some(columns) => {
                let columns: Vec<String> = columns.iter().cloned().chain(new).collect();
                let old = self.file.path().to_owned();
                self.file.replace(|file| widen(&old, file, &columns, row(step, &columns, &values)))?;
                self.columns = Some(columns);
                Ok(())
            }
            None => {
                let lines = line(header(&new))
                    .and_then(|header| Ok([header, line(row(step, &new, &values))?].concat()));
                self.file.append(&lines.map_err(|source| self.file.error(source))?)?;
                self.columns = Some(new);
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.file.flush()
    }

    fn close(&mut self) -> Result<(), Error> {
        self.file.close()
    }
}

fn header(columns: &[String]) -> impl Iterator<Item = &str> {
    iter::once(STEP).chain(columns.iter().map(String::as_str))
}

fn row(step: u64, columns: &[String], values: &HashMap<&str, Value<'_>>) -> impl Iterator<Item = String> {
    let cells = columns.iter().map(|key| values.get(key.as_str()).map(Value::to_string).unwrap_or_default());
    iter::once(step.to_string()).chain(cells)
}

/// One line of CSV with its line end.
fn line(cells: impl Iterator<Item: AsRef<[u8]>>) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Copy the file at `old` into `file` under a header of more columns, with a last row added.
fn widen(old: &Path, file: &File, columns: &[String], last: impl Iterator<Item = String>) -> io::Result<()> {
    let mut reader = csv::Reader::from_path(old)?;
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(header(columns))?;
    for record in reader.byte_records() {
        let record = record?;
        let missing = (columns.len() + 1).saturating_sub(record.len());
        writer.write_record(record.iter().chain(iter::repeat_n(b"".as_slice(), missing)))?;
    }
    writer.write_record(last)?;
    writer.flush()
}
