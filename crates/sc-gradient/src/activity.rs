//! Which neurons are dead and which never rest.

use std::fmt;

/// Spikes per neuron, gathered over the batches of an epoch.
///
/// ```
/// use sc_gradient::Activity;
///
/// let mut activity = Activity::new(0.5);
/// activity.add(0, &[0.0, 30.0, 190.0], 200); // spike counts of layer 0 over 200 steps
/// let report = activity.report();
/// assert_eq!((report[0].dead, report[0].saturated), (1, 1));
/// assert_eq!(report[0].to_string(), "layer 0: 0.367 spikes per step, 1 of 3 dead, 1 saturated");
/// ```
#[derive(Debug, Clone)]
pub struct Activity {
    saturation: f64,
    layers: Vec<(Vec<f64>, usize)>,
}

/// The state of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivity {
    /// Which layer.
    pub layer: usize,
    /// Its neurons.
    pub n: usize,
    /// Mean spikes per neuron and step.
    pub rate: f64,
    /// Neurons that never spiked.
    pub dead: usize,
    /// Neurons that spiked in more than the given share of all steps.
    pub saturated: usize,
}

impl fmt::Display for LayerActivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { layer, n, rate, dead, saturated } = self;
        write!(f, "layer {layer}: {rate:.3} spikes per step, {dead} of {n} dead, {saturated} saturated")
    }
}

impl Activity {
    /// A neuron counts as saturated if it spikes in more than this share of its steps.
    #[must_use]
    pub fn new(saturation: f64) -> Self {
        Self { saturation, layers: Vec::new() }
    }

    /// Adds the spike counts of a layer's neurons over `n_steps` steps (times samples).
    pub fn add(&mut self, layer: usize, counts: &[f64], n_steps: usize) {
        if self.layers.len() <= layer {
            self.layers.resize(layer + 1, (Vec::new(), 0));
        }
        let (sums, steps) = &mut self.layers[layer];
        sums.resize(counts.len().max(sums.len()), 0.0);
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
        *steps += n_steps;
    }

    /// The layers that were added, from the bottom.
    #[must_use]
    pub fn report(&self) -> Vec<LayerActivity> {
        let layers = self.layers.iter().enumerate().filter(|(_, (counts, _))| !counts.is_empty());
        layers
            .map(|(layer, (counts, steps))| {
                let (n, steps) = (counts.len(), *steps as f64);
                let dead = counts.iter().filter(|count| **count <= 0.0).count();
                let saturated = counts.iter().filter(|count| **count > self.saturation * steps).count();
                LayerActivity {
                    layer,
                    n,
                    rate: counts.iter().sum::<f64>() / (n as f64 * steps),
                    dead,
                    saturated,
                }
            })
            .collect()
    }

    /// Forgets everything, for the next epoch.
    pub fn clear(&mut self) {
        self.layers.clear();
    }
}
