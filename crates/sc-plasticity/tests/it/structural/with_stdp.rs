//! STDP on a projection that is rewired at the same time.

use rand::RngExt;
use sc_core::{Dense, Editable, Local, Projection, random};
use sc_plasticity::{
    ActivityRewiring, ActivityRewiringParameters, InDegree, PairStdp, PairStdpParameters, PlasticityRule,
};

use super::{Synapses, random_projection, random_spikes, synapses};

/// The weight of every synapse, bit for bit, as if its pair had always been there and only got its weight when
/// it was created: traces belong to neurons. Random edits and spikes, seed 4.
#[test]
fn stdp_goes_on_across_edits() {
    let (n_pre, n_post) = (12, 9);
    let mut edited = Projection::<f64>::new(Editable::empty(n_pre, n_post));
    let mut all = Projection::<f64>::new(Dense::zeros(n_pre, n_post));
    let parameters = PairStdpParameters { potentiation: 0.05, depression: 0.04, ..Default::default() };
    let mut stdp = PairStdp::new(&edited, parameters.clone()).unwrap();
    let mut stdp_of_all = PairStdp::new(&all, parameters).unwrap();
    let mut stream = random::stream(4, "test", 0);
    let mut expected = Synapses::new();
    for t in 0..3000 {
        let (pre_spikes, post_spikes) =
            (random_spikes(n_pre, 0.03, &mut stream), random_spikes(n_post, 0.03, &mut stream));
        let (pre_spikes, post_spikes) = (&pre_spikes[..], &post_spikes[..]);
        stdp.step(Local { projection: &mut edited, pre_spikes, post_spikes, reward: 0.0 });
        stdp_of_all.step(Local { projection: &mut all, pre_spikes, post_spikes, reward: 0.0 });
        for (&(pre, post), w) in &mut expected {
            *w = all.weights().values()[pre * n_post + post];
        }
        assert_eq!(synapses(&edited), expected, "step {t}");
        let (pre, post) = (stream.random_range(0..n_pre), stream.random_range(0..n_post));
        if stream.random_bool(0.6) {
            if edited.add_synapse(pre, post, 0.5).unwrap() {
                all.weights_mut()[pre * n_post + post] = 0.5;
                expected.insert((pre, post), 0.5);
            }
        } else {
            edited.remove_synapse(pre, post).unwrap();
            expected.remove(&(pre, post));
        }
    }
    let learned = expected.values().filter(|w| **w != 0.5).count();
    assert!(learned > 30 && edited.revision() > 500);
}

/// A neuron with 20 synapses from 100 sources, of which the first 20 fire together 3 ms before it. Pairs that
/// are correlated are preferred: after 200 s at least 15 of the 20 synapses come from them (chance: 4), with
/// pair STDP to tell strong from weak. The in-degree stays 20 throughout. Seeds 1 to 3.
#[test]
fn synapses_move_to_correlated_sources() {
    for seed in 1..=3 {
        let mut stream = random::stream(seed, "test", 0);
        let mut projection = random_projection((100, 1), 20, &mut stream, |_| 0.5);
        let correlated =
            |projection: &Projection<f64>| synapses(projection).keys().filter(|pair| pair.0 < 20).count();
        let at_first = correlated(&projection);
        let stdp = PairStdpParameters { potentiation: 0.02, depression: 0.03, ..Default::default() };
        let mut stdp = PairStdp::new(&projection, stdp).unwrap();
        let rewiring = ActivityRewiringParameters {
            growth: 0.5,
            weight: 0.3,
            prune_below: 0.1,
            in_degree: InDegree::Constant,
            seed,
            ..Default::default()
        };
        let mut rewiring = ActivityRewiring::new(&projection, rewiring).unwrap();
        let mut events = [false; 4];
        for t in 0..200_000 {
            events.rotate_right(1);
            events[0] = stream.random_bool(0.008);
            let pre: Vec<u32> = (0..100)
                .filter(|&i| {
                    if i >= 20 {
                        stream.random_bool(0.005)
                    } else {
                        stream.random_bool(0.001) || events[0] && stream.random_bool(0.5)
                    }
                })
                .collect();
            let post: &[u32] =
                if events[3] && stream.random_bool(0.8) || stream.random_bool(0.002) { &[0] } else { &[] };
            let mut local = |rule: &mut dyn PlasticityRule<f64>| {
                rule.step(Local {
                    projection: &mut projection,
                    pre_spikes: &pre,
                    post_spikes: post,
                    reward: 0.0,
                });
            };
            local(&mut stdp);
            local(&mut rewiring);
            assert!(t % 1000 > 0 || projection.editable().unwrap().n_synapses() == 20);
        }
        let at_last = correlated(&projection);
        assert!(
            at_last >= 15,
            "seed {seed}: {at_first} of 20 synapses from correlated sources, later {at_last}"
        );
        assert!(projection.revision() > 30, "{}", projection.revision());
    }
}
