//! Saved rule layers: the bytes, what comes back, and what damage does.

use std::io::{self, Read};

use proptest::prelude::*;
use sc_plasticity::{Error, RuleKind, RuleLayer};

use super::{KINDS, kinds, parameters};

/// A layer whose every number is its own.
fn lived_in(kind: RuleKind, n: usize) -> RuleLayer {
    let mut layer = RuleLayer::new(kind, n, 0.25, 0.02, 3.0).unwrap();
    for t in 0..7 {
        let spikes =
            |k: usize| (0..n).map(|i| u8::from(((i + t) * k).is_multiple_of(3))).collect::<Vec<u8>>();
        let reward: Vec<f32> = (0..n).map(|i| (i as f32 - 1.0) / (t + 2) as f32).collect();
        layer.step(&spikes(1), &spikes(2), &reward, 0.7).unwrap();
    }
    layer
}

fn other(kind: RuleKind, n: usize) -> RuleLayer {
    RuleLayer::new(kind, n, 0.75, 0.5, 8.0).unwrap()
}

fn version_1(layer: &RuleLayer) -> Vec<u8> {
    let mut bytes = vec![0xAA; layer.state_len_v1()];
    layer.write_v1(&mut bytes).unwrap();
    bytes
}

fn le(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn column(layer: &RuleLayer, name: &str) -> Vec<f32> {
    layer.state().find(|(n, _)| *n == name).unwrap().1.to_vec()
}

/// CRC-32 of IEEE 802.3, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |c, _| if c & 1 == 1 { c >> 1 ^ 0xEDB8_8320 } else { c >> 1 })
    })
}

#[test]
fn version_1_is_laid_out_as_the_reference_does_it() {
    for (kind, names) in [
        (RuleKind::Eligent, &["weight", "threshold", "eligibility"][..]),
        (RuleKind::Stdp, &["weight", "pre_trace", "post_trace"]),
        (RuleKind::RewardStdp, &["weight", "pre_trace", "post_trace", "eligibility"]),
        (RuleKind::Bcm, &["weight", "threshold"]),
    ] {
        let (layer, k) = (lived_in(kind, 3), names.len());
        let mut expected = [b"SCAL".to_vec(), le(&[1, 3])].concat();
        for i in 0..3 {
            expected.extend(le(&[kind.id(), k as u32]));
            expected.extend(names.iter().flat_map(|name| column(&layer, name)[i].to_le_bytes()));
        }
        assert_eq!(expected.len(), 12 + 3 * (8 + 4 * k));
        assert_eq!(version_1(&layer), expected);
    }
}

/// Written down byte for byte, not through the library.
#[test]
fn bytes_of_the_reference_are_read() {
    let bytes = b"SCAL\x01\0\0\0\x02\0\0\0\
        \x01\0\0\0\x03\0\0\0\0\0\0\x3f\0\0\x80\x3f\0\0\0\x40\
        \x01\0\0\0\x03\0\0\0\0\0\x80\x3e\0\0\0\0\0\0\x40\x40";
    let mut layer = other(RuleKind::Stdp, 2);
    layer.restore(bytes).unwrap();
    assert_eq!(layer.weights(), [0.5, 0.25]);
    assert_eq!(column(&layer, "pre_trace"), [1.0, 0.0]);
    assert_eq!(column(&layer, "post_trace"), [2.0, 3.0]);
}

#[test]
fn version_2_is_laid_out_as_documented() {
    for kind in KINDS {
        let layer = lived_in(kind, 5);
        let columns: Vec<&[f32]> = layer.state().map(|(_, values)| values).collect();
        let mut expected = [b"SCAL".to_vec(), le(&[2, 5, kind.id(), columns.len() as u32])].concat();
        for value in [0.02, 3.0].iter().chain(columns.into_iter().flatten()) {
            expected.extend(f32::to_le_bytes(*value));
        }
        expected.extend(crc32(&expected).to_le_bytes());
        assert_eq!(layer.to_bytes(), expected);
        assert_eq!(layer.state_len(), expected.len());
    }
}

