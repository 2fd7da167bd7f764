//! `ShortTerm` against its closed forms, published releases, the other published form of the model, and an
//! oracle that advances every neuron in every step.

use proptest::prelude::*;
use sc_core::{Checkpoint, Delay, Dense, Local, Network, Population, Projection, Real};
use sc_core::{LeakyIntegrator, LeakyIntegratorParameters};
use sc_plasticity::{Error, PlasticityRule, Resources, ShortTerm, ShortTermParameters, TsodyksMarkram};

/// The releases of a neuron at rest for these intervals [ms].
fn releases<R: Real>(parameters: &ShortTermParameters, intervals: &[f64]) -> Vec<f64> {
    let model = TsodyksMarkram::new(parameters.clone()).unwrap();
    let mut resources = Resources::<R>::default();
    intervals.iter().map(|&interval| model.release(&mut resources, interval).f64()).collect()
}

/// Utilization, recovered resources and their product at the spikes of an endless regular train [Hz].
fn steady_state(parameters: &ShortTermParameters, rate: f64) -> [f64; 3] {
    let model = TsodyksMarkram::new(parameters.clone()).unwrap();
    let mut resources = Resources::<f64>::default();
    let mut release = 0.0;
    for _ in 0..10_000 {
        release = model.release(&mut resources, 1000.0 / rate);
    }
    [resources.u, resources.x + release, release]
}

#[test]
fn steady_states_equal_the_closed_form_to_1e_12_and_the_published_table_to_9_digits() {
    let (depressing, facilitating) = (ShortTermParameters::depressing(), ShortTermParameters::facilitating());
    for (parameters, rate, published) in [
        (&depressing, 1.0, [0.5, 0.832795098, 0.416397549]),
        (&depressing, 10.0, [0.5, 0.210295788, 0.105147894]),
        (&depressing, 20.0, [0.5, 0.114251713, 0.057125857]),
        (&depressing, 100.0, [0.5, 0.024539564, 0.012269782]),
        (&facilitating, 1.0, [0.035170419, 0.999983944, 0.035169854]),
        (&facilitating, 10.0, [0.152447161, 0.883677199, 0.134714080]),
        (&facilitating, 20.0, [0.255698785, 0.647189378, 0.165485538]),
        (&facilitating, 100.0, [0.623307871, 0.113696525, 0.070867939]),
    ] {
        let ShortTermParameters { utilization, tau_d, tau_f, .. } = *parameters;
        let (e_d, e_f) = ((-1000.0 / (rate * tau_d)).exp(), (-1000.0 / (rate * tau_f)).exp());
        let u = utilization / (1.0 - (1.0 - utilization) * e_f);
        let x = (1.0 - e_d) / (1.0 - (1.0 - u) * e_d);
        let simulated = steady_state(parameters, rate);
        for ((simulated, closed), published) in simulated.iter().zip([u, x, u * x]).zip(published) {
            assert!((simulated - closed).abs() < 1e-12, "{rate} Hz: {simulated} {closed}");
            assert!((simulated - published).abs() < 5.1e-10, "{rate} Hz: {simulated} {published}");
        }
    }
}

#[test]
fn the_first_5_releases_at_20_hz_are_the_published_ones() {
    let three_variables = ShortTermParameters { tau_psc: 3.0, ..ShortTermParameters::depressing() };
    for (parameters, published, tolerance) in [
        (
            ShortTermParameters::depressing(),
            [0.5, 0.265146734, 0.154834621, 0.103020302, 0.078682777],
            5.1e-10,
        ),
        (
            ShortTermParameters::facilitating(),
            [0.03, 0.055326830, 0.075736186, 0.091777381, 0.104278565],
            5.1e-10,
        ),
        (three_variables, [0.5, 0.26426272, 0.15395217, 0.10233362, 0.07817931], 5.1e-9),
    ] {
        for (release, published) in releases::<f64>(&parameters, &[50.0; 5]).iter().zip(published) {
            assert!((release - published).abs() < tolerance, "{release} {published}");
        }
        for (release, published) in releases::<f32>(&parameters, &[50.0; 5]).iter().zip(published) {
            assert!((release - published).abs() < 1e-6, "{release} {published} in single precision");
        }
    }
}

