//! What does not fit is refused with an error that says so, and leaves everything as it was.

use sc_core::SpikeEvents;
use sc_gradient::{
    Adam, Batch, Bptt, CrossEntropy, Error, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif, Loss,
    MeanSquaredSpikes, RateRegularizer, Sgd, VanRossum,
};

use crate::nets::{batch, parameters, random_input};

fn hidden() -> Layer<Lif, FastSigmoid> {
    Layer::spiking(5, Lif::new(10.0, 1.0).unwrap(), FastSigmoid::new(5.0).unwrap()).recurrent()
}

fn with_readout() -> LayeredNetwork<f32> {
    let readout = Layer::readout(2, LeakyReadout::new(10.0, 1.0).unwrap());
    LayeredNetwork::with_inputs(3).layer(hidden()).layer(readout).build(1).unwrap()
}

fn spiking() -> LayeredNetwork<f32> {
    LayeredNetwork::with_inputs(3).layer(hidden()).build(1).unwrap()
}

/// One refused step; afterwards network and `Bptt` do what they did before.
fn refused<L: Loss<f32>>(
    mut network: LayeredNetwork<f32>,
    batch_of: &Batch<f32>,
    loss: &L,
    targets: &L::Targets,
) -> Error {
    let good = batch::<f32>(&random_input(4, 50, 3, false, 1), 4, 50, 3);
    let value = |bptt: &mut Bptt<f32>, network: &LayeredNetwork<f32>| {
        let loss = bptt.gradient(network, &good, &CrossEntropy::mean_membrane(), &[0, 1, 0, 1]).unwrap();
        (loss.to_bits(), bptt.gradients().get(network, 0, "weights").unwrap())
    };
    let (mut bptt, mut adam) = (Bptt::new(2).unwrap(), Adam::new(0.1).unwrap());
    let (before, expected) = (parameters(&network), value(&mut bptt, &network));
    let error = bptt.step(&mut network, batch_of, loss, targets, &mut adam).unwrap_err();
    assert_eq!(parameters(&network), before);
    assert_eq!(value(&mut bptt, &network), expected);
    error
}

fn two_samples() -> Batch<f32> {
    batch(&random_input(2, 4, 3, false, 2), 2, 4, 3)
}

#[test]
fn labels() {
    let loss = CrossEntropy::max_membrane();
    assert_eq!(
        refused(with_readout(), &two_samples(), &loss, &[1, 2]),
        Error::Label { sample: 1, label: 2, n_outputs: 2 }
    );
    for labels in [&[0][..], &[0, 1, 0], &[]] {
        let error = refused(with_readout(), &two_samples(), &loss, labels);
        assert_eq!(error, Error::Shape { what: "labels of a batch", expected: 2, got: labels.len() });
    }
}

#[test]
fn target_spikes() {
    for len in [0, 39, 41] {
        let expected = Error::Shape { what: "target spikes of a batch", expected: 40, got: len };
        let targets = vec![0.0; len];
        assert_eq!(refused(spiking(), &two_samples(), &MeanSquaredSpikes, &targets), expected);
        let van_rossum = VanRossum::new(5.0, 1.0).unwrap();
        assert_eq!(refused(spiking(), &two_samples(), &van_rossum, &targets), expected);
    }
    let mut targets = vec![0.0; 40];
    targets[7] = f32::NAN;
    let refusal = refused(spiking(), &two_samples(), &MeanSquaredSpikes, &targets);
    assert!(matches!(refusal, Error::NotFinite { what: "target spikes", position: 7, .. }), "{refusal}");
}

#[test]
fn a_gradient_that_was_never_computed() {
    let network = spiking();
    let refusal = Bptt::new(1).unwrap().gradients().get(&network, 0, "weights").unwrap_err();
    assert!(matches!(refusal, Error::Shape { got: 0, .. }), "{refusal}");
}

#[test]
fn spikes_of_a_readout() {
    let silent = |error| assert!(matches!(error, Error::NoOutputSpikes { .. }), "{error:?}");
    silent(refused(with_readout(), &two_samples(), &CrossEntropy::spike_count(), &[0, 1]));
    silent(refused(with_readout(), &two_samples(), &MeanSquaredSpikes, &[0.0; 16]));
    silent(refused(with_readout(), &two_samples(), &VanRossum::new(5.0, 1.0).unwrap(), &[0.0; 16]));
}

#[test]
fn another_number_of_channels() {
    let loss = CrossEntropy::max_membrane();
    for n_input in [1, 2, 4] {
        let batch = batch(&random_input(2, 4, n_input, false, 2), 2, 4, n_input);
        let expected = Error::Shape { what: "input channels of the batch", expected: 3, got: n_input };
        assert_eq!(refused(with_readout(), &batch, &loss, &[0, 1]), expected);
    }
}

#[test]
fn batches() {
    for (n_samples, n_steps, n_input) in [(0, 4, 3), (2, 0, 3), (2, 4, 0)] {
        assert!(matches!(
            Batch::<f32>::from_dense(&[], n_samples, n_steps, n_input),
            Err(Error::Shape { expected: 1, got: 0, .. })
        ));
    }
    for len in [0, 23, 25] {
        assert_eq!(
            Batch::from_dense(&vec![0.0_f32; len], 2, 4, 3),
            Err(Error::Shape { what: "numbers of a batch", expected: 24, got: len })
        );
    }
    assert!(Batch::from_dense(&[0.0_f32], usize::MAX, 2, 1).is_err());
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = Batch::from_dense(&[0.0, 1.0, x, 0.0], 1, 2, 2).unwrap_err();
        assert!(matches!(error, Error::NotFinite { what: "input", position: 2, .. }), "{error:?}");
    }
    let sample = |n_steps: usize, n_channels| {
        let mut sample = SpikeEvents::new(n_channels);
        (0..n_steps).for_each(|_| sample.push_step(&[]).unwrap());
        sample
    };
    let first = sample(4, 3);
    for other in [sample(5, 3), sample(4, 2)] {
        assert!(matches!(Batch::<f32>::from_events(&[&first, &other]), Err(Error::Shape { .. })));
    }
    assert!(matches!(Batch::<f32>::from_events::<SpikeEvents>(&[]), Err(Error::Shape { got: 0, .. })));
}

