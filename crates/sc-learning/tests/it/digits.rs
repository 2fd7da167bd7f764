//! Training on the bundled digits.
#![allow(clippy::float_cmp, reason = "the same quotient of the same integers")]

use sc_learning::prelude::*;

use crate::train::{HIDDEN, Settings, Task, record, train};

fn settings() -> Settings {
    Settings { hidden: 64, steps: 25, epochs: 3, threads: 2, seed: 7 }
}

fn task() -> Task {
    let (train, test) = digits().stratified_split(0.2, 7).unwrap();
    Task { train, test }
}

/// All weights of a network, as bits.
fn bits(network: &LayeredNetwork<f32>) -> Vec<u32> {
    let layers = (0..network.sizes().count()).flat_map(|layer| {
        let names = network.parameter_names(layer).unwrap();
        names.into_iter().flat_map(move |name| network.get(layer, name).unwrap())
    });
    layers.map(f32::to_bits).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let all = task();
    // A number of samples that neither threads nor batches divide.
    let few = |images: &Images| images.split_at(101).0;
    let task = Task { train: few(&all.train), test: few(&all.test) };
    let run = |threads| train(&task, &Settings { threads, ..settings() }, &mut History::new()).unwrap();
    let (one, two, three) = (run(1), run(2), run(3));
    assert_eq!(bits(&one.network), bits(&two.network));
    assert_eq!(bits(&one.network), bits(&three.network));
    assert_eq!(one.predictions, three.predictions);
}

#[test]
fn three_epochs_are_enough_for_nine_of_ten_digits() {
    let task = task();
    let mut history = History::new();
    let trained = train(&task, &settings(), &mut history).unwrap();
    assert!(trained.test_accuracy >= 0.9, "{}", trained.test_accuracy);

    // What is reported is what was measured.
    let right =
        trained.predictions.iter().zip(task.test.labels()).filter(|(p, l)| **p == usize::from(**l)).count();
    assert_eq!(trained.test_accuracy, right as f64 / task.test.len() as f64);
    assert_eq!(history.series("test_accuracy").last(), Some(&(2, trained.test_accuracy)));
    assert_eq!(history.series("firing_rate").last(), Some(&(2, trained.activity[HIDDEN].rate)));
    assert!(trained.training_seconds <= trained.seconds);
}

#[test]
fn a_recording_shows_what_the_test_saw() {
    let task = task();
    let settings = Settings { epochs: 1, ..settings() };
    let trained = train(&task, &settings, &mut History::new()).unwrap();
    for i in 0..20 {
        let recording = record(&task, &settings, &trained.network, i).unwrap();
        assert_eq!((recording.input.n_steps(), recording.input.n_channels()), (25, 64));
        assert_eq!((recording.hidden.n_steps(), recording.hidden.n_channels()), (25, 64));
        let evidence = |class: usize| recording.readout.iter().map(|row| row[class]).sum::<f32>();
        let strongest = (0..10).max_by(|&a, &b| evidence(a).total_cmp(&evidence(b))).unwrap();
        assert_eq!(strongest, trained.predictions[i]);
    }
}
