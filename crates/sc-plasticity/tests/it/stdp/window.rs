//! The weight change over the time between two spikes, and its mean over independent spikes.

use rand::RngExt;
use sc_core::{Dense, Local, Projection, Real, random};
use sc_plasticity::{PairStdp, PairStdpParameters, Pairing, PlasticityRule};

use super::{Trains, final_weight};

/// 60 pairs at 1 Hz, A+ = 0.01, A- = 0.0105, tau = 20 ms, steps of 1 ms: time from the presynaptic to the
/// postsynaptic spike `[ms]` and change of the weight, computed independently.
const WINDOW: [(i32, f64); 6] = [
    (1, 0.570737654700),
    (10, 0.363918395828),
    (20, 0.220727664703),
    (-1, -0.599274537435),
    (-10, -0.382114315619),
    (-20, -0.231764047938),
];

fn parameters(pairing: Pairing, delays: (u16, u16)) -> PairStdpParameters {
    PairStdpParameters {
        potentiation: 0.01,
        depression: 0.0105,
        w_min: f64::NEG_INFINITY,
        w_max: f64::INFINITY,
        pairing,
        axonal_delay: delays.0,
        dendritic_delay: delays.1,
        ..Default::default()
    }
}

/// 60 pairs at 1 Hz with `difference` ms from the presynaptic to the postsynaptic spike.
fn sixty_pairs(difference: i32) -> Trains {
    let times = |offset: i32| (0..60).map(|k| 1000 * k + 500 + offset.max(0) as usize).collect::<Vec<_>>();
    Trains::of_one_synapse(&times(-difference), &times(difference)).followed_by_silence(100)
}

fn assert_window<R: Real>(tolerance: f64) {
    for (difference, expected) in WINDOW {
        for pairing in [
            Pairing::AllToAll,
            Pairing::NearestSymmetric,
            Pairing::NearestPresynaptic,
            Pairing::NearestReduced,
        ] {
            let w = final_weight::<R>(&parameters(pairing, (0, 0)), &sixty_pairs(difference), 0.0);
            let message = format!("{pairing:?}, {difference} ms: {w} instead of {expected}");
            assert!((w - expected).abs() < tolerance, "{message}");
        }
    }
}

#[test]
fn sixty_pairs_change_the_weight_by_the_exponential_window_to_1e_12() {
    assert_window::<f64>(1e-12);
}

#[test]
fn sixty_pairs_change_the_weight_by_the_exponential_window_in_f32_to_1e_5() {
    assert_window::<f32>(1e-5);
}

/// A delay on one side moves the window by itself; the same delay on both sides does nothing.
#[test]
fn delays_move_the_window_to_1e_12() {
    for (difference, expected) in WINDOW {
        for (axonal, dendritic) in [(0_u16, 30_u16), (30, 0), (30, 30), (7, 30)] {
            let seen_later = i32::from(dendritic) - i32::from(axonal);
            let trains = sixty_pairs(difference - seen_later);
            let w = final_weight::<f64>(&parameters(Pairing::AllToAll, (axonal, dendritic)), &trains, 0.0);
            let message = format!("{axonal} {dendritic}, {difference} ms: {w} instead of {expected}");
            assert!((w - expected).abs() < 1e-12, "{message}");
        }
    }
}

/// Independent Poisson spikes of 10 Hz on either side, A+ = 0.01, A- = 0.0105, tau = 20 ms:
/// `r_pre r_post (A+ tau+ - A- tau-)` = -0.001 per second. 100 x 100 synapses, 100 s in steps of 0.1 ms, seed 7; the
/// standard error is that of the means of the 100 seconds.
#[test]
fn independent_poisson_spikes_drift_by_minus_0_001_per_second_within_4_standard_errors() {
    let n = 100;
    let mut projection = Projection::<f64>::new(Dense::zeros(n, n));
    let parameters = PairStdpParameters { dt: 0.1, ..parameters(Pairing::AllToAll, (0, 0)) };
    let mut stdp = PairStdp::new(&projection, parameters).unwrap();
    let mut source = random::stream(7, "poisson", 0);
    let mut draw = |spikes: &mut Vec<u32>| {
        spikes.clear();
        spikes.extend((0..n as u32).filter(|_| source.random::<f64>() < 10.0 * 1e-4));
    };
    let (mut pre, mut post) = (Vec::new(), Vec::new());
    let mut means = vec![0.0];
    for _second in 0..100 {
        for _step in 0..10_000 {
            draw(&mut pre);
            draw(&mut post);
            let (projection, pre_spikes, post_spikes) = (&mut projection, &pre[..], &post[..]);
            stdp.step(Local { projection, pre_spikes, post_spikes, reward: 0.0 });
        }
        means.push(projection.weights().values().iter().sum::<f64>() / (n * n) as f64);
    }
    let drifts: Vec<f64> = means.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let drift = drifts.iter().sum::<f64>() / 100.0;
    let variance = drifts.iter().map(|d| (d - drift).powi(2)).sum::<f64>() / 99.0;
    let standard_error = (variance / 100.0).sqrt();
    let message = format!("drift {drift} per second, standard error {standard_error}, seed 7");
    assert!((drift + 0.001).abs() < 4.0 * standard_error, "{message}");
    // The test can tell -0.001 from nothing.
    assert!(standard_error < 0.0001, "{message}");
}
