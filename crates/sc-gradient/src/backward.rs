//! The backward pass of one layer over one tile of time: from errors at its spikes to errors at its input currents.
//!
//! For each step, from the last to the first, with `g` the derivative of the loss with respect to what stands behind it:
//!
//! 1. `g_z` arrives from above, from the recurrent weights (`V^T` times the next step's input errors) and from
//!    regularizers;
//! 2. the adjoint of `fire` adds what the reset and the adaptation owe to the spike;
//! 3. the surrogate turns it into an error of the membrane, where a loss on membranes adds its own;
//! 4. the adjoint of `integrate` carries it to the state of the step before and to the input current.
//!
//! See `docs/gradient.md` for the recursion written out for each neuron model.

use std::ops::Range;

use sc_core::Real;
use sc_core::simd::pulp::{Arch, Simd, WithSimd};

use crate::kernels::add_product;
use crate::layer::{DenseLayer, Prepared};
use crate::neuron::Variables;
use crate::output::OutputAdjoint;
use crate::panel::{Aligned, LANES, Panel, Scratch, load};
use crate::shard::{LayerShard, Tile};
use crate::tensor::Tensor;
use crate::{DifferentiableNeuron, Surrogate};

/// Samples whose errors go through the recurrent weights together.
const GROUP: usize = 4;

/// Where the errors at a layer's spikes come from.
pub(crate) struct BackwardTile<'a, R> {
    pub(crate) tile: Tile,
    pub(crate) prepared: &'a Prepared<R>,
    /// The loss, if this is the output layer: its derivatives, and which sample of the batch is the shard's first.
    pub(crate) loss: Option<(&'a OutputAdjoint<R>, usize)>,
    /// The layer above with its prepared weights and its input errors, if there is one.
    pub(crate) above: Option<(&'a Prepared<R>, &'a LayerShard<R>)>,
    /// What a regularizer adds at every step, one number per neuron.
    pub(crate) regularizer: Option<&'a Aligned<R>>,
}

pub(crate) fn backward<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>>(
    layer: &DenseLayer<R, N, S>,
    tensors: &[Tensor<R>],
    from: BackwardTile<'_, R>,
    shard: &mut LayerShard<R>,
) {
    let learns = tensors[layer.slots.neuron..].iter().any(|tensor| tensor.learnable);
    // Two versions to compile: one for nearly all training, and one that can do everything.
    if learns || from.tile.smooth {
        Arch::new().dispatch(Backward::<_, _, _, true> { layer, from, shard });
    } else {
        Arch::new().dispatch(Backward::<_, _, _, false> { layer, from, shard });
    }
}

/// `GENERAL`: do the neurons' own parameters want gradients, or are spikes smooth?
struct Backward<'a, R, N, S, const GENERAL: bool> {
    layer: &'a DenseLayer<R, N, S>,
    from: BackwardTile<'a, R>,
    shard: &'a mut LayerShard<R>,
}

impl<R, N, S, const GENERAL: bool> WithSimd for Backward<'_, R, N, S, GENERAL>
where
    R: Real,
    N: DifferentiableNeuron<R>,
    S: Surrogate<R>,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<A: Simd>(mut self, simd: A) {
        if self.layer.slots.recurrent.is_some() && !self.layer.detach_recurrent {
            self.coupled(simd);
        } else {
            self.uncoupled(simd);
        }
    }
}

