//! Synapses that come and go, against a map from pairs to weights.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sc_core::{
    Autapses, Checkpoint, Csr, Delay, Dense, Editable, Error, Incoming, Lapicque, LapicqueParameters,
    Network, Population, Projection, ProjectionId, Stimulus, Weights, connectivity,
};

const N_PRE: usize = 5;
const N_POST: usize = 4;
const N_PAIRS: usize = N_PRE * N_POST;

type Oracle = BTreeMap<(usize, usize), f64>;

/// All that can be asked of the weights says the same as the map.
fn check(projection: &mut Projection<f64>, oracle: &Oracle) {
    let editable = projection.editable().unwrap().clone();
    assert_eq!(editable.n_synapses(), oracle.len());
    assert_eq!(projection.weights().n_synapses(), oracle.len());
    let mut by_row = Oracle::new();
    for pre in 0..N_PRE {
        let (targets, weights) = editable.row(pre);
        assert!(targets.is_sorted_by(|a, b| a < b));
        by_row.extend(targets.iter().zip(weights).map(|(&post, &w)| ((pre, post as usize), w)));
    }
    assert_eq!(&by_row, oracle);
    for post in 0..N_POST {
        let sources = oracle.keys().filter(|pair| pair.1 == post).map(|pair| pair.0 as u32);
        assert!(editable.sources(post).iter().copied().eq(sources));
        for pre in 0..N_PRE {
            assert_eq!(editable.get(pre, post), oracle.get(&(pre, post)).copied());
        }
    }
    let csr = Csr::from(&editable);
    let (indptr, indices) = (csr.indptr().to_vec(), csr.indices().to_vec());
    assert_eq!(Csr::new(N_PRE, N_POST, indptr, indices, csr.values().to_vec()), Ok(csr.clone()));
    assert_eq!(Editable::try_from(&csr).unwrap(), editable);
    assert_eq!(Dense::from(&csr), Dense::from(&editable));
    // What a rule walks: every synapse by its row and by its column, each in its slot.
    let incoming = Incoming::of(projection.weights());
    let slots = projection.weights().values().to_vec();
    let mut synapses = projection.synapses();
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for pre in 0..N_PRE {
        synapses.from(pre, |k, post, w| from.push((k, pre, post, *w)));
    }
    for post in 0..N_POST {
        let first = to.len();
        synapses.to(post, |k, pre, w| to.push((k, pre, post, *w)));
        assert!(incoming.to(post).map(|s| (s.index, s.pre)).eq(to[first..].iter().map(|s| (s.0, s.1))));
    }
    assert!(from.iter().all(|&(k, pre, post, w)| slots[k] == w && oracle[&(pre, post)] == w));
    from.sort_by_key(|synapse| synapse.0);
    to.sort_by_key(|synapse| synapse.0);
    assert!(from.windows(2).all(|pair| pair[0].0 < pair[1].0), "two synapses in one slot");
    assert_eq!(from, to);
}

prop_compose! {
    fn edits()(edits in prop::collection::vec((0..N_PAIRS, prop::bool::weighted(0.6), -2.0_f64..2.0), 0..120),
               start in prop::collection::btree_map(0..N_PAIRS, -2.0_f64..2.0, 0..N_PAIRS))
        -> (Oracle, Vec<((usize, usize), bool, f64)>) {
        let pair = |k: usize| (k / N_POST, k % N_POST);
        (start.into_iter().map(|(k, w)| (pair(k), w)).collect(),
         edits.into_iter().map(|(k, add, w)| (pair(k), add, w)).collect())
    }
}

/// The same synapses in compressed form, row by row.
fn compressed(oracle: &Oracle) -> Csr<f64> {
    let indptr = (0..=N_PRE).map(|pre| oracle.range(..(pre, 0)).count()).collect();
    let indices = oracle.keys().map(|pair| pair.1 as u32).collect();
    Csr::new(N_PRE, N_POST, indptr, indices, oracle.values().copied().collect()).unwrap()
}

