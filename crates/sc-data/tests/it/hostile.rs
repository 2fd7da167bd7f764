//! Whatever the bytes, a reader gives an array or an error.

use proptest::prelude::*;
use sc_data::{Error, parse_idx, parse_npy, parse_npz};

use super::{fixture, gzip, idx_u8};

/// Reads bytes in every way; the answers do not matter, that there are some does.
fn read_all_ways(bytes: &[u8]) {
    let _ = (parse_idx(bytes), parse_npy(bytes), parse_npz(bytes));
}

/// Bytes as they might be damaged: some replaced, then cut.
fn damaged(bytes: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = bytes.len();
    let replaced = prop::collection::vec((0..length, any::<u8>()), 0..8);
    (Just(bytes), replaced, prop_oneof![Just(length), 0..=length]).prop_map(
        |(mut bytes, replaced, length)| {
            replaced.into_iter().for_each(|(position, byte)| bytes[position] = byte);
            bytes.truncate(length);
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all_ways(&bytes);
    }

    #[test]
    fn arbitrary_bytes_behind_a_good_begin(
        begin in prop::sample::select(vec![
            &b"\x00\x00\x08"[..],
            b"\x1f\x8b\x08",
            b"\x93NUMPY\x01\x00\x10\x00",
            b"\x93NUMPY\x02\x00\x10\x00\x00\x00",
            b"PK\x03\x04",
            b"PK\x05\x06",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        read_all_ways(&[begin, &rest].concat());
    }

    #[test]
    fn arbitrary_headers(header in "[{}'(),:0-9TF descr<f8shape]{0,100}") {
        let length = (header.len() as u16).to_le_bytes();
        read_all_ways(&[b"\x93NUMPY\x01\x00", &length[..], header.as_bytes()].concat());
    }

    #[test]
    fn arbitrary_shapes(shape in prop::collection::vec(any::<u64>(), 0..5), data in 0..20_usize) {
        let shape: String = shape.iter().map(|length| format!("{length},")).collect();
        let header = format!("{{'descr': '<f8', 'fortran_order': True, 'shape': ({shape})}}");
        let length = (header.len() as u16).to_le_bytes();
        read_all_ways(&[b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &vec![0; data]].concat());
    }

    #[test]
    fn damaged_idx(bytes in damaged(idx_u8(&[2, 3], &[0; 6]))) {
        read_all_ways(&bytes);
    }

    #[test]
    fn damaged_gzip(bytes in damaged(gzip(&idx_u8(&[2, 3], &[0; 6])))) {
        read_all_ways(&bytes);
    }

    #[test]
    fn damaged_npy(bytes in damaged(fixture("version_1.npy"))) {
        read_all_ways(&bytes);
    }
}

proptest! {
    #[test]
    fn damaged_npz(bytes in prop_oneof![damaged(fixture("stored.npz")), damaged(fixture("deflated.npz"))]) {
        read_all_ways(&bytes);
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    type Fails = fn(&[u8]) -> bool;
    let readers: [(Fails, Vec<u8>); 7] = [
        (|bytes| parse_idx(bytes).is_err(), idx_u8(&[2, 3], &[0; 6])),
        (|bytes| parse_idx(bytes).is_err(), gzip(&idx_u8(&[2, 3], &[0; 6]))),
        (|bytes| parse_npy(bytes).is_err(), fixture("version_1.npy")),
        (|bytes| parse_npy(bytes).is_err(), fixture("version_2.npy")),
        (|bytes| parse_npy(bytes).is_err(), fixture("version_3.npy")),
        (|bytes| parse_npz(bytes).is_err(), fixture("stored.npz")),
        (|bytes| parse_npz(bytes).is_err(), fixture("deflated.npz")),
    ];
    for (fails, bytes) in readers {
        assert!(!fails(&bytes));
        for length in 0..bytes.len() {
            assert!(fails(&bytes[..length]), "cut to {length} of {} bytes", bytes.len());
        }
    }
}

#[test]
fn a_byte_too_many_is_an_error() {
    let mut npy = fixture("scalar.npy");
    npy.push(0);
    assert!(matches!(parse_npy(&npy), Err(Error::Length { expected: 8, got: 9, .. })));
}
