//! The library against the slow oracle: every kind of neuron, sizes around a panel of 64, lengths around a tile of 40,
//! batches with and without a remainder of four.

use proptest::prelude::*;
use proptest::sample::select;
use sc_core::Real;
use sc_gradient::{
    Batch, Bptt, CrossEntropy, Evidence, LayeredNetwork, Loss, MeanSquaredSpikes, RateRegularizer, VanRossum,
};

use crate::nets::{Model, Spec, batch, network, random_input};
use crate::oracle::{Gradients, Grid, Oracle, Trace};

/// One comparison: a stack of layers under a loss, for a batch.
#[derive(Debug, Clone)]
struct Case {
    n_input: usize,
    layers: Vec<Spec>,
    loss: Of,
    regularized: Option<usize>,
    n_samples: usize,
    n_steps: usize,
    graded: bool,
    /// Does the output forget everything from step to step? Then most errors from above are exactly zero.
    forgetful: bool,
    threads: usize,
    recompute: bool,
    seed: u64,
}

/// A loss.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Evidence(Evidence),
    MeanSquaredSpikes,
    VanRossum,
}

const TAU: f64 = 7.0;
/// Upper limit and its weight, lower limit and its weight: most neurons lie outside on one side.
const LIMITS: [f64; 4] = [0.1, 3.0, 0.09, 5.0];

/// What the oracle says.
struct Expected {
    loss: f64,
    gradients: Gradients,
    /// `[n_samples][n_steps][n_input]`
    input: Vec<f64>,
    /// Of the top layer, likewise.
    membranes: Vec<f64>,
    spikes: Vec<f64>,
    /// Of every layer.
    n_spikes: Vec<f64>,
}

impl Case {
    /// Runs the library and the oracle, from the first seed on which rounding cannot decide over a spike.
    fn compare<R: Real>(&self, least_margin: f64, tolerance: f64) -> Result<Expected, String> {
        let Self { n_input, n_samples, n_steps, .. } = *self;
        for seed in (0..60).map(|attempt| self.seed * 1000 + attempt) {
            let x = random_input(n_samples, n_steps, n_input, self.graded, seed);
            let mut network = network::<R>(n_input, &self.layers, seed);
            if self.forgetful {
                let top = self.layers.len() - 1;
                network.set(top, "beta", &vec![R::ZERO; network.n_output()]).unwrap();
            }
            let oracle = Oracle::new(&network, &self.layers);
            let samples: Vec<Grid> = x
                .chunks(n_steps * n_input)
                .map(|x| x.chunks(n_input).map(<[f64]>::to_vec).collect())
                .collect();
            let traces: Vec<Vec<Trace>> = samples.iter().map(|x| oracle.forward(x)).collect();
            let margin = traces.iter().map(|traces| oracle.margin(traces)).fold(f64::INFINITY, f64::min);
            if margin >= least_margin {
                let expected = self.expected(&oracle, &traces);
                let batch = batch::<R>(&x, n_samples, n_steps, n_input);
                return self.check(&network, &batch, &expected, tolerance).map(|()| expected);
            }
        }
        Err("no seed keeps its distance".into())
    }

    /// Target spikes, `[n_samples][n_steps][n_outputs]`.
    fn target_spikes(&self) -> Vec<f64> {
        let n_outputs = self.layers.last().unwrap().n;
        random_input(self.n_samples, self.n_steps, n_outputs, false, self.seed + 1)
    }

    fn labels(&self) -> Vec<usize> {
        let n_outputs = self.layers.last().unwrap().n;
        (0..self.n_samples).map(|k| (k * 7 + 1) % n_outputs).collect()
    }

