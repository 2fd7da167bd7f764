//! `CoincidenceTrace` against the recorded changes of the reference package's eligibility trace.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::golden::{assert_close, cases, is_odd, matrix, numbers};
use sc_core::Checkpoint;
use sc_plasticity::{CoincidenceTrace, CoincidenceTraceParameters};

fn trace(n_pre: usize, n_post: usize) -> CoincidenceTrace<f64> {
    CoincidenceTrace::new(n_pre, n_post, CoincidenceTraceParameters::default()).unwrap()
}

#[test]
fn all_changes_of_12_recordings_agree_to_1e_9() {
    let cases: Vec<_> = cases("eligibility.json").into_iter().filter(|case| !is_odd(case)).collect();
    assert_eq!(cases.len(), 12);
    for (number, case) in cases.iter().enumerate() {
        let [tau, dt] = ["tau_e", "dt"].map(|name| case[name].as_f64().unwrap());
        let rows =
            |name: &str| -> Vec<Vec<f64>> { case[name].as_array().unwrap().iter().map(numbers).collect() };
        let (pre, post, error) = (rows("pre"), rows("post"), rows("error"));
        let (n_pre, n_post) = (pre[0].len(), post[0].len());
        let parameters = CoincidenceTraceParameters { tau, dt };
        let mut trace = CoincidenceTrace::<f64>::new(n_pre, n_post, parameters).unwrap();
        let mut delta = vec![0.0; n_pre * n_post];
        for t in 0..pre.len() {
            trace.step(&pre[t], &post[t], &error[t], &mut delta);
            assert_close(&delta, &matrix(&case["delta"][t]), &format!("case {number}, step {t}"));
        }
        assert_close(trace.trace(), &matrix(&case["trace_final"]), &format!("trace of case {number}"));
    }
}

/// Six odd recordings are refused, whether the reference raised an exception or went on with other shapes; in
/// the seventh the shape changes into itself.
#[test]
fn of_7_odd_recordings_6_are_refused_and_1_agrees() {
    let odd: Vec<_> = cases("eligibility.json").into_iter().filter(is_odd).collect();
    assert_eq!(odd.len(), 7);
    for case in odd {
        let kind = case["odd"].as_str().unwrap();
        let refused = match kind {
            "tau_zero" | "tau_negative" => {
                let tau = case["tau_e"].as_f64().unwrap();
                CoincidenceTrace::<f64>::new(1, 1, CoincidenceTraceParameters { tau, dt: 1.0 }).is_err()
            }
            "error_length_mismatch" | "error_length_one_broadcasts" => {
                let [pre, post, error] = [0, 1, 2].map(|k| numbers(&case["args"][k]));
                let mut trace = trace(pre.len(), post.len());
                let mut delta = vec![0.0; pre.len() * post.len()];
                catch_unwind(AssertUnwindSafe(|| trace.step(&pre, &post, &error, &mut delta))).is_err()
            }
            "shape_change" => {
                let size = |name: &str| [0, 1].map(|k| case[name][k].as_u64().unwrap() as usize);
                let (first, second) = (size("first"), size("second"));
                let mut trace = trace(first[0], first[1]);
                let mut step = |[n_pre, n_post]: [usize; 2]| {
                    let (pre, post, mut delta) =
                        (vec![1.0; n_pre], vec![1.0; n_post], vec![0.0; n_pre * n_post]);
                    trace.step(&pre, &post, &post, &mut delta);
                    delta
                };
                step(first);
                let delta = catch_unwind(AssertUnwindSafe(|| step(second)));
                if first == second {
                    assert_close(&delta.unwrap(), &matrix(&case["delta"]), kind);
                    continue;
                }
                delta.is_err()
            }
            _ => panic!("unknown recording {kind}"),
        };
        assert!(refused, "{kind}");
    }
}

/// What its name hides: a presynaptic spike one step before the postsynaptic one leaves nothing.
#[test]
fn only_coincidences_within_one_step_count() {
    let mut trace = trace(1, 1);
    let mut delta = [0.0];
    trace.step(&[1.0], &[0.0], &[1.0], &mut delta);
    trace.step(&[0.0], &[1.0], &[1.0], &mut delta);
    assert_eq!(delta, [0.0]);
}

#[test]
fn it_resumes_exactly_and_is_reset() {
    let mut uninterrupted = trace(2, 3);
    let mut delta = [0.0; 6];
    uninterrupted.step(&[1.0, 0.3], &[0.7, 1.0, 0.0], &[1.0; 3], &mut delta);
    let mut checkpoint = Checkpoint::new();
    uninterrupted.save("trace", &mut checkpoint);
    let mut resumed = trace(2, 3);
    resumed.restore("trace", &checkpoint).unwrap();
    let mut other = [0.0; 6];
    uninterrupted.step(&[0.1, 0.9], &[1.0; 3], &[0.3; 3], &mut delta);
    resumed.step(&[0.1, 0.9], &[1.0; 3], &[0.3; 3], &mut other);
    assert_eq!(other, delta);
    assert!(trace(3, 2).restore("trace", &checkpoint).is_err());
    let slower = CoincidenceTraceParameters { tau: 21.0, dt: 1.0 };
    assert!(CoincidenceTrace::<f64>::new(2, 3, slower).unwrap().restore("trace", &checkpoint).is_err());
    resumed.reset();
    assert_eq!(resumed.trace(), [0.0; 6]);
}

#[test]
fn no_pairs_are_no_trouble() {
    trace(2, 0).step(&[1.0, 1.0], &[], &[], &mut []);
    trace(0, 2).step(&[], &[1.0, 1.0], &[1.0, 1.0], &mut []);
    let parameters = CoincidenceTraceParameters::default();
    assert!(CoincidenceTrace::<f32>::new(usize::MAX, 2, parameters).is_err());
}
