//! BCM: a sliding threshold decides between potentiation and depression.

use sc_core::{Checkpoint, Local, Projection, Real};

use crate::trace::{Memory, Trace};
use crate::{Error, PlasticityRule};

/// The rule of Bienenstock, Cooper & Munro on the rates of spiking neurons.
///
/// ```text
/// dw/dt = eta x y (y - theta)      theta = <y^2>
/// ```
///
/// Above the threshold a synapse grows, below it shrinks, and the threshold follows the square of the
/// neuron's own activity, so that neither can go on for ever. For `K` linearly independent patterns `x_k` that
/// come with probability `p_k`, what is left is a neuron that answers to one of them alone, with
/// `y_k = 1 / p_k`.
///
/// One step:
///
/// 1. Every postsynaptic rate decays, `y_j = y_j exp(-dt / tau_rate)`, and is raised by
///    `1000 / (tau_rate reference_rate)` if `j` spiked.
/// 2. Every threshold follows, `theta_j = theta_j + (1 - exp(-dt / tau_threshold)) (y_j^2 - theta_j)`.
/// 3. For every presynaptic neuron `i` that spiked: `w_ij = w_ij + learning_rate y_j (y_j - theta_j)`, within
///    the bounds.
///
/// | symbol | meaning | at first |
/// |---|---|---|
/// | `x`, `y` | pre- and postsynaptic rate, in units of `reference_rate` | 0 |
/// | `theta` | the modification threshold, in units of `reference_rate` squared | 1 |
///
/// The rate `x` enters the equation linearly, so its spikes can stand for it: each contributes once, and a
/// filter would only come late. `eta` is then `learning_rate` times the `reference_rate`. The work per synapse
/// follows the presynaptic spikes; steps 1 and 2 are a plain loop over the postsynaptic neurons.
///
/// E. L. Bienenstock, L. N. Cooper & P. W. Munro 1982, doi:10.1523/JNEUROSCI.02-01-00032.1982; `theta` is the
/// mean of the square, as in N. Intrator & L. N. Cooper 1992, doi:10.1016/S0893-6080(05)80003-6, and not the
/// square of the mean. Differs from the papers: rates are measured from spikes, whose shot noise adds
/// `1000 / (2 tau_rate rate)` of `<y>^2` to `theta`. The threshold must be faster than the weights, or both
/// oscillate, and slow enough to see all patterns. Weights have signs and no bounds unless they are given.
///
/// [`RuleKind::Bcm`](crate::RuleKind::Bcm), on single spikes instead of rates, is the rule of the reference
/// package's native library.
///
/// ```
/// use sc_core::{Dense, Local, Projection};
/// use sc_plasticity::{Bcm, BcmParameters, PlasticityRule};
/// // 5 Hz are below the threshold that goes with 10 Hz, 40 Hz above.
/// for (rate, potentiates) in [(5, false), (40, true)] {
///     let mut projection = Projection::<f64>::new(Dense::new(1, 1, vec![0.5])?);
///     let parameters = BcmParameters { tau_threshold: 1e9, ..Default::default() };
///     let mut bcm = Bcm::new(&projection, parameters)?;
///     for t in 0..10_000 {
///         let both: &[u32] = if t % (1000 / rate) == 0 { &[0] } else { &[] };
///         let projection = &mut projection;
///         bcm.step(Local { projection, pre_spikes: both, post_spikes: both, reward: 0.0 });
///     }
///     assert_eq!(projection.weights().values()[0] > 0.5, potentiates);
/// }
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Bcm<R: Real = f32> {
    parameters: BcmParameters,
    /// The rate of every postsynaptic neuron, as a decaying count of spikes, ...
    post_trace: Trace<R>,
    /// ... of which one is this much of a rate.
    y_of_spike: R,
    theta: Vec<R>,
}

/// Parameters of [`Bcm`].
#[derive(Debug, Clone, PartialEq)]
pub struct BcmParameters {
    /// What a presynaptic spike adds to a weight where `y (y - theta)` is 1, finite and >= 0. Default 1e-4.
    pub learning_rate: f64,
    /// Time constant of the postsynaptic rate `[ms]`, finite and > 0. Default 200.
    pub tau_rate: f64,
    /// Time constant of the threshold `[ms]`, finite and > 0. Default 5000.
    pub tau_threshold: f64,
    /// The unit of rates `[Hz]`, finite and > 0. Default 10.
    pub reference_rate: f64,
    /// No weight goes below. Default minus infinity.
    pub w_min: f64,
    /// No weight goes above, at least `w_min`. Default infinity.
    pub w_max: f64,
    /// Duration of a step `[ms]`, finite and > 0. Default 1.
    pub dt: f64,
}

