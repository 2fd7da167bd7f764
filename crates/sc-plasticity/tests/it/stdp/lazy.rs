//! Pairs of spikes that weights learn of later: the same weights as with `PairStdp`, whenever they are needed.

use proptest::prelude::*;
use rand::RngExt;
use sc_core::{Checkpoint, Delay, Local, Projection, Real, random};
use sc_plasticity::{
    Coincidence, Error, LazyPairStdp, PairStdp, PairStdpParameters, Pairing, PlasticityRule, WeightDependence,
};

use super::{Case, Trains, assert_agrees, drive, oracle, sparse};

/// The rule whose oracle is that of `PairStdp`.
#[derive(Debug, Clone)]
struct Lazily(PairStdpParameters);

impl Case for Lazily {
    type Rule<R: Real> = LazyPairStdp<R>;

    fn rule<R: Real>(&self, projection: &Projection<R>) -> LazyPairStdp<R> {
        LazyPairStdp::new(projection, self.0.clone()).unwrap()
    }

    fn oracle(&self, pre: &[usize], post: &[usize], n_steps: usize, w: f64) -> f64 {
        oracle::pair(&self.0, pre, post, n_steps, w)
    }

    fn delays(&self) -> usize {
        usize::from(self.0.axonal_delay) + usize::from(self.0.dendritic_delay)
    }
}

fn parameters() -> impl Strategy<Value = PairStdpParameters> {
    let dt = prop_oneof![Just(0.1), Just(1.0)];
    (0.0..0.05, -0.02..0.05, 2.0..40.0, 2.0..40.0, 0_u16..5, 0_u16..5, dt).prop_map(
        |(potentiation, depression, tau_plus, tau_minus, axonal_delay, dendritic_delay, dt)| {
            PairStdpParameters {
                potentiation,
                depression,
                tau_plus,
                tau_minus,
                w_min: 0.375,
                axonal_delay,
                dendritic_delay,
                dt,
                ..Default::default()
            }
        },
    )
}

