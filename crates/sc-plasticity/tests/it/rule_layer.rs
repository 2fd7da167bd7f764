//! Rule layers: every bit against a scalar oracle, and what the rules promise and do not promise.

mod oracle;
mod state;

use oracle::Oracle;
use proptest::prelude::*;
use sc_plasticity::{Error, RuleKind, RuleLayer};

const KINDS: [RuleKind; 4] = [RuleKind::Eligent, RuleKind::Stdp, RuleKind::RewardStdp, RuleKind::Bcm];

fn kinds() -> impl Strategy<Value = RuleKind> {
    prop::sample::select(&KINDS[..])
}

/// Ordinary numbers, and the edges of what is allowed.
fn parameters() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.0), Just(0.001), Just(0.01), Just(1.0), 0.0_f32..0.05, 0.0_f32..100.0]
}

/// The inputs of one step: bytes of which half are spikes, not all of them 1.
#[derive(Debug, Clone)]
struct Step {
    pre: Vec<u8>,
    post: Vec<u8>,
    reward: Vec<f32>,
    dt: f32,
}

fn steps(n: usize) -> impl Strategy<Value = Vec<Step>> {
    let spikes = || prop::collection::vec(prop::sample::select(&[0_u8, 0, 0, 1, 2, 255][..]), n);
    let rewards = prop::collection::vec(-2.0_f32..2.0, n);
    let step = (spikes(), spikes(), rewards, prop_oneof![Just(0.001_f32), Just(1.0), 0.01_f32..30.0]);
    prop::collection::vec(step.prop_map(|(pre, post, reward, dt)| Step { pre, post, reward, dt }), 1..20)
}

/// Fewer elements than a block, whole blocks, and blocks with a rest.
fn sizes() -> impl Strategy<Value = usize> {
    prop_oneof![1_usize..5, 62_usize..67, 120_usize..200]
}

/// Bits of every variable, element by element; all that is not a number is one.
fn bits_of(layer: &RuleLayer) -> Vec<Vec<u32>> {
    let columns: Vec<&[f32]> = layer.state().map(|(_, values)| values).collect();
    (0..layer.len()).map(|i| columns.iter().map(|column| bits(column[i])).collect()).collect()
}

fn bits(x: f32) -> u32 {
    if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() }
}

fn assert_same(layer: &RuleLayer, oracles: &[Oracle]) {
    let expected: Vec<Vec<u32>> =
        oracles.iter().map(|oracle| oracle.state().into_iter().map(bits).collect()).collect();
    assert_eq!(bits_of(layer), expected);
}

