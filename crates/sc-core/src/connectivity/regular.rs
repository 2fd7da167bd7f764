//! Structures without chance.

use super::{Autapses, Connectivity, size};
use crate::Error;

/// Every presynaptic neuron to every postsynaptic neuron.
///
/// # Errors
/// [`Error::Parameter`] if there are 2^32 postsynaptic neurons or more.
pub fn all_to_all(n_pre: usize, n_post: usize, autapses: Autapses) -> Result<Connectivity, Error> {
    let width = size("n_post", n_post)?;
    let row =
        |pre: usize| (0..width).filter(move |&post| autapses == Autapses::Allow || post as usize != pre);
    Ok(Connectivity::from_rows(n_post, (0..n_pre).map(row)))
}

/// Neuron `i` to neuron `i`, in two populations of the same size.
///
/// # Errors
/// [`Error::Parameter`] if there are 2^32 neurons or more.
pub fn one_to_one(n: usize) -> Result<Connectivity, Error> {
    Ok(Connectivity::from_rows(n, (0..size("n", n)?).map(|i| [i])))
}

/// Every neuron to its `k` nearest neighbours on a circle of `n`, half of them on either side.
///
/// ```
/// let ring = sc_core::connectivity::ring(6, 2)?;
/// assert_eq!(ring.targets(0), [1, 5]);
/// assert_eq!(ring.targets(3), [2, 4]);
/// # Ok::<(), sc_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] unless `k` is even and below `n`, and `n` below 2^32.
pub fn ring(n: usize, k: usize) -> Result<Connectivity, Error> {
    size("n", n)?;
    if !k.is_multiple_of(2) || k >= n.max(1) {
        return Err(Error::Parameter { name: "k", value: k as f64, expected: "even and below n" });
    }
    let row = |pre: usize| {
        let mut targets: Vec<u32> =
            (1..=k / 2).flat_map(|d| [(pre + d) % n, (pre + n - d) % n]).map(|post| post as u32).collect();
        targets.sort_unstable();
        targets
    };
    Ok(Connectivity::from_rows(n, (0..n).map(row)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectivity::proof::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_to_all_is_complete(n_pre in 0_usize..9, n_post in 0_usize..9) {
            let every = all_to_all(n_pre, n_post, Autapses::Allow).unwrap();
            assert_simple(&every);
            prop_assert_eq!(every.n_synapses(), n_pre * n_post);
            let others = all_to_all(n_pre, n_post, Autapses::Forbid).unwrap();
            assert_simple(&others);
            prop_assert_eq!(others.n_synapses(), n_pre * n_post - n_pre.min(n_post));
            prop_assert!((0..n_pre).all(|i| !others.targets(i).contains(&(i as u32))));
        }

        #[test]
        fn the_ring_connects_all_within_reach_and_nobody_else(n in 1_usize..40, half in 0_usize..10) {
            prop_assume!(2 * half < n);
            let structure = ring(n, 2 * half).unwrap();
            assert_simple(&structure);
            assert_symmetric_without_autapses(&structure);
            for i in 0..n {
                for j in 0..n {
                    let distance = i.abs_diff(j).min(n - i.abs_diff(j));
                    let connected = structure.targets(i).contains(&(j as u32));
                    prop_assert_eq!(connected, (1..=half).contains(&distance));
                }
            }
        }
    }

    #[test]
    fn one_to_one_is_the_identity() {
        let structure = one_to_one(3).unwrap();
        assert_eq!((structure.indptr(), structure.indices()), (&[0, 1, 2, 3][..], &[0, 1, 2][..]));
    }

    #[test]
    fn impossible_rings_are_refused() {
        for (n, k) in [(5, 3), (4, 4), (0, 2), (4, 6)] {
            assert!(ring(n, k).is_err(), "{n} {k}");
        }
        assert_eq!(ring(0, 0).unwrap().n_pre(), 0);
    }
}
