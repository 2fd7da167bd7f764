//! Every surrogate of the library as one type.

use sc_core::Real;
use sc_gradient::{ArcTan, Boxcar, FastSigmoid, FastSigmoidCut, Sigmoid, Surrogate, Triangle};

/// One type for all six keeps the number of network types that the compiler must make small.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum AnySurrogate {
    FastSigmoid(FastSigmoid),
    ArcTan(ArcTan),
    Sigmoid(Sigmoid),
    Triangle(Triangle),
    Boxcar(Boxcar),
    FastSigmoidCut(FastSigmoidCut),
}

macro_rules! each {
    ($surrogate:ident, $call:ident, $x:ident) => {
        match $surrogate {
            AnySurrogate::FastSigmoid(s) => s.$call($x),
            AnySurrogate::ArcTan(s) => s.$call($x),
            AnySurrogate::Sigmoid(s) => s.$call($x),
            AnySurrogate::Triangle(s) => s.$call($x),
            AnySurrogate::Boxcar(s) => s.$call($x),
            AnySurrogate::FastSigmoidCut(s) => s.$call($x),
        }
    };
}

impl<R: Real> Surrogate<R> for AnySurrogate {
    fn derivative(&self, x: R) -> R {
        each!(self, derivative, x)
    }

    fn primitive(&self, x: R) -> R {
        each!(self, primitive, x)
    }
}
