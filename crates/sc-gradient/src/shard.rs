//! What one thread works on: a few samples of a batch, with everything that their passes leave behind.

use sc_core::Real;

use crate::batch::{ByChannel, Events, Rows};
use crate::layer::AnyLayer;
use crate::panel::{Aligned, LANES, for_each_bit, neurons, panels};

/// Most time steps that are worked on at once: few enough that what passes between the loops stays in the second-level
/// cache, enough that weights fetched into it are used many times.
const LONGEST_TILE: usize = 40;

/// Steps of a tile: the sequence is cut into equal parts (the last may be shorter).
pub(crate) fn tile_len(n_steps: usize) -> usize {
    n_steps.div_ceil(n_steps.div_ceil(LONGEST_TILE).max(1))
}

/// A stretch of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tile {
    /// The how-manieth.
    pub(crate) index: usize,
    /// Its first step.
    pub(crate) start: usize,
    /// Its number of steps.
    pub(crate) len: usize,
    /// Whether spikes are smooth (for a gradient check).
    pub(crate) smooth: bool,
}

/// The tiles of `n_steps` steps.
pub(crate) fn tiles(
    n_steps: usize,
    smooth: bool,
) -> impl DoubleEndedIterator<Item = Tile> + ExactSizeIterator {
    let longest = tile_len(n_steps).max(1);
    (0..n_steps.div_ceil(longest)).map(move |index| {
        let start = index * longest;
        Tile { index, start, len: longest.min(n_steps - start), smooth }
    })
}

/// How much a layer's tape keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) n_samples: usize,
    pub(crate) n_steps: usize,
    /// Keep the records of all steps, or of the tile at hand only.
    pub(crate) whole: bool,
    /// Is this the output layer, whose membranes and spikes a loss reads?
    pub(crate) output: bool,
    pub(crate) smooth: bool,
}

/// One layer's memory for the samples of one shard.
///
/// On the tape: one record (the membrane) per neuron and step, one bit per neuron and step, and the state at the start
/// of each tile. The rest serves the tile at hand.
#[derive(Debug)]
pub(crate) struct LayerShard<R> {
    pub(crate) shape: Shape,
    pub(crate) n: usize,
    pub(crate) n_panels: usize,
    /// `[sample][step][neuron]`, the steps of the whole sequence or of one tile.
    pub(crate) records: Aligned<R>,
    /// `[sample][step][panel]`, one bit per neuron.
    pub(crate) spikes: Vec<u64>,
    /// `[sample][step][neuron]`: spikes as numbers, for a loss or where they are smooth.
    pub(crate) values: Vec<R>,
    /// `[sample][step][neuron]`: membranes for a loss, where the record is not the membrane.
    pub(crate) membranes: Vec<R>,
    /// `[sample][panel][variable]`: the running state.
    pub(crate) state: Aligned<R>,
    /// The state at the start of each tile.
    pub(crate) starts: Vec<Aligned<R>>,
    /// `[sample][slot][step]` panels: input currents on the way forward, errors on the way back. One slot per panel, and
    /// one more where their number is even: rows of different samples then fall into different cache sets.
    pub(crate) delta: Aligned<R>,
    /// `[sample][panel][variable]`: derivative with respect to the state.
    pub(crate) adjoint: Aligned<R>,
    /// `[sample][panel]`: derivative with respect to the input current one step later.
    pub(crate) next: Aligned<R>,
    /// `[sample][panel][bias and parameters]`: what each sample gives the neurons' own parameters.
    pub(crate) gradient: Aligned<R>,
    /// Spikes of the tile and of the step before it: `1 + tile.len` rows per sample.
    pub(crate) events: Events<R>,
    pub(crate) by_input: ByChannel<R>,
    pub(crate) by_recurrent: ByChannel<R>,
    /// Spikes per neuron over all samples and steps.
    pub(crate) activity: Vec<f64>,
}

impl<R: Real> LayerShard<R> {
    pub(crate) fn new(layer: &dyn AnyLayer<R>, n_parameters: usize, shape: Shape) -> Self {
        let (n, n_panels) = (layer.n(), panels(layer.n()));
        let Shape { n_samples, n_steps, whole, output, smooth } = shape;
        let per_sample = n_samples * n_panels;
        let stored = if whole || output { n_steps } else { tile_len(n_steps) };
        let if_wanted = |wanted: bool| if wanted { n_samples * n_steps * n } else { 0 };
        let spikes = layer.spikes();
        Self {
            shape,
            n,
            n_panels,
            records: Aligned::zeros(n_samples * stored * n),
            spikes: vec![0; if spikes { n_samples * n_steps * n_panels } else { 0 }],
            values: vec![R::ZERO; if_wanted(spikes && (output || smooth))],
            membranes: vec![R::ZERO; if_wanted(output && !layer.records_membrane())],
            state: Aligned::panels_of(per_sample * layer.state_len()),
            starts: Vec::new(),
            delta: Aligned::panels_of(n_samples * (n_panels | 1) * tile_len(n_steps)),
            adjoint: Aligned::panels_of(per_sample * layer.state_len()),
            next: Aligned::panels_of(per_sample),
            gradient: Aligned::panels_of(per_sample * (1 + n_parameters)),
            events: Events::default(),
            by_input: ByChannel::default(),
            by_recurrent: ByChannel::default(),
            activity: vec![0.0; n],
        }
    }

