//! How the small array of one neuron relates to the flat arrays of a population.

use crate::Real;

mod sealed {
    pub trait Sealed {}
    impl<R, const K: usize> Sealed for [R; K] {}
}

/// The variables of one neuron: an array `[R; K]`. Sealed.
pub trait State<R: Real>: sealed::Sealed + Copy + AsRef<[R]> + Send + Sync {
    /// Number of variables.
    const LEN: usize;

    /// Visits every neuron `i` with its state and input, and notes what the visit returns.
    ///
    /// `columns` holds one array per variable; columns, `inputs` and `fired` are all equally long.
    #[doc(hidden)]
    fn for_each(
        columns: &mut [Vec<R>],
        inputs: &[R],
        fired: &mut [bool],
        visit: impl FnMut(usize, &mut Self, R) -> bool,
    );
}

impl<R: Real, const K: usize> State<R> for [R; K] {
    const LEN: usize = K;

    // Always, so that the loop is compiled for the instruction set of its caller.
    #[inline(always)]
    fn for_each(
        columns: &mut [Vec<R>],
        inputs: &[R],
        fired: &mut [bool],
        mut visit: impl FnMut(usize, &mut Self, R) -> bool,
    ) {
        // One length for all slices lets the compiler drop the bounds checks and use vector registers.
        let n = inputs.len();
        let columns: &mut [Vec<R>; K] = columns.try_into().expect("one column per variable");
        let columns = columns.each_mut().map(|column| &mut column[..n]);
        let fired = &mut fired[..n];
        for i in 0..n {
            let mut state: Self = std::array::from_fn(|k| columns[k][i]);
            fired[i] = visit(i, &mut state, inputs[i]);
            for k in 0..K {
                columns[k][i] = state[k];
            }
        }
    }
}
