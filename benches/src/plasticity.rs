//! A balanced network whose synapses learn, by the clock: wall seconds per second of model time.
//! `cargo run --release -p benches --bin plasticity [repetitions] [cases...]`
//!
//! 10,000 neurons, 8000 of them excitatory (N. Brunel 2000, doi:10.1023/A:1008925309027), steps of 0.1 ms; the
//! synapses between excitatory neurons learn: 0.64 or 6.4 million of 1 or 10 million. Every repetition is one second of
//! model time on one thread and one on two, so that a machine whose speed changes slowly is slow for both. Beside them two
//! networks that have nothing to do with each other run on a thread each: how much the second processor gives.
#![allow(clippy::print_stdout)]

use std::{thread, time::Instant};

use sc_core::{
    Autapses, Delay, DeltaLif, DeltaLifParameters, Network, Population, Projection, ProjectionId, Stimulus,
    connectivity,
};
use sc_plasticity::{
    Error, LazyPairStdp, PairStdp, PairStdpParameters, PlasticNetwork, RewardModulatedStdp,
    RewardModulatedStdpParameters, ShortTerm, ShortTermParameters,
};

const N_EXCITATORY: usize = 8000;
const N_INHIBITORY: usize = 2000;
/// Duration of a step `[ms]`.
const DT: f64 = 0.1;
/// One second.
const STEPS: usize = 10_000;
/// All spikes take 1.5 ms; one step of it is that of every transmission.
const DELAY: u16 = 15;

/// How the excitatory synapses learn.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Static,
    Pair,
    Lazy,
    ShortTerm,
    Reward,
}

/// Name, inputs of each neuron, rule.
const CASES: [(&str, usize, Rule); 8] = [
    ("static-100", 100, Rule::Static),
    ("stdp-100", 100, Rule::Pair),
    ("lazy-stdp-100", 100, Rule::Lazy),
    ("static-1000", 1000, Rule::Static),
    ("stdp-1000", 1000, Rule::Pair),
    ("lazy-stdp-1000", 1000, Rule::Lazy),
    ("stp-100", 100, Rule::ShortTerm),
    ("reward-100", 100, Rule::Reward),
];

fn main() -> Result<(), Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let repetitions = words.first().map_or(5, |word| word.parse().expect("a number of repetitions"));
    let chosen = |name: &str| words.len() < 2 || words[1..].iter().any(|word| word == name);
    println!(
        "                  one thread     two threads   times as fast   side by side\n\
         wall s:         median   best   median   best   median   best   median   best   \
         rate Hz  M events/s  ns/event  bytes/synapse"
    );
    for (name, k, rule) in CASES {
        if chosen(name) {
            report(name, k, rule, repetitions)?;
        }
    }
    Ok(())
}

