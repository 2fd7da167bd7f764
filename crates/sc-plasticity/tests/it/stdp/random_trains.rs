//! Random trains, synapses in every form, every option.

use proptest::prelude::*;
use sc_core::{Dense, Editable, Real, Weights};
use sc_plasticity::{
    Coincidence, PairStdpParameters, Pairing, TripletPairing, TripletStdpParameters, WeightDependence,
};

use super::{Trains, assert_agrees, sparse};

fn coincidence() -> impl Strategy<Value = Coincidence> {
    prop_oneof![Just(Coincidence::Neither), Just(Coincidence::Depression), Just(Coincidence::Potentiation)]
}

fn pairing() -> impl Strategy<Value = Pairing> {
    prop_oneof![
        Just(Pairing::AllToAll),
        Just(Pairing::NearestSymmetric),
        Just(Pairing::NearestPresynaptic),
        Just(Pairing::NearestReduced),
    ]
}

fn weight_dependence() -> impl Strategy<Value = WeightDependence> {
    prop_oneof![
        Just(WeightDependence::Additive),
        Just(WeightDependence::Multiplicative),
        (0.0..=1.0, 0.0..=1.0).prop_map(|(mu_plus, mu_minus)| WeightDependence::Guetig { mu_plus, mu_minus }),
        (0.2..2.0, 0.0..=1.0).prop_map(|(w_0, mu)| WeightDependence::PowerLaw { w_0, mu }),
    ]
}

prop_compose! {
    fn pair()(
        amplitudes in (0.0..0.05, 0.0..0.05),
        taus in (2.0..40.0, 2.0..40.0),
        pairing in pairing(),
        coincidence in coincidence(),
        weight_dependence in weight_dependence(),
        delays in (0_u16..5, 0_u16..5),
        dt in prop_oneof![Just(0.1), Just(1.0)],
    ) -> PairStdpParameters {
        PairStdpParameters {
            potentiation: amplitudes.0,
            depression: amplitudes.1,
            tau_plus: taus.0,
            tau_minus: taus.1,
            // Some of the weights begin at a bound, none outside.
            w_min: 0.375,
            w_max: 1.0,
            weight_dependence,
            pairing,
            coincidence,
            axonal_delay: delays.0,
            dendritic_delay: delays.1,
            dt,
        }
    }
}

prop_compose! {
    fn triplet()(
        pairs in (0.0..0.02, 0.0..0.02),
        triplets in (0.0..0.02, 0.0..0.02),
        taus in (2.0..40.0, 2.0..40.0, 2.0..120.0, 2.0..120.0),
        pairing in prop_oneof![Just(TripletPairing::AllToAll), Just(TripletPairing::Nearest)],
        coincidence in coincidence(),
        delays in (0_u16..5, 0_u16..5),
        dt in prop_oneof![Just(0.1), Just(1.0)],
    ) -> TripletStdpParameters {
        TripletStdpParameters {
            a2_plus: pairs.0,
            a2_minus: pairs.1,
            a3_plus: triplets.0,
            a3_minus: triplets.1,
            tau_plus: taus.0,
            tau_minus: taus.1,
            tau_x: taus.2,
            tau_y: taus.3,
            w_min: 0.375,
            w_max: 1.0,
            pairing,
            coincidence,
            axonal_delay: delays.0,
            dendritic_delay: delays.1,
            dt,
        }
    }
}

/// Up to 60 steps of 4 presynaptic and 3 postsynaptic neurons, each spiking in a quarter of the steps.
fn trains() -> impl Strategy<Value = Trains> {
    let mask = |n: u32| (0..1_u32 << n, 0..1_u32 << n).prop_map(|(a, b): (u32, u32)| a & b);
    prop::collection::vec((mask(4), mask(3)), 1..60).prop_map(|masks| Trains::of_masks(&masks))
}

/// The three ways to store synapses, with the same weights in either precision.
#[derive(Debug, Clone, Copy)]
enum Form {
    Dense,
    Csr,
    Editable,
}

fn synapses() -> impl Strategy<Value = (Form, Vec<u8>)> {
    let form = prop_oneof![Just(Form::Dense), Just(Form::Csr), Just(Form::Editable)];
    (form, prop::collection::vec(0_u8..16, 12))
}

fn weights<R: Real>(form: Form, seeds: &[u8]) -> Weights<R> {
    match form {
        Form::Dense => {
            let values = seeds.iter().map(|&seed| R::of(f64::from(seed.max(6)) / 16.0)).collect();
            Dense::new(4, 3, values).unwrap().into()
        }
        Form::Csr => sparse(4, 3, seeds).into(),
        // It has one synapse for each pair of neurons.
        Form::Editable => {
            let seeds: Vec<u8> = seeds.iter().map(|&seed| seed.min(13)).collect();
            Editable::try_from(&sparse(4, 3, &seeds)).unwrap().into()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn pairs_to_1e_13(case in pair(), (form, seeds) in synapses(), trains in trains()) {
        assert_agrees::<f64>(&case, &weights(form, &seeds), &trains, 1e-13);
    }

    #[test]
    fn triplets_to_1e_13(case in triplet(), (form, seeds) in synapses(), trains in trains()) {
        assert_agrees::<f64>(&case, &weights(form, &seeds), &trains, 1e-13);
    }

    /// Up to 60 steps of single precision: a hundred roundings of 6e-8.
    #[test]
    fn in_single_precision_to_1e_5(
        pair in pair(), triplet in triplet(), (form, seeds) in synapses(), trains in trains()
    ) {
        assert_agrees::<f32>(&pair, &weights(form, &seeds), &trains, 1e-5);
        assert_agrees::<f32>(&triplet, &weights(form, &seeds), &trains, 1e-5);
    }
}
