//! e-prop: online learning of a recurrent network of spiking neurons by eligibility and learning signals.
//!
//! [`Eprop`] is a layer of recurrent neurons with inputs and a leaky readout, and the gradients of its weights. What
//! a gradient is good for is up to an optimizer of your choice.
//!
//! ```
//! use sc_core::Dense;
//! use sc_plasticity::eprop::{Eprop, EpropNeuron, EpropParameters, Feedback, squared_error};
//!
//! // Two inputs, three neurons of which the last one adapts, one readout.
//! let adaptive = EpropNeuron { adaptation: 0.2, tau_adaptation: 200.0, ..Default::default() };
//! let neurons = vec![EpropNeuron::default(), EpropNeuron::default(), adaptive];
//! let parameters = EpropParameters { neurons, ..Default::default() };
//! let input = Dense::new(2, 3, vec![0.6, 0.3, 0.2, 0.1, 0.5, 0.7])?;
//! let (recurrent, output) = (Dense::zeros(3, 3), Dense::new(3, 1, vec![0.5, -0.3, 0.2])?);
//! let mut eprop = Eprop::<f64>::new(parameters, input, recurrent, output, Feedback::Symmetric)?;
//!
//! // Learns to keep its readout at 0.1 for 100 steps.
//! let mut losses = Vec::new();
//! for _ in 0..50 {
//!     let mut loss = 0.0;
//!     for t in 0..100 {
//!         let input = [f64::from(t % 3 == 0), f64::from(t % 4 == 0)];
//!         let mut error = [0.0];
//!         loss += squared_error(eprop.step(&input), &[0.1], &mut error);
//!         eprop.learn(&error);
//!     }
//!     eprop.finish();
//!     eprop.update(|_, weights, gradient| {
//!         weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 0.02 * g);
//!     });
//!     losses.push(loss);
//! }
//! assert!(losses[49] < 0.4 * losses[0]);
//! # Ok::<(), sc_plasticity::Error>(())
//! ```

mod eligibility;
mod feedback;
mod kernel;
mod neuron;
mod panel;
mod parameters;
mod passes;
mod readout;
mod saved;
mod window;

use sc_core::simd::pulp::Arch;
use sc_core::{Autapses, Dense, Real};

use crate::Error;
use eligibility::Synapses;
use neuron::{ADAPTATION, COUNT, MEMBRANE, Panel, State};
use panel::Lanes;
use passes::{Advance, Learn, Step};
use readout::Readout;
use window::Window;

pub use feedback::Feedback;
pub use parameters::{EpropNeuron, EpropParameters, Gain, Reset, Surrogate};
pub use readout::{softmax_cross_entropy, squared_error};

/// A recurrent layer of leaky integrate-and-fire neurons, adaptive or not, that learns by e-prop 1.
///
/// One step of a sample, for neuron `j`, input `x_i` and readout `k`, with `alpha = exp(-dt / tau_m)`,
/// `rho = exp(-dt / tau_adaptation)`, `kappa = exp(-dt / tau_readout)`, and the spikes `z` of the step before:
///
/// 1. `a_j = rho a_j + z_j`
/// 2. `v_j = alpha v_j + zeta (sum_i W_in_ij x_i + sum_i W_rec_ij z_i) - v_threshold z_j`
/// 3. `z_j = 1` if `v_j >= v_threshold + beta a_j` and `j` is not refractory, else 0.
/// 4. `psi_j` = the pseudo-derivative of `z_j` by `v_j`, 0 while `j` is refractory.
/// 5. `y_k = kappa y_k + zeta_out (b_k + sum_j W_out_jk z_j)`
/// 6. Every synapse `i -> j` keeps a trace of its input, `v_ij = alpha v_ij + zeta p_i`, where `p` is `x` or the
///    `z` of the step before; its eligibility is `e_ij = psi_j (v_ij - beta a_ij)`; then
///    `a_ij = rho a_ij + e_ij` and `f_ij = kappa f_ij + zeta_out e_ij`.
/// 7. With the errors `dE/dy_k` that [`learn`](Self::learn) is told: `L_j = sum_k B_jk dE/dy_k`, and the gradient of
///    `W_ij` grows by `L_j f_ij`; that of `W_out_jk` by `dE/dy_k` times the spikes of `j`, filtered as in 5.
///
/// At the end of a sequence of duration `T`, the firing-rate regularization
/// `rate_strength / 2 sum_j (f_j - rate_target)^2` adds `rate_strength (f_j - rate_target) / T sum_t e_ij`, with
/// rates in spikes per ms.
///
/// Neither the reset nor another neuron's spike is differentiated: what is left out is how a spike reaches the loss
/// through other neurons. Without recurrent synapses the gradient is exact, up to the reset.
///
/// G. Bellec et al. 2020, doi:10.1038/s41467-020-17236-y; the refractory period, the filters and the regularization are
/// those of its code. What differs: in a window of [`window`](EpropParameters::window) steps, synapses are
/// advanced together and not in each of them, which is another order of the same sums. Memory does not grow with
/// time: four numbers per synapse and sample, and the window's numbers per neuron.
///
/// A batch is a number of independent samples, which is one at first. Their gradients are summed, in the order of
/// the samples.
#[derive(Debug, Clone)]
pub struct Eprop<R: Real = f32> {
    parameters: EpropParameters,
    panels: Vec<Panel<R>>,
    n_samples: usize,
    learning: bool,

