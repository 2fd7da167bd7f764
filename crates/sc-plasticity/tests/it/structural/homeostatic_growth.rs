//! Calcium, elements and synapses of `HomeostaticGrowth` against a clocked implementation of its equations.

use proptest::prelude::*;
use sc_core::{Autapses, Checkpoint, Dense, Editable, Local, Projection, random};
use sc_plasticity::{Error, GrowthCurve, HomeostaticGrowth, HomeostaticGrowthParameters, PlasticityRule};

use super::{random_spikes, synapses};

fn step(rule: &mut HomeostaticGrowth, projection: &mut Projection<f64>, pre: &[u32], post: &[u32]) {
    rule.step(Local { projection, pre_spikes: pre, post_spikes: post, reward: 0.0 });
}

/// One side, every neuron in every step, by Simpson's rule.
struct Clocked {
    curve: GrowthCurve,
    tau: f64,
    dt: f64,
    calcium: Vec<f64>,
    elements: Vec<f64>,
}

impl Clocked {
    fn growth(&self, calcium: f64) -> f64 {
        match self.curve {
            GrowthCurve::Linear { rate, target } => rate - rate * calcium / target,
            GrowthCurve::Gaussian { rate, eta, eps } => {
                // A bell of height 2 that is 1 at eta and eps, minus 1.
                let distance = (2.0 * calcium - eta - eps) / (eta - eps);
                rate * (2.0 * 2.0_f64.powf(-distance * distance) - 1.0)
            }
        }
    }

    fn step(&mut self, spikes: &[u32], update: bool) {
        for i in 0..self.calcium.len() {
            let at = |part: f64| self.calcium[i] * (-part * self.dt / self.tau).exp();
            let slopes = [0.0, 0.5, 1.0].map(|part| self.growth(at(part)));
            let grown = self.dt * (slopes[0] + 4.0 * slopes[1] + slopes[2]) / 6.0;
            self.elements[i] += grown;
            self.calcium[i] = at(1.0);
            let spiked = spikes.contains(&(i as u32));
            if spiked || update {
                self.elements[i] = self.elements[i].max(0.0);
            }
            self.calcium[i] += if spiked { 0.02 } else { 0.0 };
        }
    }
}

fn assert_close(got: &[f64], expected: &[f64], what: &str) {
    for (i, (a, b)) in got.iter().zip(expected).enumerate() {
        assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{what} of neuron {i}: {a}, clocked {b}");
    }
}

prop_compose! {
    fn curve()(gaussian in any::<bool>(), rate in 0.0_f64..0.02, eta in 0.0_f64..0.05, width in 0.02_f64..0.4)
        -> GrowthCurve {
        if gaussian {
            GrowthCurve::Gaussian { rate, eta, eps: eta + width }
        } else {
            GrowthCurve::Linear { rate, target: eta + width }
        }
    }
}