    fn expected(&self, oracle: &Oracle, traces: &[Vec<Trace>]) -> Expected {
        let tops: Vec<&Trace> = traces.iter().map(|traces| traces.last().unwrap()).collect();
        let (mut loss, adjoints) = match self.loss {
            Of::Evidence(evidence) => cross_entropy(evidence, &tops, &self.labels()),
            Of::MeanSquaredSpikes => mean_squared_spikes(&tops, &self.target_spikes()),
            Of::VanRossum => van_rossum(&tops, &self.target_spikes()),
        };
        let n_spikes = |layer: usize, j: usize| -> f64 {
            traces.iter().flat_map(|traces| &traces[layer].z).map(|row| row[j]).sum()
        };
        let mut slopes: Vec<Vec<f64>> = self.layers.iter().map(|spec| vec![0.0; spec.n]).collect();
        if let Some(layer) = self.regularized {
            let [upper, upper_weight, lower, lower_weight] = LIMITS;
            let (n, rows) = (slopes[layer].len() as f64, (self.n_samples * self.n_steps) as f64);
            for (j, slope) in slopes[layer].iter_mut().enumerate() {
                let rate = n_spikes(layer, j) / rows;
                if rate > upper {
                    loss += upper_weight * (rate - upper).powi(2) / n;
                    *slope += 2.0 * upper_weight * (rate - upper) / n / rows;
                }
                if rate < lower {
                    loss += lower_weight * (lower - rate).powi(2) / n;
                    *slope -= 2.0 * lower_weight * (lower - rate) / n / rows;
                }
            }
        }
        let mut gradients = oracle.zero_gradients();
        let mut input = Vec::new();
        for (traces, (g_u, g_z)) in traces.iter().zip(&adjoints) {
            input.extend(oracle.backward(traces, g_u, g_z, &slopes, &mut gradients).concat());
        }
        Expected {
            loss,
            gradients,
            input,
            membranes: tops.iter().flat_map(|top| top.u.concat()).collect(),
            spikes: tops.iter().flat_map(|top| top.z.concat()).collect(),
            n_spikes: (0..self.layers.len())
                .map(|layer| (0..self.layers[layer].n).map(|j| n_spikes(layer, j)).sum())
                .collect(),
        }
    }

    fn check<R: Real>(
        &self,
        network: &LayeredNetwork<R>,
        batch: &Batch<R>,
        expected: &Expected,
        tolerance: f64,
    ) -> Result<(), String> {
        let mut bptt =
            Bptt::<R>::new(self.threads).unwrap().recompute(self.recompute).with_input_gradient(true);
        if let Some(layer) = self.regularized {
            let [upper, upper_weight, lower, lower_weight] = LIMITS;
            bptt = bptt
                .regularize(layer, RateRegularizer::new(upper, upper_weight, lower, lower_weight).unwrap());
        }
        let targets: Vec<R> = self.target_spikes().into_iter().map(R::of).collect();
        let loss = match self.loss {
            Of::Evidence(evidence) => {
                gradient(&mut bptt, network, batch, &CrossEntropy::new(evidence), &self.labels()[..])
            }
            Of::MeanSquaredSpikes => gradient(&mut bptt, network, batch, &MeanSquaredSpikes, &targets[..]),
            Of::VanRossum => {
                gradient(&mut bptt, network, batch, &VanRossum::new(TAU, 1.0).unwrap(), &targets[..])
            }
        };
        close("loss", &[loss], &[expected.loss], tolerance)?;
        close("input", &bptt.input_gradient(), &expected.input, tolerance)?;
        for (layer, gradients) in expected.gradients.iter().enumerate() {
            for (name, theirs) in gradients {
                let ours = bptt.gradients().get(network, layer, name).unwrap();
                let learns = self.layers[layer].learn || matches!(*name, "weights" | "bias" | "recurrent");
                let zeros = vec![0.0; theirs.len()];
                let theirs = if learns { theirs } else { &zeros };
                close(&format!("layer {layer} {name}"), &ours, theirs, tolerance)?;
            }
        }
        let output = bptt.forward(network, batch).unwrap();
        let rows = (0..self.n_samples).flat_map(|b| (0..self.n_steps).map(move |t| (b, t)));
        let membranes: Vec<R> = rows.clone().flat_map(|(b, t)| output.membranes(b, t)).copied().collect();
        let spikes: Vec<R> = rows.flat_map(|(b, t)| output.spikes(b, t)).copied().collect();
        close("membranes", &membranes, &expected.membranes, tolerance)?;
        if output.spiking() {
            close("spikes", &spikes, &expected.spikes, tolerance)?;
        }
        Ok(())
    }
}

fn gradient<R: Real, L: Loss<R>>(
    bptt: &mut Bptt<R>,
    network: &LayeredNetwork<R>,
    batch: &Batch<R>,
    loss: &L,
    targets: &L::Targets,
) -> R {
    bptt.gradient(network, batch, loss, targets).unwrap()
}

/// The largest error relative to the largest number.
fn close<R: Real>(what: &str, ours: &[R], theirs: &[f64], tolerance: f64) -> Result<(), String> {
    if ours.len() != theirs.len() {
        return Err(format!("{what}: {} numbers instead of {}", ours.len(), theirs.len()));
    }
    let scale = theirs.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    for (k, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let error = (ours.f64() - theirs).abs();
        if error.is_nan() || error > tolerance * scale {
            return Err(format!("{what}[{k}] is {ours} instead of {theirs}, where the largest is {scale}"));
        }
    }
    Ok(())
}

