//! `Bcm` against its fixed points, an oracle that visits every synapse in every step, and the drift that its
//! equation says.

use proptest::prelude::*;
use rand::RngExt;
use sc_core::{
    Checkpoint, Csr, Dense, Editable, Lapicque, LapicqueParameters, Local, Network, Population, Projection,
    Stimulus, Weights, random,
};
use sc_plasticity::{Bcm, BcmParameters, Error, PlasticityRule};

fn default() -> BcmParameters {
    BcmParameters::default()
}

/// The answers of a linear neuron to its patterns.
fn answers(weights: &[f64], patterns: &[Vec<f64>]) -> Vec<f64> {
    patterns.iter().map(|x| weights.iter().zip(x).map(|(w, x)| w * x).sum()).collect()
}

/// Intrator & Cooper 1992: for linearly independent patterns of probability `p_k`, all that is stable is
/// `y_k = 1 / p_k` for one and 0 for the others. The averaged equation ends there, within 1e-6, from each of 10
/// random starts; seed 1.
#[test]
fn a_neuron_ends_selective_with_y_1_over_p_within_1e_6() {
    let equal = |k: usize| vec![1.0 / k as f64; k];
    for probabilities in [equal(2), equal(3), equal(4), equal(10), vec![0.3, 0.7]] {
        let k = probabilities.len();
        let mut chosen = Vec::new();
        for start in 0..10 {
            let mut stream = random::stream(1, "bcm", 100 * k as u64 + start);
            let mut uniform = |scale: f64| scale * stream.random::<f64>();
            // Independent, but far from orthogonal.
            let mut pattern = |i: usize| (0..k).map(|j| uniform(0.5) + f64::from(i == j)).collect();
            let patterns: Vec<Vec<f64>> = (0..k).map(&mut pattern).collect();
            let mut weights: Vec<f64> = (0..k).map(|_| uniform(1.0)).collect();
            for _ in 0..40_000 {
                let y = answers(&weights, &patterns);
                let theta = y.iter().zip(&probabilities).map(|(y, p)| p * y * y).sum();
                for ((x, &y), p) in patterns.iter().zip(&y).zip(&probabilities) {
                    Bcm::learn_rates(&mut weights, x, y, theta, 0.02 * p);
                }
            }
            let y = answers(&weights, &patterns);
            let winner = (0..k).max_by(|&a, &b| y[a].total_cmp(&y[b])).unwrap();
            for (i, y) in y.iter().enumerate() {
                let expected = if i == winner { 1.0 / probabilities[winner] } else { 0.0 };
                assert!(
                    (y - expected).abs() < 1e-6,
                    "K = {k}, start {start}, pattern {i}: {y}, not {expected}"
                );
            }
            chosen.push(winner);
        }
        chosen.sort_unstable();
        chosen.dedup();
        assert!(chosen.len() > 1, "K = {k}: it is the start that decides for a pattern: {chosen:?}");
    }
}

/// The numbered steps of the rule, every synapse in every step.
struct Oracle {
    parameters: BcmParameters,
    y: Vec<f64>,
    theta: Vec<f64>,
}

impl Oracle {
    fn step(&mut self, weights: &mut Dense<f64>, pre: &[bool], post: &[bool]) {
        let BcmParameters { learning_rate, tau_rate, tau_threshold, reference_rate, w_min, w_max, dt } =
            self.parameters;
        for (j, &spiked) in post.iter().enumerate() {
            let y = self.y[j] * (-dt / tau_rate).exp();
            self.y[j] = if spiked { y + 1000.0 / tau_rate / reference_rate } else { y };
            // exp(-t) - 1, since 1 - exp(-t) has few digits for small t.
            self.theta[j] -= (self.y[j].powi(2) - self.theta[j]) * (-dt / tau_threshold).exp_m1();
        }
        for (i, &spiked) in pre.iter().enumerate() {
            for j in 0..post.len() {
                let w = &mut weights.view_mut()[[i, j]];
                let x = f64::from(u8::from(spiked));
                *w = (*w + learning_rate * x * self.y[j] * (self.y[j] - self.theta[j])).clamp(w_min, w_max);
            }
        }
    }
}

