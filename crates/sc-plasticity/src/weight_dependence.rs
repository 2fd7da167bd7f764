//! How the step of a weight depends on the weight.

/// How the size of a step depends on the weight: `w + potentiation f_plus(w) x` and
/// `w - depression f_minus(w) y`, which are then cut to `[w_min, w_max]`.
///
/// `u = (w - w_min) / (w_max - w_min)` is the weight on a scale from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum WeightDependence {
    /// `f_plus = f_minus = 1`: weights end up at either bound. S. Song, K. D. Miller & L. F. Abbott 2000,
    /// doi:10.1038/78829.
    #[default]
    Additive,
    /// `f_plus = 1 - u`, `f_minus = u`: weights have one mode in between. J. Rubin, D. D. Lee &
    /// H. Sompolinsky 2001, doi:10.1103/PhysRevLett.86.364.
    Multiplicative,
    /// `f_plus = (1 - u)^mu_plus`, `f_minus = u^mu_minus`, both exponents in `[0, 1]`: from additive to
    /// multiplicative. R. Gütig, R. Aharonov, S. Rotter & H. Sompolinsky 2003,
    /// doi:10.1523/JNEUROSCI.23-09-03697.2003.
    Guetig {
        /// Exponent of potentiation.
        mu_plus: f64,
        /// Exponent of depression.
        mu_minus: f64,
    },
    /// `f_plus = (w / w_0)^mu`, `f_minus = w / w_0`, with `mu` in `[0, 1]`, `w_0 > 0` and `w_min >= 0`; needs
    /// no upper bound. With `potentiation = lambda w_0` and `depression = lambda alpha w_0` this is
    /// A. Morrison, A. Aertsen & M. Diesmann 2007, doi:10.1162/neco.2007.19.6.1437 (mu = 0.4, lambda = 0.1,
    /// alpha = 0.11).
    PowerLaw {
        /// The weight at which the steps are `potentiation` and `depression`.
        w_0: f64,
        /// Exponent of potentiation.
        mu: f64,
    },
}