/// Where spikes come faster than resources recover, all that recovers is released: `1 / tau_d` per unit
/// of time.
#[test]
fn at_1_mhz_the_transmission_per_time_is_that_of_recovery_to_1e_5() {
    for parameters in [ShortTermParameters::depressing(), ShortTermParameters::facilitating()] {
        let [_, _, release] = steady_state(&parameters, 1e6);
        let per_ms = 1000.0 * release;
        assert!((per_ms * parameters.tau_d - 1.0).abs() < 1e-5, "{per_ms}");
    }
}

/// The peak frequency of a facilitating synapse, `1 / sqrt(U tau_f tau_d)`, holds where the three are far apart:
/// here it is 21.995 Hz, while the true peak, at 20.8 Hz, is higher by 0.13 %.
#[test]
fn facilitation_peaks_near_theta_and_depression_limits_above_lambda() {
    let parameters = ShortTermParameters::facilitating();
    let ShortTermParameters { utilization, tau_d, tau_f, .. } = parameters;
    let theta = 1000.0 / (utilization * tau_f * tau_d).sqrt();
    assert!((theta - 21.995).abs() < 5e-4);
    let efficacy = |rate| steady_state(&parameters, rate)[2];
    let peak = (50..600).map(|rate| efficacy(f64::from(rate) / 10.0)).fold(0.0, f64::max);
    assert!(efficacy(theta) > 0.998 * peak, "{} {peak}", efficacy(theta));
    assert!(efficacy(theta / 4.0) < 0.6 * peak && efficacy(theta * 4.0) < 0.6 * peak);

    let parameters = ShortTermParameters::depressing();
    let ShortTermParameters { utilization, tau_d, .. } = parameters;
    let lambda = 1000.0 / (utilization * tau_d);
    assert!((lambda - 2.5).abs() < 1e-12);
    // Far below it every spike counts in full, far above it the rate is no longer transmitted.
    assert!(steady_state(&parameters, lambda / 10.0)[2] > 0.99 * utilization);
    let transmitted = |rate: f64| rate / 1000.0 * steady_state(&parameters, rate)[2];
    assert!(transmitted(20.0 * lambda) < 1.1 * transmitted(10.0 * lambda));
    assert!(transmitted(0.2 * lambda) > 1.8 * transmitted(0.1 * lambda));
}

prop_compose! {
    /// Any parameters of the model, of two and of three variables, with and without facilitation.
    fn parameters()(utilization in 0.01..1.0_f64, tau_d in 5.0..1000.0_f64, tau_f in 1.0..1000.0_f64,
        part in 0.001..0.9_f64, facilitates: bool, three: bool, dt in 0.1..2.0_f64) -> ShortTermParameters {
        let (tau_f, tau_psc) = (if facilitates { tau_f } else { 0.0 }, if three { part * tau_d } else { 0.0 });
        ShortTermParameters { utilization, tau_d, tau_f, tau_psc, dt }
    }
}

/// One neuron advanced by every step, whether it spikes or not: exact propagators of one step for the active
/// and the recovered resources, Rotter & Diesmann 1999, doi:10.1007/s004220050570.
struct Clocked {
    parameters: ShortTermParameters,
    u: f64,
    x: f64,
    y: f64,
}

impl Clocked {
    fn new(parameters: ShortTermParameters) -> Self {
        Self { parameters, u: 0.0, x: 1.0, y: 0.0 }
    }

