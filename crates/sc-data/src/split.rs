//! Orders and splits of a data set, by index, the same for the same seed on every machine.

use std::collections::BTreeMap;

use rand::Rng;
use sc_core::random::{Stream, stream};

use crate::Error;

/// The numbers `0..n` in a random order that depends on `seed` and `epoch` alone.
///
/// ```
/// let mut order = sc_data::shuffled(5, 42, 0);
/// assert_ne!(order, sc_data::shuffled(5, 42, 1));
/// order.sort_unstable();
/// assert_eq!(order, [0, 1, 2, 3, 4]);
/// ```
#[must_use]
pub fn shuffled(n: usize, seed: u64, epoch: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    shuffle(&mut order, &mut stream(seed, "sample order", epoch));
    order
}

/// Splits samples into a training and a test part in which every class has the same share, up to one sample.
///
/// `labels[i]` is the class of sample `i`; `test_fraction` in 0..=1 is the share of the test part. Together the test
/// part has `labels.len() * test_fraction` samples, rounded to the nearest number; where a class does not divide
/// evenly, the classes that lose most by rounding down are rounded up. Which members of a class are tested is drawn
/// from `seed`.
///
/// Returns (training indices, test indices), each increasing, disjoint, complete.
///
/// ```
/// let labels = [0, 0, 0, 0, 1, 1, 1, 1];
/// let (train, test) = sc_data::stratified_split(&labels, 0.25, 42)?;
/// assert_eq!((train.len(), test.len()), (6, 2));
/// assert_ne!(labels[test[0]], labels[test[1]]);
/// # Ok::<(), sc_data::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] if `test_fraction` is not in 0..=1.
pub fn stratified_split(
    labels: &[u8],
    test_fraction: f64,
    seed: u64,
) -> Result<(Vec<usize>, Vec<usize>), Error> {
    if !(0.0..=1.0).contains(&test_fraction) {
        return Err(Error::Parameter { name: "test_fraction", value: test_fraction, expected: "in 0..=1" });
    }
    let mut classes = BTreeMap::<u8, Vec<usize>>::new();
    for (i, &label) in labels.iter().enumerate() {
        classes.entry(label).or_default().push(i);
    }
    let sizes: Vec<usize> = classes.values().map(Vec::len).collect();

    let mut in_test = vec![false; labels.len()];
    for ((label, mut members), n_test) in classes.into_iter().zip(apportion(&sizes, test_fraction)) {
        shuffle(&mut members, &mut stream(seed, "stratified split", u64::from(label)));
        members.iter().take(n_test).for_each(|&i| in_test[i] = true);
    }
    Ok((0..labels.len()).partition(|&i| !in_test[i]))
}

/// `fraction` of each size, rounded down, or up where the remainder is largest, until the sum is right.
fn apportion(sizes: &[usize], fraction: f64) -> Vec<usize> {
    let exact: Vec<f64> = sizes.iter().map(|&size| size as f64 * fraction).collect();
    let mut parts: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();

    let total = (sizes.iter().sum::<usize>() as f64 * fraction).round() as usize;
    let missing = total.saturating_sub(parts.iter().sum());
    let mut by_remainder: Vec<usize> = (0..sizes.len()).collect();
    by_remainder.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    by_remainder.iter().take(missing).for_each(|&class| parts[class] += 1);
    parts
}

/// Fisher-Yates (Durstenfeld 1964, doi:10.1145/364520.364540).
///
/// Written out here because `rand` may change its own shuffle between versions, and an order is a promise.
fn shuffle(items: &mut [usize], random: &mut Stream) {
    for last in (1..items.len()).rev() {
        // The high half of a 64 x 64 bit product is uniform on 0..=last but for a bias below last / 2^64.
        let pick = (u128::from(random.next_u64()) * (last as u128 + 1)) >> 64;
        items.swap(last, pick as usize);
    }
}
