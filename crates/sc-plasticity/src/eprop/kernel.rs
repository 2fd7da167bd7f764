//! What a window of steps does to any synapse onto a neuron.
//!
//! All that a synapse `i -> j` remembers follows a linear recursion, driven by its input `p`:
//!
//! ```text
//! v = alpha v + zeta p          membrane trace
//! e = psi (v - beta a)          eligibility
//! a = rho a + e                 adaptation trace
//! f = kappa f + e               filtered eligibility
//! gradient += L f,  sum += e
//! ```
//!
//! Its coefficients are those of neuron `j`, so they are the same for all its synapses. Hence what a window of `n`
//! steps makes of `v`, `a`, `f`, `gradient` and `sum` is a small matrix times what they were, plus a vector for
//! every input in the window; and both are had for all synapses of `j` together by one walk backwards through
//! the window. A synapse then pays for a window and for the spikes in it, instead of for every step: the same
//! sums, in another order.
//!
//! Between windows this is forward accumulation, whose memory does not grow with time; within a window it is reverse
//! accumulation, as in J. Schmidhuber 1992, doi:10.1162/neco.1992.4.2.243.

use sc_core::Real;

use super::neuron::Panel;
use super::panel::{LANES, Lanes};

/// The effect of one window on the synapses onto a panel of neurons.
#[derive(Debug)]
pub(super) struct Kernel<R> {
    /// What the traces before the window add to each [`Quantity`] after it.
    pub(super) carried: [Traces<R>; 5],
    /// What an input of one adds, for every step of the window.
    pub(super) driven: Vec<[Lanes<R>; 5]>,
}

/// One number for the membrane trace, the adaptation trace and the filtered eligibility.
pub(super) type Traces<R> = [Lanes<R>; 3];

/// What is wanted after a window, in the order of [`Kernel::carried`].
#[derive(Debug, Clone, Copy)]
enum Quantity {
    Membrane,
    Adaptation,
    Filtered,
    Sum,
    Gradient,
}

impl<R: Real> Kernel<R> {
    pub(super) fn new(length: usize) -> Self {
        let zero = [R::ZERO; LANES];
        Self { carried: [[zero; 3]; 5], driven: vec![[zero; 5]; length] }
    }

    /// Walks backwards through a window with these pseudo-derivatives and learning signals.
    #[inline(always)]
    pub(super) fn trace_back(&mut self, panel: &Panel<R>, kappa: R, psi: &[Lanes<R>], signal: &[Lanes<R>]) {
        use Quantity::{Adaptation, Filtered, Gradient, Membrane, Sum};
        for quantity in [Membrane, Adaptation, Filtered, Sum, Gradient] {
            let (one, zero) = ([R::ONE; LANES], [R::ZERO; LANES]);
            // What `quantity` changes by if v, a or f after the step under way changes by one.
            let [mut v, mut a, mut f] = match quantity {
                Membrane => [one, zero, zero],
                Adaptation => [zero, one, zero],
                Filtered => [zero, zero, one],
                Sum | Gradient => [zero; 3],
            };
            let of_e = if matches!(quantity, Sum) { R::ONE } else { R::ZERO };
            let of_f = if matches!(quantity, Gradient) { R::ONE } else { R::ZERO };
            for ((&psi, &signal), driven) in psi.iter().zip(signal).zip(&mut self.driven).rev() {
                let mut input = [R::ZERO; LANES];
                for l in 0..LANES {
                    f[l] += of_f * signal[l];
                    let e = psi[l] * (a[l] + f[l] + of_e);
                    let v_now = v[l] + e;
                    input[l] = panel.gain[l] * v_now;
                    v[l] = panel.alpha[l] * v_now;
                    a[l] = panel.rho[l] * a[l] - panel.adaptation[l] * e;
                    f[l] *= kappa;
                }
                driven[quantity as usize] = input;
            }
            self.carried[quantity as usize] = [v, a, f];
        }
    }
}
