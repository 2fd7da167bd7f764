//! A balanced network whose synapses learn, by the clock: wall seconds per second of model time.
//! `cargo run --release -p benches --bin plasticity [seconds] [threads] [cases ...]`
#![allow(clippy::print_stdout)]

use std::time::Instant;

use sc_core::{
    Autapses, Delay, DeltaLif, DeltaLifParameters, Error, Network, Population, PopulationId, Projection,
    ProjectionId, Stimulus, connectivity,
};

/// Neurons: 8000 excitatory, 2000 inhibitory (N. Brunel 2000, doi:10.1023/A:1008925309027).
const N_EXCITATORY: usize = 8000;
const N_INHIBITORY: usize = 2000;
/// Duration of a step [ms].
const DT: f64 = 0.1;

struct Balanced {
    network: Network,
    excitatory: PopulationId,
    inhibitory: PopulationId,
    recurrent: ProjectionId,
}

fn balanced(k: usize, seed: u64) -> Result<Balanced, Error> {
    let weight = 0.1 * (1000.0 / k as f64).sqrt();
    let mut network = Network::new();
    let neuron = DeltaLif::new(DeltaLifParameters { dt: DT, ..Default::default() })?;
    let excitatory = network.add_population(Population::new(neuron.clone(), N_EXCITATORY, 0));
    let inhibitory = network.add_population(Population::new(neuron, N_INHIBITORY, 0));
    // Together with the step that every transmission takes: 1.5 ms.
    let delay = || Delay::Uniform(14);
    let mut connect = |source, target, in_degree, weight: f64, seed| {
        let n = |id| if id == excitatory { N_EXCITATORY } else { N_INHIBITORY };
        let autapses = if source == target { Autapses::Forbid } else { Autapses::Allow };
        let structure = connectivity::fixed_in_degree(n(source), n(target), in_degree, autapses, seed)?;
        let projection = Projection::new(structure.with_weight(weight as f32)?).with_delay(delay())?;
        network.add_projection(source, target, projection)
    };
    let recurrent = connect(excitatory, excitatory, k * 8 / 10, weight, seed)?;
    connect(excitatory, inhibitory, k * 8 / 10, weight, seed + 1)?;
    connect(inhibitory, excitatory, k * 2 / 10, -5.0 * weight, seed + 2)?;
    connect(inhibitory, inhibitory, k * 2 / 10, -5.0 * weight, seed + 3)?;
    // The rate at which external spikes alone would bring the membrane to the threshold: 20 mV in 20 ms.
    let rate = 1000.0 / weight;
    for (population, seed) in [(excitatory, seed + 4), (inhibitory, seed + 5)] {
        network.add_stimulus(Stimulus::poisson(population, rate, weight as f32, DT, seed)?)?;
    }
    Ok(Balanced { network, excitatory, inhibitory, recurrent })
}

fn main() -> Result<(), Error> {
    for k in [100, 1000] {
        let Balanced { mut network, excitatory, .. } = balanced(k, 1)?;
        let mut spikes = 0;
        for _ in 0..2000 {
            network.step();
        }
        let start = Instant::now();
        for _ in 0..10_000 {
            network.step();
            spikes += network.spikes(excitatory).len();
        }
        println!("{k} {:.3} s, {:.2} Hz", start.elapsed().as_secs_f64(), spikes as f64 / N_EXCITATORY as f64);
    }
    Ok(())
}
