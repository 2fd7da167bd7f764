//! Homeostatic synaptic scaling: a neuron that fires too little hears everything louder.

use sc_core::{Checkpoint, Local, Projection, Real};

use crate::rule::{past_steps, steps_made};
use crate::trace::SILENT;
use crate::{Error, PlasticityRule};

/// Multiplicative scaling of what projects into a neuron, so that the neuron finds its target rate.
///
/// ```text
/// dr/dt = (S - r) / tau_rate      dw/dt = w (target_rate - r) / (target_rate tau_scaling)
/// ```
///
/// Both equations are solved exactly for spikes at whole steps. One step:
///
/// 1. For every postsynaptic neuron `j` that spiked: its rate `r_j` decays since it was last touched, the
///    integral of `r_j` grows by what lay below the decay, and then `r_j = r_j + 1000 / tau_rate` (in Hz).
/// 2. Every `update_interval` steps, for every synapse: `w_ij = w_ij factor_j`, where
///    `factor_j = exp(interval (1 - mean_j / target_rate) / tau_scaling)` and `mean_j` is the mean of `r_j`
///    over the interval, from its integral.
///
/// Since the mean is exact, so is the factor: how long the interval is decides when weights change, not by
/// how much they have changed after several. In `f32` an interval below `1e-4 tau_scaling` loses digits to
/// rounding. The work is a handful of operations per spike, and a sweep over the synapses per interval.
///
/// | symbol | meaning |
/// |---|---|
/// | `S` | the spikes of the postsynaptic neuron, a train of delta functions |
/// | `r` | rate `[Hz]`; it begins at `target_rate`, so that nothing is scaled before something is measured |
/// | `tau_rate` | over how long the rate is measured; well below `tau_scaling`, or rate and weights oscillate |
///
/// Only the synapses of this projection are scaled; a neuron with several afferent projections takes a rule
/// for each. Ratios between the weights of one neuron stay, and so do their signs: what inhibits a neuron
/// that fires too little would be scaled *up* with the rest, so this rule is for excitatory projections. A
/// silent neuron has `r = 0` and its weights grow by `e` per `tau_scaling`, until it speaks or they reach
/// `max_weight`; a weight of 0 stays 0.
///
/// G. G. Turrigiano 2008, doi:10.1016/j.cell.2008.10.008; the equation for the weights is that of M. C. W. van
/// Rossum, G. Q. Bi & G. G. Turrigiano 2000, doi:10.1523/JNEUROSCI.20-23-08812.2000, with a factor
/// `1 / (target_rate tau_scaling)` in place of their `beta` and without their integral term. Differs from the
/// biology, where it takes hours to days: `tau_scaling` defaults to 100 s.
///
/// ```
/// use sc_core::{Dense, Network, Population, Lapicque, LapicqueParameters, Projection};
/// use sc_plasticity::{PlasticityRule, SynapticScaling, SynapticScalingParameters};
/// let mut network = Network::<f64>::new();
/// let source = network.add_spike_source(1);
/// let target = network.add_population(Population::new(Lapicque::new(LapicqueParameters::default())?, 1, 0));
/// let synapses = network.add_projection(source, target, Projection::new(Dense::new(1, 1, vec![1.0])?))?;
/// let parameters = SynapticScalingParameters { tau_scaling: 1000.0, update_interval: 10, ..Default::default() };
/// let mut scaling = SynapticScaling::new(network.projection(synapses), parameters)?;
/// for t in 0..20_000 {
///     network.step();
///     if t % 20 == 0 {
///         network.set_spikes(source, &[0])?; // 50 Hz in; one spike alone does not reach the threshold
///     }
///     scaling.step(network.local(synapses));
/// }
/// assert!((scaling.rate(0) - 10.0).abs() < 3.0); // Hz
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SynapticScaling<R: Real = f32> {
    parameters: SynapticScalingParameters,
    /// Of every postsynaptic neuron: its rate when it was last touched, ...
    rate: Vec<R>,
    /// ... the integral of the rate from the last update to then `[Hz ms]`, ...
    integral: Vec<R>,
    /// ... and the step of then.
    touched: Vec<u64>,
    t: u64,
    /// Scratch: what the weights of every postsynaptic neuron are multiplied by.
    factors: Vec<R>,
}

/// Parameters of [`SynapticScaling`].
#[derive(Debug, Clone, PartialEq)]
pub struct SynapticScalingParameters {
    /// The rate that every neuron strives for `[Hz]`, finite and > 0. Default 10.
    pub target_rate: f64,
    /// Time constant of the measured rate `[ms]`, finite and > 0. Default 1000.
    pub tau_rate: f64,
    /// Time constant of the weights `[ms]`, finite and > 0. Default 100,000.
    pub tau_scaling: f64,
    /// Steps from one change of the weights to the next, at least 1. Default 1000.
    pub update_interval: u64,
    /// Whose rate counts. Default [`RateOf::Neuron`].
    pub rate_of: RateOf,
    /// No weight is scaled beyond this size, > 0. Default infinity.
    pub max_weight: f64,
    /// Duration of a step `[ms]`, finite and > 0. Default 1.
    pub dt: f64,
}

/// Whose rate [`SynapticScaling`] compares with the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateOf {
    /// Each neuron its own.
    Neuron,
    /// All neurons the mean over the population. Not for several threads, where each has a share of it.
    Population,
}

