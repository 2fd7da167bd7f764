//! A trace of coincidences times an error: what the reference package calls an eligibility trace.

use sc_core::{Checkpoint, Real};

use crate::Error;

/// A decaying count of coincidences for every pair of neurons, multiplied by an error.
///
/// One step, for every pair `i -> j`:
///
/// 1. `e_ij = e_ij exp(-dt / tau) + pre_i post_j`
/// 2. `delta_ij = error_j e_ij`
///
/// This is not e-prop (Bellec et al. 2020, doi:10.1038/s41467-020-17236-y), though the reference package
/// says so: there is no pseudo-derivative, no filtered presynaptic trace and no adaptation, and both neurons
/// must be active in the *same* step. A presynaptic spike one step before the postsynaptic one, the very
/// cause of it, leaves nothing. e-prop itself is in this crate as well; this type is for reproducing results.
///
/// It knows no weights: the caller adds the `delta`, whose sign is that of the error.
///
/// ```
/// use sc_plasticity::{CoincidenceTrace, CoincidenceTraceParameters};
/// let mut trace = CoincidenceTrace::<f64>::new(2, 1, CoincidenceTraceParameters::default())?;
/// let mut delta = [0.0; 2];
/// trace.step(&[1.0, 0.0], &[1.0], &[-0.5], &mut delta);
/// assert_eq!(delta, [-0.5, 0.0]);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CoincidenceTrace<R: Real = f32> {
    parameters: CoincidenceTraceParameters,
    n_post: usize,
    decay: R,
    trace: Vec<R>,
}

/// Parameters of [`CoincidenceTrace`].
#[derive(Debug, Clone, PartialEq)]
pub struct CoincidenceTraceParameters {
    /// Time constant of the trace `[ms]`, > 0. Default 20.
    pub tau: f64,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
}

impl Default for CoincidenceTraceParameters {
    fn default() -> Self {
        Self { tau: 20.0, dt: 1.0 }
    }
}

impl<R: Real> CoincidenceTrace<R> {
    /// Traces at zero, one for each of the `n_pre * n_post` pairs.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range, [`Error::TooManyElements`] if the pairs
    /// cannot be counted.
    pub fn new(n_pre: usize, n_post: usize, parameters: CoincidenceTraceParameters) -> Result<Self, Error> {
        let CoincidenceTraceParameters { tau, dt } = parameters;
        for (name, value) in [("tau", tau), ("dt", dt)] {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        let n_pairs = n_pre.checked_mul(n_post).ok_or(Error::TooManyElements { n: usize::MAX })?;
        Ok(Self { n_post, decay: R::of((-dt / tau).exp()), trace: vec![R::ZERO; n_pairs], parameters })
    }

    /// One step: the activity of either side, the error of every postsynaptic neuron, and where the changes
    /// go, shape `[n_pre, n_post]`.
    ///
    /// Any numbers are taken as activity, spikes are 0 and 1.
    ///
    /// # Panics
    /// If an array has another length than the trace was made for.
    #[track_caller]
    pub fn step(&mut self, pre: &[R], post: &[R], error: &[R], delta: &mut [R]) {
        let (n_post, n_pairs) = (self.n_post, self.trace.len());
        let n_expected = pre.len() * n_post;
        assert!(n_expected == n_pairs, "{} presynaptic neurons for {n_pairs} pairs with {n_post}", pre.len());
        assert!(post.len() == n_post, "{} postsynaptic neurons instead of {n_post}", post.len());
        assert!(error.len() == n_post, "{} errors for {n_post} neurons", error.len());
        assert!(delta.len() == n_pairs, "{} changes for {n_pairs} pairs", delta.len());
        if n_post == 0 {
            return; // no pairs
        }
        let rows = self.trace.chunks_exact_mut(n_post).zip(delta.chunks_exact_mut(n_post));
        for (&pre, (trace, delta)) in pre.iter().zip(rows) {
            for (((e, delta), &post), &error) in trace.iter_mut().zip(delta).zip(post).zip(error) {
                *e = *e * self.decay + pre * post;
                *delta = *e * error;
            }
        }
    }

    /// The trace of every pair, shape `[n_pre, n_post]`.
    #[must_use]
    pub fn trace(&self) -> &[R] {
        &self.trace
    }

    /// Returns the traces to zero.
    pub fn reset(&mut self) {
        self.trace.fill(R::ZERO);
    }

    /// Writes the traces and the parameters.
    pub fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        let n_pre = self.trace.len().checked_div(self.n_post).unwrap_or(0);
        checkpoint.insert(format!("{prefix}.trace"), &[n_pre, self.n_post], &self.trace);
    }

    /// Continues from what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// [`Error::Core`] if the checkpoint holds other parameters or another shape; nothing has changed then.
    pub fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        let n_pre = self.trace.len().checked_div(self.n_post).unwrap_or(0);
        let trace = checkpoint.get(&format!("{prefix}.trace"), &[n_pre, self.n_post])?;
        self.trace.copy_from_slice(trace);
        Ok(())
    }
}
