//! What a synapse can know.

use crate::{Projection, Real};

/// All that a local learning rule sees and may change in one step: the synapses of one projection, who spiked
/// on either side of them, and the reward.
///
/// [`Network::local`](crate::Network::local) gives it for the step just made. The spikes in it are sent in the
/// next step, so a rule that acts now changes what they carry:
///
/// ```
/// use sc_core::{Dense, Local, Network, Population, Projection, Real};
///
/// /// Every coincidence of two spikes makes the synapse between them stronger (D. O. Hebb 1949).
/// fn hebb<R: Real>(local: Local<'_, R>) {
///     let mut synapses = local.projection.synapses();
///     for &post in local.post_spikes {
///         synapses.to(post as usize, |_k, pre, weight| {
///             if local.pre_spikes.contains(&(pre as u32)) {
///                 *weight += R::of(0.5);
///             }
///         });
///     }
/// }
///
/// let mut network = Network::<f64>::new();
/// let source = network.add_spike_source(2);
/// let target = network.add_spike_source(1);
/// let synapses = network.add_projection(source, target, Projection::new(Dense::zeros(2, 1)))?;
/// network.step();
/// network.set_spikes(source, &[1])?;
/// network.set_spikes(target, &[0])?;
/// hebb(network.local(synapses));
/// assert_eq!(network.projection(synapses).weights().values(), [0.0, 0.5]);
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Local<'a, R: Real = f32> {
    /// The synapses.
    pub projection: &'a mut Projection<R>,
    /// The presynaptic neurons that spiked in this step, strictly increasing.
    pub pre_spikes: &'a [u32],
    /// The postsynaptic neurons that spiked in this step, strictly increasing.
    pub post_spikes: &'a [u32],
    /// The reward that arrives in this step, told to all synapses alike; 0 if there is none.
    pub reward: R,
}

impl<R: Real> Local<'_, R> {
    /// The same with a reward.
    #[must_use]
    pub fn with_reward(self, reward: R) -> Self {
        Self { reward, ..self }
    }
}