proptest! {
    /// Spike by spike as synapse by synapse, to 1e-11, in every form of weights.
    #[test]
    fn weights_equal_those_of_the_clocked_oracle(
        seed: u64, n_steps in 1..500_usize, rate in 0.0..0.3_f64, learning_rate in 0.0..0.01_f64,
        tau_rate in 5.0..500.0_f64, tau_threshold in 5.0..5000.0_f64, reference_rate in 5.0..50.0_f64,
        dt in 0.1..2.0_f64, bounded: bool
    ) {
        let (w_min, w_max) = if bounded { (-1.0, 1.0) } else { (f64::NEG_INFINITY, f64::INFINITY) };
        let parameters = BcmParameters {
            learning_rate, tau_rate, tau_threshold, reference_rate, w_min, w_max, dt
        };
        let mut expected = Dense::new(3, 2, vec![0.5, -0.3, 0.1, 0.9, -0.9, 0.2]).unwrap();
        let mut oracle = Oracle { parameters: parameters.clone(), y: vec![0.0; 2], theta: vec![1.0; 2] };
        let csr = Csr::try_from(&expected).unwrap();
        let forms: [Weights<f64>; 3] =
            [expected.clone().into(), Editable::try_from(&csr).unwrap().into(), csr.into()];
        let mut subjects =
            forms.map(Projection::new).map(|it| (Bcm::new(&it, parameters.clone()).unwrap(), it));
        let mut stream = random::stream(seed, "spikes", 0);
        for _ in 0..n_steps {
            let spiked: Vec<bool> = (0..5).map(|_| stream.random::<f64>() < rate).collect();
            let list = |flags: &[bool]| -> Vec<u32> {
                (0..).zip(flags).filter(|(_, flag)| **flag).map(|(i, _)| i).collect()
            };
            oracle.step(&mut expected, &spiked[..3], &spiked[3..]);
            let (pre, post) = (list(&spiked[..3]), list(&spiked[3..]));
            for (bcm, projection) in &mut subjects {
                bcm.step(Local { projection, pre_spikes: &pre, post_spikes: &post, reward: 0.0 });
                for pre in 0..3 {
                    projection.weights().for_each_active(&[pre], |_, post, w| {
                        let expected = expected.row(pre as usize)[post];
                        assert!((w - expected).abs() <= 1e-11 * expected.abs().max(1.0), "{w} {expected}");
                    });
                }
            }
        }
    }
}

/// With a regular postsynaptic train of any rate the filtered rate is known, and so is the drift of the
/// weights: `eta x y (y - theta)`. Down below the threshold, up above, as in Fig. 1 of the paper; 3 % for the
/// ripple of the filter.
#[test]
fn the_drift_has_the_sign_and_the_size_of_the_modification_function() {
    // A threshold that stays at 1: that of 10 Hz.
    let parameters = BcmParameters { tau_threshold: 1e12, tau_rate: 1000.0, ..default() };
    for (interval, sign) in [(500, -1.0), (200, -1.0), (125, -1.0), (80, 1.0), (50, 1.0), (20, 1.0)] {
        let mut projection = Projection::<f64>::new(Dense::zeros(1, 1));
        let mut bcm = Bcm::new(&projection, parameters.clone()).unwrap();
        let mut before = 0.0;
        for t in 0..30_000 {
            // 40 Hz in, with no fixed phase to what comes out.
            let pre: &[u32] = if t % 25 == t / 1000 % 25 { &[0] } else { &[] };
            let post: &[u32] = if t % interval == 0 { &[0] } else { &[] };
            if t == 10_000 {
                before = projection.weights().values()[0];
            }
            let projection = &mut projection;
            bcm.step(Local { projection, pre_spikes: pre, post_spikes: post, reward: 0.0 });
        }
        let drift = (projection.weights().values()[0] - before) / 20.0;
        let y = 1000.0 / f64::from(interval) / 10.0;
        let expected = 1e-4 * 40.0 * y * (y - 1.0);
        assert!(drift.signum() == sign, "{} Hz: {drift}", 10.0 * y);
        assert!(
            (drift - expected).abs() < 0.03 * 1e-4 * 40.0 * (y * y + y),
            "{} Hz: {drift} {expected}",
            10.0 * y
        );
    }
}

