//! Every number of the conformance set: forward traces, loss and gradients of small networks, computed with PyTorch autograd
//! in float64 and by hand. `SC_GRADIENTS_DIR=dir` checks another directory of the same format.

use std::path::PathBuf;

use sc_core::Real;
use sc_gradient::{
    Adaptive, ArcTan, Batch, Boxcar, Bptt, CrossEntropy, DelayedLif, DifferentiableNeuron, Error,
    FastSigmoid, FastSigmoidCut, Filtered, Layer, LayeredNetwork, LeakyReadout, Lif, Loss, MeanSquaredSpikes,
    NetworkBuilder, RateRegularizer, Reset, Sigmoid, Triangle, VanRossum,
};
use serde_json::Value;

use crate::any_surrogate::AnySurrogate;

/// Largest relative error per tensor, as the conformance set asks.
const TOLERANCE_F64: f64 = 1e-10;
const TOLERANCE_F32: f64 = 2e-4;

fn directory() -> PathBuf {
    std::env::var_os("SC_GRADIENTS_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/gradients"), PathBuf::from)
}

/// All numbers of nested lists, in order.
fn numbers<R: Real>(value: &Value) -> Vec<R> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![R::of(value.as_f64().unwrap_or_else(|| panic!("a number, not {value}")))],
    }
}

fn size(config: &Value, key: &str) -> usize {
    config[key].as_u64().unwrap_or_else(|| panic!("{key} in {config}")) as usize
}

fn flag(config: &Value, key: &str) -> bool {
    config[key].as_bool().unwrap_or(false)
}

/// `[rows][columns]` to `[columns][rows]`: the set's weights are `[post][pre]`.
fn transposed<R: Real>(x: &[R], columns: usize) -> Vec<R> {
    let rows = x.len() / columns;
    (0..x.len()).map(|k| x[k % rows * columns + k / rows]).collect()
}

/// `[steps][samples][n]` to `[samples][steps][n]`.
fn sample_first<R: Real>(x: &[R], n_samples: usize, n: usize) -> Vec<R> {
    let n_steps = x.len() / (n_samples * n);
    let row = |sample: usize, step: usize| &x[(step * n_samples + sample) * n..][..n];
    (0..n_samples).flat_map(|sample| (0..n_steps).flat_map(move |step| row(sample, step))).copied().collect()
}

/// The neuron model that a case describes, wrapped step by step, and put into `builder` as a layer.
fn spiking_layer<R: Real>(
    builder: NetworkBuilder<R>,
    config: &Value,
    n: usize,
    hidden: bool,
) -> Result<NetworkBuilder<R>, Error> {
    let reset = if config["reset"] == "zero" { Reset::Zero } else { Reset::Subtract };
    let lif = Lif::new(10.0, 1.0)?.reset(reset).detach_reset(flag(config, "detach_reset"));
    match config["reset_timing"].as_str() {
        Some("immediate") => filtered(builder, config, n, hidden, lif),
        Some("delayed") => filtered(builder, config, n, hidden, DelayedLif::from(lif)),
        other => panic!("reset timing {other:?}"),
    }
}

fn filtered<R: Real, N: DifferentiableNeuron<R>>(
    builder: NetworkBuilder<R>,
    config: &Value,
    n: usize,
    hidden: bool,
    neuron: N,
) -> Result<NetworkBuilder<R>, Error> {
    if flag(config, "syn") {
        adaptive(builder, config, n, hidden, Filtered::new(neuron, 5.0, 1.0)?)
    } else {
        adaptive(builder, config, n, hidden, neuron)
    }
}

fn adaptive<R: Real, N: DifferentiableNeuron<R>>(
    builder: NetworkBuilder<R>,
    config: &Value,
    n: usize,
    hidden: bool,
    neuron: N,
) -> Result<NetworkBuilder<R>, Error> {
    if hidden && flag(config, "alif") {
        add(builder, config, n, hidden, Adaptive::new(neuron, 100.0, 1.0, 0.1)?)
    } else {
        add(builder, config, n, hidden, neuron)
    }
}

fn surrogate(config: &Value) -> Result<AnySurrogate, Error> {
    let slope = config["surrogate"]["k"].as_f64().expect("a slope");
    Ok(match config["surrogate"]["kind"].as_str() {
        Some("fast_sigmoid") => AnySurrogate::FastSigmoid(FastSigmoid::new(slope)?),
        Some("atan") => AnySurrogate::ArcTan(ArcTan::new(slope)?),
        Some("sigmoid") => AnySurrogate::Sigmoid(Sigmoid::new(slope)?),
        Some("triangle") => AnySurrogate::Triangle(Triangle::new(slope)?),
        Some("boxcar") => AnySurrogate::Boxcar(Boxcar::new(slope)?),
        Some("fast_sigmoid_cut") => AnySurrogate::FastSigmoidCut(FastSigmoidCut::new(slope)?),
        other => panic!("surrogate {other:?}"),
    })
}

