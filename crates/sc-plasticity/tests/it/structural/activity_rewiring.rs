//! `ActivityRewiring`: what it must never do whatever happens, and how often it does what.

use proptest::prelude::*;
use rand::RngExt;
use sc_core::{Autapses, Checkpoint, Dense, Editable, Local, Projection, random};
use sc_plasticity::{ActivityRewiring, ActivityRewiringParameters, Error, InDegree, PlasticityRule};

use super::{random_projection, random_spikes, synapses};

fn step(rule: &mut ActivityRewiring, projection: &mut Projection<f64>, pre: &[u32], post: &[u32]) {
    rule.step(Local { projection, pre_spikes: pre, post_spikes: post, reward: 0.0 });
}

proptest! {
    #[test]
    fn only_active_pairs_change_and_only_as_allowed(
        seed in any::<u64>(), constant in any::<bool>(), forbid in any::<bool>(), max in 1_usize..12,
        growth in 0.0_f64..=1.0, p in 0.01_f64..0.4, start in 0_usize..40,
    ) {
        let (n_pre, n_post) = (10, 7);
        let mut stream = random::stream(seed, "test", 0);
        let mut projection = random_projection((n_pre, n_post), start, &mut stream, |s| s.random_range(-0.2..0.2));
        let in_degree = if constant { InDegree::Constant } else { InDegree::Free { max } };
        let autapses = if forbid { Autapses::Forbid } else { Autapses::Allow };
        let parameters = ActivityRewiringParameters {
            growth, tau: 4.0, weight: 0.1, prune_below: 0.05, in_degree, autapses, dt: 1.0, seed,
        };
        let mut rule = ActivityRewiring::new(&projection, parameters).unwrap();
        let mut spiked_at = vec![None; n_pre];
        for t in 0..150_u64 {
            let (pre, post) = (random_spikes(n_pre, p, &mut stream), random_spikes(n_post, p, &mut stream));
            let before = synapses(&projection);
            step(&mut rule, &mut projection, &pre, &post);
            let after = synapses(&projection);
            let into = |s: &super::Synapses, j: usize| s.keys().filter(|pair| pair.1 == j).count();
            for (&(i, j), &w) in &after {
                if let Some(&old) = before.get(&(i, j)) {
                    prop_assert_eq!(w, old);
                } else {
                    // New: after a presynaptic spike of the last 5 tau, at a postsynaptic one.
                    prop_assert!(spiked_at[i].is_some_and(|s| t - s <= 20) && post.contains(&(j as u32)));
                    prop_assert!(w == 0.1 && !(forbid && i == j));
                    prop_assert!(constant || into(&after, j) <= max);
                }
                prop_assert!(constant || !pre.contains(&(i as u32)) || w.abs() >= 0.05, "step {t}: {i} {j} {w}");
            }
            for (&(i, j), &w) in before.iter().filter(|(pair, _)| !after.contains_key(pair)) {
                prop_assert!(w.abs() < 0.05);
                let active = if constant { post.contains(&(j as u32)) } else { pre.contains(&(i as u32)) };
                prop_assert!(active);
            }
            for j in (0..n_post).filter(|_| constant) {
                prop_assert_eq!(into(&after, j), into(&before, j));
            }
            pre.iter().for_each(|&i| spiked_at[i as usize] = Some(t));
            // Another rule changes weights.
            projection.weights_mut().iter_mut().for_each(|w| *w *= 0.99);
        }
    }
}

