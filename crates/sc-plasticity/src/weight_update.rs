//! The step of a weight: the innermost loop of STDP, compiled once for every weight dependence.

use sc_core::{Real, Synapses};

use crate::{Error, WeightDependence};

/// A weight dependence, ready to be used: which one is looked up once per step, not once per synapse.
#[derive(Debug, Clone)]
pub(crate) enum WeightUpdate<R: Real> {
    Additive(Additive<R>),
    Multiplicative(Multiplicative<R>),
    Guetig(Guetig<R>),
    PowerLaw(PowerLaw<R>),
}

impl<R: Real> WeightUpdate<R> {
    /// Checks the parameters; `potentiation` and `depression` in units of the weight.
    pub(crate) fn new(
        dependence: WeightDependence,
        potentiation: f64,
        depression: f64,
        (w_min, w_max): (f64, f64),
    ) -> Result<Self, Error> {
        for (name, value) in [("potentiation", potentiation), ("depression", depression)] {
            Error::require(R::of(value).is_finite(), name, value, "finite")?;
        }
        Error::require(w_min < w_max, "w_max", w_max, "above w_min")?;
        let bounds = Bounds { w_min: R::of(w_min), w_max: R::of(w_max) };
        let (plus, minus) = (R::of(potentiation), R::of(depression));
        let range = || {
            Error::require(bounds.w_min.is_finite(), "w_min", w_min, "finite, since steps depend on it")?;
            Error::require(bounds.w_max.is_finite(), "w_max", w_max, "finite, since steps depend on it")?;
            let range = bounds.w_max - bounds.w_min;
            Error::require(range > R::ZERO && range.is_finite(), "w_max", w_max, "apart from w_min")?;
            Ok::<_, Error>(range)
        };
        let exponent = |name, value| {
            let holds = (0.0..=1.0).contains(&value);
            Error::require(holds, name, value, "in [0, 1]").map(|()| R::of(value))
        };
        Ok(match dependence {
            WeightDependence::Additive => Self::Additive(Additive { plus, minus, bounds }),
            WeightDependence::Multiplicative => {
                let range = range()?;
                Self::Multiplicative(Multiplicative { plus: plus / range, minus: minus / range, bounds })
            }
            WeightDependence::Guetig { mu_plus, mu_minus } => Self::Guetig(Guetig {
                plus,
                minus,
                mu_plus: exponent("mu_plus", mu_plus)?,
                mu_minus: exponent("mu_minus", mu_minus)?,
                range: range()?,
                bounds,
            }),
            WeightDependence::PowerLaw { w_0, mu } => {
                let valid = R::of(w_0) > R::ZERO && R::of(w_0).is_finite();
                Error::require(valid, "w_0", w_0, "finite and > 0")?;
                Error::require(w_min >= 0.0, "w_min", w_min, "at least 0 under a power law")?;
                Self::PowerLaw(PowerLaw { plus, minus, w_0: R::of(w_0), mu: exponent("mu", mu)?, bounds })
            }
        })
    }

