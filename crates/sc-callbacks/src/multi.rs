//! Several callbacks as one.

use std::fmt;

use crate::{Error, Metric, TrainingCallback};

/// Passes everything on to several callbacks, in the order in which they were added.
///
/// Each of them is called even if one before it failed: a full disk does not stop the progress bar. The first error is
/// returned.
///
/// ```
/// use sc_callbacks::{History, Multi, TrainingCallback};
///
/// let (mut first, mut second) = (History::new(), History::new());
/// Multi::new().with(&mut first).with(&mut second).log(0, &[("loss", 0.5.into())])?;
/// assert_eq!(first, second);
/// # Ok::<(), sc_callbacks::Error>(())
/// ```
#[derive(Default)]
pub struct Multi<'a> {
    callbacks: Vec<Box<dyn TrainingCallback + Send + 'a>>,
}

impl<'a> Multi<'a> {
    /// No callbacks yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more callback, or a `&mut` to one.
    #[must_use]
    pub fn with(mut self, callback: impl TrainingCallback + Send + 'a) -> Self {
        self.callbacks.push(Box::new(callback));
        self
    }

    fn each(
        &mut self,
        call: impl FnMut(&mut Box<dyn TrainingCallback + Send + 'a>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // `and` keeps the first error, and the fold goes on behind it.
        self.callbacks.iter_mut().map(call).fold(Ok(()), Result::and)
    }
}

impl TrainingCallback for Multi<'_> {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        self.each(|callback| callback.log(step, metrics))
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.each(|callback| callback.flush())
    }

    fn close(&mut self) -> Result<(), Error> {
        self.each(|callback| callback.close())
    }
}

impl fmt::Debug for Multi<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multi").field("n_callbacks", &self.callbacks.len()).finish()
    }
}
