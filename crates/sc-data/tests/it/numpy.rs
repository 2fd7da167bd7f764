//! Files written by `NumPy` (`tests/fixtures/make.py`) hold what `NumPy` put in.

use ndarray::{Array, ArrayD, arr0, arr2};
use sc_data::{AnyArray, Error, parse_npy, parse_npz, read_npy, read_npz};

use super::fixture;

/// The numbers of `make.py` by name of their type.
fn expected() -> Vec<(&'static str, AnyArray)> {
    macro_rules! integers {
        ($($name:literal $variant:ident $type:ty;)*) => {
            [$((
                $name,
                AnyArray::$variant(arr2(&[[<$type>::MIN, <$type>::MAX, 0], [1, 100, <$type>::MIN]]).into_dyn()),
            )),*]
        };
    }
    let mut all = vec![
        ("bool", AnyArray::Bool(arr2(&[[true, false, false], [false, true, true]]).into_dyn())),
        // The greatest half and the smallest one above zero.
        (
            "f2",
            AnyArray::F32(
                arr2(&[[-65504.0, 65504.0, -0.0], [2_f32.powi(-24), f32::INFINITY, 1.5]]).into_dyn(),
            ),
        ),
        (
            "f4",
            AnyArray::F32(
                arr2(&[[f32::MIN, f32::MAX, -0.0], [f32::from_bits(1), f32::INFINITY, 1.5]]).into_dyn(),
            ),
        ),
        (
            "f8",
            AnyArray::F64(
                arr2(&[[f64::MIN, f64::MAX, -0.0], [f64::from_bits(1), f64::INFINITY, 1.5]]).into_dyn(),
            ),
        ),
    ];
    all.extend(integers! {
        "u1" U8 u8; "u2" U16 u16; "u4" U32 u32; "u8" U64 u64;
        "i1" I8 i8; "i2" I16 i16; "i4" I32 i32; "i8" I64 i64;
    });
    all
}

#[test]
fn every_type_byte_order_and_memory_order_stored_and_deflated() {
    for file in ["stored.npz", "deflated.npz"] {
        let arrays = parse_npz(&fixture(file)).unwrap();
        let mut n_seen = 0;
        for (name, expected) in expected() {
            for variant in ["little_c", "little_fortran", "big_c", "big_fortran"] {
                assert_eq!(arrays[&format!("{name}_{variant}")], expected, "{file}: {name}_{variant}");
                n_seen += 1;
            }
        }
        assert_eq!(arrays.len(), n_seen);
    }
}

#[test]
fn every_version_and_memory_order_of_a_cube() {
    let cube: ArrayD<i32> =
        Array::from_shape_fn((2, 3, 4), |(i, j, k)| (12 * i + 4 * j + k) as i32).into_dyn();
    for file in ["version_1.npy", "version_2.npy", "version_3.npy", "fortran_cube.npy"] {
        assert_eq!(parse_npy(&fixture(file)).unwrap(), AnyArray::I32(cube.clone()), "{file}");
    }
}

#[test]
fn no_axis_and_no_element() {
    assert_eq!(parse_npy(&fixture("scalar.npy")).unwrap(), AnyArray::F64(arr0(2.5).into_dyn()));
    let empty = parse_npy(&fixture("empty.npy")).unwrap();
    assert_eq!((empty.shape(), empty.element_type()), (&[3, 0, 2][..], "f32"));
}

#[test]
fn other_element_types_are_refused_by_name() {
    for (file, found) in [
        ("record.npy", "('x', '<f4'), ('y', '<i2')]"),
        ("unicode_record.npy", "('größe', '<f4'), ('数', '<i2')]"),
        ("latin_1_record.npy", "gr\u{fffd}\u{fffd}e"),
        ("object.npy", "|O"),
        ("complex.npy", "<c8"),
        ("text.npy", "<U2"),
        ("date.npy", "<M8[D]"),
    ] {
        let error = parse_npy(&fixture(file)).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{file}: {error}");
        assert!(error.to_string().contains(found), "{file}: {error}");
    }
}

#[test]
fn other_versions_and_numbers_without_byte_order_are_refused() {
    let header = "{'descr': '|i4', 'fortran_order': False, 'shape': ()}";
    let length = (header.len() as u16).to_le_bytes();
    let npy = |version| [b"\x93NUMPY", &[version, 0][..], &length, header.as_bytes(), &[0; 4]].concat();
    assert_eq!(parse_npy(&npy(1)).unwrap_err().to_string(), "NPY element type |i4 is not supported");
    assert_eq!(parse_npy(&npy(4)).unwrap_err().to_string(), "NPY version 4.0 is not supported");
}

#[test]
fn files_are_read_and_named_in_errors() {
    let path = |name: &str| format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    assert!(read_npy(path("scalar.npy")).is_ok());
    assert_eq!(read_npz(path("stored.npz")).unwrap().len(), 48);
    let error = read_npy(path("stored.npz")).unwrap_err().to_string();
    assert!(error.contains("stored.npz: NPY file: expected a leading `\\x93NUMPY`"), "{error}");
    let error = read_npz(path("scalar.npy")).unwrap_err().to_string();
    assert!(error.contains("scalar.npy: NPZ archive: expected a ZIP archive"), "{error}");
}

/// Where the first record of a kind begins in a ZIP archive.
fn position(archive: &[u8], signature: &[u8]) -> usize {
    archive.windows(4).position(|window| window == signature).unwrap()
}

#[test]
fn the_checksum_of_an_archive_is_checked() {
    for file in ["stored.npz", "deflated.npz"] {
        let mut bytes = fixture(file);
        let directory = position(&bytes, b"PK\x01\x02");
        bytes[directory + 16] ^= 1;
        let error = parse_npz(&bytes).unwrap_err();
        let Error::Entry { name, source } = error else { panic!("{error}") };
        assert_eq!(name, "bool_little_c");
        assert!(matches!(*source, Error::Io { .. }), "{source}");
    }
}

#[test]
fn a_name_that_comes_twice_is_an_error() {
    let mut bytes = fixture("stored.npz");
    let starts: Vec<usize> = (0..bytes.len()).filter(|&i| bytes[i..].starts_with(b"i2_big_c.npy")).collect();
    assert_eq!(starts.len(), 2);
    starts.iter().for_each(|&start| bytes[start + 1] = b'1');
    let error = parse_npz(&bytes).unwrap_err().to_string();
    assert_eq!(error, "NPZ archive: expected every name once, found i1_big_c");
}
