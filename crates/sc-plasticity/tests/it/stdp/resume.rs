//! Runs that are interrupted, frozen, reset, or begun with nonsense.

use rand::RngExt;
use sc_core::{Checkpoint, Delay, Dense, Local, Projection, Real, Weights, random};
use sc_plasticity::{
    Coincidence, Error, PairStdp, PairStdpParameters, Pairing, PlasticityRule, TripletPairing, TripletStdp,
    TripletStdpParameters, WeightDependence,
};

use super::{Case, Trains, drive, sparse};

fn weights<R: Real>() -> Weights<R> {
    sparse(4, 3, &[7, 3, 15, 9, 12, 6, 0, 14, 8, 11, 10, 13]).into()
}

/// 200 steps, each neuron spiking in a quarter of them.
fn trains() -> Trains {
    let mut source = random::stream(1, "trains", 0);
    let mut mask = |n: u32| source.random_range(0..1_u32 << n) & source.random_range(0..1_u32 << n);
    let masks: Vec<_> = (0..200).map(|_| (mask(4), mask(3))).collect();
    Trains::of_masks(&masks)
}

fn pair_options() -> Vec<PairStdpParameters> {
    let mut options = Vec::new();
    for pairing in
        [Pairing::AllToAll, Pairing::NearestSymmetric, Pairing::NearestPresynaptic, Pairing::NearestReduced]
    {
        for weight_dependence in [
            WeightDependence::Additive,
            WeightDependence::Multiplicative,
            WeightDependence::Guetig { mu_plus: 0.2, mu_minus: 0.7 },
            WeightDependence::PowerLaw { w_0: 0.5, mu: 0.4 },
        ] {
            for coincidence in [Coincidence::Neither, Coincidence::Depression, Coincidence::Potentiation] {
                for (axonal_delay, dendritic_delay) in [(0, 0), (3, 0), (0, 4)] {
                    options.push(PairStdpParameters {
                        potentiation: 0.02,
                        depression: 0.02,
                        pairing,
                        weight_dependence,
                        coincidence,
                        axonal_delay,
                        dendritic_delay,
                        ..Default::default()
                    });
                }
            }
        }
    }
    options
}

fn triplet_options() -> Vec<TripletStdpParameters> {
    let mut options = Vec::new();
    for pairing in [TripletPairing::AllToAll, TripletPairing::Nearest] {
        for coincidence in [Coincidence::Neither, Coincidence::Depression, Coincidence::Potentiation] {
            for (axonal_delay, dendritic_delay) in [(0, 0), (3, 0), (0, 4)] {
                options.push(TripletStdpParameters {
                    pairing,
                    coincidence,
                    axonal_delay,
                    dendritic_delay,
                    ..TripletStdpParameters::hippocampus_minimal()
                });
            }
        }
    }
    options
}

/// Saved at step 101, through bytes, into a rule that has seen other spikes.
fn assert_resumes<R: Real>(case: &impl Case) {
    let trains = trains();
    let mut projection = Projection::<R>::new(weights());
    let mut rule = case.rule(&projection);
    drive(&mut rule, &mut projection, &trains, (0, 101));
    let mut checkpoint = Checkpoint::new();
    rule.save("stdp", &mut checkpoint);
    let checkpoint = Checkpoint::from_bytes(&checkpoint.to_bytes()).unwrap();

    let mut resumed = case.rule(&projection);
    drive(&mut resumed, &mut Projection::new(weights()), &trains, (30, 60));
    resumed.restore("stdp", &checkpoint).unwrap();
    let mut copy = projection.clone();
    drive(&mut rule, &mut projection, &trains, (101, 200));
    drive(&mut resumed, &mut copy, &trains, (101, 200));
    assert_eq!(projection.weights(), copy.weights());
    assert_ne!(projection.weights(), &weights());

    // Nor do the states differ in what did not come to light in 99 steps.
    let state = |rule: &dyn PlasticityRule<R>| {
        let mut checkpoint = Checkpoint::new();
        rule.save("stdp", &mut checkpoint);
        checkpoint
    };
    assert!(state(&rule) == state(&resumed));
}

#[test]
fn every_option_resumes_exactly() {
    for options in pair_options() {
        assert_resumes::<f64>(&options);
        assert_resumes::<f32>(&options);
    }
    for options in triplet_options() {
        assert_resumes::<f64>(&options);
        assert_resumes::<f32>(&options);
    }
}

