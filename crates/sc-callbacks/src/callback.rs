//! What a training loop talks to.

use std::collections::HashMap;

use crate::{Error, Value};

/// The name of a metric and what it measured.
pub type Metric<'a> = (&'a str, Value<'a>);

/// Something that is told the numbers of a training run.
///
/// The names within one call differ from each other and from `step`; every sink of this crate returns
/// [`Error::DuplicateKey`] or [`Error::ReservedKey`] otherwise. Which names are there may change from call to call.
/// An error says that this row was not taken; later calls may succeed, and whether to go on is the caller's decision.
///
/// # Bring your own
///
/// ```
/// use sc_callbacks::{Error, Metric, TrainingCallback};
///
/// /// Remembers the step with the lowest loss.
/// #[derive(Debug, Default)]
/// struct Best(Option<(u64, f64)>);
///
/// impl TrainingCallback for Best {
///     fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
///         let loss = metrics.iter().find(|(key, _)| *key == "loss").and_then(|(_, value)| value.as_f64());
///         let Some(loss) = loss else { return Err(Error::Callback("there is no loss".into())) };
///         if self.0.is_none_or(|(_, best)| loss < best) {
///             self.0 = Some((step, loss));
///         }
///         Ok(())
///     }
/// }
///
/// let mut best = Best::default();
/// for (step, loss) in [0.9, 0.2, 0.4].into_iter().enumerate() {
///     best.log(step as u64, &[("loss", loss.into())])?;
/// }
/// assert_eq!(best.0, Some((1, 0.2)));
/// assert!(best.log(3, &[]).is_err());
/// # Ok::<(), Error>(())
/// ```
pub trait TrainingCallback {
    /// Take the metrics of one step.
    ///
    /// # Errors
    /// If they cannot be taken; then none of them was.
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error>;

    /// Bring everything taken so far to where it is safe.
    ///
    /// # Errors
    /// If it cannot be brought there.
    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Flush, and let go of what is held. To close twice is to close once. Files refuse later rows with
    /// [`Error::Closed`]. What is dropped closes as well, but then nobody learns of an error.
    ///
    /// # Errors
    /// If the flush fails.
    fn close(&mut self) -> Result<(), Error> {
        self.flush()
    }
}

impl<C: TrainingCallback + ?Sized> TrainingCallback for &mut C {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        (**self).log(step, metrics)
    }

    fn flush(&mut self) -> Result<(), Error> {
        (**self).flush()
    }

    fn close(&mut self) -> Result<(), Error> {
        (**self).close()
    }
}

impl<C: TrainingCallback + ?Sized> TrainingCallback for Box<C> {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        (**self).log(step, metrics)
    }

    fn flush(&mut self) -> Result<(), Error> {
        (**self).flush()
    }

    fn close(&mut self) -> Result<(), Error> {
        (**self).close()
    }
}

/// The name under which sinks store the step number.
pub(crate) const STEP: &str = "step";

/// The metrics by name, if the names are as [`TrainingCallback`] wants them.
pub(crate) fn by_key<'a>(metrics: &[Metric<'a>]) -> Result<HashMap<&'a str, Value<'a>>, Error> {
    let mut values = HashMap::with_capacity(metrics.len());
    for &(key, value) in metrics {
        if key == STEP {
            return Err(Error::ReservedKey { key: key.to_owned() });
        }
        if values.insert(key, value).is_some() {
            return Err(Error::DuplicateKey { key: key.to_owned() });
        }
    }
    Ok(values)
}
