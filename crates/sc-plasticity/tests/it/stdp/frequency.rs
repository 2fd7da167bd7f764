//! The weight change over the frequency at which a pair is repeated: what triplets explain and pairs do not.

use sc_plasticity::{PairStdpParameters, TripletStdpParameters};

use super::{Trains, final_weight};

/// 60 pairs in one regular train: frequency `[Hz]`, time from the presynaptic to the postsynaptic spike `[ms]`,
/// weight change of the full and of the minimal model of visual cortex, computed independently, and the measured one
/// with its standard error (P. J. Sjöström, G. G. Turrigiano & S. B. Nelson 2001, doi:10.1016/S0896-6273(01)00542-6).
const FREQUENCIES: [(f64, i32, f64, f64, f64, f64); 10] = [
    (0.1, 10, 0.000000, 0.000000, -0.04, 0.05),
    (10.0, 10, 0.132053, 0.118641, 0.14, 0.10),
    (20.0, 10, 0.246962, 0.227795, 0.29, 0.14),
    (40.0, 10, 0.533723, 0.532112, 0.53, 0.11),
    (50.0, 10, 0.740906, 0.762731, 0.56, 0.26),
    (0.1, -10, -0.312161, -0.316620, -0.29, 0.08),
    (10.0, -10, -0.333623, -0.332213, -0.41, 0.11),
    (20.0, -10, -0.351622, -0.341735, -0.34, 0.10),
    (40.0, -10, 0.154795, 0.173715, 0.56, 0.32),
    (50.0, -10, 0.727247, 0.749177, 0.75, 0.19),
];

fn sixty_pairs(frequency: f64, difference: i32) -> Trains {
    let interval = (1000.0 / frequency).round() as usize;
    let times = |offset: i32| (0..60).map(|k| interval * k + offset.max(0) as usize).collect::<Vec<_>>();
    Trains::of_one_synapse(&times(-difference), &times(difference))
}

fn unbounded(parameters: TripletStdpParameters) -> TripletStdpParameters {
    TripletStdpParameters { w_min: f64::NEG_INFINITY, w_max: f64::INFINITY, ..parameters }
}

/// The mean squared deviation from the measurement, in units of its standard error.
fn deviation(changes: impl Iterator<Item = f64>) -> f64 {
    let squares =
        changes.zip(FREQUENCIES).map(|(change, (.., measured, error))| ((change - measured) / error).powi(2));
    squares.sum::<f64>() / FREQUENCIES.len() as f64
}

#[test]
fn triplets_give_the_published_frequency_dependence_to_six_digits_and_deviate_by_less_than_0_4() {
    let full = unbounded(TripletStdpParameters::visual_cortex());
    let minimal = unbounded(TripletStdpParameters::visual_cortex_minimal());
    let (mut of_full, mut of_minimal) = (Vec::new(), Vec::new());
    for (frequency, difference, expected_full, expected_minimal, ..) in FREQUENCIES {
        let trains = sixty_pairs(frequency, difference);
        of_full.push(final_weight::<f64>(&full, &trains, 0.0));
        of_minimal.push(final_weight::<f64>(&minimal, &trains, 0.0));
        for (changes, expected) in [(&of_full, expected_full), (&of_minimal, expected_minimal)] {
            let change = changes[changes.len() - 1];
            let message = format!("{frequency} Hz, {difference} ms: {change} instead of {expected}");
            assert!((change - expected).abs() <= 0.5000001e-6, "{message}");
        }
        let single = final_weight::<f32>(&full, &trains, 0.0);
        assert!((single - expected_full).abs() < 1e-5, "f32, {frequency} Hz: {single}");
    }
    let (full, minimal) = (deviation(of_full.into_iter()), deviation(of_minimal.into_iter()));
    assert!(full < 0.4 && minimal < 0.4, "E = {full} (full), {minimal} (minimal)");
}

/// Whatever the amplitudes of a pair rule, it does not get closer than this.
#[test]
fn the_best_pair_rule_deviates_by_more_than_5() {
    // The change is linear in both amplitudes: one run for each gives the best fit by least squares.
    let change = |potentiation: f64, depression: f64| -> Vec<f64> {
        let parameters = PairStdpParameters {
            potentiation,
            depression,
            tau_plus: 16.8,
            tau_minus: 33.7,
            w_min: f64::NEG_INFINITY,
            w_max: f64::INFINITY,
            ..Default::default()
        };
        FREQUENCIES
            .iter()
            .map(|row| final_weight::<f64>(&parameters, &sixty_pairs(row.0, row.1), 0.0))
            .collect()
    };
    let (plus, minus) = (change(1.0, 0.0), change(0.0, 1.0));
    let product = |a: &dyn Fn(usize) -> f64, b: &dyn Fn(usize) -> f64| -> f64 {
        (0..FREQUENCIES.len()).map(|k| a(k) * b(k) / FREQUENCIES[k].5.powi(2)).sum()
    };
    let (p, m, y) = (|k: usize| plus[k], |k: usize| minus[k], |k: usize| FREQUENCIES[k].4);
    let (pp, pm, mm) = (product(&p, &p), product(&p, &m), product(&m, &m));
    let (py, my) = (product(&p, &y), product(&m, &y));
    let determinant = pp * mm - pm * pm;
    let (potentiation, depression) = ((mm * py - pm * my) / determinant, (pp * my - pm * py) / determinant);
    let best = deviation(change(potentiation, depression).into_iter());
    assert!(best > 5.0, "E = {best} with A+ = {potentiation}, A- = {depression}");
}

#[test]
fn the_threshold_between_poisson_spikes_is_19_2203_hz() {
    let threshold = TripletStdpParameters::visual_cortex_minimal().poisson_threshold();
    assert!((threshold - 19.2203).abs() < 5e-5, "{threshold} Hz");
}
