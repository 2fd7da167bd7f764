//! IDX, the format of MNIST and its relatives.
//!
//! Two zero bytes, one byte for the element type, one for the rank, the length of each axis as a big-endian
//! `u32`, then the elements, big-endian, last axis fastest; as described on the page of the MNIST database,
//! <http://yann.lecun.com/exdb/mnist/>.

use std::path::Path;

use crate::bytes::{Elements, gunzip, parse_file};
use crate::{AnyArray, Error};

/// Reads an IDX file, plain or gzipped, of any rank and element type.
///
/// # Errors
/// [`Error::File`] with the path and one of the errors of [`parse_idx`], or [`Error::Io`] if it cannot be read.
pub fn read_idx(path: impl AsRef<Path>) -> Result<AnyArray, Error> {
    parse_file(path.as_ref(), parse_idx)
}

/// The array in the bytes of an IDX file, plain or gzipped, of any rank and element type.
///
/// ```
/// use sc_data::{AnyArray, parse_idx};
///
/// let bytes = [0, 0, 0x08, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9];
/// let AnyArray::U8(array) = parse_idx(&bytes)? else { unreachable!("type 8 is u8") };
/// assert_eq!(array, ndarray::arr2(&[[7, 8, 9]]).into_dyn());
/// # Ok::<(), sc_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::Malformed`] without the two leading zeros or with an unknown element type, [`Error::Truncated`] in the
/// header, [`Error::Length`] if the elements are not as many as the header says, [`Error::Shape`] if that number
/// cannot be addressed; for gzipped bytes also [`Error::Io`] if they are damaged and [`Error::TooLarge`] beyond
/// [`MAX_UNPACKED`](crate::MAX_UNPACKED).
pub fn parse_idx(bytes: &[u8]) -> Result<AnyArray, Error> {
    let bytes = gunzip(bytes)?;
    let truncated = |expected| Error::Truncated { what: "IDX header", expected, got: bytes.len() };

    let Some((&[zero_0, zero_1, element_type, rank], rest)) = bytes.split_first_chunk() else {
        return Err(truncated(4));
    };
    if [zero_0, zero_1] != [0, 0] {
        let found = format!("{zero_0:#04x} {zero_1:#04x}");
        return Err(Error::Malformed { what: "IDX header", expected: "two zero bytes", found });
    }
    let rank = usize::from(rank);
    let Some((lengths, bytes)) = rest.split_at_checked(4 * rank) else {
        return Err(truncated(4 + 4 * rank));
    };
    let shape = lengths.as_chunks().0.iter().map(|&length| u32::from_be_bytes(length) as usize).collect();

    let elements =
        Elements { what: "bytes of IDX elements", shape, fortran_order: false, big_endian: true, bytes };
    Ok(match element_type {
        0x08 => AnyArray::U8(elements.decode(u8::from_le_bytes)?),
        0x09 => AnyArray::I8(elements.decode(i8::from_le_bytes)?),
        0x0b => AnyArray::I16(elements.decode(i16::from_le_bytes)?),
        0x0c => AnyArray::I32(elements.decode(i32::from_le_bytes)?),
        0x0d => AnyArray::F32(elements.decode(f32::from_le_bytes)?),
        0x0e => AnyArray::F64(elements.decode(f64::from_le_bytes)?),
        other => {
            let expected = "an element type of 0x08, 0x09 or 0x0b to 0x0e";
            return Err(Error::Malformed { what: "IDX header", expected, found: format!("{other:#04x}") });
        }
    })
}