#[test]
fn frozen_weights_do_not_change_and_traces_go_on() {
    let trains = trains();
    for options in pair_options() {
        let mut projection = Projection::<f64>::new(weights());
        let mut rule = options.rule(&projection);
        let mut frozen = rule.clone();
        frozen.set_plastic(false);
        let mut untouched = projection.clone();
        drive(&mut rule, &mut projection, &trains, (0, 100));
        drive(&mut frozen, &mut untouched, &trains, (0, 100));
        assert_eq!(untouched.weights(), &weights());
        // Thawed, it goes on as if it had learned all the time. That it is frozen is part of its state.
        let mut checkpoint = Checkpoint::new();
        frozen.save("stdp", &mut checkpoint);
        let mut thawed = options.rule(&projection);
        thawed.restore("stdp", &checkpoint).unwrap();
        assert!(!thawed.plastic());
        thawed.set_plastic(true);
        let mut copy = projection.clone();
        drive(&mut rule, &mut projection, &trains, (100, 200));
        drive(&mut thawed, &mut copy, &trains, (100, 200));
        assert_eq!(projection.weights(), copy.weights());
    }
    for options in triplet_options() {
        let mut projection = Projection::<f64>::new(weights());
        let mut rule = options.rule(&projection);
        let mut frozen = rule.clone();
        frozen.set_plastic(false);
        drive(&mut frozen, &mut projection, &trains, (0, 100));
        assert_eq!(projection.weights(), &weights());
        drive(&mut rule, &mut projection, &trains, (0, 100));
        assert_eq!((rule.pre_traces(), rule.post_traces()), (frozen.pre_traces(), frozen.post_traces()));
    }
}

#[test]
fn reset_begins_anew_with_the_weights_as_they_are() {
    fn check(case: &impl Case) {
        let trains = trains();
        let mut projection = Projection::<f64>::new(weights());
        let mut rule = case.rule(&projection);
        drive(&mut rule, &mut projection, &trains, (0, 77));
        rule.reset();
        let mut copy = projection.clone();
        drive(&mut rule, &mut projection, &trains, (0, 100));
        drive(&mut case.rule(&copy), &mut copy, &trains, (0, 100));
        assert_eq!(projection.weights(), copy.weights());
    }
    pair_options().iter().for_each(check);
    triplet_options().iter().for_each(check);
}

/// Whatever is missing or of another size: an error, and the rule goes on as if it had not been asked.
#[test]
fn a_restore_that_fails_changes_nothing() {
    fn check<R: PlasticityRule<f64> + Clone>(rule: &R, other: &R) {
        let state = |rule: &R| {
            let mut checkpoint = Checkpoint::new();
            rule.save("stdp", &mut checkpoint);
            checkpoint
        };
        let saved = state(other);
        let names: Vec<String> = saved.tensors().map(|(name, _)| name.to_owned()).collect();
        assert!(names.len() > 6);
        for damaged in names {
            let mut checkpoint = saved.clone();
            checkpoint.insert(damaged.as_str(), &[1, 1], &[7_u32]);
            let mut restored = rule.clone();
            assert!(restored.restore("stdp", &checkpoint).is_err(), "{damaged}");
            assert!(state(&restored) == state(rule), "{damaged}");
        }
        assert!(rule.clone().restore("other", &saved).is_err());
        assert!(rule.clone().restore("stdp", &saved).is_ok());
    }
    let trains = trains();
    let mut projection = Projection::<f64>::new(weights());
    for options in pair_options() {
        let mut rule = options.rule(&projection);
        let mut other = rule.clone();
        drive(&mut rule, &mut projection, &trains, (0, 50));
        drive(&mut other, &mut projection, &trains, (50, 90));
        check(&rule, &other);
    }
    for options in triplet_options() {
        let mut rule = options.rule(&projection);
        let mut other = rule.clone();
        drive(&mut rule, &mut projection, &trains, (0, 50));
        drive(&mut other, &mut projection, &trains, (50, 90));
        check(&rule, &other);
    }
}

#[test]
fn a_rule_with_other_parameters_is_not_restored() {
    let projection = Projection::<f64>::new(weights());
    let mut checkpoint = Checkpoint::new();
    PairStdpParameters::default().rule(&projection).save("stdp", &mut checkpoint);
    let other = PairStdpParameters { tau_plus: 20.000000000000004, ..Default::default() };
    let error = other.rule(&projection).restore("stdp", &checkpoint).unwrap_err();
    assert!(matches!(error, Error::Core(sc_core::Error::Mismatch { .. })), "{error}");
    let mut triplet = TripletStdpParameters::visual_cortex().rule(&projection);
    assert!(triplet.restore("stdp", &checkpoint).is_err());
    assert!(PairStdpParameters::default().rule(&projection).restore("stdp", &checkpoint).is_ok());
}