    fn step(&mut self, spike: bool) -> Option<f64> {
        let ShortTermParameters { utilization, tau_d, tau_f, tau_psc, dt } = self.parameters;
        if tau_psc > 0.0 {
            let (p_d, p_psc) = ((-dt / tau_d).exp_m1(), (-dt / tau_psc).exp_m1());
            let from_active = (p_d * tau_d - p_psc * tau_psc) / (tau_psc - tau_d);
            let inactive = 1.0 - self.x - self.y;
            self.x += from_active * self.y - p_d * inactive;
            self.y += p_psc * self.y;
        } else {
            self.x += (1.0 - self.x) * (1.0 - (-dt / tau_d).exp());
            self.y = 0.0;
        }
        self.u *= if tau_f > 0.0 { (-dt / tau_f).exp() } else { 0.0 };
        spike.then(|| {
            self.u += utilization * (1.0 - self.u);
            let release = self.u * self.x;
            self.x -= release;
            self.y += release;
            release
        })
    }
}

/// Trains of spikes, one row of neurons per step: now dense, now with silences far longer than any memory.
fn trains(n: usize) -> impl Strategy<Value = Vec<Vec<bool>>> {
    let some = prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.2), n), 0..60);
    let silence = (0_usize..300).prop_map(move |steps| vec![vec![false; n]; steps]);
    (some.clone(), silence, some).prop_map(|parts| [parts.0, parts.1, parts.2].concat())
}

proptest! {
    /// The rule, event by event, sends what the oracle computes step by step, to 1e-12.
    #[test]
    fn what_is_sent_equals_the_clocked_oracle(
        parameters in parameters(), trains in trains(3), weights in prop::array::uniform3(-2.0..2.0_f64)
    ) {
        let mut projection = Projection::new(Dense::new(3, 1, weights.to_vec()).unwrap());
        let mut rule = ShortTerm::<f64>::new(&projection, parameters.clone()).unwrap();
        let mut oracle: Vec<_> = (0..3).map(|_| Clocked::new(parameters.clone())).collect();
        for row in &trains {
            let pre: Vec<u32> = (0..3).filter(|&i| row[i as usize]).collect();
            let local = Local { projection: &mut projection, pre_spikes: &pre, post_spikes: &[], reward: 0.0 };
            rule.step(local);
            let mut current = [0.0];
            projection.propagate(&pre, &mut current);
            let expected: f64 =
                (0..3).map(|i| oracle[i].step(row[i]).unwrap_or(0.0) * weights[i]).sum();
            prop_assert!((current[0] - expected).abs() < 1e-12, "{} {}", current[0], expected);
        }
    }

    /// Mongillo, Barak & Tsodyks 2008: `u` rests at `U` and is raised after the release. The largest
    /// difference on a train is rounding, below 1e-15.
    #[test]
    fn the_other_published_form_releases_the_same(
        mut parameters in parameters(), intervals in prop::collection::vec(0.1..500.0_f64, 1..60)
    ) {
        parameters.tau_psc = 0.0;
        let ShortTermParameters { utilization, tau_d, tau_f, .. } = parameters;
        let (mut u, mut x) = (utilization, 1.0);
        for (&interval, release) in intervals.iter().zip(releases::<f64>(&parameters, &intervals)) {
            let e_f = if tau_f > 0.0 { (-interval / tau_f).exp() } else { 0.0 };
            u = utilization + (u - utilization) * e_f;
            x = 1.0 + (x - 1.0) * (-interval / tau_d).exp();
            let expected = u * x;
            x -= expected;
            u += utilization * (1.0 - u);
            prop_assert!((release - expected).abs() < 1e-15, "{release} {expected}");
        }
    }

    /// Resources are never created: shares stay shares.
    #[test]
    fn resources_stay_between_nothing_and_all(
        parameters in parameters(), intervals in prop::collection::vec(0.001..500.0_f64, 1..100)
    ) {
        let model = TsodyksMarkram::new(parameters).unwrap();
        let mut resources = Resources::<f32>::default();
        for interval in intervals {
            let release = model.release(&mut resources, interval);
            let Resources { u, x, y } = resources;
            for share in [release, u, x, y, x + y] {
                prop_assert!((-1e-6..=1.0 + 1e-6).contains(&share), "{resources:?}");
            }
        }
    }
}