/// How often each pair grows, against the probabilities summed by a slow oracle from the whole history: within
/// 5 standard deviations for all 36 pairs (seed 1, 300,000 steps).
#[test]
fn pairs_grow_as_often_as_the_equation_says() {
    let (n, tau, growth) = (6, 10.0, 0.9);
    let mut projection = Projection::<f64>::new(Editable::empty(n, n));
    let parameters = ActivityRewiringParameters { growth, tau, seed: 1, ..Default::default() };
    let mut rule = ActivityRewiring::new(&projection, parameters).unwrap();
    let mut stream = random::stream(1, "test", 0);
    let mut history: Vec<(u64, usize)> = Vec::new();
    let (mut expected, mut counts) = (vec![0.0; n * n], vec![0_u32; n * n]);
    let mut before: Vec<u32> = Vec::new();
    for t in 0..300_000_u64 {
        // Postsynaptic neurons follow presynaptic neuron 0 and 1 or spike alone.
        let pre: Vec<u32> =
            (0..n as u32).filter(|&i| stream.random_bool(0.005 + 0.001 * f64::from(i))).collect();
        let follows = |j: u32| j < 2 && before.contains(&j);
        let post: Vec<u32> =
            (0..n as u32).filter(|&j| stream.random_bool(if follows(j) { 0.8 } else { 0.006 })).collect();
        history.retain(|&(step, _)| t - step <= 50);
        for &j in &post {
            for &(step, i) in &history {
                let chance = growth / history.len() as f64 * (-((t - step) as f64) / tau).exp();
                expected[n * i + j as usize] += chance;
            }
        }
        step(&mut rule, &mut projection, &pre, &post);
        history.extend(pre.iter().map(|&i| (t, i as usize)));
        for (pair, _) in synapses(&projection) {
            counts[n * pair.0 + pair.1] += 1;
            projection.remove_synapse(pair.0, pair.1).unwrap();
        }
        before = pre;
    }
    for (k, (&count, expected)) in counts.iter().zip(&expected).enumerate() {
        let deviation = (f64::from(count) - expected).abs();
        assert!(deviation < 5.0 * expected.sqrt(), "{} -> {}: {count}, expected {expected:.1}", k / n, k % n);
        assert!(*expected > 25.0);
    }
    // Pairs that follow each other against pairs that do not, of the same rates: several times as often.
    let ratio = f64::from(counts[0] + counts[n + 1]) / f64::from(counts[1] + counts[n]);
    assert!(ratio > 4.0, "correlated to uncorrelated: {ratio}");
}

/// A pair of spikes `age` steps apart becomes a synapse with probability exp(-age / tau), up to an age of 5 tau:
/// 5 standard deviations of 20,000 pairs.
#[test]
fn a_presynaptic_spike_is_remembered_for_5_tau() {
    let n = 20_000;
    for (age, expected) in [(1, (-0.5_f64).exp()), (4, (-2.0_f64).exp()), (10, (-5.0_f64).exp()), (11, 0.0)] {
        let mut projection = Projection::<f64>::new(Editable::empty(1, 1));
        let parameters = ActivityRewiringParameters { growth: 1.0, tau: 2.0, ..Default::default() };
        let mut rule = ActivityRewiring::new(&projection, parameters).unwrap();
        let mut count = 0;
        for _ in 0..n {
            for t in 0..25 {
                let spikes = |at: u32| if t == at { &[0_u32][..] } else { &[] };
                step(&mut rule, &mut projection, spikes(0), spikes(age));
            }
            count += u32::from(projection.remove_synapse(0, 0).unwrap().is_some());
        }
        let deviation = (f64::from(count) - f64::from(n) * expected).abs();
        assert!(deviation <= 5.0 * (f64::from(n) * expected).sqrt(), "age {age}: {count} of {n}, {expected}");
    }
}

#[test]
fn without_spikes_on_both_sides_nothing_grows() {
    let parameters = ActivityRewiringParameters { growth: 1.0, ..Default::default() };
    let mut stream = random::stream(2, "test", 0);
    for (p_pre, p_post) in [(0.0, 0.5), (0.5, 0.0), (0.0, 0.0)] {
        let mut projection = Projection::<f64>::new(Editable::empty(9, 9));
        let mut rule = ActivityRewiring::new(&projection, parameters.clone()).unwrap();
        for _ in 0..200 {
            let (pre, post) = (random_spikes(9, p_pre, &mut stream), random_spikes(9, p_post, &mut stream));
            step(&mut rule, &mut projection, &pre, &post);
        }
        assert_eq!(projection.revision(), 0);
    }
}

