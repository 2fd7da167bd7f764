//! Rules that create and remove synapses.

mod activity_rewiring;
mod deep_r;
mod degenerate;
mod homeostatic_growth;
mod in_place_regrowth;
mod resume;
mod sparse_evolution;
mod with_stdp;

use std::collections::BTreeMap;

use rand::RngExt;
use sc_core::random::Stream;
use sc_core::{Editable, Projection};

type Synapses = BTreeMap<(usize, usize), f64>;

fn synapses(projection: &Projection<f64>) -> Synapses {
    let editable = projection.editable().unwrap();
    let mut synapses = Synapses::new();
    for pre in 0..editable.n_pre() {
        let (targets, weights) = editable.row(pre);
        synapses.extend(targets.iter().zip(weights).map(|(&post, &w)| ((pre, post as usize), w)));
    }
    assert_eq!(synapses.len(), editable.n_synapses());
    synapses
}

/// `n` random pairs with weights drawn by `weight`.
fn random_projection(
    (n_pre, n_post): (usize, usize),
    n: usize,
    stream: &mut Stream,
    mut weight: impl FnMut(&mut Stream) -> f64,
) -> Projection<f64> {
    let mut editable = Editable::empty(n_pre, n_post);
    while editable.n_synapses() < n {
        let (pre, post) = (stream.random_range(0..n_pre), stream.random_range(0..n_post));
        editable.insert(pre, post, weight(stream)).unwrap();
    }
    Projection::new(editable)
}

/// Every neuron with probability `p`.
fn random_spikes(n: usize, p: f64, stream: &mut Stream) -> Vec<u32> {
    (0..n as u32).filter(|_| stream.random_bool(p)).collect()
}
