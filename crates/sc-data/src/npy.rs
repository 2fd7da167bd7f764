//! NPY, the format in which `NumPy` saves one array.
//!
//! `\x93NUMPY`, the version, the length of the header, the header (a Python dictionary as text: element type, memory
//! order, shape), then the elements. <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

mod header;

use std::path::Path;

use header::Header;

use crate::bytes::{Elements, parse_file};
use crate::{AnyArray, Error};

/// Reads an NPY file.
///
/// # Errors
/// [`Error::File`] with the path and one of the errors of [`parse_npy`], or [`Error::Io`] if it cannot be read.
pub fn read_npy(path: impl AsRef<Path>) -> Result<AnyArray, Error> {
    parse_file(path.as_ref(), parse_npy)
}

/// The array in the bytes of an NPY file of version 1, 2 or 3, of any rank, byte order and memory order.
///
/// Elements may be `bool`, integers of 8 to 64 bits, and floats of 64, 32 or 16 bits; the last become `f32`, which
/// holds every one of them exactly. Text, dates, complex numbers, records and Python objects are refused.
///
/// ```
/// use sc_data::{AnyArray, parse_npy};
///
/// // np.save(file, np.array([1, 258], dtype=">u2"))
/// let header = b"{'descr': '>u2', 'fortran_order': False, 'shape': (2,), }                     \n";
/// let bytes = [b"\x93NUMPY\x01\x00", &[header.len() as u8, 0][..], header, &[0, 1, 1, 2]].concat();
/// assert_eq!(parse_npy(&bytes)?, AnyArray::U16(ndarray::arr1(&[1, 258]).into_dyn()));
/// # Ok::<(), sc_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::Malformed`] without the magic string or with an invalid header, [`Error::Truncated`] in the header,
/// [`Error::Unsupported`] for another version or element type, [`Error::Length`] if the elements are not as many as
/// the header says, [`Error::Shape`] if that number cannot be addressed.
pub fn parse_npy(bytes: &[u8]) -> Result<AnyArray, Error> {
    let (Header { element_type, fortran_order, shape }, bytes) = header::parse(bytes)?;

    let (byte_order, kind) = element_type.split_at_checked(1).unwrap_or_default();
    let one_byte = matches!(kind, "b1" | "u1" | "i1");
    let big_endian = match byte_order {
        "<" => false,
        ">" => true,
        "|" if one_byte => false,
        _ => return Err(unsupported(element_type)),
    };
    let elements = Elements { what: "bytes of NPY elements", shape, fortran_order, big_endian, bytes };
    Ok(match kind {
        "b1" => AnyArray::Bool(elements.decode(|[byte]| byte != 0)?),
        "u1" => AnyArray::U8(elements.decode(u8::from_le_bytes)?),
        "u2" => AnyArray::U16(elements.decode(u16::from_le_bytes)?),
        "u4" => AnyArray::U32(elements.decode(u32::from_le_bytes)?),
        "u8" => AnyArray::U64(elements.decode(u64::from_le_bytes)?),
        "i1" => AnyArray::I8(elements.decode(i8::from_le_bytes)?),
        "i2" => AnyArray::I16(elements.decode(i16::from_le_bytes)?),
        "i4" => AnyArray::I32(elements.decode(i32::from_le_bytes)?),
        "i8" => AnyArray::I64(elements.decode(i64::from_le_bytes)?),
        "f2" => AnyArray::F32(elements.decode(|bytes| f32_from_f16(u16::from_le_bytes(bytes)))?),
        "f4" => AnyArray::F32(elements.decode(f32::from_le_bytes)?),
        "f8" => AnyArray::F64(elements.decode(f64::from_le_bytes)?),
        _ => return Err(unsupported(element_type)),
    })
}

fn unsupported(element_type: &str) -> Error {
    Error::Unsupported { what: "NPY element type", found: header::excerpt(element_type) }
}

/// The `f32` of the same value as an IEEE 754 half: 1 sign bit, 5 exponent bits, 10 fraction bits.
fn f32_from_f16(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10) & 0x1f;
    let fraction = u32::from(bits) & 0x3ff;
    match exponent {
        // Zero and subnormal: fraction * 2^-24, exact in f32.
        0 => f32::from_bits(sign | (fraction as f32 * 2_f32.powi(-24)).to_bits()),
        // Infinity and NaN, whose payload moves up with the fraction.
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        // The exponent is stored with an offset of 15 there, of 127 here.
        _ => f32::from_bits(sign | (exponent + (127 - 15)) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::f32_from_f16;

    /// IEEE 754-2019, section 3.4, as it is written there.
    #[test]
    fn every_half_keeps_its_value() {
        for bits in 0..=u16::MAX {
            let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
            let exponent = i32::from(bits >> 10 & 31);
            let fraction = f64::from(bits & 1023) / 1024.0;
            let value = match exponent {
                31 if fraction > 0.0 => f64::NAN,
                31 => sign * f64::INFINITY,
                0 => sign * 2_f64.powi(-14) * fraction,
                _ => sign * 2_f64.powi(exponent - 15) * (1.0 + fraction),
            };
            let got = f32_from_f16(bits);
            if value.is_nan() {
                assert_eq!(got.to_bits() & 0x7f_ffff, u32::from(bits & 1023) << 13, "payload of {bits:#06x}");
            }
            assert!(
                got.is_nan() && value.is_nan() || f64::from(got).to_bits() == value.to_bits(),
                "{bits:#06x}: {got}"
            );
        }
    }
}
