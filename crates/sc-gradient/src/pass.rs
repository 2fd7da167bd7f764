//! All layers of a shard over one tile of time: upwards on the way forward, downwards on the way back.

use sc_core::Real;
use sc_core::simd::pulp::Arch;

use crate::backward::{BackwardTile, InputErrors};
use crate::layer::Prepared;
use crate::panel::Aligned;
use crate::shard::{Shard, Tile};
use crate::{Batch, LayeredNetwork, OutputAdjoint};

/// All layers of a shard, forward over one tile.
pub(crate) fn forward_tile<R: Real>(
    network: &LayeredNetwork<R>,
    prepared: &[Prepared<R>],
    batch: &Batch<R>,
    shard: &mut Shard<R>,
    tile: Tile,
) {
    for (index, layer) in network.layers.iter().enumerate() {
        let (below, memory) = shard.layers.split_at_mut(index);
        let input = match below.last() {
            None => batch.rows(shard.first_sample, tile.start),
            Some(below) => below.spikes_of(tile),
        };
        layer.forward(&network.tensors[index], &prepared[index], input, &mut memory[0], tile);
    }
}

/// All layers of a shard, backward over one tile; afterwards each holds its input errors and its input spikes by source.
pub(crate) fn backward_tile<R: Real>(
    network: &LayeredNetwork<R>,
    prepared: &[Prepared<R>],
    batch: &Batch<R>,
    adjoint: &OutputAdjoint<R>,
    slopes: &[Option<Aligned<R>>],
    shard: &mut Shard<R>,
    tile: Tile,
) {
    let top = network.layers.len() - 1;
    for (index, layer) in network.layers.iter().enumerate().rev() {
        let (below, memory) = shard.layers.split_at_mut(index);
        let (memory, above) = memory.split_first_mut().expect("this layer");
        let from = BackwardTile {
            tile,
            prepared: &prepared[index],
            loss: (index == top).then_some((adjoint, shard.first_sample)),
            above: above.first().map(|above| (&prepared[index + 1], above)),
            regularizer: slopes[index].as_ref(),
        };
        layer.backward(&network.tensors[index], from, memory);

        let stride = memory.delta_stride(tile);
        let (n_input, input) = match below.last() {
            None => (network.n_input, batch.rows(shard.first_sample, tile.start)),
            Some(below) => (below.n, below.spikes_of(tile)),
        };
        memory.by_input.sort(n_input, input, shard.n_samples, tile.len, stride);
        if layer.slots().recurrent.is_some() {
            let earlier = memory.events.rows(0, 1 + tile.len);
            memory.by_recurrent.sort(memory.n, earlier, shard.n_samples, tile.len, stride);
        }
    }
    if !shard.input_gradient.is_empty() {
        let (weights, n_input) = (&prepared[0], network.n_input);
        let out = &mut shard.input_gradient[..];
        Arch::new().dispatch(InputErrors { weights, shard: &shard.layers[0], tile, n_input, out });
    }
}
