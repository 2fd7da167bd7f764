//! A balanced network whose synapses learn, by the clock: wall seconds per second of model time.
//! `cargo run --release -p benches --bin plasticity [repetitions] [threads] [cases...]`
//!
//! 10,000 neurons, 8000 of them excitatory (N. Brunel 2000, doi:10.1023/A:1008925309027), steps of 0.1 ms; the
//! synapses between excitatory neurons learn: 0.64 or 6.4 million of 1 or 10 million. Every repetition is one second of
//! model time.
#![allow(clippy::print_stdout)]

use std::time::Instant;

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
    let n_threads = words.get(1).map_or(1, |word| word.parse().expect("a number of threads"));
    let chosen = |name: &str| words.len() < 3 || words[2..].iter().any(|word| word == name);
    println!(
        "threads: {n_threads}      wall s, median     best   rate Hz   million events/s   ns/event   bytes/synapse"
    );
    for (name, k, rule) in CASES {
        if chosen(name) {
            report(name, k, rule, repetitions, n_threads)?;
        }
    }
    Ok(())
}

fn report(name: &str, k: usize, rule: Rule, repetitions: usize, n_threads: usize) -> Result<(), Error> {
    let (network, learning) = balanced(k, 1)?;
    let n_synapses = network.projection(learning).weights().n_synapses();
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
    // Reward every 10 ms, so that there is always dopamine and no work can be left out.
    let rewards =
        |steps: usize| -> Vec<f32> { (0..steps).map(|t| f32::from(u8::from(t % 100 == 0))).collect() };
    let steps = (1000.0 / DT).round() as usize;
    // The network finds its balance, and the first touch of its memory is not counted.
    network.run_rewarded(&rewards(steps / 2));
    let rewards = rewards(steps);
    let mut walls = Vec::new();
    let mut n_spikes = 0;
    for _ in 0..repetitions {
        let start = Instant::now();
        let spikes = network.run_rewarded(&rewards);
        walls.push(start.elapsed().as_secs_f64());
        n_spikes += spikes[0].n_spikes();
    }
    walls.sort_by(f64::total_cmp);
    let (median, best) = (walls[repetitions / 2], walls[0]);

    let rate = n_spikes as f64 / (N_EXCITATORY * repetitions) as f64;
    // Every spike reaches the synapses behind and, where order matters, those before its neuron.
    let sides = if matches!(rule, Rule::Pair | Rule::Lazy | Rule::Reward) { 2.0 } else { 1.0 };
    let n_events = sides * rate * n_synapses as f64;
    println!(
        "{name:15} {median:14.3} {best:8.3} {rate:9.2} {:18.1} {:10.1} {:15.2}",
        n_events / median * 1e-6,
        median / n_events * 1e9,
        network.n_bytes(learning) as f64 / n_synapses as f64,
    );
    Ok(())
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
    let learning = connect(excitatory, excitatory, k * 8 / 10, weight, seed)?;
    connect(excitatory, inhibitory, k * 8 / 10, weight, seed + 1)?;
    connect(inhibitory, excitatory, k * 2 / 10, -5.0 * weight, seed + 2)?;
    connect(inhibitory, inhibitory, k * 2 / 10, -5.0 * weight, seed + 3)?;
    // External spikes alone would bring the membrane just to the threshold: 20 mV in 20 ms.
    let rate = 1000.0 / weight;
    for (population, seed) in [(excitatory, seed + 4), (inhibitory, seed + 5)] {
        network.add_stimulus(Stimulus::poisson(population, rate, weight as f32, DT, seed)?)?;
    }
    Ok((network, learning))
}
