//! DEEP R: gradient descent with a fixed number of synapses that are rewired at random.

use rand::RngExt;
use sc_core::random::{self, normal};
use sc_core::{Autapses, Checkpoint, Projection, Real};

use super::{create, editable, editable_size, random_vacancy, remove};
use crate::Error;
use crate::rule::steps_made;

/// DEEP R: a random walk along the gradient, through weights and wirings alike.
///
/// Every possible connection has a fixed sign `s` and a parameter `theta`; it exists as a synapse of weight
/// `w = s theta` while `theta >= 0`. One step, for every synapse:
///
/// 1. `theta = theta - eta (s dE/dw + alpha) + sqrt(2 eta T) nu`, `nu` from the standard normal distribution.
/// 2. If `theta < 0`: the synapse is removed (dormant).
/// 3. For every synapse removed, a random dormant connection is created with `theta = 0`.
///
/// `eta` is the learning rate, `alpha` the pull of the L1 norm, `T` the temperature. The number of synapses
/// is the same after every step. Without a gradient `theta` tends to the density
/// `(alpha / T) exp(-alpha theta / T)` as `eta` becomes small; its mean is below `T / alpha` by
/// `0.82 sqrt(eta T)`, and `alpha sqrt(eta / T)` of the synapses are replaced in a step.
///
/// The sign of a synapse is that of its weight, and that of a weight of zero its sign bit: a new synapse has
/// the weight `0.0` or `-0.0`. Synapses that exist at the beginning keep their signs.
///
/// The work follows the synapses that exist; no gradient is asked for where there is none.
///
/// G. Bellec, D. Kappel, W. Maass & R. Legenstein 2018, arXiv:1711.05136 (ICLR 2018).
///
/// ```
/// use sc_core::{Editable, Projection};
/// use sc_plasticity::{DeepR, DeepRParameters};
/// let mut weights = Editable::<f64>::empty(4, 4);
/// for i in 0..4 {
///     weights.insert(i, i, 0.1)?;
/// }
/// let mut projection = Projection::new(weights);
/// let mut deep_r = DeepR::new(&projection, DeepRParameters::default())?;
/// // The error is half of the squared distance of the sum of all weights from 3.
/// for _ in 0..1000 {
///     let sum: f64 = projection.weights().values().iter().sum();
///     deep_r.step(&mut projection, 0.01, |_k, _pre, _post| sum - 3.0);
///     assert_eq!(projection.editable().unwrap().n_synapses(), 4);
/// }
/// let sum: f64 = projection.weights().values().iter().sum();
/// assert!((sum - 3.0).abs() < 0.1);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DeepR {
    parameters: DeepRParameters,
    size: (usize, usize),
    t: u64,
}

/// Parameters of [`DeepR`].
#[derive(Debug, Clone, PartialEq)]
pub struct DeepRParameters {
    /// The pull of the L1 norm `alpha`, finite and >= 0. Default 1e-5.
    pub l1: f64,
    /// The temperature `T` of the random walk, finite and >= 0. Default 1e-5.
    pub temperature: f64,
    /// The signs of new synapses. Default [`Signs::Random`].
    pub signs: Signs,
    /// Whether a neuron may have a synapse onto itself; forbid it only where source and target are one
    /// population. Default [`Autapses::Allow`].
    pub autapses: Autapses,
    /// Where chance comes from. Default 0.
    pub seed: u64,
}

/// The signs of connections that do not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signs {
    /// Every pair has a sign of its own, positive with probability 1/2, always the same under a seed.
    Random,
    /// All connections of a source have the same (H. Dale's principle): whether each source is excitatory.
    BySource(Vec<bool>),
}

impl Default for DeepRParameters {
    fn default() -> Self {
        Self { l1: 1e-5, temperature: 1e-5, signs: Signs::Random, autapses: Autapses::Allow, seed: 0 }
    }
}

impl DeepR {
    /// The rule for this projection.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::Length`] if there is not one sign
    /// per source; [`Error::Core`] if the weights are not [`Editable`](sc_core::Editable).
    pub fn new<R: Real>(projection: &Projection<R>, parameters: DeepRParameters) -> Result<Self, Error> {
        for (name, value) in [("l1", parameters.l1), ("temperature", parameters.temperature)] {
            Error::require(value.is_finite() && value >= 0.0, name, value, "finite and >= 0")?;
        }
        if let Signs::BySource(excitatory) = &parameters.signs {
            Error::length("signs of sources", projection.n_pre(), excitatory.len())?;
        }
        Ok(Self { parameters, size: editable_size(projection)?, t: 0 })
    }

    /// One step with learning rate `eta`, finite and >= 0, and `gradient(k, pre, post)`, the derivative of
    /// the error by the weight of synapse `k` (its place in `values()`). Returns how many synapses were
    /// replaced.
    ///
    /// # Panics
    /// If the projection is of another size or not editable, if `eta` is negative or not finite, or if a weight
    /// becomes infinite or no number; if there are more synapses than pairs that may have one.
    #[track_caller]
    pub fn step<R: Real>(
        &mut self,
        projection: &mut Projection<R>,
        eta: f64,
        mut gradient: impl FnMut(usize, usize, usize) -> R,
    ) -> usize {
        editable(projection, self.size);
        assert!(eta.is_finite() && eta >= 0.0, "a learning rate of {eta}: must be finite and >= 0");
        let DeepRParameters { l1, temperature, autapses, seed, .. } = self.parameters;
        self.t += 1;
        let mut stream = random::stream(seed, "DEEP R", self.t);
        let noise = (2.0 * eta * temperature).sqrt();
        let mut dormant = Vec::new();
        let mut synapses = projection.synapses();
        for pre in 0..self.size.0 {
            synapses.from(pre, |k, post, weight| {
                let sign = 1.0_f64.copysign(weight.f64());
                let slope = sign * gradient(k, pre, post).f64() + l1;
                let mut theta = weight.abs().f64() - eta * slope;
                if noise > 0.0 {
                    theta += noise * normal(&mut stream);
                }
                assert!(R::of(theta).is_finite(), "the weight from {pre} to {post} has become {theta}");
                if theta < 0.0 {
                    dormant.push((pre, post));
                } else {
                    *weight = R::of(sign * theta);
                }
            });
        }
        dormant.iter().for_each(|&pair| remove(projection, pair));
        for _ in &dormant {
            let pair = random_vacancy(editable(projection, self.size), autapses, &mut stream);
            let pair = pair.expect("the pairs of the synapses just removed");
            create(projection, pair, R::of(0.0_f64.copysign(self.sign(pair))));
        }
        dormant.len()
    }

    /// The sign of a connection that is created, 1 or -1.
    fn sign(&self, (pre, post): (usize, usize)) -> f64 {
        let positive = match &self.parameters.signs {
            Signs::Random => {
                let pair = (pre as u64) << 32 | post as u64;
                random::stream(self.parameters.seed, "DEEP R sign", pair).random_bool(0.5)
            }
            Signs::BySource(excitatory) => excitatory[pre],
        };
        if positive { 1.0 } else { -1.0 }
    }

    /// Writes the number of steps made, on which the random numbers depend, and the parameters.
    pub fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.t"), &[], &[self.t]);
    }

    /// Continues from what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// [`Error::Core`] if something is missing or of a rule with other parameters. Nothing has changed then.
    pub fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        self.t = steps_made(checkpoint, &format!("{prefix}.t"), &[])?;
        Ok(())
    }
}