proptest! {
    #[test]
    fn a_step_is_the_oracles_bit_for_bit(
        kind in kinds(), weight in 0.0_f32..=1.0, a in parameters(), b in parameters(),
        (n, steps) in sizes().prop_flat_map(|n| (Just(n), steps(n))), reset_after in 0_usize..20,
    ) {
        let mut layer = RuleLayer::new(kind, n, weight, a, b).unwrap();
        let mut oracles = vec![Oracle::new(kind.id(), weight, a, b); n];
        assert_same(&layer, &oracles);
        for (t, Step { pre, post, reward, dt }) in steps.iter().enumerate() {
            layer.step(pre, post, reward, *dt).unwrap();
            for (i, oracle) in oracles.iter_mut().enumerate() {
                oracle.step(pre[i] != 0, post[i] != 0, reward[i], *dt);
            }
            assert_same(&layer, &oracles);
            if t == reset_after {
                layer.reset();
                oracles.iter_mut().for_each(Oracle::reset);
                assert_same(&layer, &oracles);
            }
        }
    }

    #[test]
    fn a_sequence_is_as_many_steps(
        kind in kinds(), weight in 0.0_f32..=1.0, a in parameters(), b in parameters(),
        steps in sizes().prop_flat_map(steps),
    ) {
        let mut layer = RuleLayer::new(kind, 1, weight, a, b).unwrap();
        let mut oracle = Oracle::new(kind.id(), weight, a, b);
        for Step { pre, post, reward, dt } in &steps {
            layer.step_sequence(pre, post, reward, *dt).unwrap();
            for ((&pre, &post), &reward) in pre.iter().zip(post).zip(reward) {
                oracle.step(pre != 0, post != 0, reward, *dt);
            }
            assert_same(&layer, std::slice::from_ref(&oracle));
        }
    }

    #[test]
    fn a_learner_is_an_eligent_element_with_a_threshold(
        threshold in 0.001_f32..3.0, rate in 0.0_f32..0.1, weight in 0.0_f32..=1.0, steps in steps(1),
    ) {
        let mut learner = RuleLayer::learner(threshold, rate, weight).unwrap();
        let mut oracle = Oracle::learner(threshold, rate, weight);
        prop_assert_eq!(learner.kind(), RuleKind::Eligent);
        for Step { pre, post, reward, dt } in &steps {
            learner.step(pre, post, reward, *dt).unwrap();
            oracle.step(pre[0] != 0, post[0] != 0, reward[0], *dt);
            assert_same(&learner, std::slice::from_ref(&oracle));
        }
    }

    #[test]
    fn an_analog_step_draws_what_the_oracle_draws(
        kind in kinds(), seed in any::<u64>(), p in prop::collection::vec((0.0_f32..=1.0, 0.0_f32..=1.0), 1..200),
    ) {
        let n = p.len();
        let (p_pre, p_post): (Vec<f32>, Vec<f32>) = p.into_iter().unzip();
        let mut layer = RuleLayer::new(kind, n, 0.5, 0.01, 5.0).unwrap();
        let mut oracles = vec![Oracle::new(kind.id(), 0.5, 0.01, 5.0); n];
        for t in 0..5 {
            let seed = seed.wrapping_add(t);
            layer.step_analog(&p_pre, &p_post, &vec![0.3; n], seed, 1.0).unwrap();
            for (i, oracle) in oracles.iter_mut().enumerate() {
                let (pre, post) = oracle::spikes(seed.wrapping_add(i as u64), p_pre[i], p_post[i]);
                oracle.step(pre, post, 0.3, 1.0);
            }
            assert_same(&layer, &oracles);
        }
    }

    /// Whatever the parameters, rewards and durations; `prop::num::f32` has the largest and the smallest of them.
    #[test]
    fn weights_stay_in_the_unit_interval_except_those_of_eligent(
        kind in prop::sample::select(&KINDS[1..]), weight in 0.0_f32..=1.0,
        a in prop::num::f32::POSITIVE | prop::num::f32::ZERO, b in prop::num::f32::POSITIVE | prop::num::f32::ZERO,
        steps in prop::collection::vec(
            (any::<bool>(), any::<bool>(), prop::num::f32::NORMAL, prop::num::f32::POSITIVE), 1..50,
        ),
    ) {
        let mut layer = RuleLayer::new(kind, 1, weight, a.abs(), b.abs()).unwrap();
        for (pre, post, reward, dt) in steps {
            layer.step(&[pre.into()], &[post.into()], &[reward], dt).unwrap();
            prop_assert!((0.0..=1.0).contains(&layer.weights()[0]), "{:?}", layer);
        }
    }

    #[test]
    fn bcm_only_potentiates(
        weight in 0.0_f32..=1.0, a in parameters(), b in parameters(),
        steps in prop::collection::vec((any::<bool>(), any::<bool>(), 0.001_f32..=1.0), 1..100),
    ) {
        let mut layer = RuleLayer::new(RuleKind::Bcm, 1, weight, a, b).unwrap();
        for (pre, post, dt) in steps {
            let before = layer.weights()[0];
            layer.step(&[pre.into()], &[post.into()], &[0.0], dt).unwrap();
            prop_assert!(layer.weights()[0] >= before);
            prop_assert!(pre && post || layer.weights()[0] == before);
        }
    }
}

/// Rewards and spikes that tell elements apart, in more elements than one block of drawn spikes holds.
#[test]
fn many_blocks_of_drawn_spikes_follow_each_other() {
    let n = 10_000;
    let probabilities = |k: usize| (0..n).map(|i| (i * k % 101) as f32 / 100.0).collect::<Vec<f32>>();
    let (p_pre, p_post, reward) = (probabilities(7), probabilities(13), probabilities(29));
    let mut layer = RuleLayer::new(RuleKind::RewardStdp, n, 0.5, 0.01, 5.0).unwrap();
    let mut oracles = vec![Oracle::new(2, 0.5, 0.01, 5.0); n];
    for seed in [5_u64, u64::MAX - 17] {
        layer.step_analog(&p_pre, &p_post, &reward, seed, 1.0).unwrap();
        for (i, oracle) in oracles.iter_mut().enumerate() {
            let (pre, post) = oracle::spikes(seed.wrapping_add(i as u64), p_pre[i], p_post[i]);
            oracle.step(pre, post, reward[i], 1.0);
        }
    }
    assert_same(&layer, &oracles);
}

