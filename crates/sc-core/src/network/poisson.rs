//! Noise from neurons that are not simulated.

use pulp::{Arch, NullaryFnOnce};

use crate::random::philox;
use crate::{Error, Real};

/// A Poisson process per neuron: how many spikes arrive at each in each step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Poisson {
    /// Mean number of spikes per neuron and step.
    mean: f64,
    seed: u64,
    /// `at_least[k] / 2^32` is the probability of at most `k` spikes: a uniform word from there on means more.
    at_least: Vec<u32>,
}

/// Words drawn at a time: few enough to stay beside the processor.
const BLOCK: usize = 512;

impl Poisson {
    pub(super) fn new(mean: f64, seed: u64) -> Result<Self, Error> {
        if !(0.0..=100.0).contains(&mean) {
            let expected = "such that 0 to 100 spikes arrive per step";
            return Err(Error::Parameter { name: "rate", value: mean, expected });
        }
        // The distribution function until it is one to the last bit that a word resolves.
        let mut at_least = Vec::new();
        let mut probability = (-mean).exp();
        let mut sum = probability;
        while (sum * 4_294_967_296.0) < 4_294_967_295.5 && at_least.len() < 400 {
            at_least.push((sum * 4_294_967_296.0).round() as u32);
            probability *= mean / at_least.len() as f64;
            sum += probability;
        }
        Ok(Self { mean, seed, at_least })
    }

    /// Adds `amplitude` per spike of step `t` to the neurons `first..first + currents.len()`.
    pub(super) fn add_to<R: Real>(&self, amplitude: R, t: u64, first: usize, currents: &mut [R]) {
        let mut words = [0; BLOCK];
        for (block, currents) in (first..).step_by(BLOCK).zip(currents.chunks_mut(BLOCK)) {
            let words = &mut words[..currents.len()];
            philox(self.seed, t, block, words);
            Arch::new().dispatch(Count { at_least: &self.at_least, amplitude, words, currents });
        }
    }

    pub(super) fn describe(&self) -> String {
        format!("Poisson spikes, {} per step, seed {}", self.mean, self.seed)
    }
}

/// Turns uniform words into numbers of spikes; a struct and no closure, so that it is compiled for the
/// instruction set at hand.
struct Count<'a, R> {
    at_least: &'a [u32],
    amplitude: R,
    words: &'a [u32],
    currents: &'a mut [R],
}

impl<R: Real> NullaryFnOnce for Count<'_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        // As many at a time as registers hold, so that counts stay there over all bounds.
        let (words, words_left) = self.words.as_chunks::<LANES>();
        let (currents, currents_left) = self.currents.as_chunks_mut::<LANES>();
        for (currents, words) in currents.iter_mut().zip(words) {
            let counts = counts(self.at_least, words);
            for lane in 0..LANES {
                currents[lane] += self.amplitude * R::of(f64::from(counts[lane]));
            }
        }
        let mut padded = [0; LANES];
        padded[..words_left.len()].copy_from_slice(words_left);
        for (current, count) in currents_left.iter_mut().zip(counts(self.at_least, &padded)) {
            *current += self.amplitude * R::of(f64::from(count));
        }
    }
}

/// Words that are looked at side by side.
const LANES: usize = 64;

/// How many of the bounds each word reaches.
#[inline(always)]
fn counts(at_least: &[u32], words: &[u32; LANES]) -> [u32; LANES] {
    let mut counts = [0; LANES];
    for &bound in at_least {
        for lane in 0..LANES {
            counts[lane] += u32::from(words[lane] >= bound);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of many neurons and steps against the distribution, by chi squared over all counts expected at
    /// least ten times; the threshold is that of one in a million.
    #[test]
    fn counts_follow_the_poisson_law() {
        for (mean, limit) in
            [(0.01, 27.6), (0.1, 33.4), (1.0, 42.7), (7.5, 67.1), (60.0, 122.8), (100.0, 145.4)]
        {
            let poisson = Poisson::new(mean, 5).unwrap();
            let (n, n_steps) = (1000, 200);
            let mut histogram = [0_u32; 200];
            for t in 0..n_steps {
                let mut currents = vec![0.0_f64; n];
                poisson.add_to(1.0, t, 0, &mut currents);
                currents.iter().for_each(|&count| histogram[count as usize] += 1);
            }
            let total = n as f64 * n_steps as f64;
            let mut probability = (-mean).exp();
            let mut chi_squared = 0.0;
            for (k, &count) in histogram.iter().enumerate() {
                let expected = total * probability;
                if expected >= 10.0 {
                    chi_squared += (f64::from(count) - expected).powi(2) / expected;
                }
                probability *= mean / (k + 1) as f64;
            }
            assert!(chi_squared < limit, "mean {mean}: chi squared {chi_squared}");
        }
    }

    /// One neuron at a time: its own word, turned into a number by the sum of the probabilities.
    #[test]
    fn every_neuron_gets_the_amplitude_times_the_number_at_its_address() {
        let (mean, seed, t, first) = (2.5_f64, 7, 11, 3);
        let poisson = Poisson::new(mean, seed).unwrap();
        let mut currents = vec![1.0_f64; 2 * BLOCK + LANES + 5];
        poisson.add_to(-0.5, t, first, &mut currents);
        for (i, current) in currents.into_iter().enumerate() {
            let mut word = [0];
            philox(seed, t, first + i, &mut word);
            let uniform = f64::from(word[0]) / 4_294_967_296.0;
            let (mut count, mut probability) = (0.0, (-mean).exp());
            let mut sum = probability;
            while uniform >= sum {
                count += 1.0;
                probability *= mean / count;
                sum += probability;
            }
            assert_eq!(current, 1.0 - 0.5 * count, "neuron {i}");
        }
    }

    #[test]
    fn silence_and_impossible_rates() {
        let mut currents = [3.0_f32; 7];
        Poisson::new(0.0, 1).unwrap().add_to(1.0, 9, 0, &mut currents);
        assert_eq!(currents, [3.0; 7]);
        for mean in [-0.1, f64::NAN, 100.1] {
            assert!(Poisson::new(mean, 1).is_err());
        }
    }
}
