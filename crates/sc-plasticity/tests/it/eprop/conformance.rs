//! The cases of the gradient conformance set that e-prop can have: exact gradients from PyTorch's autograd in float64. Set
//! `SC_GRADIENTS_DIR` to read another directory of the same format.

use std::path::PathBuf;

use sc_core::{Autapses, Dense, Real};
use sc_plasticity::eprop::{
    Eprop, EpropNeuron, EpropParameters, Feedback, Gain, Reset, Surrogate, softmax_cross_entropy,
};
use serde_json::Value;

use super::oracle::{Neuron, Oracle, Through};
use super::random_network::{Matrix, relative};

struct Case {
    value: Value,
}

impl Case {
    fn read(name: &str) -> Self {
        let directory = std::env::var_os("SC_GRADIENTS_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/gradients"), PathBuf::from);
        let path = directory.join(format!("{name}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self { value: serde_json::from_str(&text).unwrap() }
    }

    fn size(&self, key: &str) -> usize {
        self.value["config"][key].as_u64().unwrap() as usize
    }

    /// A parameter of every neuron or readout, if there is one.
    fn parameter(&self, key: &str) -> Option<Vec<f64>> {
        self.value["params"].get(key).map(numbers)
    }

    fn labels(&self) -> Vec<usize> {
        numbers(&self.value["labels"]).into_iter().map(|label| label as usize).collect()
    }

    /// `[step][sample * input]`, and behind every sample's inputs a one, whose weights are the biases.
    fn inputs(&self) -> Matrix {
        let with_bias = |sample: &Value| [numbers(sample), vec![1.0]].concat();
        let steps = self.value["x"].as_array().unwrap().iter();
        steps.map(|step| step.as_array().unwrap().iter().flat_map(with_bias).collect()).collect()
    }

    /// Weights or gradients of the inputs and of the biases, `[pre][post]`.
    fn input_weights(&self, section: &str) -> Vec<f64> {
        let section = &self.value[section];
        [transposed(&numbers(&section["W1"]), self.size("n_in")), numbers(&section["b1"])].concat()
    }

    fn recurrent_weights(&self, section: &str) -> Vec<f64> {
        transposed(&numbers(&self.value[section]["R"]), self.size("n_hid"))
    }

    /// `[post][pre]`.
    fn output_weights(&self, section: &str) -> Vec<f64> {
        numbers(&self.value[section]["W2"])
    }
}

/// All numbers of nested lists, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"))],
    }
}

fn transposed(x: &[f64], columns: usize) -> Vec<f64> {
    let rows = x.len() / columns;
    (0..x.len()).map(|k| x[k % rows * columns + k / rows]).collect()
}

/// Readouts of a case forget at different rates, which those of one network here do not. Gradients add up over readouts,
/// so every readout has a network of its own, with the same neurons.
fn networks<R: Real>(case: &Case) -> Vec<Eprop<R>> {
    let tau = |decay: f64| -1.0 / decay.ln();
    let of = |key: &str| case.parameter(key).unwrap();
    let n = case.size("n_hid");
    let (rho, kappa) = (case.parameter("h_rho"), case.parameter("h_kappa"));
    let neurons: Vec<EpropNeuron> = (0..n)
        .map(|j| EpropNeuron {
            tau_m: tau(of("h_beta")[j]),
            v_threshold: of("h_theta")[j],
            adaptation: kappa.as_ref().map_or(0.0, |kappa| kappa[j]),
            tau_adaptation: rho.as_ref().map_or(1.0, |rho| tau(rho[j])),
            refractory_steps: 0,
        })
        .collect();
    let dense = |n_pre, n_post, values: &[f64]| {
        Dense::new(n_pre, n_post, values.iter().map(|&w| R::of(w)).collect()).unwrap()
    };
    let network = |k: usize| {
        let parameters = EpropParameters {
            neurons: neurons.clone(),
            reset: Reset::Immediate,
            surrogate: Surrogate::FastSigmoid { slope: 5.0 },
            autapses: Autapses::Allow,
            tau_readout: tau(of("o_beta")[k]),
            readout_gain: Gain::Unit,
            window: 5,
            ..Default::default()
        };
        let mut network = Eprop::new(
            parameters,
            dense(case.size("n_in") + 1, n, &case.input_weights("params")),
            dense(n, n, &case.recurrent_weights("params")),
            dense(n, 1, &case.output_weights("params")[k * n..][..n]),
            Feedback::Symmetric,
        )
        .unwrap();
        network.update(|slot, bias, _| {
            if slot == 3 {
                bias[0] = R::of(of("b2")[k]);
            }
        });
        network.set_n_samples(case.size("B"));
        network
    };
    (0..case.size("n_out")).map(network).collect()
}

