//! Short-term plasticity: what a spike transmits depends on the spikes before it, for some seconds.

use sc_core::{Checkpoint, Local, Projection, Real};

use crate::rule::{past_steps, steps_made};
use crate::{Error, PlasticityRule};

/// Short-term depression and facilitation, exact, with work only at spikes.
///
/// Between the spikes of the presynaptic neuron
///
/// ```text
/// du/dt = -u / tau_f      dx/dt = z / tau_d      dy/dt = -y / tau_psc      z = 1 - x - y
/// ```
///
/// and these are solved exactly, once per spike, over the time since the spike before. One step, for every
/// presynaptic neuron `i` that spiked:
///
/// 1. `u`, `x` and `y` advance from the last spike of `i` to this one; before the first they are at rest.
/// 2. `u = u + U (1 - u)`
/// 3. `release = u x`, which becomes the efficacy of `i`: its synapses send `release w`.
/// 4. `x = x - release` and `y = y + release`.
///
/// | symbol | meaning | at rest |
/// |---|---|---|
/// | `u` | utilization: the share of the recovered resources that a spike releases | 0 |
/// | `x`, `y`, `z` | resources that are recovered, active (they make the current), inactive; in sum 1 | 1, 0, 0 |
/// | `U` | how far a spike raises the utilization | |
/// | `tau_d`, `tau_f`, `tau_psc` | recovery from depression, decay of facilitation, decay of the current | |
///
/// The first release is `U`. This is the model of Tsodyks, Pawelzik & Markram 1998
/// (doi:10.1162/089976698300017502), whose depressing part is that of Tsodyks & Markram 1997
/// (doi:10.1073/pnas.94.2.719). Where `tau_psc` is 0, resources go from `x` straight to `z`: then
/// `dx/dt = (1 - x) / tau_d`, the model with two variables. The form of Mongillo, Barak & Tsodyks 2008
/// (doi:10.1126/science.1150769), where `u` relaxes to `U` and is raised *after* the release, gives the same
/// releases.
///
/// Differs from the papers: the synapses of one neuron share their parameters, so that their state is kept
/// once per *neuron* and costs a synapse nothing. The current itself is made by the target: `tau_psc` is only
/// how long resources stay active.
///
/// ```
/// use sc_core::{Dense, Network, Projection};
/// use sc_plasticity::{PlasticityRule, ShortTerm, ShortTermParameters};
/// let mut network = Network::<f64>::new();
/// let (source, target) = (network.add_spike_source(1), network.add_spike_source(1));
/// let synapse = network.add_projection(source, target, Projection::new(Dense::new(1, 1, vec![2.0])?))?;
/// let mut rule = ShortTerm::new(network.projection(synapse), ShortTermParameters::depressing())?;
/// for expected in [0.5, 0.265] {
///     network.step();
///     network.set_spikes(source, &[0])?; // now, and again 50 ms later
///     rule.step(network.local(synapse));
///     assert!((network.projection(synapse).efficacy().unwrap()[0] - expected).abs() < 1e-3);
///     for _ in 1..50 {
///         network.step();
///         rule.step(network.local(synapse));
///     }
/// }
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ShortTerm<R: Real = f32> {
    model: TsodyksMarkram,
    /// As the last spike of each neuron left them.
    resources: Vec<Resources<R>>,
    /// The step of that spike; 0, which is before all steps, where there was none.
    last_spike: Vec<u64>,
    t: u64,
}

/// Parameters of [`ShortTerm`].
#[derive(Debug, Clone, PartialEq)]
pub struct ShortTermParameters {
    /// How far a spike raises the utilization, in `(0, 1]`. `U` in the equations.
    pub utilization: f64,
    /// Recovery from depression `[ms]`, finite and > 0.
    pub tau_d: f64,
    /// Decay of facilitation `[ms]`, finite and >= 0; 0 is a synapse that is not facilitated.
    pub tau_f: f64,
    /// How long resources stay active `[ms]`, >= 0 and below `tau_d`; 0 is the model with two variables.
    pub tau_psc: f64,
    /// Duration of a step `[ms]`, finite and > 0.
    pub dt: f64,
}

impl ShortTermParameters {
    /// A depressing synapse, as between pyramidal neurons: `U = 0.5`, `tau_d = 800`, `tau_f = 0`,
    /// `tau_psc = 0`, `dt = 1`.
    #[must_use]
    pub fn depressing() -> Self {
        Self { utilization: 0.5, tau_d: 800.0, tau_f: 0.0, tau_psc: 0.0, dt: 1.0 }
    }

    /// A facilitating synapse, as from pyramidal neurons to interneurons: `U = 0.03`, `tau_d = 130`,
    /// `tau_f = 530`, `tau_psc = 0`, `dt = 1`.
    #[must_use]
    pub fn facilitating() -> Self {
        Self { utilization: 0.03, tau_d: 130.0, tau_f: 530.0, tau_psc: 0.0, dt: 1.0 }
    }
}

impl Default for ShortTermParameters {
    fn default() -> Self {
        Self::depressing()
    }
}

/// The state of one presynaptic neuron for [`TsodyksMarkram`]; the default is rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resources<R: Real = f32> {
    /// Utilization.
    pub u: R,
    /// Recovered resources.
    pub x: R,
    /// Active resources.
    pub y: R,
}

impl<R: Real> Default for Resources<R> {
    fn default() -> Self {
        Self { u: R::ZERO, x: R::ONE, y: R::ZERO }
    }
}