fn report(name: &str, k: usize, rule: Rule, repetitions: usize) -> Result<(), Error> {
    let (mut one, learning) = learning_network(k, rule, 1)?;
    let (mut two, _) = learning_network(k, rule, 2)?;
    let mut pair = [learning_network(k, rule, 1)?.0, learning_network(k, rule, 1)?.0];
    let rewards = rewards(STEPS);
    let (mut ones, mut twos, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    let mut n_spikes = 0;
    for _ in 0..repetitions {
        ones.push(wall(|| n_spikes += one.run_rewarded(&rewards)[0].n_spikes()));
        twos.push(wall(|| n_spikes += two.run_rewarded(&rewards)[0].n_spikes()));
        pairs.push(wall(|| {
            thread::scope(|scope| {
                for network in &mut pair {
                    scope.spawn(|| network.run_rewarded(&rewards));
                }
            });
        }));
    }
    let bytes = one.n_bytes(learning);
    let times_as_fast = Spread::of(ones.iter().zip(&twos).map(|(one, two)| one / two).collect());
    let side_by_side = Spread::of(ones.iter().zip(&pairs).map(|(one, pair)| 2.0 * one / pair).collect());
    let [one, two, pair] = [ones, twos, pairs].map(Spread::of);

    let rate = n_spikes as f64 / (2 * N_EXCITATORY * repetitions) as f64;
    // Every spike reaches the synapses behind and, where order matters, those before its neuron.
    let sides = if matches!(rule, Rule::Pair | Rule::Lazy | Rule::Reward) { 2.0 } else { 1.0 };
    let n_synapses = (N_EXCITATORY * inputs_from_excitatory(k)) as f64;
    let n_events = sides * rate * n_synapses;
    println!(
        "{name:15} {:7.3}{:7.3}  {:7.3}{:7.3}  {:7.2}{:7.2}  {:7.2}{:7.2}  {rate:8.2}  {:10.1}{:10.1}{:15.2}",
        one.median,
        one.least,
        two.median,
        two.least,
        times_as_fast.median,
        one.least / two.least,
        side_by_side.median,
        2.0 * one.least / pair.least,
        n_events / one.median * 1e-6,
        one.median / n_events * 1e9,
        bytes as f64 / n_synapses,
    );
    Ok(())
}

fn wall(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

/// Of some repetitions.
struct Spread {
    least: f64,
    median: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { least: values[0], median: values[values.len() / 2] }
    }
}

/// A reward every 10 ms, so that there is always dopamine and no work can be left out.
fn rewards(n_steps: usize) -> Vec<f32> {
    (0..n_steps).map(|t| f32::from(u8::from(t % 100 == 0))).collect()
}

/// The network that has found its balance and touched all of its memory, and the projection that learns.
fn learning_network(k: usize, rule: Rule, n_threads: usize) -> Result<(PlasticNetwork, ProjectionId), Error> {
    let (network, learning) = balanced(k, 1)?;
    let weight = weight(k);
    let mut network = PlasticNetwork::new(network, n_threads)?;
    match rule {
        Rule::Static => (),
        Rule::Pair => network.add_rule(learning, |projection| PairStdp::new(projection, pair(weight)))?,
        Rule::Lazy => network.add_rule(learning, |projection| LazyPairStdp::new(projection, pair(weight)))?,
        Rule::ShortTerm => network.add_rule(learning, |projection| {
            ShortTerm::new(
                projection,
                ShortTermParameters { tau_d: 200.0, dt: DT, ..ShortTermParameters::depressing() },
            )
        })?,
        Rule::Reward => {
            network.add_rule(learning, |projection| RewardModulatedStdp::new(projection, reward(weight)))?;
        }
    }
    network.run_rewarded(&rewards(STEPS / 2));
    Ok((network, learning))
}

/// Of `k`.
fn inputs_from_excitatory(k: usize) -> usize {
    k * 8 / 10
}

/// The weight `[mV]` that keeps the variance of the input as `k` varies.
fn weight(k: usize) -> f64 {
    0.1 * (1000.0 / k as f64).sqrt()
}

/// Steps so small that the rates stay as they are.
fn pair(weight: f64) -> PairStdpParameters {
    PairStdpParameters {
        potentiation: 1e-6 * weight,
        depression: 1.05e-6 * weight,
        w_max: 3.0 * weight,
        dendritic_delay: DELAY,
        dt: DT,
        ..Default::default()
    }
}

fn reward(weight: f64) -> RewardModulatedStdpParameters {
    RewardModulatedStdpParameters {
        potentiation: 1e-7 * weight,
        depression: 1.05e-7 * weight,
        w_max: 3.0 * weight,
        dendritic_delay: DELAY,
        dt: DT,
        ..Default::default()
    }
}

/// The network, and the projection between excitatory neurons.
fn balanced(k: usize, seed: u64) -> Result<(Network, ProjectionId), sc_core::Error> {
    let weight = weight(k);
    let mut network = Network::new();
    let neuron = DeltaLif::new(DeltaLifParameters { dt: DT, ..Default::default() })?;
    let excitatory = network.add_population(Population::new(neuron.clone(), N_EXCITATORY, 0));
    let inhibitory = network.add_population(Population::new(neuron, N_INHIBITORY, 0));
    let mut connect = |source, target, in_degree, weight: f64, seed| {
        let n = |id| if id == excitatory { N_EXCITATORY } else { N_INHIBITORY };
        let autapses = if source == target { Autapses::Forbid } else { Autapses::Allow };
        let structure = connectivity::fixed_in_degree(n(source), n(target), in_degree, autapses, seed)?;
        let projection = Projection::new(structure.with_weight(weight as f32)?);
        network.add_projection(source, target, projection.with_delay(Delay::Uniform(DELAY - 1))?)
    };
    let from_excitatory = inputs_from_excitatory(k);
    let from_inhibitory = k - from_excitatory;
    let learning = connect(excitatory, excitatory, from_excitatory, weight, seed)?;
    connect(excitatory, inhibitory, from_excitatory, weight, seed + 1)?;
    connect(inhibitory, excitatory, from_inhibitory, -5.0 * weight, seed + 2)?;
    connect(inhibitory, inhibitory, from_inhibitory, -5.0 * weight, seed + 3)?;
    // External spikes alone would bring the membrane just to the threshold: 20 mV in 20 ms.
    let rate = 1000.0 / weight;
    for (population, seed) in [(excitatory, seed + 4), (inhibitory, seed + 5)] {
        network.add_stimulus(Stimulus::poisson(population, rate, weight as f32, DT, seed)?)?;
    }
    Ok((network, learning))
}
