//! Surrogate gradients: a smooth slope in place of the derivative of the spike.
//!
//! A neuron spikes when `x = u - threshold` is positive. That step has no useful derivative, so the backward pass uses
//! `psi(x)` instead (Neftci, Mostafa & Zenke 2019, <https://doi.org/10.1109/MSP.2019.2931595>). Every surrogate here also knows its
//! primitive `f` with `f' = psi`: with the *smooth spike* `z = f(x)` in the forward pass the gradient is exact, which is
//! how [`check_gradient`](crate::check_gradient) proves a backward pass against finite differences.
//!
//! A surrogate of your own is a type with two formulas:
//!
//! ```
//! use sc_core::Real;
//! use sc_gradient::Surrogate;
//!
//! /// psi(x) = exp(-|x| / width) / (2 width): the Laplace density.
//! #[derive(Debug, Clone)]
//! struct Laplace { width: f64 }
//!
//! impl<R: Real> Surrogate<R> for Laplace {
//!     fn derivative(&self, x: R) -> R {
//!         let width = R::of(self.width);
//!         (-x.abs() / width).exp() / (R::of(2.0) * width)
//!     }
//!     fn primitive(&self, x: R) -> R {
//!         let half = R::of(0.5) * (-x.abs() / R::of(self.width)).exp();
//!         if x > R::ZERO { R::ONE - half } else { half }
//!     }
//! }
//!
//! // Train with it, and let finite differences confirm that primitive and derivative belong together.
//! use sc_gradient::{Bptt, CrossEntropy, LayeredNetwork, LeakyReadout, Lif, Adam, Batch, Layer, check_gradient};
//! let network = LayeredNetwork::<f64>::with_inputs(3)
//!     .layer(Layer::spiking(4, Lif::new(10.0, 1.0)?, Laplace { width: 0.5 }).recurrent())
//!     .layer(Layer::readout(2, LeakyReadout::new(10.0, 1.0)?))
//!     .build(1)?;
//! let x: Vec<f64> = (0..2 * 5 * 3).map(|k| f64::from(k % 3 == 0)).collect();
//! let batch = Batch::from_dense(&x, 2, 5, 3)?;
//! let report = check_gradient(&network, &batch, &CrossEntropy::max_membrane(), &[1, 1], 1e-5)?;
//! assert!(report.largest_error() < 1e-7, "{report}");
//!
//! let (mut network, mut bptt, mut adam) = (network, Bptt::new(1)?, Adam::new(0.02)?);
//! let loss = CrossEntropy::max_membrane();
//! let first = bptt.step(&mut network, &batch, &loss, &[1, 1], &mut adam)?;
//! for _ in 0..100 {
//!     bptt.step(&mut network, &batch, &loss, &[1, 1], &mut adam)?;
//! }
//! let last = bptt.loss(&network, &batch, &loss, &[1, 1])?;
//! assert!(last < 0.5 * first, "{first} -> {last}");
//! # Ok::<(), sc_gradient::Error>(())
//! ```

use std::f64::consts::PI;
use std::fmt::Debug;

use sc_core::Real;

use crate::Error;

/// A slope for the spike, as a function of the distance `x = u - threshold`.
pub trait Surrogate<R: Real>: Debug + Send + Sync + 'static {
    /// `psi(x)`, used as dz/du.
    fn derivative(&self, x: R) -> R;
    /// `f(x)` with `f' = psi`: the smooth spike of a gradient check.
    fn primitive(&self, x: R) -> R;
}

macro_rules! surrogate {
    ($(#[$doc:meta])* $name:ident, $x:ident, $k:ident, $derivative:expr, $primitive:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name {
            slope: f64,
        }

        impl $name {
            /// With slope `k` \[1 / membrane unit\], finite and positive.
            ///
            /// # Errors
            /// [`Error::Parameter`] for any other slope.
            pub fn new(slope: f64) -> Result<Self, Error> {
                Error::require(slope.is_finite() && slope > 0.0, "slope", slope, "finite and positive")?;
                Ok(Self { slope })
            }
        }

        impl<R: Real> Surrogate<R> for $name {
            #[inline(always)]
            fn derivative(&self, $x: R) -> R {
                let $k = R::of(self.slope);
                $derivative
            }

            #[inline(always)]
            fn primitive(&self, $x: R) -> R {
                let $k = R::of(self.slope);
                $primitive
            }
        }
    };
}

surrogate!(
    /// `psi = 1 / (1 + k|x|)^2`, Zenke & Ganguli 2018 (<https://doi.org/10.1162/neco_a_01086>), "SuperSpike".
    FastSigmoid,
    x,
    k,
    {
        let d = R::ONE + k * x.abs();
        R::ONE / (d * d)
    },
    x / (R::ONE + k * x.abs())
);

