//! How fast synaptic elements grow, as a function of activity.

use std::f64::consts::LN_2;

use crate::Error;

/// The growth of synaptic elements as a function of the calcium of their neuron.
///
/// A neuron grows elements where the curve is positive and loses them where it is negative; where it crosses
/// zero from above lies the calcium, and so the rate, to which the neuron is driven.
///
/// M. Butz & A. van Ooyen 2013, doi:10.1371/journal.pcbi.1003259.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GrowthCurve {
    /// `growth = rate (1 - Ca / target)`
    Linear {
        /// Growth without activity `[elements/ms]`, finite.
        rate: f64,
        /// The calcium at which nothing grows, finite and > 0.
        target: f64,
    },
    /// `growth = rate (2 exp(-((Ca - xi) / zeta)^2) - 1)` with `xi = (eta + eps) / 2` and
    /// `zeta = (eta - eps) / (2 sqrt(ln 2))`, which is zero at `eta` and at `eps`.
    Gaussian {
        /// Growth halfway between `eta` and `eps` `[elements/ms]`, finite.
        rate: f64,
        /// The calcium below which elements are lost: it takes some activity to grow. Finite, >= 0.
        eta: f64,
        /// The calcium above which elements are lost, finite and above `eta`.
        eps: f64,
    },
}

impl GrowthCurve {
    /// Elements of this kind neither grow nor shrink.
    pub const NONE: Self = Self::Linear { rate: 0.0, target: 1.0 };

    /// The growth at a concentration of calcium `[elements/ms]`.
    #[must_use]
    pub fn growth(self, calcium: f64) -> f64 {
        match self {
            Self::Linear { rate, target } => rate * (1.0 - calcium / target),
            Self::Gaussian { rate, eta, eps } => {
                let xi = (eta + eps) / 2.0;
                let zeta = (eta - eps) / (2.0 * LN_2.sqrt());
                rate * (2.0 * (-((calcium - xi) / zeta).powi(2)).exp() - 1.0)
            }
        }
    }

    /// What grows in `duration` ms, while calcium decays from `calcium` with time constant `tau` `[ms]`.
    ///
    /// The linear curve is integrated exactly, the gaussian one by Gauss' rule of three points on pieces of
    /// `tau / 50`: to about 1e-12 of `rate duration`.
    #[must_use]
    pub fn grown(self, calcium: f64, duration: f64, tau: f64) -> f64 {
        if let Self::Linear { rate, target } = self {
            return rate * (duration + tau * calcium * (-duration / tau).exp_m1() / target);
        }
        // Calcium is gone after 40 time constants.
        let decaying = duration.min(40.0 * tau);
        let n_pieces = (50.0 * decaying / tau).ceil().max(1.0);
        let piece = decaying / n_pieces;
        let node = 0.6_f64.sqrt() / 2.0;
        let mut sum = 0.0;
        for k in 0..n_pieces as u32 {
            for (at, weight) in [(0.5 - node, 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.5 + node, 5.0 / 18.0)] {
                sum += weight * self.growth(calcium * (-(f64::from(k) + at) * piece / tau).exp());
            }
        }
        sum * piece + (duration - decaying) * self.growth(0.0)
    }

    pub(super) fn check(self) -> Result<(), Error> {
        let (rate, eta, eps) = match self {
            Self::Linear { rate, target } => (rate, 0.0, target),
            Self::Gaussian { rate, eta, eps } => (rate, eta, eps),
        };
        Error::require(rate.is_finite(), "growth rate", rate, "finite")?;
        Error::require(eta.is_finite() && eta >= 0.0, "eta", eta, "finite and >= 0")?;
        Error::require(eps.is_finite() && eps > eta, "eps", eps, "finite and above eta (or 0, if linear)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAUSSIAN: GrowthCurve = GrowthCurve::Gaussian { rate: 1e-4, eta: 0.1, eps: 0.7 };

    #[test]
    fn curves_are_zero_where_they_say_and_largest_halfway() {
        for calcium in [0.1, 0.7] {
            assert!(GAUSSIAN.growth(calcium).abs() < 1e-19);
        }
        assert!((GAUSSIAN.growth(0.4) - 1e-4).abs() < 1e-19);
        assert!(GAUSSIAN.growth(0.05) < 0.0 && GAUSSIAN.growth(0.75) < 0.0);
        let linear = GrowthCurve::Linear { rate: 2.0, target: 0.5 };
        assert_eq!([0.0, 0.5, 1.0].map(|calcium| linear.growth(calcium)), [2.0, 0.0, -2.0]);
        assert_eq!(GrowthCurve::NONE.grown(3.0, 1e6, 10.0), 0.0);
    }

    /// Against the midpoint rule with a million steps, 2e-10 of the largest possible growth; the linear curve
    /// to 1e-12 of it, its exact integral.
    #[test]
    fn what_grows_is_the_integral_of_the_curve() {
        let tau = 10_000.0;
        let linear = GrowthCurve::Linear { rate: 1e-4, target: 0.4 };
        for curve in [linear, GAUSSIAN, GrowthCurve::Gaussian { rate: 3e-4, eta: 0.0, eps: 0.05 }] {
            for calcium in [0.0, 0.03, 0.4, 0.9, 4.0] {
                for duration in [0.1, 150.0, 9_000.0, 100_000.0, 900_000.0] {
                    let n = 1_000_000;
                    let h = duration / f64::from(n);
                    let at = |k: i32| curve.growth(calcium * (-(f64::from(k) + 0.5) * h / tau).exp());
                    let expected = (0..n).map(at).sum::<f64>() * h;
                    let got = curve.grown(calcium, duration, tau);
                    let scale = 3e-4 * duration * (1.0 + calcium / 0.4);
                    assert!(
                        (got - expected).abs() < 2e-10 * scale,
                        "{curve:?} {calcium} {duration}: {got} {expected}"
                    );
                    if curve == linear {
                        let decayed = calcium * (-duration / tau).exp();
                        let exact = 1e-4 * (tau * (decayed - calcium) / 0.4 + duration);
                        assert!((got - exact).abs() < 1e-12 * scale);
                    }
                    // In two pieces it is the same.
                    let half = duration / 2.0;
                    let later = curve.grown(calcium * (-half / tau).exp(), half, tau);
                    let in_two = curve.grown(calcium, half, tau) + later;
                    assert!((got - in_two).abs() < 1e-10 * scale, "{curve:?} {calcium} {duration}");
                }
            }
        }
    }

    #[test]
    fn curves_that_make_no_sense_are_refused() {
        for curve in [
            GrowthCurve::Linear { rate: f64::NAN, target: 1.0 },
            GrowthCurve::Linear { rate: 1.0, target: 0.0 },
            GrowthCurve::Linear { rate: 1.0, target: f64::INFINITY },
            GrowthCurve::Gaussian { rate: f64::INFINITY, eta: 0.0, eps: 1.0 },
            GrowthCurve::Gaussian { rate: 1.0, eta: -0.1, eps: 1.0 },
            GrowthCurve::Gaussian { rate: 1.0, eta: 1.0, eps: 1.0 },
            GrowthCurve::Gaussian { rate: 1.0, eta: f64::NAN, eps: 1.0 },
        ] {
            assert!(curve.check().is_err(), "{curve:?}");
        }
        assert!(GAUSSIAN.check().is_ok() && GrowthCurve::NONE.check().is_ok());
    }
}