/// Derivatives with respect to membranes and spikes, per sample.
type Adjoints = Vec<(Grid, Grid)>;

fn zeros(tops: &[&Trace]) -> Adjoints {
    let zeros = |grid: &Grid| -> Grid { grid.iter().map(|row| vec![0.0; row.len()]).collect() };
    tops.iter().map(|top| (zeros(&top.u), zeros(&top.z))).collect()
}

fn cross_entropy(evidence: Evidence, tops: &[&Trace], labels: &[usize]) -> (f64, Adjoints) {
    let (mut loss, mut adjoints, scale) = (0.0, zeros(tops), 1.0 / tops.len() as f64);
    for ((top, &label), (g_u, g_z)) in tops.iter().zip(labels).zip(&mut adjoints) {
        let n_steps = top.u.len();
        let column = |grid: &Grid, k: usize| -> Vec<f64> { grid.iter().map(|row| row[k]).collect() };
        let peak = |u: &[f64]| (0..n_steps).fold(0, |best, t| if u[t] > u[best] { t } else { best });
        let logits: Vec<f64> = (0..top.u[0].len())
            .map(|k| match evidence {
                Evidence::SpikeCount => column(&top.z, k).iter().sum(),
                Evidence::MeanMembrane => column(&top.u, k).iter().sum::<f64>() / n_steps as f64,
                Evidence::MaxMembrane => column(&top.u, k)[peak(&column(&top.u, k))],
            })
            .collect();
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits.iter().map(|l| (l - largest).exp()).sum();
        loss += scale * (largest + sum.ln() - logits[label]);
        for (k, logit) in logits.iter().enumerate() {
            let g = scale * ((logit - largest).exp() / sum - f64::from(k == label));
            match evidence {
                Evidence::SpikeCount => g_z.iter_mut().for_each(|row| row[k] = g),
                Evidence::MeanMembrane => g_u.iter_mut().for_each(|row| row[k] = g / n_steps as f64),
                Evidence::MaxMembrane => g_u[peak(&column(&top.u, k))][k] = g,
            }
        }
    }
    (loss, adjoints)
}

fn mean_squared_spikes(tops: &[&Trace], targets: &[f64]) -> (f64, Adjoints) {
    let (mut loss, mut adjoints, scale) = (0.0, zeros(tops), 1.0 / targets.len() as f64);
    let mut targets = targets.iter();
    for (top, (_, g_z)) in tops.iter().zip(&mut adjoints) {
        for (z, g) in top.z.iter().flatten().zip(g_z.iter_mut().flatten()) {
            let error = z - targets.next().unwrap();
            loss += scale * error * error;
            *g = 2.0 * scale * error;
        }
    }
    (loss, adjoints)
}

fn van_rossum(tops: &[&Trace], targets: &[f64]) -> (f64, Adjoints) {
    let (n_steps, n) = (tops[0].z.len(), tops[0].z[0].len());
    let (mut loss, mut adjoints) = (0.0, zeros(tops));
    let (kappa, scale) = ((-1.0 / TAU).exp(), 1.0 / (TAU * (tops.len() * n) as f64));
    for (sample, (top, (_, g_z))) in tops.iter().zip(&mut adjoints).enumerate() {
        for k in 0..n {
            let error = |t: usize| top.z[t][k] - targets[(sample * n_steps + t) * n + k];
            let mut filtered = vec![0.0; n_steps];
            for t in 0..n_steps {
                filtered[t] = error(t) + if t > 0 { kappa * filtered[t - 1] } else { 0.0 };
                loss += scale * filtered[t] * filtered[t];
            }
            // By definition: z_s moves every later d_t by kappa^(t - s).
            for (s, g) in g_z.iter_mut().enumerate() {
                g[k] = (s..n_steps).map(|t| 2.0 * scale * filtered[t] * kappa.powi((t - s) as i32)).sum();
            }
        }
    }
    (loss, adjoints)
}

const SIZES: [usize; 5] = [1, 63, 64, 65, 130];
const LENGTHS: [usize; 5] = [1, 39, 40, 41, 95];
const F64: (f64, f64) = (1e-6, 1e-9);

