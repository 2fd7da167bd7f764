//! What every rule must do in a network that it changes: go on after an interruption as if there had been none,
//! and give the same result on any number of threads.

use sc_core::{
    Autapses, Checkpoint, Delay, EulerLif, EulerLifParameters, Network, Population, Projection, ProjectionId,
    Real, connectivity,
};
use sc_plasticity::{
    Bcm, BcmParameters, ClockedShortTerm, ClockedShortTermParameters, LazyPairStdp, PairStdp,
    PairStdpParameters, PlasticNetwork, PopulationScaling, PopulationScalingParameters, RateOf,
    RewardModulatedStdp, RewardModulatedStdpParameters, RewardedCoincidence, ShortTerm, ShortTermParameters,
    SynapticScaling, SynapticScalingParameters, TripletStdp, TripletStdpParameters,
};

/// Gives a projection a rule.
type Add<R> = fn(&mut PlasticNetwork<R>, ProjectionId);

/// Rules that look at a synapse and the neurons at its ends.
fn rules<R: Real>() -> Vec<(&'static str, Add<R>)> {
    vec![
        ("ShortTerm", |n, id| {
            n.add_rule(id, |p| ShortTerm::new(p, ShortTermParameters::facilitating())).unwrap();
        }),
        ("ClockedShortTerm", |n, id| {
            let parameters = ClockedShortTermParameters::default;
            n.add_rule(id, |p| ClockedShortTerm::new(p.n_pre(), parameters())).unwrap();
        }),
        ("PairStdp", |n, id| n.add_rule(id, |p| PairStdp::new(p, PairStdpParameters::default())).unwrap()),
        ("LazyPairStdp", |n, id| {
            n.add_rule(id, |p| LazyPairStdp::new(p, PairStdpParameters::default())).unwrap();
        }),
        ("TripletStdp", |n, id| {
            n.add_rule(id, |p| TripletStdp::new(p, TripletStdpParameters::default())).unwrap();
        }),
        ("RewardModulatedStdp", |n, id| {
            n.add_rule(id, |p| RewardModulatedStdp::new(p, RewardModulatedStdpParameters::default()))
                .unwrap();
        }),
        ("RewardedCoincidence", |n, id| n.add_rule(id, |p| RewardedCoincidence::new(p, 100.0)).unwrap()),
        ("Bcm", |n, id| {
            let parameters = || BcmParameters { learning_rate: 1e-3, ..BcmParameters::default() };
            n.add_rule(id, |p| Bcm::new(p, parameters())).unwrap();
        }),
        ("SynapticScaling", |n, id| {
            n.add_rule(id, |p| SynapticScaling::new(p, scaling(RateOf::Neuron))).unwrap();
        }),
    ]
}

/// Rules that take a mean over the population, and so belong on one thread.
fn rules_of_populations<R: Real>() -> Vec<(&'static str, Add<R>)> {
    vec![
        ("PopulationScaling", |n, id| {
            let parameters = PopulationScalingParameters::default;
            n.add_rule(id, |p| PopulationScaling::new(p.n_post(), parameters())).unwrap();
        }),
        ("SynapticScaling of the population", |n, id| {
            n.add_rule(id, |p| SynapticScaling::new(p, scaling(RateOf::Population))).unwrap();
        }),
    ]
}

fn scaling(rate_of: RateOf) -> SynapticScalingParameters {
    SynapticScalingParameters { tau_scaling: 2000.0, update_interval: 30, rate_of, ..Default::default() }
}

/// Forty noisy neurons with one another, 20 % of all synapses, 2 steps of delay.
fn network<R: Real>(n_threads: usize, add: Add<R>) -> (PlasticNetwork<R>, ProjectionId) {
    let mut network = Network::new();
    let noisy = EulerLif::new(EulerLifParameters { noise_std: 0.45, ..Default::default() }).unwrap();
    let neurons = network.add_population(Population::new(noisy, 40, 1));
    let structure = connectivity::fixed_probability(40, 40, 0.2, Autapses::Forbid, 1).unwrap();
    let projection = Projection::new(structure.with_weight(R::of(0.1)).unwrap());
    let projection = projection.with_delay(Delay::Uniform(2)).unwrap();
    let synapses = network.add_projection(neurons, neurons, projection).unwrap();
    let mut network = PlasticNetwork::new(network, n_threads).unwrap();
    add(&mut network, synapses);
    (network, synapses)
}

/// Steps, with a reward now and then for those that wait for it.
fn run<R: Real>(network: &mut PlasticNetwork<R>, n_steps: usize) -> usize {
    let rewards: Vec<R> = (0..n_steps).map(|t| R::of(if t % 50 == 33 { 0.01 } else { 0.0 })).collect();
    network.run_rewarded(&rewards)[0].n_spikes()
}

/// All that rules write.
fn learned<R: Real>(network: PlasticNetwork<R>, synapses: ProjectionId) -> (Vec<R>, Option<Vec<R>>) {
    let network = network.into_network().unwrap();
    let projection = network.projection(synapses);
    (projection.weights().values().to_vec(), projection.efficacy().map(<[R]>::to_vec))
}

fn resumes_bit_for_bit<R: Real>(name: &str, add: Add<R>) {
    let (mut uninterrupted, synapses) = network(1, add);
    let n_spikes = run(&mut uninterrupted, 317);
    assert!(n_spikes > 300, "{name}: {n_spikes} spikes of 40 neurons");
    let bytes = uninterrupted.to_checkpoint().to_bytes();
    let (mut resumed, _) = network(1, add);
    run(&mut resumed, 5);
    resumed.restore(&Checkpoint::from_bytes(&bytes).unwrap()).unwrap();
    run(&mut uninterrupted, 400);
    run(&mut resumed, 400);
    assert_eq!(resumed.to_checkpoint(), uninterrupted.to_checkpoint(), "{name}");
    let unchanged = learned(network(1, add).0, synapses);
    assert_ne!(learned(resumed, synapses), unchanged, "{name} does something");
}

#[test]
fn with_every_rule_a_network_resumes_bit_for_bit_in_single_and_double_precision() {
    for (name, add) in [rules::<f32>(), rules_of_populations()].concat() {
        resumes_bit_for_bit(name, add);
    }
    for (name, add) in [rules::<f64>(), rules_of_populations()].concat() {
        resumes_bit_for_bit(name, add);
    }
}

#[test]
fn with_every_rule_3_threads_learn_bit_for_bit_what_1_learns() {
    for (name, add) in rules::<f32>() {
        let ((mut alone, synapses), (mut together, _)) = (network(1, add), network(3, add));
        assert_eq!(run(&mut alone, 300), run(&mut together, 300), "{name}");
        assert_eq!(learned(alone, synapses), learned(together, synapses), "{name}");
    }
}
