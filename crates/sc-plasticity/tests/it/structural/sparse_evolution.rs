//! `SparseEvolution` against a sorted list.

use proptest::prelude::*;
use rand::RngExt;
use sc_core::{Dense, Editable, Projection, random};
use sc_plasticity::{Error, SparseEvolution, SparseEvolutionParameters};

use super::{random_projection, synapses};

proptest! {
    #[test]
    fn the_weakest_go_and_as_many_come(
        seed in any::<u64>(), n in 0_usize..=48, zeta in prop::sample::select(vec![0.0, 0.3, 0.5, 1.0]), ties in any::<bool>(),
    ) {
        let mut stream = random::stream(seed, "test", 0);
        let mut projection = random_projection((6, 8), n, &mut stream, |s| {
            let w: f64 = s.random_range(-1.0..1.0);
            if ties { (4.0 * w).round() / 4.0 } else { w }
        });
        let parameters = SparseEvolutionParameters { zeta, seed, ..Default::default() };
        let mut set = SparseEvolution::new(&projection, parameters).unwrap();
        for _ in 0..5 {
            let before = synapses(&projection);
            let mut by_size: Vec<_> = before.iter().map(|(&pair, &w)| (w.abs(), pair, w)).collect();
            by_size.sort_by(|a, b| a.partial_cmp(b).unwrap());
            let n_replaced = (zeta * n as f64).floor() as usize;
            prop_assert_eq!(set.evolve(&mut projection), n_replaced);
            let after = synapses(&projection);
            prop_assert_eq!(after.len(), n);
            let kept: super::Synapses = by_size[n_replaced..].iter().map(|&(_, pair, w)| (pair, w)).collect();
            prop_assert!(kept.iter().all(|(pair, w)| after.get(pair) == Some(w)));
        }
    }
}

/// New weights have the standard deviation asked for, new pairs lie anywhere: 5 standard errors, seed 7.
#[test]
fn new_synapses_are_random() {
    let mut stream = random::stream(7, "test", 0);
    let mut projection = random_projection((100, 100), 1000, &mut stream, |_| 0.0);
    let parameters = SparseEvolutionParameters { zeta: 1.0, new_weight: 0.25, seed: 7, ..Default::default() };
    let mut set = SparseEvolution::new(&projection, parameters).unwrap();
    let (mut n, mut squares, mut first_half) = (0.0, 0.0, 0);
    for _ in 0..50 {
        assert_eq!(set.evolve(&mut projection), 1000);
        let new = synapses(&projection);
        n += new.len() as f64;
        squares += new.values().map(|w| w * w).sum::<f64>();
        first_half += new.keys().filter(|pair| pair.0 < 50).count();
    }
    assert!((squares / n / 0.0625 - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
    assert!((first_half as f64 / n - 0.5).abs() < 5.0 * 0.5 / n.sqrt());
}

#[test]
fn the_start_is_as_dense_as_the_paper_says() {
    let p = SparseEvolutionParameters::default().probability(784, 1000);
    assert!((p - 20.0 * 1784.0 / 784_000.0).abs() < 1e-15);
    assert_eq!(SparseEvolutionParameters::default().probability(10, 10), 1.0);
}

#[test]
fn bad_parameters_and_fixed_weights_are_refused() {
    let projection = Projection::<f64>::new(Editable::empty(2, 2));
    for parameters in [
        SparseEvolutionParameters { epsilon: -1.0, ..Default::default() },
        SparseEvolutionParameters { zeta: 1.1, ..Default::default() },
        SparseEvolutionParameters { zeta: f64::NAN, ..Default::default() },
        SparseEvolutionParameters { new_weight: f64::INFINITY, ..Default::default() },
    ] {
        assert!(SparseEvolution::new(&projection, parameters.clone()).is_err(), "{parameters:?}");
    }
    let fixed = Projection::<f64>::new(Dense::zeros(2, 2));
    let refused = SparseEvolution::new(&fixed, SparseEvolutionParameters::default()).unwrap_err();
    assert_eq!(refused, Error::Core(sc_core::Error::FixedStructure));
}
