//! Populations without neurons, projections without synapses or without a pair that may have one.

use sc_core::{Autapses, Checkpoint, Editable, Local, Network, Projection};
use sc_plasticity::{
    ActivityRewiring, ActivityRewiringParameters, DeepR, DeepRParameters, Error, GrowthCurve,
    HomeostaticGrowth, HomeostaticGrowthParameters, InDegree, InPlaceRegrowth, InPlaceRegrowthParameters,
    PlasticityRule, SparseEvolution, SparseEvolutionParameters,
};

const SIZES: [(usize, usize); 5] = [(0, 0), (0, 3), (3, 0), (1, 1), (3, 3)];

#[test]
fn where_nothing_can_be_nothing_happens() {
    for (n_pre, n_post) in SIZES {
        let mut projection = Projection::<f32>::new(Editable::empty(n_pre, n_post));
        // Of three neurons, all pairs that may have a synapse have one.
        for pair in (0..9).map(|k| (k / 3, k % 3)).filter(|pair| n_pre * n_post == 9 && pair.0 != pair.1) {
            projection.add_synapse(pair.0, pair.1, 1.0).unwrap();
        }
        let before = (projection.editable().unwrap().clone(), projection.revision());
        let autapses = Autapses::Forbid;
        let mut rules: Vec<Box<dyn PlasticityRule>> = Vec::new();
        for in_degree in [InDegree::Constant, InDegree::Free { max: usize::MAX }] {
            let parameters =
                ActivityRewiringParameters { growth: 1.0, in_degree, autapses, ..Default::default() };
            rules.push(Box::new(ActivityRewiring::new(&projection, parameters).unwrap()));
        }
        let more = vec![GrowthCurve::Linear { rate: 0.1, target: 1e9 }];
        let parameters = HomeostaticGrowthParameters {
            axonal: more.clone(),
            dendritic: more,
            update_interval: 1,
            autapses,
            ..Default::default()
        };
        rules.push(Box::new(HomeostaticGrowth::new(&projection, parameters).unwrap()));
        let (pre_spikes, post_spikes): (Vec<u32>, Vec<u32>) =
            ((0..n_pre as u32).collect(), (0..n_post as u32).collect());
        for rule in &mut rules {
            for _ in 0..100 {
                let (pre_spikes, post_spikes) = (&pre_spikes[..], &post_spikes[..]);
                rule.step(Local { projection: &mut projection, pre_spikes, post_spikes, reward: 0.0 });
            }
            let mut checkpoint = Checkpoint::new();
            rule.save("r", &mut checkpoint);
            rule.restore("r", &Checkpoint::from_bytes(&checkpoint.to_bytes()).unwrap()).unwrap();
        }
        assert_eq!((projection.editable().unwrap(), projection.revision()), (&before.0, before.1));
        if before.0.n_synapses() == 0 {
            let mut deep_r = DeepR::new(&projection, DeepRParameters::default()).unwrap();
            assert_eq!(deep_r.step(&mut projection, 1.0, |_, _, _| 1.0), 0);
            let mut set = SparseEvolution::new(&projection, SparseEvolutionParameters::default()).unwrap();
            assert_eq!(set.evolve(&mut projection), 0);
            assert_eq!(projection.revision(), 0);
        }
        for post in 0..n_post {
            projection.synapses().to(post, |_, _, weight| assert_eq!(*weight, 1.0));
        }
    }
}

#[test]
fn empty_populations_and_projections_are_cut_joined_saved_and_restored() {
    let build = || {
        let mut network = Network::<f32>::new();
        let populations = [0, 3].map(|n| network.add_spike_source(n));
        for (source, n_pre) in populations.into_iter().zip([0, 3]) {
            for (target, n_post) in populations.into_iter().zip([0, 3]) {
                let projection = Projection::new(Editable::empty(n_pre, n_post));
                network.add_projection(source, target, projection).unwrap();
            }
        }
        network
    };
    let mut network = build();
    network.run(3);
    let saved = Checkpoint::from_bytes(&network.to_checkpoint().to_bytes()).unwrap();
    let mut other = build();
    other.restore(&saved).unwrap();
    assert_eq!(other.to_checkpoint(), saved);
    let joined = Network::from_parts(other.into_parts(5).unwrap()).unwrap();
    assert_eq!(joined.t(), 3);
    assert_eq!(joined.populations().map(|id| joined.n(id)).collect::<Vec<_>>(), [0, 3]);
}

/// Counting on from there would overflow.
#[test]
fn as_many_steps_as_a_number_holds_are_refused() {
    fn attempt(
        save: impl Fn(&mut Checkpoint),
        restore: impl FnOnce(&Checkpoint) -> Result<(), Error>,
        name: &str,
    ) {
        let mut checkpoint = Checkpoint::new();
        save(&mut checkpoint);
        checkpoint.insert(name, &[], &[u64::MAX]);
        assert!(matches!(restore(&checkpoint), Err(Error::Parameter { name: "steps made", .. })), "{name}");
    }
    let projection = Projection::<f32>::new(Editable::empty(3, 3));
    let rules: [Box<dyn PlasticityRule>; 3] = [
        Box::new(ActivityRewiring::new(&projection, ActivityRewiringParameters::default()).unwrap()),
        Box::new(HomeostaticGrowth::new(&projection, HomeostaticGrowthParameters::default()).unwrap()),
        Box::new(InPlaceRegrowth::new(InPlaceRegrowthParameters::default()).unwrap()),
    ];
    for mut rule in rules {
        let mut checkpoint = Checkpoint::new();
        rule.save("r", &mut checkpoint);
        attempt(|c| *c = checkpoint.clone(), |c| rule.restore("r", c), "r.t");
    }
    let deep_r = DeepR::new(&projection, DeepRParameters::default()).unwrap();
    attempt(|c| deep_r.save("r", c), |c| deep_r.clone().restore("r", c), "r.t");
    let set = SparseEvolution::new(&projection, SparseEvolutionParameters::default()).unwrap();
    attempt(|c| set.save("r", c), |c| set.clone().restore("r", c), "r.generation");
}