    input: Dense<R>,
    recurrent: Dense<R>,
    feedback: Feedback<R>,
    readout: Readout<R>,
    /// Of all finished sequences, in the order of [`SLOTS`].
    gradients: [Vec<R>; 4],

    /// Steps since the sequence began.
    n_steps: usize,
    /// `[sample][panel]`.
    states: Vec<State<R>>,
    /// Who spiked in the last step, for every sample.
    active: Vec<Vec<u32>>,
    from_inputs: Synapses<R>,
    from_neurons: Synapses<R>,
    window: Window<R>,
}

/// The arrays of parameters in the order in which [`Eprop::update`] shows them.
pub const SLOTS: [&str; 4] = ["input weights", "recurrent weights", "output weights", "output bias"];

impl<R: Real> Eprop<R> {
    /// A network of one sample, at rest, that learns. Shapes: `input` `[n_inputs, n]`, `recurrent` `[n, n]`, `output`
    /// `[n, n_outputs]` for `n` neurons; the output bias is zero.
    ///
    /// # Errors
    /// [`Error::Parameter`] names the first parameter outside its range, [`Error::Length`] weights of another shape, and
    /// [`Error::Element`] a synapse of a neuron onto itself where that is forbidden.
    pub fn new(
        parameters: EpropParameters,
        input: Dense<R>,
        recurrent: Dense<R>,
        output: Dense<R>,
        feedback: Feedback<R>,
    ) -> Result<Self, Error> {
        parameters.check::<R>()?;
        let (n, n_outputs) = (parameters.neurons.len(), output.n_post());
        Error::length("columns of the input weights", n, input.n_post())?;
        Error::length("rows of the recurrent weights", n, recurrent.n_pre())?;
        Error::length("columns of the recurrent weights", n, recurrent.n_post())?;
        Error::length("rows of the output weights", n, output.n_pre())?;
        Error::require(n_outputs > 0, "n_outputs", 0.0, "at least one")?;
        feedback.check(n, n_outputs)?;
        if parameters.autapses == Autapses::Forbid {
            for (position, &w) in recurrent.values().iter().enumerate().step_by(n + 1) {
                if w != R::ZERO {
                    let (what, value) = ("recurrent weights", w.f64() as f32);
                    return Err(Error::Element { what, position, value, expected: "0 on the diagonal" });
                }
            }
        }

        let panels = Panel::all(&parameters);
        let kappa = parameters.readout_decay();
        let (n_samples, n_panels, n_inputs) = (1, panels.len(), input.n_pre());
        let window = Window::new(parameters.window, n_samples, n_panels);
        Ok(Self {
            n_samples,
            learning: true,
            gradients: [input.values().len(), recurrent.values().len(), output.values().len(), n_outputs]
                .map(|n| vec![R::ZERO; n]),
            input,
            recurrent,
            feedback,
            readout: Readout::new(kappa, parameters.readout_gain.of(kappa), output, n_samples, n_panels),
            n_steps: 0,
            states: vec![State::default(); n_samples * n_panels],
            active: vec![Vec::new(); n_samples],
            from_inputs: Synapses::new(n_inputs, n_samples, n_panels, &window, true),
            from_neurons: Synapses::new(n, n_samples, n_panels, &window, false),
            window,
            panels,
            parameters,
        })
    }

