//! NPZ, the format in which `NumPy` saves several arrays: a ZIP archive of NPY files.

use std::collections::BTreeMap;
use std::path::Path;

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipSliceEntry};

use crate::bytes::{parse_file, read_bounded, unpacked_limit};
use crate::{AnyArray, Error, parse_npy};

/// Reads all arrays of an NPZ file by name.
///
/// # Errors
/// [`Error::File`] with the path and one of the errors of [`parse_npz`], or [`Error::Io`] if it cannot be read.
pub fn read_npz(path: impl AsRef<Path>) -> Result<BTreeMap<String, AnyArray>, Error> {
    parse_file(path.as_ref(), parse_npz)
}

/// The arrays in the bytes of an NPZ file by name, as `numpy.savez` and `numpy.savez_compressed` write it.
///
/// # Errors
/// [`Error::Malformed`] if the bytes are no ZIP archive or a name comes twice; [`Error::Entry`] with the name of an
/// array and one of the errors of [`parse_npy`], [`Error::Io`] if its data are damaged, [`Error::Unsupported`] if they
/// are packed other than by "deflate", [`Error::TooLarge`] if all arrays up to this one have more bytes than
/// [`MAX_UNPACKED`](crate::MAX_UNPACKED).
pub fn parse_npz(bytes: &[u8]) -> Result<BTreeMap<String, AnyArray>, Error> {
    parse_within(unpacked_limit(bytes), bytes)
}

/// The arrays, if they are made from `budget` bytes at most. One budget for all, because entries may overlap.
fn parse_within(mut budget: u64, bytes: &[u8]) -> Result<BTreeMap<String, AnyArray>, Error> {
    let archive = ZipArchive::from_slice(bytes).map_err(|error| not_zip(&error))?;
    let mut arrays = BTreeMap::new();
    let mut entries = archive.entries();
    while let Some(record) = entries.next_entry().map_err(|error| not_zip(&error))? {
        let path = String::from_utf8_lossy(record.file_path().as_bytes()).into_owned();
        let name = path.strip_suffix(".npy").unwrap_or(&path).to_owned();
        let array = archive
            .get_entry(record.wayfinder())
            .map_err(|error| not_zip(&error))
            .and_then(|entry| unpack(&entry, record.compression_method(), budget))
            .and_then(|npy| {
                budget -= npy.len() as u64;
                parse_npy(&npy)
            })
            .map_err(|source| Error::Entry { name: name.clone(), source: Box::new(source) })?;
        if arrays.contains_key(&name) {
            return Err(Error::Malformed { what: "NPZ archive", expected: "every name once", found: name });
        }
        arrays.insert(name, array);
    }
    Ok(arrays)
}

/// The unpacked bytes of one entry, compared with its checksum and size.
fn unpack(entry: &ZipSliceEntry<'_>, method: CompressionMethod, limit: u64) -> Result<Vec<u8>, Error> {
    let packed = entry.data();
    match method {
        CompressionMethod::STORE => read_bounded(entry.verifying_reader(packed), "stored data", limit),
        CompressionMethod::DEFLATE => {
            read_bounded(entry.verifying_reader(DeflateDecoder::new(packed)), "deflated data", limit)
        }
        other => Err(Error::Unsupported { what: "ZIP method", found: format!("{other:?}") }),
    }
}

fn not_zip(error: &rawzip::Error) -> Error {
    Error::Malformed { what: "NPZ archive", expected: "a ZIP archive", found: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::{parse_npz, parse_within};
    use crate::Error;

    #[test]
    fn all_arrays_share_one_budget() {
        let bytes = include_bytes!("../tests/fixtures/deflated.npz");
        assert!(parse_npz(bytes).is_ok());
        // An NPY file has at least 128 bytes: the first fits, not all of them.
        let error = parse_within(300, bytes).unwrap_err();
        let Error::Entry { source, .. } = error else { panic!("{error}") };
        assert!(matches!(*source, Error::TooLarge { .. }), "{source}");
    }
}
