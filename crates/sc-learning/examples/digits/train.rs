//! From labelled images to a network that tells them apart.

use std::error::Error;
use std::time::Instant;

use sc_learning::gradient::LayerActivity;
use sc_learning::prelude::*;

/// Spikes per step of a pixel of full intensity. Test images are as noisy as training images, so less noise (a rate near
/// 1) means fewer errors; the noise of grey pixels remains, and keeps the network from learning images by heart.
const MAX_RATE: f64 = 1.0;
/// Membrane time constant of the hidden neurons [ms]; a step is 1 ms.
const TAU_HIDDEN: f64 = 10.0;
/// Membrane time constant of the readout [ms]: it sums up most of a sequence of 25 steps.
const TAU_READOUT: f64 = 20.0;
/// Steepness of the surrogate: only neurons near their threshold learn.
const SURROGATE_SLOPE: f64 = 20.0;
/// Weight of the mean squared firing rate in the loss. Sparse activity is faster to simulate, and generalizes better.
const RATE_WEIGHT: f64 = 30.0;
/// The learning rate at the end of the warm-up, which is the first epoch. From there it falls to zero.
const LEARNING_RATE: f64 = 0.003;
const WEIGHT_DECAY: f64 = 0.2;
const BATCH: usize = 32;
/// A neuron that spikes in more than this share of all steps says nothing.
const SATURATION: f64 = 0.9;

/// The hidden layer's place in the network.
pub(crate) const HIDDEN: usize = 0;

/// What is learned from, and what is tested on.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) train: Images,
    pub(crate) test: Images,
}

/// What one training depends on. The number of threads changes its duration, nothing else.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) hidden: usize,
    pub(crate) steps: usize,
    pub(crate) epochs: usize,
    pub(crate) threads: usize,
    pub(crate) seed: u64,
}

/// What a training leaves behind.
#[derive(Debug)]
pub(crate) struct Trained {
    pub(crate) network: LayeredNetwork<f32>,
    /// The class given to each test image after the last epoch.
    pub(crate) predictions: Vec<usize>,
    pub(crate) test_accuracy: f64,
    /// What the spiking layers did while they saw all training images once more.
    pub(crate) activity: Vec<LayerActivity>,
    /// Wall-clock time of everything between the first encoding and the end of the last epoch: encoding, training, and
    /// after every epoch an evaluation on all training and test images.
    pub(crate) seconds: f64,
    /// Wall-clock time of encoding and training, without evaluation.
    pub(crate) training_seconds: f64,
}

/// Trains a network from scratch and tells `log` the metrics of every epoch. The network of the last epoch is the result,
/// whatever its test accuracy: tests are watched, not used.
pub(crate) fn train(
    task: &Task,
    settings: &Settings,
    log: &mut dyn TrainingCallback,
) -> Result<Trained, Box<dyn Error>> {
    let &Settings { epochs, seed, .. } = settings;
    let start = Instant::now();
    let encoder = RateEncoder::new(settings.steps, MAX_RATE, seed)?;
    let [train_set, test_set] = [&task.train, &task.test].map(|images| evaluation_set(images, settings));
    let (train_set, test_set) = (train_set?, test_set?);

    let mut network = build(&task.train, settings)?;
    let mut bptt = bptt(settings)?;
    let mut adam = Adam::new(0.0)?.weight_decay(WEIGHT_DECAY)?;
    let n_batches = task.train.len().div_ceil(BATCH);
    let schedule = WarmupCosine::new(LEARNING_RATE, 0.0, n_batches as u64, (epochs * n_batches) as u64)?;
    let mut scheduler = Scheduler::new(schedule);

    let (mut training_seconds, mut last) = (0.0, None);
    for epoch in 0..epochs as u64 {
        let epoch_start = Instant::now();
        let mut sum_of_losses = 0.0;
        for indices in task.train.shuffled(seed, epoch).chunks(BATCH) {
            // A number of its own for every image in every epoch: the noise is never the same twice.
            let (batch, labels) = encode(&encoder, &task.train, indices, epoch * task.train.len() as u64)?;
            adam.set_learning_rate(scheduler.value());
            let loss = bptt.step(&mut network, &batch, &evidence(), &labels, &mut adam)?;
            scheduler.step();
            sum_of_losses += f64::from(loss) * indices.len() as f64;
        }
        let seconds = epoch_start.elapsed().as_secs_f64();
        training_seconds += seconds;

        let on_train = evaluate(&mut bptt, &network, &train_set)?;
        let on_test = evaluate(&mut bptt, &network, &test_set)?;
        let hidden = &on_train.activity[HIDDEN];
        log.log(
            epoch,
            &[
                ("loss", (sum_of_losses / task.train.len() as f64).into()),
                ("train_accuracy", on_train.accuracy.into()),
                ("test_accuracy", on_test.accuracy.into()),
                ("firing_rate", hidden.rate.into()),
                ("dead", hidden.dead.into()),
                ("saturated", hidden.saturated.into()),
                ("learning_rate", adam.learning_rate().into()),
                ("seconds", seconds.into()),
                ("samples_per_second", (task.train.len() as f64 / seconds).into()),
            ],
        )?;
        last = Some((on_train.activity, on_test));
    }
    let (activity, on_test) = last.ok_or("no epochs, no result")?;
    Ok(Trained {
        network,
        predictions: on_test.predictions,
        test_accuracy: on_test.accuracy,
        activity,
        seconds: start.elapsed().as_secs_f64(),
        training_seconds,
    })
}

