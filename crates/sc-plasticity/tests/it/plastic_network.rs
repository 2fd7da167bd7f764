//! A network and its rules: on any number of threads, saved and loaded, as by hand.

use sc_core::{
    Autapses, Delay, DeltaLif, DeltaLifParameters, Dense, Network, Population, PopulationId, Projection,
    ProjectionId, SpikeEvents, Stimulus, connectivity,
};
use sc_plasticity::{
    Error, LazyPairStdp, PairStdp, PairStdpParameters, PlasticNetwork, PlasticityRule, ShortTerm,
    ShortTermParameters, SynapticScaling, SynapticScalingParameters,
};

const DT: f64 = 0.1;
const N_STEPS: usize = 1500;

/// 60 excitatory and 20 inhibitory neurons in noise.
fn build() -> (Network, ProjectionId, ProjectionId) {
    with_shortest_delay(0)
}

/// Threads go `shortest + 1` steps before they hear from each other.
fn with_shortest_delay(shortest: u16) -> (Network, ProjectionId, ProjectionId) {
    let mut network = Network::new();
    let neuron = DeltaLif::new(DeltaLifParameters { dt: DT, ..Default::default() }).unwrap();
    let e = network.add_population(Population::new(neuron.clone(), 60, 0));
    let i = network.add_population(Population::new(neuron, 20, 0));
    let mut connect = |source, target, (n_pre, n_post), weight, delay, seed| {
        let autapses = if source == target { Autapses::Forbid } else { Autapses::Allow };
        let structure = connectivity::fixed_in_degree(n_pre, n_post, 10, autapses, seed).unwrap();
        let projection = Projection::new(structure.with_weight(weight).unwrap());
        network.add_projection(source, target, projection.with_delay(delay).unwrap()).unwrap()
    };
    let ee = connect(e, e, (60, 60), 0.4, Delay::Uniform(14), 1);
    let ei = connect(e, i, (60, 20), 0.4, Delay::Uniform(shortest + 3), 2);
    let delays = (0..60 * 10).map(|k| shortest + k % 5).collect();
    connect(i, e, (20, 60), -1.0, Delay::PerSynapse(delays), 3);
    for (population, seed) in [(e, 4), (i, 5)] {
        network.add_stimulus(Stimulus::poisson(population, 6_500.0, 0.2, DT, seed).unwrap()).unwrap();
    }
    (network, ee, ei)
}

fn stdp(projection: &Projection) -> Result<PairStdp, Error> {
    let dendritic_delay = 15;
    let (potentiation, depression) = (0.02, 0.02);
    let parameters =
        PairStdpParameters { potentiation, depression, dendritic_delay, dt: DT, ..Default::default() };
    PairStdp::new(projection, parameters)
}

fn scaling(projection: &Projection) -> Result<SynapticScaling, Error> {
    SynapticScaling::new(
        projection,
        SynapticScalingParameters { tau_scaling: 500.0, update_interval: 100, dt: DT, ..Default::default() },
    )
}

fn short_term(projection: &Projection) -> Result<ShortTerm, Error> {
    ShortTerm::new(projection, ShortTermParameters { dt: DT, ..ShortTermParameters::depressing() })
}

fn plastic(n_threads: usize) -> PlasticNetwork {
    learning(build(), n_threads)
}

fn learning((network, ee, ei): (Network, ProjectionId, ProjectionId), n_threads: usize) -> PlasticNetwork {
    let mut network = PlasticNetwork::new(network, n_threads).unwrap();
    network.add_rule(ee, stdp).unwrap();
    network.add_rule(ee, scaling).unwrap();
    network.add_rule(ei, short_term).unwrap();
    network
}

/// The weights of the projection that learns, and the membranes.
fn outcome(network: PlasticNetwork) -> (Vec<u32>, Vec<u32>) {
    let (_, ee, _) = build();
    let network = network.into_network().unwrap();
    let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let membranes = network.populations().flat_map(|p| network.voltages(p).to_vec()).collect::<Vec<_>>();
    (bits(network.projection(ee).weights().values()), bits(&membranes))
}

