//! Small random networks, for [`Eprop`] and for the oracle.

use rand::RngExt;
use sc_core::random::{Stream, stream};
use sc_core::{Autapses, Dense, Real};
use sc_plasticity::eprop::{Eprop, EpropNeuron, EpropParameters, Feedback, Gain, Reset, Surrogate};

use super::oracle::{Gradients, Neuron, Oracle};

pub(crate) type Matrix = Vec<Vec<f64>>;

/// What a network is made of; `feedback` is `None` where it is symmetric.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    pub(crate) parameters: EpropParameters,
    pub(crate) input: Matrix,
    pub(crate) recurrent: Matrix,
    pub(crate) output: Matrix,
    pub(crate) feedback: Option<Matrix>,
}

/// How many of each, and what they are like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) n_inputs: usize,
    pub(crate) n: usize,
    pub(crate) n_outputs: usize,
    pub(crate) adaptive: bool,
    pub(crate) recurrent: bool,
    pub(crate) symmetric: bool,
    pub(crate) autapses: bool,
    pub(crate) immediate: bool,
    pub(crate) sigmoid: bool,
    pub(crate) normalized: bool,
    pub(crate) regularized: bool,
    pub(crate) window: usize,
}

pub(crate) const KIND: Kind = Kind {
    n_inputs: 3,
    n: 5,
    n_outputs: 2,
    adaptive: true,
    recurrent: true,
    symmetric: false,
    autapses: false,
    immediate: false,
    sigmoid: false,
    normalized: false,
    regularized: false,
    window: 64,
};

pub(crate) fn matrix(source: &mut Stream, rows: usize, columns: usize, scale: f64) -> Matrix {
    (0..rows).map(|_| (0..columns).map(|_| scale * source.random_range(-1.0..1.0)).collect()).collect()
}

impl Recipe {
    pub(crate) fn new(kind: Kind, seed: u64) -> Self {
        let mut source = stream(seed, "e-prop test", 0);
        let (n, mut uniform) = (kind.n, stream(seed, "e-prop test", 1));
        let neurons = (0..n)
            .map(|j| EpropNeuron {
                tau_m: uniform.random_range(3.0..25.0),
                v_threshold: uniform.random_range(0.4..1.2),
                // Every other neuron adapts.
                adaptation: if kind.adaptive && j % 2 == 0 { uniform.random_range(0.1..0.6) } else { 0.0 },
                tau_adaptation: uniform.random_range(10.0..200.0),
                refractory_steps: uniform.random_range(0..4),
            })
            .collect();
        let gain = if kind.normalized { Gain::Leak } else { Gain::Unit };
        let parameters = EpropParameters {
            neurons,
            input_gain: gain,
            reset: if kind.immediate { Reset::Immediate } else { Reset::Delayed },
            surrogate: if kind.sigmoid {
                Surrogate::FastSigmoid { slope: 3.0 }
            } else {
                Surrogate::Triangle { gamma: 0.3 }
            },
            autapses: if kind.autapses { Autapses::Allow } else { Autapses::Forbid },
            tau_readout: uniform.random_range(2.0..20.0),
            readout_gain: gain,
            rate_strength: if kind.regularized { 20.0 } else { 0.0 },
            rate_target: 60.0,
            window: kind.window,
            dt: 1.0,
        };
        let scale = if kind.normalized { 8.0 } else { 1.0 };
        let mut recurrent = matrix(&mut source, n, n, if kind.recurrent { scale * 0.6 } else { 0.0 });
        if !kind.autapses {
            (0..n).for_each(|j| recurrent[j][j] = 0.0);
        }
        Self {
            parameters,
            input: matrix(&mut source, kind.n_inputs, n, scale)
                .into_iter()
                .map(|row| row.into_iter().map(|w| w + 0.4 * scale).collect())
                .collect(),
            recurrent,
            output: matrix(&mut source, n, kind.n_outputs, 1.0),
            feedback: (!kind.symmetric).then(|| matrix(&mut source, n, kind.n_outputs, 1.0)),
        }
    }

    pub(crate) fn eprop<R: Real>(&self) -> Eprop<R> {
        let feedback = self.feedback.as_ref().map_or(Feedback::Symmetric, |b| Feedback::Fixed(dense(b)));
        let (input, recurrent, output) = (dense(&self.input), dense(&self.recurrent), dense(&self.output));
        Eprop::new(self.parameters.clone(), input, recurrent, output, feedback).unwrap()
    }

