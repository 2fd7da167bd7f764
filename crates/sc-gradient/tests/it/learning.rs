//! A task that cannot be solved without recurrence, nor without credit through time.

use rand::RngExt;
use sc_core::{Real, random};
use sc_gradient::{
    Adam, Batch, Bptt, Error, FastSigmoid, Layer, LayeredNetwork, LeakyReadout, Lif, Loss, Optimizer, Output,
    OutputAdjoint,
};

/// Cross-entropy of the last membranes.
struct LastMembrane;

impl<R: Real> Loss<R> for LastMembrane {
    type Targets = [usize];

    fn evaluate(
        &self,
        output: &Output<'_, R>,
        labels: &[usize],
        adjoint: &mut OutputAdjoint<R>,
    ) -> Result<R, Error> {
        let (last, scale) = (output.n_steps() - 1, R::of(1.0 / labels.len() as f64));
        let mut loss = R::ZERO;
        for (sample, &label) in labels.iter().enumerate() {
            let y = output.membranes(sample, last);
            let sum: R = y.iter().map(|&y| y.exp()).sum();
            loss += scale * (sum.ln() - y[label]);
            for (k, g) in adjoint.membranes_mut(sample, last).iter_mut().enumerate() {
                *g = scale * (y[k].exp() / sum - if k == label { R::ONE } else { R::ZERO });
            }
        }
        Ok(loss)
    }
}

const N_SAMPLES: usize = 16;
const N_STEPS: usize = 20;
const CUE: usize = 3;
const N_INPUT: usize = 12;
/// Arrays of the hidden layer: weights, bias, recurrent weights, two neuron parameters.
const HIDDEN_SLOTS: usize = 5;

/// Channel 0 or 1 is active for three steps; the answer is asked for at the very end. All other channels are noise, new
/// in every batch, so that nothing can be learned by heart.
fn trials(seed: u64, number: u64) -> (Batch<f32>, Vec<usize>) {
    let mut stream = random::stream(seed, "trials", number);
    let labels: Vec<usize> = (0..N_SAMPLES).map(|k| k % 2).collect();
    let mut x = Vec::new();
    for &label in &labels {
        for step in 0..N_STEPS {
            for channel in 0..N_INPUT {
                let cue = channel == label && step < CUE;
                let noise = channel >= 2 && stream.random::<f64>() < 0.2;
                x.push(f32::from(u8::from(cue || noise)));
            }
        }
    }
    (Batch::from_dense(&x, N_SAMPLES, N_STEPS, N_INPUT).unwrap(), labels)
}

/// Adam for the arrays from `first` on; the others stay as they are.
struct Above {
    first: usize,
    adam: Adam<f32>,
}

impl Optimizer<f32> for Above {
    fn learning_rate(&self) -> f64 {
        self.adam.learning_rate()
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.adam.set_learning_rate(learning_rate);
    }

    fn begin_step(&mut self) {
        self.adam.begin_step();
    }

    fn update(&mut self, slot: usize, parameters: &mut [f32], gradient: &[f32], decays: bool) {
        if slot >= self.first {
            self.adam.update(slot, parameters, gradient, decays);
        }
    }
}

/// The mean loss of the last hundred of four hundred batches; chance is ln 2 = 0.693.
fn trained(recurrent: bool, first: usize, seed: u64) -> f32 {
    // Membranes forget the cue before the answer: what is left of it is exp(-16 / 2) = 3e-4.
    let hidden = Layer::spiking(40, Lif::new(2.0, 1.0).unwrap(), FastSigmoid::new(5.0).unwrap());
    let hidden = hidden.input_rate(0.2);
    let mut network = LayeredNetwork::<f32>::with_inputs(N_INPUT)
        .layer(if recurrent { hidden.recurrent() } else { hidden })
        .layer(Layer::readout(2, LeakyReadout::new(2.0, 1.0).unwrap()))
        .build(seed)
        .unwrap();
    let mut adam = Above { first, adam: Adam::new(0.01).unwrap() };
    let mut bptt = Bptt::new(1).unwrap().clip_norm(1.0).unwrap();
    let losses: Vec<f32> = (0..400)
        .map(|number| {
            let (batch, labels) = trials(seed, number);
            bptt.step(&mut network, &batch, &LastMembrane, &labels, &mut adam).unwrap()
        })
        .collect();
    losses[300..].iter().sum::<f32>() / 100.0
}

#[test]
fn a_cue_is_remembered_only_with_recurrence_and_credit() {
    for seed in 1..=3 {
        let (solved, without, reservoir) =
            (trained(true, 0, seed), trained(false, 0, seed), trained(true, HIDDEN_SLOTS, seed));
        assert!(solved < 0.1, "recurrent: {solved}");
        assert!(without > 0.6, "without recurrence: {without}");
        assert!(reservoir > 0.6, "hidden layer fixed: {reservoir}");
    }
}