/// Three layers, the middle one recurrent; models, batch sizes, threads and losses take turns.
#[test]
fn sizes_around_a_panel_and_lengths_around_a_tile() {
    let mut spikes = 0.0;
    for (a, n) in SIZES.into_iter().enumerate() {
        for (b, n_steps) in LENGTHS.into_iter().enumerate() {
            let k = 5 * a + b;
            let hidden = Model::numbered(7 * k + 3);
            let top = if k % 3 == 0 { Model::numbered(5 * k + 1) } else { Model::READOUT };
            let evidence = [Evidence::SpikeCount, Evidence::MaxMembrane, Evidence::MeanMembrane][k % 3];
            let case = Case {
                n_input: SIZES[(a + 2 * b) % 5],
                layers: vec![
                    Spec::new(n, Model::numbered(3 * k)),
                    Spec { learn: k % 2 == 0, ..Spec::new(SIZES[(a + b) % 5], hidden).recurrent() },
                    Spec::new([2, 65, 3][k % 3], top),
                ],
                loss: Of::Evidence(evidence),
                regularized: (k % 4 == 1).then_some(1),
                n_samples: 1 + k % 9,
                n_steps,
                graded: k % 2 == 1,
                forgetful: k % 3 == 1,
                threads: 1 + k % 3,
                recompute: k % 5 == 2,
                seed: k as u64,
            };
            let expected = case.compare::<f64>(F64.0, F64.1).unwrap_or_else(|e| panic!("{e}\n{case:?}"));
            spikes += expected.n_spikes[1];
        }
    }
    assert!(spikes > 1000.0, "the recurrent layers must be alive: {spikes} spikes");
}

/// Every model alone in a recurrent layer, in single precision, for as many steps as the conformance set has. Over 41 steps one
/// model (attached delayed reset behind a filter) is off by 1e-3 in `f32`, not in `f64`: rounding, as far as is known.
#[test]
fn every_model_in_single_precision() {
    for k in 0..32 {
        let case = Case {
            n_input: 6,
            layers: vec![Spec::new(12, Model::numbered(k)).recurrent(), Spec::new(2, Model::READOUT)],
            loss: Of::Evidence(Evidence::MaxMembrane),
            regularized: None,
            n_samples: 3,
            n_steps: 12,
            graded: k % 2 == 0,
            forgetful: false,
            threads: 2,
            recompute: false,
            seed: k as u64,
        };
        case.compare::<f32>(1e-4, 2e-4).unwrap_or_else(|e| panic!("{e}\n{case:?}"));
    }
}

prop_compose! {
    fn any_model()(number in 0..32_usize, k in 0..6_usize) -> Model {
        // All pairs of model and surrogate.
        Model { shape: Model::numbered(k).shape, slope: Model::numbered(k).slope, ..Model::numbered(number) }
    }
}

prop_compose! {
    fn any_layer()(
        n in select(vec![1_usize, 2, 7, 63, 64, 65, 130]),
        model in any_model(),
        recurrent: bool,
        detach_recurrent: bool,
        bias: bool,
        learn: bool,
    ) -> Spec {
        Spec { n, model, recurrent, detach_recurrent, bias, learn }
    }
}

prop_compose! {
    fn any_case()(
        n_input in select(vec![1_usize, 3, 64, 70]),
        mut layers in prop::collection::vec(any_layer(), 1..4),
        readout: bool,
        which in 0..5_usize,
        regularized: bool,
        n_samples in 1..10_usize,
        n_steps in prop_oneof![1..12_usize, select(vec![39_usize, 40, 41, 80, 81, 95])],
        graded: bool,
        forgetful: bool,
        threads in 1..4_usize,
        recompute: bool,
        seed in 0..1_000_000_u64,
    ) -> Case {
        let top = layers.len() - 1;
        layers[top].model.spikes = !readout;
        layers[top].model.adaptive &= !readout;
        layers[top].model.delayed &= !readout;
        // A readout sends nothing through its own recurrent weights.
        layers[top].recurrent &= !readout;
        let loss = match (which, readout) {
            (0 | 1, true) | (0, false) => Of::Evidence(Evidence::MaxMembrane),
            (_, true) | (1, false) => Of::Evidence(Evidence::MeanMembrane),
            (2, false) => Of::Evidence(Evidence::SpikeCount),
            (3, false) => Of::MeanSquaredSpikes,
            (_, false) => Of::VanRossum,
        };
        let regularized = (regularized && (top > 0 || !readout)).then_some(0);
        Case {
            n_input, layers, loss, regularized, n_samples, n_steps, graded, forgetful, threads, recompute,
            seed
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_network_agrees(case in any_case()) {
        case.compare::<f64>(F64.0, F64.1).map_err(TestCaseError::fail)?;
    }
}