#[test]
fn bad_parameters_and_fixed_weights_are_refused() {
    let projection = Projection::<f64>::new(Editable::empty(2, 2));
    let good = ActivityRewiringParameters::default;
    for parameters in [
        ActivityRewiringParameters { growth: -0.1, ..good() },
        ActivityRewiringParameters { growth: 1.1, ..good() },
        ActivityRewiringParameters { growth: f64::NAN, ..good() },
        ActivityRewiringParameters { tau: 0.0, ..good() },
        ActivityRewiringParameters { dt: f64::INFINITY, ..good() },
        ActivityRewiringParameters { weight: f64::NAN, ..good() },
        ActivityRewiringParameters { weight: 0.009, ..good() }, // would be pruned at once
        ActivityRewiringParameters { prune_below: -1.0, ..good() },
    ] {
        assert!(ActivityRewiring::new(&projection, parameters.clone()).is_err(), "{parameters:?}");
    }
    let fixed = Projection::<f64>::new(Dense::zeros(2, 2));
    let refused = ActivityRewiring::new(&fixed, good()).unwrap_err();
    assert_eq!(refused, Error::Core(sc_core::Error::FixedStructure));
}

/// In single precision 0.7 lies below 0.7: a new synapse is not weak for that.
#[test]
fn a_synapse_of_just_the_least_weight_is_not_weak_in_any_precision() {
    for in_degree in [InDegree::Constant, InDegree::Free { max: 1 }] {
        let mut projection = Projection::<f32>::new(Editable::empty(2, 1));
        projection.add_synapse(0, 0, 0.7).unwrap();
        let parameters = ActivityRewiringParameters {
            growth: 1.0,
            tau: 1e9,
            weight: 0.7,
            prune_below: 0.7,
            in_degree,
            ..Default::default()
        };
        let mut rule = ActivityRewiring::new(&projection, parameters).unwrap();
        for _ in 0..20 {
            let (pre_spikes, post_spikes) = (&[0, 1][..], &[0][..]);
            rule.step(Local { projection: &mut projection, pre_spikes, post_spikes, reward: 0.0 });
        }
        assert_eq!(projection.editable().unwrap().sources(0), [0], "{in_degree:?}");
    }
}

#[test]
fn recent_spikes_that_cannot_be_are_refused() {
    let projection = Projection::<f64>::new(Editable::empty(3, 1));
    let mut rule = ActivityRewiring::new(&projection, ActivityRewiringParameters::default()).unwrap();
    let attempt = |rule: &mut ActivityRewiring, t: u64, steps: &[u64], neurons: &[u32]| {
        let mut checkpoint = Checkpoint::new();
        PlasticityRule::<f64>::save(rule, "r", &mut checkpoint);
        checkpoint.insert("r.t", &[], &[t]);
        checkpoint.insert("r.recent_steps", &[steps.len()], steps);
        checkpoint.insert("r.recent_neurons", &[neurons.len()], neurons);
        PlasticityRule::<f64>::restore(rule, "r", &checkpoint)
    };
    attempt(&mut rule, 200, &[100, 150, 150, 200], &[2, 0, 1, 0]).unwrap();
    for (t, steps, neurons) in [
        (200, &[100, 150][..], &[2, 3][..]), // no such neuron
        (200, &[100, 201], &[2, 0]),         // yet to come
        (200, &[150, 100], &[2, 0]),         // in no order
        (200, &[99, 150], &[2, 0]),          // forgotten long ago
        (200, &[100], &[2, 0]),
        (u64::MAX, &[0], &[0]),
    ] {
        assert!(attempt(&mut rule, t, steps, neurons).is_err(), "{t} {steps:?} {neurons:?}");
    }
}

#[test]
#[should_panic(expected = "a projection of (3, 3) neurons for a rule of (2, 2)")]
fn another_projection_panics() {
    let projection = Projection::<f64>::new(Editable::empty(2, 2));
    let mut rule = ActivityRewiring::new(&projection, ActivityRewiringParameters::default()).unwrap();
    step(&mut rule, &mut Projection::new(Editable::empty(3, 3)), &[], &[]);
}
