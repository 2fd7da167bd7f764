//! A progress bar on the terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::{Error, Metric, TrainingCallback, Value, callback::by_key};

/// Shows how far a run is, how long it will take, and its latest metrics, on standard error.
///
/// Where standard error is not a terminal (a batch job, a log file) nothing is shown. Steps count from 0, so the bar is
/// full after step `n_steps - 1`.
///
/// ```
/// use sc_callbacks::{Progress, TrainingCallback};
///
/// let mut progress = Progress::new(100);
/// for step in 0..100 {
///     progress.log(step, &[("loss", (1.0 / (step + 1) as f64).into())])?;
/// }
/// progress.close()?;
/// # Ok::<(), sc_callbacks::Error>(())
/// ```
///
/// For another look or another place, make a bar of your own and convert it: `Progress::from(bar)`.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for a run of `n_steps` steps.
    #[must_use]
    pub fn new(n_steps: u64) -> Self {
        ProgressBar::new(n_steps).with_style(style()).into()
    }
}

impl From<ProgressBar> for Progress {
    /// Show the progress on this bar: metrics are its message.
    fn from(bar: ProgressBar) -> Self {
        Self { bar }
    }
}

impl TrainingCallback for Progress {
    fn log(&mut self, step: u64, metrics: &[Metric<'_>]) -> Result<(), Error> {
        by_key(metrics)?;
        let shown: Vec<String> =
            metrics.iter().map(|(key, value)| format!("{key} {}", brief(value))).collect();
        self.bar.set_position(step.saturating_add(1));
        self.bar.set_message(shown.join("  "));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.bar.tick();
        Ok(())
    }

    /// Leaves the bar as it stands: a run that stopped early is not shown as finished.
    fn close(&mut self) -> Result<(), Error> {
        self.bar.abandon();
        Ok(())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.abandon();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed} + {eta}  {wide_msg}")
        .expect("a valid template")
}

/// Four decimals where they tell something, else an exponent.
fn brief(value: &Value<'_>) -> String {
    match value.as_f64() {
        Some(x) if !matches!(value, Value::F64(_) | Value::F32(_)) || x == 0.0 || !x.is_finite() => {
            value.to_string()
        }
        Some(x) if (1e-3..1e6).contains(&x.abs()) => format!("{x:.4}"),
        Some(x) => format!("{x:.3e}"),
        None => value.to_string(),
    }
}
