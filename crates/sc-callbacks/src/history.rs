//! Metrics kept in memory.

use std::collections::BTreeMap;

use crate::{Error, Metric, TrainingCallback, callback::by_key};

/// Keeps every number as a curve: for drawing, for a test, for a decision of your own.
///
/// Integers become the nearest `f64`, flags 0 and 1; text is not kept. To go on using the history while something else
/// logs to it, hand over `&mut history`.
///
/// ```
/// use sc_callbacks::{History, TrainingCallback};
///
/// let mut history = History::new();
/// history.log(0, &[("loss", 0.5.into()), ("dead", 3.into())])?;
/// history.log(10, &[("loss", 0.25.into())])?;
/// assert_eq!(history.series("loss"), [(0, 0.5), (10, 0.25)]);
/// assert_eq!(history.series("dead"), [(0, 3.0)]);
/// assert!(history.series("accuracy").is_empty());
/// assert_eq!(history.keys().collect::<Vec<_>>(), ["dead", "loss"]);
/// # Ok::<(), sc_callbacks::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    curves: BTreeMap<String, Vec<(u64, f64)>>,
}

impl History {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The curve of a metric: `(step, value)` in the order of logging, empty if there is none of that name.
    #[must_use]
    pub fn series(&self, key: &str) -> &[(u64, f64)] {
        self.curves.get(key).map_or(&[], Vec::as_slice)
    }

    /// The names of all curves, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.curves.keys().map(String::as_str)
    }
}

impl TrainingCallback for History {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        by_key(metrics)?;
        for (key, value) in metrics {
            if let Some(number) = value.as_f64() {
                self.curves.entry((*key).to_owned()).or_default().push((step, number));
            }
        }
        Ok(())
    }
}
