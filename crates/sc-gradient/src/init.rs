//! First weights, from time constants and input rates.
//!
//! A membrane that leaks by `beta` per step and receives `n` inputs, each active with probability `rate` per step through
//! weights of mean zero and standard deviation `s`, fluctuates around zero with the variance
//! `n rate s^2 / (1 - beta^2)`. Choosing `s` so that the threshold lies `ratio` standard deviations out makes every neuron
//! fire now and then from the first step on, whatever its time constants and however many inputs it has: no dead layers
//! (Rossbroich, Gygax & Zenke 2022, <https://doi.org/10.1088/2634-4386/ac97bb>, with zero mean).

use rand_distr::{Distribution, Normal};
use sc_core::{Real, random};

use crate::Error;
use crate::neuron::Parameter;

/// Variance of the membrane per unit variance of its input current.
///
/// For a synaptic filter `alpha` before a leak `beta` this is the variance of an AR(2) process with those two poles,
/// `(1 + alpha beta) / ((1 - alpha beta)(1 - alpha^2)(1 - beta^2))`.
pub(crate) fn membrane_gain(parameters: &[Parameter]) -> f64 {
    let named = |name| parameters.iter().find(|p| p.name == name).map_or(0.0, |p| p.initial);
    // A perfect integrator has no stationary variance; treat it as one that forgets within a thousand steps.
    let (alpha, beta) = (named("alpha").clamp(0.0, 0.999), named("beta").clamp(0.0, 0.999));
    (1.0 + alpha * beta) / ((1.0 - alpha * beta) * (1.0 - alpha * alpha) * (1.0 - beta * beta))
}

/// Standard deviation of the weights from `n` sources of this `rate` that gives the membrane the variance `variance`.
pub(crate) fn weight_deviation(n: usize, rate: f64, gain: f64, variance: f64) -> Result<f64, Error> {
    Error::require(rate > 0.0 && rate.is_finite(), "rate", rate, "finite and positive")?;
    Ok((variance / (n as f64 * rate * gain)).sqrt())
}

/// Normal weights `[n_source][n]`. The weights into each target sum to zero: else the mean of the spikes would drive every
/// neuron in a direction of its own, further than their fluctuation, and half of a large layer would start out dead.
pub(crate) fn weights<R: Real>(
    deviation: f64,
    n_source: usize,
    n: usize,
    seed: u64,
    purpose: &str,
    item: usize,
) -> Vec<R> {
    let mut stream = random::stream(seed, purpose, item as u64);
    let normal = Normal::new(0.0, deviation).expect("a finite deviation");
    let mut weights: Vec<f64> = (0..n_source * n).map(|_| normal.sample(&mut stream)).collect();
    if n_source > 1 {
        // Taking the mean away takes a share of the variance with it.
        let scale = (n_source as f64 / (n_source as f64 - 1.0)).sqrt();
        for target in 0..n {
            let column = || (0..n_source).map(move |source| source * n + target);
            let mean = column().map(|k| weights[k]).sum::<f64>() / n_source as f64;
            column().for_each(|k| weights[k] = scale * (weights[k] - mean));
        }
    }
    weights.into_iter().map(R::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula against a long simulated sum of random spikes.
    #[test]
    fn the_membrane_fluctuates_as_promised() {
        use rand::RngExt;
        let (alpha, beta, n, rate) = (0.7, 0.9, 200, 0.1);
        let parameters = [Parameter::new("beta", beta), Parameter::new("alpha", alpha)];
        let deviation = weight_deviation(n, rate, membrane_gain(&parameters), 4.0).unwrap();
        let weights: Vec<f64> = weights(deviation, n, 1, 3, "test", 0);
        let mut stream = random::stream(3, "spikes", 0);
        let (mut s, mut u, mut sum, mut squares) = (0.0, 0.0, 0.0, 0.0);
        let steps = 100_000;
        for _ in 0..steps {
            let current: f64 = weights.iter().filter(|_| stream.random::<f64>() < rate).sum();
            s = alpha * s + current;
            u = beta * u + s;
            sum += u;
            squares += u * u;
        }
        let mean = sum / f64::from(steps);
        let variance = squares / f64::from(steps) - mean * mean;
        // Bernoulli inputs have the variance rate (1 - rate); the formula leaves out the small second factor.
        assert!((variance / (4.0 * (1.0 - rate)) - 1.0).abs() < 0.2, "variance {variance}");
    }
}