proptest! {
    /// Everything that is not chance, to 1e-9, and all that must hold whatever chance does.
    #[test]
    fn calcium_elements_and_synapses_agree_with_a_clocked_implementation(
        axonal in curve(), dendritic in curve(), seed in any::<u64>(), p in 0.005_f64..0.2,
        forbid in any::<bool>(), vacant_decay in prop::sample::select(vec![0.0, 0.1, 1.0]),
    ) {
        let n = 8;
        let autapses = if forbid { Autapses::Forbid } else { Autapses::Allow };
        let parameters = HomeostaticGrowthParameters {
            tau_calcium: 150.0, beta: 0.02, axonal: vec![axonal], dendritic: vec![dendritic], weight: 0.5,
            vacant_decay, update_interval: 50, autapses, dt: 0.5, seed,
        };
        let mut start = Editable::empty(n, n);
        for i in 0..n - 1 {
            start.insert(i, i + 1, 0.25).unwrap();
        }
        let mut projection = Projection::<f64>::new(start);
        let mut rule = HomeostaticGrowth::new(&projection, parameters).unwrap();
        let clocked = |curve, silent: usize| {
            let mut elements = vec![1.0; n];
            elements[silent] = 0.0;
            Clocked { curve, tau: 150.0, dt: 0.5, calcium: vec![0.0; n], elements }
        };
        let (mut axons, mut dendrites) = (clocked(axonal, n - 1), clocked(dendritic, 0));
        let mut stream = random::stream(seed, "test", 0);
        for t in 1..=1000_u64 {
            let (pre, post) = (random_spikes(n, p, &mut stream), random_spikes(n, p / 2.0, &mut stream));
            let update = t % 50 == 0;
            axons.step(&pre, update);
            dendrites.step(&post, update);
            let before = synapses(&projection);
            step(&mut rule, &mut projection, &pre, &post);
            let after = synapses(&projection);
            if !update {
                prop_assert_eq!(before, after);
                continue;
            }
            let out = |s: &super::Synapses, i: usize| s.keys().filter(|pair| pair.0 == i).count();
            let into = |s: &super::Synapses, j: usize| s.keys().filter(|pair| pair.1 == j).count();
            let (mut free_axonal, mut free_dendritic) = (0, 0);
            for i in 0..n {
                // Whoever has lost elements has lost synapses, whoever is connected has the elements.
                let (whole_axonal, whole_dendritic) = (axons.elements[i] as usize, dendrites.elements[i] as usize);
                prop_assert!(out(&after, i) <= whole_axonal && into(&after, i) <= whole_dendritic);
                free_axonal += whole_axonal - out(&after, i);
                free_dendritic += whole_dendritic - into(&after, i);
                axons.elements[i] -= vacant_decay * (whole_axonal - out(&after, i)) as f64;
                dendrites.elements[i] -= vacant_decay * (whole_dendritic - into(&after, i)) as f64;
            }
            // Synapses of before keep their weight, new ones have that of the parameters.
            for (pair, &w) in &after {
                let kept = before.get(pair) == Some(&w);
                prop_assert!(kept || w == 0.5, "{pair:?} has {w}");
                prop_assert!(!forbid || pair.0 != pair.1);
            }
            // One kind is used up but for pairs that may not be, of which there are few.
            let refused = after.len() + if forbid { n } else { 0 };
            prop_assert!(free_axonal.min(free_dendritic) <= refused, "{free_axonal} {free_dendritic}");
        }
        let all: Vec<u32> = (0..n as u32).collect();
        axons.step(&all, false);
        dendrites.step(&all, false);
        step(&mut rule, &mut projection, &all, &all);
        assert_close(rule.pre_calcium(), &axons.calcium, "calcium");
        assert_close(rule.post_calcium(), &dendrites.calcium, "calcium");
        assert_close(rule.axonal_elements(), &axons.elements, "axonal elements");
        assert_close(rule.dendritic_elements(), &dendrites.elements, "dendritic elements");
    }
}

/// `z = z0 + nu tau (Ca - Ca0) / eps + nu (t - t0)` between any two spikes, to 1e-12.
#[test]
fn linear_growth_is_exact() {
    let (nu, tau, eps, beta) = (1e-3, 700.0_f64, 0.3, 0.05);
    let parameters = HomeostaticGrowthParameters {
        tau_calcium: tau,
        beta,
        axonal: vec![GrowthCurve::Linear { rate: nu, target: eps }],
        dendritic: vec![GrowthCurve::NONE],
        ..Default::default()
    };
    let mut projection = Projection::<f64>::new(Editable::empty(1, 1));
    let parameters = HomeostaticGrowthParameters { vacant_decay: 0.0, dt: 0.1, ..parameters };
    let mut rule = HomeostaticGrowth::new(&projection, parameters).unwrap();
    let (mut last, mut calcium, mut elements) = (0.0, 0.0, 0.0);
    for t in 1..=60_000_u32 {
        let spikes: &[u32] = if [1, 2, 37, 4_000, 4_100, 20_000, 60_000].contains(&t) { &[0] } else { &[] };
        step(&mut rule, &mut projection, spikes, &[]);
        if !spikes.is_empty() {
            let now = 0.1 * f64::from(t);
            let decayed = calcium * (-(now - last) / tau).exp();
            elements += nu * tau * (decayed - calcium) / eps + nu * (now - last);
            (last, calcium) = (now, decayed + beta);
            assert!((rule.axonal_elements()[0] - elements).abs() < 1e-12, "step {t}: {elements}");
            assert!((rule.pre_calcium()[0] - calcium).abs() < 1e-14);
        }
    }
    assert!(elements > 5.0);
    assert_eq!(projection.editable().unwrap().n_synapses(), 0, "no dendritic elements");
}

/// Regular trains around the target of `eps / (beta tau)` = 5 Hz: neurons below it grow synapses, neurons
/// above it lose all they have, silent ones do nothing (with eta = 0 growth is zero without calcium).
#[test]
fn the_number_of_synapses_depends_on_activity() {
    let count = |rate: f64, start: usize| {
        let n = 20;
        let mut editable = Editable::empty(n, n);
        (0..start).for_each(|k| assert!(editable.insert(k / n, k % n, 1.0).unwrap()));
        let mut projection = Projection::<f64>::new(editable);
        let parameters = HomeostaticGrowthParameters { seed: 3, ..Default::default() };
        let mut rule = HomeostaticGrowth::new(&projection, parameters).unwrap();
        let all: Vec<u32> = (0..n as u32).collect();
        let mut phase = 0.0;
        for _ in 0..100_000 {
            phase += rate / 1000.0;
            let spikes: &[u32] = if phase >= 1.0 { &all } else { &[] };
            phase -= f64::from(phase >= 1.0);
            step(&mut rule, &mut projection, spikes, spikes);
        }
        projection.editable().unwrap().n_synapses()
    };
    assert_eq!(count(0.0, 0), 0);
    let grown = count(2.0, 0);
    assert!((60..=200).contains(&grown), "{grown} synapses of 20 neurons after 100 s at 2 Hz");
    assert!(count(2.0, 40) > 80);
    assert_eq!(count(20.0, 40), 0);
}

