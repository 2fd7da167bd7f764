//! What makes no sense is refused, and named.

use sc_core::{Autapses, Dense};
use sc_plasticity::Error;
use sc_plasticity::eprop::{Eprop, EpropNeuron, EpropParameters, Feedback, Surrogate, squared_error};

fn build(parameters: EpropParameters) -> Result<Eprop<f32>, Error> {
    let n = parameters.neurons.len();
    Eprop::new(parameters, Dense::zeros(3, n), Dense::zeros(n, n), Dense::zeros(n, 2), Feedback::Symmetric)
}

fn neuron(neuron: EpropNeuron) -> EpropParameters {
    EpropParameters { neurons: vec![EpropNeuron::default(), neuron], ..Default::default() }
}

#[test]
fn parameters_outside_their_range_are_named() {
    let default = EpropParameters::default;
    let lif = EpropNeuron::default;
    for (name, parameters) in [
        ("neurons", EpropParameters { neurons: vec![], ..default() }),
        ("dt", EpropParameters { dt: 0.0, ..default() }),
        ("tau_readout", EpropParameters { tau_readout: -1.0, ..default() }),
        ("rate_strength", EpropParameters { rate_strength: f64::NAN, ..default() }),
        ("rate_target", EpropParameters { rate_target: f64::INFINITY, ..default() }),
        ("gamma", EpropParameters { surrogate: Surrogate::Triangle { gamma: 0.0 }, ..default() }),
        ("slope", EpropParameters { surrogate: Surrogate::FastSigmoid { slope: -5.0 }, ..default() }),
        ("window", EpropParameters { window: 0, ..default() }),
        ("window", EpropParameters { window: 65, ..default() }),
        ("tau_m", neuron(EpropNeuron { tau_m: 0.0, ..lif() })),
        ("v_threshold", neuron(EpropNeuron { v_threshold: 0.0, ..lif() })),
        ("v_threshold", neuron(EpropNeuron { v_threshold: 1e300, ..lif() })),
        ("adaptation", neuron(EpropNeuron { adaptation: -0.1, ..lif() })),
        ("tau_adaptation", neuron(EpropNeuron { tau_adaptation: f64::NAN, ..lif() })),
    ] {
        match build(parameters) {
            Err(Error::Parameter { name: named, .. }) => assert_eq!(named, name),
            _ => panic!("{name} was taken"),
        }
    }
}

#[test]
fn weights_of_another_shape_are_named() {
    let two = || EpropParameters { neurons: vec![EpropNeuron::default(); 2], ..Default::default() };
    let d = |n_pre, n_post| Dense::<f32>::zeros(n_pre, n_post);
    let symmetric = Feedback::Symmetric;
    for (what, result) in [
        ("columns of the input weights", Eprop::new(two(), d(3, 1), d(2, 2), d(2, 1), symmetric.clone())),
        ("rows of the recurrent weights", Eprop::new(two(), d(3, 2), d(3, 2), d(2, 1), symmetric.clone())),
        ("columns of the recurrent weights", Eprop::new(two(), d(3, 2), d(2, 3), d(2, 1), symmetric.clone())),
        ("rows of the output weights", Eprop::new(two(), d(3, 2), d(2, 2), d(1, 1), symmetric.clone())),
        (
            "rows of the feedback weights",
            Eprop::new(two(), d(3, 2), d(2, 2), d(2, 1), Feedback::Fixed(d(1, 1))),
        ),
        (
            "columns of the feedback weights",
            Eprop::new(two(), d(3, 2), d(2, 2), d(2, 1), Feedback::Fixed(d(2, 2))),
        ),
    ] {
        match result {
            Err(Error::Length { what: named, .. }) => assert_eq!(named, what),
            _ => panic!("{what} were taken"),
        }
    }
    assert!(Eprop::new(two(), d(3, 2), d(2, 2), d(2, 0), symmetric.clone()).is_err());
    for decay in [-0.1, 1.0, f64::NAN] {
        let feedback = Feedback::Adaptive { weights: d(2, 1), decay };
        assert!(Eprop::new(two(), d(3, 2), d(2, 2), d(2, 1), feedback).is_err());
    }

    let onto_itself = Dense::new(2, 2, vec![0.0_f32, 0.0, 0.0, 0.5]).unwrap();
    let error = Eprop::new(two(), d(3, 2), onto_itself.clone(), d(2, 1), symmetric.clone()).unwrap_err();
    assert_eq!(error.to_string(), "recurrent weights[3] = 0.5: must be 0 on the diagonal");
    let allowed = EpropParameters { autapses: Autapses::Allow, ..two() };
    assert!(Eprop::new(allowed, d(3, 2), onto_itself, d(2, 1), symmetric).is_ok());
}

#[test]
fn a_network_may_have_no_inputs() {
    let neurons = vec![EpropNeuron::default(); 2];
    let parameters = EpropParameters { neurons, ..Default::default() };
    let (input, recurrent, output) = (Dense::zeros(0, 2), Dense::zeros(2, 2), Dense::zeros(2, 1));
    let mut eprop = Eprop::<f32>::new(parameters, input, recurrent, output, Feedback::Symmetric).unwrap();
    for _ in 0..100 {
        assert_eq!(eprop.step(&[]), [0.0]);
        eprop.learn(&[1.0]);
    }
    eprop.finish();
    assert!(eprop.gradients()[0].is_empty());
}

fn two_samples() -> Eprop<f32> {
    let mut eprop = build(EpropParameters::default()).unwrap();
    eprop.set_n_samples(2);
    eprop
}

#[test]
#[should_panic(expected = "input of length 3, not 6")]
fn inputs_of_another_length_panic() {
    two_samples().step(&[0.0; 3]);
}

#[test]
#[should_panic(expected = "errors of length 3, not 4")]
fn errors_of_another_length_panic() {
    let mut eprop = two_samples();
    eprop.step(&[0.0; 6]);
    eprop.learn(&[0.0; 3]);
}

#[test]
#[should_panic(expected = "no step to learn from")]
fn errors_before_the_first_step_panic() {
    two_samples().learn(&[0.0; 4]);
}

#[test]
#[should_panic(expected = "no step to learn from")]
fn errors_panic_where_gradients_are_not_made() {
    let mut eprop = two_samples();
    eprop.set_learning(false);
    eprop.step(&[0.0; 6]);
    eprop.learn(&[0.0; 4]);
}

#[test]
#[should_panic(expected = "a batch has samples")]
fn an_empty_batch_panics() {
    two_samples().set_n_samples(0);
}

#[test]
#[should_panic(expected = "2 outputs, 1 targets, 2 errors")]
fn losses_of_another_length_panic() {
    squared_error(&[0.0; 2], &[0.0], &mut [0.0; 2]);
}
