//! `RewardedCoincidence` against the recorded weights of the reference package's reward-modulated learner.
//!
//! The recordings give membranes; that package takes a neuron to spike while its membrane is above 0.9, so that is
//! how spikes are made of them here.

use crate::golden::{assert_close, cases, is_odd, numbers, positions};
use sc_core::{Checkpoint, Csr, Dense, Local, Projection};
use sc_plasticity::{PlasticityRule, RewardedCoincidence};

#[test]
fn weights_and_traces_of_20_recordings_agree_to_1e_9() {
    let cases = cases("reward_modulated.json");
    assert_eq!((cases.len(), cases.iter().filter(|case| is_odd(case)).count()), (20, 0));
    for (number, case) in cases.iter().enumerate() {
        let tau_reward = case["tau_reward"].as_f64().unwrap();
        for (p, projection) in case["projections"].as_array().unwrap().iter().enumerate() {
            let index = |name: &str| projection[name].as_u64().unwrap() as usize;
            let (source, target) = (index("source"), index("target"));
            let size = |i: usize| case["populations"][i]["n"].as_u64().unwrap() as usize;
            let integers = |name: &str| numbers(&projection[name]).into_iter().map(|i| i as usize);
            let (indptr, indices) = (integers("indptr").collect(), integers("indices"));
            let indices = indices.map(|i| i as u32).collect();
            let weights =
                Csr::<f64>::new(size(source), size(target), indptr, indices, numbers(&projection["data"]));
            let mut projection = Projection::new(weights.unwrap());
            let mut rule = RewardedCoincidence::new(&projection, tau_reward).unwrap();
            for (t, step) in case["steps"].as_array().unwrap().iter().enumerate() {
                let spikes = |i: usize| positions(&numbers(&step["voltages"][i]), |v| v > 0.9);
                rule.step(Local {
                    projection: &mut projection,
                    pre_spikes: &spikes(source),
                    post_spikes: &spikes(target),
                    reward: step["reward"].as_f64().unwrap(),
                });
                let what = format!("case {number}, projection {p}, step {t}");
                assert_close(projection.weights().values(), &numbers(&step["data_after"][p]), &what);
            }
            let what = format!("case {number}, projection {p}");
            assert_close(rule.eligibility(), &numbers(&case["eligibility_final"][p]), &what);
            assert_close(rule.pre_trace(), &numbers(&case["pre_trace_final"][p]), &what);
            assert_close(rule.post_trace(), &numbers(&case["post_trace_final"][p]), &what);
        }
    }
}

#[test]
fn it_resumes_exactly_and_is_reset() {
    let mut projection = Projection::<f32>::new(Dense::new(2, 2, vec![0.1, 0.2, 0.3, 0.4]).unwrap());
    let mut rule = RewardedCoincidence::new(&projection, 50.0).unwrap();
    let step = |rule: &mut RewardedCoincidence, projection: &mut Projection, t: u32| {
        rule.step(Local { projection, pre_spikes: &[t % 2], post_spikes: &[0, 1], reward: 0.3 });
    };
    (0..7).for_each(|t| step(&mut rule, &mut projection, t));
    let mut checkpoint = Checkpoint::new();
    rule.save("rule", &mut checkpoint);
    let mut copy = projection.clone();
    let mut resumed = RewardedCoincidence::new(&copy, 50.0).unwrap();
    resumed.restore("rule", &checkpoint).unwrap();
    (7..20).for_each(|t| step(&mut rule, &mut projection, t));
    (7..20).for_each(|t| step(&mut resumed, &mut copy, t));
    assert_eq!(copy, projection);
    assert_eq!(resumed.eligibility(), rule.eligibility());

    assert!(RewardedCoincidence::new(&projection, 51.0).unwrap().restore("rule", &checkpoint).is_err());
    let other = Projection::<f32>::new(Dense::zeros(2, 3));
    assert!(RewardedCoincidence::new(&other, 50.0).unwrap().restore("rule", &checkpoint).is_err());
    rule.reset();
    assert_eq!(
        (rule.eligibility(), rule.pre_trace(), rule.post_trace()),
        (&[0.0; 4][..], &[0.0; 2][..], &[0.0; 2][..])
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let projection = Projection::<f64>::new(Dense::zeros(1, 1));
    for tau_reward in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(RewardedCoincidence::new(&projection, tau_reward).is_err());
    }
}

#[test]
#[should_panic(expected = "n_pre: 2")]
fn another_projection_panics() {
    let mut rule = RewardedCoincidence::new(&Projection::<f64>::new(Dense::zeros(1, 1)), 100.0).unwrap();
    let mut other = Projection::new(Dense::zeros(2, 1));
    rule.step(Local { projection: &mut other, pre_spikes: &[], post_spikes: &[], reward: 0.0 });
}
