//! Pair-based STDP, clocked: the rule a projection of the reference package has built in.

use sc_core::{Incoming, Real, Weights};

use crate::Error;

/// Spike-timing-dependent plasticity of all pairs of spikes, with every synapse visited in every step.
///
/// One step, for the synapse `i -> j`:
///
/// 1. `pre_trace[i] = pre_trace[i] exp(-dt / tau) + pre[i]`, and likewise `post_trace[j]`.
/// 2. If `i` spiked: `w = w - depression post_trace[j]`.
/// 3. If `j` spiked: `w = w + potentiation pre_trace[i]`.
/// 4. `w = max(0, w)`.
/// 5. If the projection is symmetric: `w_ij` and `w_ji` both become their mean, where both synapses exist.
///
/// The traces are read *after* they took up the spikes of the step, so a coincidence does both, in sum
/// `potentiation - depression`. A pair that is `d` steps apart changes the weight by
/// `potentiation exp(-d dt / tau)` if the presynaptic spike comes first and by `-depression exp(-d dt / tau)`
/// if it comes last.
///
/// S. Song, K. D. Miller & L. F. Abbott 2000, doi:10.1038/78829. Differs from the paper: there is no upper
/// bound, both traces have one time constant, a coincidence counts, and step 4 turns *every* negative weight
/// of the projection to zero, also of synapses whose neurons were silent. Do not use it on inhibitory
/// synapses.
///
/// ```
/// use sc_core::{Dense, Projection};
/// use sc_plasticity::{ClockedStdp, ClockedStdpParameters};
/// let mut projection = Projection::<f64>::new(Dense::new(1, 1, vec![0.5])?);
/// let mut stdp = ClockedStdp::new(projection.weights(), ClockedStdpParameters::default())?;
/// stdp.step(projection.weights_mut(), &[0], &[]); // pre
/// stdp.step(projection.weights_mut(), &[], &[0]); // post, one step later
/// let w = projection.weights().values()[0];
/// assert!((w - (0.5 + 0.01 * (-1.0_f64 / 20.0).exp())).abs() < 1e-15);
/// # Ok::<(), sc_plasticity::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClockedStdp<R: Real = f32> {
    potentiation: R,
    depression: R,
    decay: R,
    incoming: Incoming,
    /// Synapses of `i -> j` and `j -> i`; empty unless symmetric.
    mirrored: Vec<(usize, usize)>,
    pre_trace: Vec<R>,
    post_trace: Vec<R>,
    /// Entries of `values()`, those between the rows of editable weights included.
    n_synapses: usize,
}

/// Parameters of [`ClockedStdp`].
#[derive(Debug, Clone, PartialEq)]
pub struct ClockedStdpParameters {
    /// What a pair with the presynaptic spike first adds at most, finite. Default 0.01.
    pub potentiation: f64,
    /// What a pair with the presynaptic spike last takes at most, finite. Default 0.012.
    pub depression: f64,
    /// Time constant of both traces `[ms]`, > 0. Default 20.
    pub tau: f64,
    /// Duration of a step `[ms]`, > 0. Default 1.
    pub dt: f64,
    /// Whether to keep the weights symmetric; the reference does so whenever source and target are one
    /// population. Default false.
    pub symmetric: bool,
}

impl Default for ClockedStdpParameters {
    fn default() -> Self {
        Self { potentiation: 0.01, depression: 0.012, tau: 20.0, dt: 1.0, symmetric: false }
    }
}

