//! What holds for all arguments: bounds, direction, purity, agreement with the slow oracles.

use proptest::prelude::*;
use sc_sched::{Cosine, Exponential, Schedule, Scheduler, Step, WarmupCosine};

use crate::oracle::{close, close_at, decay, warmup_cosine};

/// A rate as users choose them, 0 included.
fn any_rate() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 9 => (-12.0..3.0f64).prop_map(|exponent| 10f64.powf(exponent))]
}

/// The larger and the smaller of two rates.
fn two_rates() -> impl Strategy<Value = (f64, f64)> {
    (any_rate(), any_rate()).prop_map(|(a, b)| (a.max(b), a.min(b)))
}

/// A step number, small or anywhere up to the largest.
fn any_step() -> impl Strategy<Value = u64> {
    prop_oneof![0..2000u64, any::<u64>(), Just(u64::MAX)]
}

/// One of this crate's schedules.
#[derive(Debug, Clone, Copy)]
enum Any {
    Step(Step),
    Exponential(Exponential),
    Cosine(Cosine),
    WarmupCosine(WarmupCosine),
}

impl Schedule for Any {
    fn value(&self, step: u64) -> f64 {
        match self {
            Self::Step(schedule) => schedule.value(step),
            Self::Exponential(schedule) => schedule.value(step),
            Self::Cosine(schedule) => schedule.value(step),
            Self::WarmupCosine(schedule) => schedule.value(step),
        }
    }
}

fn any_schedule() -> impl Strategy<Value = Any> {
    let cosine = |((rate, min), total)| Cosine::new(rate, min, total).unwrap();
    prop_oneof![
        (any_rate(), 1..100u64, 0.0..1.2)
            .prop_map(|(r, size, gamma)| Any::Step(Step::new(r, size, gamma).unwrap())),
        (any_rate(), 0.0..1.2).prop_map(|(r, gamma)| Any::Exponential(Exponential::new(r, gamma).unwrap())),
        (two_rates(), 1..1500u64).prop_map(move |args| Any::Cosine(cosine(args))),
        (two_rates(), 1..1500u64).prop_map(move |args| Any::Cosine(cosine(args).periodic())),
        (two_rates(), 0..500u64, 1..1000u64).prop_map(|((r, min), warmup, rest)| {
            Any::WarmupCosine(WarmupCosine::new(r, min, warmup, warmup + rest).unwrap())
        }),
    ]
}

proptest! {
    #[test]
    fn every_rate_is_finite_and_not_negative(schedule in any_schedule(), step in any_step()) {
        let rate = schedule.value(step);
        prop_assert!(rate.is_finite() && rate >= 0.0, "{rate} at {step}");
    }

    #[test]
    fn value_is_what_so_many_steps_give(schedule in any_schedule(), n_steps in 0..300u64) {
        let mut scheduler = Scheduler::new(schedule);
        for k in 0..=n_steps {
            prop_assert_eq!(scheduler.value().to_bits(), schedule.value(k).to_bits());
            prop_assert_eq!(scheduler.step().to_bits(), schedule.value(k + 1).to_bits());
        }
    }

    #[test]
    fn a_resumed_run_has_the_same_bits(schedule in any_schedule(), at in any_step(), astray in any_step()) {
        let mut first = Scheduler::new(schedule);
        first.seek(at);
        let saved = first.state();
        let mut resumed = Scheduler::new(schedule);
        resumed.seek(astray);
        resumed.step();
        resumed.seek(saved);
        for _ in 0..5 {
            prop_assert_eq!(first.step().to_bits(), resumed.step().to_bits());
        }
        first.reset();
        prop_assert_eq!((first.state(), first.value().to_bits()), (0, schedule.value(0).to_bits()));
    }

    #[test]
    fn decay_follows_the_recursion(rate in any_rate(), size in 1..50u64, gamma in 0.0..1.1f64) {
        let (step, exponential) = (Step::new(rate, size, gamma).unwrap(), Exponential::new(rate, gamma).unwrap());
        for (k, expected) in (0..).zip(decay(rate, size, gamma, 500)) {
            prop_assert!(close(step.value(k), expected), "{} {expected} at {k}", step.value(k));
        }
        for (k, expected) in (0..).zip(decay(rate, 1, gamma, 500)) {
            prop_assert!(close(exponential.value(k), expected), "{} {expected} at {k}", exponential.value(k));
        }
    }

    #[test]
    fn cosines_follow_the_formula((rate, min) in two_rates(), warmup in 0..60u64, rest in 0..60u64) {
        let total = (warmup + rest).max(1);
        let schedule = WarmupCosine::new(rate, min, warmup, total).unwrap();
        for (k, expected) in (0..).zip(warmup_cosine(rate, min, warmup, total, total + 20)) {
            prop_assert!(close_at(rate, schedule.value(k), expected), "{} {expected} at {k}", schedule.value(k));
        }
        let schedule = Cosine::new(rate, min, total).unwrap();
        for (k, expected) in (0..).zip(warmup_cosine(rate, min, 0, total, total + 20)) {
            prop_assert!(close_at(rate, schedule.value(k), expected), "{} {expected} at {k}", schedule.value(k));
        }
    }

    #[test]
    fn decay_goes_one_way(rate in any_rate(), size in 1..100u64, gamma in 0.0..1.2f64, a in any_step(), b in any_step()) {
        let schedule = Step::new(rate, size, gamma).unwrap();
        let (early, late) = (schedule.value(a.min(b)), schedule.value(a.max(b)));
        let slack = 1e-14 * early.max(late).min(1e300);
        let (lower, higher) = if gamma <= 1.0 { (late, early) } else { (early, late) };
        prop_assert!(lower <= higher + slack, "{early} {late}");
    }

    #[test]
    fn a_cosine_falls_between_its_bounds((rate, min) in two_rates(), total in 1..u64::MAX, a in any_step(), b in any_step()) {
        let schedule = Cosine::new(rate, min, total).unwrap();
        let (early, late) = (schedule.value(a.min(b)), schedule.value(a.max(b)));
        prop_assert!(late <= early + 1e-15 * rate, "{early} {late}");
        prop_assert!(min <= late && early <= rate);
        let swing = schedule.periodic().value(a);
        prop_assert!(min <= swing && swing <= rate);
    }

    #[test]
    fn between_equal_bounds_there_is_no_rounding(rate in any_rate(), total in 1..u64::MAX, at in any_step()) {
        let schedule = Cosine::new(rate, rate, total).unwrap();
        prop_assert_eq!(schedule.value(at).to_bits(), rate.to_bits());
        prop_assert_eq!(schedule.value(at % total).to_bits(), rate.to_bits());
    }

    #[test]
    fn a_warm_up_rises_to_the_peak_then_falls((rate, min) in two_rates(), warmup in 0..400u64, rest in 0..400u64) {
        let total = (warmup + rest).max(1);
        let schedule = WarmupCosine::new(rate, min, warmup, total).unwrap();
        for k in 0..total + 10 {
            let (now, next) = (schedule.value(k), schedule.value(k + 1));
            prop_assert!(if k < warmup { now <= next } else { next <= now + 1e-15 * rate }, "{now} {next} at {k}");
            prop_assert!(now <= rate);
        }
        prop_assert_eq!(schedule.value(warmup).to_bits(), rate.to_bits());
    }
}