fn add<R: Real, N: DifferentiableNeuron<R>>(
    builder: NetworkBuilder<R>,
    config: &Value,
    n: usize,
    hidden: bool,
    neuron: N,
) -> Result<NetworkBuilder<R>, Error> {
    let surrogate = surrogate(config)?;
    let names: Vec<&str> = neuron.parameters().iter().map(|p| p.name).collect();
    let mut layer = Layer::spiking(n, neuron, surrogate).detach_recurrent(flag(config, "detach_recurrent"));
    for name in names {
        layer = layer.learn(name);
    }
    Ok(builder.layer(if hidden && config["arch"] == "rec" { layer.recurrent() } else { layer }))
}

/// The set's name of a parameter, its layer and our name.
const NAMES: [(&str, usize, &str); 13] = [
    ("W1", 0, "weights"),
    ("b1", 0, "bias"),
    ("R", 0, "recurrent"),
    ("h_beta", 0, "beta"),
    ("h_theta", 0, "v_threshold"),
    ("h_alpha", 0, "alpha"),
    ("h_rho", 0, "rho"),
    ("h_kappa", 0, "kappa"),
    ("W2", 1, "weights"),
    ("b2", 1, "bias"),
    ("o_beta", 1, "beta"),
    ("o_theta", 1, "v_threshold"),
    ("o_alpha", 1, "alpha"),
];

fn network<R: Real>(case: &Value) -> Result<LayeredNetwork<R>, Error> {
    let config = &case["config"];
    let (n_in, n_hid, n_out) = (size(config, "n_in"), size(config, "n_hid"), size(config, "n_out"));
    let mut builder = spiking_layer(LayeredNetwork::with_inputs(n_in), config, n_hid, true)?;
    builder = match config["readout"].as_str() {
        Some("lif") => spiking_layer(builder, config, n_out, false)?,
        Some("li") if flag(config, "syn") => {
            let readout = Filtered::new(LeakyReadout::new(10.0, 1.0)?, 5.0, 1.0)?;
            builder.layer(Layer::readout(n_out, readout).learn("beta").learn("alpha"))
        }
        Some("li") => builder.layer(Layer::readout(n_out, LeakyReadout::new(10.0, 1.0)?).learn("beta")),
        other => panic!("readout {other:?}"),
    };
    let mut network = builder.build(1)?;
    for (theirs, layer, ours) in NAMES {
        if let Some(value) = case["params"].get(theirs) {
            network.set(layer, ours, &ours_from_theirs(&numbers::<R>(value), theirs, n_in, n_hid))?;
        }
    }
    Ok(network)
}

/// Weights turn round, everything else stays.
fn ours_from_theirs<R: Real>(x: &[R], name: &str, n_in: usize, n_hid: usize) -> Vec<R> {
    match name {
        "W1" => transposed(x, n_in),
        "W2" | "R" => transposed(x, n_hid),
        _ => x.to_vec(),
    }
}

/// Gradient and loss of a case under one of the losses.
fn run<R: Real>(
    bptt: &mut Bptt<R>,
    network: &LayeredNetwork<R>,
    batch: &Batch<R>,
    case: &Value,
) -> Result<R, Error> {
    let config = &case["config"];
    let (n_samples, n_out) = (batch.n_samples(), network.n_output());
    let labels: Vec<usize> = numbers::<f64>(&case["labels"]).into_iter().map(|x| x as usize).collect();
    let spikes = sample_first(&numbers::<R>(&case["target_spikes"]), n_samples, n_out);
    fn gradient<R: Real, L: Loss<R>>(
        bptt: &mut Bptt<R>,
        network: &LayeredNetwork<R>,
        batch: &Batch<R>,
        loss: &L,
        targets: &L::Targets,
    ) -> Result<R, Error> {
        bptt.gradient(network, batch, loss, targets)
    }
    match config["loss"].as_str() {
        Some("mse_spikes") => gradient(bptt, network, batch, &MeanSquaredSpikes, &spikes),
        Some("van_rossum") => {
            let tau = config["tau_vr"].as_f64().expect("tau_vr");
            gradient(bptt, network, batch, &VanRossum::new(tau, 1.0)?, &spikes)
        }
        Some("ce_count") => gradient(bptt, network, batch, &CrossEntropy::spike_count(), &labels),
        Some("ce_maxmem" | "ce_maxmem_lif") => {
            gradient(bptt, network, batch, &CrossEntropy::max_membrane(), &labels)
        }
        Some("ce_meanmem") => gradient(bptt, network, batch, &CrossEntropy::mean_membrane(), &labels),
        other => panic!("loss {other:?}"),
    }
}

/// Largest difference relative to the largest expected number.
fn relative_error<R: Real>(ours: &[R], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let scale = theirs.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    let error = ours.iter().zip(theirs).map(|(a, b)| (a.f64() - b).abs());
    let error = error.fold(0.0_f64, |a, b| if b > a || b.is_nan() { b } else { a });
    if error > 0.0 { error / scale } else { 0.0 }
}