impl<R: Real> ClockedStdp<R> {
    /// The rule for these weights, traces at zero. Which synapses there are must not change afterwards.
    ///
    /// # Errors
    /// [`Error::Parameter`] names a parameter outside its range; [`Error::Length`] if `symmetric` weights are
    /// not square.
    pub fn new(weights: &Weights<R>, parameters: ClockedStdpParameters) -> Result<Self, Error> {
        let ClockedStdpParameters { potentiation, depression, tau, dt, symmetric } = parameters;
        for (name, value, valid) in [
            ("potentiation", potentiation, R::of(potentiation).is_finite()),
            ("depression", depression, R::of(depression).is_finite()),
            ("tau", tau, tau.is_finite() && tau > 0.0),
            ("dt", dt, dt.is_finite() && dt > 0.0),
        ] {
            if !valid {
                let expected = if matches!(name, "tau" | "dt") { "finite and > 0" } else { "finite" };
                return Err(Error::Parameter { name, value, expected });
            }
        }
        let (n_pre, n_post) = (weights.n_pre(), weights.n_post());
        if symmetric && n_pre != n_post {
            return Err(Error::Length { what: "columns of symmetric weights", expected: n_pre, got: n_post });
        }
        let incoming = Incoming::of(weights);
        Ok(Self {
            potentiation: R::of(potentiation),
            depression: R::of(depression),
            decay: R::of((-dt / tau).exp()),
            mirrored: if symmetric { mirrored(&incoming, n_post) } else { Vec::new() },
            incoming,
            pre_trace: vec![R::ZERO; n_pre],
            post_trace: vec![R::ZERO; n_post],
            n_synapses: weights.values().len(),
        })
    }

    /// One step: the active neurons of either side, and the weights in the order of `values()`.
    ///
    /// # Panics
    /// If there are not as many weights as the rule was made for, or an active neuron does not exist.
    #[track_caller]
    pub fn step(&mut self, weights: &mut [R], pre_spikes: &[u32], post_spikes: &[u32]) {
        let n = self.n_synapses;
        assert!(weights.len() == n, "{} weights for {n} synapses", weights.len());
        let pre_spiked = update_trace(&mut self.pre_trace, self.decay, pre_spikes);
        let post_spiked = update_trace(&mut self.post_trace, self.decay, post_spikes);
        for (post, &post_trace) in self.post_trace.iter().enumerate() {
            for synapse in self.incoming.to(post) {
                let pre = synapse.pre;
                let w = &mut weights[synapse.index];
                if pre_spiked[pre] {
                    *w -= self.depression * post_trace;
                }
                if post_spiked[post] {
                    *w += self.potentiation * self.pre_trace[pre];
                }
                *w = w.max(R::ZERO);
            }
        }
        for &(there, back) in &self.mirrored {
            let mean = (weights[there] + weights[back]) / R::of(2.0);
            (weights[there], weights[back]) = (mean, mean);
        }
    }

    /// Returns the traces to zero.
    pub fn reset(&mut self) {
        self.pre_trace.fill(R::ZERO);
        self.post_trace.fill(R::ZERO);
    }

    /// The trace of every presynaptic neuron.
    #[must_use]
    pub fn pre_trace(&self) -> &[R] {
        &self.pre_trace
    }

    /// The trace of every postsynaptic neuron.
    #[must_use]
    pub fn post_trace(&self) -> &[R] {
        &self.post_trace
    }
}

/// Decays a trace, takes up the spikes, and returns them as flags.
#[track_caller]
fn update_trace<R: Real>(trace: &mut [R], decay: R, spikes: &[u32]) -> Vec<bool> {
    let mut spiked = vec![false; trace.len()];
    trace.iter_mut().for_each(|a| *a *= decay);
    for &i in spikes {
        trace[i as usize] += R::ONE;
        spiked[i as usize] = true;
    }
    spiked
}

/// The first synapses `i -> j` and `j -> i` of every pair `i < j` that has both.
fn mirrored(incoming: &Incoming, n: usize) -> Vec<(usize, usize)> {
    let find = |pre: usize, post: usize| incoming.to(post).find(|s| s.pre == pre).map(|s| s.index);
    let pairs = (0..n).flat_map(|j| incoming.to(j).map(move |s| (s.pre, j)));
    let mut mirrored: Vec<_> =
        pairs.filter(|(i, j)| i < j).filter_map(|(i, j)| Some((find(i, j)?, find(j, i)?))).collect();
    mirrored.dedup();
    mirrored
}

#[cfg(test)]
mod tests {
    use super::*;
    use sc_core::{Csr, Dense, Editable};

