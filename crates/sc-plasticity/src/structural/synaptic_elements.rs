//! Axonal boutons and dendritic spines: what neurons offer for synapses.

use sc_core::Checkpoint;

use super::GrowthCurve;
use crate::Error;
use crate::rule::past_steps;

/// The calcium of the neurons on one side of a projection, and the synaptic elements that grow with it.
///
/// Calcium decays and jumps by `beta` at every spike; elements grow by the curve. Both are brought up to date
/// when a neuron spikes and when someone asks, and not in between.
#[derive(Debug, Clone)]
pub(super) struct SynapticElements {
    tau: f64,
    beta: f64,
    dt: f64,
    /// One for all neurons, or one for each.
    curves: Vec<GrowthCurve>,
    /// Of every neuron: its calcium when it was last touched, ...
    calcium: Vec<f64>,
    /// ... its elements, >= 0, of which the whole ones can take part in a synapse, ...
    elements: Vec<f64>,
    /// ... and when that was `[steps]`.
    touched: Vec<u64>,
}

impl SynapticElements {
    pub(super) fn new(
        n: usize,
        curves: &[GrowthCurve],
        (tau, beta, dt): (f64, f64, f64),
        what: &'static str,
    ) -> Result<Self, Error> {
        if curves.len() != 1 {
            Error::length(what, n, curves.len())?;
        }
        curves.iter().try_for_each(|curve| curve.check())?;
        let curves = curves.to_vec();
        let (calcium, elements, touched) = (vec![0.0; n], vec![0.0; n], vec![0; n]);
        Ok(Self { tau, beta, dt, curves, calcium, elements, touched })
    }

    pub(super) fn n(&self) -> usize {
        self.calcium.len()
    }

    pub(super) fn calcium(&self) -> &[f64] {
        &self.calcium
    }

    pub(super) fn elements(&self) -> &[f64] {
        &self.elements
    }

    /// The elements that can be in a synapse.
    pub(super) fn whole(&self, i: usize) -> usize {
        self.elements[i] as usize
    }

    pub(super) fn set_elements(&mut self, i: usize, elements: f64) {
        self.elements[i] = elements;
    }

    /// Neuron `i` at step `t`.
    pub(super) fn touch(&mut self, i: usize, t: u64) {
        let elapsed = (t - self.touched[i]) as f64 * self.dt;
        let curve = if self.curves.len() == 1 { self.curves[0] } else { self.curves[i] };
        let grown = curve.grown(self.calcium[i], elapsed, self.tau);
        self.elements[i] = (self.elements[i] + grown).max(0.0);
        self.calcium[i] *= (-elapsed / self.tau).exp();
        self.touched[i] = t;
    }

    /// These neurons spike at step `t`.
    pub(super) fn spike(&mut self, spikes: &[u32], t: u64) {
        for &i in spikes {
            self.touch(i as usize, t);
            self.calcium[i as usize] += self.beta;
        }
    }

    pub(super) fn reset(&mut self) {
        self.calcium.fill(0.0);
        self.elements.fill(0.0);
        self.touched.fill(0);
    }

    pub(super) fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.insert(format!("{prefix}.calcium"), &[self.n()], &self.calcium);
        checkpoint.insert(format!("{prefix}.elements"), &[self.n()], &self.elements);
        checkpoint.insert(format!("{prefix}.touched"), &[self.n()], &self.touched);
    }

    /// The same with what was saved at step `t`.
    pub(super) fn restored(&self, prefix: &str, checkpoint: &Checkpoint, t: u64) -> Result<Self, Error> {
        let n = self.n();
        let touched = past_steps(checkpoint, &format!("{prefix}.touched"), n, t)?;
        let amounts = |name: &'static str| -> Result<Vec<f64>, Error> {
            let amounts = checkpoint.get::<f64>(&format!("{prefix}.{name}"), &[n])?;
            for &amount in amounts {
                Error::require(amount.is_finite() && amount >= 0.0, name, amount, "finite and >= 0")?;
            }
            Ok(amounts.to_vec())
        };
        Ok(Self {
            calcium: amounts("calcium")?,
            elements: amounts("elements")?,
            touched: touched.to_vec(),
            ..self.clone()
        })
    }
}
