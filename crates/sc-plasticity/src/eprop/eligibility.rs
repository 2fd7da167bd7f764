//! The memory of every synapse: its eligibility, and the gradient that grows from it.

use sc_core::Real;

use super::kernel::Kernel;
use super::neuron::settled;
use super::panel::{LANES, Lanes};
use super::window::Window;

/// What the synapses of one presynaptic neuron onto a panel remember in one sample: membrane trace, adaptation
/// trace, filtered eligibility, and the sum of the eligibility over the sequence.
pub(super) type Memory<R> = [Lanes<R>; 4];

/// Where in a [`Memory`] the sum is.
const SUM: usize = 3;

/// All synapses from one side, the inputs or the neurons themselves, in all samples.
#[derive(Debug, Clone)]
pub(super) struct Synapses<R> {
    pub(super) n_pre: usize,
    /// `[sample][panel][pre]`.
    pub(super) memory: Vec<Memory<R>>,
    /// Sum over samples, `[panel][pre]`.
    pub(super) gradient: Vec<Lanes<R>>,
    /// The steps of the window in which there was an input, one bit each, `[sample][pre]`.
    pub(super) steps: Vec<u64>,
    /// The inputs themselves, `[sample][step][pre]`; none where they are spikes, which are ones.
    pub(super) inputs: Vec<R>,
    length: usize,
}

impl<R: Real> Synapses<R> {
    pub(super) fn new(
        n_pre: usize,
        n_samples: usize,
        n_panels: usize,
        window: &Window<R>,
        graded: bool,
    ) -> Self {
        let n_inputs = if graded { n_samples * window.length * n_pre } else { 0 };
        Self {
            n_pre,
            memory: vec![[[R::ZERO; LANES]; 4]; n_samples * n_panels * n_pre],
            gradient: vec![[R::ZERO; LANES]; n_panels * n_pre],
            steps: vec![0; n_samples * n_pre],
            inputs: vec![R::ZERO; n_inputs],
            length: window.length,
        }
    }

    /// Takes note of an input in a step of the window.
    #[inline(always)]
    pub(super) fn drive(&mut self, sample: usize, step: usize, pre: usize, input: R) {
        self.steps[sample * self.n_pre + pre] |= 1 << step;
        if !self.inputs.is_empty() {
            self.inputs[(sample * self.length + step) * self.n_pre + pre] = input;
        }
    }

    /// Takes the synapses onto a panel through a window; their gradient is left alone if nothing was taught in it.
    #[inline(always)]
    pub(super) fn advance(&mut self, sample: usize, panel: usize, kernel: &Kernel<R>, taught: bool) {
        let n_pre = self.n_pre;
        let n_panels = self.gradient.len() / n_pre.max(1);
        let memory = &mut self.memory[(sample * n_panels + panel) * n_pre..][..n_pre];
        let gradient = &mut self.gradient[panel * n_pre..][..n_pre];
        let steps = &self.steps[sample * n_pre..][..n_pre];
        let inputs = self.inputs.get(sample * self.length * n_pre..).unwrap_or_default();
        let [to_v, to_a, to_f, to_sum, to_gradient] = &kernel.carried;
        for (pre, ((memory, gradient), &steps)) in memory.iter_mut().zip(gradient).zip(steps).enumerate() {
            let [v, a, f, mut sum] = *memory;
            let (mut new_v, mut new_a, mut new_f) = (v, a, f);
            for l in 0..LANES {
                new_v[l] = to_v[0][l] * v[l];
                new_a[l] = to_a[0][l] * v[l] + to_a[1][l] * a[l];
                new_f[l] = to_f[0][l] * v[l] + to_f[1][l] * a[l] + to_f[2][l] * f[l];
                sum[l] += to_sum[0][l] * v[l] + to_sum[1][l] * a[l];
            }
            let mut total = *gradient;
            if taught {
                let to = to_gradient;
                for l in 0..LANES {
                    total[l] += to[0][l] * v[l] + to[1][l] * a[l] + to[2][l] * f[l];
                }
            }
            let mut left = steps;
            while left != 0 {
                let step = left.trailing_zeros() as usize;
                left &= left - 1;
                let input = inputs.get(step * n_pre + pre).map_or(R::ONE, |&input| input);
                let [v, a, f, s, g] = &kernel.driven[step];
                for l in 0..LANES {
                    new_v[l] += input * v[l];
                    new_a[l] += input * a[l];
                    new_f[l] += input * f[l];
                    sum[l] += input * s[l];
                    total[l] += input * g[l];
                }
            }
            for l in 0..LANES {
                new_v[l] = settled(new_v[l]);
                new_a[l] = settled(new_a[l]);
                new_f[l] = settled(new_f[l]);
            }
            *memory = [new_v, new_a, new_f, sum];
            *gradient = total;
        }
    }

    /// Adds the sums of the eligibilities onto a panel, times a factor for each of its neurons, to their gradient.
    pub(super) fn regularize(&mut self, sample: usize, panel: usize, factor: &Lanes<R>) {
        let n_pre = self.n_pre;
        let n_panels = self.gradient.len() / n_pre.max(1);
        let memory = &self.memory[(sample * n_panels + panel) * n_pre..][..n_pre];
        for (gradient, memory) in self.gradient[panel * n_pre..][..n_pre].iter_mut().zip(memory) {
            for l in 0..LANES {
                gradient[l] += factor[l] * memory[SUM][l];
            }
        }
    }

    /// Moves the gradient to `[pre][post]`, where it is added.
    pub(super) fn deliver(&mut self, gradient: &mut [R], n_post: usize) {
        for (k, lanes) in self.gradient.iter_mut().enumerate() {
            let (panel, pre) = (k / self.n_pre, k % self.n_pre);
            let row = &mut gradient[pre * n_post..][..n_post];
            for (gradient, lane) in row[panel * LANES..].iter_mut().zip(lanes) {
                *gradient += *lane;
                *lane = R::ZERO;
            }
        }
    }

    /// A new window begins.
    pub(super) fn clear_window(&mut self) {
        self.steps.fill(0);
    }

    /// A new sequence begins.
    pub(super) fn reset(&mut self) {
        self.memory.fill([[R::ZERO; LANES]; 4]);
        self.gradient.fill([R::ZERO; LANES]);
        self.clear_window();
    }
}