    fn one_synapse(weight: f64) -> (Vec<f64>, ClockedStdp<f64>) {
        let weights = Dense::new(1, 1, vec![weight]).unwrap().into();
        (vec![weight], ClockedStdp::new(&weights, ClockedStdpParameters::default()).unwrap())
    }

    #[test]
    fn the_weight_change_over_the_spike_time_difference_is_two_exponentials() {
        for difference in -60_i32..=60 {
            let (mut weights, mut stdp) = one_synapse(1.0);
            for t in 0..=60 {
                let pre: &[u32] = if t == (-difference).max(0) { &[0] } else { &[] };
                let post: &[u32] = if t == difference.max(0) { &[0] } else { &[] };
                stdp.step(&mut weights, pre, post);
            }
            let window = (-f64::from(difference.abs()) / 20.0).exp();
            let expected = match difference.signum() {
                1 => 0.01 * window,
                -1 => -0.012 * window,
                _ => 0.01 - 0.012,
            };
            assert!((weights[0] - 1.0 - expected).abs() < 1e-14, "{difference}: {}", weights[0]);
        }
    }

    #[test]
    fn weights_end_at_zero_and_negative_ones_at_once() {
        let (mut weights, mut stdp) = one_synapse(0.001);
        stdp.step(&mut weights, &[], &[0]);
        stdp.step(&mut weights, &[0], &[]);
        assert_eq!(weights, [0.0]);
        let mut inhibitory = [-0.5];
        stdp.step(&mut inhibitory, &[], &[]);
        assert_eq!(inhibitory, [0.0]);
    }

    #[test]
    fn only_synapses_with_a_counterpart_are_averaged() {
        // 0 -> 1, 1 -> 0, 1 -> 2, 2 -> 2.
        let weights = Csr::new(3, 3, vec![0, 1, 3, 4], vec![1, 0, 2, 2], vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        let parameters = ClockedStdpParameters { symmetric: true, ..Default::default() };
        let mut values = weights.values().to_vec();
        let mut stdp = ClockedStdp::<f64>::new(&weights.into(), parameters).unwrap();
        stdp.step(&mut values, &[], &[]);
        assert_eq!(values, [1.5, 1.5, 3.0, 4.0]);
    }

    #[test]
    fn weights_with_room_between_them_learn_as_well() {
        let mut weights = Editable::empty(2, 1);
        weights.insert(0, 0, 0.5).unwrap();
        weights.insert(1, 0, 0.5).unwrap();
        let mut weights = Weights::from(weights);
        let mut stdp = ClockedStdp::<f64>::new(&weights, ClockedStdpParameters::default()).unwrap();
        stdp.step(weights.values_mut(), &[1], &[0]);
        let Weights::Editable(weights) = weights else { unreachable!() };
        assert_eq!(weights.get(0, 0), Some(0.5));
        assert!((weights.get(1, 0).unwrap() - 0.498).abs() < 1e-15);
    }

    #[test]
    fn reset_forgets_the_traces() {
        let (mut weights, mut stdp) = one_synapse(0.5);
        stdp.step(&mut weights, &[0], &[0]);
        stdp.reset();
        assert_eq!((stdp.pre_trace(), stdp.post_trace()), (&[0.0][..], &[0.0][..]));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let weights: Weights<f64> = Dense::zeros(2, 3).into();
        for parameters in [
            ClockedStdpParameters { potentiation: f64::NAN, ..Default::default() },
            ClockedStdpParameters { depression: f64::INFINITY, ..Default::default() },
            ClockedStdpParameters { tau: 0.0, ..Default::default() },
            ClockedStdpParameters { dt: -1.0, ..Default::default() },
            ClockedStdpParameters { symmetric: true, ..Default::default() },
        ] {
            assert!(ClockedStdp::new(&weights, parameters).is_err());
        }
    }

    #[test]
    #[should_panic(expected = "2 weights for 1 synapses")]
    fn a_wrong_number_of_weights_panics() {
        one_synapse(0.5).1.step(&mut [0.0; 2], &[], &[]);
    }
}