#[test]
fn parameters_out_of_range_are_refused() {
    use WeightDependence::{Guetig, Multiplicative, PowerLaw};
    let projection = Projection::<f32>::new(weights());
    let ok = PairStdpParameters::default;
    let pair = |parameters| match PairStdp::new(&projection, parameters) {
        Err(Error::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let dependent = |weight_dependence| PairStdpParameters { weight_dependence, ..ok() };
    for (name, parameters) in [
        ("potentiation", PairStdpParameters { potentiation: f64::NAN, ..ok() }),
        ("depression", PairStdpParameters { depression: 1e300, ..ok() }), // infinite in f32
        ("tau_plus", PairStdpParameters { tau_plus: 0.0, ..ok() }),
        ("tau_minus", PairStdpParameters { tau_minus: f64::INFINITY, ..ok() }),
        ("dt", PairStdpParameters { dt: -1.0, ..ok() }),
        ("w_max", PairStdpParameters { w_max: 0.0, ..ok() }),
        ("w_max", PairStdpParameters { w_max: f64::NAN, ..ok() }),
        ("w_max", PairStdpParameters { w_min: f64::NAN, ..ok() }),
        ("w_max", PairStdpParameters { w_max: f64::INFINITY, ..dependent(Multiplicative) }),
        ("w_min", PairStdpParameters { w_min: f64::NEG_INFINITY, ..dependent(Multiplicative) }),
        ("w_max", PairStdpParameters { w_min: 1.0, w_max: 1.0 + 1e-12, ..dependent(Multiplicative) }),
        ("mu_plus", dependent(Guetig { mu_plus: 1.5, mu_minus: 0.5 })),
        ("mu_minus", dependent(Guetig { mu_plus: 0.5, mu_minus: -0.5 })),
        ("w_0", dependent(PowerLaw { w_0: 0.0, mu: 0.4 })),
        ("mu", dependent(PowerLaw { w_0: 1.0, mu: f64::NAN })),
        ("w_min", PairStdpParameters { w_min: -0.1, ..dependent(PowerLaw { w_0: 1.0, mu: 0.4 }) }),
    ] {
        assert_eq!(pair(parameters.clone()), name, "{parameters:?}");
    }
    let ok = TripletStdpParameters::default;
    let triplet = |parameters| match TripletStdp::new(&projection, parameters) {
        Err(Error::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    for (name, parameters) in [
        ("a2_plus", TripletStdpParameters { a2_plus: f64::NAN, ..ok() }),
        ("a3_plus", TripletStdpParameters { a3_plus: f64::INFINITY, ..ok() }),
        ("a2_minus", TripletStdpParameters { a2_minus: 1e300, ..ok() }),
        ("a3_minus", TripletStdpParameters { a3_minus: f64::NAN, ..ok() }),
        ("tau_plus", TripletStdpParameters { tau_plus: 0.0, ..ok() }),
        ("tau_minus", TripletStdpParameters { tau_minus: -1.0, ..ok() }),
        ("tau_x", TripletStdpParameters { tau_x: f64::NAN, ..ok() }),
        ("tau_y", TripletStdpParameters { tau_y: f64::INFINITY, ..ok() }),
        ("dt", TripletStdpParameters { dt: 0.0, ..ok() }),
        ("w_max", TripletStdpParameters { w_min: 2.0, ..ok() }),
    ] {
        assert_eq!(triplet(parameters.clone()), name, "{parameters:?}");
    }
}

#[test]
fn a_delay_for_each_synapse_is_refused() {
    let dense = Dense::<f64>::zeros(1, 2);
    let projection = Projection::new(dense).with_delay(Delay::PerSynapse(vec![1, 2])).unwrap();
    assert_eq!(PairStdp::new(&projection, Default::default()).unwrap_err(), Error::PerSynapseDelay);
    assert_eq!(TripletStdp::new(&projection, Default::default()).unwrap_err(), Error::PerSynapseDelay);
}

#[test]
#[should_panic(expected = "a projection of (2, 3) neurons for a rule of (4, 3)")]
fn another_projection_panics() {
    let mut rule = PairStdpParameters::default().rule(&Projection::<f64>::new(weights()));
    let projection = &mut Projection::new(Dense::zeros(2, 3));
    rule.step(Local { projection, pre_spikes: &[], post_spikes: &[], reward: 0.0 });
}

/// Inhibitory weights have bounds of their own and keep their sign.
#[test]
fn weights_may_be_negative() {
    let trains = trains();
    let mut projection = Projection::<f64>::new(Dense::new(4, 3, vec![-0.5; 12]).unwrap());
    let parameters =
        PairStdpParameters { potentiation: 0.1, w_min: -1.0, w_max: -0.25, ..Default::default() };
    let mut rule = parameters.rule(&projection);
    drive(&mut rule, &mut projection, &trains, (0, 200));
    let weights = projection.weights().values();
    assert!(weights.iter().all(|w| (-1.0..=-0.25).contains(w)) && weights.contains(&-0.25), "{weights:?}");
}
