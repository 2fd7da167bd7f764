//! The bytes of a checkpoint.

use std::fs;
use std::io::Write;
use std::path::Path;

use safetensors::SafeTensors;
use serde_json::json;

use super::Checkpoint;
use super::tensor::Tensor;
use crate::{Error, replace_file};

/// The metadata entry of the checksum. No other may use it.
pub(super) const CHECKSUM_KEY: &str = "crc32";

/// What every header starts with, so that the checksum lies at a fixed place: right behind.
const HEADER_START: &str = r#"{"__metadata__":{"crc32":""#;
const CHECKSUM: std::ops::Range<usize> = 8 + HEADER_START.len()..8 + HEADER_START.len() + 8;

impl Checkpoint {
    /// The checkpoint as bytes of a safetensors file. Equal checkpoints give equal bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let quoted = |text: &str| json!(text).to_string();
        let mut header = format!("{HEADER_START}00000000\"");
        for (key, value) in &self.metadata {
            header += &format!(",{}:{}", quoted(key), quoted(value));
        }
        header.push('}');
        // Wide elements first: the data then stays aligned for readers that map the file into memory.
        let mut tensors: Vec<(&String, &Tensor)> = self.tensors.iter().collect();
        tensors.sort_by_key(|(_, tensor)| std::cmp::Reverse(tensor.dtype().bitsize()));
        let mut data = Vec::new();
        for (name, tensor) in tensors {
            let start = data.len();
            tensor.push_le_bytes(&mut data);
            let entry = json!({
                "dtype": tensor.dtype(), "shape": tensor.shape(), "data_offsets": [start, data.len()]
            });
            header += &format!(",{}:{entry}", quoted(name));
        }
        header.push('}');
        header += &" ".repeat(header.len().next_multiple_of(8) - header.len());

        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.bytes());
        bytes.extend(data);
        let checksum = checksum(&bytes);
        bytes[CHECKSUM].copy_from_slice(checksum.as_bytes());
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`Error::NotACheckpoint`] if the bytes are something else, [`Error::Checksum`] if they have changed
    /// since.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() < CHECKSUM.end || &bytes[8..CHECKSUM.start] != HEADER_START.as_bytes() {
            return Err(Error::NotACheckpoint { reason: "the header does not begin with a checksum".into() });
        }
        let (recorded, computed) = (&bytes[CHECKSUM], checksum(bytes));
        if recorded != computed.as_bytes() {
            let recorded = String::from_utf8_lossy(recorded).into_owned();
            return Err(Error::Checksum { recorded, computed });
        }
        let foreign =
            |error: safetensors::SafeTensorError| Error::NotACheckpoint { reason: error.to_string() };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(foreign)?;
        let mut checkpoint = Self::new();
        for (key, value) in header.metadata().iter().flatten() {
            if key != CHECKSUM_KEY {
                checkpoint.metadata.insert(key.clone(), value.clone());
            }
        }
        for (name, view) in SafeTensors::deserialize(bytes).map_err(foreign)?.iter() {
            let tensor = Tensor::from_le_bytes(view.dtype(), view.shape(), view.data());
            let reason = || format!("tensor {name:?} has elements of type {:?}", view.dtype());
            checkpoint
                .tensors
                .insert(name.into(), tensor.ok_or_else(|| Error::NotACheckpoint { reason: reason() })?);
        }
        Ok(checkpoint)
    }

    /// Writes the checkpoint, replacing a file of this name.
    ///
    /// When this returns without error, the file is on the disk. When it does not, a former file is as it
    /// was.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        replace_file(path, |file| file.write_all(&self.to_bytes()))
    }

    /// Reads a checkpoint from a file.
    ///
    /// # Errors
    /// [`Error::Io`], or those of [`from_bytes`](Self::from_bytes).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::from_bytes(&fs::read(path).map_err(|error| Error::io(path, &error))?)
    }
}

