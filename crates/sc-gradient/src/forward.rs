//! The forward pass of one layer over one tile of time.

use sc_core::Real;
use sc_core::simd::pulp::{Arch, Simd, WithSimd};

use crate::backward::spike;
use crate::batch::Rows;
use crate::kernels::add_rows;
use crate::layer::{DenseLayer, Prepared};
use crate::neuron::Variables;
use crate::panel::{LANES, Panel, Scratch, mask, positive};
use crate::shard::{LayerShard, Tile};
use crate::tensor::Tensor;
use crate::{DifferentiableNeuron, Surrogate};

/// Runs the samples of a shard through a layer for the steps of a tile, with the best instructions at hand; lists the
/// spikes in `shard.events`.
pub(crate) fn forward<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>>(
    layer: &DenseLayer<R, N, S>,
    tensors: &[Tensor<R>],
    prepared: &Prepared<R>,
    input: Rows<'_, R>,
    shard: &mut LayerShard<R>,
    tile: Tile,
) {
    Arch::new().dispatch(Forward { layer, tensors, prepared, input, shard, tile });
}

struct Forward<'a, R: Real, N, S> {
    layer: &'a DenseLayer<R, N, S>,
    tensors: &'a [Tensor<R>],
    prepared: &'a Prepared<R>,
    input: Rows<'a, R>,
    shard: &'a mut LayerShard<R>,
    tile: Tile,
}

impl<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>> WithSimd for Forward<'_, R, N, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<A: Simd>(mut self, simd: A) {
        match self.layer.slots.recurrent {
            None => {
                self.feed_forward(simd);
                if N::SPIKES {
                    self.shard.list_spikes(self.tile);
                }
            }
            Some(slot) => {
                self.currents(simd);
                self.recurrent(simd, slot);
            }
        }
    }
}

