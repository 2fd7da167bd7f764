//! Competition between synapses under pair STDP, and the threshold between depression and potentiation under
//! triplet STDP.

use rand::RngExt;
use sc_core::random::{self, Stream};
use sc_core::{Dense, Local, Network, Neuron, Population, Projection, Real};
use sc_plasticity::{
    Coincidence, PairStdp, PairStdpParameters, PlasticityRule, TripletStdp, TripletStdpParameters,
};

const DT: f64 = 0.1;

/// `n` neurons that spike with probability `p` in every step. Draws the gaps between spikes, so the work follows
/// the spikes.
struct Poisson {
    n: usize,
    log_silence: f64,
    source: Stream,
    /// How many neurons from the first one of this step to the next one that spikes.
    gap: usize,
    spikes: Vec<u32>,
}

impl Poisson {
    fn new(n: usize, p: f64, seed: u64, purpose: &str) -> Self {
        let source = random::stream(seed, purpose, 0);
        let mut poisson = Self { n, log_silence: (1.0 - p).ln(), source, gap: 0, spikes: Vec::new() };
        poisson.gap = poisson.draw();
        poisson
    }

    fn draw(&mut self) -> usize {
        ((1.0 - self.source.random::<f64>()).ln() / self.log_silence) as usize
    }

    fn step(&mut self) -> &[u32] {
        self.spikes.clear();
        while self.gap < self.n {
            self.spikes.push(self.gap as u32);
            self.gap += 1 + self.draw();
        }
        self.gap -= self.n;
        &self.spikes
    }
}

/// The neuron of S. Song, K. D. Miller & L. F. Abbott 2000 with the numbers of Brian2's example: `10 ms dv/dt =
/// -74 mV - v + g (0 mV - v)`, `5 ms dg/dt = -g`, spike at -54 mV, reset to -60 mV.
#[derive(Debug, Clone)]
struct ConductanceLif;

impl<R: Real> Neuron<R> for ConductanceLif {
    type State = [R; 2];
    const VARIABLES: &'static [&'static str] = &["v", "g"];

    fn reset(&self) -> [R; 2] {
        [R::of(-74.0), R::ZERO]
    }

    fn step(&self, [v, g]: &mut [R; 2], current: R, _noise: R) -> bool {
        let change = R::of(-74.0) - *v - *g * *v;
        *v += R::of(DT / 10.0) * change;
        *g = *g * R::of((-DT / 5.0).exp()) + current;
        let spike = *v > R::of(-54.0);
        if spike {
            *v = R::of(-60.0);
        }
        spike
    }
}

/// What became of the thousand weights.
struct Competition {
    /// Shares of the weights below 0.1 and above 0.9 of the upper bound.
    low: f64,
    high: f64,
    mean: f64,
    /// Of the postsynaptic neuron over the whole run `[Hz]`.
    rate: f64,
}

/// 1000 Poisson inputs of 15 Hz to one neuron; weights in units of the upper bound, 0.01.
fn compete(seed: u64, seconds: usize) -> Competition {
    let n = 1000;
    let g_max = 0.01;
    let mut network = Network::<f32>::new();
    let inputs = network.add_spike_source(n);
    let target = network.add_population(Population::new(ConductanceLif, 1, 0));
    let mut source = random::stream(seed, "weights", 0);
    let weights = (0..n).map(|_| (source.random::<f64>() * g_max) as f32).collect();
    let weights = Projection::new(Dense::new(n, 1, weights).unwrap());
    let synapses = network.add_projection(inputs, target, weights).unwrap();
    let parameters = PairStdpParameters {
        potentiation: 0.01 * g_max,
        depression: 1.05 * 0.01 * g_max,
        w_max: g_max,
        coincidence: Coincidence::Potentiation,
        dt: DT,
        ..Default::default()
    };
    let mut stdp = PairStdp::new(network.projection(synapses), parameters).unwrap();
    let mut poisson = Poisson::new(n, 15e-3 * DT, seed, "inputs");
    let mut n_spikes = 0;
    for _step in 0..seconds * 10_000 {
        network.step();
        network.set_spikes(inputs, poisson.step()).unwrap();
        stdp.step(network.local(synapses));
        n_spikes += network.spikes(target).len();
    }
    let weights = network.projection(synapses).weights().values();
    let share = |among: &dyn Fn(f64) -> bool| {
        weights.iter().filter(|w| among(w.f64() / g_max)).count() as f64 / n as f64
    };
    Competition {
        low: share(&|w| w < 0.1),
        high: share(&|w| w > 0.9),
        mean: weights.iter().map(|w| w.f64() / g_max).sum::<f64>() / n as f64,
        rate: n_spikes as f64 / seconds as f64,
    }
}

#[test]
#[ignore = "minutes: cargo xtask science"]
fn song_2000_inputs_compete_until_both_tails_hold_15_percent_after_100_s_seeds_1_to_3() {
    for seed in 1..=3 {
        let Competition { low, high, mean, rate } = compete(seed, 100);
        let result = format!(
            "after 100 s, seed {seed}: {:.1} % below 0.1, {:.1} % above 0.9, mean {mean:.3}, {rate:.1} Hz",
            100.0 * low,
            100.0 * high
        );
        println!(
            "science | PairStdp | competition, Song, Miller & Abbott 2000 (Brian2: 22-26 %, 18-20 %, 21-23 Hz) | \
             {result} | both tails >= 15 %, 15-30 Hz"
        );
        assert!(low >= 0.15 && high >= 0.15 && (15.0..=30.0).contains(&rate), "{result}");
    }
}