#[test]
fn the_number_of_threads_changes_not_a_bit_whatever_the_shortest_delay() {
    for shortest in [0, 1, 6] {
        let plastic = |n_threads| learning(with_shortest_delay(shortest), n_threads);
        let mut alone = plastic(1);
        let expected = alone.run(N_STEPS);
        let n_spikes: usize = expected.iter().map(SpikeEvents::n_spikes).sum();
        assert!(n_spikes > 100, "{n_spikes} spikes");
        let (weights, membranes) = outcome(alone);
        let changed = weights.iter().filter(|&&w| w != 0.4_f32.to_bits()).count();
        assert!(changed > weights.len() / 2, "{changed} of {} weights changed", weights.len());
        for n_threads in [2, 3, 8] {
            let mut together = plastic(n_threads);
            assert_eq!(together.run(N_STEPS / 3).len(), 2);
            together.run(N_STEPS - N_STEPS / 3);
            assert_eq!(together.t(), N_STEPS as u64);
            assert_eq!(
                outcome(together),
                (weights.clone(), membranes.clone()),
                "{n_threads} threads, {shortest}"
            );
        }
        assert_eq!(plastic(4).run(N_STEPS), expected);
    }
}

/// The shortest delay leads to the second half of the neurons: it binds both threads.
#[test]
fn threads_meet_after_the_shortest_delay_that_any_of_them_has() {
    let plastic = |n_threads: usize| {
        let (mut network, ee, _) = with_shortest_delay(9);
        let e = network.populations().next().unwrap();
        let weights = Dense::new(60, 60, (0..3600).map(|k| (k % 11) as f32 / 100.0).collect()).unwrap();
        let delays = Delay::PerSynapse((0..3600).map(|k| if k % 60 < 30 { 9 } else { 1 }).collect());
        network.add_projection(e, e, Projection::new(weights).with_delay(delays).unwrap()).unwrap();
        let mut network = PlasticNetwork::new(network, n_threads).unwrap();
        network.add_rule(ee, stdp).unwrap();
        network
    };
    let (mut alone, mut together) = (plastic(1), plastic(2));
    assert_eq!(together.run(500), alone.run(500));
    // The longest delay leads to the first half: each thread has a ring of its own length.
    let saved = together.to_checkpoint();
    let mut resumed = plastic(2);
    resumed.restore(&saved).unwrap();
    assert_eq!(resumed.to_checkpoint(), saved);
    assert_eq!(resumed.run(200), alone.run(200));
    assert_eq!(outcome(resumed), outcome(alone));
}

#[test]
fn it_does_what_the_loop_of_a_user_does() {
    let (mut network, ee, ei) = build();
    let mut rules = (
        stdp(network.projection(ee)).unwrap(),
        scaling(network.projection(ee)).unwrap(),
        short_term(network.projection(ei)).unwrap(),
    );
    let mut plastic = plastic(2);
    for n_steps in [N_STEPS, 500] {
        for _ in 0..n_steps {
            network.step();
            rules.0.step(network.local(ee));
            rules.1.step(network.local(ee));
            rules.2.step(network.local(ei));
        }
        plastic.run(n_steps);
        assert_eq!(plastic.run(0)[0].n_steps(), 0);
        if n_steps == N_STEPS {
            network.reset();
            plastic.reset();
            rules.0.reset();
            rules.1.reset();
            PlasticityRule::<f32>::reset(&mut rules.2);
        }
    }
    let other = plastic.into_network().unwrap();
    assert_eq!(other.to_checkpoint(), network.to_checkpoint());
}

