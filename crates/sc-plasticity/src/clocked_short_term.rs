//! Short-term plasticity, clocked: what the reference package calls by that name.

use sc_core::{Checkpoint, Local, Real};

use crate::{Error, PlasticityRule};

/// Facilitation and depression by forward Euler, for every presynaptic neuron in every step.
///
/// One step, of 1 ms, for the presynaptic neuron `i`:
///
/// 1. `x = x + (1 - x) / tau_d` and `u = u + (U - u) / tau_f`.
/// 2. If `i` spiked: `u = u + U (1 - u)`.
/// 3. `release = u x`, of silent neurons too.
/// 4. If `i` spiked: `x = x - release`.
///
/// | symbol | meaning | at first |
/// |---|---|---|
/// | `u` | utilization: the share of the resources that a spike releases | `U` |
/// | `x` | recovered resources | 1 |
///
/// This is not the model of Tsodyks & Markram 1997 (doi:10.1073/pnas.94.2.719), of which it mixes the two
/// equivalent forms: `u` relaxes to `U` *and* is raised before the release. The first release is
/// `U (2 - U)` instead of `U`, for `U = 0.2` that is 0.36. The model is [`ShortTerm`](crate::ShortTerm),
/// which is also exact for any step and works only at spikes; this type is for reproducing results.
///
/// ```
/// use sc_plasticity::{ClockedShortTerm, ClockedShortTermParameters};
/// let mut rule = ClockedShortTerm::<f64>::new(2, ClockedShortTermParameters::default())?;
/// let release = rule.update(&[0]);
/// assert!((release[0] - 0.36).abs() < 1e-15);
/// assert!((release[1] - 0.20).abs() < 1e-15); // silent, and yet not zero
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClockedShortTerm<R: Real = f32> {
    parameters: ClockedShortTermParameters,
    x: Vec<R>,
    u: Vec<R>,
    release: Vec<R>,
}

/// Parameters of [`ClockedShortTerm`].
#[derive(Debug, Clone, PartialEq)]
pub struct ClockedShortTermParameters {
    /// Recovery from depression `[ms]`, finite and >= 0.5, below which forward Euler diverges. Default 200.
    pub tau_d: f64,
    /// Decay of facilitation `[ms]`, finite and >= 0.5. Default 600.
    pub tau_f: f64,
    /// Utilization `U` at rest, in `[0, 1]`. Default 0.2.
    pub u_rest: f64,
}

impl Default for ClockedShortTermParameters {
    fn default() -> Self {
        Self { tau_d: 200.0, tau_f: 600.0, u_rest: 0.2 }
    }
}

impl<R: Real> ClockedShortTerm<R> {
    /// `n_pre` presynaptic neurons at rest.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range.
    pub fn new(n_pre: usize, parameters: ClockedShortTermParameters) -> Result<Self, Error> {
        for (name, tau) in [("tau_d", parameters.tau_d), ("tau_f", parameters.tau_f)] {
            Error::require(tau.is_finite() && tau >= 0.5, name, tau, "finite and >= 0.5")?;
        }
        let u_rest = parameters.u_rest;
        Error::require((0.0..=1.0).contains(&u_rest), "u_rest", u_rest, "in 0..=1")?;
        let (x, u) = (vec![R::ONE; n_pre], vec![R::of(u_rest); n_pre]);
        Ok(Self { parameters, release: vec![R::ZERO; n_pre], x, u })
    }

    /// One step: who spiked, strictly increasing; returns the release of every neuron, spiking or not.
    ///
    /// # Panics
    /// If an active neuron does not exist.
    #[track_caller]
    pub fn update(&mut self, pre_spikes: &[u32]) -> &[R] {
        let ClockedShortTermParameters { tau_d, tau_f, u_rest } = self.parameters;
        let (tau_d, tau_f, u_rest) = (R::of(tau_d), R::of(tau_f), R::of(u_rest));
        for (x, u) in self.x.iter_mut().zip(&mut self.u) {
            *x += (R::ONE - *x) / tau_d;
            *u += (u_rest - *u) / tau_f;
        }
        for &i in pre_spikes {
            let u = &mut self.u[i as usize];
            *u += u_rest * (R::ONE - *u);
        }
        for ((release, &x), &u) in self.release.iter_mut().zip(&self.x).zip(&self.u) {
            *release = u * x;
        }
        for &i in pre_spikes {
            self.x[i as usize] -= self.release[i as usize];
        }
        &self.release
    }

    /// The utilization of every presynaptic neuron.
    #[must_use]
    pub fn u(&self) -> &[R] {
        &self.u
    }

    /// The recovered resources of every presynaptic neuron.
    #[must_use]
    pub fn x(&self) -> &[R] {
        &self.x
    }
}

impl<R: Real> PlasticityRule<R> for ClockedShortTerm<R> {
    /// The release of every neuron becomes the efficacy of its synapses.
    fn step(&mut self, local: Local<'_, R>) {
        local.projection.efficacy_mut().copy_from_slice(self.update(local.pre_spikes));
    }

    fn reset(&mut self) {
        self.x.fill(R::ONE);
        self.u.fill(R::of(self.parameters.u_rest));
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        checkpoint.insert(format!("{prefix}.u"), &[self.u.len()], &self.u);
        checkpoint.insert(format!("{prefix}.x"), &[self.x.len()], &self.x);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        let u = checkpoint.get(&format!("{prefix}.u"), &[self.u.len()])?;
        let x = checkpoint.get(&format!("{prefix}.x"), &[self.x.len()])?;
        self.u.copy_from_slice(u);
        self.x.copy_from_slice(x);
        Ok(())
    }
}
