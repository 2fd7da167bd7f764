//! Encoders against slow and obvious ones.

use proptest::prelude::*;
use rand::Rng;
use sc_core::random::stream;
use sc_data::{DeltaEncoder, Encoder, Error, LatencyEncoder, RateEncoder, SpikeEvents, digits};

/// The spikes as a matrix `[n_steps][n_channels]`.
fn dense(events: &SpikeEvents) -> Vec<Vec<bool>> {
    let row = |t| (0..events.n_channels()).map(|i| events.step(t).contains(&(i as u32))).collect();
    (0..events.n_steps()).map(row).collect()
}

fn intensities(n: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), Just(1e-12), 0.0..=1.0_f32], n)
}

/// Rate code, one draw at a time: the low half of a word for the first of two channels, the high half for the second.
fn slow_rate(n_steps: usize, max_rate: f64, seed: u64, sample: u64, intensities: &[f32]) -> Vec<Vec<bool>> {
    let mut random = stream(seed, "rate encoder", sample);
    let mut spikes = vec![vec![false; intensities.len()]; n_steps];
    for row in &mut spikes {
        let mut word = None;
        for (spike, &x) in row.iter_mut().zip(intensities) {
            let threshold = (f64::from(x) * max_rate * 4_294_967_296.0).round();
            if threshold > 0.0 {
                let draw = match word.take() {
                    None => {
                        let fresh = random.next_u64();
                        word = Some((fresh >> 32) as u32);
                        fresh as u32
                    }
                    Some(high) => high,
                };
                *spike = f64::from(draw) < threshold;
            }
        }
    }
    spikes
}

proptest! {
    #[test]
    fn rate_is_the_slow_rate(
        intensities in intensities(0..20),
        n_steps in 1..20_usize,
        max_rate in prop_oneof![Just(1.0), 0.001..1.0],
        seed: u64,
        sample: u64,
    ) {
        let events = RateEncoder::new(n_steps, max_rate, seed).unwrap().encode(&intensities, sample).unwrap();
        prop_assert_eq!(dense(&events), slow_rate(n_steps, max_rate, seed, sample, &intensities));
    }

    /// The membrane that the logarithmic form is derived from, looked at on the grid.
    #[test]
    fn logarithmic_latency_is_when_the_membrane_crosses(
        x in 0.0..=1.0_f32,
        threshold in 0.01..0.99_f64,
        tau in 1.0..50.0_f64,
        dt in 0.1..2.0_f64,
    ) {
        let n_steps = 200;
        let x_wide = f64::from(x);
        let membrane = |t: f64| x_wide * (1.0 - (-t / tau).exp());
        let events = LatencyEncoder::logarithmic(n_steps, threshold, tau, dt).unwrap().encode(&[x], 0).unwrap();
        let step = (0..n_steps).find(|&t| !events.step(t).is_empty());
        prop_assert_eq!(step.is_some(), x_wide > threshold);
        if let Some(step) = step {
            prop_assert_eq!(events.n_spikes(), 1);
            let [begin, end] = [step, step + 1].map(|step| membrane(step as f64 * dt));
            prop_assert!(begin <= threshold + 1e-9);
            prop_assert!(end >= threshold - 1e-9 || step == n_steps - 1);
        }
    }

    #[test]
    fn linear_latency_cuts_intensity_into_equal_parts(
        intensities in intensities(0..20),
        n_steps in 1..50_usize,
        threshold in 0.0..0.99,
    ) {
        let events = LatencyEncoder::linear(n_steps, threshold).unwrap().encode(&intensities, 0).unwrap();
        prop_assert_eq!(events.n_steps(), n_steps);
        let spikes = dense(&events);
        for (i, &x) in intensities.iter().enumerate() {
            let x = f64::from(x);
            let steps: Vec<usize> = (0..n_steps).filter(|&t| spikes[t][i]).collect();
            if x <= threshold {
                prop_assert!(steps.is_empty());
                continue;
            }
            prop_assert_eq!(steps.len(), 1);
            let width = (1.0 - threshold) / n_steps as f64;
            let [brightest, darkest] = [steps[0], steps[0] + 1].map(|step| 1.0 - step as f64 * width);
            prop_assert!(x <= brightest + 1e-9 && x >= darkest - 1e-9);
        }
    }

    /// What the code promises: counting spikes gives the signal back to one threshold.
    #[test]
    fn delta_spikes_can_be_decoded(
        n_signals in 1..5_usize,
        threshold in 0.01..10.0,
        start in -10.0..10.0,
        moves in prop::collection::vec(-0.99..0.99, 0..200),
    ) {
        let n_steps = moves.len() / n_signals;
        let mut series = vec![start as f32; n_signals];
        for k in 0..n_steps * n_signals {
            series.push(series[k] + (moves[k] * threshold) as f32);
        }
        let events = DeltaEncoder::new(threshold).unwrap().encode(&series, n_signals).unwrap();
        prop_assert_eq!((events.n_steps(), events.n_channels()), (n_steps + 1, 2 * n_signals));

        let mut decoded = vec![f64::from(start as f32); n_signals];
        for (t, step) in series.chunks(n_signals).enumerate() {
            for &channel in events.step(t) {
                let channel = channel as usize;
                decoded[channel % n_signals] += if channel < n_signals { threshold } else { -threshold };
            }
            for (&x, decoded) in step.iter().zip(&decoded) {
                prop_assert!((f64::from(x) - decoded).abs() < threshold * (1.0 + 1e-6));
            }
        }
    }
}