impl<R, N, S, const GENERAL: bool> Backward<'_, R, N, S, GENERAL>
where
    R: Real,
    N: DifferentiableNeuron<R>,
    S: Surrogate<R>,
{
    /// Whether anyone will look at the state before a step.
    const REPLAYS: bool = GENERAL || !N::RECORD_IS_STATE;

    /// Without errors through recurrent weights, each panel of each sample runs back on its own.
    #[inline(always)]
    fn uncoupled<A: Simd>(&mut self, simd: A) {
        let n_steps = self.from.tile.len;
        // The state before each step, `[step][variable]`.
        let mut before = Aligned::panels_of(n_steps * N::State::LEN);
        let mut scratch = [Scratch::zero(); 2];
        for sample in 0..self.shard.shape.n_samples {
            for panel in 0..self.shard.n_panels {
                self.errors_at_spikes(simd, sample, panel);
                self.replay(sample, panel, before.panels_mut());
                for (t, before) in before.panels().chunks(N::State::LEN).enumerate().rev() {
                    self.step(sample, panel, t, before, &mut scratch);
                }
            }
        }
    }

    /// With them, all panels of a few samples go back step by step, and the dense product serves these samples at once.
    #[inline(always)]
    fn coupled<A: Simd>(&mut self, simd: A) {
        let (n_samples, n_panels, n_steps) =
            (self.shard.shape.n_samples, self.shard.n_panels, self.from.tile.len);
        // The state before each step, `[sample][panel][step][variable]`.
        let per_panel = n_steps * N::State::LEN;
        let mut before = Aligned::panels_of(GROUP * n_panels * per_panel);
        let mut scratch = [Scratch::zero(); 2];
        for first in (0..n_samples).step_by(GROUP) {
            let group = first..n_samples.min(first + GROUP);
            let place = |k: usize| (first + k / n_panels, k % n_panels);
            for (k, before) in
                before.panels_mut().chunks_mut(per_panel).take(group.len() * n_panels).enumerate()
            {
                let (sample, panel) = place(k);
                self.errors_at_spikes(simd, sample, panel);
                self.replay(sample, panel, before);
            }
            let mut silent = self.from.loss.is_none() && self.no_errors_yet(group.clone());
            for t in (0..n_steps).rev() {
                // Until the loss looks at something, every error is zero: a maximum over time is reached before the end.
                silent = silent && group.clone().all(|sample| self.no_errors_at(sample, t));
                if silent {
                    continue;
                }
                // Panel by panel, so that the steps of one overlap with the product of the next.
                for panel in 0..n_panels {
                    self.through_recurrent_weights(simd, group.clone(), panel, t);
                    for (k, sample) in group.clone().enumerate() {
                        let at = (k * n_panels + panel) * per_panel + t * N::State::LEN;
                        self.step(sample, panel, t, &before.panels()[at..][..N::State::LEN], &mut scratch);
                    }
                }
                // The step before will send these through the recurrent weights.
                for k in 0..group.len() * n_panels {
                    let (sample, panel) = place(k);
                    let row = self.shard.delta_at(sample, panel, self.from.tile) + t;
                    self.shard.next.panels_mut()[sample * n_panels + panel] = self.shard.delta.panels()[row];
                }
            }
        }
    }

    /// Whether nothing comes back to these samples from the steps behind the tile.
    #[inline(always)]
    fn no_errors_yet(&self, group: Range<usize>) -> bool {
        let panels = group.start * self.shard.n_panels..group.end * self.shard.n_panels;
        let states = panels.start * N::State::LEN..panels.end * N::State::LEN;
        all_zero(&self.shard.next.panels()[panels]) && all_zero(&self.shard.adjoint.panels()[states])
    }

    /// Whether no error reaches the spikes of this sample at step `t` from above.
    #[inline(always)]
    fn no_errors_at(&self, sample: usize, t: usize) -> bool {
        (0..self.shard.n_panels).all(|panel| {
            let row = self.shard.delta_at(sample, panel, self.from.tile) + t;
            all_zero(&self.shard.delta.panels()[row..=row])
        })
    }

    /// Fills `delta` with the direct errors at the spikes of one panel.
    #[inline(always)]
    fn errors_at_spikes<A: Simd>(&mut self, simd: A, sample: usize, panel: usize) {
        let Self { from, shard, .. } = self;
        let tile = from.tile;
        let start = from.regularizer.map_or([R::ZERO; LANES], |g| g.panels()[panel]);
        let row = shard.delta_at(sample, panel, tile);
        let neurons = shard.neurons(panel);
        let delta = &mut shard.delta.panels_mut()[row..][..tile.len];
        if let Some((weights, above)) = from.above {
            let matrix = &weights.transposed.panels()[panel * above.n..][..above.n];
            errors_through(simd, matrix, above, sample, tile, &start, delta);
            return;
        }
        delta.fill(start);
        if let Some((loss, first)) = from.loss.filter(|_| N::SPIKES) {
            for (t, delta) in delta.iter_mut().enumerate() {
                let g = &loss.spikes(first + sample, tile.start + t)[neurons.clone()];
                delta.iter_mut().zip(g).for_each(|(delta, &g)| *delta += g);
            }
        }
    }

    /// The state before each step of the tile, from the state at its start and the tape.
    #[inline(always)]
    fn replay(&self, sample: usize, panel: usize, before: &mut [Panel<R>]) {
        if !Self::REPLAYS {
            return;
        }
        let Self { layer, from, shard } = self;
        let (neuron, tile, variables) = (&layer.neuron, from.tile, N::State::LEN);
        let p = self.parameters(panel);
        let at = (sample * shard.n_panels + panel) * variables;
        before[..variables].copy_from_slice(&shard.starts[tile.index].panels()[at..][..variables]);
        let smooth = GENERAL && tile.smooth;
        let mut scratch = Scratch::zero();
        for t in 1..tile.len {
            let (earlier, later) = before[(t - 1) * variables..].split_at_mut(variables);
            let records = load(shard.records_of(sample, panel, tile, t - 1), &mut scratch);
            for (lane, &record) in records.iter().enumerate() {
                let p = N::Parameters::load(p, lane);
                let (mut state, _) = neuron.recall(&p, &N::State::load(earlier, lane), record);
                if N::SPIKES {
                    let x = neuron.membrane(&p, &state) - neuron.threshold(&p, &state);
                    neuron.fire(&p, &mut state, spike(&layer.surrogate, x, smooth));
                }
                state.store(later, lane);
            }
        }
    }

    #[inline(always)]
    fn parameters(&self, panel: usize) -> &[Panel<R>] {
        &self.from.prepared.neuron.panels()[panel * N::Parameters::LEN..][..N::Parameters::LEN]
    }

    /// Adds `V^T` times the input errors of the step after `t` to the errors at the spikes of one panel.
    #[inline(always)]
    fn through_recurrent_weights<A: Simd>(&mut self, simd: A, group: Range<usize>, panel: usize, t: usize) {
        let (n, tile) = (self.layer.n, self.from.tile);
        let shard = &mut *self.shard;
        let n_panels = shard.n_panels;
        let matrix = &self.from.prepared.recurrent_transposed.panels()[panel * n..][..n];
        let next = shard.next.panels();
        let later = |sample: usize, p: usize| &next[sample * n_panels + p];
        let row = |sample: usize| (sample * (n_panels | 1) + panel) * tile.len + t;
        let out = shard.delta.panels_mut();
        if group.len() == GROUP {
            let rows: [usize; GROUP] = std::array::from_fn(|k| row(group.start + k));
            add_product(simd, matrix, |k, p| later(group.start + k, p), None, out, rows);
        } else {
            for sample in group {
                add_product(simd, matrix, |_, p| later(sample, p), None, out, [row(sample)]);
            }
        }
    }

    /// One step back for one panel of one sample: the errors at its spikes become the errors at its input currents.
    #[inline(always)]
    fn step(
        &mut self,
        sample: usize,
        panel: usize,
        t: usize,
        before: &[Panel<R>],
        scratch: &mut [Scratch<R>; 2],
    ) {
        let Self { layer: DenseLayer { neuron, surrogate, .. }, from, shard } = self;
        let tile = from.tile;
        let at = sample * shard.n_panels + panel;
        let row = shard.delta_at(sample, panel, tile) + t;
        // Where panels are not full, their numbers are copied here; where there is no loss, the zeros serve.
        let [scratch, direct_scratch] = scratch;
        let direct = match from.loss {
            Some((loss, first)) => {
                let row = loss.membranes(first + sample, tile.start + t);
                load(&row[shard.neurons(panel)], direct_scratch)
            }
            None => &direct_scratch.0,
        };
        let records_at = shard.record_at(sample, tile, t);
        let records = load(&shard.records[records_at..][shard.neurons(panel)], scratch);
        let p = &from.prepared.neuron.panels()[panel * N::Parameters::LEN..][..N::Parameters::LEN];
        let adjoint = &mut shard.adjoint.panels_mut()[at * N::State::LEN..][..N::State::LEN];
        let gradient =
            &mut shard.gradient.panels_mut()[at * (1 + N::Parameters::LEN)..][..1 + N::Parameters::LEN];
        let (bias, gradient) = gradient.split_first_mut().expect("bias and parameters");
        let delta = &mut shard.delta.panels_mut()[row];

        let smooth = GENERAL && tile.smooth;
        for lane in 0..LANES {
            let p = N::Parameters::load(p, lane);
            let before = N::State::load(before, lane);
            let mut a = N::State::load(adjoint, lane);
            let mut g = if GENERAL { N::Parameters::load(gradient, lane) } else { N::Parameters::zero() };
            let (s, _) = neuron.recall(&p, &before, records[lane]);

            let mut membrane = direct[lane];
            if N::SPIKES {
                let x = neuron.membrane(&p, &s) - neuron.threshold(&p, &s);
                let z = spike(surrogate, x, smooth);
                let at_spike = delta[lane] + neuron.fire_adjoint(&p, &s, z, &mut a, &mut g);
                let through_spike = surrogate.derivative(x) * at_spike;
                neuron.threshold_adjoint(&p, &s, -through_spike, &mut a, &mut g);
                membrane += through_spike;
            }
            neuron.membrane_adjoint(&p, &s, membrane, &mut a, &mut g);
            let input = neuron.integrate_adjoint(&p, &before, &mut a, &mut g);

            delta[lane] = input;
            bias[lane] += input;
            a.store(adjoint, lane);
            if GENERAL {
                g.store(gradient, lane);
            }
        }
    }
}