/// In the limit `tau_psc = tau_d = tau` the inactive resources are an alpha function: after one spike,
/// `x(t) = 1 - U (1 + t / tau) exp(-t / tau)`. Close by, no digits are lost.
#[test]
fn nearly_equal_time_constants_are_no_trouble_to_1e_10() {
    for gap in [1e-6, 1e-9, 1e-12, 1e-15] {
        let parameters =
            ShortTermParameters { tau_psc: 800.0 * (1.0 - gap), ..ShortTermParameters::depressing() };
        for interval in [1.0, 50.0, 800.0, 5000.0] {
            let release = releases::<f64>(&parameters, &[interval; 2])[1];
            let t = interval / 800.0;
            let expected = 0.5 * (1.0 - 0.5 * (1.0 + t) * (-t).exp());
            assert!((release - expected).abs() < 1e-10 + gap, "gap {gap}: {release} {expected}");
        }
    }
}

#[test]
fn the_first_release_is_u_after_any_time_and_again_after_a_long_silence() {
    for parameters in [ShortTermParameters::depressing(), ShortTermParameters::facilitating()] {
        for first in [0, 1, 1000] {
            let mut projection = Projection::new(Dense::zeros(1, 1));
            let mut rule = ShortTerm::<f64>::new(&projection, parameters.clone()).unwrap();
            for t in 0..1_000_000 {
                let spike = t == first || t == first + 1 || t == 999_999;
                let pre: &[u32] = if spike { &[0] } else { &[] };
                let projection = &mut projection;
                rule.step(Local { projection, pre_spikes: pre, post_spikes: &[], reward: 0.0 });
                let efficacy = projection.efficacy().unwrap()[0];
                if t == first || t == 999_999 {
                    assert!((efficacy - parameters.utilization).abs() < 1e-15, "{efficacy}");
                }
            }
        }
    }
}

/// A synapse of two spikes in one network: what arrives is `release w`, as it was when the spike was sent.
#[test]
fn a_network_hears_the_release_of_the_time_of_sending_even_after_a_delay() {
    let mut network = Network::<f64>::new();
    let source = network.add_spike_source(1);
    let parameters = LeakyIntegratorParameters::default();
    let decay = (-parameters.dt / parameters.tau_m).exp();
    let neuron = LeakyIntegrator::new(parameters).unwrap();
    let target = network.add_population(Population::new(neuron, 1, 0));
    let delayed =
        Projection::new(Dense::new(1, 1, vec![2.0]).unwrap()).with_delay(Delay::Uniform(2)).unwrap();
    let synapse = network.add_projection(source, target, delayed).unwrap();
    let mut rule = ShortTerm::new(network.projection(synapse), ShortTermParameters::depressing()).unwrap();
    let mut steps = Vec::new();
    let mut before = 0.0;
    for t in 0..8 {
        network.step();
        if t < 2 {
            network.set_spikes(source, &[0]).unwrap();
        }
        rule.step(network.local(synapse));
        let v = network.voltages(target)[0];
        steps.push(v - before * decay);
        before = v;
    }
    let releases = releases::<f64>(&ShortTermParameters::depressing(), &[1.0; 2]);
    let ratio = steps[4] / steps[3];
    assert_eq!(steps[..3], [0.0; 3]);
    assert!(steps[3] > 0.0 && (ratio - releases[1] / releases[0]).abs() < 1e-14, "{steps:?}");
    assert!(steps[5..].iter().all(|step| step.abs() < 1e-15), "{steps:?}");
}

