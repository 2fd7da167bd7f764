//! One element of each rule, written from the description of the reference's C interface, one `if` at a time.

/// The rules by their ids.
#[derive(Debug, Clone)]
pub(crate) enum Oracle {
    /// Id 0.
    Eligent { w: f32, threshold: f32, target: f32, tau_e: f32, e: f32, sum: f32 },
    /// Id 1.
    Stdp { w: f32, a_plus: f32, p: f32, q: f32 },
    /// Id 2.
    RewardStdp { w: f32, a_plus: f32, tau_e: f32, p: f32, q: f32, e: f32 },
    /// Id 3.
    Bcm { w: f32, eta: f32, tau: f32, theta: f32, avg: f32 },
}

impl Oracle {
    pub(crate) fn new(id: u32, w: f32, a: f32, b: f32) -> Self {
        match id {
            0 => Self::Eligent {
                w,
                threshold: 1.0,
                target: f32::max(a, 0.01),
                tau_e: f32::max(b, 0.01),
                e: 0.0,
                sum: w,
            },
            1 => Self::Stdp { w, a_plus: f32::max(a, 0.001), p: 0.0, q: 0.0 },
            2 => {
                let (a_plus, tau_e) = (f32::max(a, 0.001), f32::max(b, 0.01));
                Self::RewardStdp { w, a_plus, tau_e, p: 0.0, q: 0.0, e: 0.0 }
            }
            3 => Self::Bcm { w, eta: f32::max(a, 0.0001), tau: f32::max(b, 1.0), theta: 0.5, avg: 0.0 },
            _ => panic!("no rule {id}"),
        }
    }

    pub(crate) fn learner(threshold: f32, target: f32, w: f32) -> Self {
        Self::Eligent { w, threshold, target, tau_e: 0.95, e: 0.0, sum: w }
    }

    pub(crate) fn step(&mut self, pre: bool, post: bool, reward: f32, dt: f32) {
        match self {
            Self::Eligent { w, threshold, target, tau_e, e, sum } => {
                let fired = if post { 1.0 } else { 0.0 };
                *threshold += 0.001 * (fired - *target) * dt;
                if pre {
                    *e += 1.0;
                }
                *e *= f32::exp(-dt / *tau_e);
                let d = *e * reward;
                *w += d;
                *sum += d;
                if *sum > 0.0 {
                    let scale = 1.0 / *sum;
                    *w *= scale;
                    *sum = 1.0;
                }
            }
            Self::Stdp { w, a_plus, p, q } => {
                let decay = f32::exp(-dt / 20.0);
                *p *= decay;
                *q *= decay;
                if post {
                    *w += *a_plus * *p;
                }
                if pre {
                    *w -= 0.5 * *a_plus * *q;
                }
                count(p, q, pre, post);
                *w = unit_interval(*w);
            }
            Self::RewardStdp { w, a_plus, tau_e, p, q, e } => {
                let decay = f32::exp(-dt / 20.0);
                *p *= decay;
                *q *= decay;
                if post {
                    *e += *a_plus * *p;
                }
                if pre {
                    *e -= 0.5 * *a_plus * *q;
                }
                *e *= f32::exp(-dt / *tau_e);
                *w = unit_interval(*w + *e * reward);
                count(p, q, pre, post);
            }
            Self::Bcm { w, eta, tau, theta, avg } => {
                let (x, y) = (if pre { 1.0 } else { 0.0 }, if post { 1.0 } else { 0.0 });
                *w = unit_interval(*w + *eta * y * (y - *theta) * x * dt);
                *avg += (y - *avg) * dt / *tau;
                *theta = f32::max(0.01, *theta + (*avg * *avg - *theta) * dt / *tau);
            }
        }
    }

    pub(crate) fn reset(&mut self) {
        match self {
            Self::Eligent { e, .. } => *e = 0.0,
            Self::Stdp { p, q, .. } => (*p, *q) = (0.0, 0.0),
            Self::RewardStdp { p, q, e, .. } => (*p, *q, *e) = (0.0, 0.0, 0.0),
            Self::Bcm { theta, avg, .. } => (*theta, *avg) = (0.5, 0.0),
        }
    }

    /// In the order of a saved state, what version 1 lacks last.
    pub(crate) fn state(&self) -> Vec<f32> {
        match *self {
            Self::Eligent { w, threshold, e, sum, .. } => vec![w, threshold, e, sum],
            Self::Stdp { w, p, q, .. } => vec![w, p, q],
            Self::RewardStdp { w, p, q, e, .. } => vec![w, p, q, e],
            Self::Bcm { w, theta, avg, .. } => vec![w, theta, avg],
        }
    }
}

/// Where the reference would keep what is not a number, there is 0: the one departure.
fn unit_interval(w: f32) -> f32 {
    if w.is_nan() { 0.0 } else { w.clamp(0.0, 1.0) }
}

fn count(p: &mut f32, q: &mut f32, pre: bool, post: bool) {
    if pre {
        *p += 1.0;
    }
    if post {
        *q += 1.0;
    }
}

/// Whether the two sides spike, under the seed of one element.
pub(crate) fn spikes(seed: u64, p_pre: f32, p_post: f32) -> (bool, bool) {
    let (pre, post) = numbers(seed);
    (pre < p_pre, post < p_post)
}

/// The first two numbers in [0, 1) of xoshiro256++ whose state `SplitMix64` made of the seed (D. Blackman & S. Vigna
/// 2021, doi:10.1145/3460772; G. L. Steele, D. Lea & C. H. Flood 2014, doi:10.1145/2660193.2660195).
pub(crate) fn numbers(seed: u64) -> (f32, f32) {
    let mut counter = seed;
    let mut s = [0_u64; 4].map(|_| {
        counter = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (counter ^ (counter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    });
    let mut next = || {
        let word = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        ((word >> 40) as f64 / f64::from(1 << 24)) as f32
    };
    (next(), next())
}