#[inline(always)]
fn all_zero<R: Real>(panels: &[Panel<R>]) -> bool {
    panels.iter().all(|panel| panel.iter().all(|&x| x == R::ZERO))
}

/// The spike at distance `x` from threshold. The tape need not be asked: `x` has the bits it had on the way forward.
#[inline(always)]
pub(crate) fn spike<R: Real, S: Surrogate<R>>(surrogate: &S, x: R, smooth: bool) -> R {
    if smooth {
        surrogate.primitive(x)
    } else if x > R::ZERO {
        R::ONE
    } else {
        R::ZERO
    }
}

/// `delta[t] = start + W^T above_t` for one panel of sources and all steps of the tile.
#[inline(always)]
fn errors_through<A: Simd, R: Real>(
    simd: A,
    matrix: &[Panel<R>],
    above: &LayerShard<R>,
    sample: usize,
    tile: Tile,
    start: &Panel<R>,
    delta: &mut [Panel<R>],
) {
    let error = |t: usize, p: usize| &above.delta.panels()[above.delta_at(sample, p, tile) + t];
    let grouped = tile.len - tile.len % GROUP;
    for t in (0..grouped).step_by(GROUP) {
        add_product(simd, matrix, |q, p| error(t + q, p), Some(start), delta, [t, t + 1, t + 2, t + 3]);
    }
    for t in grouped..tile.len {
        add_product(simd, matrix, |_, p| error(t, p), Some(start), delta, [t]);
    }
}

/// What a layer's input errors mean for the network's input: `W^T` times them, `[sample][step][input]`.
pub(crate) struct InputErrors<'a, R> {
    pub(crate) weights: &'a Prepared<R>,
    pub(crate) shard: &'a LayerShard<R>,
    pub(crate) tile: Tile,
    pub(crate) n_input: usize,
    pub(crate) out: &'a mut [R],
}

impl<R: Real> WithSimd for InputErrors<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<A: Simd>(self, simd: A) {
        let Self { weights, shard, tile, n_input, out } = self;
        let mut delta = vec![[R::ZERO; LANES]; tile.len];
        for sample in 0..shard.shape.n_samples {
            for (panel, matrix) in weights.transposed.panels().chunks(shard.n).enumerate() {
                errors_through(simd, matrix, shard, sample, tile, &[R::ZERO; LANES], &mut delta);
                let inputs = crate::panel::neurons(panel, n_input);
                for (t, delta) in delta.iter().enumerate() {
                    let row = sample * shard.shape.n_steps + tile.start + t;
                    out[row * n_input..][inputs.clone()].copy_from_slice(&delta[..inputs.len()]);
                }
            }
        }
    }
}
