//! A network cut into parts that run side by side.

use std::ops::Range;

use super::{Connection, Network, PopulationId};
use crate::weights::check_length;
use crate::{Error, PopulationState, Projection, Real};

/// What a part knows of a population: which neurons are its own, and who spiked among all and among those.
#[derive(Debug, Clone)]
pub(super) struct Share {
    own: Range<usize>,
    n: usize,
    spikes: Vec<u32>,
    /// Counted from the first own neuron.
    own_spikes: Vec<u32>,
}

impl Share {
    fn new(own: Range<usize>, n: usize, spikes: &[u32]) -> Self {
        let mut share = Self { own, n, spikes: Vec::new(), own_spikes: Vec::new() };
        share.hear(spikes);
        share
    }

    /// In words which neurons are the own ones.
    pub(super) fn describe(&self) -> String {
        format!("{:?} of {}", self.own, self.n)
    }

    /// The number of the first own neuron.
    pub(super) fn first(&self) -> usize {
        self.own.start
    }

    pub(super) fn spikes(&self) -> &[u32] {
        &self.spikes
    }

    pub(super) fn own_spikes(&self) -> &[u32] {
        &self.own_spikes
    }

    fn hear(&mut self, spikes: &[u32]) {
        self.spikes.extend_from_slice(spikes);
        let own = spikes.iter().filter(|&&i| self.own.contains(&(i as usize)));
        self.own_spikes.extend(own.map(|&i| i - self.own.start as u32));
    }

    fn forget(&mut self) {
        self.spikes.clear();
        self.own_spikes.clear();
    }
}

/// The neurons `range` of `n` that belong to part `k` of `n_parts`.
fn share(n: usize, k: usize, n_parts: usize) -> Range<usize> {
    n * k / n_parts..n * (k + 1) / n_parts
}

/// # Parts
/// A network can be cut into parts, each of which holds some neurons of every population and all synapses
/// that lead to them. Parts share nothing while they step; between steps each must be told who spiked in the
/// others:
///
/// ```
/// use sc_core::{Dense, Lapicque, LapicqueParameters, Network, Population, Projection, Stimulus};
/// let build = || -> Result<_, sc_core::Error> {
///     let mut network = Network::<f32>::new();
///     let neuron = Lapicque::new(LapicqueParameters::default())?;
///     let population = network.add_population(Population::new(neuron, 4, 0));
///     let weights = Dense::new(4, 4, (0..16).map(|k| k as f32).collect())?;
///     network.add_projection(population, population, Projection::new(weights))?;
///     network.add_stimulus(Stimulus::step_current(population, 0, 50, 1.5)?)?;
///     Ok((network, population))
/// };
/// let (mut whole, population) = build()?;
/// let mut parts = build()?.0.into_parts(3)?;
/// for _ in 0..100 {
///     whole.step();
///     parts.iter_mut().for_each(Network::step);
///     let spikes: Vec<Vec<u32>> = parts.iter().map(|part| part.own_spikes(population).collect()).collect();
///     for part in &mut parts {
///         spikes.iter().for_each(|spikes| part.hear_spikes(population, spikes));
///     }
///     assert_eq!(whole.spikes(population), parts[0].spikes(population));
/// }
/// assert_eq!(Network::from_parts(parts)?.voltages(population), whole.voltages(population));
/// # Ok::<(), sc_core::Error>(())
/// ```
///
/// Everything about a part is as for any network, but that its populations and the columns of its projections
/// are cut down to its own neurons; rows, and [`spikes`](Self::spikes), are those of whole populations. A part
/// gives the same results as the whole, bit for bit.
impl<R: Real> Network<R> {
    /// Cuts the network into `n_parts` of about the same numbers of neurons.
    ///
    /// # Errors
    /// [`Error::Parameter`] if `n_parts` is 0, [`Error::APart`] if this is a part itself, [`Error::NotFinite`] if a weight
    /// has become infinite or not a number.
    pub fn into_parts(mut self, n_parts: usize) -> Result<Vec<Self>, Error> {
        if n_parts == 0 {
            return Err(Error::Parameter { name: "n_parts", value: 0.0, expected: "at least 1" });
        }
        if self.shares.is_some() {
            return Err(Error::APart);
        }
        let mut parts: Vec<_> = (0..n_parts).map(|k| self.without_projections(k, n_parts)).collect();
        // One projection after the other, so that not all synapses are there twice.
        for Connection { source, target, projection } in self.connections.drain(..) {
            for (k, part) in parts.iter_mut().enumerate() {
                let columns = share(projection.n_post(), k, n_parts);
                part.connections.push(Connection {
                    source,
                    target,
                    projection: projection.columns(columns)?,
                });
            }
        }
        Ok(parts)
    }

    fn without_projections(&self, k: usize, n_parts: usize) -> Self {
        let own = |n| share(n, k, n_parts);
        let layers: Vec<_> = self.layers.iter().map(|layer| layer.part(own(layer.n()))).collect();
        let shares =
            self.layers.iter().map(|layer| Share::new(own(layer.n()), layer.n(), layer.spikes())).collect();
        Self {
            currents: layers.iter().map(|layer| vec![R::ZERO; layer.n()]).collect(),
            layers,
            shares: Some(shares),
            connections: Vec::new(),
            stimuli: self.stimuli.clone(),
            t: self.t,
        }
    }

