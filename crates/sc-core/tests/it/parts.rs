//! A network in parts is the network.

use proptest::prelude::*;
use sc_core::{
    Autapses, Delay, Dense, Editable, Error, EulerLif, EulerLifParameters, Lapicque, LapicqueParameters,
    Network, Population, PopulationId, Projection, Stimulus, connectivity, ndarray::Array2,
};

/// Noise, gating, every kind of stimulus, of weights and of delay, thresholds, efficacies, a spike source.
fn build(seed: u64) -> Network<f64> {
    let mut network = Network::new();
    let noisy = EulerLifParameters { noise_std: 0.2, refractory_steps: 2, ..Default::default() };
    let noisy = Population::new(EulerLif::new(noisy).unwrap(), 11, seed);
    let plain =
        Population::new(Lapicque::new(LapicqueParameters::default()).unwrap(), 6, 0).with_spike_gating();
    let (a, b) = (network.add_population(noisy), network.add_population(plain));
    let source = network.add_spike_source(5);
    let sparse = connectivity::fixed_probability(11, 11, 0.4, Autapses::Forbid, seed).unwrap();
    let n = sparse.n_synapses();
    let recurrent = sparse.with_weights(|i, j| 0.05 * (i as f64 - j as f64)).unwrap();
    let delays = Delay::PerSynapse((0..n).map(|k| (k * 7 % 5) as u16).collect());
    let mut recurrent = Projection::new(recurrent).with_delay(delays).unwrap();
    recurrent.efficacy_mut()[3] = 0.5;
    network.add_projection(a, a, recurrent.with_weight_threshold(0.04).unwrap()).unwrap();
    let dense = Dense::new(11, 6, (0..66).map(|k| f64::from(k % 13)).collect()).unwrap();
    network.add_projection(a, b, Projection::new(dense).with_delay(Delay::Uniform(3)).unwrap()).unwrap();
    let from_source = connectivity::all_to_all(5, 11, Autapses::Allow).unwrap().with_weight(0.1).unwrap();
    network.add_projection(source, a, Projection::new(from_source)).unwrap();
    let editable = connectivity::fixed_probability(6, 6, 0.5, Autapses::Allow, seed).unwrap();
    let editable = Editable::try_from(&editable.with_weight(0.3).unwrap()).unwrap();
    network.add_projection(b, b, Projection::new(editable)).unwrap();
    let timed = Array2::from_shape_fn((20, 11), |(t, i)| 0.01 * (t + i) as f64);
    network.add_stimulus(Stimulus::timed(a, timed.view()).unwrap()).unwrap();
    network.add_stimulus(Stimulus::poisson(a, 100.0, 0.2, 1.0, seed).unwrap()).unwrap();
    network.add_stimulus(Stimulus::poisson(b, 300.0, 3.0, 1.0, seed + 1).unwrap()).unwrap();
    network.add_stimulus(Stimulus::step_current(b, 5, 50, 0.4).unwrap()).unwrap();
    network.set_spikes(source, &[0, 3]).unwrap();
    network
}

/// One step of all parts, and who spiked.
fn step(parts: &mut [Network<f64>]) -> Vec<Vec<u32>> {
    parts.iter_mut().for_each(Network::step);
    let ids: Vec<PopulationId> = parts[0].populations().collect();
    let spikes = ids.iter().map(|&id| parts.iter().flat_map(|part| part.own_spikes(id)).collect::<Vec<_>>());
    let spikes: Vec<_> = spikes.collect();
    for part in parts {
        for (&id, spikes) in ids.iter().zip(&spikes) {
            part.hear_spikes(id, spikes);
        }
    }
    spikes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn parts_do_what_the_whole_does_and_can_be_joined(seed: u64, n_parts in 1_usize..13, before in 0..30, cut in 1..60) {
        let mut whole = build(seed);
        let mut other = build(seed);
        for _ in 0..before {
            whole.step();
            other.step();
        }
        let mut parts = other.into_parts(n_parts).unwrap();
        let mut n_spikes = 0;
        for _ in 0..cut {
            whole.step();
            for (id, spikes) in whole.populations().zip(step(&mut parts)) {
                prop_assert_eq!(whole.spikes(id), &spikes[..]);
                prop_assert_eq!(parts[n_parts - 1].spikes(id), &spikes[..]);
                n_spikes += spikes.len();
            }
        }
        let mut joined = Network::from_parts(parts).unwrap();
        prop_assert_eq!(joined.to_checkpoint(), whole.to_checkpoint());
        prop_assert!(n_spikes > 0 || cut < 30);
        prop_assert_eq!(joined.run(20), whole.run(20));
    }
}

