//! Weights by the definition: sums over pairs and triplets of spikes of one synapse, step by step, in double
//! precision. Written from the papers, not from the rules.

use sc_plasticity::{
    Coincidence, PairStdpParameters, Pairing, TripletPairing, TripletStdpParameters, WeightDependence,
};

/// Who comes first if two spikes arrive at once.
#[derive(Clone, Copy)]
struct Order(Coincidence);

impl Order {
    /// Does a presynaptic spike come before a postsynaptic one?
    fn causal(self, pre: usize, post: usize) -> bool {
        pre < post || pre == post && self.0 == Coincidence::Potentiation
    }

    /// Does a postsynaptic spike come before a presynaptic one?
    fn acausal(self, post: usize, pre: usize) -> bool {
        post < pre || post == pre && self.0 == Coincidence::Depression
    }
}

/// Sum of `exp(-age / tau)` over the spikes that count.
fn felt(spikes: &[usize], now: usize, tau: f64, counts: impl Fn(usize) -> bool) -> f64 {
    spikes.iter().filter(|&&spike| counts(spike)).map(|&spike| (-((now - spike) as f64) / tau).exp()).sum()
}

/// The spikes as they arrive at the synapse.
fn delayed(spikes: &[usize], delay: u16) -> Vec<usize> {
    spikes.iter().map(|spike| spike + usize::from(delay)).collect()
}

/// What the two sides do in every step, in the order of the coincidence.
fn weight_after(
    order: Order,
    (pre, post): (&[usize], &[usize]),
    n_steps: usize,
    mut w: f64,
    potentiated: impl Fn(f64, usize) -> f64,
    depressed: impl Fn(f64, usize) -> f64,
) -> f64 {
    for now in 0..n_steps {
        if post.contains(&now) && order.0 != Coincidence::Potentiation {
            w = potentiated(w, now);
        }
        if pre.contains(&now) {
            w = depressed(w, now);
        }
        if post.contains(&now) && order.0 == Coincidence::Potentiation {
            w = potentiated(w, now);
        }
    }
    w
}

/// The weight of one synapse under [`sc_plasticity::PairStdp`], its neurons spiking in these steps.
pub(super) fn pair(p: &PairStdpParameters, pre: &[usize], post: &[usize], n_steps: usize, w: f64) -> f64 {
    let order = Order(p.coincidence);
    let (pre, post) = (&delayed(pre, p.axonal_delay)[..], &delayed(post, p.dendritic_delay)[..]);
    let potentiating = |s: usize, t: usize| {
        let last_pre = || !pre.iter().any(|&other| other > s && order.causal(other, t));
        let first_post = || !post.iter().any(|&other| other < t && order.causal(s, other));
        order.causal(s, t)
            && match p.pairing {
                Pairing::AllToAll => true,
                Pairing::NearestSymmetric => last_pre(),
                Pairing::NearestPresynaptic => first_post(),
                Pairing::NearestReduced => last_pre() && first_post(),
            }
    };
    let depressing = |t: usize, s: usize| {
        let last_post = || !post.iter().any(|&other| other > t && order.acausal(other, s));
        let first_pre = || !pre.iter().any(|&other| other < s && order.acausal(t, other));
        order.acausal(t, s)
            && match p.pairing {
                Pairing::AllToAll => true,
                Pairing::NearestSymmetric | Pairing::NearestPresynaptic => last_post(),
                Pairing::NearestReduced => last_post() && first_pre(),
            }
    };
    let range = p.w_max - p.w_min;
    let (up, down) = (|w: f64| (p.w_max - w) / range, |w: f64| (w - p.w_min) / range);
    let f_plus = |w: f64| match p.weight_dependence {
        WeightDependence::Additive => 1.0,
        WeightDependence::Multiplicative => up(w),
        WeightDependence::Guetig { mu_plus, .. } => up(w).powf(mu_plus),
        WeightDependence::PowerLaw { w_0, mu } => (w / w_0).powf(mu),
    };
    let f_minus = |w: f64| match p.weight_dependence {
        WeightDependence::Additive => 1.0,
        WeightDependence::Multiplicative => down(w),
        WeightDependence::Guetig { mu_minus, .. } => down(w).powf(mu_minus),
        WeightDependence::PowerLaw { w_0, .. } => w / w_0,
    };
    let (tau_plus, tau_minus) = (p.tau_plus / p.dt, p.tau_minus / p.dt);
    weight_after(
        order,
        (pre, post),
        n_steps,
        w,
        |w, t| {
            let x = felt(pre, t, tau_plus, |s| potentiating(s, t));
            (w + p.potentiation * f_plus(w) * x).clamp(p.w_min, p.w_max)
        },
        |w, s| {
            let y = felt(post, s, tau_minus, |t| depressing(t, s));
            (w - p.depression * f_minus(w) * y).clamp(p.w_min, p.w_max)
        },
    )
}

/// The weight of one synapse under [`sc_plasticity::TripletStdp`].
pub(super) fn triplet(
    p: &TripletStdpParameters,
    pre: &[usize],
    post: &[usize],
    n_steps: usize,
    w: f64,
) -> f64 {
    let order = Order(p.coincidence);
    let (pre, post) = (&delayed(pre, p.axonal_delay)[..], &delayed(post, p.dendritic_delay)[..]);
    // Of the spikes that qualify, all or the last one.
    let sum = |spikes: &[usize], now: usize, tau: f64, qualifies: &dyn Fn(usize) -> bool| {
        let last = spikes.iter().copied().filter(|&spike| qualifies(spike)).max();
        felt(spikes, now, tau / p.dt, |spike| match p.pairing {
            TripletPairing::AllToAll => qualifies(spike),
            TripletPairing::Nearest => Some(spike) == last,
        })
    };
    weight_after(
        order,
        (pre, post),
        n_steps,
        w,
        |w, t| {
            let r1 = sum(pre, t, p.tau_plus, &|s| order.causal(s, t));
            let o2 = sum(post, t, p.tau_y, &|earlier| earlier < t);
            (w + r1 * (p.a2_plus + p.a3_plus * o2)).clamp(p.w_min, p.w_max)
        },
        |w, s| {
            let o1 = sum(post, s, p.tau_minus, &|t| order.acausal(t, s));
            let r2 = sum(pre, s, p.tau_x, &|earlier| earlier < s);
            (w - o1 * (p.a2_minus + p.a3_minus * r2)).clamp(p.w_min, p.w_max)
        },
    )
}