#[test]
fn a_jump_of_many_thresholds_takes_as_many_steps() {
    let events = DeltaEncoder::new(1.0).unwrap().encode(&[0.0, 3.5, 3.5, 3.5, 3.5, 0.0], 1).unwrap();
    let steps: Vec<&[u32]> = (0..6).map(|t| events.step(t)).collect();
    assert_eq!(steps, [&[][..], &[0], &[0], &[0], &[], &[1]]);
}

#[test]
fn the_threshold_itself_is_reached_up_and_down() {
    let events = DeltaEncoder::new(0.25).unwrap().encode(&[1.0, 1.25, 1.0, 0.75], 1).unwrap();
    let steps: Vec<&[u32]> = (0..4).map(|t| events.step(t)).collect();
    assert_eq!(steps, [&[][..], &[0], &[1], &[1]]);
}

#[test]
fn an_empty_series_has_no_step() {
    let events = DeltaEncoder::new(1.0).unwrap().encode(&[], 3).unwrap();
    assert_eq!((events.n_steps(), events.n_channels()), (0, 6));
}

/// Spike counts of every channel within five binomial standard deviations: one false alarm in a million channels.
#[test]
fn rates_are_binomial() {
    let (n_steps, n_samples, max_rate) = (50, 200_u64, 0.7);
    let intensities: Vec<f32> = (0..=64_u8).map(|i| f32::from(i) / 64.0).collect();
    let encoder = RateEncoder::new(n_steps, max_rate, 1).unwrap();
    let mut counts = vec![0_u32; intensities.len()];
    let mut both = 0_u32;
    for sample in 0..n_samples {
        for row in dense(&encoder.encode(&intensities, sample).unwrap()) {
            counts.iter_mut().zip(&row).for_each(|(count, &spike)| *count += u32::from(spike));
            // Channels 63 and 64 share a word of the generator.
            both += u32::from(row[63] && row[64]);
        }
    }
    let n_draws = n_steps as f64 * n_samples as f64;
    let near =
        |count: u32, p: f64| (f64::from(count) - n_draws * p).abs() <= 5.0 * (n_draws * p * (1.0 - p)).sqrt();
    for (&count, &x) in counts.iter().zip(&intensities) {
        assert!(near(count, f64::from(x) * max_rate), "intensity {x}: {count} spikes in {n_draws} draws");
    }
    assert!(near(both, f64::from(intensities[63]) * max_rate * max_rate), "{both} coincidences");
}

/// A draw spikes below the threshold and not at it, and the threshold is the nearest one to the probability.
#[test]
fn probabilities_are_exact_to_one_draw() {
    let draw = f64::from(stream(3, "rate encoder", 5).next_u64() as u32);
    for (threshold, expected) in [(draw, 0), (draw + 0.4, 0), (draw + 0.6, 1), (draw + 1.0, 1)] {
        let encoder = RateEncoder::new(1, threshold / 4_294_967_296.0, 3).unwrap();
        assert_eq!(encoder.encode(&[1.0], 5).unwrap().n_spikes(), expected, "{threshold} for draw {draw}");
    }
}

#[test]
fn the_threshold_of_latency_is_silent() {
    let linear = LatencyEncoder::linear(4, 0.5).unwrap();
    let logarithmic = LatencyEncoder::logarithmic(4, 0.5, 1.0, 1.0).unwrap();
    for encoder in [linear, logarithmic] {
        let events = encoder.encode(&[0.5, 0.5 + f32::EPSILON], 0).unwrap();
        assert_eq!((events.n_spikes(), events.step(3)), (1, &[1][..]), "{encoder:?}");
    }
}