surrogate!(
    /// `psi = (k/2) / (1 + (pi k x / 2)^2)`, Fang et al. 2021 (<https://doi.org/10.1109/ICCV48922.2021.00266>).
    ArcTan,
    x,
    k,
    {
        let y = R::of(PI / 2.0) * k * x;
        R::of(0.5) * k / (R::ONE + y * y)
    },
    (R::of(PI / 2.0) * k * x).atan() / R::of(PI) + R::of(0.5)
);

surrogate!(
    /// `psi = k s (1 - s)` with `s = 1 / (1 + e^{-kx})`. Written with `e^{-k|x|}`, so it never overflows to NaN.
    Sigmoid,
    x,
    k,
    {
        let e = (-k * x.abs()).exp();
        let d = R::ONE + e;
        k * e / (d * d)
    },
    {
        let e = (-k * x.abs()).exp();
        let s = R::ONE / (R::ONE + e);
        if x < R::ZERO { e * s } else { s }
    }
);

surrogate!(
    /// `psi = max(0, 1 - k|x|)`, Esser et al. 2016 (<https://doi.org/10.1073/pnas.1604850113>); also Bellec et al. 2018.
    Triangle,
    x,
    k,
    (R::ONE - k * x.abs()).max(R::ZERO),
    {
        let y = x.abs().min(R::ONE / k);
        let half = y - R::of(0.5) * k * y * y;
        if x < R::ZERO { -half } else { half }
    }
);

surrogate!(
    /// `psi = 1` where `|x| < 1/k`, else 0.
    Boxcar,
    x,
    k,
    if x.abs() < R::ONE / k { R::ONE } else { R::ZERO },
    x.min(R::ONE / k).max(-R::ONE / k)
);

surrogate!(
    /// The fast sigmoid cut off at `|x| < 1/2`: compact support, as in Perez-Nieves & Goodman 2021
    /// (arXiv:2105.08810), "sparse spiking gradient descent".
    FastSigmoidCut,
    x,
    k,
    {
        let d = R::ONE + k * x.abs();
        if x.abs() < R::of(0.5) { R::ONE / (d * d) } else { R::ZERO }
    },
    {
        let y = x.min(R::of(0.5)).max(R::of(-0.5));
        y / (R::ONE + k * y.abs())
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks `f' = psi` by central differences, away from the kinks.
    fn primitive_matches<S: Surrogate<f64>>(surrogate: &S) {
        let h = 1e-6;
        for k in -400..400 {
            let x = 0.005_13 * f64::from(k);
            let slope = (surrogate.primitive(x + h) - surrogate.primitive(x - h)) / (2.0 * h);
            let psi = surrogate.derivative(x);
            assert!((slope - psi).abs() < 1e-5, "{surrogate:?} at {x}: {slope} against {psi}");
        }
    }

    #[test]
    fn every_primitive_has_its_derivative() {
        primitive_matches(&FastSigmoid::new(5.0).unwrap());
        primitive_matches(&ArcTan::new(2.0).unwrap());
        primitive_matches(&Sigmoid::new(4.0).unwrap());
        primitive_matches(&Triangle::new(1.0).unwrap());
        primitive_matches(&Boxcar::new(2.0).unwrap());
        primitive_matches(&FastSigmoidCut::new(5.0).unwrap());
    }

    #[test]
    fn values_by_hand() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
        close(FastSigmoid::new(25.0).unwrap().derivative(-1.0), 1.0 / 676.0);
        close(ArcTan::new(2.0).unwrap().derivative(0.0), 1.0);
        close(Sigmoid::new(4.0).unwrap().derivative(0.0), 1.0);
        close(Triangle::new(1.0).unwrap().derivative(0.25), 0.75);
        close(Boxcar::new(2.0).unwrap().derivative(0.5), 0.0);
        close(FastSigmoidCut::new(5.0).unwrap().derivative(0.5), 0.0);
    }

    #[test]
    fn far_away_is_zero_and_never_nan() {
        for x in [1e30_f32, -1e30, f32::MAX, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(FastSigmoid::new(25.0).unwrap().derivative(x).to_bits(), 0);
            assert_eq!(Sigmoid::new(25.0).unwrap().derivative(x).to_bits(), 0);
            assert_eq!(ArcTan::new(25.0).unwrap().derivative(x).to_bits(), 0);
        }
    }

    #[test]
    fn bad_slopes_are_refused() {
        for slope in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(FastSigmoid::new(slope).is_err());
        }
    }
}
