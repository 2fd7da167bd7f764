//! `check_gradient` agrees with every model, surrogate and loss, and does not agree with wrong ones.

use sc_core::Real;
use sc_gradient::{
    Adaptive, Batch, CrossEntropy, DifferentiableNeuron, Error, FastSigmoid, Filtered, Layer, LayeredNetwork,
    LeakyReadout, Lif, Loss, MeanSquaredSpikes, Output, OutputAdjoint, Parameter, Surrogate, VanRossum,
    check_gradient,
};

use crate::nets::{Model, Shape, Spec, batch, network, random_input};

const N_SAMPLES: usize = 2;
const N_STEPS: usize = 7;

fn input() -> Batch<f64> {
    batch(&random_input(N_SAMPLES, N_STEPS, 3, true, 4), N_SAMPLES, N_STEPS, 3)
}

fn largest_error<L: Loss<f64>>(network: &LayeredNetwork<f64>, loss: &L, targets: &L::Targets) -> f64 {
    check_gradient(network, &input(), loss, targets, 1e-5).unwrap().largest_error()
}

#[test]
fn every_model_surrogate_and_loss() {
    let targets = random_input(N_SAMPLES, N_STEPS, 2, false, 9);
    let labels = [1, 0];
    // Detached resets are wrong by intention: models 0 to 15 are the others.
    for (k, shape) in (0..16).flat_map(|k| Shape::ALL.map(|shape| (k, shape))) {
        let slope = if matches!(shape, Shape::FastSigmoid | Shape::FastSigmoidCut) { 4.0 } else { 0.9 };
        let model = Model { shape, slope, ..Model::numbered(k) };
        let readout = Model { filtered: k % 2 == 0, ..Model::READOUT };
        let errors = |seed| {
            let silent = network(3, &[Spec::new(3, model).recurrent(), Spec::new(2, readout)], seed);
            let spiking = network(3, &[Spec::new(3, model), Spec::new(2, model).recurrent()], seed);
            [
                largest_error(&silent, &CrossEntropy::max_membrane(), &labels),
                largest_error(&silent, &CrossEntropy::mean_membrane(), &labels),
                largest_error(&spiking, &CrossEntropy::max_membrane(), &labels),
                largest_error(&spiking, &CrossEntropy::spike_count(), &labels),
                largest_error(&spiking, &MeanSquaredSpikes, &targets),
                largest_error(&spiking, &VanRossum::new(5.0, 1.0).unwrap(), &targets),
            ]
        };
        // By chance a difference may reach over a kink: two membranes nearly the largest, one near the edge of a surrogate.
        // A wrong adjoint is wrong for every seed.
        let least = |a: f64, b: f64| if a < b { a } else { b };
        let errors = (1..=3).map(errors).reduce(|a, b| std::array::from_fn(|i| least(a[i], b[i]))).unwrap();
        assert!(errors.iter().all(|e| *e < 1e-6), "{model:?}: {errors:?}");
    }
}

/// Wrapped the other way round it is the same neuron.
#[test]
fn the_order_of_wrapping_does_not_matter() {
    let lif = || Lif::new(10.0, 1.0).unwrap();
    let surrogate = || FastSigmoid::new(4.0).unwrap();
    let one = Adaptive::new(Filtered::new(lif(), 4.0, 1.0).unwrap(), 50.0, 1.0, 0.2).unwrap();
    let other = Filtered::new(Adaptive::new(lif(), 50.0, 1.0, 0.2).unwrap(), 4.0, 1.0).unwrap();
    let readout = || Layer::readout(2, LeakyReadout::new(10.0, 1.0).unwrap());
    let layer = Layer::spiking(4, one, surrogate()).recurrent().learn("rho").learn("alpha");
    let one = LayeredNetwork::<f64>::with_inputs(3).layer(layer).layer(readout()).build(1).unwrap();
    let layer = Layer::spiking(4, other, surrogate()).recurrent().learn("rho").learn("alpha");
    let other = LayeredNetwork::<f64>::with_inputs(3).layer(layer).layer(readout()).build(1).unwrap();
    let run = |network: &LayeredNetwork<f64>| {
        let mut bptt = sc_gradient::Bptt::new(1).unwrap();
        let loss = bptt.gradient(network, &input(), &CrossEntropy::max_membrane(), &[0, 1]).unwrap();
        let names = ["weights", "recurrent", "rho", "alpha"];
        (loss, names.map(|name| bptt.gradients().get(network, 0, name).unwrap()))
    };
    assert_eq!(run(&one), run(&other));
}

/// A leaky neuron with a resting potential, differentiated with one of several mistakes.
#[derive(Debug)]
struct Wrong<const MISTAKE: u8>;

const NONE: u8 = 0;
const RESET_SIGN: u8 = 1;
const RESET_FORGOTTEN: u8 = 2;
const LEAK_FORGOTTEN: u8 = 3;
const LEAK_SIGN: u8 = 4;
const THRESHOLD_SIGN: u8 = 5;
const REST_FORGOTTEN: u8 = 6;
const MEMBRANE_OVERWRITTEN: u8 = 7;

impl<R: Real, const MISTAKE: u8> DifferentiableNeuron<R> for Wrong<MISTAKE> {
    type State = [R; 1];
    type Parameters = [R; 3];

    fn parameters(&self) -> Vec<Parameter> {
        [("beta", 0.8), ("rest", 0.3), ("theta", 0.9)].map(|(name, x)| Parameter::new(name, x)).to_vec()
    }

    fn integrate(&self, p: &[R; 3], v: &mut [R; 1], input: R) {
        v[0] = p[0] * v[0] + (R::ONE - p[0]) * p[1] + input;
    }