    /// Puts the parts together again, in the order in which they came.
    ///
    /// The synapses of a row stand in the order of the parts of their targets; where targets were in rising
    /// order, they still are.
    ///
    /// # Errors
    /// [`Error::Length`] if these are not all parts of one network, in order, at the same step; [`Error::NotFinite`] if a
    /// weight has become infinite or not a number.
    pub fn from_parts(parts: Vec<Self>) -> Result<Self, Error> {
        let n_parts = parts.len();
        let first = parts.first().ok_or(Error::Length { what: "parts", expected: 1, got: 0 })?;
        for (k, part) in parts.iter().enumerate() {
            let shares = part.shares.as_deref().unwrap_or(&[]);
            check_length("populations of a part", first.layers.len(), shares.len())?;
            check_length("projections of a part", first.connections.len(), part.connections.len())?;
            check_length("steps of a part", first.t as usize, part.t as usize)?;
            for share_of in shares {
                let own = share(share_of.n, k, n_parts);
                check_length("first neuron of a part", own.start, share_of.own.start)?;
                check_length("neurons of a part", own.len(), share_of.own.len())?;
            }
        }
        let mut layers = Vec::new();
        for p in 0..first.layers.len() {
            let mut state = PopulationState { spikes: Vec::new(), ..first.layers[p].state() };
            state.variables.iter_mut().for_each(Vec::clear);
            for part in &parts {
                let own = part.layers[p].state();
                state.variables.iter_mut().zip(own.variables).for_each(|(all, own)| all.extend(own));
                state.spikes.extend(part.own_spikes(PopulationId(p)));
            }
            let n = parts.iter().map(|part| part.layers[p].n()).sum();
            layers.push(first.layers[p].whole(n, state)?);
        }
        let mut whole = Self {
            currents: layers.iter().map(|layer| vec![R::ZERO; layer.n()]).collect(),
            layers,
            shares: None,
            connections: Vec::new(),
            stimuli: first.stimuli.clone(),
            t: first.t,
        };
        let mut columns: Vec<_> = parts.into_iter().map(|part| part.connections.into_iter()).collect();
        while let Some(shares) = columns.iter_mut().map(Iterator::next).collect::<Option<Vec<_>>>() {
            let (source, target) = (shares[0].source, shares[0].target);
            let shares = shares.into_iter().map(|connection| connection.projection).collect();
            whole.connections.push(Connection {
                source,
                target,
                projection: Projection::from_columns(shares)?,
            });
        }
        Ok(whole)
    }

    /// Size of a population, all parts together.
    ///
    /// # Panics
    /// If the population is of another network.
    #[must_use]
    #[track_caller]
    pub fn n_in_all_parts(&self, population: PopulationId) -> usize {
        self.shares.as_ref().map_or_else(|| self.n(population), |shares| shares[population.0].n)
    }

    /// Who spiked in the last step among the neurons of this part, by their numbers in the whole population.
    ///
    /// # Panics
    /// If the population is of another network.
    #[track_caller]
    pub fn own_spikes(&self, population: PopulationId) -> impl Iterator<Item = u32> {
        let first = self.shares.as_ref().map_or(0, |shares| shares[population.0].first()) as u32;
        self.layers[population.0].spikes().iter().map(move |&i| first + i)
    }

    /// Tells a part who spiked in the last step in another part, or itself: it must hear from all of them, in
    /// order, after every step, before rules act and before the next step; or after some steps, of each of them, as
    /// [`send_late`](Self::send_late) says.
    ///
    /// # Panics
    /// If this is not a part, or the population is of another network.
    #[track_caller]
    pub fn hear_spikes(&mut self, population: PopulationId, spikes: &[u32]) {
        let Some(shares) = &mut self.shares else { panic!("a whole network knows who spiked") };
        shares[population.0].hear(spikes);
    }

    /// How many steps a part can make before it must hear who spiked in any of them: one more than the shortest delay,
    /// since nothing that was sent in them arrives in them.
    #[must_use]
    pub fn steps_alone(&self) -> u16 {
        let shortest = |connection: &Connection<R>| connection.projection.delay().shortest();
        self.connections.iter().filter_map(shortest).min().unwrap_or(u16::MAX).saturating_add(1)
    }

    /// Sends the spikes that this part has heard of, which are those of the step before the last `late`: after
    /// [`steps_alone`](Self::steps_alone) steps or fewer in a row a part hears the spikes of the first of them,
    /// sends them late, hears those of the second, and so on. Those of the last are sent by the next step as usual.
    ///
    /// # Panics
    /// If they are so late that they have arrived already.
    #[track_caller]
    pub fn send_late(&mut self, late: u16) {
        let alone = self.steps_alone();
        assert!(late < alone, "spikes {late} steps late, where some arrive after {alone}");
        self.send(late);
        self.forget_spikes();
    }

    /// Makes a part ready to hear the spikes of a new step.
    pub(super) fn forget_spikes(&mut self) {
        self.shares.iter_mut().flatten().for_each(Share::forget);
    }
}
