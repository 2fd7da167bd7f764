//! Misuse, the ends of each curve, and numbers at the edge of their types.

use sc_sched::{Cosine, Error, Exponential, Schedule, Scheduler, Step, WarmupCosine};

const BAD: [f64; 4] = [-1e-300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

#[test]
fn rates_and_factors_that_are_none_are_refused() {
    for bad in BAD {
        for error in [
            Step::new(bad, 1, 0.5).unwrap_err(),
            Exponential::new(bad, 0.5).unwrap_err(),
            Cosine::new(bad, 0.0, 1).unwrap_err(),
            WarmupCosine::new(bad, 0.0, 1, 2).unwrap_err(),
            WarmupCosine::new(bad, 0.0, 2, 2).unwrap_err(),
        ] {
            assert!(matches!(error, Error::NotARate { what: "initial", .. }), "{error}");
        }
        for error in [
            Cosine::new(1.0, bad, 1).unwrap_err(),
            WarmupCosine::new(1.0, bad, 1, 2).unwrap_err(),
            WarmupCosine::new(1.0, bad, 2, 2).unwrap_err(),
        ] {
            assert!(matches!(error, Error::NotARate { what: "min", .. }), "{error}");
        }
        for error in [Step::new(1.0, 1, bad).unwrap_err(), Exponential::new(1.0, bad).unwrap_err()] {
            assert!(matches!(error, Error::NotAFactor { .. }), "{error}");
        }
    }
}

#[test]
fn counts_and_orders_that_make_no_curve_are_refused() {
    assert_eq!(Step::new(1.0, 0, 0.5), Err(Error::Zero { what: "step size" }));
    assert_eq!(Cosine::new(1.0, 0.0, 0), Err(Error::Zero { what: "total" }));
    assert_eq!(WarmupCosine::new(1.0, 0.0, 0, 0), Err(Error::Zero { what: "total" }));
    assert_eq!(
        WarmupCosine::new(1.0, 0.0, 6, 5),
        Err(Error::WarmupExceedsTotal { warmup: 6, total: 5 }),
        "the total includes the warm-up"
    );
    let rising = Err(Error::MinimumAboveInitial { minimum: 0.2, initial: 0.1 });
    assert_eq!(Cosine::new(0.1, 0.2, 5), rising);
    assert_eq!(WarmupCosine::new(0.1, 0.2, 1, 5).map(|_| ()), rising.map(|_| ()));
    assert!(WarmupCosine::new(0.1, 0.2, 5, 5).is_err(), "also where the minimum is never reached");
}

#[test]
fn messages_name_the_number() {
    assert_eq!(
        Exponential::new(-2.0, 1.0).unwrap_err().to_string(),
        "initial = -2 must be finite and not negative"
    );
    assert_eq!(
        WarmupCosine::new(1.0, 0.0, 6, 5).unwrap_err().to_string(),
        "warm-up of 6 steps is longer than the total of 5 steps that includes it"
    );
}

#[test]
fn both_ends_of_a_cosine_are_exact() {
    // Values whose difference does not come back exactly when the minimum is added again.
    for (initial, min) in [(0.1, 1e-5), (0.3, 0.1), (1.0, 1.0), (0.7, 0.0), (1e300, 1e-300), (f64::MAX, 0.0)]
    {
        for total in [1, 2, 3, 1000, u64::MAX] {
            let cosine = Cosine::new(initial, min, total).unwrap();
            assert_eq!(cosine.value(0), initial);
            assert_eq!(cosine.value(total), min);
            assert_eq!(cosine.value(u64::MAX), min);
            let warm = WarmupCosine::new(initial, min, total / 2, total).unwrap();
            assert_eq!(warm.value(total / 2), initial);
            assert_eq!(warm.value(total), min);
        }
    }
}

#[test]
fn the_end_of_a_cosine_keeps_its_digits() {
    // sin^2(pi / 2 / n) for n = 10^9: 1 + cos would leave no digit of it.
    let n = 1_000_000_000;
    let last = Cosine::new(1.0, 0.0, n).unwrap().value(n - 1);
    let expected = 2.467_401_100_272_339_5e-18;
    assert!((last / expected - 1.0).abs() < 1e-14, "{last:e}");
}

#[test]
fn a_periodic_cosine_swings_between_its_ends() {
    let swing = Cosine::new(0.8, 0.2, 4).unwrap().periodic();
    let down: Vec<f64> = (0..=4).map(|k| swing.value(k)).collect();
    for k in 0..40 {
        let expected = [down[0], down[1], down[2], down[3], down[4], down[3], down[2], down[1]][k % 8];
        assert_eq!(swing.value(k as u64), expected, "step {k}");
    }
    // 2^64 - 1 = 2 * (2^63 - 1) + 1: one step after a whole period, whose length does not fit in a u64.
    let slow = Cosine::new(1.0, 0.0, u64::MAX / 2).unwrap().periodic();
    assert_eq!(slow.value(u64::MAX), slow.value(1));
    assert_eq!(Cosine::new(1.0, 0.0, 1).unwrap().periodic().value(u64::MAX), 0.0);
}

#[test]
fn powers_survive_any_step_number() {
    let exponential = |initial, gamma| Exponential::new(initial, gamma).unwrap();
    assert_eq!(exponential(1.0, 0.999).value(u64::MAX), 0.0);
    assert_eq!(exponential(0.3, 1.0).value(u64::MAX), 0.3);
    assert_eq!(exponential(1.0, 1.01).value(u64::MAX), f64::MAX);
    assert_eq!(exponential(0.0, 1.01).value(u64::MAX), 0.0, "not 0 * inf");
    assert_eq!([0, 1, u64::MAX].map(|k| exponential(0.3, 0.0).value(k)), [0.3, 0.0, 0.0]);
    // gamma^k leaves the range of f64, the rate does not.
    assert!((exponential(1e-300, 10.0).value(310) / 1e10 - 1.0).abs() < 1e-12);
    assert!((exponential(1e300, 0.1).value(330) / 1e-30 - 1.0).abs() < 1e-12);
    // The factor next to 1, (1 - 2^-53)^(2^53) = 1/e, far beyond an i32 exponent.
    let slowest = exponential(1.0, 1.0 - f64::EPSILON / 2.0);
    assert!((slowest.value(1 << 53) * std::f64::consts::E - 1.0).abs() < 1e-13);
    assert_eq!(Step::new(1.0, 1 << 40, 0.5).unwrap().value(u64::MAX), 0.5f64.powf(((1 << 24) - 1) as f64));
    assert_eq!(Step::new(1.0, u64::MAX, 0.5).unwrap().value(u64::MAX), 0.5);
}

#[test]
fn the_counter_stops_at_its_end() {
    let mut scheduler = Scheduler::new(|step: u64| step as f64);
    scheduler.seek(u64::MAX - 1);
    scheduler.step();
    assert_eq!(scheduler.step(), u64::MAX as f64);
    assert_eq!(scheduler.state(), u64::MAX);
}

#[test]
fn a_schedule_can_be_a_closure_or_chosen_at_run_time() {
    let floor = 0.3;
    let cosine = Cosine::new(1.0, 0.0, 10).unwrap();
    let choices: Vec<Box<dyn Schedule + Send + '_>> =
        vec![Box::new(cosine), Box::new(move |k| cosine.value(k).max(floor))];
    let ends: Vec<f64> = choices
        .into_iter()
        .map(|schedule| {
            let mut scheduler = Scheduler::new(schedule);
            scheduler.seek(10);
            scheduler.value()
        })
        .collect();
    assert_eq!(ends, [0.0, floor]);
}
