//! Sparse evolutionary training: the weakest synapses go, as many random ones come.

use sc_core::random::{self, normal};
use sc_core::{Autapses, Checkpoint, Projection, Real};

use super::{create, editable, editable_size, random_vacancy, remove};
use crate::Error;
use crate::rule::steps_made;

/// Sparse evolutionary training (SET): after every epoch the synapses of smallest weight are replaced by
/// random ones.
///
/// The first wiring is random with the connection probability
/// [`probability`](SparseEvolutionParameters::probability). One generation,
/// [`evolve`](Self::evolve):
///
/// 1. The `floor(zeta n)` of `n` synapses with the smallest `|w|` are removed; among equals the one of the
///    lower source, then target goes first.
/// 2. As many random pairs without a synapse get one, with a normally distributed weight.
///
/// D. C. Mocanu et al. 2018, doi:10.1038/s41467-018-04316-3. Differs from the paper: there the fraction is
/// taken of the positive and of the negative weights separately.
///
/// ```
/// use sc_core::{Autapses, Editable, Projection, connectivity};
/// use sc_plasticity::{SparseEvolution, SparseEvolutionParameters};
/// let parameters = SparseEvolutionParameters::default();
/// let p = parameters.probability(200, 100);
/// let structure = connectivity::fixed_probability(200, 100, p, Autapses::Allow, 1)?;
/// let mut projection = Projection::new(Editable::try_from(&structure.with_weight(0.1_f32)?)?);
/// let mut set = SparseEvolution::new(&projection, parameters)?;
/// let n = projection.editable().unwrap().n_synapses();
/// assert_eq!(set.evolve(&mut projection), n * 3 / 10);
/// assert_eq!(projection.editable().unwrap().n_synapses(), n);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SparseEvolution {
    parameters: SparseEvolutionParameters,
    size: (usize, usize),
    generation: u64,
}

/// Parameters of [`SparseEvolution`].
#[derive(Debug, Clone, PartialEq)]
pub struct SparseEvolutionParameters {
    /// How many synapses a neuron has, about: `epsilon` of the paper, finite and >= 0. Default 20.
    pub epsilon: f64,
    /// The fraction that is replaced, in 0..=1. Default 0.3.
    pub zeta: f64,
    /// Standard deviation of the weights of new synapses, finite and >= 0. Default 0.1.
    pub new_weight: f64,
    /// Whether a neuron may have a synapse onto itself; forbid it only where source and target are one
    /// population. Default [`Autapses::Allow`].
    pub autapses: Autapses,
    /// Where chance comes from. Default 0.
    pub seed: u64,
}

impl Default for SparseEvolutionParameters {
    fn default() -> Self {
        Self { epsilon: 20.0, zeta: 0.3, new_weight: 0.1, autapses: Autapses::Allow, seed: 0 }
    }
}

impl SparseEvolutionParameters {
    /// The probability with which a pair has a synapse at the beginning:
    /// `epsilon (n_pre + n_post) / (n_pre n_post)`, at most 1.
    #[must_use]
    pub fn probability(&self, n_pre: usize, n_post: usize) -> f64 {
        let (n_pre, n_post) = (n_pre as f64, n_post as f64);
        (self.epsilon * (n_pre + n_post) / (n_pre * n_post)).min(1.0)
    }
}

impl SparseEvolution {
    /// The rule for this projection.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::Core`] if the weights are not
    /// [`Editable`](sc_core::Editable).
    pub fn new<R: Real>(
        projection: &Projection<R>,
        parameters: SparseEvolutionParameters,
    ) -> Result<Self, Error> {
        let p = &parameters;
        for (name, value) in [("epsilon", p.epsilon), ("new_weight", p.new_weight)] {
            Error::require((value as f32).is_finite() && value >= 0.0, name, value, "finite and >= 0")?;
        }
        Error::require((0.0..=1.0).contains(&p.zeta), "zeta", p.zeta, "in 0..=1")?;
        Ok(Self { parameters, size: editable_size(projection)?, generation: 0 })
    }

    /// Replaces the weakest synapses and returns how many.
    ///
    /// # Panics
    /// If the projection is of another size or not editable, or if there are more synapses than pairs that
    /// may have one.
    #[track_caller]
    pub fn evolve<R: Real>(&mut self, projection: &mut Projection<R>) -> usize {
        let synapses = editable(projection, self.size);
        let mut by_size = Vec::with_capacity(synapses.n_synapses());
        for pre in 0..self.size.0 {
            let (targets, weights) = synapses.row(pre);
            let row = targets.iter().zip(weights);
            by_size.extend(row.map(|(&post, weight)| (weight.abs().f64(), pre, post as usize)));
        }
        by_size.sort_by(|a, b| a.0.total_cmp(&b.0)); // stable: row by row among equals
        let n = (self.parameters.zeta * by_size.len() as f64) as usize;
        self.generation += 1;
        let mut stream = random::stream(self.parameters.seed, "sparse evolution", self.generation);
        for &(_, pre, post) in &by_size[..n] {
            remove(projection, (pre, post));
        }
        for _ in 0..n {
            let pair = random_vacancy(editable(projection, self.size), self.parameters.autapses, &mut stream);
            let pair = pair.expect("the pairs of the synapses just removed");
            create(projection, pair, R::of(self.parameters.new_weight * normal(&mut stream)));
        }
        n
    }

    /// Writes the number of generations, on which the random numbers depend, and the parameters.
    pub fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.generation"), &[], &[self.generation]);
    }

    /// Continues from what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// [`Error::Core`] if something is missing or of a rule with other parameters. Nothing has changed then.
    pub fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        self.generation = steps_made(checkpoint, &format!("{prefix}.generation"), &[])?;
        Ok(())
    }
}
