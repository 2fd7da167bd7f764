//! Everything that changes, in one file.
//!
//! A checkpoint is a set of named tensors and of named strings. On disk it is a
//! [safetensors](https://github.com/huggingface/safetensors) file, readable from Python and elsewhere, whose
//! metadata holds under `crc32` the CRC-32 (IEEE 802.3) of every byte of the file but its own eight digits:
//!
//! ```text
//! u64 header length | {"__metadata__":{"crc32":"xxxxxxxx", ...}, tensors ...} | tensor data
//! ```
//!
//! Reading verifies the checksum first, so a file that was cut off or changed anywhere is an error and never
//! a value. Writing goes to a temporary file in the same directory, which is flushed to the disk and only
//! then renamed: at every moment the name leads to the old file or to the whole new one.

mod file;
mod tensor;

pub use tensor::Element;

use std::collections::BTreeMap;

use crate::Error;
use tensor::Tensor;

/// Named tensors and named strings.
///
/// ```
/// use sc_core::Checkpoint;
/// let mut checkpoint = Checkpoint::new();
/// checkpoint.insert("weights", &[2, 3], &[0.5_f32; 6]);
/// checkpoint.set_metadata("task", "digits");
///
/// let copy = Checkpoint::from_bytes(&checkpoint.to_bytes())?;
/// assert_eq!(copy.get::<f32>("weights", &[2, 3])?, [0.5; 6]);
/// assert_eq!(copy.metadata("task"), Some("digits"));
///
/// let mut damaged = checkpoint.to_bytes();
/// damaged[100] ^= 1;
/// assert!(Checkpoint::from_bytes(&damaged).is_err());
/// # Ok::<(), sc_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checkpoint {
    tensors: BTreeMap<String, Tensor>,
    metadata: BTreeMap<String, String>,
}

impl Checkpoint {
    /// An empty checkpoint.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores a tensor, row-major; one of the same name is replaced.
    ///
    /// # Panics
    /// If the length of `data` is not the product of `shape`, or if the name is `__metadata__`, which the
    /// file format keeps for itself.
    #[track_caller]
    pub fn insert<T: Element>(&mut self, name: impl Into<String>, shape: &[usize], data: &[T]) {
        let name = name.into();
        assert!(name != "__metadata__", "a tensor cannot be named {name:?}");
        let n: usize = shape.iter().product();
        assert!(
            n == data.len(),
            "tensor {name:?}: shape {shape:?} has {n} elements, the data {}",
            data.len()
        );
        self.tensors.insert(name, Tensor::new(shape, data));
    }

    /// The elements of a tensor of this type and shape.
    ///
    /// # Errors
    /// [`Error::MissingTensor`], [`Error::TensorType`] or [`Error::TensorShape`].
    pub fn get<T: Element>(&self, name: &str, shape: &[usize]) -> Result<&[T], Error> {
        let tensor = self.tensor(name)?;
        if tensor.shape() != shape {
            let (expected, got) = (shape.to_vec(), tensor.shape().to_vec());
            return Err(Error::TensorShape { name: name.into(), expected, got });
        }
        self.elements(name)
    }

    /// The elements of a tensor of this type, whatever its shape.
    ///
    /// # Errors
    /// [`Error::MissingTensor`] or [`Error::TensorType`].
    pub fn elements<T: Element>(&self, name: &str) -> Result<&[T], Error> {
        let tensor = self.tensor(name)?;
        tensor.elements().ok_or_else(|| Error::TensorType {
            name: name.into(),
            expected: T::NAME,
            got: tensor.type_name(),
        })
    }

    /// The names of the tensors, sorted, with their shapes.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor.shape()))
    }

    /// Stores a string; one of the same key is replaced.
    ///
    /// # Panics
    /// If the key is `crc32`, under which the file keeps its checksum.
    #[track_caller]
    pub fn set_metadata(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let key = key.into();
        assert!(key != file::CHECKSUM_KEY, "metadata cannot be named {key:?}");
        self.metadata.insert(key, value.into());
    }

    /// A string by its key.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }

    /// Refuses a checkpoint in which a string is absent or another.
    ///
    /// # Errors
    /// [`Error::Mismatch`] with both strings.
    pub fn require_metadata(&self, key: &str, expected: &str) -> Result<(), Error> {
        let got = self.metadata(key).unwrap_or_default();
        if self.metadata(key) == Some(expected) {
            return Ok(());
        }
        Err(Error::Mismatch { key: key.into(), expected: expected.into(), got: got.into() })
    }

    /// Memory of all tensors.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        self.tensors.values().map(Tensor::n_bytes).sum()
    }

    /// Takes in everything of another checkpoint, under names that begin with `prefix`.
    pub fn nest(&mut self, prefix: &str, other: Self) {
        self.tensors
            .extend(other.tensors.into_iter().map(|(name, tensor)| (format!("{prefix}{name}"), tensor)));
        self.metadata
            .extend(other.metadata.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value)));
    }

    /// A copy of what was [nested](Self::nest) under `prefix`.
    #[must_use]
    pub fn nested(&self, prefix: &str) -> Self {
        fn under<'a, T: Clone + 'a>(prefix: &str, (name, value): (&'a String, &T)) -> Option<(String, T)> {
            Some((name.strip_prefix(prefix)?.to_owned(), value.clone()))
        }
        Self {
            tensors: self.tensors.iter().filter_map(|entry| under(prefix, entry)).collect(),
            metadata: self.metadata.iter().filter_map(|entry| under(prefix, entry)).collect(),
        }
    }

    fn tensor(&self, name: &str) -> Result<&Tensor, Error> {
        self.tensors.get(name).ok_or_else(|| Error::MissingTensor { name: name.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_nested_comes_out_alone() {
        let (mut a, mut b) = (Checkpoint::new(), Checkpoint::new());
        a.insert("x", &[2], &[1_u32, 2]);
        a.set_metadata("kind", "a");
        b.insert("x", &[1], &[0.5_f64]);
        let mut both = Checkpoint::new();
        both.nest("a.", a.clone());
        both.nest("b.", b.clone());
        assert_eq!((both.nested("a."), both.nested("b.")), (a, b));
        assert_eq!(both.get::<u32>("a.x", &[2]), Ok(&[1, 2][..]));
        assert_eq!(both.nested("c."), Checkpoint::new());
    }
}