    pub(crate) fn oracle(&self) -> Oracle {
        let parameters = &self.parameters;
        let decay = |tau: f64| (-parameters.dt / tau).exp();
        let scaled = |gain: Gain, decay: f64| if gain == Gain::Leak { 1.0 - decay } else { 1.0 };
        let neuron = |neuron: &EpropNeuron| {
            let alpha = decay(neuron.tau_m);
            Neuron {
                alpha,
                gain: scaled(parameters.input_gain, alpha),
                rho: decay(neuron.tau_adaptation),
                beta: neuron.adaptation,
                v_threshold: neuron.v_threshold,
                reset: neuron.v_threshold * if parameters.reset == Reset::Immediate { alpha } else { 1.0 },
                refractory_steps: neuron.refractory_steps.into(),
            }
        };
        let triangle =
            |x: f64, v_threshold: f64| 0.3 / v_threshold * (1.0 - (x / v_threshold).abs()).max(0.0);
        let sigmoid = |x: f64, _: f64| 1.0 / (1.0 + 3.0 * x.abs()).powi(2);
        let kappa = decay(parameters.tau_readout);
        Oracle {
            neurons: parameters.neurons.iter().map(neuron).collect(),
            surrogate: if matches!(parameters.surrogate, Surrogate::Triangle { .. }) {
                triangle
            } else {
                sigmoid
            },
            input: self.input.clone(),
            recurrent: self.recurrent.clone(),
            output: self.output.clone(),
            bias: vec![0.0; self.output[0].len()],
            feedback: self.feedback.clone().unwrap_or_else(|| self.output.clone()),
            kappa,
            readout_gain: scaled(parameters.readout_gain, kappa),
            rate: (parameters.rate_strength, parameters.rate_target / 1000.0),
        }
    }
}

pub(crate) fn dense<R: Real>(rows: &[Vec<f64>]) -> Dense<R> {
    let values = rows.iter().flatten().map(|&w| R::of(w)).collect();
    Dense::new(rows.len(), rows.first().map_or(0, Vec::len), values).unwrap()
}

/// Inputs `[step][input]`: spikes, and sometimes other numbers. Errors `[step][readout]`: none in every third step.
pub(crate) fn sequence(kind: Kind, n_steps: usize, seed: u64) -> (Matrix, Matrix) {
    let mut source = stream(seed, "e-prop sequence", 0);
    let mut input = || match source.random_range(0..10) {
        0..=3 => 1.0,
        4 => source.random_range(-0.5..1.5),
        _ => 0.0,
    };
    let x = (0..n_steps).map(|_| (0..kind.n_inputs).map(|_| input()).collect()).collect();
    let mut errors = matrix(&mut source, n_steps, kind.n_outputs, 1.0);
    errors.iter_mut().step_by(3).for_each(|error| error.fill(0.0));
    (x, errors)
}

/// Runs a sequence of one sample.
pub(crate) fn run<R: Real>(eprop: &mut Eprop<R>, x: &Matrix, errors: &Matrix) {
    let cast = |row: &[f64]| row.iter().map(|&x| R::of(x)).collect::<Vec<R>>();
    for (x, error) in x.iter().zip(errors) {
        eprop.step(&cast(x));
        eprop.learn(&cast(error));
    }
    eprop.finish();
}

/// Largest difference of any gradient, relative to the largest number of its array.
pub(crate) fn difference<R: Real>(eprop: &Eprop<R>, expected: &Gradients) -> f64 {
    let Gradients { input, recurrent, output, bias } = expected;
    let mut recurrent = recurrent.clone();
    if eprop.parameters().autapses == Autapses::Forbid {
        (0..recurrent.len()).for_each(|j| recurrent[j][j] = 0.0);
    }
    let expected = [input.concat(), recurrent.concat(), output.concat(), bias.clone()];
    eprop.gradients().iter().zip(&expected).map(|(ours, theirs)| relative(ours, theirs)).fold(0.0, f64::max)
}

pub(crate) fn relative<R: Real>(ours: &[R], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let scale = theirs.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    let error = ours.iter().zip(theirs).map(|(a, b)| (a.f64() - b).abs()).fold(0.0, |a, b| {
        assert!(!b.is_nan());
        f64::max(a, b)
    });
    if error > 0.0 { error / scale } else { 0.0 }
}