/// CRC-32 of all bytes but those of the checksum itself, as eight hexadecimal digits.
fn checksum(bytes: &[u8]) -> String {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes[..CHECKSUM.start]);
    hasher.update(&bytes[CHECKSUM.end..]);
    format!("{:08x}", hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    fn example() -> Checkpoint {
        let mut checkpoint = Checkpoint::new();
        checkpoint.insert("b/weights", &[2, 2], &[1.0_f32, -0.0, f32::MIN_POSITIVE, 3.5]);
        checkpoint.insert("a", &[3], &[0.1_f64, f64::INFINITY, 1e-310]);
        checkpoint.insert("bytes", &[5], &[0_u8, 1, 2, 3, 255]);
        checkpoint.insert("indices", &[0], &[0_u32; 0]);
        checkpoint.insert("state \"é\"", &[], &[u64::MAX]);
        checkpoint.set_metadata("note", "line\nbreak, \"quotes\", \u{1F9E0}");
        checkpoint
    }

    #[test]
    fn bytes_return_what_went_in_and_are_always_the_same() {
        let bytes = example().to_bytes();
        assert_eq!(Checkpoint::from_bytes(&bytes), Ok(example()));
        assert_eq!(bytes, example().to_bytes());
        let empty = Checkpoint::new();
        assert_eq!(Checkpoint::from_bytes(&empty.to_bytes()), Ok(empty));
    }

    #[test]
    fn any_reader_of_safetensors_understands_the_file() {
        let bytes = example().to_bytes();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let weights = file.tensor("b/weights").unwrap();
        assert_eq!((weights.dtype(), weights.shape()), (safetensors::Dtype::F32, &[2, 2][..]));
        assert_eq!(weights.data()[12..], 3.5_f32.to_le_bytes());
    }

    #[test]
    fn no_changed_byte_goes_unnoticed() {
        let bytes = example().to_bytes();
        for i in 0..bytes.len() {
            for change in [1, 0x20, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[i] ^= change;
                assert!(Checkpoint::from_bytes(&damaged).is_err(), "byte {i} changed by {change:#x}");
            }
        }
    }

    #[test]
    fn no_cut_or_appendix_goes_unnoticed() {
        let mut bytes = example().to_bytes();
        for length in 0..bytes.len() {
            assert!(Checkpoint::from_bytes(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
        bytes.push(0);
        assert!(matches!(Checkpoint::from_bytes(&bytes), Err(Error::Checksum { .. })));
    }

    #[test]
    fn foreign_files_are_named_so() {
        let foreign =
            safetensors::serialize(Vec::<(String, safetensors::tensor::TensorView)>::new(), None).unwrap();
        for bytes in [&foreign[..], b"", b"hello, world; this is not a checkpoint at all, but long enough"] {
            assert!(matches!(Checkpoint::from_bytes(bytes), Err(Error::NotACheckpoint { .. })));
        }
        // A valid checksum over nonsense.
        let mut bytes = example().to_bytes();
        bytes[0] ^= 1;
        let repaired = checksum(&bytes);
        bytes[CHECKSUM].copy_from_slice(repaired.as_bytes());
        assert!(matches!(Checkpoint::from_bytes(&bytes), Err(Error::NotACheckpoint { .. })));
    }

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("model.safetensors");
        example().write(&path).unwrap();
        let mut second = example();
        second.set_metadata("note", "second");
        second.write(&path).unwrap();
        assert_eq!(Checkpoint::read(&path), Ok(second));
        // A directory cannot be replaced by a file; nothing is left behind.
        let blocked = directory.path().join("blocked");
        fs::create_dir_all(blocked.join("full")).unwrap();
        assert!(matches!(example().write(&blocked), Err(Error::Io { .. })));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
        assert!(matches!(
            Checkpoint::read(directory.path().join("absent")),
            Err(Error::Io { kind: io::ErrorKind::NotFound, .. })
        ));
    }

    #[test]
    fn what_is_asked_for_must_be_what_is_there() {
        let checkpoint = example();
        assert!(matches!(checkpoint.get::<f32>("missing", &[1]), Err(Error::MissingTensor { .. })));
        let wrong_type = Error::TensorType { name: "a".into(), expected: "f32", got: "f64" };
        assert_eq!(checkpoint.get::<f32>("a", &[3]), Err(wrong_type));
        let wrong_shape = Error::TensorShape { name: "a".into(), expected: vec![1, 3], got: vec![3] };
        assert_eq!(checkpoint.get::<f64>("a", &[1, 3]), Err(wrong_shape));
        assert!(checkpoint.require_metadata("note", "other").is_err());
        assert!(checkpoint.require_metadata("absent", "").is_err());
    }
}
