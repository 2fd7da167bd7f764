//! Structures where every pair has the same chance.

use rand::RngExt;

use super::{Autapses, Connectivity, probability, size};
use crate::{Error, random};

/// Every pair independently with probability `p`.
///
/// Instead of asking every pair, the number of pairs left out until the next synapse is drawn from the
/// geometric distribution, so the work follows the synapses: V. Batagelj & U. Brandes 2005,
/// doi:10.1103/PhysRevE.71.036113. The model: P. Erdős & A. Rényi 1959, doi:10.5486/PMD.1959.6.3-4.12 (E. N.
/// Gilbert 1959, doi:10.1214/aoms/1177706098).
///
/// # Errors
/// [`Error::Parameter`] if `p` is not in `0..=1` or there are 2^32 neurons or more.
pub fn fixed_probability(
    n_pre: usize,
    n_post: usize,
    p: f64,
    autapses: Autapses,
    seed: u64,
) -> Result<Connectivity, Error> {
    probability("p", p)?;
    size("n_pre", n_pre)?;
    size("n_post", n_post)?;
    let mut stream = random::stream(seed, "fixed probability", 0);
    let mut indptr = vec![0; n_pre + 1];
    let mut indices = Vec::new();
    // Candidates are numbered row by row; where autapses are forbidden, a row that contains one is shorter by
    // it.
    let without_autapse = |pre: usize| autapses == Autapses::Forbid && pre < n_post;
    let mut pre = 0;
    let mut candidate = skipped(p, &mut stream);
    while pre < n_pre {
        let width = (n_post - usize::from(without_autapse(pre))) as u64;
        if candidate < width {
            let beyond_autapse = without_autapse(pre) && candidate >= pre as u64;
            indices.push(candidate as u32 + u32::from(beyond_autapse));
            candidate = candidate.saturating_add(1).saturating_add(skipped(p, &mut stream));
        } else {
            candidate -= width;
            pre += 1;
            indptr[pre] = indices.len();
        }
    }
    Ok(Connectivity { n_post, indptr, indices })
}

/// Failures before the next success of trials with probability `p`.
fn skipped(p: f64, stream: &mut random::Stream) -> u64 {
    if p <= 0.0 {
        return u64::MAX;
    }
    // At `p = 1` the divisor is minus infinity; where the quotient exceeds all pairs, the conversion
    // saturates.
    ((1.0 - stream.random::<f64>()).ln() / (-p).ln_1p()).abs() as u64
}

