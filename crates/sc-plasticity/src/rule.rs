//! What all local rules have in common.

use std::fmt::Debug;

use sc_core::{Checkpoint, Local, Projection, Real};

use crate::Error;

/// A local learning rule of one projection.
///
/// A rule keeps its parameters and its traces; the synapses stay with the network. It acts after a step, on
/// the spikes of that step, before they are sent with the weights it leaves behind:
///
/// ```text
/// network.step();
/// rule.step(network.local(projection));
/// ```
///
/// Where two rules share a projection (say plasticity and homeostasis), they act in the order in which they
/// are called. Bringing your own takes the four functions that have no default; here is one that lets every presynaptic spike weaken
/// the synapses it passes:
///
/// ```
/// use sc_core::{Checkpoint, Dense, Local, Projection, Real};
/// use sc_plasticity::{Error, PlasticityRule};
///
/// #[derive(Debug)]
/// struct Fatigue {
///     remains: f64,
/// }
///
/// impl<R: Real> PlasticityRule<R> for Fatigue {
///     fn step(&mut self, local: Local<'_, R>) {
///         let mut synapses = local.projection.synapses();
///         for &pre in local.pre_spikes {
///             synapses.from(pre as usize, |_k, _post, weight| *weight *= R::of(self.remains));
///         }
///     }
///     fn reset(&mut self) {}
///     fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
///         checkpoint.set_metadata(format!("{prefix}.rule"), format!("{self:?}"));
///     }
///     fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
///         Ok(checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{self:?}"))?)
///     }
/// }
///
/// let mut projection = Projection::<f64>::new(Dense::new(2, 1, vec![1.0, 1.0])?);
/// let (projection, pre_spikes, post_spikes) = (&mut projection, &[1][..], &[][..]);
/// Fatigue { remains: 0.5 }.step(Local { projection, pre_spikes, post_spikes, reward: 0.0 });
/// # Ok::<(), sc_core::Error>(())
/// ```
pub trait PlasticityRule<R: Real = f32>: Debug + Send {
    /// Takes the spikes of one step and changes the synapses.
    ///
    /// # Panics
    /// If the projection is not of the size for which the rule was made.
    fn step(&mut self, local: Local<'_, R>);

    /// Brings all weights up to date, where a rule postpones what nobody has looked at yet. Call it before you
    /// read weights.
    fn flush(&mut self, _projection: &mut Projection<R>) {}

    /// Forgets what happened: traces are as new. Parameters and weights stay.
    fn reset(&mut self);

    /// Adds all that changes to a checkpoint, under names that begin with `prefix`, and the parameters in
    /// words.
    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint);

    /// Continues from what [`save`](Self::save) wrote under this prefix: what follows is bit for bit what would
    /// have followed there.
    ///
    /// # Errors
    /// [`Error::Core`] if something is missing, of another size, or of a rule with other parameters. Nothing
    /// has changed then.
    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error>;
}

/// Reads how many steps a rule has made. So many that counting on could overflow are damage.
pub(crate) fn steps_made(checkpoint: &Checkpoint, name: &str, shape: &[usize]) -> Result<u64, Error> {
    let n = checkpoint.get::<u64>(name, shape)?[0];
    Error::require(n < 1 << 63, "steps made", n as f64, "below 2^63")?;
    Ok(n)
}

/// Reads in which step something last happened to each of `n` neurons; none is after `now`.
pub(crate) fn past_steps<'a>(
    checkpoint: &'a Checkpoint,
    name: &str,
    n: usize,
    now: u64,
) -> Result<&'a [u64], Error> {
    let steps = checkpoint.get(name, &[n])?;
    match steps.iter().position(|&step| step > now) {
        Some(position) => {
            let (index, bound) = (steps[position] as usize, now as usize);
            Err(sc_core::Error::Index { what: "last steps", position, index, bound }.into())
        }
        None => Ok(steps),
    }
}