    /// Potentiates the synapses to every neuron in `posts` by what `trace(post)(pre)` says.
    pub(crate) fn potentiate<F, G>(&self, synapses: &mut Synapses<'_, R>, posts: &[u32], trace: F)
    where
        F: Fn(usize) -> G,
        G: Fn(usize) -> R,
    {
        match self {
            Self::Additive(update) => potentiate(update, synapses, posts, trace),
            Self::Multiplicative(update) => potentiate(update, synapses, posts, trace),
            Self::Guetig(update) => potentiate(update, synapses, posts, trace),
            Self::PowerLaw(update) => potentiate(update, synapses, posts, trace),
        }
    }

    /// Depresses the synapses from every neuron in `pres` by what `trace(pre)(post)` says.
    pub(crate) fn depress<F, G>(&self, synapses: &mut Synapses<'_, R>, pres: &[u32], trace: F)
    where
        F: Fn(usize) -> G,
        G: Fn(usize) -> R,
    {
        match self {
            Self::Additive(update) => depress(update, synapses, pres, trace),
            Self::Multiplicative(update) => depress(update, synapses, pres, trace),
            Self::Guetig(update) => depress(update, synapses, pres, trace),
            Self::PowerLaw(update) => depress(update, synapses, pres, trace),
        }
    }
}

fn potentiate<R, U, F, G>(update: &U, synapses: &mut Synapses<'_, R>, posts: &[u32], trace: F)
where
    R: Real,
    U: Update<R>,
    F: Fn(usize) -> G,
    G: Fn(usize) -> R,
{
    for &post in posts {
        let trace = trace(post as usize);
        synapses.to(post as usize, |_k, pre, w| *w = update.potentiated(*w, trace(pre)));
    }
}

fn depress<R, U, F, G>(update: &U, synapses: &mut Synapses<'_, R>, pres: &[u32], trace: F)
where
    R: Real,
    U: Update<R>,
    F: Fn(usize) -> G,
    G: Fn(usize) -> R,
{
    for &pre in pres {
        let trace = trace(pre as usize);
        synapses.from(pre as usize, |_k, post, w| *w = update.depressed(*w, trace(post)));
    }
}

/// One weight that changes by one trace.
pub(crate) trait Update<R: Real> {
    fn potentiated(&self, w: R, x: R) -> R;
    fn depressed(&self, w: R, y: R) -> R;
}

#[derive(Debug, Clone)]
struct Bounds<R: Real> {
    w_min: R,
    w_max: R,
}

impl<R: Real> Bounds<R> {
    /// One instruction each, unlike `max` and `min`, which look out for NaN.
    #[inline(always)]
    fn cut(&self, w: R) -> R {
        let w = if w < self.w_min { self.w_min } else { w };
        if w > self.w_max { self.w_max } else { w }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Additive<R: Real> {
    plus: R,
    minus: R,
    bounds: Bounds<R>,
}

impl<R: Real> Update<R> for Additive<R> {
    #[inline(always)]
    fn potentiated(&self, w: R, x: R) -> R {
        self.bounds.cut(w + self.plus * x)
    }

    #[inline(always)]
    fn depressed(&self, w: R, y: R) -> R {
        self.bounds.cut(w - self.minus * y)
    }
}

/// The amplitudes are divided by the range of weights.
#[derive(Debug, Clone)]
pub(crate) struct Multiplicative<R: Real> {
    plus: R,
    minus: R,
    bounds: Bounds<R>,
}

impl<R: Real> Update<R> for Multiplicative<R> {
    #[inline(always)]
    fn potentiated(&self, w: R, x: R) -> R {
        self.bounds.cut(w + self.plus * (self.bounds.w_max - w) * x)
    }

    #[inline(always)]
    fn depressed(&self, w: R, y: R) -> R {
        self.bounds.cut(w - self.minus * (w - self.bounds.w_min) * y)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Guetig<R: Real> {
    plus: R,
    minus: R,
    mu_plus: R,
    mu_minus: R,
    range: R,
    bounds: Bounds<R>,
}

impl<R: Real> Update<R> for Guetig<R> {
    #[inline(always)]
    fn potentiated(&self, w: R, x: R) -> R {
        let room = ((self.bounds.w_max - w) / self.range).max(R::ZERO);
        self.bounds.cut(w + self.plus * room.powf(self.mu_plus) * x)
    }

    #[inline(always)]
    fn depressed(&self, w: R, y: R) -> R {
        let room = ((w - self.bounds.w_min) / self.range).max(R::ZERO);
        self.bounds.cut(w - self.minus * room.powf(self.mu_minus) * y)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct PowerLaw<R: Real> {
    plus: R,
    minus: R,
    w_0: R,
    mu: R,
    bounds: Bounds<R>,
}

impl<R: Real> Update<R> for PowerLaw<R> {
    #[inline(always)]
    fn potentiated(&self, w: R, x: R) -> R {
        let u = (w / self.w_0).max(R::ZERO);
        self.bounds.cut(w + self.plus * u.powf(self.mu) * x)
    }

    #[inline(always)]
    fn depressed(&self, w: R, y: R) -> R {
        self.bounds.cut(w - self.minus * (w / self.w_0) * y)
    }
}