/// Presynaptic neurons that spike rarely, postsynaptic ones often: more spikes in an interval than are at hand.
fn trains(n_steps: usize, seed: u64) -> Trains {
    let mut source = random::stream(seed, "trains", 0);
    let mut spikes = |n: u32, p: f64| (0..n).filter(|_| source.random::<f64>() < p).collect();
    Trains {
        pre: (0..n_steps).map(|_| spikes(4, 0.05)).collect(),
        post: (0..n_steps).map(|_| spikes(3, 0.4)).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn after_a_flush_all_weights_are_those_of_the_definition_to_1e_13(
        p in parameters(), seeds in prop::collection::vec(0_u8..16, 12), n_steps in 1_usize..120, seed: u64
    ) {
        let case = Lazily(p);
        assert_agrees::<f64>(&case, &sparse(4, 3, &seeds).into(), &trains(n_steps, seed), 1e-13);
        assert_agrees::<f32>(&case, &sparse(4, 3, &seeds).into(), &trains(n_steps, seed), 1e-5);
    }

    /// Without any flush: whenever a neuron spikes, the weights that it sends are those of `PairStdp`.
    #[test]
    fn what_is_sent_is_up_to_date(
        p in parameters(), seeds in prop::collection::vec(0_u8..16, 12), seed: u64, flush_at in 0_usize..200
    ) {
        let (mut eager, mut lazy) = (Projection::<f64>::new(sparse(4, 3, &seeds)), Projection::new(sparse(4, 3, &seeds)));
        let p = PairStdpParameters { axonal_delay: 0, ..p };
        let mut eager_rule = PairStdp::new(&eager, p.clone()).unwrap();
        let mut lazy_rule = LazyPairStdp::new(&lazy, p).unwrap();
        let trains = trains(200, seed);
        for t in 0..200 {
            drive(&mut eager_rule, &mut eager, &trains, (t, t + 1));
            drive(&mut lazy_rule, &mut lazy, &trains, (t, t + 1));
            if t == flush_at {
                lazy_rule.flush(&mut lazy);
            }
            eager.weights().for_each_active(&trains.pre[t], |k, _, expected: f64| {
                let sent: f64 = lazy.weights().values()[k];
                assert!((sent - expected).abs() < 1e-13, "synapse {k}, step {t}: {sent} instead of {expected}");
            });
        }
    }
}

#[test]
fn long_silences_and_new_beginnings_of_time_lose_nothing() {
    // Epochs are 32,768 steps; the time constant is as long, so that what is lost would be seen.
    let p = PairStdpParameters {
        tau_plus: 20_000.0,
        tau_minus: 15_000.0,
        potentiation: 1e-3,
        depression: 1e-3,
        ..Default::default()
    };
    let pre = [5, 30_000, 32_767, 32_768, 65_000, 98_305, 120_000];
    let post = [
        7, 8, 9, 10, 11, 12, 31_000, 32_766, 32_767, 32_769, 65_535, 65_536, 98_304, 98_305, 98_306, 119_000,
    ];
    for first in [0, 1, 2, 5] {
        let case = Lazily(p.clone());
        let trains = Trains::of_one_synapse(&pre[first..], &post);
        let weights = sparse::<f64>(1, 1, &[8]).into();
        assert_agrees(&case, &weights, &trains, 1e-12);
    }
}

#[test]
fn a_run_that_is_interrupted_continues_bit_for_bit() {
    let seeds = [7, 3, 15, 9, 12, 6, 0, 14, 8, 11, 10, 13];
    let trains = trains(400, 3);
    for (axonal_delay, dendritic_delay) in [(0, 0), (3, 4)] {
        let p = PairStdpParameters { axonal_delay, dendritic_delay, ..Default::default() };
        for cut in [0, 1, 57, 200, 399] {
            let mut projection = Projection::<f32>::new(sparse(4, 3, &seeds));
            let mut rule = LazyPairStdp::new(&projection, p.clone()).unwrap();
            drive(&mut rule, &mut projection, &trains, (0, cut));
            let mut checkpoint = Checkpoint::new();
            rule.save("rule", &mut checkpoint);
            let mut other = projection.clone();
            let mut resumed = LazyPairStdp::new(&other, p.clone()).unwrap();
            drive(&mut resumed, &mut other.clone(), &trains, (0, 30));
            resumed.restore("rule", &checkpoint).unwrap();
            for (rule, projection) in [(&mut rule, &mut projection), (&mut resumed, &mut other)] {
                drive(rule, projection, &trains, (cut, 400));
                rule.flush(projection);
            }
            assert_eq!(projection.weights().values(), other.weights().values(), "cut at {cut}");
            // Of a rule with other parameters, it is refused.
            let mut foreign = PairStdp::new(&other, p.clone()).unwrap();
            assert!(foreign.restore("rule", &checkpoint).is_err());
            let different = PairStdpParameters { tau_plus: 21.0, ..p.clone() };
            assert!(LazyPairStdp::new(&other, different).unwrap().restore("rule", &checkpoint).is_err());
        }
    }
}

#[test]
fn a_damaged_state_is_refused_and_changes_nothing() {
    let mut projection = Projection::<f64>::new(sparse(2, 2, &[8; 4]));
    let mut rule = LazyPairStdp::new(&projection, PairStdpParameters::default()).unwrap();
    drive(&mut rule, &mut projection, &Trains::of_one_synapse(&[2, 5], &[3, 4]), (0, 6));
    let mut good = Checkpoint::new();
    rule.save("r", &mut good);
    let damages: [fn(&mut Checkpoint); 5] = [
        |c| c.insert("r.now", &[], &[40_000_u32]),
        |c| c.insert("r.since", &[2], &[7_u32, 0]),
        |c| c.insert("r.history.steps", &[2], &[5_u32, 4]),
        |c| c.insert("r.history.counts", &[2], &[u64::MAX, 2]),
        |c| c.insert("r.pre_trace", &[3], &[0.0_f64; 3]),
    ];
    for damage in damages {
        let mut damaged = good.clone();
        damage(&mut damaged);
        assert!(rule.restore("r", &damaged).is_err());
        let mut after = Checkpoint::new();
        rule.save("r", &mut after);
        assert_eq!(after, good);
    }
}

#[test]
fn a_reset_forgets_and_begins_anew() {
    let trains = trains(100, 5);
    let mut projection = Projection::<f64>::new(sparse(4, 3, &[8; 12]));
    let p = PairStdpParameters { axonal_delay: 2, dendritic_delay: 1, ..Default::default() };
    let mut rule = LazyPairStdp::new(&projection, p).unwrap();
    let (mut fresh, mut again) = (rule.clone(), projection.clone());
    drive(&mut rule, &mut projection.clone(), &trains, (0, 77));
    rule.reset();
    for (rule, projection) in [(&mut rule, &mut projection), (&mut fresh, &mut again)] {
        drive(rule, projection, &trains, (0, 100));
        rule.flush(projection);
    }
    assert_eq!(projection.weights().values(), again.weights().values());
}

#[test]
fn what_cannot_wait_is_refused() {
    let projection = Projection::<f64>::new(sparse(2, 2, &[8; 4]));
    let standard = PairStdpParameters::default;
    for p in [
        PairStdpParameters { weight_dependence: WeightDependence::Multiplicative, ..standard() },
        PairStdpParameters { pairing: Pairing::NearestReduced, ..standard() },
        PairStdpParameters { coincidence: Coincidence::Depression, ..standard() },
    ] {
        assert!(matches!(LazyPairStdp::new(&projection, p), Err(Error::NotLazily { .. })));
    }
    for p in [
        PairStdpParameters { tau_plus: 0.0, ..standard() },
        PairStdpParameters { dt: f64::NAN, ..standard() },
        PairStdpParameters { potentiation: f64::INFINITY, ..standard() },
        PairStdpParameters { w_min: 2.0, ..standard() },
    ] {
        assert!(matches!(LazyPairStdp::new(&projection, p), Err(Error::Parameter { .. })));
    }
    let delayed = projection.with_delay(Delay::PerSynapse(vec![0; 4])).unwrap();
    assert!(matches!(LazyPairStdp::new(&delayed, standard()), Err(Error::PerSynapseDelay)));
}

#[test]
#[should_panic(expected = "a rule for")]
fn another_projection_panics() {
    let projection = Projection::<f64>::new(sparse(2, 2, &[8; 4]));
    let mut rule = LazyPairStdp::new(&projection, PairStdpParameters::default()).unwrap();
    let mut projection = Projection::new(sparse(2, 2, &[8, 8, 0, 8]));
    rule.step(Local { projection: &mut projection, pre_spikes: &[], post_spikes: &[], reward: 0.0 });
}
