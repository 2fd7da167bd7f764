//! The three loops in which the time goes, over whole registers.
//!
//! Each keeps its sums in registers and adds in the order of its list, so a sum does not depend on the instruction set,
//! on panels beside it or on the number of threads.

use sc_core::Real;
use sc_core::simd::pulp::Simd;

use crate::panel::{LANES, Panel};

/// Registers that one pass keeps per row: four of AVX-512 hold a panel of `f32`.
const WIDTH: usize = 4;

/// Registers of `WIDTH` per panel.
#[inline(always)]
fn n_blocks<S: Simd, R: Real>() -> usize {
    LANES * size_of::<R>() / (WIDTH * size_of::<R::Register<S>>())
}

#[inline(always)]
fn blocks<S: Simd, R: Real>(panel: &Panel<R>) -> &[[R::Register<S>; WIDTH]] {
    R::registers::<S>(panel).as_chunks::<WIDTH>().0
}

#[inline(always)]
fn blocks_mut<S: Simd, R: Real>(panel: &mut Panel<R>) -> &mut [[R::Register<S>; WIDTH]] {
    R::registers_mut::<S>(panel).as_chunks_mut::<WIDTH>().0
}

/// `sum += rows[i]` for every `i` of the list; with values, `sum += value * rows[i]`.
///
/// This is both halves of the work on spikes: the current of a panel is the sum of the weight rows of the active inputs,
/// and the gradient of a weight row is the sum of the error rows at the spikes of its input.
#[inline(always)]
pub(crate) fn add_rows<S: Simd, R: Real>(
    simd: S,
    rows: &[Panel<R>],
    list: &[u32],
    values: Option<&[R]>,
    sum: &mut Panel<R>,
) {
    for block in 0..n_blocks::<S, R>() {
        let mut total = blocks::<S, R>(sum)[block];
        match values {
            None => {
                for &i in list {
                    let row = &blocks::<S, R>(&rows[i as usize])[block];
                    for (total, &number) in total.iter_mut().zip(row) {
                        *total = R::add_registers(simd, *total, number);
                    }
                }
            }
            Some(values) => {
                for (&i, &value) in list.iter().zip(values) {
                    let row = &blocks::<S, R>(&rows[i as usize])[block];
                    let value = R::splat(simd, value);
                    for (total, &number) in total.iter_mut().zip(row) {
                        *total = R::mul_add_registers(simd, value, number, *total);
                    }
                }
            }
        }
        blocks_mut::<S, R>(sum)[block] = total;
    }
}

/// `out[rows[q]] = start + sum_k errors(q)[k] * matrix[k]` for `M` rows at once: the dense product that carries errors back
/// through weights. `matrix` holds one panel of sources per target `k`; `errors(q, p)` is panel `p` of row `q`'s targets.
/// Without a `start`, the sums are added to what stands in `out`.
///
/// Terms are fused multiply-adds in the order of `k`. With `M = 4` the sixteen sums fill half the AVX-512 registers, and
/// each panel of the matrix is loaded once per four rows: the loop runs at the speed of the multipliers.
#[inline(always)]
pub(crate) fn add_product<'a, S: Simd, R: Real, const M: usize>(
    simd: S,
    matrix: &[Panel<R>],
    errors: impl Fn(usize, usize) -> &'a Panel<R>,
    start: Option<&Panel<R>>,
    out: &mut [Panel<R>],
    rows: [usize; M],
) {
    for block in 0..n_blocks::<S, R>() {
        let mut total: [_; M] =
            std::array::from_fn(|q| blocks::<S, R>(start.unwrap_or(&out[rows[q]]))[block]);
        for (p, chunk) in matrix.chunks(LANES).enumerate() {
            let errors: [&Panel<R>; M] = std::array::from_fn(|q| errors(q, p));
            for k in 0..chunk.len().min(LANES) {
                let row = blocks::<S, R>(&chunk[k])[block];
                for q in 0..M {
                    let error = R::splat(simd, errors[q][k]);
                    for v in 0..WIDTH {
                        total[q][v] = R::mul_add_registers(simd, error, row[v], total[q][v]);
                    }
                }
            }
        }
        for q in 0..M {
            blocks_mut::<S, R>(&mut out[rows[q]])[block] = total[q];
        }
    }
}

