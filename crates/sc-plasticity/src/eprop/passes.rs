//! The loops over all samples and neurons, compiled for every instruction set.

use sc_core::Real;
use sc_core::simd::pulp::NullaryFnOnce;

use super::Eprop;
use super::kernel::Kernel;
use super::neuron::SPIKE;
use super::panel::LANES;

/// One step of the neurons and the readouts.
pub(super) struct Step<'a, R: Real> {
    pub(super) eprop: &'a mut Eprop<R>,
    pub(super) input: &'a [R],
}

// Structs instead of closures: a closure that only borrows is called through a function that no instruction set was
// chosen for.
impl<R: Real> NullaryFnOnce for Step<'_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Eprop { parameters, panels, learning, window, input, recurrent, readout, .. } = self.eprop;
        let Eprop { states, active, from_inputs, from_neurons, .. } = self.eprop;
        let (n, n_inputs) = (input.n_post(), input.n_pre());
        let mut current = vec![[R::ZERO; LANES]; panels.len()];
        for (sample, active) in active.iter_mut().enumerate() {
            current.as_flattened_mut().fill(R::ZERO);
            let sum = &mut current.as_flattened_mut()[..n];
            for (i, &x) in self.input[sample * n_inputs..][..n_inputs].iter().enumerate() {
                if x != R::ZERO {
                    sum.iter_mut().zip(input.row(i)).for_each(|(sum, &w)| *sum += x * w);
                    if *learning {
                        from_inputs.drive(sample, window.n_steps - 1, i, x);
                    }
                }
            }
            for &i in &*active {
                sum.iter_mut().zip(recurrent.row(i as usize)).for_each(|(sum, &w)| *sum += w);
                if *learning {
                    from_neurons.drive(sample, window.n_steps - 1, i as usize, R::ONE);
                }
            }
            active.clear();
            for (p, (panel, current)) in panels.iter().zip(&current).enumerate() {
                let k = sample * panels.len() + p;
                let psi = panel.step(parameters.surrogate, current, &mut states[k]);
                let spikes = &states[k][SPIKE];
                if *learning {
                    let newest = window.newest(sample, p);
                    window.psi[newest] = psi;
                    window.signal[newest] = [R::ZERO; LANES];
                    readout.remember(k, spikes);
                }
                if spikes.iter().fold(false, |any, &spike| any | (spike > R::ZERO)) {
                    let spiked = (0..LANES).filter(|&l| spikes[l] > R::ZERO);
                    active.extend(spiked.map(|l| (p * LANES + l) as u32));
                }
            }
            readout.step(sample, active);
        }
        if *learning {
            readout.bias_trace = readout.kappa * readout.bias_trace + readout.gain;
        }
    }
}

/// The errors of one step on their way to the neurons.
pub(super) struct Learn<'a, R: Real> {
    pub(super) eprop: &'a mut Eprop<R>,
    pub(super) error: &'a [R],
}

impl<R: Real> NullaryFnOnce for Learn<'_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Eprop { panels, window, readout, feedback, .. } = self.eprop;
        let n_outputs = readout.bias.len();
        for (sample, error) in self.error.chunks_exact(n_outputs).enumerate() {
            if error.iter().all(|&error| error == R::ZERO) {
                continue;
            }
            window.taught = true;
            readout.learn(sample, error);
            let back = feedback.own().unwrap_or(&readout.weights);
            for (j, back) in back.values().chunks_exact(n_outputs).enumerate() {
                let signal: R = back.iter().zip(error).map(|(&b, &error)| b * error).sum();
                // The filter of the eligibility has the readout's gain; it stands here, once per neuron.
                let newest = window.newest(sample, j / LANES);
                window.signal[newest][j % LANES] += readout.gain * signal;
            }
        }
        debug_assert!(panels.len() * LANES >= readout.weights.n_pre());
    }
}

/// A window's worth of steps of all synapses.
pub(super) struct Advance<'a, R: Real> {
    pub(super) eprop: &'a mut Eprop<R>,
}

impl<R: Real> NullaryFnOnce for Advance<'_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Eprop { panels, n_samples, window, readout, from_inputs, from_neurons, .. } = self.eprop;
        let mut kernel = Kernel::new(window.n_steps);
        for sample in 0..*n_samples {
            for (p, panel) in panels.iter().enumerate() {
                let (psi, signal) = window.of(sample, p);
                kernel.trace_back(panel, readout.kappa, psi, signal);
                from_inputs.advance(sample, p, &kernel, window.taught);
                from_neurons.advance(sample, p, &kernel, window.taught);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EpropNeuron, EpropParameters, Feedback};
    use super::*;
    use sc_core::Dense;
    use sc_core::simd::pulp::{Scalar, Simd};

    /// Gradients and readouts of a sequence with these instructions.
    fn bits<S: Simd>(simd: S) -> Vec<u32> {
        let n = LANES + 5;
        let neuron = |j: usize| EpropNeuron {
            tau_m: 10.0 + j as f64,
            adaptation: (j % 2) as f64 * 0.1,
            refractory_steps: (j % 3) as u16,
            ..Default::default()
        };
        let neurons = (0..n).map(neuron).collect();
        let parameters = EpropParameters { neurons, rate_strength: 5.0, window: 10, ..Default::default() };
        let dense = |n_pre: usize, n_post: usize| {
            let number = |k: usize| {
                if k.is_multiple_of(n_post + 1) { 0.0 } else { (k * 37 % 101) as f32 / 150.0 - 0.2 }
            };
            Dense::new(n_pre, n_post, (0..n_pre * n_post).map(number).collect()).unwrap()
        };
        let feedback = Feedback::random(n, 2, 1);
        let mut eprop = Eprop::new(parameters, dense(3, n), dense(n, n), dense(n, 2), feedback).unwrap();
        eprop.set_n_samples(2);
        let mut bits = Vec::new();
        for t in 0..50 {
            let input: Vec<f32> = (0..6).map(|i| ((t * 5 + i * 7) % 4) as f32 / 2.0).collect();
            let error: Vec<f32> = (0..4).map(|k| ((t * 3 + k * 5) % 7) as f32 - 3.0).collect();
            if eprop.window.is_full() {
                simd.vectorize(Advance { eprop: &mut eprop });
                eprop.window.clear();
                eprop.from_inputs.clear_window();
                eprop.from_neurons.clear_window();
            }
            eprop.window.n_steps += 1;
            simd.vectorize(Step { eprop: &mut eprop, input: &input });
            simd.vectorize(Learn { eprop: &mut eprop, error: &error });
            bits.extend(eprop.outputs().iter().map(|y| y.to_bits()));
        }
        assert!(eprop.spike_counts(0).sum::<f32>() > 20.0);
        eprop.finish();
        bits.extend(eprop.gradients().concat().iter().map(|g| g.to_bits()));
        bits
    }

    #[test]
    fn each_instruction_set_gives_the_same_bits() {
        let scalar = bits(Scalar);
        assert!(scalar.iter().all(|&bits| f32::from_bits(bits).is_finite()));
        #[cfg(target_arch = "x86_64")]
        {
            use sc_core::simd::pulp::x86::{V3, V4};
            if let Some(simd) = V3::try_new() {
                assert_eq!(bits(simd), scalar);
            }
            if let Some(simd) = V4::try_new() {
                assert_eq!(bits(simd), scalar);
            }
        }
    }
}