    /// Begins a new sequence with another number of samples. Weights and finished gradients stay.
    ///
    /// # Panics
    /// If there are no samples, or more than fit into memory.
    pub fn set_n_samples(&mut self, n_samples: usize) {
        assert!(n_samples > 0, "a batch has samples");
        let (n, n_panels) = (self.n_neurons(), self.panels.len());
        self.n_samples = n_samples;
        self.n_steps = 0;
        self.states = vec![State::default(); n_samples * n_panels];
        self.active = vec![Vec::new(); n_samples];
        self.window = Window::new(self.parameters.window, n_samples, n_panels);
        self.from_inputs = Synapses::new(self.n_inputs(), n_samples, n_panels, &self.window, true);
        self.from_neurons = Synapses::new(n, n_samples, n_panels, &self.window, false);
        self.readout.y = vec![R::ZERO; n_samples * self.n_outputs()];
        self.readout.trace = vec![Lanes::default(); n_samples * n_panels];
        self.readout.reset();
    }

    /// Begins a new sequence in which gradients are made, as they are at first, or one in which they are not and every
    /// step is cheaper.
    pub fn set_learning(&mut self, learning: bool) {
        self.reset();
        self.learning = learning;
    }

    /// One step of all samples: `input` has the shape `[n_samples, n_inputs]`, where a spike is a one and a zero costs
    /// nothing. Returns the readouts, shape `[n_samples, n_outputs]`.
    ///
    /// # Panics
    /// If `input` has another length.
    #[track_caller]
    pub fn step(&mut self, input: &[R]) -> &[R] {
        let expected = self.n_samples * self.n_inputs();
        assert!(input.len() == expected, "input of length {}, not {expected}", input.len());
        if self.learning {
            if self.window.is_full() {
                self.advance();
            }
            self.window.n_steps += 1;
        }
        Arch::new().dispatch(Step { eprop: self, input });
        self.n_steps += 1;
        &self.readout.y
    }

    /// The errors of the step just made, `dE/dy` of the shape `[n_samples, n_outputs]`. Where there is no error this
    /// need not be called; where it is called twice, errors add up.
    ///
    /// # Panics
    /// If `error` has another length, if no step was made, or if gradients are not made.
    #[track_caller]
    pub fn learn(&mut self, error: &[R]) {
        let expected = self.n_samples * self.n_outputs();
        assert!(error.len() == expected, "errors of length {}, not {expected}", error.len());
        assert!(self.window.n_steps > 0, "no step to learn from");
        Arch::new().dispatch(Learn { eprop: self, error });
    }

    /// Ends the sequence: regularizes the firing rates, completes the gradients, which add up over sequences, and begins
    /// a new sequence.
    pub fn finish(&mut self) {
        self.advance();
        self.regularize();
        let n = self.n_neurons();
        let [input, recurrent, output, bias] = &mut self.gradients;
        self.from_inputs.deliver(input, n);
        self.from_neurons.deliver(recurrent, n);
        self.readout.deliver(output, bias);
        if self.parameters.autapses == Autapses::Forbid {
            recurrent.iter_mut().step_by(n + 1).for_each(|g| *g = R::ZERO);
        }
        self.reset();
    }

    /// Begins a new sequence at rest. What the unfinished one had learned is lost; finished gradients stay.
    pub fn reset(&mut self) {
        self.n_steps = 0;
        self.states.fill(State::default());
        self.active.iter_mut().for_each(Vec::clear);
        self.from_inputs.reset();
        self.from_neurons.reset();
        self.readout.reset();
        self.window.clear();
    }

    /// Shows an optimizer every array of parameters with its gradient, numbered as in [`SLOTS`], and sets the gradients
    /// to zero. Adaptive feedback then follows the readout's weights.
    pub fn update(&mut self, mut optimizer: impl FnMut(usize, &mut [R], &[R])) {
        let before = self.readout.weights.values().to_vec();
        let [input, recurrent, output, bias] = &self.gradients;
        optimizer(0, self.input.values_mut(), input);
        optimizer(1, self.recurrent.values_mut(), recurrent);
        optimizer(2, self.readout.weights.values_mut(), output);
        optimizer(3, &mut self.readout.bias, bias);
        self.feedback.follow(&mut self.readout.weights, &before);
        if self.parameters.autapses == Autapses::Forbid {
            let n = self.n_neurons();
            self.recurrent.values_mut().iter_mut().step_by(n + 1).for_each(|w| *w = R::ZERO);
        }
        self.clear_gradients();
    }

    /// Sets the finished gradients to zero.
    pub fn clear_gradients(&mut self) {
        self.gradients.iter_mut().for_each(|gradient| gradient.fill(R::ZERO));
    }