    fn membrane(&self, _: &[R; 3], v: &[R; 1]) -> R {
        v[0]
    }

    fn threshold(&self, p: &[R; 3], _: &[R; 1]) -> R {
        p[2]
    }

    fn fire(&self, _: &[R; 3], v: &mut [R; 1], z: R) {
        v[0] *= R::ONE - z;
    }

    fn recall(&self, p: &[R; 3], before: &[R; 1], v: R) -> ([R; 1], R) {
        ([v], v - p[0] * before[0] - (R::ONE - p[0]) * p[1])
    }

    fn fire_adjoint(&self, _: &[R; 3], v: &[R; 1], z: R, adjoint: &mut [R; 1], _: &mut [R; 3]) -> R {
        let spike = if MISTAKE == RESET_SIGN { v[0] * adjoint[0] } else { -v[0] * adjoint[0] };
        if MISTAKE != RESET_FORGOTTEN {
            adjoint[0] *= R::ONE - z;
        }
        spike
    }

    fn membrane_adjoint(&self, _: &[R; 3], _: &[R; 1], g: R, adjoint: &mut [R; 1], _: &mut [R; 3]) {
        if MISTAKE == MEMBRANE_OVERWRITTEN {
            adjoint[0] = g;
        } else {
            adjoint[0] += g;
        }
    }

    fn threshold_adjoint(&self, _: &[R; 3], _: &[R; 1], g: R, _: &mut [R; 1], gradient: &mut [R; 3]) {
        gradient[2] += if MISTAKE == THRESHOLD_SIGN { -g } else { g };
    }

    fn integrate_adjoint(
        &self,
        p: &[R; 3],
        before: &[R; 1],
        adjoint: &mut [R; 1],
        gradient: &mut [R; 3],
    ) -> R {
        let input = adjoint[0];
        gradient[0] += input * (before[0] - p[1]);
        if MISTAKE != REST_FORGOTTEN {
            gradient[1] += input * (R::ONE - p[0]);
        }
        adjoint[0] = match MISTAKE {
            LEAK_FORGOTTEN => input,
            LEAK_SIGN => -p[0] * input,
            _ => p[0] * input,
        };
        input
    }
}

fn error_of<const MISTAKE: u8>() -> f64 {
    let hidden = Layer::spiking(4, Wrong::<MISTAKE>, FastSigmoid::new(2.0).unwrap());
    let network = LayeredNetwork::<f64>::with_inputs(3)
        .layer(hidden.learn("beta").learn("rest").learn("theta"))
        .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0).unwrap()))
        .build(1)
        .unwrap();
    largest_error(&network, &CrossEntropy::mean_membrane(), &[0, 1])
}

#[test]
fn a_wrong_neuron_is_found_out() {
    assert!(error_of::<NONE>() < 1e-7);
    let errors = [
        error_of::<RESET_SIGN>(),
        error_of::<RESET_FORGOTTEN>(),
        error_of::<LEAK_FORGOTTEN>(),
        error_of::<LEAK_SIGN>(),
        error_of::<THRESHOLD_SIGN>(),
        error_of::<REST_FORGOTTEN>(),
        error_of::<MEMBRANE_OVERWRITTEN>(),
    ];
    assert!(errors.iter().all(|e| *e > 1e-2), "{errors:?}");
}

/// A surrogate whose primitive belongs to another.
#[derive(Debug)]
struct Mismatched(FastSigmoid, f64);

impl<R: Real> Surrogate<R> for Mismatched {
    fn derivative(&self, x: R) -> R {
        R::of(self.1) * self.0.derivative(x)
    }

    fn primitive(&self, x: R) -> R {
        self.0.primitive(x)
    }
}

#[test]
fn a_wrong_surrogate_is_found_out() {
    let error = |factor| {
        let surrogate = Mismatched(FastSigmoid::new(2.0).unwrap(), factor);
        let network = LayeredNetwork::<f64>::with_inputs(3)
            .layer(Layer::spiking(4, Lif::new(10.0, 1.0).unwrap(), surrogate))
            .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0).unwrap()))
            .build(1)
            .unwrap();
        largest_error(&network, &CrossEntropy::mean_membrane(), &[0, 1])
    };
    assert!(error(1.0) < 1e-7);
    assert!(error(0.9) > 1e-2);
}

/// The sum of the membranes of output 0, its derivative times a factor.
struct Scaled(f64);

impl<R: Real> Loss<R> for Scaled {
    type Targets = ();

    fn evaluate(&self, output: &Output<'_, R>, (): &(), adjoint: &mut OutputAdjoint<R>) -> Result<R, Error> {
        let mut loss = R::ZERO;
        for sample in 0..output.n_samples() {
            for step in 0..output.n_steps() {
                loss += output.membranes(sample, step)[0];
                adjoint.membranes_mut(sample, step)[0] = R::of(self.0);
            }
        }
        Ok(loss)
    }
}

#[test]
fn a_wrong_loss_is_found_out() {
    let specs = [Spec::new(3, Model::LIF).recurrent(), Spec::new(2, Model::READOUT)];
    let network = network(3, &specs, 2);
    assert!(largest_error(&network, &Scaled(1.0), &()) < 1e-7);
    assert!(largest_error(&network, &Scaled(-1.0), &()) > 1.0);
    assert!(largest_error(&network, &Scaled(1.01), &()) > 5e-3);
    assert!(largest_error(&network, &Scaled(f64::NAN), &()).is_nan());
}

#[test]
fn a_step_must_be_a_distance() {
    let network = network(3, &[Spec::new(2, Model::READOUT)], 2);
    for step in [0.0, -1e-5, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            check_gradient(&network, &input(), &Scaled(1.0), &(), step),
            Err(Error::Parameter { name: "step", .. })
        ));
    }
}
