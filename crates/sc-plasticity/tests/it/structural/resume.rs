//! A run that is interrupted, saved, restored and resumed equals the one that was not, bit for bit.

use rand::RngExt;
use sc_core::{
    Autapses, Checkpoint, Delay, Editable, EulerLif, EulerLifParameters, Network, Population, PopulationId,
    Projection, ProjectionId, connectivity, random,
};
use sc_plasticity::{
    ActivityRewiring, ActivityRewiringParameters, DeepR, DeepRParameters, GrowthCurve, HomeostaticGrowth,
    HomeostaticGrowthParameters, InDegree, InPlaceRegrowth, InPlaceRegrowthParameters, PairStdp,
    PairStdpParameters, PlasticityRule, SparseEvolution, SparseEvolutionParameters,
};

/// Noisy neurons that excite each other, driven by a spike source.
fn network(editable: bool) -> (Network<f64>, PopulationId, ProjectionId) {
    let n = 30;
    let neuron = EulerLif::new(EulerLifParameters { noise_std: 0.12, ..Default::default() }).unwrap();
    let mut network = Network::new();
    let source = network.add_spike_source(n);
    let population = network.add_population(Population::new(neuron, n, 3));
    let input = connectivity::one_to_one(n).unwrap().with_weight(1.1).unwrap();
    network.add_projection(source, population, Projection::new(input)).unwrap();
    let csr =
        connectivity::fixed_probability(n, n, 0.15, Autapses::Forbid, 5).unwrap().with_weight(0.1).unwrap();
    let recurrent =
        if editable { Projection::new(Editable::try_from(&csr).unwrap()) } else { Projection::new(csr) };
    let recurrent = recurrent.with_delay(Delay::Uniform(4)).unwrap();
    let id = network.add_projection(population, population, recurrent).unwrap();
    (network, source, id)
}

type Rules = Vec<Box<dyn PlasticityRule<f64>>>;

fn rules(network: &Network<f64>, id: ProjectionId, which: &str, seed: u64) -> Rules {
    let projection = network.projection(id);
    let stdp = PairStdp::new(
        projection,
        PairStdpParameters { potentiation: 0.02, depression: 0.03, ..Default::default() },
    )
    .unwrap();
    let growth = |in_degree| {
        let parameters = ActivityRewiringParameters {
            growth: 0.9,
            in_degree,
            prune_below: 0.0999,
            autapses: Autapses::Forbid,
            seed,
            ..Default::default()
        };
        Box::new(ActivityRewiring::new(projection, parameters).unwrap())
    };
    match which {
        "homeostatic growth" => {
            let parameters = HomeostaticGrowthParameters {
                axonal: vec![GrowthCurve::Gaussian { rate: 0.05, eta: 0.0, eps: 0.2 }],
                dendritic: vec![GrowthCurve::Linear { rate: 0.05, target: 0.1 }],
                tau_calcium: 500.0,
                beta: 0.01,
                weight: 0.2,
                update_interval: 10,
                seed,
                ..Default::default()
            };
            vec![Box::new(stdp), Box::new(HomeostaticGrowth::new(projection, parameters).unwrap())]
        }
        "free" => vec![Box::new(stdp), growth(InDegree::Free { max: 9 })],
        "constant" => vec![Box::new(stdp), growth(InDegree::Constant)],
        _ => {
            let parameters = InPlaceRegrowthParameters { growth_rate: 0.02, prune_threshold: 0.05, seed };
            vec![Box::new(InPlaceRegrowth::new(parameters).unwrap())]
        }
    }
}

fn advance(network: &mut Network<f64>, source: PopulationId, id: ProjectionId, rules: &mut Rules) {
    let t = network.t();
    network.step();
    let mut stream = random::stream(9, "input", t);
    let spikes: Vec<u32> = (0..30).filter(|_| stream.random_bool(0.03)).collect();
    network.set_spikes(source, &spikes).unwrap();
    rules.iter_mut().for_each(|rule| rule.step(network.local(id)));
}

fn save(network: &Network<f64>, rules: &Rules) -> Checkpoint {
    let mut checkpoint = network.to_checkpoint();
    rules.iter().enumerate().for_each(|(k, rule)| rule.save(&format!("rule.{k}"), &mut checkpoint));
    Checkpoint::from_bytes(&checkpoint.to_bytes()).unwrap()
}