impl Default for BcmParameters {
    fn default() -> Self {
        Self {
            learning_rate: 1e-4,
            tau_rate: 200.0,
            tau_threshold: 5000.0,
            reference_rate: 10.0,
            w_min: f64::NEG_INFINITY,
            w_max: f64::INFINITY,
            dt: 1.0,
        }
    }
}

impl<R: Real> Bcm<R> {
    /// The rule for the synapses of this projection.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range.
    pub fn new(projection: &Projection<R>, parameters: BcmParameters) -> Result<Self, Error> {
        let p = &parameters;
        let valid = R::of(p.learning_rate).is_finite() && p.learning_rate >= 0.0;
        Error::require(valid, "learning_rate", p.learning_rate, "finite and >= 0")?;
        for (name, value) in [
            ("tau_rate", p.tau_rate),
            ("tau_threshold", p.tau_threshold),
            ("reference_rate", p.reference_rate),
            ("dt", p.dt),
        ] {
            Error::require(value.is_finite() && value > 0.0, name, value, "finite and > 0")?;
        }
        Error::require(!p.w_min.is_nan(), "w_min", p.w_min, "a number")?;
        Error::require(p.w_max >= p.w_min, "w_max", p.w_max, "at least w_min")?;
        let n_post = projection.n_post();
        Ok(Self {
            post_trace: Trace::new(n_post, p.tau_rate, p.dt, Memory::All),
            y_of_spike: R::of(1000.0 / (p.tau_rate * p.reference_rate)),
            theta: vec![R::ONE; n_post],
            parameters,
        })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &BcmParameters {
        &self.parameters
    }

    /// The modification function `phi = y (y - theta)`: its sign is the direction of change.
    #[must_use]
    #[inline]
    pub fn phi(y: R, theta: R) -> R {
        y * (y - theta)
    }

    /// The rule on rates, without spikes, for one neuron: `w_i = w_i + eta x_i y (y - theta)`.
    ///
    /// # Panics
    /// If there is not one rate per weight.
    #[track_caller]
    pub fn learn_rates(weights: &mut [R], x: &[R], y: R, theta: R, eta: R) {
        assert!(weights.len() == x.len(), "{} rates for {} weights", x.len(), weights.len());
        let change = eta * Self::phi(y, theta);
        for (w, &x) in weights.iter_mut().zip(x) {
            *w += change * x;
        }
    }

    /// The rate of a postsynaptic neuron, in units of `reference_rate`.
    ///
    /// # Panics
    /// If there is no such neuron.
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn y(&self, post: usize) -> R {
        self.y_of_spike * self.post_trace.values()[post]
    }

    /// The threshold of every postsynaptic neuron.
    #[must_use]
    pub fn theta(&self) -> &[R] {
        &self.theta
    }
}

impl<R: Real> PlasticityRule<R> for Bcm<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let (n_post, n) = (local.projection.n_post(), self.theta.len());
        assert!(n_post == n, "{n_post} postsynaptic neurons in a rule for {n}");
        let &BcmParameters { learning_rate, tau_threshold, w_min, w_max, dt, .. } = &self.parameters;
        self.post_trace.decay();
        self.post_trace.mark(local.post_spikes);
        let approach = R::of(-(-dt / tau_threshold).exp_m1());
        for (theta, &trace) in self.theta.iter_mut().zip(self.post_trace.values()) {
            let y = self.y_of_spike * trace;
            *theta += approach * (y * y - *theta);
        }
        if !local.pre_spikes.is_empty() {
            let (eta, w_min, w_max) = (R::of(learning_rate), R::of(w_min), R::of(w_max));
            let mut synapses = local.projection.synapses();
            for &pre in local.pre_spikes {
                synapses.from(pre as usize, |_k, post, w| {
                    *w = (*w + eta * Self::phi(self.y(post), self.theta[post])).max(w_min).min(w_max);
                });
            }
        }
    }

    fn reset(&mut self) {
        self.post_trace.reset();
        self.theta.fill(R::ONE);
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters));
        self.post_trace.save(&format!("{prefix}.post_trace"), checkpoint);
        checkpoint.insert(format!("{prefix}.theta"), &[self.theta.len()], &self.theta);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters))?;
        let post_trace = self.post_trace.restored(&format!("{prefix}.post_trace"), checkpoint)?;
        self.theta = checkpoint.get(&format!("{prefix}.theta"), &[self.theta.len()])?.to_vec();
        self.post_trace = post_trace;
        Ok(())
    }
}
