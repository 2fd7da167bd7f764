//! The slow, obvious oracle: forward pass and adjoint of a stack of layers, written down equation by equation, dense, one
//! number at a time, in double precision. It shares nothing with the library but the meaning of the words.
//!
//! One spiking layer, all state zero before the first step (`W x` runs over the layer below in the same step, `V z` over
//! the layer itself one step earlier):
//!
//! ```text
//! I_t = W x_t + b + V z_{t-1}
//! s_t = alpha s_{t-1} + I_t                          filtered; otherwise s_t = I_t
//! a_t = rho a_{t-1} + z_{t-1}                        adaptive: thr_t = theta + kappa a_t; otherwise thr_t = theta
//! immediate reset:  u_t = beta m_{t-1} + s_t         z_t = [u_t > thr_t]
//!                   m_t = u_t - theta z_t            or, to zero, u_t (1 - z_t)
//! delayed reset:    p_t = beta u_{t-1} + s_t         u_t = p_t - theta z_{t-1}, or p_t (1 - z_{t-1})
//! ```

use std::collections::BTreeMap;
use std::f64::consts::PI;

use sc_core::Real;
use sc_gradient::LayeredNetwork;

use crate::nets::{Model, Shape, Spec};

/// `[step][neuron]`
pub(crate) type Grid = Vec<Vec<f64>>;

/// A network's numbers.
pub(crate) struct Oracle {
    layers: Vec<Layer>,
}

struct Layer {
    spec: Spec,
    n_pre: usize,
    numbers: BTreeMap<&'static str, Vec<f64>>,
}

/// What one layer did for one sample.
pub(crate) struct Trace {
    x: Grid,
    s: Grid,
    a: Grid,
    /// Before the reset to zero of the delayed kind.
    p: Grid,
    pub(crate) u: Grid,
    pub(crate) z: Grid,
    /// `u - thr`.
    distance: Grid,
    /// After the immediate reset.
    m: Grid,
}

/// Per layer the gradient of each parameter, by name.
pub(crate) type Gradients = Vec<BTreeMap<&'static str, Vec<f64>>>;

impl Layer {
    /// A parameter of neuron `j`, or 0 where the model has none of that name.
    fn get(&self, name: &str, j: usize) -> f64 {
        self.numbers.get(name).map_or(0.0, |numbers| numbers[j])
    }
}

impl Oracle {
    pub(crate) fn new<R: Real>(network: &LayeredNetwork<R>, specs: &[Spec]) -> Self {
        let mut n_pre = network.n_input();
        let mut layers = Vec::new();
        for (index, &spec) in specs.iter().enumerate() {
            let names = network.parameter_names(index).unwrap();
            let numbers = |name| network.get(index, name).unwrap().into_iter().map(Real::f64).collect();
            let numbers = names.into_iter().map(|name| (name, numbers(name))).collect();
            layers.push(Layer { spec, n_pre, numbers });
            n_pre = spec.n;
        }
        Self { layers }
    }

    pub(crate) fn zero_gradients(&self) -> Gradients {
        let zeros = |layer: &Layer| layer.numbers.iter().map(|(&k, v)| (k, vec![0.0; v.len()])).collect();
        self.layers.iter().map(zeros).collect()
    }

    /// One sample.
    pub(crate) fn forward(&self, input: &Grid) -> Vec<Trace> {
        let mut traces: Vec<Trace> = Vec::new();
        for layer in &self.layers {
            let x = traces.last().map_or_else(|| input.clone(), |below| below.z.clone());
            traces.push(layer.forward(x));
        }
        traces
    }