#[test]
fn certainty_spikes_in_every_step() {
    let events = RateEncoder::new(1000, 1.0, 0).unwrap().encode(&[1.0, 0.0, 1.0], 0).unwrap();
    assert!((0..1000).all(|t| events.step(t) == [0, 2]));
}

#[test]
fn threads_change_nothing_and_samples_differ() {
    let digits = digits();
    let encoder = RateEncoder::new(25, 0.5, 7).unwrap();
    let encode = |i: usize| encoder.encode(&digits.intensities(i), i as u64).unwrap();
    let alone: Vec<SpikeEvents> = (0..100).map(encode).collect();
    let threaded: Vec<SpikeEvents> = std::thread::scope(|scope| {
        // Spawned in reverse: whoever draws first must not matter.
        let mut threads: Vec<_> = (0..100).rev().map(|i| scope.spawn(move || encode(i))).collect();
        threads.reverse();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(alone, threaded);

    let one = digits.intensities(0);
    assert_ne!(encoder.encode(&one, 0).unwrap(), encoder.encode(&one, 1).unwrap());
    let other_seed = RateEncoder::new(25, 0.5, 8).unwrap();
    assert_ne!(encoder.encode(&one, 0).unwrap(), other_seed.encode(&one, 0).unwrap());
}

/// The bits are a promise: a changed stream or draw order would make every published seed worthless.
#[test]
fn the_spikes_of_a_seed_stay_as_they_are() {
    let events = RateEncoder::new(4, 0.5, 42).unwrap().encode(&digits().intensities(0), 0).unwrap();
    let steps: Vec<&[u32]> = (0..4).map(|t| events.step(t)).collect();
    assert_eq!(
        steps,
        [
            &[4, 11, 19, 22, 29, 30, 34, 37, 41, 46, 52, 53, 60][..],
            &[3, 10, 18, 25, 29, 33, 50],
            &[11, 22, 26, 46, 49, 50, 59],
            &[3, 10, 13, 18, 26, 37, 41, 42, 53, 60],
        ]
    );
}

#[test]
fn numbers_out_of_range_are_named() {
    let encoders: [&dyn Encoder; 3] = [
        &RateEncoder::new(1, 1.0, 0).unwrap(),
        &LatencyEncoder::linear(1, 0.0).unwrap(),
        &LatencyEncoder::logarithmic(1, 0.5, 1.0, 1.0).unwrap(),
    ];
    for bad in [-f32::EPSILON, 1.0 + f32::EPSILON, f32::NAN, f32::INFINITY] {
        for encoder in encoders {
            let error = encoder.encode(&[0.0, 1.0, bad, bad], 0).unwrap_err();
            assert!(matches!(error, Error::Value { position: 2, .. }), "{error}");
        }
    }
    for bad in [f32::NAN, f32::INFINITY] {
        let error = DeltaEncoder::new(1.0).unwrap().encode(&[0.0, 1.0, bad], 1).unwrap_err();
        assert!(matches!(error, Error::Value { what: "series", position: 2, .. }), "{error}");
    }
    let error = RateEncoder::new(1, 1.0, 0).unwrap().encode(&[0.5, 2.0], 0).unwrap_err();
    assert_eq!(error.to_string(), "intensities[1] = 2: must be in 0..=1");
}

#[test]
fn parameters_are_checked_when_an_encoder_is_built() {
    fn refuses<T>(name: &str, result: Result<T, Error>) {
        assert!(matches!(result, Err(Error::Parameter { name: n, .. }) if n == name), "{name}");
    }
    refuses("n_steps", RateEncoder::new(0, 1.0, 0));
    refuses("n_steps", LatencyEncoder::linear(0, 0.5));
    refuses("n_steps", LatencyEncoder::logarithmic(0, 0.5, 1.0, 1.0));
    for bad in [0.0, -1.0, 1.5, f64::NAN] {
        refuses("max_rate", RateEncoder::new(1, bad, 0));
        refuses("threshold", LatencyEncoder::logarithmic(1, bad, 1.0, 1.0));
    }
    for bad in [-0.1, 1.0, f64::NAN] {
        refuses("threshold", LatencyEncoder::linear(1, bad));
    }
    for bad in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        refuses("tau", LatencyEncoder::logarithmic(1, 0.5, bad, 1.0));
        refuses("dt", LatencyEncoder::logarithmic(1, 0.5, 1.0, bad));
        refuses("threshold", DeltaEncoder::new(bad));
    }
    let delta = DeltaEncoder::new(1.0).unwrap();
    refuses("n_signals", delta.encode(&[], 0));
    refuses("n_channels", delta.encode(&[], usize::MAX));
    assert!(matches!(delta.encode(&[0.0; 5], 2), Err(Error::Length { expected: 6, got: 5, .. })));
}