impl<R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>> Forward<'_, R, N, S> {
    /// Without recurrence nothing couples the neurons: each panel runs through all its steps, its weights in cache.
    #[inline(always)]
    fn feed_forward<A: Simd>(&mut self, simd: A) {
        for panel in 0..self.shard.n_panels {
            for sample in 0..self.shard.shape.n_samples {
                for t in 0..self.tile.len {
                    let current = self.input_current(simd, sample, panel, t);
                    self.step(simd, sample, panel, t, &current.0);
                }
            }
        }
    }

    /// With recurrence, the currents from below come first, for all steps, panel by panel ...
    #[inline(always)]
    fn currents<A: Simd>(&mut self, simd: A) {
        for panel in 0..self.shard.n_panels {
            for sample in 0..self.shard.shape.n_samples {
                let row = self.shard.delta_at(sample, panel, self.tile);
                for t in 0..self.tile.len {
                    let current = self.input_current(simd, sample, panel, t);
                    self.shard.delta.panels_mut()[row + t] = current.0;
                }
            }
        }
    }

    /// ... and then, step by step, those from the layer's own spikes of the step before. These are listed on the way.
    #[inline(always)]
    fn recurrent<A: Simd>(&mut self, simd: A, slot: usize) {
        let (n, tensors, tile) = (self.layer.n, self.tensors, self.tile);
        let mut events = std::mem::take(&mut self.shard.events);
        events.clear();
        for sample in 0..self.shard.shape.n_samples {
            self.shard.list_earlier(sample, tile, &mut events);
            for t in 0..tile.len {
                let (active, values) = events.last_row();
                for panel in 0..self.shard.n_panels {
                    let row = self.shard.delta_at(sample, panel, tile) + t;
                    let mut current = Scratch(self.shard.delta.panels()[row]);
                    let weights = &tensors[slot].data.panels()[panel * n..][..n];
                    add_rows(simd, weights, active, values, &mut current.0);
                    self.step(simd, sample, panel, t, &current.0);
                }
                self.shard.active(sample, tile.start + t, &mut events.channels, &mut events.values);
                events.end_row();
            }
        }
        self.shard.events = events;
    }

    /// `W x_t + b` for one panel.
    #[inline(always)]
    fn input_current<A: Simd>(&self, simd: A, sample: usize, panel: usize, t: usize) -> Scratch<R> {
        let n_input = self.layer.n_input;
        let weights = &self.tensors[0].data.panels()[panel * n_input..][..n_input];
        let (channels, values) = self.input.row(sample, t);
        let mut current = Scratch(self.prepared.bias.panels()[panel]);
        add_rows(simd, weights, channels, values, &mut current.0);
        current
    }

    /// Steps the neurons of one panel and writes their tape.
    #[inline(always)]
    fn step<A: Simd>(&mut self, simd: A, sample: usize, panel: usize, t: usize, current: &Panel<R>) {
        let Self { layer, prepared, shard, tile, .. } = self;
        let neurons = shard.neurons(panel);
        let n_steps = shard.shape.n_steps;
        let row = sample * n_steps + tile.start + t;
        let at = shard.record_at(sample, *tile, t);

        let (variables, parameters) = (N::State::LEN, N::Parameters::LEN);
        let p = &prepared.neuron.panels()[panel * parameters..][..parameters];
        let state =
            &mut shard.state.panels_mut()[(sample * shard.n_panels + panel) * variables..][..variables];

        if !shard.membranes.is_empty() {
            let mut membranes = Scratch::zero();
            for (lane, membrane) in membranes.0.iter_mut().enumerate() {
                let p = N::Parameters::load(p, lane);
                let mut state = N::State::load(state, lane);
                layer.neuron.integrate(&p, &mut state, current[lane]);
                *membrane = layer.neuron.membrane(&p, &state);
            }
            let of_step = &mut shard.membranes[row * shard.n..][neurons.clone()];
            of_step.copy_from_slice(&membranes.0[..of_step.len()]);
        }

        // Written where they belong, or, if the panel is not full, where there is room.
        let mut scratch = Scratch::zero();
        let records = &mut shard.records[at..][neurons.clone()];
        let whole = records.len() == LANES;
        let panel_of_records = records.first_chunk_mut().unwrap_or(&mut scratch.0);
        let mut z = Scratch::zero();
        let fired = if tile.smooth {
            step_panel::<_, _, _, _, true>(simd, layer, p, state, current, panel_of_records, &mut z.0)
        } else {
            step_panel::<_, _, _, _, false>(simd, layer, p, state, current, panel_of_records, &mut z.0)
        };
        if !whole {
            let n = records.len();
            records.copy_from_slice(&scratch.0[..n]);
        }
        if N::SPIKES {
            shard.spikes[row * shard.n_panels + panel] = fired & mask(panel, shard.n);
            if !shard.values.is_empty() {
                let values = &mut shard.values[row * shard.n..][neurons];
                values.copy_from_slice(&z.0[..values.len()]);
            }
        }
    }
}

/// One time step of 64 neurons: currents become records, the state moves on, spikes come back as bits and as numbers.
#[inline(always)]
fn step_panel<A: Simd, R: Real, N: DifferentiableNeuron<R>, S: Surrogate<R>, const SMOOTH: bool>(
    simd: A,
    DenseLayer { neuron, surrogate, .. }: &DenseLayer<R, N, S>,
    p: &[Panel<R>],
    state: &mut [Panel<R>],
    currents: &Panel<R>,
    records: &mut Panel<R>,
    spikes: &mut Panel<R>,
) -> u64 {
    // How far each membrane is above its threshold.
    let mut excess = Scratch::zero();
    for lane in 0..LANES {
        let p = N::Parameters::load(p, lane);
        let mut s = N::State::load(state, lane);
        neuron.integrate(&p, &mut s, currents[lane]);
        records[lane] = neuron.record(&p, &s);
        if N::SPIKES {
            let x = neuron.membrane(&p, &s) - neuron.threshold(&p, &s);
            let z = spike(surrogate, x, SMOOTH);
            neuron.fire(&p, &mut s, z);
            excess.0[lane] = x;
            spikes[lane] = z;
        }
        s.store(state, lane);
    }
    positive(simd, &excess.0)
}
