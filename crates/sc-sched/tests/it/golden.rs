//! The sequences that sc-neurocore 3.16.0 was seen to produce.
//!
//! Valid arguments: the same rates. Its defects: each one named here, with what this crate does instead.

use std::{env, fs, path::PathBuf};

use sc_sched::{Cosine, Error, Exponential, Schedule, Scheduler, Step, WarmupCosine};
use serde_json::Value;

use crate::oracle::close;

/// Why this crate refuses the arguments of a case.
#[derive(Debug, PartialEq)]
enum Refusal {
    /// A count is negative, which no `u64` is.
    Negative(i64),
    Invalid(Error),
}

fn cases() -> Vec<Value> {
    let dir = env::var_os("SC_GOLDEN_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")), PathBuf::from);
    let path = dir.join("schedulers.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut file: Value = serde_json::from_str(&text).unwrap();
    let Value::Array(cases) = file["cases"].take() else { panic!("no cases in {}", path.display()) };
    assert_eq!(cases.len(), 31, "every case must be judged below");
    cases
}

/// The case's schedule; its factor's default if the case leaves it out.
fn build(case: &Value) -> Result<Box<dyn Schedule>, Refusal> {
    let args = case["args"].as_array().unwrap();
    let float = |i: usize| args[i].as_f64().unwrap();
    let gamma = |i: usize, default: f64| args.get(i).map_or(default, |v| v.as_f64().unwrap());
    let count = |i: usize| {
        let value = args[i].as_i64().unwrap();
        u64::try_from(value).map_err(|_| Refusal::Negative(value))
    };
    fn boxed(schedule: Result<impl Schedule + 'static, Error>) -> Result<Box<dyn Schedule>, Refusal> {
        schedule.map(|s| Box::new(s) as Box<dyn Schedule>).map_err(Refusal::Invalid)
    }
    match case["scheduler"].as_str().unwrap() {
        "step" => boxed(Step::new(float(0), count(1)?, gamma(2, 0.1))),
        "exponential" => boxed(Exponential::new(float(0), gamma(1, 0.999))),
        "cosine" => boxed(Cosine::new(float(0), float(1), count(2)?)),
        "warmup_cosine" => boxed(WarmupCosine::new(float(0), float(1), count(2)?, count(3)?)),
        other => panic!("unknown scheduler {other}"),
    }
}

/// All recorded `(step, rate)` of a case. A list of changes is spread out over the steps between them.
fn recorded(case: &Value) -> Vec<(u64, f64)> {
    let pairs = |list: &Value| -> Vec<(u64, f64)> {
        list.as_array().unwrap().iter().map(|p| (p[0].as_u64().unwrap(), p[1].as_f64().unwrap())).collect()
    };
    if let Some(all) = case["lr"].as_array() {
        return (1..).zip(all.iter().map(|v| v.as_f64().unwrap())).collect();
    }
    if case["lr_at"].is_array() {
        return pairs(&case["lr_at"]);
    }
    let mut changes = pairs(&case["lr_changes"]).into_iter().peekable();
    let mut rate = case["lr_initial"].as_f64().unwrap();
    let every_step = 1..=case["n_steps"].as_u64().unwrap();
    every_step
        .map(|step| {
            if let Some((_, changed)) = changes.next_if(|&(at, _)| at == step) {
                rate = changed;
            }
            (step, rate)
        })
        .collect()
}

#[test]
fn valid_arguments_give_the_recorded_rates() {
    let mut n_compared = 0;
    for (index, case) in cases().iter().enumerate() {
        let Ok(schedule) = build(case) else { continue };
        let mut scheduler = Scheduler::new(schedule);
        for (step, expected) in recorded(case) {
            while scheduler.state() < step {
                scheduler.step();
            }
            let got = scheduler.value();
            assert!(close(got, expected), "case {index}, step {step}: {got} instead of {expected}");
            n_compared += 1;
        }
    }
    // 7 step cases of 1000, exponential and cosine and warm-up ones of 55 or 1000, and the 5 steps before an exception.
    assert_eq!(n_compared, 7 * 1000 + 3 * 1000 + 14 * 55 + 5);
}

#[test]
fn misuse_is_refused_and_nothing_else_is() {
    let refused: Vec<(usize, Refusal)> = cases()
        .iter()
        .enumerate()
        .filter_map(|(i, case)| build(case).err().map(|refusal| (i, refusal)))
        .collect();
    let zero = |what| Refusal::Invalid(Error::Zero { what });
    assert_eq!(
        refused,
        [
            (6, zero("step size")),       // divides by zero at the first step
            (7, Refusal::Negative(-4)),   // steps as if the size were 4
            (18, zero("total")),          // divides by zero at the first step
            (19, Refusal::Negative(-10)), // oscillates for ever
            (25, Refusal::Invalid(Error::WarmupExceedsTotal { warmup: 10, total: 5 })), // oscillates for ever
            (27, Refusal::Negative(-2)),  // starts in mid-curve
        ]
    );
}

#[test]
fn a_warm_up_as_long_as_the_total_stays_at_the_peak() {
    let case = &cases()[24];
    assert_eq!(
        (case["error"].as_str(), case["error_at_step"].as_u64()),
        (Some("ZeroDivisionError"), Some(6))
    );
    let schedule = build(case).unwrap();
    let peak = case["args"][0].as_f64().unwrap();
    for step in [5, 6, 1000, u64::MAX] {
        assert_eq!(schedule.value(step).to_bits(), peak.to_bits());
    }
}

#[test]
fn the_rate_before_the_first_step() {
    for (index, case) in cases().iter().enumerate() {
        let Ok(schedule) = build(case) else { continue };
        let recorded = case["lr_initial"].as_f64().unwrap();
        // Case 23 has no warm-up: the reference shows 0 until the first step, which is then at the peak's side.
        let expected = if index == 23 { case["args"][0].as_f64().unwrap() } else { recorded };
        assert_eq!(schedule.value(0).to_bits(), expected.to_bits(), "case {index}");
    }
}

#[test]
fn reset_is_whole_where_the_reference_keeps_a_decayed_rate() {
    let mut differ = Vec::new();
    for (index, case) in cases().iter().enumerate() {
        let Ok(schedule) = build(case) else { continue };
        let mut scheduler = Scheduler::new(schedule);
        let initial = scheduler.value();
        scheduler.seek(1000);
        scheduler.reset();
        assert_eq!((scheduler.state(), scheduler.value().to_bits()), (0, initial.to_bits()));
        let (kept, first) =
            (case["lr_after_reset"].as_f64().unwrap(), case["first_step_after_reset"].as_f64().unwrap());
        let restarted = scheduler.step();
        if !(close(kept, initial) && close(first, restarted)) {
            differ.push(index);
        }
    }
    // Step (0, 1, 3, 4, 29) and exponential (8, 9, 10, 12, 13, 30) schedules that change at all; 23 starts at 0.
    assert_eq!(differ, [0, 1, 3, 4, 8, 9, 10, 12, 13, 23, 29, 30]);
}