    /// The gradients of all finished sequences since the last update, in the order of [`SLOTS`] and of the shape of the
    /// weights.
    #[must_use]
    pub fn gradients(&self) -> [&[R]; 4] {
        self.gradients.each_ref().map(Vec::as_slice)
    }

    /// What the network is made of.
    #[must_use]
    pub fn parameters(&self) -> &EpropParameters {
        &self.parameters
    }

    /// Number of samples in the batch.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Number of inputs.
    #[must_use]
    pub fn n_inputs(&self) -> usize {
        self.input.n_pre()
    }

    /// Number of recurrent neurons.
    #[must_use]
    pub fn n_neurons(&self) -> usize {
        self.parameters.neurons.len()
    }

    /// Number of readouts.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.readout.bias.len()
    }

    /// Steps since the sequence began.
    #[must_use]
    pub fn n_steps(&self) -> usize {
        self.n_steps
    }

    /// The weights of the inputs, `[n_inputs, n_neurons]`.
    #[must_use]
    pub fn input_weights(&self) -> &Dense<R> {
        &self.input
    }

    /// The weights between the neurons, `[pre, post]`.
    #[must_use]
    pub fn recurrent_weights(&self) -> &Dense<R> {
        &self.recurrent
    }

    /// The weights of the readout, `[n_neurons, n_outputs]`.
    #[must_use]
    pub fn output_weights(&self) -> &Dense<R> {
        &self.readout.weights
    }

    /// What every readout hears besides the spikes, `[n_outputs]`.
    #[must_use]
    pub fn output_bias(&self) -> &[R] {
        &self.readout.bias
    }

    /// The weights by which errors reach the neurons.
    #[must_use]
    pub fn feedback(&self) -> &Feedback<R> {
        &self.feedback
    }

    /// The readouts after the last step, `[n_samples, n_outputs]`.
    #[must_use]
    pub fn outputs(&self) -> &[R] {
        &self.readout.y
    }

    /// The neurons of a sample that spiked in the last step, strictly increasing.
    ///
    /// # Panics
    /// If there is no such sample.
    #[must_use]
    #[track_caller]
    pub fn spikes(&self, sample: usize) -> &[u32] {
        &self.active[sample]
    }

    /// The membranes of a sample.
    ///
    /// # Panics
    /// If there is no such sample.
    #[track_caller]
    pub fn membranes(&self, sample: usize) -> impl Iterator<Item = R> {
        self.variable(sample, MEMBRANE)
    }

    /// By how much the thresholds of a sample are raised, in units of each neuron's
    /// [`adaptation`](EpropNeuron::adaptation).
    ///
    /// # Panics
    /// If there is no such sample.
    #[track_caller]
    pub fn adaptations(&self, sample: usize) -> impl Iterator<Item = R> {
        self.variable(sample, ADAPTATION)
    }

    /// How often the neurons of a sample have spiked since the sequence began.
    ///
    /// # Panics
    /// If there is no such sample.
    #[track_caller]
    pub fn spike_counts(&self, sample: usize) -> impl Iterator<Item = R> {
        self.variable(sample, COUNT)
    }

    #[track_caller]
    fn variable(&self, sample: usize, variable: usize) -> impl Iterator<Item = R> {
        assert!(sample < self.n_samples, "sample {sample} of {}", self.n_samples);
        let states = &self.states[sample * self.panels.len()..][..self.panels.len()];
        states.iter().flat_map(move |state| state[variable]).take(self.n_neurons())
    }

    /// Takes the synapses through the window.
    fn advance(&mut self) {
        if self.window.n_steps > 0 {
            Arch::new().dispatch(Advance { eprop: self });
            self.window.clear();
            self.from_inputs.clear_window();
            self.from_neurons.clear_window();
        }
    }

    fn regularize(&mut self) {
        let EpropParameters { rate_strength, rate_target, dt, .. } = self.parameters;
        if rate_strength == 0.0 || self.n_steps == 0 || !self.learning {
            return;
        }
        let duration = self.n_steps as f64 * dt;
        let (per_spike, target) = (R::of(1.0 / duration), R::of(rate_target / 1000.0));
        let strength = R::of(rate_strength / duration);
        for (k, state) in self.states.iter().enumerate() {
            let (sample, panel) = (k / self.panels.len(), k % self.panels.len());
            let factor = state[COUNT].map(|count| strength * (count * per_spike - target));
            self.from_inputs.regularize(sample, panel, &factor);
            self.from_neurons.regularize(sample, panel, &factor);
        }
    }
}