proptest! {
    #[test]
    fn version_2_goes_on_with_the_same_bits(
        kind in kinds(), n in 1_usize..70, weight in 0.0_f32..=1.0, a in parameters(), b in parameters(),
    ) {
        let mut layer = RuleLayer::new(kind, n, weight, a, b).unwrap();
        let inputs: Vec<u8> = (0..n).map(|i| u8::from(i % 3 == 0)).collect();
        let rewards: Vec<f32> = (0..n).map(|i| 0.3 - i as f32 * 0.01).collect();
        layer.step(&inputs, &vec![1; n], &rewards, 0.5).unwrap();
        let mut copy = other(kind, n);
        copy.restore(&layer.to_bytes()).unwrap();
        prop_assert_eq!(&copy, &layer);
        for _ in 0..5 {
            layer.step(&vec![1; n], &inputs, &rewards, 0.5).unwrap();
            copy.step(&vec![1; n], &inputs, &rewards, 0.5).unwrap();
            prop_assert_eq!(copy.to_bytes(), layer.to_bytes());
        }
    }
}

/// More values than are converted at a time.
#[test]
fn large_layers_come_back_too() {
    for kind in KINDS {
        let (layer, mut copy) = (lived_in(kind, 10_000), other(kind, 10_000));
        copy.restore(&layer.to_bytes()).unwrap();
        assert_eq!(copy, layer);
        let mut copy = lived_in(kind, 10_000);
        copy.reset();
        copy.restore(&version_1(&layer)).unwrap();
        assert_eq!(version_1(&copy), version_1(&layer));
    }
}

#[test]
fn a_learner_comes_back_with_its_target_rate() {
    let mut learner = RuleLayer::learner(2.0, 0.001, 0.5).unwrap();
    learner.step(&[1], &[0], &[0.5], 1.0).unwrap();
    let mut copy = other(RuleKind::Eligent, 1);
    copy.restore(&learner.to_bytes()).unwrap();
    assert_eq!(copy, learner);
}

/// STDP and R-STDP have all they need in version 1, as long as the receiving layer was built alike.
#[test]
fn version_1_is_enough_for_stdp() {
    for kind in [RuleKind::Stdp, RuleKind::RewardStdp] {
        let layer = lived_in(kind, 4);
        let mut copy = RuleLayer::new(kind, 4, 0.25, 0.02, 3.0).unwrap();
        copy.restore(&version_1(&layer)).unwrap();
        assert_eq!(copy, layer);
    }
}

#[test]
fn version_1_loses_the_mean_activity_of_bcm() {
    let mut layer = lived_in(RuleKind::Bcm, 4);
    let mut copy = RuleLayer::new(RuleKind::Bcm, 4, 0.25, 0.02, 3.0).unwrap();
    copy.restore(&version_1(&layer)).unwrap();
    assert_eq!(version_1(&copy), version_1(&layer));
    for layer in [&mut layer, &mut copy] {
        layer.step(&[1; 4], &[1; 4], &[0.0; 4], 0.7).unwrap();
    }
    assert_ne!(column(&copy, "threshold"), column(&layer, "threshold"));
}

#[test]
fn version_1_loses_the_sum_of_eligent() {
    let fresh = || RuleLayer::new(RuleKind::Eligent, 1, 0.4, 0.01, 1.0).unwrap();
    let (mut layer, mut copy) = (fresh(), fresh());
    layer.step(&[0], &[0], &[0.0], 1.0).unwrap();
    assert_eq!(layer.weights(), [1.0]);
    copy.restore(&version_1(&layer)).unwrap();
    assert_eq!(copy.weights(), [1.0]);
    for layer in [&mut layer, &mut copy] {
        layer.step(&[0], &[0], &[0.0], 1.0).unwrap();
    }
    assert_eq!((layer.weights(), copy.weights()), (&[1.0][..], &[2.5][..]));
}