/// A layer of recurrent leaky integrate-and-fire neurons, and a readout for each class.
fn build(images: &Images, settings: &Settings) -> Result<LayeredNetwork<f32>, Box<dyn Error>> {
    let intensity: f32 = (0..images.len()).map(|i| images.intensities(i).iter().sum::<f32>()).sum();
    let mean_intensity = f64::from(intensity) / (images.len() * images.n_pixels()) as f64;
    // Without the gradient through the reset, training is steadier (Zenke & Vogels 2021).
    let neuron = Lif::new(TAU_HIDDEN, 1.0)?.detach_reset(true);
    let hidden = Layer::spiking(settings.hidden, neuron, FastSigmoid::new(SURROGATE_SLOPE)?)
        .input_rate(MAX_RATE * mean_intensity)
        .recurrent();
    let readout = Layer::readout(images.class_counts().len(), LeakyReadout::new(TAU_READOUT, 1.0)?);
    let layers = LayeredNetwork::with_inputs(images.n_pixels()).layer(hidden).layer(readout);
    Ok(layers.build(settings.seed)?)
}

fn bptt(settings: &Settings) -> Result<Bptt<f32>, Box<dyn Error>> {
    let sparse = RateRegularizer::upper(0.0, RATE_WEIGHT)?;
    Ok(Bptt::new(settings.threads)?.regularize(HIDDEN, sparse))
}

/// Every step has its say, not only the strongest.
fn evidence() -> CrossEntropy {
    CrossEntropy::mean_membrane()
}

/// A batch of images as spikes, and their labels.
type Labelled = (Batch<f32>, Vec<usize>);

/// Some of the images as spikes. The noise of image `i` is that of sample `first_sample + i`.
fn encode(
    encoder: &RateEncoder,
    images: &Images,
    indices: &[usize],
    first_sample: u64,
) -> Result<Labelled, Box<dyn Error>> {
    let mut spikes = Vec::with_capacity(indices.len());
    for &i in indices {
        spikes.push(encoder.encode(&images.intensities(i), first_sample + i as u64)?);
    }
    let labels = indices.iter().map(|&i| usize::from(images.label(i))).collect();
    Ok((Batch::from_events(&spikes)?, labels))
}

/// An encoder whose noise is never heard in training.
fn evaluation_encoder(settings: &Settings) -> Result<RateEncoder, Box<dyn Error>> {
    Ok(RateEncoder::new(settings.steps, MAX_RATE, !settings.seed)?)
}

/// All images in order, with noise that is the same after every epoch.
fn evaluation_set(images: &Images, settings: &Settings) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let encoder = evaluation_encoder(settings)?;
    let indices: Vec<usize> = (0..images.len()).collect();
    indices.chunks(8 * BATCH).map(|chunk| encode(&encoder, images, chunk, 0)).collect()
}

struct Evaluation {
    predictions: Vec<usize>,
    accuracy: f64,
    activity: Vec<LayerActivity>,
}

fn evaluate(
    bptt: &mut Bptt<f32>,
    network: &LayeredNetwork<f32>,
    set: &[Labelled],
) -> Result<Evaluation, Box<dyn Error>> {
    let (mut predictions, mut n_right) = (Vec::new(), 0);
    let mut activity = Activity::new(SATURATION);
    for (batch, labels) in set {
        let classes = evidence().classify(&bptt.forward(network, batch)?)?;
        bptt.observe(&mut activity);
        n_right += classes.iter().zip(labels).filter(|(class, label)| class == label).count();
        predictions.extend(classes);
    }
    let accuracy = n_right as f64 / predictions.len() as f64;
    Ok(Evaluation { predictions, accuracy, activity: activity.report() })
}

/// Everything that happened while the network looked at one image.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) input: SpikeEvents,
    pub(crate) hidden: SpikeEvents,
    /// Membranes of the readout, `[step][class]`.
    pub(crate) readout: Vec<Vec<f32>>,
}

/// Shows the network test image `i`, with the noise it was tested with.
pub(crate) fn record(
    task: &Task,
    settings: &Settings,
    network: &LayeredNetwork<f32>,
    i: usize,
) -> Result<Recording, Box<dyn Error>> {
    let input = evaluation_encoder(settings)?.encode(&task.test.intensities(i), i as u64)?;
    let mut bptt = bptt(settings)?;
    let output = bptt.forward(network, &Batch::from_events(&[&input])?)?;
    let readout = (0..output.n_steps()).map(|t| output.membranes(0, t).to_vec()).collect();
    Ok(Recording { hidden: bptt.spikes(HIDDEN, 0)?, input, readout })
}
