//! Two curves of spike-timing-dependent plasticity, drawn from the rules themselves and held against what they should
//! be: the window of pair STDP over the time between two spikes, and how triplet STDP, but not pair STDP, depends on
//! the frequency at which pairs are repeated.
//!
//! ```text
//! cargo run --release --example stdp_window                # the picture goes to target/stdp_window.svg
//! cargo run --release --example stdp_window -- FILE.svg
//! ```
//!
//! Nothing here computes a weight: two neurons are told when to spike, and a rule watches their synapse.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its user")]

mod picture;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use sc_learning::core::{Dense, Network, Projection};
use sc_learning::plasticity::{
    Error, PairStdp, PairStdpParameters, PlasticityRule, TripletStdp, TripletStdpParameters,
};

/// One experiment of P. J. Sjöström, G. G. Turrigiano & S. B. Nelson 2001, doi:10.1016/S0896-6273(01)00542-6: pairs at
/// a frequency, and by how much the synapse changed.
struct Measured {
    /// `[Hz]`
    frequency: f64,
    /// From the presynaptic to the postsynaptic spike `[ms]`.
    difference: i32,
    change: f64,
    standard_error: f64,
    /// What the two triplet models of visual cortex say, computed independently.
    full: f64,
    minimal: f64,
}

#[rustfmt::skip]
const MEASURED: [Measured; 10] = [
    Measured { frequency: 0.1, difference: 10, change: -0.04, standard_error: 0.05, full: 0.0, minimal: 0.0 },
    Measured { frequency: 10.0, difference: 10, change: 0.14, standard_error: 0.10, full: 0.132053, minimal: 0.118641 },
    Measured { frequency: 20.0, difference: 10, change: 0.29, standard_error: 0.14, full: 0.246962, minimal: 0.227795 },
    Measured { frequency: 40.0, difference: 10, change: 0.53, standard_error: 0.11, full: 0.533723, minimal: 0.532112 },
    Measured { frequency: 50.0, difference: 10, change: 0.56, standard_error: 0.26, full: 0.740906, minimal: 0.762731 },
    Measured { frequency: 0.1, difference: -10, change: -0.29, standard_error: 0.08, full: -0.312161, minimal: -0.316620 },
    Measured { frequency: 10.0, difference: -10, change: -0.41, standard_error: 0.11, full: -0.333623, minimal: -0.332213 },
    Measured { frequency: 20.0, difference: -10, change: -0.34, standard_error: 0.10, full: -0.351622, minimal: -0.341735 },
    Measured { frequency: 40.0, difference: -10, change: 0.56, standard_error: 0.32, full: 0.154795, minimal: 0.173715 },
    Measured { frequency: 50.0, difference: -10, change: 0.75, standard_error: 0.19, full: 0.727247, minimal: 0.749177 },
];

/// `A+ = 0.01`, `A- = 0.0105`, both time constants 20 ms, no bounds.
fn window_rule() -> PairStdpParameters {
    PairStdpParameters { potentiation: 0.01, depression: 0.0105, ..unbounded() }
}

/// The pair rule that comes closest to the measurement: amplitudes by least squares, time constants of the triplet
/// models.
fn best_pair_rule() -> PairStdpParameters {
    PairStdpParameters {
        potentiation: 0.00472,
        depression: 0.000804,
        tau_plus: 16.8,
        tau_minus: 33.7,
        ..unbounded()
    }
}

fn unbounded() -> PairStdpParameters {
    PairStdpParameters { w_min: f64::NEG_INFINITY, w_max: f64::INFINITY, ..Default::default() }
}

fn triplet_rule(parameters: TripletStdpParameters) -> TripletStdpParameters {
    TripletStdpParameters { w_min: f64::NEG_INFINITY, w_max: f64::INFINITY, ..parameters }
}

/// Changes of the weight over something.
type Curve = Vec<(f64, f64)>;