impl Default for SynapticScalingParameters {
    fn default() -> Self {
        Self {
            target_rate: 10.0,
            tau_rate: 1000.0,
            tau_scaling: 100_000.0,
            update_interval: 1000,
            rate_of: RateOf::Neuron,
            max_weight: f64::INFINITY,
            dt: 1.0,
        }
    }
}

impl SynapticScalingParameters {
    /// What the weights of a neuron are multiplied by that fired at `mean_rate` Hz for `duration` ms.
    #[must_use]
    pub fn factor(&self, mean_rate: f64, duration: f64) -> f64 {
        (duration * (1.0 - mean_rate / self.target_rate) / self.tau_scaling).exp()
    }
}

impl<R: Real> SynapticScaling<R> {
    /// The rule for the synapses of this projection.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range.
    pub fn new(projection: &Projection<R>, parameters: SynapticScalingParameters) -> Result<Self, Error> {
        let p = &parameters;
        for (name, value) in [
            ("target_rate", p.target_rate),
            ("tau_rate", p.tau_rate),
            ("tau_scaling", p.tau_scaling),
            ("dt", p.dt),
        ] {
            Error::require(R::of(value).is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        Error::require(p.update_interval > 0, "update_interval", 0.0, "at least 1")?;
        Error::require(p.max_weight > 0.0, "max_weight", p.max_weight, "> 0")?;
        let n_post = projection.n_post();
        Ok(Self {
            rate: vec![R::of(p.target_rate); n_post],
            integral: vec![R::ZERO; n_post],
            touched: vec![0; n_post],
            t: 0,
            factors: vec![R::ONE; n_post],
            parameters,
        })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &SynapticScalingParameters {
        &self.parameters
    }

    /// The measured rate of a neuron `[Hz]`, as of now.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[must_use]
    #[track_caller]
    pub fn rate(&self, post: usize) -> R {
        self.rate[post] * self.remains(self.touched[post])
    }

    /// What is left now of a rate that was 1 in the step `since`.
    fn remains(&self, since: u64) -> R {
        let elapsed = (self.t - since) as f64 * self.parameters.dt;
        R::of((-elapsed / self.parameters.tau_rate).exp())
    }

    /// Brings rate and integral of a neuron to now.
    fn touch(&mut self, post: usize) {
        let remains = self.remains(self.touched[post]);
        self.touched[post] = self.t;
        let rate = self.rate[post];
        self.integral[post] += R::of(self.parameters.tau_rate) * rate * (R::ONE - remains);
        let rest = rate * remains;
        self.rate[post] = if rest < R::of(SILENT) { R::ZERO } else { rest };
    }

    /// Computes the factors of the interval that ends now and begins the next.
    fn finish_interval(&mut self) {
        let duration = self.parameters.update_interval as f64 * self.parameters.dt;
        for post in 0..self.rate.len() {
            self.touch(post);
        }
        let n = self.rate.len();
        match self.parameters.rate_of {
            RateOf::Neuron => {
                for (factor, integral) in self.factors.iter_mut().zip(&self.integral) {
                    *factor = R::of(self.parameters.factor(integral.f64() / duration, duration));
                }
            }
            RateOf::Population => {
                let integral = self.integral.iter().map(|integral| integral.f64()).sum::<f64>() / n as f64;
                self.factors.fill(R::of(self.parameters.factor(integral / duration, duration)));
            }
        }
        self.integral.fill(R::ZERO);
    }
}

impl<R: Real> PlasticityRule<R> for SynapticScaling<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let (n_post, n) = (local.projection.n_post(), self.rate.len());
        assert!(n_post == n, "{n_post} postsynaptic neurons in a rule for {n}");
        self.t += 1;
        for &post in local.post_spikes {
            self.touch(post as usize);
            self.rate[post as usize] += R::of(1000.0 / self.parameters.tau_rate);
        }
        if self.t.is_multiple_of(self.parameters.update_interval) {
            self.finish_interval();
            let max = R::of(self.parameters.max_weight);
            let mut synapses = local.projection.synapses();
            for pre in 0..synapses.n_pre() {
                synapses.from(pre, |_, post, weight| {
                    *weight = (*weight * self.factors[post]).max(-max).min(max);
                });
            }
        }
    }

    fn reset(&mut self) {
        self.rate.fill(R::of(self.parameters.target_rate));
        self.integral.fill(R::ZERO);
        self.touched.fill(0);
        self.t = 0;
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        let n = self.rate.len();
        checkpoint.insert(format!("{prefix}.rate"), &[n], &self.rate);
        checkpoint.insert(format!("{prefix}.integral"), &[n], &self.integral);
        checkpoint.insert(format!("{prefix}.touched"), &[n], &self.touched);
        checkpoint.insert(format!("{prefix}.t"), &[1], &[self.t]);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        let n = self.rate.len();
        let rate = checkpoint.get(&format!("{prefix}.rate"), &[n])?;
        let integral = checkpoint.get(&format!("{prefix}.integral"), &[n])?;
        let t = steps_made(checkpoint, &format!("{prefix}.t"), &[1])?;
        let touched = past_steps(checkpoint, &format!("{prefix}.touched"), n, t)?;
        self.t = t;
        self.rate.copy_from_slice(rate);
        self.integral.copy_from_slice(integral);
        self.touched.copy_from_slice(touched);
        Ok(())
    }
}