/// The equations of [`ShortTerm`] for one neuron, without a network.
///
/// ```
/// use sc_plasticity::{Resources, ShortTermParameters, TsodyksMarkram};
/// let model = TsodyksMarkram::new(ShortTermParameters::facilitating())?;
/// let mut resources = Resources::<f64>::default();
/// let first = model.release(&mut resources, 50.0);
/// let second = model.release(&mut resources, 50.0);
/// assert!((first - 0.03).abs() < 1e-15 && (second - 0.055326830).abs() < 1e-9);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TsodyksMarkram {
    parameters: ShortTermParameters,
}

impl TsodyksMarkram {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range.
    pub fn new(parameters: ShortTermParameters) -> Result<Self, Error> {
        let ShortTermParameters { utilization, tau_d, tau_f, tau_psc, dt } = parameters;
        let valid = utilization > 0.0 && utilization <= 1.0;
        Error::require(valid, "utilization", utilization, "> 0 and <= 1")?;
        Error::require(tau_d.is_finite() && tau_d > 0.0, "tau_d", tau_d, "finite and > 0")?;
        Error::require(tau_f.is_finite() && tau_f >= 0.0, "tau_f", tau_f, "finite and >= 0")?;
        Error::require((0.0..tau_d).contains(&tau_psc), "tau_psc", tau_psc, ">= 0 and below tau_d")?;
        Error::require(dt.is_finite() && dt > 0.0, "dt", dt, "finite and > 0")?;
        Ok(Self { parameters })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &ShortTermParameters {
        &self.parameters
    }

    /// A spike, `interval` ms (> 0) after the one before: what share of all resources it releases. Before the
    /// first spike, at rest, any interval will do.
    pub fn release<R: Real>(&self, resources: &mut Resources<R>, interval: f64) -> R {
        let ShortTermParameters { utilization, tau_d, tau_f, tau_psc, .. } = self.parameters;
        let [u, x, y] = [resources.u, resources.x, resources.y].map(R::f64);
        // A time constant of 0 gives exp(-infinity) = 0, as it should.
        let (left_u, left_y, left_z) =
            ((-interval / tau_f).exp(), (-interval / tau_psc).exp(), (-interval / tau_d).exp());
        // How much of `y` is inactive now: exp(-interval / tau_d) - exp(-interval / tau_psc) over the difference
        // of the rates, without loss of digits where both are nearly the same.
        let lag = tau_d - tau_psc;
        let from_y = -tau_d / lag * left_z * (-interval * lag / (tau_d * tau_psc)).exp_m1();
        let z = (1.0 - x - y) * left_z + y * from_y;
        let y = y * left_y;
        let x = 1.0 - y - z;

        let u = u * left_u;
        let u = u + utilization * (1.0 - u);
        let release = u * x;
        *resources = Resources { u: R::of(u), x: R::of(x - release), y: R::of(y + release) };
        R::of(release)
    }
}

impl<R: Real> ShortTerm<R> {
    /// The rule for the presynaptic neurons of this projection, at rest.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range.
    pub fn new(projection: &Projection<R>, parameters: ShortTermParameters) -> Result<Self, Error> {
        let (model, n_pre) = (TsodyksMarkram::new(parameters)?, projection.n_pre());
        Ok(Self { model, resources: vec![Resources::default(); n_pre], last_spike: vec![0; n_pre], t: 0 })
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> &ShortTermParameters {
        self.model.parameters()
    }

    /// The resources of every presynaptic neuron, as its last spike left them.
    #[must_use]
    pub fn resources(&self) -> &[Resources<R>] {
        &self.resources
    }
}

impl<R: Real> PlasticityRule<R> for ShortTerm<R> {
    #[track_caller]
    fn step(&mut self, local: Local<'_, R>) {
        let (n_pre, n) = (local.projection.n_pre(), self.resources.len());
        assert!(n_pre == n, "{n_pre} presynaptic neurons in a rule for {n}");
        self.t += 1;
        let efficacy = local.projection.efficacy_mut();
        for &pre in local.pre_spikes {
            let i = pre as usize;
            let interval = (self.t - self.last_spike[i]) as f64 * self.parameters().dt;
            efficacy[i] = self.model.release(&mut self.resources[i], interval);
            self.last_spike[i] = self.t;
        }
    }

    fn reset(&mut self) {
        self.resources.fill(Resources::default());
        self.last_spike.fill(0);
        self.t = 0;
    }

    fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        checkpoint.set_metadata(format!("{prefix}.rule"), format!("{:?}", self.parameters()));
        let n = self.resources.len();
        let resources: Vec<R> = self.resources.iter().flat_map(|r| [r.u, r.x, r.y]).collect();
        checkpoint.insert(format!("{prefix}.resources"), &[n, 3], &resources);
        checkpoint.insert(format!("{prefix}.last_spike"), &[n], &self.last_spike);
        checkpoint.insert(format!("{prefix}.t"), &[1], &[self.t]);
    }

    fn restore(&mut self, prefix: &str, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.require_metadata(&format!("{prefix}.rule"), &format!("{:?}", self.parameters()))?;
        let n = self.resources.len();
        let resources = checkpoint.get(&format!("{prefix}.resources"), &[n, 3])?;
        let t = steps_made(checkpoint, &format!("{prefix}.t"), &[1])?;
        let last_spike = past_steps(checkpoint, &format!("{prefix}.last_spike"), n, t)?;
        self.t = t;
        self.last_spike.copy_from_slice(last_spike);
        for (to, from) in self.resources.iter_mut().zip(resources.chunks_exact(3)) {
            *to = Resources { u: from[0], x: from[1], y: from[2] };
        }
        Ok(())
    }
}