proptest! {
    #[test]
    fn any_sequence_of_edits_agrees_with_a_map((start, edits) in edits()) {
        let mut oracle = start;
        let mut projection = Projection::new(Editable::try_from(&compressed(&oracle)).unwrap());
        check(&mut projection, &oracle);
        let mut revision = 0;
        for ((pre, post), add, weight) in edits {
            let before = projection.weights().values().to_vec();
            let changed = if add {
                let new = !oracle.contains_key(&(pre, post));
                oracle.entry((pre, post)).or_insert(weight);
                prop_assert_eq!(projection.add_synapse(pre, post, weight), Ok(new));
                new
            } else {
                let removed = oracle.remove(&(pre, post));
                prop_assert_eq!(projection.remove_synapse(pre, post), Ok(removed));
                removed.is_some()
            };
            revision += u64::from(changed);
            prop_assert_eq!(projection.revision(), revision);
            prop_assert!(changed || before == projection.weights().values());
            check(&mut projection, &oracle);
        }
    }

    /// Spikes travel as if every step had a projection of its own, with the synapses of that step.
    #[test]
    fn spikes_are_sent_over_the_synapses_of_their_step(
        (start, edits) in edits(), delay in 0_u16..4, gained in any::<bool>(), threshold in prop::sample::select(vec![0.0, 0.5]),
        spikes in prop::collection::vec(prop::collection::btree_set(0..N_PRE as u32, 0..=N_PRE), 120),
    ) {
        let mut oracle = start;
        let mut projection = Projection::new(Editable::try_from(&compressed(&oracle)).unwrap())
            .with_delay(Delay::Uniform(delay)).unwrap().with_weight_threshold(threshold).unwrap();
        let gain = |pre: usize| if gained { 0.5 + pre as f64 } else { 1.0 };
        if gained {
            projection.efficacy_mut().iter_mut().enumerate().for_each(|(pre, e)| *e = gain(pre));
        }
        let mut arrivals = vec![[0.0; N_POST]; edits.len() + 4];
        for (t, ((pre, post), add, weight)) in edits.into_iter().enumerate() {
            let active: Vec<u32> = spikes[t].iter().copied().collect();
            for (&(i, j), &w) in &oracle {
                if active.contains(&(i as u32)) && (threshold == 0.0 || w.abs() > threshold) {
                    arrivals[t + usize::from(delay)][j] += gain(i) * w;
                }
            }
            let mut currents = [0.0; N_POST];
            projection.propagate(&active, &mut currents);
            prop_assert!(currents.iter().zip(arrivals[t]).all(|(a, b)| (a - b).abs() < 1e-12), "step {t}");
            if add {
                oracle.entry((pre, post)).or_insert(weight);
                projection.add_synapse(pre, post, weight).unwrap();
            } else {
                oracle.remove(&(pre, post));
                projection.remove_synapse(pre, post).unwrap();
            }
        }
    }
}

#[test]
fn a_new_synapse_carries_nothing_of_before_and_a_removed_one_delivers_what_it_sent() {
    let mut projection = Projection::<f64>::new(Editable::empty(2, 1)).with_delay(Delay::Uniform(2)).unwrap();
    let mut step = |active: &[u32], edit: &dyn Fn(&mut Projection<f64>)| {
        let mut currents = [0.0];
        projection.propagate(active, &mut currents);
        edit(&mut projection);
        currents[0]
    };
    let nothing: &dyn Fn(&mut Projection<f64>) = &|_| ();
    assert_eq!(step(&[0], &|p| assert!(p.add_synapse(0, 0, 1.0).unwrap())), 0.0); // sent before it existed
    assert_eq!(step(&[0], &|p| assert_eq!(p.remove_synapse(0, 0), Ok(Some(1.0)))), 0.0);
    assert_eq!(step(&[0], nothing), 0.0); // nothing from the first step; sent after it had gone
    assert_eq!(step(&[], nothing), 1.0); // sent while it was there
    assert_eq!(step(&[], nothing), 0.0);
}

/// A network that is edited at random between its steps.
fn network() -> (Network<f64>, ProjectionId) {
    let n = 12;
    let neuron = Lapicque::new(LapicqueParameters::default()).unwrap();
    let mut network = Network::new();
    let population = network.add_population(Population::new(neuron, n, 3));
    let structure = connectivity::fixed_probability(n, n, 0.3, Autapses::Forbid, 5).unwrap();
    let weights = Editable::try_from(&structure.with_weight(1.5).unwrap()).unwrap();
    let projection = Projection::new(weights).with_delay(Delay::Uniform(3)).unwrap();
    let id = network.add_projection(population, population, projection).unwrap();
    network.add_stimulus(Stimulus::step_current(population, 0, 1_000, 1.3).unwrap()).unwrap();
    (network, id)
}

