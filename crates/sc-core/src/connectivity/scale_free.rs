//! Growth in which who has shall be given.

use rand::RngExt;

use super::{Connectivity, size};
use crate::{Error, random};

/// A network grown neuron by neuron; each newcomer connects to `m` different others, preferring those with
/// many edges.
///
/// A.-L. Barabási & R. Albert 1999, doi:10.1126/science.286.5439.509:
///
/// 1. Start from `m` neurons without edges.
/// 2. The next neuron connects to all of them.
/// 3. Every further neuron connects to `m` different neurons, each drawn with a probability proportional to
///    the edges it has (drawn again if it was drawn before).
///
/// The share of neurons with `d` edges falls as `d^-3`. Edges have no direction: each is two synapses, one
/// either way; there are `2 m (n - m)`.
///
/// # Errors
/// [`Error::Parameter`] unless `0 < m < n` and `n` is below 2^32.
pub fn scale_free(n: usize, m: usize, seed: u64) -> Result<Connectivity, Error> {
    let n_neurons = size("n", n)?;
    if m == 0 || m >= n {
        return Err(Error::Parameter { name: "m", value: m as f64, expected: "in 1..n" });
    }
    let mut stream = random::stream(seed, "scale free", 0);
    let mut neighbours = vec![Vec::new(); n];
    // Both ends of every edge: a uniform draw from here is a draw in proportion to degree.
    let mut ends: Vec<u32> = Vec::with_capacity(2 * m * (n - m));
    let mut chosen: Vec<u32> = (0..m as u32).collect();
    for newcomer in m as u32..n_neurons {
        while chosen.len() < m {
            let candidate = ends[stream.random_range(0..ends.len())];
            if !chosen.contains(&candidate) {
                chosen.push(candidate);
            }
        }
        for other in chosen.drain(..) {
            neighbours[newcomer as usize].push(other);
            neighbours[other as usize].push(newcomer);
            ends.extend([newcomer, other]);
        }
    }
    neighbours.iter_mut().for_each(|row| row.sort_unstable());
    Ok(Connectivity::from_rows(n, neighbours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectivity::proof::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_newcomer_brings_m_edges(n in 2_usize..40, m in 1_usize..8, seed: u64) {
            prop_assume!(m < n);
            let structure = scale_free(n, m, seed).unwrap();
            assert_simple(&structure);
            assert_symmetric_without_autapses(&structure);
            prop_assert_eq!(structure.n_synapses(), 2 * m * (n - m));
            for newcomer in m..n {
                prop_assert_eq!(structure.targets(newcomer).iter().filter(|&&j| (j as usize) < newcomer).count(), m);
            }
        }
    }

    /// The stationary distribution, exactly: P(d) = 2 m (m + 1) / (d (d + 1) (d + 2)), so P(degree >= d) =
    /// m (m + 1) / (d (d + 1)); S. N. Dorogovtsev, J. F. F. Mendes & A. N. Samukhin 2000,
    /// doi:10.1103/PhysRevLett.85.4633.
    #[test]
    fn degrees_follow_the_power_law() {
        let (n, m) = (20_000, 3);
        let structure = scale_free(n, m, 2).unwrap();
        for d in [3, 4, 6, 10, 20, 40] {
            let count = (0..n).filter(|&i| structure.targets(i).len() >= d).count();
            let share = (m * (m + 1)) as f64 / (d * (d + 1)) as f64;
            let bound = 0.05 * share * n as f64 + 5.0 * (share * n as f64).sqrt();
            assert!((count as f64 - share * n as f64).abs() < bound, "{d}: {count} {}", share * n as f64);
        }
        assert!((0..n).map(|i| structure.targets(i).len()).max() > Some(150));
    }

    #[test]
    fn impossible_parameters_are_refused() {
        for (n, m) in [(5, 0), (5, 5), (0, 1)] {
            assert!(scale_free(n, m, 0).is_err());
        }
    }
}
