//! The network of e-prop once more, one number at a time and with the whole past in memory: its forward pass, e-prop as
//! the equations have it, and backpropagation through time.

/// The constants of a neuron, per step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neuron {
    pub(crate) alpha: f64,
    pub(crate) gain: f64,
    pub(crate) rho: f64,
    pub(crate) beta: f64,
    pub(crate) v_threshold: f64,
    /// What a spike takes off the next step's membrane.
    pub(crate) reset: f64,
    pub(crate) refractory_steps: usize,
}

/// A network; matrices are `[pre][post]`, feedback is `[neuron][readout]`.
#[derive(Debug, Clone)]
pub(crate) struct Oracle {
    pub(crate) neurons: Vec<Neuron>,
    /// Pseudo-derivative by the distance from the threshold and the threshold of the rested neuron.
    pub(crate) surrogate: fn(f64, f64) -> f64,
    pub(crate) input: Vec<Vec<f64>>,
    pub(crate) recurrent: Vec<Vec<f64>>,
    pub(crate) output: Vec<Vec<f64>>,
    pub(crate) bias: Vec<f64>,
    pub(crate) feedback: Vec<Vec<f64>>,
    pub(crate) kappa: f64,
    pub(crate) readout_gain: f64,
    /// Regularization: strength, target in spikes per step.
    pub(crate) rate: (f64, f64),
}

/// Everything that happened, `[step][neuron or readout]`.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub(crate) v: Vec<Vec<f64>>,
    pub(crate) z: Vec<Vec<f64>>,
    pub(crate) psi: Vec<Vec<f64>>,
    pub(crate) y: Vec<Vec<f64>>,
}

/// Gradients of the input, recurrent and output weights and of the output bias.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gradients {
    pub(crate) input: Vec<Vec<f64>>,
    pub(crate) recurrent: Vec<Vec<f64>>,
    pub(crate) output: Vec<Vec<f64>>,
    pub(crate) bias: Vec<f64>,
}

/// What backpropagation goes through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Through {
    /// The spikes that other neurons hear.
    pub(crate) recurrence: bool,
    pub(crate) reset: bool,
}

fn zeros(like: &[Vec<f64>]) -> Vec<Vec<f64>> {
    like.iter().map(|row| vec![0.0; row.len()]).collect()
}

/// The spikes of the step before.
fn before(z: &[Vec<f64>], t: usize, i: usize) -> f64 {
    if t > 0 { z[t - 1][i] } else { 0.0 }
}

impl Oracle {
    pub(crate) fn forward(&self, x: &[Vec<f64>]) -> Trace {
        let n = self.neurons.len();
        let (mut v, mut a, mut y) = (vec![0.0; n], vec![0.0; n], vec![0.0; self.bias.len()]);
        let mut trace = Trace { v: vec![], z: vec![], psi: vec![], y: vec![] };
        // The step from which on a neuron may spike again.
        let mut rested = vec![0; n];
        for (t, x) in x.iter().enumerate() {
            let (mut z, mut psi) = (vec![0.0; n], vec![0.0; n]);
            for (j, neuron) in self.neurons.iter().enumerate() {
                let mut current = 0.0;
                for (i, &x) in x.iter().enumerate() {
                    current += self.input[i][j] * x;
                }
                for i in 0..n {
                    current += self.recurrent[i][j] * before(&trace.z, t, i);
                }
                let own = before(&trace.z, t, j);
                a[j] = neuron.rho * a[j] + own;
                v[j] = neuron.alpha * v[j] + neuron.gain * current - neuron.reset * own;
                let distance = v[j] - neuron.v_threshold - neuron.beta * a[j];
                if t >= rested[j] {
                    psi[j] = (self.surrogate)(distance, neuron.v_threshold);
                    if distance >= 0.0 {
                        z[j] = 1.0;
                        rested[j] = t + neuron.refractory_steps.max(1);
                    }
                }
            }
            for (k, y) in y.iter_mut().enumerate() {
                let input: f64 = (0..n).map(|j| self.output[j][k] * z[j]).sum();
                *y = self.kappa * *y + self.readout_gain * (input + self.bias[k]);
            }
            trace.v.push(v.clone());
            trace.z.push(z);
            trace.psi.push(psi);
            trace.y.push(y.clone());
        }
        trace
    }

