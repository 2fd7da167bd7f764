//! A ring with shortcuts.

use std::collections::BTreeSet;

use rand::RngExt;

use super::{Connectivity, probability, ring};
use crate::{Error, random};

/// A ring of `n` neurons with `k` neighbours each, of whose edges a share `rewiring` leads somewhere random
/// instead.
///
/// D. J. Watts & S. H. Strogatz 1998, doi:10.1038/30918, as described there:
///
/// 1. Start from the [`ring`].
/// 2. For the nearest clockwise neighbours, then the second nearest, and so on to `k / 2`: visit every neuron
///    and move the far end of its edge, with probability `rewiring`, to a neuron chosen uniformly among all
///    that are neither itself nor connected to it already. If there is none, the edge stays.
///
/// Edges have no direction: each is two synapses, one either way. The number of synapses is always `n k`.
///
/// # Errors
/// [`Error::Parameter`] unless `k` is even and below `n`, `rewiring` in `0..=1` and `n` below 2^32.
pub fn small_world(n: usize, k: usize, rewiring: f64, seed: u64) -> Result<Connectivity, Error> {
    probability("rewiring", rewiring)?;
    let ring = ring(n, k)?;
    let mut neighbours: Vec<BTreeSet<u32>> =
        (0..n).map(|i| ring.targets(i).iter().copied().collect()).collect();
    let mut stream = random::stream(seed, "small world", 0);
    for distance in 1..=k / 2 {
        for near in 0..n {
            let far = (near + distance) % n;
            if stream.random::<f64>() >= rewiring || neighbours[near].len() == n - 1 {
                continue;
            }
            let new = loop {
                let new = stream.random_range(0..n);
                if new != near && !neighbours[near].contains(&(new as u32)) {
                    break new;
                }
            };
            neighbours[near].remove(&(far as u32));
            neighbours[far].remove(&(near as u32));
            neighbours[near].insert(new as u32);
            neighbours[new].insert(near as u32);
        }
    }
    Ok(Connectivity::from_rows(n, neighbours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectivity::proof::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rewiring_keeps_the_number_of_edges(n in 1_usize..30, half in 0_usize..8, rewiring in 0.0..=1.0, seed: u64) {
            prop_assume!(2 * half < n);
            let structure = small_world(n, 2 * half, rewiring, seed).unwrap();
            assert_simple(&structure);
            assert_symmetric_without_autapses(&structure);
            prop_assert_eq!(structure.n_synapses(), 2 * half * n);
            // An edge only ever loses its far end.
            prop_assert!((0..n).all(|i| structure.targets(i).len() >= half));
        }
    }

    /// Mean share of connected pairs among the neighbours of a neuron.
    fn clustering(structure: &Connectivity) -> f64 {
        let of = |i: usize| {
            let near = structure.targets(i);
            let linked = near
                .iter()
                .map(|&a| near.iter().filter(|b| structure.targets(a as usize).contains(b)).count());
            linked.sum::<usize>() as f64 / (near.len() * near.len().saturating_sub(1)).max(1) as f64
        };
        (0..structure.n_pre()).map(of).sum::<f64>() / structure.n_pre() as f64
    }

    /// Mean number of edges between two neurons.
    fn path_length(structure: &Connectivity) -> f64 {
        let n = structure.n_pre();
        let mut total = 0;
        for start in 0..n {
            let mut distance = vec![usize::MAX; n];
            distance[start] = 0;
            let mut queue = std::collections::VecDeque::from([start]);
            while let Some(i) = queue.pop_front() {
                for &j in structure.targets(i) {
                    if distance[j as usize] == usize::MAX {
                        distance[j as usize] = distance[i] + 1;
                        queue.push_back(j as usize);
                    }
                }
            }
            total += distance.iter().sum::<usize>();
        }
        total as f64 / (n * (n - 1)) as f64
    }

    /// The paper's figure 2, n = 1000 and k = 10: a little rewiring shortens paths long before clustering
    /// goes.
    #[test]
    fn the_small_world_regime_of_the_paper_appears() {
        let build = |rewiring| small_world(1000, 10, rewiring, 4).unwrap();
        let (lattice, small, random) = (build(0.0), build(0.01), build(1.0));
        // Exact values of the lattice: C = 3 (k - 2) / (4 (k - 1)), L about n / 2k.
        assert!((clustering(&lattice) - 2.0 / 3.0).abs() < 1e-12);
        assert!((path_length(&lattice) - 50.45).abs() < 0.01);
        assert!(clustering(&small) > 0.95 * clustering(&lattice));
        assert!(path_length(&small) < 0.25 * path_length(&lattice));
        // Random limit: C about k / n, L about ln n / ln k.
        assert!(clustering(&random) < 0.03);
        assert!((path_length(&random) - 3.0).abs() < 0.5);
    }

    #[test]
    fn the_share_of_rewired_edges_is_binomial() {
        let (n, k) = (500, 8);
        let structure = small_world(n, k, 0.2, 9).unwrap();
        let lattice = ring(n, k).unwrap();
        let kept =
            (0..n).map(|i| structure.targets(i).iter().filter(|j| lattice.targets(i).contains(j)).count());
        // A rewired edge falls back on a pair of the lattice only rarely.
        assert_binomial(n * k / 2 - kept.sum::<usize>() / 2, (n * k / 2) as f64, 0.2);
    }

    #[test]
    fn impossible_parameters_are_refused() {
        for (n, k, rewiring) in [(10, 3, 0.1), (10, 10, 0.1), (10, 4, -0.1), (10, 4, f64::NAN)] {
            assert!(small_world(n, k, rewiring, 0).is_err());
        }
    }
}
