//! The one number parameter of the project: `f32` for training, `f64` for conformance.

use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A floating-point number: `f32` or `f64`. Sealed.
pub trait Real:
    sealed::Sealed
    + crate::simd::Lanes
    + crate::checkpoint::Element
    + Copy
    + Default
    + Debug
    + Display
    + PartialEq
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Sum
    + 'static
{
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// Positive infinity.
    const INFINITY: Self;
    /// The distance from one to the next larger number.
    const EPSILON: Self;
    /// Bytes of one number.
    const BYTES: usize;

    /// The nearest number of this type.
    fn of(value: f64) -> Self;
    /// The same number in double precision.
    fn f64(self) -> f64;
    /// `e` to the power of `self`.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// `self` to an integer power.
    fn powi(self, exponent: i32) -> Self;
    /// `self` to any power.
    fn powf(self, exponent: Self) -> Self;
    /// Inverse tangent `[rad]`.
    fn atan(self) -> Self;
    /// `self * factor + term`, rounded once (the IEEE fused operation).
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// The larger of two numbers; a NaN loses against a number.
    fn max(self, other: Self) -> Self;
    /// The smaller of two numbers; a NaN loses against a number.
    fn min(self, other: Self) -> Self;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Appends the little-endian bytes.
    fn push_le_bytes(self, bytes: &mut Vec<u8>);
    /// Reads little-endian bytes.
    ///
    /// # Panics
    /// If `bytes` is not exactly [`Real::BYTES`] long.
    fn from_le_bytes(bytes: &[u8]) -> Self;
}

macro_rules! real {
    ($($type:ident),*) => {$(
        impl Real for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const INFINITY: Self = Self::INFINITY;
            const EPSILON: Self = Self::EPSILON;
            const BYTES: usize = size_of::<Self>();

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation)]
            fn of(value: f64) -> Self { value as Self }
            #[inline(always)]
            fn f64(self) -> f64 { f64::from(self) }
            #[inline(always)]
            fn exp(self) -> Self { $type::exp(self) }
            #[inline(always)]
            fn ln(self) -> Self { $type::ln(self) }
            #[inline(always)]
            fn sqrt(self) -> Self { $type::sqrt(self) }
            #[inline(always)]
            fn abs(self) -> Self { $type::abs(self) }
            #[inline(always)]
            fn powi(self, exponent: i32) -> Self { $type::powi(self, exponent) }
            #[inline(always)]
            fn powf(self, exponent: Self) -> Self { $type::powf(self, exponent) }
            #[inline(always)]
            fn atan(self) -> Self { $type::atan(self) }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self { $type::mul_add(self, factor, term) }
            #[inline(always)]
            fn max(self, other: Self) -> Self { $type::max(self, other) }
            #[inline(always)]
            fn min(self, other: Self) -> Self { $type::min(self, other) }
            #[inline(always)]
            fn is_finite(self) -> bool { $type::is_finite(self) }
            fn push_le_bytes(self, bytes: &mut Vec<u8>) { bytes.extend(self.to_le_bytes()); }
            fn from_le_bytes(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.try_into().expect("one number's bytes"))
            }
        }
    )*};
}

real!(f32, f64);