#[test]
fn every_structural_rule_resumes_exactly() {
    for which in ["homeostatic growth", "free", "constant", "in place"] {
        let editable = which != "in place";
        let (mut whole, source, id) = network(editable);
        let mut whole_rules = rules(&whole, id, which, 1);
        (0..333).for_each(|_| advance(&mut whole, source, id, &mut whole_rules));
        let saved = save(&whole, &whole_rules);
        (0..400).for_each(|_| advance(&mut whole, source, id, &mut whole_rules));

        // Restored into a network that has gone other ways before.
        let (mut resumed, source, id) = network(editable);
        let mut resumed_rules = rules(&resumed, id, which, 1);
        (0..57).for_each(|_| advance(&mut resumed, source, id, &mut resumed_rules));
        resumed.restore(&saved).unwrap();
        for (k, rule) in resumed_rules.iter_mut().enumerate() {
            rule.restore(&format!("rule.{k}"), &saved).unwrap();
        }
        assert!(
            !editable || resumed.projection(id).revision() > 20,
            "{which}: {}",
            resumed.projection(id).revision()
        );
        (0..400).for_each(|_| advance(&mut resumed, source, id, &mut resumed_rules));
        assert_eq!(
            save(&whole, &whole_rules).to_bytes(),
            save(&resumed, &resumed_rules).to_bytes(),
            "{which}"
        );

        // Another seed is another rule, a missing tensor an error; neither changes anything.
        let before = save(&resumed, &resumed_rules);
        let last = resumed_rules.len() - 1;
        let mut other = rules(&resumed, id, which, 2);
        assert!(other[last].restore(&format!("rule.{last}"), &saved).is_err(), "{which}");
        for damaged in [
            Checkpoint::new(),
            without(&saved, ".t"),
            without(&saved, ".touched"),
            without(&saved, ".recent_neurons"),
        ] {
            if resumed_rules[last].restore(&format!("rule.{last}"), &damaged).is_err() {
                assert_eq!(save(&resumed, &resumed_rules), before, "{which}");
            } else {
                resumed_rules[last].restore(&format!("rule.{last}"), &before).unwrap();
            }
        }
        // A reset rule is a new rule.
        resumed_rules.iter_mut().for_each(|rule| rule.reset());
        let new = rules(&resumed, id, which, 1);
        assert_eq!(save(&resumed, &resumed_rules), save(&resumed, &new), "{which}");
    }
}

/// The same without the tensors whose names end like this.
fn without(checkpoint: &Checkpoint, end: &str) -> Checkpoint {
    let mut rest = Checkpoint::new();
    for key in ["rule.0.rule", "rule.1.rule"] {
        checkpoint.metadata(key).into_iter().for_each(|value| rest.set_metadata(key, value));
    }
    for (name, shape) in
        checkpoint.tensors().filter(|(name, _)| name.starts_with("rule.") && !name.ends_with(end))
    {
        if let Ok(elements) = checkpoint.elements::<f64>(name) {
            rest.insert(name, shape, elements);
        } else if let Ok(elements) = checkpoint.elements::<u64>(name) {
            rest.insert(name, shape, elements);
        } else if let Ok(elements) = checkpoint.elements::<u32>(name) {
            rest.insert(name, shape, elements);
        }
    }
    rest
}

#[test]
fn rules_of_gradients_and_epochs_resume_exactly() {
    let start = || {
        let structure = connectivity::fixed_probability(20, 15, 0.2, Autapses::Allow, 2).unwrap();
        Projection::<f32>::new(Editable::try_from(&structure.with_weight(0.05).unwrap()).unwrap())
    };
    let mut whole = start();
    let deep_r = || {
        DeepR::new(&start(), DeepRParameters { l1: 0.1, temperature: 0.1, seed: 3, ..Default::default() })
            .unwrap()
    };
    let set = || {
        SparseEvolution::new(&start(), SparseEvolutionParameters { seed: 3, ..Default::default() }).unwrap()
    };
    let (mut whole_deep_r, mut whole_set) = (deep_r(), set());
    let advance = |projection: &mut Projection<f32>, deep_r: &mut DeepR, set: &mut SparseEvolution| {
        for _ in 0..20 {
            deep_r.step(projection, 0.01, |_, pre, post| (pre as f32 - post as f32) / 10.0);
        }
        set.evolve(projection);
    };
    (0..5).for_each(|_| advance(&mut whole, &mut whole_deep_r, &mut whole_set));
    let mut checkpoint = Checkpoint::new();
    whole_deep_r.save("deep_r", &mut checkpoint);
    whole_set.save("set", &mut checkpoint);
    let mut resumed = whole.clone();
    (0..5).for_each(|_| advance(&mut whole, &mut whole_deep_r, &mut whole_set));
    let (mut resumed_deep_r, mut resumed_set) = (deep_r(), set());
    resumed_deep_r.restore("deep_r", &checkpoint).unwrap();
    resumed_set.restore("set", &checkpoint).unwrap();
    (0..5).for_each(|_| advance(&mut resumed, &mut resumed_deep_r, &mut resumed_set));
    assert_eq!(whole, resumed);
    assert_eq!(whole.weights().values(), resumed.weights().values());
    let other = DeepRParameters { l1: 0.2, ..Default::default() };
    assert!(DeepR::new(&start(), other).unwrap().restore("deep_r", &checkpoint).is_err());
    assert!(set().restore("deep_r", &checkpoint).is_err());
}
