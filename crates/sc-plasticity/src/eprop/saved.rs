//! Everything that changes, into a checkpoint and back, also in the middle of a sequence.

use sc_core::{Checkpoint, Real};

use super::neuron::SPIKE;
use super::panel::LANES;
use super::{Eprop, Feedback};
use crate::Error;

/// Name, shape and numbers.
type Array<'a, N> = (&'static str, Vec<usize>, &'a mut [N]);

impl<R: Real> Eprop<R> {
    /// Adds all that changes to a checkpoint, under names that begin with `prefix`: weights, gradients, and where the
    /// sequence is. Parameters are added in words.
    pub fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        for (key, value) in self.description() {
            checkpoint.set_metadata(format!("{prefix}.{key}"), value);
        }
        let mut copy = self.clone();
        for (name, shape, values) in copy.numbers() {
            checkpoint.insert(format!("{prefix}.{name}"), &shape, values);
        }
        for (name, shape, words) in copy.words() {
            checkpoint.insert(format!("{prefix}.{name}"), &shape, words);
        }
        checkpoint.insert(format!("{prefix}.progress"), &[4], &self.progress());
    }

    /// Continues from what [`save`](Self::save) wrote under this prefix, with as many samples as here: what follows is
    /// bit for bit what would have followed there.
    ///
    /// # Errors
    /// [`Error::Core`] if something is missing, of another size, not finite, or of a network with other parameters;
    /// [`Error::Parameter`] if the sequence is where it cannot be. Nothing has changed then.
    pub fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        for (key, value) in self.description() {
            checkpoint.require_metadata(&format!("{prefix}.{key}"), &value)?;
        }
        let mut restored = self.clone();
        for (name, shape, values) in restored.numbers() {
            let saved = checkpoint.get(&format!("{prefix}.{name}"), &shape)?;
            if let Some(position) = saved.iter().position(|x: &R| !x.is_finite()) {
                let value = saved[position].f64();
                return Err(sc_core::Error::NotFinite { what: name, position, value }.into());
            }
            values.copy_from_slice(saved);
        }
        for (name, shape, words) in restored.words() {
            words.copy_from_slice(checkpoint.get(&format!("{prefix}.{name}"), &shape)?);
        }
        let progress = checkpoint.get::<u64>(&format!("{prefix}.progress"), &[4])?;
        restored.set_progress(progress)?;
        *self = restored;
        Ok(())
    }

    /// What has to be the same on both sides.
    fn description(&self) -> [(&'static str, String); 2] {
        let feedback = match &self.feedback {
            Feedback::Symmetric => "symmetric".into(),
            Feedback::Fixed(_) => "fixed".into(),
            Feedback::Adaptive { decay, .. } => format!("adaptive, decay {decay}"),
        };
        [("rule", format!("{:?}", self.parameters)), ("feedback", feedback)]
    }

    fn numbers(&mut self) -> Vec<Array<'_, R>> {
        let (n, n_inputs, n_outputs) = (self.n_neurons(), self.n_inputs(), self.n_outputs());
        let (n_samples, n_panels, window) = (self.n_samples, self.panels.len(), self.window.length);
        let Self { from_inputs, from_neurons, readout, .. } = self;
        let [g_input, g_recurrent, g_output, g_bias] = &mut self.gradients;
        let mut arrays: Vec<Array<'_, R>> = vec![
            ("input", vec![n_inputs, n], self.input.values_mut()),
            ("recurrent", vec![n, n], self.recurrent.values_mut()),
            ("output", vec![n, n_outputs], readout.weights.values_mut()),
            ("bias", vec![n_outputs], &mut readout.bias),
            ("gradient.input", vec![n_inputs, n], g_input),
            ("gradient.recurrent", vec![n, n], g_recurrent),
            ("gradient.output", vec![n, n_outputs], g_output),
            ("gradient.bias", vec![n_outputs], g_bias),
            (
                "states",
                vec![n_samples, n_panels, 5, LANES],
                self.states.as_flattened_mut().as_flattened_mut(),
            ),
            ("readout.y", vec![n_samples, n_outputs], &mut readout.y),
            ("readout.trace", vec![n_samples, n_panels, LANES], readout.trace.as_flattened_mut()),
            ("readout.bias_trace", vec![1], std::slice::from_mut(&mut readout.bias_trace)),
            ("readout.gradient", vec![n, n_outputs], &mut readout.gradient),
            ("readout.bias_gradient", vec![n_outputs], &mut readout.bias_gradient),
            ("window.psi", vec![n_samples, n_panels, window, LANES], self.window.psi.as_flattened_mut()),
            (
                "window.signal",
                vec![n_samples, n_panels, window, LANES],
                self.window.signal.as_flattened_mut(),
            ),
            ("window.input", vec![n_samples, window, n_inputs], &mut from_inputs.inputs),
            (
                "synapses.input",
                vec![n_samples, n_panels, n_inputs, 4, LANES],
                from_inputs.memory.as_flattened_mut().as_flattened_mut(),
            ),
            (
                "synapses.recurrent",
                vec![n_samples, n_panels, n, 4, LANES],
                from_neurons.memory.as_flattened_mut().as_flattened_mut(),
            ),
            (
                "synapses.input.gradient",
                vec![n_panels, n_inputs, LANES],
                from_inputs.gradient.as_flattened_mut(),
            ),
            (
                "synapses.recurrent.gradient",
                vec![n_panels, n, LANES],
                from_neurons.gradient.as_flattened_mut(),
            ),
        ];
        if let Some(feedback) = self.feedback.own_mut() {
            arrays.push(("feedback_weights", vec![n, n_outputs], feedback.values_mut()));
        }
        arrays
    }

    fn words(&mut self) -> [Array<'_, u64>; 2] {
        let (n, n_inputs, n_samples) = (self.n_neurons(), self.n_inputs(), self.n_samples);
        [
            ("window.input_steps", vec![n_samples, n_inputs], &mut self.from_inputs.steps),
            ("window.recurrent_steps", vec![n_samples, n], &mut self.from_neurons.steps),
        ]
    }

    fn progress(&self) -> [u64; 4] {
        let Self { n_steps, window, learning, .. } = self;
        [*n_steps as u64, window.n_steps as u64, window.taught.into(), (*learning).into()]
    }

    fn set_progress(&mut self, progress: &[u64]) -> Result<(), Error> {
        let most = if progress[3] == 1 { progress[0].min(self.window.length as u64) } else { 0 };
        Error::require(
            progress[1] <= most,
            "progress[1]",
            progress[1] as f64,
            "steps that a window can hold",
        )?;
        Error::require(progress[2] <= 1, "progress[2]", progress[2] as f64, "0 or 1")?;
        Error::require(progress[3] <= 1, "progress[3]", progress[3] as f64, "0 or 1")?;
        self.n_steps = progress[0] as usize;
        self.window.n_steps = progress[1] as usize;
        (self.window.taught, self.learning) = (progress[2] == 1, progress[3] == 1);
        for (name, _, words) in self.words() {
            let beyond = |word: &u64| word.checked_shr(progress[1] as u32).unwrap_or(0) != 0;
            if let Some(word) = words.iter().find(|word| beyond(word)) {
                return Err(Error::Parameter { name, value: *word as f64, expected: "steps of the window" });
            }
        }
        let (n, n_panels) = (self.n_neurons(), self.panels.len());
        for (active, states) in self.active.iter_mut().zip(self.states.chunks_exact(n_panels)) {
            let spikes = states.iter().flat_map(|state| state[SPIKE]).take(n);
            *active = (0..).zip(spikes).filter(|(_, spike)| *spike > R::ZERO).map(|(j, _)| j).collect();
        }
        Ok(())
    }
}