#[test]
fn a_regularizer_of_no_layer() {
    let limits = RateRegularizer::new(0.5, 1.0, 0.0, 1.0).unwrap();
    let mut bptt = Bptt::new(1).unwrap().regularize(2, limits);
    let error = bptt.gradient(&with_readout(), &two_samples(), &CrossEntropy::max_membrane(), &[0, 1]);
    assert_eq!(error, Err(Error::NoSuchLayer { layer: 2, n_layers: 2 }));
}

#[test]
fn parameters_of_a_network() {
    let mut network = with_readout();
    let before = parameters(&network);
    let no_layer = Error::NoSuchLayer { layer: 2, n_layers: 2 };
    assert_eq!(network.get(2, "weights"), Err(no_layer.clone()));
    assert_eq!(network.set(2, "weights", &[]), Err(no_layer.clone()));
    assert_eq!(network.parameter_names(2), Err(no_layer));
    let no_name = Error::NoSuchParameter { layer: 1, name: "recurrent".into() };
    assert_eq!(network.get(1, "recurrent"), Err(no_name.clone()));
    assert_eq!(network.set(1, "recurrent", &[]), Err(no_name));
    let shape = Error::Shape { what: "numbers of a parameter", expected: 5, got: 4 };
    assert_eq!(network.set(0, "bias", &[0.0; 4]), Err(shape));
    assert!(matches!(
        network.set(0, "bias", &[0.0, 0.0, f32::NAN, 0.0, 0.0]),
        Err(Error::NotFinite { what: "bias", position: 2, .. })
    ));
    assert!(matches!(network.set(0, "beta", &[1.5; 5]), Err(Error::Parameter { name: "beta", .. })));
    assert!(network.set(0, "v_threshold", &[0.0; 5]).is_err());
    assert_eq!(parameters(&network), before);
}

#[test]
fn networks() {
    let built = |n_input, layer| LayeredNetwork::<f32>::with_inputs(n_input).layer(layer).build(1);
    assert!(matches!(built(0, hidden()), Err(Error::Parameter { .. })));
    let empty = Layer::spiking(0, Lif::new(10.0, 1.0).unwrap(), FastSigmoid::new(5.0).unwrap());
    assert!(matches!(built(3, empty), Err(Error::Parameter { .. })));
    assert!(matches!(LayeredNetwork::<f32>::with_inputs(3).build(1), Err(Error::Parameter { .. })));
    let unknown = Error::NoSuchParameter { layer: 0, name: "rho".into() };
    assert_eq!(built(3, hidden().learn("rho")).unwrap_err(), unknown);
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(built(3, hidden().input_rate(bad)), Err(Error::Parameter { .. })), "{bad}");
        assert!(matches!(built(3, hidden().recurrent_rate(bad)), Err(Error::Parameter { .. })), "{bad}");
        assert!(matches!(built(3, hidden().threshold_ratio(bad)), Err(Error::Parameter { .. })), "{bad}");
    }
}

#[test]
fn settings() {
    assert!(matches!(Bptt::<f32>::new(0), Err(Error::Parameter { name: "threads", .. })));
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(Bptt::<f32>::new(1).unwrap().clip_norm(bad).is_err());
        assert!(Adam::<f32>::new(bad).is_err());
        assert!(Adam::<f32>::new(0.1).unwrap().weight_decay(bad).is_err());
        assert!(Adam::<f32>::new(0.1).unwrap().betas(bad, 0.5).is_err());
        assert!(Adam::<f32>::new(0.1).unwrap().betas(0.5, bad).is_err());
        assert!(Sgd::<f32>::new(bad, 0.0).is_err());
        assert!(Sgd::<f32>::new(0.1, bad).is_err());
        assert!(RateRegularizer::new(0.1, bad, 0.0, 0.0).is_err());
        assert!(RateRegularizer::new(0.1, 0.0, 0.0, bad).is_err());
        assert!(VanRossum::new(bad, 1.0).is_err());
        assert!(VanRossum::new(1.0, bad).is_err());
        assert!(Lif::new(bad, 1.0).is_err());
        assert!(Lif::new(10.0, bad).is_err());
        assert!(Lif::new(10.0, 1.0).unwrap().v_threshold(bad).is_err());
    }
    assert!(Adam::<f32>::new(0.1).unwrap().betas(1.0, 0.5).is_err());
    assert!(Sgd::<f32>::new(0.1, 1.0).is_err());
    assert!(Bptt::<f32>::new(1).unwrap().clip_norm(0.0).is_err());
}

#[test]
fn spikes_of_no_sample_or_layer() {
    let (network, mut bptt) = (with_readout(), Bptt::new(1).unwrap());
    bptt.forward(&network, &two_samples()).unwrap();
    assert!(matches!(bptt.spikes(0, 2), Err(Error::Shape { .. })));
    assert_eq!(bptt.spikes(2, 0).unwrap_err(), Error::NoSuchLayer { layer: 2, n_layers: 2 });
    assert_eq!(bptt.spikes(1, 0).unwrap().n_spikes(), 0);
}
