//! What sc-neurocore 3.16.0 was seen to do, step by step, repeated.

use sc_online_o1::{Snapshot, Synapse, Synapse16};

use crate::corpus::{cases, Case};

#[test]
fn a_synapse_repeats_every_recorded_run() {
    let mut n_steps = 0;
    for case in cases() {
        let mut synapse = Synapse::new(case.config, case.initial_weight);
        let states: Vec<Snapshot> = case.steps().map(|(pre, post, r)| synapse.step(pre, post, r)).collect();
        case.judge("synapse", &states);
        n_steps += states.len();
    }
    assert!(n_steps >= 88_000, "only {n_steps} steps were compared");
}

#[test]
fn a_16_bit_synapse_repeats_every_run_that_it_has_room_for() {
    let mut n_cases = 0;
    for case in cases() {
        let config = case.config;
        if [config.weight_bits(), config.trace_bits(), config.reward_bits()].iter().all(|&bits| bits <= 16) {
            case.judge("16-bit synapse", &run_16(&case));
            n_cases += 1;
        }
    }
    assert_eq!(n_cases, 13);
}

/// The run of the 16-bit synapse whose type has the case's parameters.
fn run_16(case: &Case) -> Vec<Snapshot> {
    macro_rules! one_of {
        ($(($w:literal, $t:literal, $r:literal, $l:literal, $d:literal))*) => {
            $(if case.config == Synapse16::<$w, $t, $r, $l, $d>::CONFIG {
                let initial_weight = u16::try_from(case.initial_weight).unwrap_or(u16::MAX);
                let mut synapse = Synapse16::<$w, $t, $r, $l, $d>::new(initial_weight);
                return case.steps().map(|(pre, post, r)| synapse.step(pre, post, r)).collect();
            })*
        };
    }
    one_of! {
        (16, 12, 8, 4, 4) (8, 6, 4, 3, 2) (1, 2, 1, 0, 0) (8, 8, 8, 30, 0) (16, 12, 1, 0, 4) (12, 10, 6, 2, 1)
        (4, 3, 2, 1, 1) (16, 2, 8, 0, 30) (9, 11, 11, 1, 10) (6, 6, 8, 14, 29) (7, 7, 5, 2, 13) (5, 11, 4, 27, 0)
        (10, 4, 8, 16, 1)
    }
    panic!("name the 16-bit synapse of {:?} above", case.config);
}
