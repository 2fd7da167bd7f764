//! From errors at input currents to gradients of parameters: sums over samples and steps, each in an order of its own.

use sc_core::Real;
use sc_core::simd::pulp::{Arch, Simd, WithSimd};

use crate::LayeredNetwork;
use crate::kernels::add_rows;
use crate::network::Gradient;
use crate::panel::{LANES, Panel};
use crate::shard::{Shard, Tile};
use crate::workers::Workers;

/// Adds what the errors of a tile say about the weights: each row, one per source, is summed by one thread over all
/// samples in order.
pub(crate) fn weight_gradients<R: Real>(
    workers: &Workers,
    network: &LayeredNetwork<R>,
    shards: &[Shard<R>],
    tile: Tile,
    first: bool,
    gradient: &mut Gradient<R>,
) {
    for (index, (layer, gradients)) in network.layers.iter().zip(&mut gradient.tensors).enumerate() {
        for (slot, recurrent) in [(Some(0), false), (layer.slots().recurrent, true)] {
            let Some(slot) = slot else { continue };
            let rows = gradients[slot].panels_mut();
            let n_rows = network.tensors[index][slot].n_rows;
            let piece = rows.len().div_ceil(4 * workers.threads());
            workers.each(rows.chunks_mut(piece).enumerate(), |(k, rows)| {
                let first_row = k * piece;
                Arch::new().dispatch(WeightRows {
                    shards,
                    index,
                    recurrent,
                    tile,
                    n_rows,
                    first_row,
                    first,
                    rows,
                });
            });
        }
    }
}

/// Adds up what each sample gave the biases and the neurons' own parameters, in order.
pub(crate) fn neuron_gradients<R: Real>(
    network: &LayeredNetwork<R>,
    shards: &[Shard<R>],
    gradient: &mut Gradient<R>,
) {
    for (index, (layer, gradients)) in network.layers.iter().zip(&mut gradient.tensors).enumerate() {
        let slots = layer.slots();
        let per_panel = 1 + gradients.len() - slots.neuron;
        for (k, slot) in
            std::iter::once(slots.bias).chain((slots.neuron..gradients.len()).map(Some)).enumerate()
        {
            let Some(slot) = slot else { continue };
            gradients[slot].fill(R::ZERO);
            for memory in shards.iter().map(|shard| &shard.layers[index]) {
                for (row, panels) in memory.gradient.panels().chunks(per_panel).enumerate() {
                    let sum = &mut gradients[slot].panels_mut()[row % memory.n_panels];
                    sum.iter_mut().zip(&panels[k]).for_each(|(sum, &g)| *sum += g);
                }
            }
        }
    }
}

/// Gradient rows `first_row..` of one weight array, counted through `[panel][source]`.
struct WeightRows<'a, R> {
    shards: &'a [Shard<R>],
    index: usize,
    recurrent: bool,
    tile: Tile,
    n_rows: usize,
    first_row: usize,
    first: bool,
    rows: &'a mut [Panel<R>],
}

impl<R: Real> WithSimd for WeightRows<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (k, sum) in self.rows.iter_mut().enumerate() {
            let (panel, source) = ((self.first_row + k) / self.n_rows, (self.first_row + k) % self.n_rows);
            if self.first {
                *sum = [R::ZERO; LANES];
            }
            for shard in self.shards {
                let memory = &shard.layers[self.index];
                let by_source = if self.recurrent { &memory.by_recurrent } else { &memory.by_input };
                let (list, values) = by_source.channel(source);
                let errors = &memory.delta.panels()[memory.delta_at(0, panel, self.tile)..];
                add_rows(simd, errors, list, values, sum);
            }
        }
    }
}
