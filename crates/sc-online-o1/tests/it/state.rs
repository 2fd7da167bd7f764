//! States that are saved, restored and refused.

use std::mem::size_of;

use sc_online_o1::{Config, Snapshot, StateError, Synapse, Synapse16};

const LARGEST: Snapshot = Snapshot { weight: 65_535, pre_trace: 4095, post_trace: 4095, eligibility: 2047 };

#[test]
fn a_state_beyond_its_widths_is_refused_and_named() {
    let restore = |state| Synapse::restore(Config::DEFAULT, state);
    assert_eq!(restore(LARGEST).unwrap().snapshot(), LARGEST);
    let smallest = Snapshot { eligibility: -2048, ..Snapshot::default() };
    assert_eq!(restore(smallest).unwrap().snapshot(), smallest);

    let beyond = |variable, value, range| Err(StateError { variable, value, range });
    let weight = |weight| restore(Snapshot { weight, ..LARGEST });
    assert_eq!(weight(65_536), beyond("weight", 65_536, (0, 65_535)));
    assert_eq!(weight(u32::MAX), beyond("weight", 4_294_967_295, (0, 65_535)));
    let pre_trace = restore(Snapshot { pre_trace: 4096, ..LARGEST });
    assert_eq!(pre_trace, beyond("pre_trace", 4096, (0, 4095)));
    let post_trace = restore(Snapshot { post_trace: u32::MAX, ..LARGEST });
    assert_eq!(post_trace, beyond("post_trace", 4_294_967_295, (0, 4095)));
    let eligibility = |eligibility| restore(Snapshot { eligibility, ..LARGEST });
    assert_eq!(eligibility(2048), beyond("eligibility", 2048, (-2048, 2047)));
    assert_eq!(eligibility(-2049), beyond("eligibility", -2049, (-2048, 2047)));
    assert_eq!(eligibility(i32::MIN), beyond("eligibility", -2_147_483_648, (-2048, 2047)));
    assert_eq!(eligibility(-2049).unwrap_err().to_string(), "eligibility must be in -2048..=2047, got -2049");
}

#[test]
#[allow(clippy::unusual_byte_groupings, reason = "one group per number: 6, 6, 6 and 8 bits")]
fn packed_bits_are_laid_out_as_documented() {
    let config = Config::new(8, 6, 4, 3, 2).unwrap();
    let state = Snapshot { weight: 0x9a, pre_trace: 0b101010, post_trace: 0b011001, eligibility: -3 };
    let bits = 0b111101_011001_101010_10011010;
    assert_eq!(Synapse::restore(config, state).unwrap().to_bits(), bits);
    assert_eq!(Synapse::from_bits(config, bits | 0xff << 26).snapshot(), state);
}

#[test]
fn an_initial_weight_saturates() {
    let config = Config::new(8, 6, 4, 3, 2).unwrap();
    for (asked, got) in [(0, 0), (255, 255), (256, 255), (u32::MAX, 255)] {
        let fresh = Snapshot { weight: got, ..Snapshot::default() };
        assert_eq!(Synapse::new(config, asked).snapshot(), fresh);
    }
    assert_eq!(Synapse16::<8, 6, 4, 3, 2>::new(256).snapshot().weight, 255);
    assert_eq!(Synapse16::<16, 12, 8, 4, 4>::new(u16::MAX).snapshot().weight, 65_535);
}

#[test]
fn the_16_bit_state_takes_eight_bytes() {
    assert_eq!(size_of::<Synapse16<16, 16, 16, 4, 4>>(), 8);
    assert_eq!(size_of::<Snapshot>(), 16);
}