/// Everything that is drawn.
struct Curves {
    /// By 60 pairs at 1 Hz, over the time between the spikes `[ms]`.
    window: Curve,
    /// Over the frequency `[Hz]` of pairs, for +10 and for -10 ms: the full triplet rule and ...
    triplets: [Curve; 2],
    /// ... the best pair rule.
    pairs: [Curve; 2],
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let path = match &arguments[..] {
        [] => PathBuf::from("target/stdp_window.svg"),
        [path] if !path.to_string_lossy().starts_with('-') => PathBuf::from(path),
        _ => {
            eprintln!("usage: stdp_window [FILE.svg]");
            return ExitCode::from(2);
        }
    };
    match run(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stdp_window: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    print_window()?;
    print_frequencies()?;
    let curves = curves()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    picture::draw(path, &curves, &MEASURED)?;
    println!("picture in {}", path.display());
    Ok(())
}

/// By how much 60 pairs change a weight, one every `interval` ms, with `difference` ms from the presynaptic to the
/// postsynaptic spike. Steps of 1 ms.
fn sixty_pairs<P: PlasticityRule<f64>>(
    interval: usize,
    difference: i32,
    rule: impl Fn(&Projection<f64>) -> Result<P, Error>,
) -> Result<f64, Error> {
    let mut network = Network::<f64>::new();
    let (pre, post) = (network.add_spike_source(1), network.add_spike_source(1));
    let synapse = network.add_projection(pre, post, Projection::new(Dense::zeros(1, 1)))?;
    let mut rule = rule(network.projection(synapse))?;
    let lag = difference.unsigned_abs() as usize;
    let (first, second) = if difference >= 0 { (pre, post) } else { (post, pre) };
    for t in 0..60 * interval + lag {
        network.step();
        if t.is_multiple_of(interval) && t < 60 * interval {
            network.set_spikes(first, &[0])?;
        }
        if t >= lag && (t - lag).is_multiple_of(interval) {
            network.set_spikes(second, &[0])?;
        }
        rule.step(network.local(synapse));
    }
    Ok(network.projection(synapse).weights().values()[0])
}

fn window(difference: i32) -> Result<f64, Error> {
    sixty_pairs(1000, difference, |projection| PairStdp::new(projection, window_rule()))
}

fn pair(interval: usize, difference: i32) -> Result<f64, Error> {
    sixty_pairs(interval, difference, |projection| PairStdp::new(projection, best_pair_rule()))
}

fn triplet(interval: usize, difference: i32, parameters: &TripletStdpParameters) -> Result<f64, Error> {
    let rule = |projection: &_| TripletStdp::new(projection, triplet_rule(parameters.clone()));
    sixty_pairs(interval, difference, rule)
}

/// What 60 pairs must give: `60 A exp(-|s| / tau)`.
fn exact_window(difference: f64) -> f64 {
    let PairStdpParameters { potentiation, depression, tau_plus, tau_minus, .. } = window_rule();
    if difference > 0.0 {
        60.0 * potentiation * (-difference / tau_plus).exp()
    } else {
        -60.0 * depression * (difference / tau_minus).exp()
    }
}

fn print_window() -> Result<(), Error> {
    println!("60 pairs at 1 Hz, A+ = 0.01, A- = 0.0105, tau = 20 ms");
    println!("t_post - t_pre [ms]              ours             exact    difference");
    for difference in [-20, -10, -1, 1, 10, 20] {
        let (ours, exact) = (window(difference)?, exact_window(difference.into()));
        println!("{difference:>19} {ours:>17.12} {exact:>17.12} {:>13.1e}", ours - exact);
    }
    println!();
    Ok(())
}

fn print_frequencies() -> Result<(), Error> {
    println!("60 pairs in a regular train; measured: Sjöström, Turrigiano & Nelson 2001");
    println!("            |  triplets, full model   | triplets, minimal model |   best   |");
    println!("   Hz    ms |      ours    published  |      ours    published  |  pairs   |    measured");
    let mut deviations = [0.0; 3];
    for measured in &MEASURED {
        let Measured { frequency, difference, change, standard_error, full, minimal } = *measured;
        let interval = (1000.0 / frequency).round() as usize;
        let ours = [
            triplet(interval, difference, &TripletStdpParameters::visual_cortex())?,
            triplet(interval, difference, &TripletStdpParameters::visual_cortex_minimal())?,
            pair(interval, difference)?,
        ];
        for (deviation, ours) in deviations.iter_mut().zip(ours) {
            *deviation += ((ours - change) / standard_error).powi(2) / MEASURED.len() as f64;
        }
        println!(
            "{frequency:>5} {difference:>5} | {:>10.6} {full:>11.6}  | {:>10.6} {minimal:>11.6}  | {:>8.4} | \
             {change:>5.2} +- {standard_error:.2}",
            ours[0], ours[1], ours[2]
        );
    }
    let [full, minimal, pair] = deviations;
    println!(
        "mean squared deviation in standard errors: full {full:.3}, minimal {minimal:.3}, best pair rule {pair:.2}"
    );
    println!();
    Ok(())
}

fn curves() -> Result<Curves, Error> {
    let window = (-60..=60)
        .step_by(3)
        .map(|difference| Ok((difference.into(), window(difference)?)))
        .collect::<Result<_, Error>>()?;
    let intervals = || (20..100).step_by(2).chain((100..500).step_by(25)).chain([500, 1000, 10_000]);
    let over_frequency = |change: &dyn Fn(usize, i32) -> Result<f64, Error>, difference| {
        intervals()
            .map(|interval| Ok((1000.0 / interval as f64, change(interval, difference)?)))
            .collect::<Result<Curve, Error>>()
    };
    let full = |interval, difference| triplet(interval, difference, &TripletStdpParameters::visual_cortex());
    let both = |change: &dyn Fn(usize, i32) -> Result<f64, Error>| -> Result<_, Error> {
        Ok([over_frequency(change, 10)?, over_frequency(change, -10)?])
    };
    Ok(Curves { window, triplets: both(&full)?, pairs: both(&pair)? })
}
