//! Saved and loaded networks are the same to the bit; what does not fit is refused and changes nothing.

use sc_core::{Checkpoint, Error as CoreError};
use sc_gradient::{
    Adam, Adaptive, Bptt, CrossEntropy, Error, FastSigmoid, Layer, LayeredNetwork, Lif, Optimizer, Sgd,
};

use crate::nets::{Model, Spec, batch, network, parameters, random_input};

fn specs() -> Vec<Spec> {
    vec![
        Spec::new(66, Model { filtered: true, ..Model::LIF }).recurrent(),
        Spec { bias: false, ..Spec::new(7, Model { adaptive: true, ..Model::LIF }) },
        Spec::new(3, Model::READOUT),
    ]
}

fn core(result: Result<(), Error>) -> CoreError {
    match result {
        Err(Error::Core(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_gives_back_every_bit() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("network.safetensors");
    let saved = network::<f32>(5, &specs(), 1);
    saved.save(&path).unwrap();
    let mut loaded = network::<f32>(5, &specs(), 2);
    assert_ne!(parameters(&loaded), parameters(&saved));
    loaded.load(&path).unwrap();
    assert_eq!(parameters(&loaded), parameters(&saved));
}

#[test]
fn tensors_have_their_public_names_and_shapes() {
    let network = network::<f64>(5, &specs(), 1);
    let checkpoint = network.to_checkpoint();
    let tensors: Vec<(&str, &[usize])> = checkpoint.tensors().collect();
    let expected: [(&str, &[usize]); 14] = [
        ("0.alpha", &[66]),
        ("0.beta", &[66]),
        ("0.bias", &[66]),
        ("0.recurrent", &[66, 66]),
        ("0.v_threshold", &[66]),
        ("0.weights", &[5, 66]),
        ("1.beta", &[7]),
        ("1.kappa", &[7]),
        ("1.rho", &[7]),
        ("1.v_threshold", &[7]),
        ("1.weights", &[66, 7]),
        ("2.beta", &[3]),
        ("2.bias", &[3]),
        ("2.weights", &[7, 3]),
    ];
    assert_eq!(tensors, expected);
    assert_eq!(checkpoint.get::<f64>("1.weights", &[66, 7]).unwrap(), network.get(1, "weights").unwrap());
    assert_eq!(
        checkpoint.metadata("structure"),
        Some(
            "5 -> 66 [weights, bias, recurrent, beta, v_threshold, alpha] \
             -> 7 [weights, beta, v_threshold, rho, kappa] -> 3 [weights, bias, beta]"
        )
    );
}

/// Refuses a checkpoint and stays what it was.
fn refused(checkpoint: &Checkpoint) -> Error {
    let mut target = network::<f32>(5, &specs(), 2);
    let before = parameters(&target);
    let error = target.restore(checkpoint).unwrap_err();
    assert_eq!(parameters(&target), before);
    error
}

/// The checkpoint of a network, one tensor of it replaced.
fn with(name: &str, shape: &[usize], numbers: &[f32]) -> Checkpoint {
    let mut checkpoint = network::<f32>(5, &specs(), 1).to_checkpoint();
    checkpoint.insert(name, shape, numbers);
    checkpoint
}

#[test]
fn damaged_tensors_are_refused_whole() {
    // The last tensor of the last layer: all others have been read by then.
    let shape = CoreError::TensorShape { name: "2.beta".into(), expected: vec![3], got: vec![3, 1] };
    assert_eq!(refused(&with("2.beta", &[3, 1], &[0.5; 3])), Error::Core(shape));
    let shape = CoreError::TensorShape { name: "2.beta".into(), expected: vec![3], got: vec![4] };
    assert_eq!(refused(&with("2.beta", &[4], &[0.5; 4])), Error::Core(shape));
    let nan = refused(&with("2.beta", &[3], &[0.5, f32::NAN, 0.5]));
    assert!(matches!(nan, Error::NotFinite { what: "beta", position: 1, .. }), "{nan:?}");
    let range = refused(&with("2.beta", &[3], &[0.5, 0.5, 1.25]));
    assert!(matches!(range, Error::Parameter { name: "beta", .. }), "{range:?}");

    let mut checkpoint = with("2.bias", &[3], &[0.0; 3]);
    checkpoint.insert("2.beta", &[3], &[0.5_f64; 3]);
    let kind = CoreError::TensorType { name: "2.beta".into(), expected: "f32", got: "f64" };
    assert_eq!(refused(&checkpoint), Error::Core(kind));

    // All there but one.
    let whole = network::<f32>(5, &specs(), 1).to_checkpoint();
    let mut partial = Checkpoint::new();
    for key in ["kind", "structure"] {
        partial.set_metadata(key, whole.metadata(key).unwrap());
    }
    for (name, shape) in whole.tensors().filter(|(name, _)| *name != "2.weights") {
        partial.insert(name, shape, whole.elements::<f32>(name).unwrap());
    }
    let missing = CoreError::MissingTensor { name: "2.weights".into() };
    assert_eq!(refused(&partial), Error::Core(missing));
}

#[test]
fn other_networks_are_refused() {
    let changed = |change: fn(&mut Vec<Spec>)| {
        let mut specs = specs();
        change(&mut specs);
        match refused(&network::<f32>(5, &specs, 1).to_checkpoint()) {
            Error::Core(CoreError::Mismatch { key, .. }) => assert_eq!(key, "structure"),
            other => panic!("{other:?}"),
        }
    };
    changed(|specs| specs[0].n = 65);
    changed(|specs| specs[0].recurrent = false);
    changed(|specs| specs[0].model.filtered = false);
    changed(|specs| specs[1].bias = true);
    changed(|specs| specs.truncate(2));
    changed(|specs| specs.push(Spec::new(3, Model::READOUT)));
    refused(&network::<f32>(6, &specs(), 1).to_checkpoint());
    let double = refused(&network::<f64>(5, &specs(), 1).to_checkpoint());
    assert!(matches!(double, Error::Core(CoreError::TensorType { .. })), "{double:?}");
    let foreign = refused(&Checkpoint::new());
    assert!(
        matches!(foreign, Error::Core(CoreError::Mismatch { ref key, .. }) if key == "kind"),
        "{foreign:?}"
    );
}

#[test]
fn other_files_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("network.safetensors");
    let mut target = network::<f32>(5, &specs(), 2);
    let before = parameters(&target);
    assert!(matches!(core(target.load(&path)), CoreError::Io { .. }));
    std::fs::write(&path, b"not a network").unwrap();
    assert!(matches!(core(target.load(&path)), CoreError::NotACheckpoint { .. }));
    let mut bytes = network::<f32>(5, &specs(), 1).to_checkpoint().to_bytes();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(core(target.load(&path)), CoreError::Checksum { .. }));
    assert!(matches!(core(target.save(directory.path())), CoreError::Io { .. }));
    assert_eq!(parameters(&target), before);
}

/// A parameter that occurs twice in a model is saved twice.
#[test]
fn a_model_wrapped_twice_is_saved_whole() {
    let build = |kappa| {
        let inner = Adaptive::new(Lif::new(10.0, 1.0).unwrap(), 50.0, 1.0, 0.1).unwrap();
        let twice = Adaptive::new(inner, 500.0, 1.0, kappa).unwrap();
        let layer = Layer::spiking(3, twice, FastSigmoid::new(5.0).unwrap());
        LayeredNetwork::<f32>::with_inputs(2).layer(layer).build(1).unwrap()
    };
    let (saved, mut loaded) = (build(0.2), build(0.3));
    let checkpoint = saved.to_checkpoint();
    assert_eq!(checkpoint.get::<f32>("0.kappa", &[3]).unwrap(), [0.1; 3]);
    assert_eq!(checkpoint.get::<f32>("0.kappa.1", &[3]).unwrap(), [0.2; 3]);
    loaded.restore(&checkpoint).unwrap();
    assert_eq!(loaded.to_checkpoint(), checkpoint);
}

/// Five steps in one go, or with a file after the second.
fn resumed<O: Optimizer<f32>>(
    new: impl Fn() -> O,
    store: impl Fn(&O, &LayeredNetwork<f32>, &mut Checkpoint),
    restore: impl Fn(&mut O, &LayeredNetwork<f32>, &Checkpoint) -> Result<(), Error>,
) {
    let batch = batch::<f32>(&random_input(4, 50, 5, false, 1), 4, 50, 5);
    let (mut bptt, loss) = (Bptt::new(1).unwrap(), CrossEntropy::max_membrane());
    let mut train = |network: &mut LayeredNetwork<f32>, optimizer: &mut O, steps| {
        for _ in 0..steps {
            bptt.step(network, &batch, &loss, &[0, 1, 2, 0], optimizer).unwrap();
        }
    };
    let (mut network_one, mut one) = (network::<f32>(5, &specs(), 1), new());
    // Before the first step there is nothing to remember, and that can be stored as well.
    let mut fresh = network_one.to_checkpoint();
    store(&one, &network_one, &mut fresh);
    restore(&mut one, &network_one, &fresh).unwrap();
    train(&mut network_one, &mut one, 2);
    let mut checkpoint = network_one.to_checkpoint();
    store(&one, &network_one, &mut checkpoint);
    let checkpoint = Checkpoint::from_bytes(&checkpoint.to_bytes()).unwrap();
    let (mut network_two, mut two) = (network::<f32>(5, &specs(), 9), new());
    network_two.restore(&checkpoint).unwrap();
    restore(&mut two, &network_two, &checkpoint).unwrap();
    // A failed restore changes nothing.
    restore(&mut two, &network_two, &network_two.to_checkpoint()).unwrap_err();
    restore(&mut two, &network(5, &[Spec::new(9, Model::LIF)], 1), &checkpoint).unwrap_err();
    train(&mut network_one, &mut one, 3);
    train(&mut network_two, &mut two, 3);
    assert_eq!(parameters(&network_one), parameters(&network_two));
    // And it does matter: without the memory, training goes elsewhere.
    let (mut network_three, mut forgetful) = (network::<f32>(5, &specs(), 9), new());
    network_three.restore(&checkpoint).unwrap();
    train(&mut network_three, &mut forgetful, 3);
    assert_ne!(parameters(&network_one), parameters(&network_three));
}

#[test]
fn training_resumes_with_the_same_bits() {
    resumed(|| Adam::new(0.01).unwrap().weight_decay(0.1).unwrap(), Adam::store, Adam::restore);
    resumed(|| Sgd::new(0.1, 0.9).unwrap(), Sgd::store, Sgd::restore);
}

#[test]
fn impossible_moments_are_refused() {
    let network = network::<f32>(5, &specs(), 1);
    let mut adam = Adam::<f32>::new(0.01).unwrap();
    let mut checkpoint = Checkpoint::new();
    adam.store(&network, &mut checkpoint);
    let mut negative = checkpoint.clone();
    negative.insert("adam.variance.2.bias", &[3], &[0.0_f32, -1.0, 0.0]);
    assert!(matches!(adam.restore(&network, &negative), Err(Error::Parameter { .. })));
    let mut nan = checkpoint.clone();
    nan.insert("adam.mean.2.bias", &[3], &[0.0, f32::NAN, 0.0]);
    assert!(matches!(adam.restore(&network, &nan), Err(Error::NotFinite { .. })));
    let mut endless = checkpoint.clone();
    endless.insert("adam.step", &[], &[u64::MAX]);
    assert!(matches!(adam.restore(&network, &endless), Err(Error::Parameter { name: "adam.step", .. })));
    adam.restore(&network, &checkpoint).unwrap();
}
