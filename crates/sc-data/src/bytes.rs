//! From bytes to arrays, without ever trusting a size that the bytes do not back.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ndarray::{ArrayD, IxDyn, ShapeBuilder};

use crate::Error;

/// Compressed data may unpack to this many bytes (1 GiB), or to as many as the packed file has if that is more.
///
/// A few megabytes of gzip can hold gigabytes of zeros. A real data set above the limit is read after unpacking
/// it once with `gunzip` or `unzip`; plain files are not limited.
pub const MAX_UNPACKED: u64 = 1 << 30;

/// Reads the file at `path` and hands its bytes to `parse`; an error of either names the path.
pub(crate) fn parse_file<T>(path: &Path, parse: impl FnOnce(&[u8]) -> Result<T, Error>) -> Result<T, Error> {
    fs::read(path)
        .map_err(|source| Error::Io { what: "file", source })
        .and_then(|bytes| parse(&bytes))
        .map_err(|source| Error::File { path: path.to_owned(), source: Box::new(source) })
}

/// Unpacks `bytes` if they begin like a gzip file.
pub(crate) fn gunzip(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    read_bounded(MultiGzDecoder::new(bytes), "gzip data", unpacked_limit(bytes)).map(Cow::Owned)
}

/// How many bytes these packed ones may become.
pub(crate) fn unpacked_limit(packed: &[u8]) -> u64 {
    MAX_UNPACKED.max(packed.len() as u64)
}

/// Reads all of `reader`, which may give `limit` bytes at most.
pub(crate) fn read_bounded(reader: impl Read, what: &'static str, limit: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells "exactly the limit" from "too much".
    let io_error = |source: io::Error| Error::Io { what, source };
    let n_read = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(io_error)?;
    if n_read as u64 > limit {
        return Err(Error::TooLarge { what, limit });
    }
    Ok(bytes)
}

/// The elements of an array as they lie in a file, with what its header says about them.
pub(crate) struct Elements<'a> {
    pub(crate) what: &'static str,
    pub(crate) shape: Vec<usize>,
    pub(crate) fortran_order: bool,
    pub(crate) big_endian: bool,
    pub(crate) bytes: &'a [u8],
}

impl Elements<'_> {
    /// The array of these elements, each made from `N` little-endian bytes.
    ///
    /// The header's shape is compared with the bytes before anything is allocated.
    pub(crate) fn decode<const N: usize, T>(
        self,
        from_le: impl Fn([u8; N]) -> T,
    ) -> Result<ArrayD<T>, Error> {
        let Self { what, shape, fortran_order, big_endian, bytes } = self;
        let Some(expected) = shape.iter().try_fold(N, |product, &length| product.checked_mul(length)) else {
            return Err(Error::Shape { shape });
        };
        if bytes.len() != expected {
            return Err(Error::Length { what, expected, got: bytes.len() });
        }
        let (chunks, _) = bytes.as_chunks::<N>();
        let elements = if big_endian {
            chunks
                .iter()
                .map(|&(mut chunk)| {
                    chunk.reverse();
                    from_le(chunk)
                })
                .collect()
        } else {
            chunks.iter().map(|&chunk| from_le(chunk)).collect()
        };
        ArrayD::from_shape_vec(IxDyn(&shape).set_f(fortran_order), elements)
            .map_err(|_| Error::Shape { shape })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{MAX_UNPACKED, read_bounded, unpacked_limit};
    use crate::Error;

    #[test]
    fn an_endless_source_is_cut_off() {
        let error = read_bounded(io::repeat(0), "zeros", 1000).unwrap_err();
        assert!(matches!(error, Error::TooLarge { what: "zeros", limit: 1000 }), "{error}");
        assert_eq!(read_bounded(&[7; 1000][..], "sevens", 1000).unwrap(), [7; 1000]);
        assert_eq!(unpacked_limit(&[0; 10]), MAX_UNPACKED);
    }
}