#[test]
fn an_interrupted_run_equals_the_uninterrupted_one_bit_for_bit() {
    let parameters = ShortTermParameters { tau_psc: 3.0, ..ShortTermParameters::facilitating() };
    let mut projection = Projection::<f32>::new(Dense::zeros(4, 2));
    let other = projection.clone();
    let build = || ShortTerm::new(&other, parameters.clone()).unwrap();
    let (mut uninterrupted, mut resumed) = (build(), build());
    for t in 0..500_u32 {
        let pre: Vec<u32> = (0..4).filter(|i| (t * (i + 2)) % 23 < 2).collect();
        let mut step = |rule: &mut ShortTerm<f32>| {
            let projection = &mut projection;
            rule.step(Local { projection, pre_spikes: &pre, post_spikes: &[], reward: 0.0 });
            projection.efficacy().unwrap().to_vec()
        };
        assert_eq!(step(&mut uninterrupted), step(&mut resumed), "step {t}");
        if t % 100 == 77 {
            let mut checkpoint = Checkpoint::new();
            resumed.save("stp", &mut checkpoint);
            resumed = build();
            resumed.restore("stp", &Checkpoint::from_bytes(&checkpoint.to_bytes()).unwrap()).unwrap();
        }
    }
    uninterrupted.reset();
    assert_eq!(format!("{uninterrupted:?}"), format!("{:?}", build()));
}

#[test]
fn a_checkpoint_that_does_not_fit_changes_nothing() {
    let build =
        |n, parameters| ShortTerm::<f32>::new(&Projection::new(Dense::zeros(n, 1)), parameters).unwrap();
    let mut checkpoint = Checkpoint::new();
    build(2, ShortTermParameters::depressing()).save("stp", &mut checkpoint);
    let refused = |mut rule: ShortTerm<f32>, checkpoint: &Checkpoint| {
        let before = format!("{rule:?}");
        assert!(rule.restore("stp", checkpoint).is_err());
        assert_eq!(format!("{rule:?}"), before);
    };
    refused(build(2, ShortTermParameters::facilitating()), &checkpoint);
    refused(build(3, ShortTermParameters::depressing()), &checkpoint);
    refused(build(2, ShortTermParameters::depressing()), &Checkpoint::new());
    // A spike of the future.
    checkpoint.insert("stp.last_spike", &[2], &[0_u64, 1]);
    refused(build(2, ShortTermParameters::depressing()), &checkpoint);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let default = ShortTermParameters::default;
    for (expected, parameters) in [
        ("utilization", ShortTermParameters { utilization: 0.0, ..default() }),
        ("utilization", ShortTermParameters { utilization: 1.01, ..default() }),
        ("tau_d", ShortTermParameters { tau_d: 0.0, ..default() }),
        ("tau_f", ShortTermParameters { tau_f: -1.0, ..default() }),
        ("tau_f", ShortTermParameters { tau_f: f64::INFINITY, ..default() }),
        ("tau_psc", ShortTermParameters { tau_psc: 800.0, ..default() }),
        ("tau_psc", ShortTermParameters { tau_psc: f64::NAN, ..default() }),
        ("dt", ShortTermParameters { dt: 0.0, ..default() }),
    ] {
        let refused = ShortTerm::<f32>::new(&Projection::new(Dense::zeros(1, 1)), parameters).unwrap_err();
        assert!(matches!(refused, Error::Parameter { name, .. } if name == expected), "{refused}");
    }
}

#[test]
#[should_panic(expected = "2 presynaptic neurons in a rule for 3")]
fn a_projection_of_another_size_panics() {
    let [three, mut two] = [3, 2].map(|n| Projection::<f64>::new(Dense::zeros(n, 1)));
    let (projection, pre_spikes, post_spikes) = (&mut two, &[][..], &[][..]);
    let mut rule = ShortTerm::new(&three, ShortTermParameters::depressing()).unwrap();
    rule.step(Local { projection, pre_spikes, post_spikes, reward: 0.0 });
}