    /// Whether this memory, of the right shape, serves a layer with `n_parameters` neuron parameters.
    pub(crate) fn fits(&self, layer: &dyn AnyLayer<R>, n_parameters: usize) -> bool {
        let per_sample = self.shape.n_samples * panels(layer.n());
        let spikes = if layer.spikes() { per_sample * self.shape.n_steps } else { 0 };
        self.n == layer.n()
            && self.spikes.len() == spikes
            && self.state.panels().len() == per_sample * layer.state_len()
            && self.gradient.panels().len() == per_sample * (1 + n_parameters)
            && (!self.shape.output || self.membranes.is_empty() == layer.records_membrane())
    }

    /// Where the records of (sample, step of the tile) begin.
    #[inline(always)]
    pub(crate) fn record_at(&self, sample: usize, tile: Tile, t: usize) -> usize {
        let Shape { n_steps, whole, output, .. } = self.shape;
        let row =
            if whole || output { sample * n_steps + tile.start + t } else { sample * tile_len(n_steps) + t };
        row * self.n
    }

    /// The records of one panel at one step of the tile.
    #[inline(always)]
    pub(crate) fn records_of(&self, sample: usize, panel: usize, tile: Tile, t: usize) -> &[R] {
        &self.records[self.record_at(sample, tile, t)..][self.neurons(panel)]
    }

    /// The panel of `delta` for (sample, panel, step 0); the following steps stand behind it.
    #[inline(always)]
    pub(crate) fn delta_at(&self, sample: usize, panel: usize, tile: Tile) -> usize {
        (sample * (self.n_panels | 1) + panel) * tile.len
    }

    /// How many panels of `delta` separate one sample from the next.
    pub(crate) fn delta_stride(&self, tile: Tile) -> usize {
        (self.n_panels | 1) * tile.len
    }

    /// The spikes of all neurons at one step, as a list.
    #[inline(always)]
    pub(crate) fn active(&self, sample: usize, step: usize, channels: &mut Vec<u32>, values: &mut Vec<R>) {
        let Shape { n_steps, smooth, .. } = self.shape;
        let row = sample * n_steps + step;
        if smooth {
            channels.extend(0..self.n as u32);
            values.extend_from_slice(&self.values[row * self.n..][..self.n]);
        } else {
            for (panel, &word) in self.spikes[row * self.n_panels..][..self.n_panels].iter().enumerate() {
                for_each_bit(word, |lane| channels.push((panel * LANES + lane) as u32));
            }
        }
    }

    /// Lists the spikes of the step before the tile and of the tile, from the tape.
    pub(crate) fn list_spikes(&mut self, tile: Tile) {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        for sample in 0..self.shape.n_samples {
            self.list_earlier(sample, tile, &mut events);
            for step in tile.start..tile.start + tile.len {
                self.active(sample, step, &mut events.channels, &mut events.values);
                events.end_row();
            }
        }
        self.events = events;
    }

    /// Lists the spikes of the step before the tile, none before step 0.
    #[inline(always)]
    pub(crate) fn list_earlier(&self, sample: usize, tile: Tile, events: &mut Events<R>) {
        if let Some(step) = tile.start.checked_sub(1) {
            self.active(sample, step, &mut events.channels, &mut events.values);
        }
        events.end_row();
    }

    /// The listed spikes of the tile.
    pub(crate) fn spikes_of(&self, tile: Tile) -> Rows<'_, R> {
        self.events.rows(1, 1 + tile.len)
    }

    /// Adds the listed spikes of the tile to the activity.
    pub(crate) fn count_spikes(&mut self, tile: Tile) {
        let Self { events, activity, .. } = self;
        for sample in 0..self.shape.n_samples {
            let (channels, values) = events.rows(1, 1 + tile.len).span(sample, tile.len);
            match values {
                None => channels.iter().for_each(|&channel| activity[channel as usize] += 1.0),
                Some(values) => {
                    channels
                        .iter()
                        .zip(values)
                        .for_each(|(&channel, z)| activity[channel as usize] += z.f64());
                }
            }
        }
    }

    /// Bytes that grow with the number of time steps.
    pub(crate) fn tape_bytes(&self) -> usize {
        self.records.bytes()
            + self.spikes.len() * 8
            + (self.values.len() + self.membranes.len()) * R::BYTES
            + self.starts.iter().map(Aligned::bytes).sum::<usize>()
    }

    /// The neurons of a panel.
    #[inline(always)]
    pub(crate) fn neurons(&self, panel: usize) -> std::ops::Range<usize> {
        neurons(panel, self.n)
    }
}

/// A contiguous group of samples of the batch.
#[derive(Debug)]
pub(crate) struct Shard<R> {
    pub(crate) first_sample: usize,
    pub(crate) n_samples: usize,
    pub(crate) layers: Vec<LayerShard<R>>,
    /// `[sample][step][input]`, if asked for.
    pub(crate) input_gradient: Vec<R>,
}
