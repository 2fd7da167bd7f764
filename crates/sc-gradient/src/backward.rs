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

use sc_core::Real;
use sc_core::simd::pulp::{Arch, Simd, WithSimd};

use crate::kernels::add_product;
use crate::layer::{DenseLayer, Prepared};
use crate::neuron::Variables;
use crate::output::OutputAdjoint;
use crate::panel::{Aligned, LANES, Panel, unpack};
use crate::shard::{LayerShard, Shape, Tile};
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
    Arch::new().dispatch(Backward { layer, from, shard, learns });
}

struct Backward<'a, R, N, S> {
    layer: &'a DenseLayer<R, N, S>,
    from: BackwardTile<'a, R>,
    shard: &'a mut LayerShard<R>,
    learns: bool,
}

impl<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>> WithSimd for Backward<'_, R, N, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<A: Simd>(mut self, simd: A) {
        self.errors_at_spikes(simd);
        let recurrent = self.layer.slots.recurrent.is_some() && !self.layer.detach_recurrent;
        let (n_samples, n_panels) = (self.shard.shape.n_samples, self.shard.n_panels);
        // The state before each step, replayed from the tape: `[sample of the group][panel][step][variable]`.
        let per_panel = self.from.tile.len * N::State::LEN;
        let mut before = Aligned::panels_of(GROUP * n_panels * per_panel);
        for first in (0..n_samples).step_by(GROUP) {
            let group = first..n_samples.min(first + GROUP);
            for (k, sample) in group.clone().enumerate() {
                for panel in 0..n_panels {
                    let at = (k * n_panels + panel) * per_panel;
                    self.replay(sample, panel, &mut before.panels_mut()[at..][..per_panel]);
                }
            }
            for t in (0..self.from.tile.len).rev() {
                if recurrent {
                    self.through_recurrent_weights(simd, group.clone(), t);
                }
                for (k, sample) in group.clone().enumerate() {
                    for panel in 0..n_panels {
                        let at = (k * n_panels + panel) * per_panel + t * N::State::LEN;
                        self.step(sample, panel, t, &before.panels()[at..][..N::State::LEN]);
                    }
                }
            }
        }
        if recurrent {
            self.keep_first_errors();
        }
    }
}