#[test]
fn what_is_not_finite_is_kept_by_version_2_and_refused_by_version_1() {
    let mut layer = RuleLayer::new(RuleKind::Eligent, 2, 0.0, 0.01, 100.0).unwrap();
    for _ in 0..3 {
        layer.step(&[0, 1], &[0, 0], &[0.0, -f32::MAX], 0.001).unwrap();
    }
    assert_eq!(layer.weights(), [0.0, f32::NEG_INFINITY]);
    let mut untouched = vec![0xAA; layer.state_len_v1()];
    let error = layer.write_v1(&mut untouched).unwrap_err();
    assert!(matches!(error, Error::Element { what: "weight", position: 1, .. }), "{error}");
    assert!(untouched.iter().all(|&byte| byte == 0xAA));
    // And one step later it is not even a number.
    for later in 0..2 {
        let mut copy = other(RuleKind::Eligent, 2);
        copy.restore(&layer.to_bytes()).unwrap();
        assert_eq!(copy.to_bytes(), layer.to_bytes());
        assert_eq!(copy.weights()[1].is_nan(), later == 1);
        layer.step(&[0, 1], &[0, 0], &[0.0, f32::MAX], 0.001).unwrap();
    }

    for kind in KINDS {
        let mut bytes = version_1(&lived_in(kind, 3));
        let mut layer = other(kind, 3);
        let k = (bytes.len() - 12) / 3 / 4 - 2;
        for element in 0..3 {
            for value in 0..k {
                let at = 12 + element * (8 + 4 * k) + 8 + 4 * value;
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let good: [u8; 4] = bytes[at..at + 4].try_into().unwrap();
                    bytes[at..at + 4].copy_from_slice(&bad.to_le_bytes());
                    let error = layer.restore(&bytes).unwrap_err();
                    assert!(
                        matches!(error, Error::Element { position, .. } if position == element),
                        "{error}"
                    );
                    bytes[at..at + 4].copy_from_slice(&good);
                }
            }
        }
        assert_eq!(layer, other(kind, 3));
        layer.restore(&bytes).unwrap();
    }
}

#[test]
fn no_cut_and_no_appendix_goes_unnoticed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("layer");
    for kind in KINDS {
        let saved = lived_in(kind, 3);
        for mut bytes in [version_1(&saved), saved.to_bytes()] {
            let mut layer = other(kind, 3);
            for n in 0..bytes.len() {
                assert_eq!(layer.restore(&bytes[..n]), Err(Error::Truncated), "{n} bytes");
                assert_eq!(layer.restore_from(&bytes[..n]), Err(Error::Truncated), "{n} bytes");
                std::fs::write(&path, &bytes[..n]).unwrap();
                assert_eq!(layer.load(&path), Err(Error::Truncated), "{n} bytes");
            }
            bytes.push(0);
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(layer.restore(&bytes), Err(Error::TrailingBytes));
            assert_eq!(layer.load(&path), Err(Error::TrailingBytes));
            assert_eq!(layer, other(kind, 3));
        }
    }
}

#[test]
fn no_changed_byte_of_version_2_goes_unnoticed() {
    for kind in KINDS {
        let bytes = lived_in(kind, 3).to_bytes();
        let mut layer = other(kind, 3);
        for at in 0..bytes.len() {
            for change in 1..=255 {
                let mut damaged = bytes.clone();
                damaged[at] ^= change;
                assert!(layer.restore(&damaged).is_err(), "byte {at} changed by {change}");
            }
        }
        assert_eq!(layer, other(kind, 3));
    }
}

/// Version 1 has no checksum: a changed byte is an error or the number that it now says.
#[test]
fn a_changed_byte_of_version_1_is_refused_or_believed() {
    for kind in KINDS {
        let bytes = version_1(&lived_in(kind, 2));
        for at in 0..bytes.len() {
            for change in 1..=255 {
                let mut damaged = bytes.clone();
                damaged[at] ^= change;
                let mut layer = other(kind, 2);
                match layer.restore(&damaged) {
                    Ok(()) => assert_eq!(version_1(&layer), damaged),
                    Err(_) => assert_eq!(layer, other(kind, 2)),
                }
            }
        }
    }
}

#[test]
fn a_state_of_another_layer_is_named_so() {
    let mismatch = |layer: &mut RuleLayer, bytes: &[u8]| match layer.restore(bytes) {
        Err(Error::Mismatch { what, element, expected, got }) => (what, element, expected, got),
        other => panic!("{other:?}"),
    };
    let mut layer = lived_in(RuleKind::Stdp, 3);
    let before = layer.clone();
    for (n, rule) in [(2, RuleKind::Stdp), (4, RuleKind::Stdp)] {
        for bytes in [version_1(&lived_in(rule, n)), lived_in(rule, n).to_bytes()] {
            assert_eq!(mismatch(&mut layer, &bytes), ("number of elements", 0, 3, n as u32));
        }
    }
    for bytes in [version_1(&lived_in(RuleKind::Bcm, 3)), lived_in(RuleKind::Bcm, 3).to_bytes()] {
        assert_eq!(mismatch(&mut layer, &bytes), ("rule id", 0, 1, 3));
    }
    let good = version_1(&lived_in(RuleKind::Stdp, 3));
    for (at, word, expected) in [
        (8, u32::MAX, ("number of elements", 0, 3, u32::MAX)),
        (12 + 20, 0, ("rule id", 1, 1, 0)),
        (12 + 40 + 4, u32::MAX, ("number of values", 2, 3, u32::MAX)),
    ] {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        assert_eq!(mismatch(&mut layer, &bytes), expected);
    }
    let mut bytes = good.clone();
    bytes[4] = 3;
    assert_eq!(layer.restore(&bytes), Err(Error::Version { version: 3 }));
    bytes[0] = b's';
    assert_eq!(layer.restore(&bytes), Err(Error::NotASavedLayer { found: *b"sCAL" }));
    assert_eq!(layer, before);
}