/// `in_degree` different random inputs to every postsynaptic neuron.
///
/// The inputs of a neuron are a uniformly random subset, drawn without rejection by Floyd's algorithm (J.
/// Bentley & R. Floyd 1987, doi:10.1145/30401.315746), from a random stream of the neuron's own.
///
/// # Errors
/// [`Error::Parameter`] if there are fewer than `in_degree` presynaptic neurons to choose from, or 2^32
/// neurons or more.
pub fn fixed_in_degree(
    n_pre: usize,
    n_post: usize,
    in_degree: usize,
    autapses: Autapses,
    seed: u64,
) -> Result<Connectivity, Error> {
    let pres = size("n_pre", n_pre)?;
    let posts = size("n_post", n_post)?;
    let without_autapse = |post: u32| autapses == Autapses::Forbid && post < pres;
    let fewest = n_pre - usize::from(n_post > 0 && without_autapse(0));
    if in_degree > fewest {
        let value = in_degree as f64;
        return Err(Error::Parameter {
            name: "in_degree",
            value,
            expected: "at most the number of possible inputs",
        });
    }
    let mut rows = vec![Vec::new(); n_pre];
    let mut chosen_for = vec![None; n_pre];
    for post in 0..posts {
        let mut stream = random::stream(seed, "fixed in-degree", u64::from(post));
        let n_candidates = pres - u32::from(without_autapse(post));
        for last in n_candidates - in_degree as u32..n_candidates {
            let guess = stream.random_range(0..=last);
            let candidate = if chosen_for[guess as usize] == Some(post) { last } else { guess };
            chosen_for[candidate as usize] = Some(post);
            let beyond_autapse = without_autapse(post) && candidate >= post;
            rows[(candidate + u32::from(beyond_autapse)) as usize].push(post);
        }
    }
    Ok(Connectivity::from_rows(n_post, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectivity::proof::*;
    use proptest::prelude::*;

    const BOTH: [Autapses; 2] = [Autapses::Allow, Autapses::Forbid];

    #[test]
    fn the_number_of_synapses_is_binomial_overall_and_everywhere() {
        for (autapses, p) in BOTH.into_iter().zip([0.02, 0.3]).chain(BOTH.into_iter().zip([0.9, 0.001])) {
            let n = 300;
            let structure = fixed_probability(n, n, p, autapses, 11).unwrap();
            assert_simple(&structure);
            let per_row = (n - usize::from(autapses == Autapses::Forbid)) as f64;
            assert_binomial(structure.n_synapses(), n as f64 * per_row, p);
            for (i, in_degree) in in_degrees(&structure).into_iter().enumerate() {
                if per_row * p > 5.0 {
                    assert_binomial(in_degree, per_row, p);
                    assert_binomial(structure.targets(i).len(), per_row, p);
                }
                if autapses == Autapses::Forbid {
                    assert!(!structure.targets(i).contains(&(i as u32)));
                }
            }
        }
    }

    #[test]
    fn every_pair_has_its_chance() {
        for autapses in BOTH {
            let mut counts = [[0_usize; 3]; 4];
            for seed in 0..4000 {
                let structure = fixed_probability(4, 3, 0.3, autapses, seed).unwrap();
                for (pre, row) in counts.iter_mut().enumerate() {
                    structure.targets(pre).iter().for_each(|&post| row[post as usize] += 1);
                }
            }
            for (pre, row) in counts.into_iter().enumerate() {
                for (post, count) in row.into_iter().enumerate() {
                    let possible = autapses == Autapses::Allow || pre != post;
                    assert_binomial(count, 4000.0, if possible { 0.3 } else { 0.0 });
                }
            }
        }
    }

    #[test]
    fn probabilities_at_and_near_the_ends() {
        assert_eq!(fixed_probability(9, 9, 0.0, Autapses::Allow, 1).unwrap().n_synapses(), 0);
        assert_eq!(fixed_probability(9, 9, 1.0, Autapses::Forbid, 1).unwrap().n_synapses(), 72);
        assert_eq!(fixed_probability(9, 9, f64::MIN_POSITIVE, Autapses::Allow, 1).unwrap().n_synapses(), 0);
        assert!(fixed_probability(9, 0, 0.5, Autapses::Allow, 1).unwrap().indices().is_empty());
        for p in [-0.1, 1.1, f64::NAN] {
            assert!(fixed_probability(9, 9, p, Autapses::Allow, 1).is_err());
        }
    }

    #[test]
    fn inputs_are_a_uniform_subset() {
        let mut counts = [0_usize; 6];
        for seed in 0..4000 {
            let structure = fixed_in_degree(6, 6, 2, Autapses::Forbid, seed).unwrap();
            (0..6).filter(|&pre| structure.targets(pre).contains(&3)).for_each(|pre| counts[pre] += 1);
        }
        for (pre, count) in counts.into_iter().enumerate() {
            assert_binomial(count, 4000.0, if pre == 3 { 0.0 } else { 0.4 });
        }
    }

    proptest! {
        #[test]
        fn every_neuron_has_its_in_degree(
            n_pre in 0_usize..12, n_post in 0_usize..12, in_degree in 0_usize..12, forbid: bool, seed: u64
        ) {
            let autapses = BOTH[usize::from(forbid)];
            let possible = n_pre.saturating_sub(usize::from(forbid && n_post > 0));
            match fixed_in_degree(n_pre, n_post, in_degree, autapses, seed) {
                Ok(structure) => {
                    prop_assert!(in_degree <= possible);
                    assert_simple(&structure);
                    prop_assert!(in_degrees(&structure).iter().all(|&degree| degree == in_degree));
                    if forbid {
                        prop_assert!((0..n_pre).all(|i| !structure.targets(i).contains(&(i as u32))));
                    }
                }
                Err(error) => prop_assert!(in_degree > possible, "{}", error),
            }
        }
    }

    #[test]
    fn seeds_matter_and_repeat() {
        let build = |seed| fixed_probability(20, 20, 0.5, Autapses::Allow, seed).unwrap();
        assert_eq!(build(1), build(1));
        assert_ne!(build(1), build(2));
        let build = |seed| fixed_in_degree(20, 20, 5, Autapses::Allow, seed).unwrap();
        assert_eq!(build(1), build(1));
        assert_ne!(build(1), build(2));
    }
}