impl<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>> Backward<'_, R, N, S> {
    /// Fills `delta` with the direct errors at the spikes of the tile.
    #[inline(always)]
    fn errors_at_spikes<A: Simd>(&mut self, simd: A) {
        let Self { from, shard, .. } = self;
        let tile = from.tile;
        for sample in 0..shard.shape.n_samples {
            for panel in 0..shard.n_panels {
                let start = from.regularizer.map_or([R::ZERO; LANES], |g| g.panels()[panel]);
                let row = shard.delta_at(sample, panel, tile);
                let neurons = shard.neurons(panel);
                let delta = &mut shard.delta.panels_mut()[row..][..tile.len];
                delta.fill(start);
                if let Some((loss, first)) = from.loss {
                    for (t, delta) in delta.iter_mut().enumerate() {
                        let g = loss.spikes(first + sample, tile.start + t);
                        if !g.is_empty() {
                            for (delta, &g) in delta.iter_mut().zip(&g[neurons.clone()]) {
                                *delta += g;
                            }
                        }
                    }
                }
                if let Some((weights, above)) = from.above {
                    let matrix = &weights.transposed.panels()[panel * above.n..][..above.n];
                    errors_through(simd, matrix, above, sample, tile, delta);
                }
            }
        }
    }

    /// The state before each step of the tile, from the state at its start and the tape.
    #[inline(always)]
    fn replay(&self, sample: usize, panel: usize, before: &mut [Panel<R>]) {
        let Self { layer, from, shard, .. } = self;
        let (tile, variables, parameters) = (from.tile, N::State::LEN, N::Parameters::LEN);
        let p = &from.prepared.neuron.panels()[panel * parameters..][..parameters];
        let at = (sample * shard.n_panels + panel) * variables;
        let start = &shard.starts[tile.index].panels()[at..][..variables];
        before[..variables].copy_from_slice(start);
        for t in 1..tile.len {
            let (earlier, later) = before[(t - 1) * variables..].split_at_mut(variables);
            let record = record(shard, sample, panel, tile, t - 1);
            let z = spikes::<R, N>(shard, sample, panel, tile, t - 1);
            for lane in 0..LANES {
                let p = N::Parameters::load(p, lane);
                let (mut state, _) = layer.neuron.recall(&p, &N::State::load(earlier, lane), record[lane]);
                if N::SPIKES {
                    layer.neuron.fire(&p, &mut state, z[lane]);
                }
                state.store(later, lane);
            }
        }
    }

    /// Adds `V^T` times the input errors of the step after `t`.
    #[inline(always)]
    fn through_recurrent_weights<A: Simd>(&mut self, simd: A, group: std::ops::Range<usize>, t: usize) {
        let (n, tile) = (self.layer.n, self.from.tile);
        for panel in 0..self.shard.n_panels {
            let matrix = &self.from.prepared.recurrent_transposed.panels()[panel * n..][..n];
            let shard = &*self.shard;
            let later = |sample: usize, p: usize| match t + 1 < tile.len {
                true => &shard.delta.panels()[shard.delta_at(sample, p, tile) + t + 1],
                false => &shard.next.panels()[sample * shard.n_panels + p],
            };
            let row = |sample| shard.delta_at(sample, panel, tile) + t;
            if group.len() == GROUP {
                let mut out: [Panel<R>; GROUP] =
                    std::array::from_fn(|k| shard.delta.panels()[row(group.start + k)]);
                add_product(simd, matrix, |k, p| later(group.start + k, p), &mut out);
                let rows: [usize; GROUP] = std::array::from_fn(|k| row(group.start + k));
                for (row, out) in rows.into_iter().zip(out) {
                    self.shard.delta.panels_mut()[row] = out;
                }
            } else {
                for sample in group.clone() {
                    let shard = &*self.shard;
                    let later = |_: usize, p: usize| match t + 1 < tile.len {
                        true => &shard.delta.panels()[shard.delta_at(sample, p, tile) + t + 1],
                        false => &shard.next.panels()[sample * shard.n_panels + p],
                    };
                    let row = shard.delta_at(sample, panel, tile) + t;
                    let mut out = [shard.delta.panels()[row]];
                    add_product(simd, matrix, later, &mut out);
                    self.shard.delta.panels_mut()[row] = out[0];
                }
            }
        }
    }

    /// One step back for one panel of one sample: the errors at its spikes become the errors at its input currents.
    #[inline(always)]
    fn step(&mut self, sample: usize, panel: usize, t: usize, before: &[Panel<R>]) {
        let Self { layer, from, shard, learns } = self;
        let tile = from.tile;
        let neurons = shard.neurons(panel);
        let (variables, parameters) = (N::State::LEN, N::Parameters::LEN);
        let record = record(shard, sample, panel, tile, t);
        let z = spikes::<R, N>(shard, sample, panel, tile, t);
        let direct = match from.loss {
            Some((loss, first)) => of(&loss.membranes(first + sample, tile.start + t)[neurons]),
            None => [R::ZERO; LANES],
        };
        let row = shard.delta_at(sample, panel, tile) + t;
        let at = sample * shard.n_panels + panel;
        let memory = Memory {
            p: &from.prepared.neuron.panels()[panel * parameters..][..parameters],
            before,
            adjoint: &mut shard.adjoint.panels_mut()[at * variables..][..variables],
            gradient: &mut shard.gradient.panels_mut()[at * (1 + parameters)..][..1 + parameters],
            delta: &mut shard.delta.panels_mut()[row],
        };
        if *learns {
            step_panel::<_, _, _, true>(&layer.neuron, &layer.surrogate, &record, &z, &direct, memory);
        } else {
            step_panel::<_, _, _, false>(&layer.neuron, &layer.surrogate, &record, &z, &direct, memory);
        }
    }

    /// The recurrent weights of the tile before will ask for the input errors at the first step of this one.
    #[inline(always)]
    fn keep_first_errors(&mut self) {
        let shard = &mut *self.shard;
        for sample in 0..shard.shape.n_samples {
            for panel in 0..shard.n_panels {
                let first = shard.delta.panels()[shard.delta_at(sample, panel, self.from.tile)];
                shard.next.panels_mut()[sample * shard.n_panels + panel] = first;
            }
        }
    }
}