#[test]
fn version_2_with_impossible_parameters_is_refused() {
    let mut layer = other(RuleKind::RewardStdp, 1);
    for (at, bad) in [(20, f32::NAN), (20, -1.0), (24, f32::INFINITY), (24, 0.0)] {
        let mut bytes = lived_in(RuleKind::RewardStdp, 1).to_bytes();
        bytes[at..at + 4].copy_from_slice(&bad.to_le_bytes());
        let end = bytes.len() - 4;
        let sum = crc32(&bytes[..end]);
        bytes[end..].copy_from_slice(&sum.to_le_bytes());
        assert!(matches!(layer.restore(&bytes), Err(Error::Parameter { .. })), "{bad} at {at}");
    }
    assert_eq!(layer, other(RuleKind::RewardStdp, 1));
}

/// Memory that ends where it ends, of which nobody may ask for more.
struct Memory<'a>(&'a [u8]);

impl Read for Memory<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        assert!(out.len() <= self.0.len(), "asked for {} of {} bytes", out.len(), self.0.len());
        self.0.read(out)
    }
}

#[test]
fn memory_of_unknown_length_is_read_no_further_than_it_makes_sense() {
    for kind in KINDS {
        let saved = lived_in(kind, 3);
        let (old, new) = (version_1(&saved), saved.to_bytes());
        for bytes in [&old, &new] {
            let mut layer = lived_in(kind, 3);
            layer.reset();
            let mut memory = Memory(bytes);
            layer.restore_from(&mut memory).unwrap();
            assert_eq!(version_1(&layer), old);
            assert!(memory.0.is_empty());
        }
        // A word that is wrong, and how far one may read to see that.
        let record = (old.len() - 12) / 3;
        let wrong_in_old = [(0, 12), (4, 12), (8, 12), (12, 20), (16, 20)].into_iter().chain([
            (12 + record, 20 + record),
            (16 + record, 20 + record),
            (16 + 2 * record, 20 + 2 * record),
        ]);
        let wrong_in_new = [(0, 12), (4, 12), (8, 12), (12, 20), (16, 20)];
        let cases =
            wrong_in_old.map(|case| (&old, case)).chain(wrong_in_new.into_iter().map(|case| (&new, case)));
        for (bytes, (at, limit)) in cases {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x40;
            let mut layer = other(kind, 3);
            assert!(layer.restore_from(Memory(&bytes[..limit])).is_err());
            assert_eq!(layer, other(kind, 3));
        }
    }
}

#[test]
fn files_come_back_and_failures_say_why() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("layer");
    for kind in KINDS {
        let (saved, mut layer) = (lived_in(kind, 5000), other(kind, 5000));
        saved.save(&path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), saved.to_bytes());
        layer.load(&path).unwrap();
        assert_eq!(layer, saved);
        std::fs::write(&path, version_1(&saved)).unwrap();
        layer.load(&path).unwrap();
        assert_eq!(layer, saved);
        let nowhere = directory.path().join("absent").join("layer");
        for failed in [layer.save(&nowhere), layer.load(&nowhere), layer.save(directory.path())] {
            assert!(matches!(failed, Err(Error::Core(sc_core::Error::Io { .. }))), "{failed:?}");
        }
        assert!(layer.load(directory.path()).is_err());
        assert_eq!(layer, saved);
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn a_buffer_of_the_wrong_length_is_refused() {
    let layer = lived_in(RuleKind::Stdp, 3);
    let n = layer.state_len_v1();
    for got in [0, n - 1, n + 1] {
        let error = layer.write_v1(&mut vec![0; got]);
        assert_eq!(error, Err(Error::Length { what: "bytes of a saved layer", expected: n, got }));
    }
}