fn edit(network: &mut Network<f64>, id: ProjectionId, t: u64) {
    let mix = |salt: u64| ((t * 7919 + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % 12;
    let projection = network.local(id).projection;
    projection.add_synapse(mix(1), mix(2), 0.1 * t as f64).unwrap();
    projection.remove_synapse(mix(3), mix(4)).unwrap();
    projection.synapses().to(mix(5), |k, _, weight| *weight += 1e-3 * k as f64);
}

#[test]
fn an_edited_network_that_is_saved_and_restored_continues_bit_for_bit() {
    let (mut whole, id) = network();
    let mut record = Vec::new();
    let mut saved = None;
    for t in 0..200 {
        if t == 90 {
            saved = Some(whole.to_checkpoint().to_bytes());
        }
        record.push(whole.run(1));
        edit(&mut whole, id, t);
    }
    let checkpoint = Checkpoint::from_bytes(&saved.unwrap()).unwrap();
    let (mut resumed, id) = network();
    resumed.restore(&checkpoint).unwrap();
    assert!(resumed.projection(id).revision() > 0);
    for t in 90..200 {
        assert_eq!(resumed.run(1), record[t as usize]);
        edit(&mut resumed, id, t);
    }
    assert_eq!(whole.to_checkpoint(), resumed.to_checkpoint());
    let (whole, resumed) = (whole.projection(id), resumed.projection(id));
    assert_eq!(whole.weights().values(), resumed.weights().values(), "slots");
    assert_eq!(whole.revision(), resumed.revision());
    assert!(record.iter().map(|step| step[0].n_spikes()).sum::<usize>() > 100);
    assert_ne!(whole.weights(), network().0.projection(id).weights());
}

#[test]
fn learned_structure_goes_into_another_network_in_any_form() {
    let (mut network, id) = network();
    for t in 0..50 {
        network.step();
        edit(&mut network, id, t);
    }
    let learned = network.projection(id).editable().unwrap();
    let mut forms = [
        Projection::new(learned.clone()),
        Projection::new(Csr::from(learned)),
        Projection::new(Dense::from(learned)),
    ];
    let mut arrived = forms.iter_mut().map(|projection| {
        let mut currents = [0.0; 12];
        projection.propagate(&[1, 4, 7], &mut currents);
        currents
    });
    let first = arrived.next().unwrap();
    assert!(first.iter().any(|&current| current > 0.0));
    assert!(arrived.all(|currents| currents == first));
}

#[test]
fn saved_slots_that_make_no_sense_are_refused() {
    let (mut network, id) = network();
    (0..20).for_each(|t| edit(&mut network, id, t));
    let good = network.to_checkpoint();
    let starts = good.elements::<u64>("projection.0.row_starts").unwrap().to_vec();
    let rooms = good.elements::<u64>("projection.0.row_rooms").unwrap().to_vec();
    let [slots, revision] = good.get("projection.0.slots, revision", &[2]).unwrap()[..] else { panic!() };
    let mut attempt_at = |starts: &[u64], rooms: &[u64], slots: u64, revision: u64| {
        let mut checkpoint = good.clone();
        checkpoint.insert("projection.0.row_starts", &[starts.len()], starts);
        checkpoint.insert("projection.0.row_rooms", &[rooms.len()], rooms);
        checkpoint.insert("projection.0.slots, revision", &[2], &[slots, revision]);
        network.restore(&checkpoint)
    };
    assert!(attempt_at(&starts, &rooms, slots, u64::MAX).is_err(), "nothing could be edited any more");
    let mut attempt = |starts: &[u64], rooms: &[u64], slots: u64| attempt_at(starts, rooms, slots, revision);
    attempt(&starts, &rooms, slots).unwrap();
    let with = |numbers: &[u64], value: u64| [&[value], &numbers[1..]].concat();
    assert!(attempt(&with(&starts, starts[1]), &rooms, slots).is_err(), "two rows in one place");
    let neighbour = (0..12).find(|&row| starts.contains(&(starts[row] + rooms[row]))).unwrap();
    let mut wide = rooms.clone();
    wide[neighbour] += 1;
    assert!(attempt(&starts, &wide, slots).is_err(), "two rows in one slot");
    assert!(attempt(&with(&starts, u64::MAX), &rooms, slots).is_err(), "beyond the end");
    assert!(attempt(&starts, &with(&rooms, 0), slots).is_err(), "no room for the synapses");
    assert!(attempt(&starts, &with(&rooms, u64::MAX), slots).is_err());
    assert!(attempt(&starts, &rooms, slots - rooms.iter().max().unwrap()).is_err(), "fewer slots than rows");
    assert!(attempt(&starts, &rooms, 1 << 40).is_err(), "more slots than any edits leave");
    assert!(attempt(&starts[1..], &rooms, slots).is_err());
    assert_eq!(network.to_checkpoint(), good);
}

#[test]
fn a_row_that_never_had_a_synapse_lies_nowhere() {
    let build = || {
        let mut network = Network::<f64>::new();
        let source = network.add_spike_source(2);
        let id = network.add_projection(source, source, Projection::new(Editable::empty(2, 2))).unwrap();
        (network, id)
    };
    let (mut network, id) = build();
    let mut checkpoint = network.to_checkpoint();
    checkpoint.insert("projection.0.row_starts", &[2], &[u64::MAX, 0]);
    network.restore(&checkpoint).unwrap();
    assert_eq!(network.to_checkpoint(), build().0.to_checkpoint());
    let projection = network.local(id).projection;
    assert_eq!(projection.add_synapse(0, 1, 0.5), Ok(true));
    assert_eq!(projection.editable().unwrap().row(0), (&[1][..], &[0.5][..]));
    assert_ne!(Editable::<f64>::empty(2, 3), Editable::empty(2, 2));
    assert_ne!(Editable::<f64>::empty(3, 2), Editable::empty(2, 2));
}

#[test]
fn what_cannot_be_edited_says_so() {
    let mut dense = Projection::<f64>::new(Dense::zeros(2, 2));
    assert_eq!(dense.add_synapse(0, 0, 1.0), Err(Error::FixedStructure));
    assert_eq!(dense.remove_synapse(0, 0), Err(Error::FixedStructure));
    assert!(dense.editable().is_none());
    let mut projection = Projection::<f64>::new(Editable::empty(2, 3));
    let index = |what, index, bound| Err(Error::Index { what, position: 0, index, bound });
    assert_eq!(projection.add_synapse(2, 0, 1.0), index("pre", 2, 2));
    assert_eq!(projection.add_synapse(0, 3, 1.0), index("post", 3, 3));
    assert_eq!(
        projection.remove_synapse(0, usize::MAX).unwrap_err(),
        index("post", usize::MAX, 3).unwrap_err()
    );
    assert!(matches!(projection.add_synapse(0, 0, f64::NAN), Err(Error::NotFinite { .. })));
    assert_eq!(projection.revision(), 0);
    let delays = projection.clone().with_delay(Delay::PerSynapse(vec![]));
    assert_eq!(delays, Err(Error::EditableDelays));
    let twice = Csr::new(1, 2, vec![0, 3], vec![1, 0, 1], vec![1.0; 3]).unwrap();
    assert_eq!(Editable::try_from(&twice), Err(Error::DuplicateSynapse { pre: 0, post: 1 }));
}

#[test]
#[should_panic(expected = "synapses were created or removed (revision 1) since this rule was made")]
fn a_rule_with_a_state_per_synapse_can_refuse_an_edit() {
    let mut projection = Projection::<f64>::new(Editable::empty(1, 1));
    let revision = projection.revision();
    projection.assert_revision(revision);
    projection.add_synapse(0, 0, 1.0).unwrap();
    projection.assert_revision(revision);
}

#[test]
fn ten_thousand_random_synapses_take_at_most_twice_their_compact_size() {
    let structure = connectivity::fixed_probability(200, 200, 0.25, Autapses::Allow, 1).unwrap();
    let csr = structure.with_weight(1.0_f32).unwrap();
    let mut editable = Editable::<f32>::empty(200, 200);
    for pre in 0..200 {
        csr.row(pre).0.iter().for_each(|&post| assert!(editable.insert(pre, post as usize, 1.0).unwrap()));
    }
    assert_eq!(Weights::from(editable.clone()), Weights::from(Editable::try_from(&csr).unwrap()));
    let slots = editable.values().len() as f64 / editable.n_synapses() as f64;
    assert!(slots < 2.75, "{slots} slots per synapse after growing from nothing");
    let slots = Editable::try_from(&csr).unwrap().values().len() as f64 / csr.n_synapses() as f64;
    assert!(slots < 1.35, "{slots} slots per synapse when converted");
}
