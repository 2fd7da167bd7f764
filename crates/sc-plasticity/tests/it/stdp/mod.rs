//! Spike-timing-dependent plasticity: every pairing, bound, coincidence and delay against sums over pairs and
//! triplets of spikes, and against published curves.

mod frequency;
mod lazy;
mod oracle;
mod random_trains;
mod resume;
mod short_trains;
mod window;

use sc_core::{Csr, Dense, Local, Projection, Real, Weights};
use sc_plasticity::{PairStdp, PairStdpParameters, PlasticityRule, TripletStdp, TripletStdpParameters};

/// Who spikes in every step, on either side.
#[derive(Debug, Clone, Default)]
struct Trains {
    pre: Vec<Vec<u32>>,
    post: Vec<Vec<u32>>,
}

impl Trains {
    /// One neuron on either side that spikes in these steps.
    fn of_one_synapse(pre: &[usize], post: &[usize]) -> Self {
        let n_steps = pre.iter().chain(post).max().map_or(0, |last| last + 1);
        let train = |spikes: &[usize]| {
            (0..n_steps).map(|t| if spikes.contains(&t) { vec![0] } else { vec![] }).collect()
        };
        Self { pre: train(pre), post: train(post) }
    }

    /// Bit `i` of the masks of a step: neuron `i` spikes.
    fn of_masks(masks: &[(u32, u32)]) -> Self {
        let spikes = |mask: u32| (0..32).filter(|i| mask >> i & 1 == 1).collect();
        Self {
            pre: masks.iter().map(|mask| spikes(mask.0)).collect(),
            post: masks.iter().map(|mask| spikes(mask.1)).collect(),
        }
    }

    /// Silence until whatever travels has arrived.
    fn followed_by_silence(mut self, n_steps: usize) -> Self {
        let length = self.pre.len() + n_steps;
        self.pre.resize(length, Vec::new());
        self.post.resize(length, Vec::new());
        self
    }

    fn n_steps(&self) -> usize {
        self.pre.len()
    }

    /// The steps in which a neuron of one side spikes.
    fn times(side: &[Vec<u32>], neuron: usize) -> Vec<usize> {
        (0..side.len()).filter(|&t| side[t].contains(&(neuron as u32))).collect()
    }
}

/// Steps `from..to` of a rule.
fn drive<R: Real>(
    rule: &mut impl PlasticityRule<R>,
    projection: &mut Projection<R>,
    trains: &Trains,
    (from, to): (usize, usize),
) {
    for t in from..to {
        let (pre_spikes, post_spikes) = (&trains.pre[t][..], &trains.post[t][..]);
        rule.step(Local { projection, pre_spikes, post_spikes, reward: R::ZERO });
    }
}

/// A rule that both precisions know, and its oracle.
trait Case {
    type Rule<R: Real>: PlasticityRule<R> + Clone;
    fn rule<R: Real>(&self, projection: &Projection<R>) -> Self::Rule<R>;
    fn oracle(&self, pre: &[usize], post: &[usize], n_steps: usize, w: f64) -> f64;
    fn delays(&self) -> usize;
}

impl Case for PairStdpParameters {
    type Rule<R: Real> = PairStdp<R>;

    fn rule<R: Real>(&self, projection: &Projection<R>) -> PairStdp<R> {
        PairStdp::new(projection, self.clone()).unwrap()
    }

    fn oracle(&self, pre: &[usize], post: &[usize], n_steps: usize, w: f64) -> f64 {
        oracle::pair(self, pre, post, n_steps, w)
    }

    fn delays(&self) -> usize {
        usize::from(self.axonal_delay) + usize::from(self.dendritic_delay)
    }
}

impl Case for TripletStdpParameters {
    type Rule<R: Real> = TripletStdp<R>;

    fn rule<R: Real>(&self, projection: &Projection<R>) -> TripletStdp<R> {
        TripletStdp::new(projection, self.clone()).unwrap()
    }

    fn oracle(&self, pre: &[usize], post: &[usize], n_steps: usize, w: f64) -> f64 {
        oracle::triplet(self, pre, post, n_steps, w)
    }

    fn delays(&self) -> usize {
        usize::from(self.axonal_delay) + usize::from(self.dendritic_delay)
    }
}

/// The weight of one synapse after these trains.
fn final_weight<R: Real>(case: &impl Case, trains: &Trains, w: f64) -> f64 {
    let mut projection = Projection::new(Dense::new(1, 1, vec![R::of(w)]).unwrap());
    let mut rule = case.rule(&projection);
    drive(&mut rule, &mut projection, trains, (0, trains.n_steps()));
    projection.weights().values()[0].f64()
}

/// Every weight after these trains differs from the oracle's by at most `tolerance`.
fn assert_agrees<R: Real>(case: &impl Case, weights: &Weights<R>, trains: &Trains, tolerance: f64) {
    let trains = trains.clone().followed_by_silence(case.delays());
    let mut projection = Projection::new(weights.clone());
    let mut rule = case.rule(&projection);
    drive(&mut rule, &mut projection, &trains, (0, trains.n_steps()));
    rule.flush(&mut projection);
    let after = projection.weights().values();
    for pre in 0..weights.n_pre() {
        weights.for_each_active(&[pre as u32], |k, post, before| {
            let (from, to) = (Trains::times(&trains.pre, pre), Trains::times(&trains.post, post));
            let expected = case.oracle(&from, &to, trains.n_steps(), before.f64());
            let error = (after[k].f64() - expected).abs();
            let tolerance = tolerance * expected.abs().max(1.0);
            assert!(error <= tolerance, "synapse {k}: {} instead of {expected}, {from:?} {to:?}", after[k]);
        });
    }
}

/// Synapses between `n_pre` and `n_post` neurons: where they are and how strong is in `seeds`, a number from 0 to
/// 15 for each; 6 and more is a synapse, 14 and more are two between the same neurons.
fn sparse<R: Real>(n_pre: usize, n_post: usize, seeds: &[u8]) -> Csr<R> {
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for pre in 0..n_pre {
        for post in 0..n_post {
            let seed = seeds[pre * n_post + post];
            for copy in 0..u8::from(seed >= 6) + u8::from(seed >= 14) {
                indices.push(post as u32);
                values.push(R::of(f64::from(seed + copy) / 16.0));
            }
        }
        indptr.push(indices.len());
    }
    Csr::new(n_pre, n_post, indptr, indices, values).unwrap()
}