/// Everything that a case says, at this precision; returns the largest relative error and what it was found in.
fn check<R: Real>(case: &Value, threads: usize, recompute: bool) -> Result<(f64, String), Error> {
    let config = &case["config"];
    let (n_in, n_hid, n_samples) = (size(config, "n_in"), size(config, "n_hid"), size(config, "B"));
    let network = network::<R>(case)?;
    let x = sample_first(&numbers::<R>(&case["x"]), n_samples, n_in);
    let batch = Batch::from_dense(&x, n_samples, size(config, "T"), n_in)?;
    let mut bptt = Bptt::<R>::new(threads)?
        .with_input_gradient(true)
        .recompute(recompute)
        .smooth(config["spike"] == "smooth");
    if let Some(reg) = config.get("reg") {
        let number = |key: &str| reg[key].as_f64().expect("a number");
        let limits =
            RateRegularizer::new(number("upper"), number("upper_w"), number("lower"), number("lower_w"))?;
        bptt = bptt.regularize(0, limits);
    }
    let loss = run(&mut bptt, &network, &batch, case)?;

    let mut errors = vec![(relative_error(&[loss], &numbers(&case["loss"])), "loss".to_owned())];
    let input = bptt.input_gradient();
    let theirs = sample_first(&numbers::<f64>(&case["grads"]["x"]), n_samples, n_in);
    errors.push((relative_error(&input, &theirs), "x".to_owned()));
    for (theirs, layer, ours) in NAMES {
        match case["grads"].get(theirs) {
            None => {}
            Some(Value::Null) => {
                // No path from the parameter to the loss.
                let gradient = bptt.gradients().get(&network, layer, ours)?;
                assert!(gradient.iter().all(|g| *g == R::ZERO), "{theirs}");
            }
            Some(value) => {
                let gradient = bptt.gradients().get(&network, layer, ours)?;
                let expected = ours_from_theirs(&numbers::<f64>(value), theirs, n_in, n_hid);
                errors.push((relative_error(&gradient, &expected), theirs.to_owned()));
            }
        }
    }
    // The forward traces of the output layer.
    let output = bptt.forward(&network, &batch)?;
    let trace = |of: &dyn Fn(usize, usize) -> Vec<R>| -> Vec<R> {
        (0..n_samples)
            .flat_map(|sample| (0..batch.n_steps()).flat_map(move |step| of(sample, step)))
            .collect()
    };
    for (key, spikes) in [("u2", false), ("y", false), ("z2", true)] {
        if let Some(value) = case["forward"].get(key) {
            let of = |sample, step| {
                if spikes { output.spikes(sample, step) } else { output.membranes(sample, step) }
            };
            let theirs = sample_first(&numbers::<f64>(value), n_samples, network.n_output());
            errors.push((
                relative_error(&trace(&|sample, step| of(sample, step).to_vec()), &theirs),
                key.to_owned(),
            ));
        }
    }
    Ok(errors.into_iter().fold((0.0, String::new()), |a, b| if b.0 > a.0 || b.0.is_nan() { b } else { a }))
}

/// The cases of this crate: those that need learning rules of other kinds (MAML, TBPTT) are left out by their settings.
fn cases() -> Vec<(String, Value)> {
    let directory = directory();
    let entries = std::fs::read_dir(&directory).unwrap_or_else(|e| panic!("{}: {e}", directory.display()));
    let mut cases: Vec<(String, Value)> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                serde_json::from_str(&text).expect("JSON"),
            )
        })
        .filter(|(_, case): &(String, Value)| {
            let config = &case["config"];
            config.is_object() && config.get("maml").is_none() && config.get("tbptt").is_none()
        })
        .collect();
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(!cases.is_empty(), "no cases in {}", directory.display());
    cases
}

/// Checks every case, and tells the largest error (with `--nocapture`) for `docs/validation.md`.
#[allow(clippy::print_stdout, reason = "the number that the documentation quotes")]
fn check_all<R: Real>(tolerance: f64, threads: usize, recompute: bool) {
    let mut worst = (0.0, String::new());
    let mut failures = Vec::new();
    let cases = cases();
    for (name, case) in &cases {
        let (error, tensor) = check::<R>(case, threads, recompute).unwrap_or_else(|e| panic!("{name}: {e}"));
        if error.is_nan() || error > tolerance {
            failures.push(format!("{name}: {tensor} is off by {error:.1e}"));
        }
        if error > worst.0 {
            worst = (error, format!("{name} {tensor}"));
        }
    }
    println!("{} cases, largest error {:.1e} ({})", cases.len(), worst.0, worst.1);
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn f64_agrees() {
    check_all::<f64>(TOLERANCE_F64, 1, false);
}

#[test]
fn f64_agrees_on_three_threads_and_recomputed() {
    check_all::<f64>(TOLERANCE_F64, 3, true);
}

#[test]
fn f32_agrees() {
    check_all::<f32>(TOLERANCE_F32, 1, false);
}