/// A spiking neuron, linear and Poisson, hears two groups of ten inputs in turn, 1 s each, the active one at
/// 40 Hz. It ends silent for one of them; for the other the equation says 20 Hz, twice the reference, and
/// 21.9 Hz with the lag (200 ms of each second) and the shot noise of the filtered rate. From 6 random starts,
/// seed 1, the last 100 s of 800 s: each within 10 %, which is three standard errors of the count, and their
/// mean within 3 %.
#[test]
fn a_spiking_neuron_becomes_selective() {
    let (mut chosen, mut mean) = (Vec::new(), 0.0);
    for start in 0..6 {
        let mut stream = random::stream(1, "selectivity", start);
        let values: Vec<f64> = (0..20).map(|_| 0.02 + 0.03 * stream.random::<f64>()).collect();
        let mut projection = Projection::<f64>::new(Dense::new(20, 1, values).unwrap());
        let parameters = BcmParameters {
            learning_rate: 3e-5,
            tau_rate: 200.0,
            tau_threshold: 5000.0,
            w_min: -0.05,
            w_max: 0.2,
            ..default()
        };
        let mut bcm = Bcm::new(&projection, parameters).unwrap();
        let mut counts = [0.0, 0.0];
        for t in 0..800_000_u32 {
            let group = t / 1000 % 2;
            let pre: Vec<u32> =
                (0..20).filter(|i| i / 10 == group && stream.random::<f64>() < 0.04).collect();
            // Its rate is the weighted sum of the rates: 400 Hz go in, a weight of 0.05 makes 20 Hz of them.
            let weights = projection.weights().values();
            let rate = 0.04 * weights[10 * group as usize..][..10].iter().sum::<f64>();
            let post: &[u32] = if stream.random::<f64>() < rate { &[0] } else { &[] };
            if t >= 700_000 {
                counts[group as usize] += post.len() as f64 / 50.0;
            }
            let projection = &mut projection;
            bcm.step(Local { projection, pre_spikes: &pre, post_spikes: post, reward: 0.0 });
        }
        let (most, least) = (counts[0].max(counts[1]), counts[0].min(counts[1]));
        assert!((most / 21.9 - 1.0).abs() < 0.1 && least == 0.0, "start {start}: {counts:?} Hz");
        mean += most / 6.0;
        chosen.push(usize::from(counts[1] > counts[0]));
    }
    assert!((mean / 21.9 - 1.0).abs() < 0.03, "{mean} Hz");
    assert!(chosen.contains(&0) && chosen.contains(&1), "it is the start that decides: {chosen:?}");
}

/// Membranes near the threshold are no activity: the rate of a neuron that never spikes is 0.
#[test]
fn spikes_and_not_voltages_below_the_threshold_are_counted() {
    for (current, fires) in [(0.95, false), (1.6, true)] {
        let mut network = Network::<f64>::new();
        let source = network.add_spike_source(1);
        let neuron = Lapicque::new(LapicqueParameters::default()).unwrap();
        let target = network.add_population(Population::new(neuron, 1, 0));
        let weights = Projection::new(Dense::new(1, 1, vec![0.0]).unwrap());
        let synapse = network.add_projection(source, target, weights).unwrap();
        network.add_stimulus(Stimulus::step_current(target, 0, u64::MAX, current).unwrap()).unwrap();
        let mut bcm = Bcm::new(network.projection(synapse), default()).unwrap();
        for _ in 0..1000 {
            network.step();
            network.set_spikes(source, &[0]).unwrap();
            bcm.step(network.local(synapse));
        }
        assert_eq!(network.voltages(target)[0] > 0.9, !fires);
        assert_eq!(bcm.y(0) > 0.0, fires);
        assert_eq!(network.projection(synapse).weights().values()[0] != 0.0, fires);
    }
}