#[test]
fn the_oracle_draws_the_measured_numbers() {
    for (seed, pre, post) in [
        (0, 0.324_575_25, 0.382_239_28),
        (42, 0.814_305_1, 0.318_821),
        (43, 0.168_053_8, 0.597_753_5),
        (44, 0.001_220_583_9, 0.757_238_86),
        (u64::MAX, 0.339_065_07, 0.900_475),
    ] {
        assert_eq!(oracle::numbers(seed), (pre, post), "seed {seed}");
    }
}

/// Also at the measured numbers themselves: a spike is a number *below* the probability.
#[test]
fn probabilities_zero_and_one_are_never_and_always() {
    let trace = |p: f32, seed: u64| {
        let mut layer = RuleLayer::new(RuleKind::Stdp, 1, 0.5, 0.01, 0.0).unwrap();
        layer.step_analog(&[p], &[1.0 - p], &[0.0], seed, 1.0).unwrap();
        layer.state().map(|(_, values)| values[0]).collect::<Vec<f32>>()[1..].to_vec()
    };
    for seed in 0..1000 {
        assert_eq!((trace(0.0, seed), trace(1.0, seed)), (vec![0.0, 1.0], vec![1.0, 0.0]));
    }
    assert_eq!(trace(0.814_305_1, 42)[0], 0.0);
    assert_eq!(trace(0.814_305_1_f32.next_up(), 42)[0], 1.0);
}

#[test]
fn without_reward_and_spikes_only_averages_move() {
    for kind in KINDS {
        let mut layer = RuleLayer::new(kind, 2, 0.0, 0.01, 1.0).unwrap();
        layer.step(&[0; 2], &[0; 2], &[0.0; 2], 1.0).unwrap();
        assert_eq!(layer.weights(), [0.0; 2], "{kind:?}");
    }
}

#[test]
fn a_coincidence_alone_changes_no_weight_by_stdp() {
    for kind in [RuleKind::Stdp, RuleKind::RewardStdp] {
        let mut layer = RuleLayer::new(kind, 1, 0.5, 0.1, 10.0).unwrap();
        layer.step(&[1], &[1], &[1.0], 1.0).unwrap();
        assert_eq!(layer.weights(), [0.5]);
    }
}

#[test]
fn stdp_ignores_b_and_cannot_be_switched_off() {
    let run = |a: f32, b: f32| {
        let mut layer = RuleLayer::new(RuleKind::Stdp, 1, 0.5, a, b).unwrap();
        layer.step_sequence(&[1, 0, 1], &[0, 1, 0], &[0.0; 3], 1.0).unwrap();
        layer.weights()[0]
    };
    assert_eq!(run(0.01, 0.0), run(0.01, 77.0));
    assert_eq!(run(0.0, 0.0), run(0.001, 0.0));
    assert_ne!(run(0.0, 0.0), 0.5);
}

#[test]
fn a_positive_eligent_weight_becomes_one_at_once() {
    for k in 1..=1000 {
        let mut layer = RuleLayer::new(RuleKind::Eligent, 1, k as f32 / 1000.0, 0.01, 1.0).unwrap();
        for _ in 0..10 {
            layer.step(&[1], &[1], &[0.5], 1.0).unwrap();
            assert!((layer.weights()[0] - 1.0).abs() <= f32::EPSILON, "{k}: {:?}", layer.weights());
        }
    }
    // One whose sum is not positive is free.
    let mut layer = RuleLayer::new(RuleKind::Eligent, 1, 0.0, 0.01, 1.0).unwrap();
    layer.step_sequence(&[1; 20], &[0; 20], &[-1.0; 20], 1.0).unwrap();
    assert!(layer.weights()[0] < -5.0);
}

