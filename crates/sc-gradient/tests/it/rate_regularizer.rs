//! The penalty on firing rates: its value, and what it does to dead and to restless neurons.

use sc_gradient::{
    Activity, Adam, Batch, Bptt, Error, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif, Loss, Output,
    OutputAdjoint, RateRegularizer,
};

use crate::nets::{batch, random_input};

/// No task at all.
struct Nothing;

impl Loss<f64> for Nothing {
    type Targets = ();

    fn evaluate(&self, _: &Output<'_, f64>, (): &(), _: &mut OutputAdjoint<f64>) -> Result<f64, Error> {
        Ok(0.0)
    }
}

const N: usize = 70;

/// A layer whose weights are all `weight`, below a readout.
fn network(weight: f64) -> LayeredNetwork<f64> {
    let mut network = LayeredNetwork::with_inputs(10)
        .layer(Layer::spiking(N, Lif::new(10.0, 1.0).unwrap(), FastSigmoid::new(2.0).unwrap()))
        .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0).unwrap()))
        .build(1)
        .unwrap();
    network.set(0, "weights", &vec![weight; 10 * N]).unwrap();
    network
}

fn input() -> Batch<f64> {
    batch(&random_input(3, 60, 10, false, 1), 3, 60, 10)
}

#[test]
fn the_value_is_the_squared_distance_from_the_limits() {
    let penalty = |weight, limits: &[RateRegularizer]| {
        let bptt = Bptt::new(2).unwrap();
        let mut bptt = limits.iter().fold(bptt, |bptt, &limits| bptt.regularize(0, limits));
        bptt.gradient(&network(weight), &input(), &Nothing, &()).unwrap()
    };
    let limits = RateRegularizer::new(0.25, 3.0, 0.125, 8.0).unwrap();
    // Nobody fires; everybody fires in every step.
    assert!((penalty(-1.0, &[limits]) - 8.0 / 64.0).abs() < 1e-12);
    let mut saturated = network(0.0);
    saturated.set(0, "bias", &[9.0; N]).unwrap();
    let mut bptt = Bptt::new(1).unwrap().regularize(0, limits);
    let value = bptt.gradient(&saturated, &input(), &Nothing, &()).unwrap();
    assert!((value - 3.0 * 0.5625).abs() < 1e-12);
    // Several penalties add up.
    let other = RateRegularizer::new(1.0, 0.0, 0.5, 1.0).unwrap();
    assert!((penalty(-1.0, &[limits, other]) - 0.125 - 0.25).abs() < 1e-12);
    // Between the limits there is none.
    assert!(penalty(-1.0, &[RateRegularizer::new(1.0, 9.0, 0.0, 9.0).unwrap()]).abs() < 1e-15);
}

/// Dead and saturated neurons of the first layer, and their mean rate.
fn activity(bptt: &mut Bptt<f64>, network: &LayeredNetwork<f64>) -> (usize, usize, f64) {
    let mut activity = Activity::new(0.5);
    bptt.forward(network, &input()).unwrap();
    bptt.observe(&mut activity);
    let report = activity.report();
    assert_eq!(report.len(), 1, "readouts do not spike");
    (report[0].dead, report[0].saturated, report[0].rate)
}

fn trained(mut network: LayeredNetwork<f64>) -> (usize, usize, f64) {
    let limits = RateRegularizer::new(0.2, 1.0, 0.05, 1.0).unwrap();
    let mut bptt = Bptt::new(1).unwrap().regularize(0, limits);
    let mut adam = Adam::new(0.02).unwrap();
    for _ in 0..150 {
        bptt.step(&mut network, &input(), &Nothing, &(), &mut adam).unwrap();
    }
    activity(&mut bptt, &network)
}

#[test]
fn dead_neurons_wake_up_and_restless_ones_calm_down() {
    let mut bptt = Bptt::new(1).unwrap();
    assert_eq!(activity(&mut bptt, &network(-0.1)).0, N);
    let (dead, saturated, rate) = trained(network(-0.1));
    assert_eq!((dead, saturated), (0, 0));
    assert!((0.03..0.2).contains(&rate), "{rate}");

    assert_eq!(activity(&mut bptt, &network(0.9)).1, N);
    let (dead, saturated, rate) = trained(network(0.9));
    assert_eq!((dead, saturated), (0, 0));
    assert!((0.04..0.25).contains(&rate), "{rate}");
}