#[test]
fn a_silent_neuron_has_rate_0_and_not_a_subnormal_one() {
    let mut projection = Projection::<f32>::new(Dense::zeros(1, 1));
    let mut bcm = Bcm::new(&projection, default()).unwrap();
    for t in 0..20_000 {
        let post_spikes: &[u32] = if t == 0 { &[0] } else { &[] };
        let projection = &mut projection;
        bcm.step(Local { projection, pre_spikes: &[], post_spikes, reward: 0.0 });
    }
    assert_eq!(bcm.y(0), 0.0);
}

#[test]
fn an_interrupted_run_equals_the_uninterrupted_one_bit_for_bit() {
    let new = || Projection::<f32>::new(Dense::new(2, 3, vec![0.5; 6]).unwrap());
    let build = || Bcm::new(&new(), default()).unwrap();
    let (mut uninterrupted, mut resumed) = ((build(), new()), (build(), new()));
    for t in 0..1000_u32 {
        let pre: Vec<u32> = (0..2).filter(|i| (t * (i + 3)) % 29 < 2).collect();
        let post: Vec<u32> = (0..3).filter(|j| (t * (j + 2)) % 37 < 2).collect();
        for (rule, projection) in [&mut uninterrupted, &mut resumed] {
            rule.step(Local { projection, pre_spikes: &pre, post_spikes: &post, reward: 0.0 });
        }
        assert_eq!(uninterrupted.1, resumed.1, "step {t}");
        if t % 100 == 77 {
            let mut checkpoint = Checkpoint::new();
            resumed.0.save("bcm", &mut checkpoint);
            resumed.0 = build();
            resumed.0.restore("bcm", &checkpoint).unwrap();
        }
    }
    assert_ne!(resumed.1, new());
    uninterrupted.0.reset();
    assert_eq!(format!("{:?}", uninterrupted.0), format!("{:?}", build()));
}

#[test]
fn a_checkpoint_that_does_not_fit_changes_nothing() {
    let build = |n, tau_rate| {
        let projection = Projection::<f32>::new(Dense::zeros(1, n));
        Bcm::new(&projection, BcmParameters { tau_rate, ..default() }).unwrap()
    };
    let mut checkpoint = Checkpoint::new();
    build(2, 100.0).save("bcm", &mut checkpoint);
    for (mut rule, checkpoint) in [
        (build(2, 101.0), checkpoint.clone()),
        (build(3, 100.0), checkpoint.clone()),
        (build(2, 100.0), Checkpoint::new()),
    ] {
        let before = format!("{rule:?}");
        assert!(rule.restore("bcm", &checkpoint).is_err());
        assert_eq!(format!("{rule:?}"), before);
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (expected, parameters) in [
        ("learning_rate", BcmParameters { learning_rate: -1.0, ..default() }),
        ("tau_rate", BcmParameters { tau_rate: 0.0, ..default() }),
        ("tau_threshold", BcmParameters { tau_threshold: f64::NAN, ..default() }),
        ("reference_rate", BcmParameters { reference_rate: 0.0, ..default() }),
        ("dt", BcmParameters { dt: f64::INFINITY, ..default() }),
        ("w_min", BcmParameters { w_min: f64::NAN, ..default() }),
        ("w_max", BcmParameters { w_min: 1.0, w_max: 0.0, ..default() }),
        ("w_max", BcmParameters { w_max: f64::NAN, ..default() }),
    ] {
        let refused = Bcm::<f32>::new(&Projection::new(Dense::zeros(1, 1)), parameters).unwrap_err();
        assert!(matches!(refused, Error::Parameter { name, .. } if name == expected), "{refused}");
    }
}

#[test]
#[should_panic(expected = "2 postsynaptic neurons in a rule for 3")]
fn a_projection_of_another_size_panics() {
    let [three, mut two] = [3, 2].map(|n| Projection::<f64>::new(Dense::zeros(1, n)));
    let (projection, pre_spikes, post_spikes) = (&mut two, &[][..], &[][..]);
    let mut rule = Bcm::new(&three, default()).unwrap();
    rule.step(Local { projection, pre_spikes, post_spikes, reward: 0.0 });
}
