//! A network, and what an optimizer remembers of it, in a checkpoint.

use std::path::Path;

use sc_core::{Checkpoint, Real};

use crate::tensor::{Tensor, by_rows};
use crate::{Error, LayeredNetwork};

/// Metadata entry: what the checkpoint holds, and what its network is built of.
const KIND: &str = "kind";
const NETWORK: &str = "sc-gradient network";
const STRUCTURE: &str = "structure";

/// Saving and loading.
///
/// Every parameter is a tensor of a [`Checkpoint`] in its public shape, named after its layer: `"0.weights"`
/// `[n_pre, n_post]`, `"0.bias"` `[n]`, `"0.recurrent"` `[n, n]`, `"0.beta"` `[n]`, ... The metadata entry `structure`
/// describes the layers. Models, surrogates and connections are code, not data: a file is loaded into a network that was
/// built the same way.
///
/// Training goes on from a checkpoint with the same bits as without the interruption if the optimizer is stored too:
///
/// ```
/// use sc_core::Checkpoint;
/// use sc_gradient::{Adam, Batch, Bptt, CrossEntropy, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif};
///
/// let build = |seed| {
///     LayeredNetwork::<f32>::with_inputs(2)
///         .layer(Layer::spiking(8, Lif::new(10.0, 1.0)?, FastSigmoid::new(10.0)?))
///         .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0)?))
///         .build(seed)
/// };
/// let batch = Batch::from_dense(&[1.0; 2 * 10], 1, 10, 2)?;
/// let (mut bptt, loss) = (Bptt::new(1)?, CrossEntropy::max_membrane());
/// let (mut network, mut adam) = (build(1)?, Adam::new(0.01)?);
/// bptt.step(&mut network, &batch, &loss, &[0], &mut adam)?;
///
/// let mut checkpoint = network.to_checkpoint();
/// adam.store(&network, &mut checkpoint);
/// let bytes = checkpoint.to_bytes(); // or checkpoint.write(path)?
///
/// let checkpoint = Checkpoint::from_bytes(&bytes)?;
/// let (mut copy, mut resumed) = (build(2)?, Adam::new(0.01)?);
/// copy.restore(&checkpoint)?;
/// resumed.restore(&copy, &checkpoint)?;
/// bptt.step(&mut network, &batch, &loss, &[0], &mut adam)?;
/// bptt.step(&mut copy, &batch, &loss, &[0], &mut resumed)?;
/// assert_eq!(copy.get(0, "weights")?, network.get(0, "weights")?);
/// # Ok::<(), sc_gradient::Error>(())
/// ```
impl<R: Real> LayeredNetwork<R> {
    /// Writes all parameters to a file, in one piece or not at all.
    ///
    /// # Errors
    /// [`Error::Core`] if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(self.to_checkpoint().write(path)?)
    }

    /// Reads all parameters from a file.
    ///
    /// # Errors
    /// [`Error::Core`] if the file cannot be read, is damaged or something else; otherwise as
    /// [`restore`](Self::restore). The network is then unchanged.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.restore(&Checkpoint::read(path)?)
    }

    /// All parameters, named; add to it what else belongs in the file.
    #[must_use]
    pub fn to_checkpoint(&self) -> Checkpoint {
        let mut checkpoint = Checkpoint::new();
        checkpoint.set_metadata(KIND, NETWORK);
        checkpoint.set_metadata(STRUCTURE, self.structure());
        for (name, _, tensor) in self.named() {
            checkpoint.insert(name, &shape(tensor), &by_rows(&tensor.data, tensor.n_rows, tensor.n));
        }
        checkpoint
    }

    /// Takes all parameters from a checkpoint of a network of this structure and precision.
    ///
    /// # Errors
    /// [`Error::Core`] if the checkpoint is of something else, or a tensor is missing or of another shape or type;
    /// [`Error::NotFinite`] or [`Error::Parameter`] for a number that the parameter cannot have. The network is then
    /// unchanged.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(KIND, NETWORK)?;
        checkpoint.require_metadata(STRUCTURE, &self.structure())?;
        let mut tensors = self.tensors.clone();
        for (name, (layer, slot), tensor) in self.named() {
            tensors[layer][slot].set(checkpoint.get(&name, &shape(tensor))?)?;
        }
        self.tensors = tensors;
        Ok(())
    }

    /// The layers in words: `"64 -> 128 [weights, bias, recurrent, beta, v_threshold] -> 10 [weights, bias, beta]"`.
    fn structure(&self) -> String {
        let layers = self.layers.iter().zip(&self.tensors).map(|(layer, tensors)| {
            let names: Vec<&str> = tensors.iter().map(|tensor| tensor.name).collect();
            format!(" -> {} [{}]", layer.n(), names.join(", "))
        });
        layers.fold(self.n_input.to_string(), |structure, layer| structure + &layer)
    }

    /// Every tensor with its name in a checkpoint and its place (layer, slot).
    fn named(&self) -> impl Iterator<Item = (String, (usize, usize), &Tensor<R>)> {
        self.tensors.iter().enumerate().flat_map(|(layer, tensors)| {
            tensors.iter().enumerate().map(move |(slot, tensor)| {
                // A model wrapped twice has a parameter twice: "0.rho", then "0.rho.1".
                let namesakes = tensors[..slot].iter().filter(|earlier| earlier.name == tensor.name).count();
                let suffix = if namesakes > 0 { format!(".{namesakes}") } else { String::new() };
                (format!("{layer}.{}{suffix}", tensor.name), (layer, slot), tensor)
            })
        })
    }
}

fn shape<R: Real>(tensor: &Tensor<R>) -> Vec<usize> {
    // Weights keep both axes even from a single source.
    if matches!(tensor.name, "weights" | "recurrent") {
        vec![tensor.n_rows, tensor.n]
    } else {
        vec![tensor.n]
    }
}

/// Stores what an optimizer remembers, one number per parameter, under `"{prefix}.{layer}.{name}"`. `slots` is laid out
/// like the parameters; a slot that has not been used yet is empty and counts as zeros.
pub(crate) fn store_slots<R: Real>(
    network: &LayeredNetwork<R>,
    prefix: &str,
    slots: &[Vec<R>],
    checkpoint: &mut Checkpoint,
) {
    for (slot, (name, _, tensor)) in network.named().enumerate() {
        let remembered = slots.get(slot).filter(|numbers| numbers.len() == tensor.data.len());
        let numbers: Vec<R> = (0..tensor.n_rows * tensor.n)
            .map(|k| remembered.map_or(R::ZERO, |numbers| numbers[tensor.position(k)]))
            .collect();
        checkpoint.insert(format!("{prefix}.{name}"), &shape(tensor), &numbers);
    }
}

/// Reads what [`store_slots`] wrote; no number may be below `least`.
pub(crate) fn restore_slots<R: Real>(
    network: &LayeredNetwork<R>,
    prefix: &str,
    least: f64,
    checkpoint: &Checkpoint,
) -> Result<Vec<Vec<R>>, Error> {
    let slot = |(name, _, tensor): (String, (usize, usize), &Tensor<R>)| {
        let mut remembered = Tensor::new(tensor.name, tensor.n_rows, tensor.n);
        remembered.range = least..=f64::INFINITY;
        remembered.set(checkpoint.get(&format!("{prefix}.{name}"), &shape(tensor))?)?;
        Ok(remembered.data.to_vec())
    };
    network.named().map(slot).collect()
}
