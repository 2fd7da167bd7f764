//! Vector registers behind [`Real`](crate::Real), chosen at run time.
//!
//! A kernel is written once against [`Lanes`] and `pulp`'s `Simd`, and runs with AVX-512, AVX2 + FMA, NEON or plain
//! scalars, whichever the processor at hand has. Only operations whose every lane is rounded as the scalar
//! operation are offered ([`mul_add_registers`](Lanes::mul_add_registers) is the IEEE fused operation, also where a processor must emulate
//! it), so a result has the same bits on each of them.

pub use pulp;
use pulp::Simd;

/// A number that fits into vector registers.
pub trait Lanes: Copy {
    /// A register full of numbers on the instruction set `S`.
    type Register<S: Simd>: Copy;

    /// The same number in every lane.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Register<S>;
    /// `a + b`.
    fn add_registers<S: Simd>(simd: S, a: Self::Register<S>, b: Self::Register<S>) -> Self::Register<S>;
    /// `a * b + c`, rounded once.
    fn mul_add_registers<S: Simd>(
        simd: S,
        a: Self::Register<S>,
        b: Self::Register<S>,
        c: Self::Register<S>,
    ) -> Self::Register<S>;
    /// One bit per lane that holds a positive number, the first lane's lowest.
    fn positive_lanes<S: Simd>(simd: S, a: Self::Register<S>) -> u64;
    /// As many whole registers as fit into `slice`; the rest is left out.
    fn registers<S: Simd>(slice: &[Self]) -> &[Self::Register<S>];
    /// As many whole registers as fit into `slice`, to be written.
    fn registers_mut<S: Simd>(slice: &mut [Self]) -> &mut [Self::Register<S>];
}

macro_rules! lanes {
    ($type:ident, $register:ident, $splat:ident, $add:ident, $mul_add:ident, $greater:ident, $of:ident, $of_mut:ident) => {
        impl Lanes for $type {
            type Register<S: Simd> = S::$register;

            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> Self::Register<S> {
                simd.$splat(value)
            }

            #[inline(always)]
            fn add_registers<S: Simd>(
                simd: S,
                a: Self::Register<S>,
                b: Self::Register<S>,
            ) -> Self::Register<S> {
                simd.$add(a, b)
            }

            #[inline(always)]
            fn mul_add_registers<S: Simd>(
                simd: S,
                a: Self::Register<S>,
                b: Self::Register<S>,
                c: Self::Register<S>,
            ) -> Self::Register<S> {
                simd.$mul_add(a, b, c)
            }

            #[inline(always)]
            fn positive_lanes<S: Simd>(simd: S, a: Self::Register<S>) -> u64 {
                let lanes = size_of::<Self::Register<S>>() / size_of::<Self>();
                bits(pulp::bytemuck::bytes_of(&simd.$greater(a, simd.$splat(0.0))), lanes)
            }

            #[inline(always)]
            fn registers<S: Simd>(slice: &[Self]) -> &[Self::Register<S>] {
                S::$of(slice).0
            }

            #[inline(always)]
            fn registers_mut<S: Simd>(slice: &mut [Self]) -> &mut [Self::Register<S>] {
                S::$of_mut(slice).0
            }
        }
    };
}

/// The bits of a mask, which instruction sets keep as one bit per lane or as a lane full of ones.
#[inline(always)]
fn bits(mask: &[u8], lanes: usize) -> u64 {
    if mask.len() == lanes.div_ceil(8) && lanes >= 8 {
        mask.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
    } else {
        let width = mask.len() / lanes;
        (0..lanes).fold(0, |word, lane| word | u64::from(mask[lane * width] & 1) << lane)
    }
}

lanes!(f32, f32s, splat_f32s, add_f32s, mul_add_f32s, greater_than_f32s, as_simd_f32s, as_mut_simd_f32s);
lanes!(f64, f64s, splat_f64s, add_f64s, mul_add_f64s, greater_than_f64s, as_simd_f64s, as_mut_simd_f64s);