#[test]
fn a_run_that_was_interrupted_and_saved_goes_on_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    for n_threads in [1, 3] {
        let file = folder.path().join(format!("network-{n_threads}"));
        let mut network = plastic(n_threads);
        network.run(N_STEPS / 2);
        // Somebody has just spiked, and nobody has received it yet.
        while network.run(1).iter().all(|spikes| spikes.n_spikes() == 0) {}
        network.save(&file).unwrap();
        let expected = (network.run(N_STEPS / 2), outcome(network));
        let mut other = plastic(n_threads);
        other.run(77);
        other.load(&file).unwrap();
        assert_eq!((other.run(N_STEPS / 2), outcome(other)), expected, "{n_threads} threads");
        let refused = plastic(2).load(&file).unwrap_err();
        let threads =
            matches!(&refused, Error::Core(sc_core::Error::Mismatch { key, .. }) if key == "threads");
        assert!(threads, "{refused}");
    }
}

#[test]
fn a_refused_checkpoint_changes_nothing() {
    let mut network = plastic(2);
    network.run(200);
    let before = network.to_checkpoint();
    let mut foreign = plastic(2);
    foreign.run(10);
    // The first part fits; in the second, one rule is of other parameters.
    let (mut damaged, good) = (foreign.to_checkpoint(), foreign.to_checkpoint());
    damaged.set_metadata("part.1.rule.2.rule", "another");
    assert!(network.restore(&damaged).is_err());
    assert_eq!(network.to_checkpoint(), before);
    let expected = plastic(2).run(300);
    let mut again = plastic(2);
    again.run(200);
    let rest = again.run(100);
    assert_eq!(network.run(100), rest);
    assert_eq!(
        rest[0].counts().iter().sum::<usize>(),
        (200..300).map(|t| expected[0].step(t).len()).sum::<usize>()
    );
    network.restore(&good).unwrap();
    assert_eq!(network.to_checkpoint(), good);
}

#[test]
fn a_reset_repeats_the_run_from_the_weights_it_finds() {
    let mut network = plastic(2);
    network.run(300);
    network.reset();
    let (whole, ..) = build();
    let populations: Vec<PopulationId> = whole.populations().collect();
    assert_eq!((network.t(), populations.len()), (0, 2));
    let a = network.to_checkpoint();
    let spikes = network.run(200);
    let mut other = plastic(2);
    other.restore(&a).unwrap();
    assert_eq!(other.run(200), spikes);
}

/// What a rule has postponed was learned before the reset, and belongs to the weights that stay.
#[test]
fn a_reset_keeps_what_weights_have_not_caught_up_with() {
    let parameters = PairStdpParameters { dendritic_delay: 15, dt: DT, ..Default::default() };
    for n_threads in [1, 2] {
        let run = |reset: bool| {
            let (network, ee, _) = build();
            let mut network = PlasticNetwork::new(network, n_threads).unwrap();
            network.add_rule(ee, |projection| LazyPairStdp::new(projection, parameters.clone())).unwrap();
            network.run(N_STEPS);
            if reset {
                network.reset();
            }
            outcome(network).0
        };
        assert_eq!(run(true), run(false), "{n_threads} threads");
    }
}

#[test]
fn no_threads_and_rules_that_do_not_fit_are_refused() {
    assert!(PlasticNetwork::new(build().0, 0).is_err());
    let (network, ee, _) = build();
    let mut network = PlasticNetwork::new(network, 2).unwrap();
    let wrong =
        |p: &Projection| PairStdp::<f32>::new(p, PairStdpParameters { dt: 0.0, ..Default::default() });
    assert!(network.add_rule(ee, wrong).is_err());
}

#[test]
fn what_a_rule_keeps_counts_for_its_projection_alone() {
    let (network, ee, ei) = build();
    let mut network = PlasticNetwork::new(network, 2).unwrap();
    let before = [ee, ei].map(|id| network.n_bytes(id));
    network.add_rule(ee, stdp).unwrap();
    assert!(network.n_bytes(ee) > before[0]);
    assert_eq!(network.n_bytes(ei), before[1]);
}