/// Two free axonal elements among three free dendritic ones: every pair has the same chance of 1/3. 5 standard deviations
/// of 3000 seeds.
#[test]
fn every_free_element_finds_every_other_one_with_the_same_chance() {
    let n = 3000_u32;
    let mut counts = [0_u32; 6];
    for seed in 0..n {
        let mut projection = Projection::<f64>::new(Editable::empty(2, 3));
        let one_per_step = vec![GrowthCurve::Linear { rate: 1.0, target: 1.0 }];
        let parameters = HomeostaticGrowthParameters {
            axonal: one_per_step.clone(),
            dendritic: one_per_step,
            update_interval: 1,
            seed: seed.into(),
            ..Default::default()
        };
        let mut rule = HomeostaticGrowth::new(&projection, parameters).unwrap();
        step(&mut rule, &mut projection, &[], &[]);
        let new = synapses(&projection);
        assert_eq!(new.len(), 2);
        new.keys().for_each(|pair| counts[3 * pair.0 + pair.1] += 1);
    }
    let (expected, deviation) = (f64::from(n) / 3.0, (f64::from(n) * 2.0 / 9.0).sqrt());
    assert!(counts.iter().all(|&count| (f64::from(count) - expected).abs() < 5.0 * deviation), "{counts:?}");
}

#[test]
fn saved_calcium_and_elements_that_cannot_be_are_refused() {
    let projection = Projection::<f64>::new(Editable::empty(2, 2));
    let mut rule = HomeostaticGrowth::new(&projection, HomeostaticGrowthParameters::default()).unwrap();
    let mut good = Checkpoint::new();
    PlasticityRule::<f64>::save(&rule, "r", &mut good);
    for name in ["axonal.calcium", "axonal.elements", "dendritic.calcium", "dendritic.elements"] {
        for number in [f64::NAN, f64::INFINITY, -1.0] {
            let mut damaged = good.clone();
            damaged.insert(format!("r.{name}"), &[2], &[0.0, number]);
            assert!(PlasticityRule::<f64>::restore(&mut rule, "r", &damaged).is_err(), "{name} {number}");
        }
    }
    PlasticityRule::<f64>::restore(&mut rule, "r", &good).unwrap();
}

#[test]
fn bad_parameters_and_fixed_weights_are_refused() {
    let projection = Projection::<f64>::new(Editable::empty(2, 3));
    let good = HomeostaticGrowthParameters::default;
    let curve = GrowthCurve::NONE;
    for parameters in [
        HomeostaticGrowthParameters { tau_calcium: 0.0, ..good() },
        HomeostaticGrowthParameters { beta: f64::NAN, ..good() },
        HomeostaticGrowthParameters { dt: -1.0, ..good() },
        HomeostaticGrowthParameters { weight: f64::INFINITY, ..good() },
        HomeostaticGrowthParameters { vacant_decay: 1.1, ..good() },
        HomeostaticGrowthParameters { update_interval: 0, ..good() },
        HomeostaticGrowthParameters { axonal: vec![], ..good() },
        HomeostaticGrowthParameters { axonal: vec![curve; 3], ..good() },
        HomeostaticGrowthParameters { dendritic: vec![curve; 2], ..good() },
        HomeostaticGrowthParameters {
            axonal: vec![GrowthCurve::Linear { rate: 1.0, target: -1.0 }],
            ..good()
        },
    ] {
        assert!(HomeostaticGrowth::new(&projection, parameters.clone()).is_err(), "{parameters:?}");
    }
    let each = HomeostaticGrowthParameters { axonal: vec![curve; 2], dendritic: vec![curve; 3], ..good() };
    assert!(HomeostaticGrowth::new(&projection, each).is_ok());
    let fixed = Projection::<f64>::new(Dense::zeros(2, 3));
    let refused = HomeostaticGrowth::new(&fixed, good()).unwrap_err();
    assert_eq!(refused, Error::Core(sc_core::Error::FixedStructure));
}
