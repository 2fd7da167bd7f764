//! All trains of a few steps, so that every first spike, coincidence and order of neighbours is among them; and
//! trains with long silences.

use sc_core::{Dense, Weights};
use sc_plasticity::{Coincidence, PairStdpParameters, Pairing, TripletPairing, TripletStdpParameters};

use super::{Case, Trains, assert_agrees};

const COINCIDENCES: [Coincidence; 3] =
    [Coincidence::Neither, Coincidence::Depression, Coincidence::Potentiation];
const PAIRINGS: [Pairing; 4] =
    [Pairing::AllToAll, Pairing::NearestSymmetric, Pairing::NearestPresynaptic, Pairing::NearestReduced];
/// None, all axonal, all dendritic, some of both.
const DELAYS: [(u16, u16); 4] = [(0, 0), (2, 0), (0, 2), (1, 3)];

fn one_synapse() -> Weights<f64> {
    Dense::new(1, 1, vec![0.5]).unwrap().into()
}

/// Both neurons in all patterns of five steps: 1024 trains.
fn assert_agrees_on_all_short_trains(case: &impl Case) {
    for pattern in 0..1_u32 << 10 {
        let masks: Vec<_> = (0..5).map(|t| (pattern >> t & 1, pattern >> (t + 5) & 1)).collect();
        assert_agrees(case, &one_synapse(), &Trains::of_masks(&masks), 1e-14);
    }
}

fn pair(pairing: Pairing, coincidence: Coincidence, delays: (u16, u16)) -> PairStdpParameters {
    PairStdpParameters {
        potentiation: 0.11,
        depression: 0.13,
        tau_plus: 7.0,
        tau_minus: 11.0,
        pairing,
        coincidence,
        axonal_delay: delays.0,
        dendritic_delay: delays.1,
        ..Default::default()
    }
}

fn triplet(pairing: TripletPairing, coincidence: Coincidence, delays: (u16, u16)) -> TripletStdpParameters {
    TripletStdpParameters {
        a2_plus: 0.03,
        a3_plus: 0.05,
        a2_minus: 0.07,
        a3_minus: 0.02,
        pairing,
        coincidence,
        axonal_delay: delays.0,
        dendritic_delay: delays.1,
        ..TripletStdpParameters::visual_cortex()
    }
}

#[test]
fn pairs_in_all_trains_of_five_steps_to_1e_14() {
    for pairing in PAIRINGS {
        for coincidence in COINCIDENCES {
            for delays in DELAYS {
                assert_agrees_on_all_short_trains(&pair(pairing, coincidence, delays));
            }
        }
    }
}

#[test]
fn triplets_in_all_trains_of_five_steps_to_1e_14() {
    for pairing in [TripletPairing::AllToAll, TripletPairing::Nearest] {
        for coincidence in COINCIDENCES {
            for delays in DELAYS {
                assert_agrees_on_all_short_trains(&triplet(pairing, coincidence, delays));
            }
        }
    }
}

/// After 180 steps, 26 time constants, a spike is still felt; after 5000 nothing is left of it.
#[test]
fn long_silences_to_1e_14() {
    for first in [(&[0_usize, 3][..], &[1_usize][..]), (&[1], &[0, 1, 3]), (&[2], &[]), (&[], &[2])] {
        for silence in [180, 5000] {
            let later = |spikes: &[usize]| [spikes, &[silence, silence + 4, silence + 5]].concat();
            let both = (later(first.0), later(first.1));
            for (pre, post) in [both, (later(first.0), first.1.to_vec()), (first.0.to_vec(), later(first.1))]
            {
                let trains = Trains::of_one_synapse(&pre, &post);
                for coincidence in COINCIDENCES {
                    for pairing in PAIRINGS {
                        let case = pair(pairing, coincidence, (1, 2));
                        assert_agrees(&case, &one_synapse(), &trains, 1e-14);
                    }
                    for pairing in [TripletPairing::AllToAll, TripletPairing::Nearest] {
                        let case = triplet(pairing, coincidence, (1, 2));
                        assert_agrees(&case, &one_synapse(), &trains, 1e-14);
                    }
                }
            }
        }
    }
}

/// A train in which the pairings disagree, with the pairs counted by hand.
#[test]
fn the_pairings_differ_as_morrison_diesmann_and_gerstner_2008_draw_them() {
    // pre  0 . 2 . . . 6 7 .
    // post . . . 3 4 . . . 8
    let trains = Trains::of_one_synapse(&[0, 2, 6, 7], &[3, 4, 8]);
    let (tau_plus, tau_minus) = (7.0, 11.0);
    let ltp = |pairs: &[f64]| pairs.iter().map(|s| (-s / tau_plus).exp()).sum::<f64>();
    let ltd = |pairs: &[f64]| pairs.iter().map(|s| (-s / tau_minus).exp()).sum::<f64>();
    let all = (ltp(&[3.0, 1.0, 4.0, 2.0, 8.0, 6.0, 2.0, 1.0]), ltd(&[3.0, 2.0, 4.0, 3.0]));
    let symmetric = (ltp(&[1.0, 2.0, 1.0]), ltd(&[2.0, 3.0]));
    let presynaptic = (ltp(&[3.0, 1.0, 2.0, 1.0]), ltd(&[2.0, 3.0]));
    let reduced = (ltp(&[1.0, 1.0]), ltd(&[2.0]));
    for (pairing, (plus, minus)) in PAIRINGS.into_iter().zip([all, symmetric, presynaptic, reduced]) {
        let unbounded = PairStdpParameters {
            w_min: f64::NEG_INFINITY,
            w_max: f64::INFINITY,
            ..pair(pairing, Coincidence::Neither, (0, 0))
        };
        let w = super::final_weight::<f64>(&unbounded, &trains, 0.5);
        let expected = 0.5 + 0.11 * plus - 0.13 * minus;
        assert!((w - expected).abs() < 1e-14, "{pairing:?}: {w} instead of {expected}");
    }
}

/// What a coincidence is worth, and that each of the two spikes still meets others.
#[test]
fn a_coincidence_does_what_it_is_told() {
    let trains = Trains::of_one_synapse(&[1, 3], &[1]);
    let later = (-2.0_f64 / 11.0).exp();
    for (coincidence, expected) in [
        (Coincidence::Neither, -0.13 * later),
        (Coincidence::Depression, -0.13 - 0.13 * later),
        (Coincidence::Potentiation, 0.11 - 0.13 * later),
    ] {
        let w = super::final_weight::<f64>(&pair(Pairing::AllToAll, coincidence, (0, 0)), &trains, 0.5);
        assert!((w - 0.5 - expected).abs() < 1e-15, "{coincidence:?}: {w}");
    }
}