#[test]
fn only_whole_networks_are_cut_and_only_all_parts_are_joined() {
    assert!(build(1).into_parts(0).is_err());
    let mut parts = build(1).into_parts(3).unwrap();
    assert!(parts.pop().unwrap().into_parts(2).is_err());
    assert!(Network::from_parts(parts).is_err());
    assert!(Network::<f64>::from_parts(Vec::new()).is_err());
    assert!(Network::from_parts(vec![build(1)]).is_err());
    let mut parts = build(1).into_parts(2).unwrap();
    parts[1].step();
    assert!(Network::from_parts(parts).is_err(), "one step ahead");
    let mut parts = build(1).into_parts(2).unwrap();
    parts.reverse();
    assert!(Network::from_parts(parts).is_err(), "in another order");
}

#[test]
fn parts_of_networks_with_other_projections_are_not_joined() {
    let build = |from_many: bool| {
        let mut network = Network::<f64>::new();
        let (few, many) = (network.add_spike_source(2), network.add_spike_source(4));
        let (source, n_pre) = if from_many { (many, 4) } else { (few, 2) };
        network.add_projection(source, many, Projection::new(Dense::zeros(n_pre, 4))).unwrap();
        network.into_parts(2).unwrap()
    };
    for which in [false, true] {
        let (mut parts, mut others) = (build(which), build(!which));
        parts[1] = others.remove(1);
        assert!(Network::from_parts(parts).is_err());
    }
}

#[test]
fn the_state_of_another_part_is_refused() {
    // Both halves of eight neurons look alike but for which they are.
    let build = || {
        let mut network = Network::<f64>::new();
        let neuron = Lapicque::new(LapicqueParameters::default()).unwrap();
        let population = network.add_population(Population::new(neuron, 8, 0));
        network.add_projection(population, population, Projection::new(Dense::zeros(8, 8))).unwrap();
        network
    };
    let mut parts = build().into_parts(2).unwrap();
    parts.iter_mut().for_each(Network::step);
    let saved = parts[0].to_checkpoint();
    parts[0].restore(&saved).unwrap();
    assert!(parts[1].restore(&saved).is_err());
}

#[test]
fn weights_that_are_no_numbers_are_neither_cut_nor_joined() {
    let not_finite = |result: Result<(), Error>| matches!(result, Err(Error::NotFinite { .. }));
    for k in [0, 5] {
        let build = || {
            let mut network = Network::<f64>::new();
            let source = network.add_spike_source(3);
            let weights = Dense::new(3, 3, vec![1.0; 9]).unwrap();
            let id = network.add_projection(source, source, Projection::new(weights)).unwrap();
            (network, id)
        };
        let (mut network, id) = build();
        network.weights_mut(id)[k] = f64::NAN;
        assert!(not_finite(network.into_parts(2).map(|_| ())));
        let (network, id) = build();
        let mut parts = network.into_parts(2).unwrap();
        parts[1].weights_mut(id)[k] = f64::INFINITY;
        assert!(not_finite(Network::from_parts(parts).map(|_| ())));
    }
}