    /// Adds what one sample says about the parameters; returns the derivative with respect to its input.
    ///
    /// `g_u`, `g_z`: derivative of the loss with respect to the top layer; `slopes`: with respect to every spike of each
    /// neuron of each layer, from regularizers.
    pub(crate) fn backward(
        &self,
        traces: &[Trace],
        g_u: &Grid,
        g_z: &Grid,
        slopes: &[Vec<f64>],
        gradients: &mut Gradients,
    ) -> Grid {
        let (mut g_u, mut g_z) = (g_u.clone(), g_z.clone());
        for (index, layer) in self.layers.iter().enumerate().rev() {
            for row in &mut g_z {
                row.iter_mut().zip(&slopes[index]).for_each(|(g, slope)| *g += slope);
            }
            g_z = layer.backward(&traces[index], &g_u, &g_z, &mut gradients[index]);
            g_u = g_z.iter().map(|row| vec![0.0; row.len()]).collect();
        }
        g_z
    }

    /// The smallest distance of any membrane from a place where rounding could change the result: the threshold, or the
    /// edge of a surrogate with compact support.
    pub(crate) fn margin(&self, traces: &[Trace]) -> f64 {
        let mut margin = f64::INFINITY;
        for (layer, trace) in self.layers.iter().zip(traces).filter(|(layer, _)| layer.spec.model.spikes) {
            let edge = match layer.spec.model.shape {
                Shape::Boxcar => 1.0 / layer.spec.model.slope,
                Shape::FastSigmoidCut => 0.5,
                _ => f64::INFINITY,
            };
            for x in trace.distance.iter().flatten() {
                margin = margin.min(x.abs()).min((x.abs() - edge).abs());
            }
        }
        margin
    }
}

fn psi(model: &Model, x: f64) -> f64 {
    let (k, r) = (model.slope, x.abs());
    match model.shape {
        Shape::FastSigmoid => (1.0 + k * r).powi(-2),
        Shape::ArcTan => k / 2.0 / (1.0 + (PI * k * x / 2.0).powi(2)),
        Shape::Sigmoid => {
            let s = 1.0 / (1.0 + (-k * x).exp());
            k * s * (1.0 - s)
        }
        Shape::Triangle => f64::max(0.0, 1.0 - k * r),
        Shape::Boxcar => f64::from(r < 1.0 / k),
        Shape::FastSigmoidCut => f64::from(r < 0.5) * (1.0 + k * r).powi(-2),
    }
}

impl Layer {
    fn forward(&self, x: Grid) -> Trace {
        let (n, n_steps, model) = (self.spec.n, x.len(), self.spec.model);
        let (w, v) = (&self.numbers["weights"], self.numbers.get("recurrent"));
        let zeros = || vec![vec![0.0; n]; n_steps];
        let [mut s, mut a, mut p, mut u, mut z, mut distance, mut m] = [(); 7].map(|()| zeros());
        for t in 0..n_steps {
            let before = |grid: &Grid, j: usize| if t == 0 { 0.0 } else { grid[t - 1][j] };
            for j in 0..n {
                let mut current = self.get("bias", j);
                for i in 0..self.n_pre {
                    current += w[i * n + j] * x[t][i];
                }
                if let Some(v) = v {
                    for i in 0..n {
                        current += v[i * n + j] * before(&z, i);
                    }
                }
                s[t][j] = self.get("alpha", j) * before(&s, j) + current;
                a[t][j] = self.get("rho", j) * before(&a, j) + before(&z, j);
                let (beta, theta, z_before) =
                    (self.get("beta", j), self.get("v_threshold", j), before(&z, j));
                if model.delayed {
                    p[t][j] = beta * before(&u, j) + s[t][j];
                    u[t][j] =
                        if model.zero { p[t][j] * (1.0 - z_before) } else { p[t][j] - theta * z_before };
                } else {
                    u[t][j] = beta * before(&m, j) + s[t][j];
                }
                distance[t][j] = u[t][j] - theta - self.get("kappa", j) * a[t][j];
                z[t][j] = f64::from(model.spikes && distance[t][j] > 0.0);
                m[t][j] = u[t][j] - z[t][j] * if model.zero { u[t][j] } else { theta };
            }
        }
        Trace { x, s, a, p, u, z, distance, m }
    }

