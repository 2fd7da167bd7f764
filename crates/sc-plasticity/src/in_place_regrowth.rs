//! Weak weights become zero, some zeros become weak weights: what the reference package calls structural
//! plasticity.

use rand::RngExt;
use sc_core::{Checkpoint, Local, Real, Weights, random};

use crate::rule::steps_made;
use crate::{Error, PlasticityRule};

/// Pruning and regrowth among the synapses that exist, as the reference package does it.
///
/// One step, on all `n` stored weights:
///
/// 1. `w = 0` where `|w| < prune_threshold`; `p` is the number of these, weights that were zero before
///    included.
/// 2. `min(p, max(1, floor(growth_rate n)))` of the weights that are zero, chosen at random, are drawn anew
///    from `[0.001, 0.05)`. If there are fewer zeros, all of them.
///
/// What this is *not*: no synapse is created or removed, only its weight changes; activity plays no role; as
/// long as there is a zero, one weight at least is drawn in every step, even at a growth rate of 0; and
/// where the threshold is above 0.001, part of the new weights are pruned in the next step. Inhibitory
/// weights that are pruned come back excitatory. For synapses that come and go with activity, take
/// [`ActivityRewiring`](crate::ActivityRewiring) or [`HomeostaticGrowth`](crate::HomeostaticGrowth).
///
/// In a [`PlasticNetwork`](crate::PlasticNetwork) it belongs on one thread: it draws for all of the projection.
///
/// Differs from the reference package: random numbers come from the seed, the reference takes those of
/// `NumPy`'s global generator. So positions and new weights agree in distribution, all else exactly.
///
/// ```
/// use sc_core::{Dense, Local, Projection};
/// use sc_plasticity::{InPlaceRegrowth, InPlaceRegrowthParameters, PlasticityRule};
/// let mut projection = Projection::<f64>::new(Dense::new(1, 3, vec![0.5, 0.001, -0.3])?);
/// let mut regrowth = InPlaceRegrowth::new(InPlaceRegrowthParameters::default())?;
/// regrowth.step(Local { projection: &mut projection, pre_spikes: &[], post_spikes: &[], reward: 0.0 });
/// let w = projection.weights().values();
/// assert_eq!((w[0], w[2]), (0.5, -0.3));
/// assert!((0.001..0.05).contains(&w[1])); // pruned, and drawn anew at once
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct InPlaceRegrowth {
    parameters: InPlaceRegrowthParameters,
    t: u64,
}

/// Parameters of [`InPlaceRegrowth`].
#[derive(Debug, Clone, PartialEq)]
pub struct InPlaceRegrowthParameters {
    /// The part of all weights that is drawn anew in a step at most, finite and >= 0. Default 0.001.
    pub growth_rate: f64,
    /// Weights of smaller size are pruned, finite and >= 0. Default 0.01.
    pub prune_threshold: f64,
    /// Where chance comes from. Default 0.
    pub seed: u64,
}

impl Default for InPlaceRegrowthParameters {
    fn default() -> Self {
        Self { growth_rate: 0.001, prune_threshold: 0.01, seed: 0 }
    }
}

impl InPlaceRegrowth {
    /// The rule, for weights of any size.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range.
    pub fn new(parameters: InPlaceRegrowthParameters) -> Result<Self, Error> {
        for (name, value) in
            [("growth_rate", parameters.growth_rate), ("prune_threshold", parameters.prune_threshold)]
        {
            Error::require(value.is_finite() && value >= 0.0, name, value, "finite and >= 0")?;
        }
        Ok(Self { parameters, t: 0 })
    }
}

impl<R: Real> PlasticityRule<R> for InPlaceRegrowth {
    /// One step; the spikes are not looked at.
    ///
    /// # Panics
    /// If the weights are [`Editable`](sc_core::Editable): they have better ways to lose a synapse.
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let editable = matches!(local.projection.weights(), Weights::Editable(_));
        assert!(
            !editable,
            "in-place regrowth is for synapses that stay: take another rule for editable ones"
        );
        self.t += 1;
        let weights = local.projection.weights_mut();
        let mut n_pruned = 0;
        for weight in weights.iter_mut() {
            if weight.abs().f64() < self.parameters.prune_threshold {
                *weight = R::ZERO;
                n_pruned += 1;
            }
        }
        let mut zeros: Vec<usize> = (0..weights.len()).filter(|&k| weights[k] == R::ZERO).collect();
        let most = (self.parameters.growth_rate * weights.len() as f64) as usize;
        let n_grown = n_pruned.min(most.max(1)).min(zeros.len());
        let mut stream = random::stream(self.parameters.seed, "in-place regrowth", self.t);
        for i in 0..n_grown {
            // The first steps of a shuffle.
            let chosen = stream.random_range(i..zeros.len());
            zeros.swap(i, chosen);
            weights[zeros[i]] = R::of(stream.random_range(0.001..0.05));
        }
    }

    fn reset(&mut self) {
        self.t = 0;
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.t"), &[], &[self.t]);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        self.t = steps_made(checkpoint, &format!("{prefix}.t"), &[])?;
        Ok(())
    }
}
