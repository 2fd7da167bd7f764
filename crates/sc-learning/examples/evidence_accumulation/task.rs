//! The task: on which side were there more cues?

use rand::RngExt;
use sc_learning::core::random;
use sc_learning::core::random::Stream;

/// Cues of a trial; an odd number, so that one side has more of them.
const CUES: usize = 7;
/// Steps from one cue to the next; the last of them are the cue, the first are a pause.
const INTERVAL: usize = 150;
const PAUSE: usize = 50;
/// Steps from the last cue to the time when an answer is wanted.
const DELAY: usize = 1050;
/// Steps in which an answer is wanted.
pub(crate) const RECALL: usize = 150;
/// Steps of a trial, of 1 ms.
pub(crate) const STEPS: usize = CUES * INTERVAL + DELAY + RECALL;

/// Inputs of each of the four groups: cues on the left, cues on the right, recall, noise.
const GROUP: usize = 10;
pub(crate) const INPUTS: usize = 4 * GROUP;
pub(crate) const CLASSES: usize = 2;

/// Spikes per step of an input that has something to say, and of one that never has.
const SIGNAL_RATE: f64 = 0.04;
const NOISE_RATE: f64 = 0.01;
/// How likely a cue is on the side that has fewer of them.
const RARE: f64 = 0.3;

/// Trials side by side.
#[derive(Debug)]
pub(crate) struct Batch {
    /// `[step][trial][input]`, ones and zeros.
    pub(crate) inputs: Vec<f32>,
    /// 0 if there were more cues on the left, 1 if on the right.
    pub(crate) labels: Vec<usize>,
}

impl Batch {
    /// Batch number `number` of those for `purpose` under `seed`.
    pub(crate) fn new(n_trials: usize, seed: u64, purpose: &str, number: u64) -> Self {
        let mut source = random::stream(seed, purpose, number);
        let mut inputs = vec![0.0; STEPS * n_trials * INPUTS];
        let labels = (0..n_trials).map(|trial| draw(trial, n_trials, &mut inputs, &mut source)).collect();
        Self { inputs, labels }
    }

    /// The inputs of a step, `[trial][input]`.
    pub(crate) fn step(&self, t: usize) -> &[f32] {
        let width = self.labels.len() * INPUTS;
        &self.inputs[t * width..][..width]
    }
}

/// Draws the spikes of one trial, and returns its label.
fn draw(trial: usize, n_trials: usize, inputs: &mut [f32], source: &mut Stream) -> usize {
    let p_right = if source.random_bool(0.5) { RARE } else { 1.0 - RARE };
    let cues: Vec<usize> = (0..CUES).map(|_| usize::from(source.random_bool(p_right))).collect();
    for t in 0..STEPS {
        let cue = cues.get(t / INTERVAL).filter(|_| t % INTERVAL >= PAUSE);
        let rate = |group: usize| match group {
            0 | 1 if cue == Some(&group) => SIGNAL_RATE,
            2 if t >= STEPS - RECALL => SIGNAL_RATE,
            3 => NOISE_RATE,
            _ => 0.0,
        };
        for i in 0..INPUTS {
            let rate = rate(i / GROUP);
            if rate > 0.0 && source.random_bool(rate) {
                inputs[(t * n_trials + trial) * INPUTS + i] = 1.0;
            }
        }
    }
    usize::from(2 * cues.iter().sum::<usize>() > CUES)
}