#[test]
fn a_refused_step_changes_nothing() {
    let n = 70;
    for kind in KINDS {
        let mut layer = RuleLayer::new(kind, n, 0.5, 0.01, 1.0).unwrap();
        layer.step(&vec![1; n], &vec![0; n], &vec![0.1; n], 1.0).unwrap();
        let before = layer.clone();
        let (ones, rewards, half) = (vec![1; n], vec![0.5; n], vec![0.5; n]);
        for dt in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            let error = layer.step(&ones, &ones, &rewards, dt);
            assert!(matches!(error, Err(Error::Parameter { name: "dt", .. })), "{error:?}");
            assert!(layer.step_analog(&half, &half, &rewards, 1, dt).is_err());
        }
        for position in 0..n {
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let mut rewards = rewards.clone();
                rewards[position] = bad;
                let error = layer.step(&ones, &ones, &rewards, 1.0).unwrap_err();
                assert!(
                    matches!(error, Error::Element { what: "reward", position: p, .. } if p == position),
                    "{error}"
                );
                assert!(layer.step_analog(&half, &half, &rewards, 1, 1.0).is_err());
            }
            for bad in [-f32::MIN_POSITIVE, 1.0_f32.next_up(), f32::NAN] {
                let mut p = half.clone();
                p[position] = bad;
                let error = layer.step_analog(&p, &half, &rewards, 1, 1.0).unwrap_err();
                assert!(
                    matches!(error, Error::Element { what: "p_pre", position: p, .. } if p == position),
                    "{error}"
                );
                let error = layer.step_analog(&half, &p, &rewards, 1, 1.0).unwrap_err();
                assert!(matches!(error, Error::Element { what: "p_post", .. }), "{error}");
            }
        }
        for (pre, post, reward) in [(n - 1, n, n), (n, n + 1, n), (n, n, n - 1), (0, 0, 0)] {
            let error = layer.step(&vec![1; pre], &vec![1; post], &vec![0.5; reward], 1.0);
            assert!(matches!(error, Err(Error::Length { .. })), "{error:?}");
            let error = layer.step_analog(&vec![0.5; pre], &vec![0.5; post], &vec![0.5; reward], 1, 1.0);
            assert!(matches!(error, Err(Error::Length { .. })), "{error:?}");
        }
        assert!(matches!(layer.step_sequence(&[1], &[1], &[0.0], 1.0), Err(Error::Length { .. })));
        assert_eq!(layer, before);

        let mut one = RuleLayer::new(kind, 1, 0.5, 0.01, 1.0).unwrap();
        let before = one.clone();
        assert!(one.step_sequence(&[1; 3], &[1; 3], &[0.0, 0.0, f32::NAN], 1.0).is_err());
        assert!(one.step_sequence(&[1; 3], &[1; 3], &[0.0; 3], 0.0).is_err());
        assert!(one.step_sequence(&[1; 3], &[1; 2], &[0.0; 3], 1.0).is_err());
        one.step_sequence(&[], &[], &[], 1.0).unwrap();
        assert_eq!(one, before);
    }
}

#[test]
fn what_makes_no_sense_is_not_built() {
    let parameter = |made: Result<RuleLayer, Error>| match made {
        Err(Error::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    for kind in KINDS {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0] {
            assert_eq!(parameter(RuleLayer::new(kind, 1, bad, 0.1, 0.1)), "weight");
            assert_eq!(parameter(RuleLayer::new(kind, 1, 0.5, bad, 0.1)), "a");
            assert_eq!(parameter(RuleLayer::new(kind, 1, 0.5, 0.1, bad)), "b");
            assert_eq!(parameter(RuleLayer::learner(bad, 0.1, 0.5)), "threshold");
            assert_eq!(parameter(RuleLayer::learner(1.0, bad, 0.5)), "target_rate");
            assert_eq!(parameter(RuleLayer::learner(1.0, 0.1, bad)), "weight");
        }
        assert_eq!(parameter(RuleLayer::new(kind, 1, 1.0_f32.next_up(), 0.1, 0.1)), "weight");
        assert_eq!(parameter(RuleLayer::new(kind, 0, 0.5, 0.1, 0.1)), "n");
        assert_eq!(parameter(RuleLayer::learner(0.0, 0.1, 0.5)), "threshold");
        for n in [usize::MAX, usize::MAX / 4, usize::MAX / 64, usize::MAX - (usize::MAX >> 1)] {
            assert_eq!(RuleLayer::new(kind, n, 0.5, 0.1, 0.1), Err(Error::TooManyElements { n }));
        }
        #[cfg(target_pointer_width = "64")]
        assert_eq!(RuleLayer::new(kind, 1 << 32, 0.5, 0.1, 0.1), Err(Error::TooManyElements { n: 1 << 32 }));
    }
}

#[test]
fn ids_are_those_of_the_c_interface() {
    let ids = [(0, RuleKind::Eligent), (1, RuleKind::Stdp), (2, RuleKind::RewardStdp), (3, RuleKind::Bcm)];
    for (id, kind) in ids {
        assert_eq!((RuleKind::from_id(id), kind.id()), (Some(kind), id));
    }
    assert!([4, 5, 255, u32::MAX].iter().all(|&id| RuleKind::from_id(id).is_none()));
}