/// The transpose of weights `[panel of targets][source]` as `[panel of sources][target]`, for `n_target` targets.
pub(crate) fn transpose<R: Real>(
    weights: &[Panel<R>],
    n_source: usize,
    n_target: usize,
    out: &mut [Panel<R>],
) {
    for (p, rows) in weights.chunks(n_source).enumerate() {
        for (q, sources) in rows.chunks(LANES).enumerate() {
            for k in 0..LANES.min(n_target - p * LANES) {
                let target = &mut out[q * n_target + p * LANES + k];
                for (lane, row) in sources.iter().enumerate() {
                    target[lane] = row[k];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::positive;
    use sc_core::simd::pulp::{self, Arch, WithSimd};

    struct Both<'a, R: Real>(&'a [Panel<R>], &'a [u32], Option<&'a [R]>, &'a [Panel<R>; 3]);

    impl<R: Real> WithSimd for Both<'_, R> {
        type Output = (Panel<R>, [Panel<R>; 3], u64);

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let mut sum = [R::of(0.25); LANES];
            add_rows(simd, self.0, self.1, self.2, &mut sum);
            let mut out = [[R::ONE; LANES]; 3];
            add_product(simd, self.0, |q, _| &self.3[q], None, &mut out, [0, 1, 2]);
            (sum, out, positive(simd, &self.3[0]))
        }
    }

    /// Every instruction set of this machine against plain loops, bit for bit.
    fn agree<R: Real>() {
        let number = |k: usize| R::of(((k * 2_654_435_761) % 1000) as f64 * 0.001 - 0.5);
        let rows: Vec<Panel<R>> = (0..50).map(|i| std::array::from_fn(|l| number(64 * i + l))).collect();
        let list = [3_u32, 3, 49, 0, 17];
        let values: Vec<R> = (0..5).map(|k| number(k + 7)).collect();
        let errors: [Panel<R>; 3] = std::array::from_fn(|q| {
            std::array::from_fn(|l| if l % 9 == 4 { R::ZERO } else { number(l + 99 * q) })
        });
        for values in [None, Some(&values[..])] {
            let mut sum = [R::of(0.25); LANES];
            for (k, &i) in list.iter().enumerate() {
                for lane in 0..LANES {
                    let x = rows[i as usize][lane];
                    sum[lane] = match values {
                        None => sum[lane] + x,
                        Some(values) => values[k].mul_add(x, sum[lane]),
                    };
                }
            }
            let mut out = [[R::ONE; LANES]; 3];
            for (q, out) in out.iter_mut().enumerate() {
                for (k, row) in rows.iter().enumerate() {
                    for lane in 0..LANES {
                        out[lane] = errors[q][k].mul_add(row[lane], out[lane]);
                    }
                }
            }
            let bits = (0..LANES).map(|lane| u64::from(errors[0][lane] > R::ZERO) << lane).sum();
            let expected = (sum, out, bits);
            assert_eq!(Arch::new().dispatch(Both(&rows, &list, values, &errors)), expected);
            assert_eq!(Arch::Scalar.dispatch(Both(&rows, &list, values, &errors)), expected);
            #[cfg(target_arch = "x86_64")]
            if let Some(simd) = pulp::x86::V3::try_new() {
                assert_eq!(Simd::vectorize(simd, Both(&rows, &list, values, &errors)), expected);
            }
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        agree::<f32>();
        agree::<f64>();
    }

    #[test]
    fn transpose_by_definition() {
        let (n_source, n_target) = (70, 130);
        let weights: Vec<Panel<f64>> =
            (0..3 * n_source).map(|row| std::array::from_fn(|lane| (row * LANES + lane) as f64)).collect();
        let mut out = vec![[0.0; LANES]; 2 * n_target];
        transpose(&weights, n_source, n_target, &mut out);
        for source in 0..n_source {
            for target in 0..n_target {
                let weight = weights[target / LANES * n_source + source][target % LANES];
                assert!((out[source / LANES * n_target + target][source % LANES] - weight).abs() < 1e-12);
            }
        }
    }
}