/// `delta[t] += W^T above_t` for one panel of sources and all steps of the tile.
#[inline(always)]
fn errors_through<A: Simd, R: Real>(
    simd: A,
    matrix: &[Panel<R>],
    above: &LayerShard<R>,
    sample: usize,
    tile: Tile,
    delta: &mut [Panel<R>],
) {
    let error = |t: usize, p: usize| &above.delta.panels()[above.delta_at(sample, p, tile) + t];
    let (groups, rest) = delta.as_chunks_mut::<GROUP>();
    for (k, group) in groups.iter_mut().enumerate() {
        add_product(simd, matrix, |q, p| error(k * GROUP + q, p), group);
    }
    let done = tile.len - rest.len();
    for (k, delta) in rest.iter_mut().enumerate() {
        add_product(simd, matrix, |_, p| error(done + k, p), std::array::from_mut(delta));
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
                delta.fill([R::ZERO; LANES]);
                errors_through(simd, matrix, shard, sample, tile, &mut delta);
                let inputs = crate::panel::neurons(panel, n_input);
                for (t, delta) in delta.iter().enumerate() {
                    let row = sample * shard.shape.n_steps + tile.start + t;
                    out[row * n_input..][inputs.clone()].copy_from_slice(&delta[..inputs.len()]);
                }
            }
        }
    }
}

/// Numbers as the first lanes of a panel, zeros behind them.
#[inline(always)]
fn of<R: Real>(numbers: &[R]) -> Panel<R> {
    let mut panel = [R::ZERO; LANES];
    panel[..numbers.len()].copy_from_slice(numbers);
    panel
}

/// The records of one panel at one step.
#[inline(always)]
fn record<R: Real>(shard: &LayerShard<R>, sample: usize, panel: usize, tile: Tile, t: usize) -> Panel<R> {
    of(&shard.records[shard.record_at(sample, tile, t)..][shard.neurons(panel)])
}

/// The spikes of one panel at one step, as numbers.
#[inline(always)]
fn spikes<R: Real, N: DifferentiableNeuron<R>>(
    shard: &LayerShard<R>,
    sample: usize,
    panel: usize,
    tile: Tile,
    t: usize,
) -> Panel<R> {
    let Shape { n_steps, smooth, .. } = shard.shape;
    let row = sample * n_steps + tile.start + t;
    let mut z = [R::ZERO; LANES];
    if N::SPIKES && smooth {
        z = of(&shard.values[row * shard.n..][shard.neurons(panel)]);
    } else if N::SPIKES {
        unpack(shard.spikes[row * shard.n_panels + panel], &mut z);
    }
    z
}

/// What one step back of a panel reads and writes.
struct Memory<'a, R> {
    p: &'a [Panel<R>],
    before: &'a [Panel<R>],
    adjoint: &'a mut [Panel<R>],
    /// Bias first, then the parameters.
    gradient: &'a mut [Panel<R>],
    delta: &'a mut Panel<R>,
}

#[inline(always)]
fn step_panel<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>, const LEARNS: bool>(
    neuron: &N,
    surrogate: &S,
    record: &Panel<R>,
    spikes: &Panel<R>,
    direct: &Panel<R>,
    memory: Memory<'_, R>,
) {
    let Memory { p, before, adjoint, gradient, delta } = memory;
    let (bias, gradient) = gradient.split_at_mut(1);
    for lane in 0..LANES {
        let p = N::Parameters::load(p, lane);
        let before = N::State::load(before, lane);
        let mut a = N::State::load(adjoint, lane);
        let mut g = if LEARNS { N::Parameters::load(gradient, lane) } else { N::Parameters::zero() };
        let (s, _) = neuron.recall(&p, &before, record[lane]);

        let mut membrane = direct[lane];
        if N::SPIKES {
            let spike = delta[lane] + neuron.fire_adjoint(&p, &s, spikes[lane], &mut a, &mut g);
            let x = neuron.membrane(&p, &s) - neuron.threshold(&p, &s);
            let through_spike = surrogate.derivative(x) * spike;
            neuron.threshold_adjoint(&p, &s, -through_spike, &mut a, &mut g);
            membrane += through_spike;
        }
        neuron.membrane_adjoint(&p, &s, membrane, &mut a, &mut g);
        let input = neuron.integrate_adjoint(&p, &before, &mut a, &mut g);

        delta[lane] = input;
        bias[0][lane] += input;
        a.store(adjoint, lane);
        if LEARNS {
            g.store(gradient, lane);
        }
    }
}