/// After 1000 s the weights are in equilibrium. The tolerances are what three seeds of the other simulator differ by
/// after 100 s.
#[test]
#[ignore = "minutes: cargo xtask science"]
fn song_2000_equilibrium_after_1000_s_seed_1() {
    let Competition { low, high, mean, rate } = compete(1, 1000);
    let result = format!(
        "after 1000 s, seed 1: {:.1} % below 0.1, {:.1} % above 0.9, mean {mean:.3}, {rate:.1} Hz",
        100.0 * low,
        100.0 * high
    );
    println!(
        "science | PairStdp | competition in equilibrium (Brian2: 28.8 %, 21.3 %, mean 0.468, 19.9 Hz) | {result} | \
         4 % of all weights, 0.01, 2 Hz"
    );
    assert!((low - 0.288).abs() < 0.04 && (high - 0.213).abs() < 0.04, "{result}");
    assert!((mean - 0.468).abs() < 0.01 && (rate - 19.9).abs() < 2.0, "{result}");
}

/// Drift of the weights between independent Poisson neurons, 100 of 10 Hz before and 100 of `rate` Hz behind the
/// synapses: mean of 200 s and its standard error, per second and per Hz on either side.
fn triplet_drift(rate: f64, seed: u64) -> (f64, f64) {
    let (n, seconds) = (100, 200);
    let mut projection = Projection::<f64>::new(Dense::zeros(n, n));
    let parameters = TripletStdpParameters {
        w_min: f64::NEG_INFINITY,
        w_max: f64::INFINITY,
        dt: DT,
        ..TripletStdpParameters::visual_cortex_minimal()
    };
    let mut stdp = TripletStdp::new(&projection, parameters).unwrap();
    let mut pre = Poisson::new(n, 10e-3 * DT, seed, "pre");
    let mut post = Poisson::new(n, rate * 1e-3 * DT, seed, "post");
    let mut means = vec![0.0];
    // The first second is for the traces.
    for second in 0..=seconds {
        for _step in 0..10_000 {
            let (pre_spikes, post_spikes) = (pre.step(), post.step());
            stdp.step(Local { projection: &mut projection, pre_spikes, post_spikes, reward: 0.0 });
        }
        if second == 0 {
            projection.weights_mut().fill(0.0);
        } else {
            means.push(projection.weights().values().iter().sum::<f64>() / (n * n) as f64);
        }
    }
    let drifts: Vec<f64> = means.windows(2).map(|pair| (pair[1] - pair[0]) / (10.0 * rate)).collect();
    let n = drifts.len() as f64;
    let mean = drifts.iter().sum::<f64>() / n;
    let variance = drifts.iter().map(|drift| (drift - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// `<dw/dt> / (r_pre r_post)` is a straight line over `r_post` that crosses zero at the threshold. In steps of time
/// the mean of a trace, read before the spike, is `dt / (exp(dt / tau) - 1)` in place of `tau` per Hz.
#[test]
#[ignore = "minutes: cargo xtask science"]
fn triplet_stdp_between_poisson_spikes_turns_at_the_bcm_threshold_of_19_2203_hz_seed_5() {
    let continuous = TripletStdpParameters::visual_cortex_minimal();
    let in_steps = |tau: f64| DT / (DT / tau).exp_m1();
    let parameters = TripletStdpParameters {
        tau_plus: in_steps(continuous.tau_plus),
        tau_minus: in_steps(continuous.tau_minus),
        tau_y: in_steps(continuous.tau_y),
        ..continuous.clone()
    };
    let threshold = parameters.poisson_threshold();
    let depression = parameters.a2_minus * parameters.tau_minus * 1e-3;
    let points: Vec<(f64, f64, f64)> = [5.0, 12.0, 19.0, 26.0, 33.0]
        .into_iter()
        .map(|rate| {
            let (drift, error) = triplet_drift(rate, 5);
            let expected = depression * (rate / threshold - 1.0);
            let result =
                format!("{rate} Hz: {drift:.4e} (expected {expected:.4e}, standard error {error:.1e})");
            assert!((drift - expected).abs() < 4.0 * error, "{result}");
            (rate, drift, error)
        })
        .collect();
    // Weighted least squares; the zero of the line and how well it is known.
    let sum = |f: &dyn Fn(f64, f64) -> f64| points.iter().map(|&(x, y, e)| f(x, y) / (e * e)).sum::<f64>();
    let (s, sx, sxx) = (sum(&|_, _| 1.0), sum(&|x, _| x), sum(&|x, _| x * x));
    let (sy, sxy) = (sum(&|_, y| y), sum(&|x, y| x * y));
    let determinant = s * sxx - sx * sx;
    let (slope, offset) = ((s * sxy - sx * sy) / determinant, (sxx * sy - sx * sxy) / determinant);
    let zero = -offset / slope;
    let error = ((sxx - 2.0 * zero * sx + zero * zero * s) / determinant).sqrt() / slope;
    println!(
        "science | TripletStdp | BCM threshold between Poisson spikes, analytic: {:.4} Hz, in steps of 0.1 ms \
         {threshold:.4} Hz | {zero:.3} Hz (seed 5, standard error {error:.3} Hz) | 4 standard errors",
        continuous.poisson_threshold()
    );
    assert!((zero - threshold).abs() < 4.0 * error, "{zero} Hz, standard error {error} Hz");
    assert!(error < 0.1, "{error} Hz");
}