    /// Adds to the parameters' gradients and returns the derivative with respect to the input.
    fn backward(
        &self,
        trace: &Trace,
        g_u: &Grid,
        g_z: &Grid,
        gradients: &mut BTreeMap<&'static str, Vec<f64>>,
    ) -> Grid {
        let (n, n_steps, model) = (self.spec.n, trace.x.len(), self.spec.model);
        let Trace { x, s, a, p, u, z, distance, m } = trace;
        let (w, v) = (&self.numbers["weights"], self.numbers.get("recurrent"));
        let mut g_x = vec![vec![0.0; self.n_pre]; n_steps];
        // Adjoints of one step later.
        let [mut l_u, mut l_p, mut l_s, mut l_a] = [(); 4].map(|()| vec![0.0; n]);
        for t in (0..n_steps).rev() {
            let before = |grid: &Grid, j: usize| if t == 0 { 0.0 } else { grid[t - 1][j] };
            let (l_u_later, l_p_later, l_s_later, l_a_later) =
                (l_u.clone(), l_p.clone(), l_s.clone(), l_a.clone());
            for j in 0..n {
                let (beta, theta) = (self.get("beta", j), self.get("v_threshold", j));
                let mut l_z = g_z[t][j];
                if let Some(v) = v.filter(|_| !self.spec.detach_recurrent) {
                    for (k, later) in l_s_later.iter().enumerate() {
                        l_z += v[j * n + k] * later;
                    }
                }
                if model.adaptive {
                    l_z += l_a_later[j];
                }
                let l_m = beta * l_u_later[j];
                if !model.detach_reset {
                    l_z -= match (model.delayed, model.zero) {
                        (false, false) => theta * l_m,
                        (false, true) => u[t][j] * l_m,
                        (true, false) => theta * l_u_later[j],
                        (true, true) if t + 1 < n_steps => p[t + 1][j] * l_u_later[j],
                        (true, true) => 0.0,
                    };
                }
                let l_x = if model.spikes { psi(&model, distance[t][j]) * l_z } else { 0.0 };
                if model.delayed {
                    l_u[j] = g_u[t][j] + l_x + beta * l_p_later[j];
                    l_p[j] = l_u[j] * if model.zero { 1.0 - before(z, j) } else { 1.0 };
                } else {
                    l_u[j] = g_u[t][j] + l_x + l_m * if model.zero { 1.0 - z[t][j] } else { 1.0 };
                    l_p[j] = l_u[j];
                }
                l_s[j] = l_p[j] + self.get("alpha", j) * l_s_later[j];
                l_a[j] = self.get("rho", j) * l_a_later[j] - self.get("kappa", j) * l_x;

                let mut add = |name, j: usize, g| {
                    if let Some(gradient) = gradients.get_mut(name) {
                        gradient[j] += g;
                    }
                };
                add("bias", j, l_s[j]);
                add("beta", j, l_p[j] * before(if model.delayed { u } else { m }, j));
                add("alpha", j, l_s[j] * before(s, j));
                let through_reset = match (model.delayed, model.zero) {
                    (_, true) => 0.0,
                    (false, false) => z[t][j] * l_m,
                    (true, false) => before(z, j) * l_u[j],
                };
                add("v_threshold", j, -l_x - through_reset);
                add("kappa", j, -l_x * a[t][j]);
                add("rho", j, l_a[j] * before(a, j));
            }
            let of_weights = gradients.get_mut("weights").unwrap();
            for i in 0..self.n_pre {
                for j in 0..n {
                    of_weights[i * n + j] += l_s[j] * x[t][i];
                    g_x[t][i] += w[i * n + j] * l_s[j];
                }
            }
            if let Some(of_recurrent) = gradients.get_mut("recurrent") {
                for i in 0..n {
                    for j in 0..n {
                        of_recurrent[i * n + j] += l_s[j] * before(z, i);
                    }
                }
            }
        }
        g_x
    }
}