/// Runs a case and returns its largest relative error per tensor.
fn check<R: Real>(name: &str) -> f64 {
    let case = Case::read(name);
    assert_eq!(case.value["config"]["surrogate"]["k"], 5.0);
    let (n_samples, n_out, n_steps) = (case.size("B"), case.size("n_out"), case.size("T"));
    let inputs: Vec<Vec<R>> = case.inputs().iter().map(|x| x.iter().map(|&x| R::of(x)).collect()).collect();
    let mut networks = networks::<R>(&case);

    // The loss looks at the mean over time, so its errors are known when the sequence is over.
    let mut y = vec![R::ZERO; n_steps * n_samples * n_out];
    for (t, x) in inputs.iter().enumerate() {
        for (k, network) in networks.iter_mut().enumerate() {
            for (sample, &output) in network.step(x).iter().enumerate() {
                y[(t * n_samples + sample) * n_out + k] = output;
            }
        }
    }
    let mut loss = 0.0;
    let mut errors = vec![R::ZERO; n_samples * n_out];
    for (sample, &label) in case.labels().iter().enumerate() {
        let mean = |k: usize| {
            let sum: R = (0..n_steps).map(|t| y[(t * n_samples + sample) * n_out + k]).sum();
            sum / R::of(n_steps as f64)
        };
        let logits: Vec<R> = (0..n_out).map(mean).collect();
        let error = &mut errors[sample * n_out..][..n_out];
        loss += softmax_cross_entropy(&logits, label, error).f64() / n_samples as f64;
    }
    for (k, network) in networks.iter_mut().enumerate() {
        network.reset();
        let share = R::of(1.0 / (n_steps * n_samples) as f64);
        let error: Vec<R> = errors.iter().skip(k).step_by(n_out).map(|&error| share * error).collect();
        for x in &inputs {
            network.step(x);
            network.learn(&error);
        }
        network.finish();
    }
    let sum = |slot: usize| -> Vec<f64> {
        let each = networks.iter().map(|network| network.gradients()[slot]);
        each.fold(vec![0.0; networks[0].gradients()[slot].len()], |sum, gradient| {
            sum.iter().zip(gradient).map(|(sum, g)| sum + g.f64()).collect()
        })
    };
    let each = |slot: usize| -> Vec<R> {
        networks.iter().flat_map(|network| network.gradients()[slot].to_vec()).collect()
    };
    let grads = &case.value["grads"];
    [
        relative(&[loss], &numbers(&case.value["loss"])),
        relative(&y, &numbers(&case.value["forward"]["y"])),
        relative(&sum(0), &case.input_weights("grads")),
        relative(&sum(1), &case.recurrent_weights("grads")),
        relative(&each(2), &case.output_weights("grads")),
        relative(&each(3), &numbers(&grads["b2"])),
    ]
    .into_iter()
    .fold(0.0, f64::max)
}

#[test]
fn gradients_are_those_of_autograd_to_1e_10_and_in_single_precision_to_2e_4() {
    for name in ["rec_eprop_ce_meanmem", "rec_eprop_alif_ce_meanmem"] {
        let (double, single) = (check::<f64>(name), check::<f32>(name));
        assert!(double < 1e-10 && single < 2e-4, "{name}: {double:e} {single:e}");
    }
}

/// The slow backpropagation of the test tree, which the identities are tested with, against autograd: what it goes through,
/// and what it does not.
#[test]
fn the_oracle_is_autograd_to_1e_10() {
    let stopped = Through { recurrence: false, reset: false };
    let all = Through { recurrence: true, reset: true };
    for (name, through) in [
        ("rec_eprop_ce_meanmem", stopped),
        ("rec_eprop_alif_ce_meanmem", stopped),
        ("rec_sub_full_ce_meanmem", all),
    ] {
        let case = Case::read(name);
        let (n, n_in, n_out) = (case.size("n_hid"), case.size("n_in") + 1, case.size("n_out"));
        let rows = |x: &[f64], columns: usize| x.chunks(columns).map(<[f64]>::to_vec).collect::<Matrix>();
        let of = |key: &str| case.parameter(key).unwrap();
        let (rho, kappa) = (case.parameter("h_rho"), case.parameter("h_kappa"));
        let neurons: Vec<Neuron> = (0..n)
            .map(|j| Neuron {
                alpha: of("h_beta")[j],
                gain: 1.0,
                rho: rho.as_ref().map_or(0.0, |rho| rho[j]),
                beta: kappa.as_ref().map_or(0.0, |kappa| kappa[j]),
                v_threshold: of("h_theta")[j],
                reset: of("h_beta")[j] * of("h_theta")[j],
                refractory_steps: 0,
            })
            .collect();
        let oracle = |k: usize| {
            let output = rows(&case.output_weights("params")[k * n..][..n], 1);
            Oracle {
                neurons: neurons.clone(),
                surrogate: |x, _| 1.0 / (1.0 + 5.0 * x.abs()).powi(2),
                input: rows(&case.input_weights("params"), n),
                recurrent: rows(&case.recurrent_weights("params"), n),
                feedback: output.clone(),
                output,
                bias: vec![of("b2")[k]],
                kappa: of("o_beta")[k],
                readout_gain: 1.0,
                rate: (0.0, 0.0),
            }
        };
        let (n_steps, n_samples) = (case.size("T"), case.size("B"));
        let (mut input, mut recurrent) = (vec![0.0; n_in * n], vec![0.0; n * n]);
        for sample in 0..n_samples {
            let x: Matrix = case.inputs().iter().map(|x| x[sample * n_in..][..n_in].to_vec()).collect();
            let means = |k: usize| oracle(k).forward(&x).y.iter().map(|y| y[0]).sum::<f64>() / n_steps as f64;
            let logits: Vec<f64> = (0..n_out).map(means).collect();
            let mut error = vec![0.0; n_out];
            softmax_cross_entropy(&logits, case.labels()[sample], &mut error);
            for (k, error) in error.iter().enumerate() {
                let errors = vec![vec![error / (n_steps * n_samples) as f64]; n_steps];
                let (gradients, _) = oracle(k).bptt(&x, &errors, through);
                input.iter_mut().zip(gradients.input.concat()).for_each(|(sum, g)| *sum += g);
                recurrent.iter_mut().zip(gradients.recurrent.concat()).for_each(|(sum, g)| *sum += g);
            }
        }
        assert!(relative(&input, &case.input_weights("grads")) < 1e-10, "{name}");
        assert!(relative(&recurrent, &case.recurrent_weights("grads")) < 1e-10, "{name}");
    }
}