/// Nine neurons in noise, whose spikes need two steps more at least.
fn delayed() -> (Network<f64>, PopulationId) {
    let mut network = Network::new();
    let neuron = Lapicque::new(LapicqueParameters::default()).unwrap();
    let population = network.add_population(Population::new(neuron, 9, 0));
    let dense = || Dense::new(9, 9, (0..81).map(|k| f64::from(k % 7)).collect()).unwrap();
    let each = Delay::PerSynapse((0..81).map(|k| 2 + k % 3).collect());
    for delay in [Delay::Uniform(3), each] {
        let projection = Projection::new(dense()).with_delay(delay).unwrap();
        network.add_projection(population, population, projection).unwrap();
    }
    network.add_stimulus(Stimulus::poisson(population, 200.0, 6.0, 1.0, 1).unwrap()).unwrap();
    (network, population)
}

#[test]
fn parts_may_hear_late_what_arrives_later() {
    let (mut whole, population) = delayed();
    let mut parts = delayed().0.into_parts(2).unwrap();
    assert_eq!(whole.steps_alone(), 3);
    assert!(parts.iter().all(|part| part.steps_alone() == 3));
    assert_eq!(Network::<f64>::new().steps_alone(), u16::MAX);
    let mut n_spikes = 0;
    for _ in 0..50 {
        let mut record = Vec::new();
        for _ in 0..3 {
            parts.iter_mut().for_each(Network::step);
            record.push(parts.iter().flat_map(|part| part.own_spikes(population)).collect::<Vec<_>>());
        }
        for (late, spikes) in [2, 1, 0].into_iter().zip(record) {
            whole.step();
            assert_eq!(whole.spikes(population), spikes);
            n_spikes += spikes.len();
            for part in &mut parts {
                part.hear_spikes(population, &spikes);
                if late > 0 {
                    part.send_late(late);
                }
            }
        }
    }
    assert!(n_spikes > 100, "{n_spikes}");
    assert_eq!(Network::from_parts(parts).unwrap().to_checkpoint(), whole.to_checkpoint());
}

#[test]
#[should_panic(expected = "spikes 3 steps late, where some arrive after 3")]
fn what_has_arrived_already_cannot_be_sent() {
    delayed().0.into_parts(2).unwrap()[0].send_late(3);
}

/// The longest delay leads to the last neuron, so not every part has it.
#[test]
fn parts_are_saved_and_restored_whatever_delays_they_have() {
    let build = || {
        let mut network = Network::<f64>::new();
        let source = network.add_spike_source(4);
        let weights = Dense::new(4, 4, (0..16).map(f64::from).collect()).unwrap();
        let delays = Delay::PerSynapse((0..16).map(|k| k % 4).collect());
        let projection = Projection::new(weights).with_delay(delays).unwrap();
        let id = network.add_projection(source, source, projection).unwrap();
        network.step();
        network.set_spikes(source, &[1, 2]).unwrap();
        network.step();
        (network, id)
    };
    let mut restored = build().0.into_parts(3).unwrap();
    for part in &mut restored {
        let mut checkpoint = part.to_checkpoint();
        checkpoint.insert("t", &[1], &[7_u64]);
        part.restore(&checkpoint).unwrap();
        assert_eq!(part.t(), 7);
    }
    let (whole, id) = build();
    let joined = Network::from_parts(restored).unwrap();
    assert_eq!(joined.projection(id), whole.projection(id));
}

#[test]
fn parts_take_no_more_memory_than_the_whole() {
    let structure = connectivity::fixed_in_degree(500, 400, 100, Autapses::Allow, 1).unwrap();
    let mut network = Network::<f32>::new();
    let (a, b) = (network.add_spike_source(500), network.add_spike_source(400));
    let synapses =
        network.add_projection(a, b, Projection::new(structure.with_weight(1.0).unwrap())).unwrap();
    let whole = network.projection(synapses).n_bytes();
    assert!((8 * 40_000..8 * 40_000 + 8 * 510).contains(&whole), "{whole} bytes");
    let parts = network.into_parts(4).unwrap();
    let all: usize = parts.iter().map(|part| part.projection(synapses).n_bytes()).sum();
    assert!(all <= whole + 3 * 8 * 501, "{all} bytes in parts, {whole} before");
}