    /// e-prop, synapse by synapse and step by step, with the errors `[step][readout]`.
    pub(crate) fn eprop(&self, x: &[Vec<f64>], errors: &[Vec<f64>]) -> Gradients {
        let trace = self.forward(x);
        let n_steps = x.len();
        let synapse = |j: usize, input: &dyn Fn(usize) -> f64| -> f64 {
            let neuron = self.neurons[j];
            let (mut eps_v, mut eps_a, mut e_bar, mut sum, mut gradient) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (t, error) in errors.iter().enumerate() {
                eps_v = neuron.alpha * eps_v + neuron.gain * input(t);
                let psi = trace.psi[t][j];
                let e = psi * (eps_v - neuron.beta * eps_a);
                eps_a = psi * eps_v + (neuron.rho - psi * neuron.beta) * eps_a;
                e_bar = self.kappa * e_bar + self.readout_gain * e;
                let signal: f64 = self.feedback[j].iter().zip(error).map(|(b, error)| b * error).sum();
                gradient += signal * e_bar;
                sum += e;
            }
            let rate = trace.z.iter().map(|z| z[j]).sum::<f64>() / n_steps as f64;
            gradient + self.rate.0 * (rate - self.rate.1) / n_steps as f64 * sum
        };
        let n = self.neurons.len();
        let row = |input: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..n).map(|j| synapse(j, input)).collect() };
        let (output, bias) = self.readout_gradient(&trace, errors);
        Gradients {
            input: (0..self.input.len()).map(|i| row(&|t| x[t][i])).collect(),
            recurrent: (0..n).map(|i| row(&|t| before(&trace.z, t, i))).collect(),
            output,
            bias,
        }
    }

    fn readout_gradient(&self, trace: &Trace, errors: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<f64>) {
        let (mut output, mut bias) = (zeros(&self.output), vec![0.0; self.bias.len()]);
        let (mut filtered, mut ones) = (vec![0.0; self.neurons.len()], 0.0);
        for (z, error) in trace.z.iter().zip(errors) {
            ones = self.kappa * ones + self.readout_gain;
            for (j, filtered) in filtered.iter_mut().enumerate() {
                *filtered = self.kappa * *filtered + self.readout_gain * z[j];
                for (k, error) in error.iter().enumerate() {
                    output[j][k] += error * *filtered;
                }
            }
            for (bias, error) in bias.iter_mut().zip(error) {
                *bias += error * ones;
            }
        }
        (output, bias)
    }

    /// Backpropagation through time (without regularization), and the total derivatives of the loss by every
    /// spike, `[step][neuron]`, in which a spike's way through the adaptation of its own neuron is left out: that one
    /// is part of the eligibility.
    pub(crate) fn bptt(
        &self,
        x: &[Vec<f64>],
        errors: &[Vec<f64>],
        through: Through,
    ) -> (Gradients, Vec<Vec<f64>>) {
        let trace = self.forward(x);
        let n = self.neurons.len();
        let (output, bias) = self.readout_gradient(&trace, errors);
        let mut gradients =
            Gradients { input: zeros(&self.input), recurrent: zeros(&self.recurrent), output, bias };
        let mut totals = vec![vec![0.0; n]; x.len()];
        // Derivatives by v, a and y of the step after.
        let (mut d_v, mut d_a, mut d_y) = (vec![0.0; n], vec![0.0; n], vec![0.0; self.bias.len()]);
        for t in (0..x.len()).rev() {
            for (k, d_y) in d_y.iter_mut().enumerate() {
                *d_y = errors[t][k] + self.kappa * *d_y;
            }
            let (mut now_v, mut now_a) = (vec![0.0; n], vec![0.0; n]);
            for (j, neuron) in self.neurons.iter().enumerate() {
                let mut d_z: f64 =
                    (0..d_y.len()).map(|k| self.readout_gain * self.output[j][k] * d_y[k]).sum();
                if through.recurrence {
                    d_z += (0..n).map(|i| self.recurrent[j][i] * self.neurons[i].gain * d_v[i]).sum::<f64>();
                }
                if through.reset {
                    d_z -= neuron.reset * d_v[j];
                }
                totals[t][j] = d_z;
                let d_distance = trace.psi[t][j] * (d_z + d_a[j]);
                now_v[j] = d_distance + neuron.alpha * d_v[j];
                now_a[j] = neuron.rho * d_a[j] - neuron.beta * d_distance;
                for (i, &x) in x[t].iter().enumerate() {
                    gradients.input[i][j] += neuron.gain * now_v[j] * x;
                }
                for i in 0..n {
                    gradients.recurrent[i][j] += neuron.gain * now_v[j] * before(&trace.z, t, i);
                }
            }
            (d_v, d_a) = (now_v, now_a);
        }
        (gradients, totals)
    }
}
