//! Splits are disjoint, complete, fair to every class, and the same for the same seed.

use proptest::prelude::*;
use sc_data::{Images, digits, shuffled, stratified_split};

proptest! {
    #[test]
    fn every_class_keeps_its_share(
        labels in prop::collection::vec(prop_oneof![4 => 0..3_u8, 1 => any::<u8>()], 0..300),
        fraction in prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0],
        seed: u64,
    ) {
        let (train, test) = stratified_split(&labels, fraction, seed).unwrap();
        prop_assert!(train.is_sorted() && test.is_sorted());
        let mut all = [train, test.clone()].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..labels.len()).collect::<Vec<_>>());

        prop_assert_eq!(test.len(), (labels.len() as f64 * fraction).round() as usize);
        for class in 0..=u8::MAX {
            let total = labels.iter().filter(|&&label| label == class).count();
            let tested = test.iter().filter(|&&i| labels[i] == class).count();
            prop_assert!((tested as f64 - total as f64 * fraction).abs() < 1.0);
        }
        prop_assert_eq!(stratified_split(&labels, fraction, seed).unwrap().1, test);
    }

    #[test]
    fn an_order_is_a_permutation(n in 0..500_usize, seed: u64, epoch: u64) {
        let mut order = shuffled(n, seed, epoch);
        prop_assert_eq!(&order, &shuffled(n, seed, epoch));
        order.sort_unstable();
        prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
    }
}

/// 0.9 of the first class and 1.2 of the second, two in all: one each.
#[test]
fn the_class_that_loses_most_is_rounded_up() {
    let labels = [0, 0, 0, 1, 1, 1, 1];
    let (_, test) = stratified_split(&labels, 0.3, 0).unwrap();
    assert_eq!(test.iter().map(|&i| labels[i]).collect::<Vec<_>>(), [0, 1]);
}

/// All 24 orders of four items come up, each about as often as the others (five standard deviations).
#[test]
fn all_orders_are_equally_likely() {
    let mut counts = std::collections::BTreeMap::<Vec<usize>, u32>::new();
    let n_draws = 24_000;
    for epoch in 0..n_draws {
        *counts.entry(shuffled(4, 3, epoch)).or_default() += 1;
    }
    assert_eq!(counts.len(), 24);
    for (order, &count) in &counts {
        assert!((f64::from(count) - 1000.0).abs() < 5.0 * 1000_f64.sqrt(), "{order:?}: {count}");
    }
}

#[test]
fn the_order_of_a_seed_stays_as_it_is() {
    assert_eq!(shuffled(10, 42, 0), [6, 0, 2, 8, 1, 3, 4, 5, 7, 9]);
    assert_eq!(stratified_split(&[0; 10], 0.3, 42).unwrap().1, [2, 4, 6]);
}

#[test]
fn every_seed_tests_others() {
    let labels = [0; 1000];
    assert_ne!(stratified_split(&labels, 0.5, 1).unwrap(), stratified_split(&labels, 0.5, 2).unwrap());
}

#[test]
fn fractions_out_of_range_are_errors() {
    for fraction in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(stratified_split(&[0, 1], fraction, 0).is_err(), "{fraction}");
    }
}

#[test]
fn images_split_with_their_labels() {
    let digits = digits();
    let (first, others) = digits.split_at(1000);
    assert_eq!((first.len(), others.len()), (1000, 797));
    assert_eq!((first.sample(999), first.label(999)), (digits.sample(999), digits.label(999)));
    assert_eq!((others.sample(0), others.label(0)), (digits.sample(1000), digits.label(1000)));
    assert_eq!((others.height(), others.width(), others.max()), (8, 8, 16));

    let (train, test) = digits.stratified_split(0.25, 9).unwrap();
    let (train_indices, test_indices) = stratified_split(digits.labels(), 0.25, 9).unwrap();
    for (part, indices) in [(&train, &train_indices), (&test, &test_indices)] {
        assert_eq!(part.len(), indices.len());
        for (i, &of_all) in indices.iter().enumerate() {
            assert_eq!((part.sample(i), part.label(i)), (digits.sample(of_all), digits.label(of_all)));
        }
    }
}

#[test]
fn images_are_checked() {
    let refused = [
        Images::new([2, 2], 0, vec![], vec![]),
        Images::new([2, 2], 1, vec![0; 7], vec![0; 2]),
        Images::new([2, 2], 1, vec![0; 9], vec![0; 2]),
        Images::new([usize::MAX, 2], 1, vec![0; 4], vec![0]),
        Images::new([1, usize::MAX], 1, vec![0; 4], vec![0; 2]),
        Images::new([1, 2], 16, vec![16, 17], vec![0]),
    ];
    for images in refused {
        assert!(images.is_err(), "{images:?}");
    }
    let error = Images::new([1, 2], 16, vec![16, 17], vec![0]).unwrap_err();
    assert_eq!(error.to_string(), "pixels[1] = 17: must be at most `max`");
    assert_eq!(Images::new([8, 8], 1, vec![], vec![]).unwrap().class_counts(), [0; 0]);
}
