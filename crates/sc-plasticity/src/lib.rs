//! Local learning rules for spiking networks: a synapse changes by what it can know, the spikes on either
//! side of it.
//!
//! | rule | what it is |
//! |---|---|
//! | [`PairStdp`] | STDP of pairs of spikes: four pairings, four weight dependences, delays |
//! | [`LazyPairStdp`] | the same for large networks: weights catch up when their presynaptic neuron spikes |
//! | [`TripletStdp`] | STDP of pairs and triplets of spikes (Pfister & Gerstner) |
//! | [`ShortTerm`] | short-term depression and facilitation (Tsodyks & Markram), exact between spikes |
//! | [`RewardModulatedStdp`] | pairs of spikes mark a synapse, a later reward changes it (Izhikevich, Florian) |
//! | [`Bcm`] | a threshold that slides with the square of the rate decides the direction (Bienenstock, Cooper & Munro) |
//! | [`SynapticScaling`] | homeostasis: every neuron finds its target rate (Turrigiano) |
//! | [`HomeostaticGrowth`] | synapses come and go until every neuron fires at its rate (Butz & van Ooyen) |
//! | [`ActivityRewiring`] | synapses grow between neurons that fire together, weak ones are pruned |
//! | [`DeepR`], [`SparseEvolution`] | a fixed number of synapses, rewired along a gradient or by size (Bellec; Mocanu) |
//! | [`eprop`] | a recurrent network, neurons included, learns a task online by eligibilities and learning signals (Bellec) |
//! | [`ClockedStdp`] | pair-based STDP that visits every synapse in every step, as the reference package does it |
//! | [`ClockedShortTerm`], [`CoincidenceTrace`], [`RewardedCoincidence`], [`PopulationScaling`], [`InPlaceRegrowth`] | what the reference package calls short-term plasticity, eligibility, reward modulation, homeostasis and structural plasticity |
//! | [`RuleLayer`] | the four elementwise rules of the reference package's native library ([`RuleKind`]) |
//!
//! Rules that are driven by spikes are [`PlasticityRule`]s: after a step of a network, a rule takes the spikes of that step and
//! changes the synapses of one projection. Its work follows the spikes. It can be saved and resumed exactly, like
//! everything here, and rules can share a projection. ([`DeepR`] and [`SparseEvolution`] step when there is a gradient or an epoch is
//! over, e-prop has neurons of its own, and [`ClockedStdp`], [`CoincidenceTrace`] and [`RuleLayer`] are called with arrays.)
//!
//! ```
//! use sc_core::{Autapses, DeltaLif, DeltaLifParameters, Network, Population, Projection, Stimulus, connectivity};
//! use sc_plasticity::{PairStdp, PairStdpParameters, PlasticityRule, SynapticScaling, SynapticScalingParameters};
//!
//! // A hundred neurons in noise (steps of 0.1 ms), each with ten inputs from the others.
//! let mut network = Network::<f32>::new();
//! let neuron = DeltaLif::new(DeltaLifParameters::default())?;
//! let cells = network.add_population(Population::new(neuron, 100, 0));
//! let structure = connectivity::fixed_in_degree(100, 100, 10, Autapses::Forbid, 1)?;
//! let synapses = network.add_projection(cells, cells, Projection::new(structure.with_weight(0.5)?))?;
//! network.add_stimulus(Stimulus::poisson(cells, 10_000.0, 0.1, 0.1, 2)?)?;
//!
//! // Spikes decide which synapses grow, and a slow homeostasis how strong all of a neuron are together.
//! let projection = network.projection(synapses);
//! let mut stdp = PairStdp::new(projection, PairStdpParameters { dt: 0.1, ..Default::default() })?;
//! let mut scaling = SynapticScaling::new(projection, SynapticScalingParameters { dt: 0.1, ..Default::default() })?;
//! for _ in 0..5000 {
//!     network.step();
//!     stdp.step(network.local(synapses));
//!     scaling.step(network.local(synapses));
//! }
//! assert!(network.projection(synapses).weights().values().iter().any(|&w| w != 0.5));
//! # Ok::<(), sc_plasticity::Error>(())
//! ```
//!
//! [`PlasticNetwork`] is this loop on several threads, with the same bits whatever their number. Where
//! the reference package (sc-neurocore) does something else than its names say, its behaviour is here under a name that
//! says what it does, checked against recorded runs.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "tests compare results that are exact by construction"))]

mod bcm;
mod clocked_short_term;
mod clocked_stdp;
mod coincidence;
mod coincidence_trace;
pub mod eprop;
mod error;
mod in_place_regrowth;
mod lazy_pair_stdp;
mod ledger;
mod pair_stdp;
mod pairing;
mod plastic_network;
mod population_scaling;
mod post_history;
mod postponed;
mod reward_modulated_stdp;
mod rewarded_coincidence;
mod rule;
mod rule_layer;
mod shared_credit;
mod short_term;
mod spike_delay;
mod spike_history;
mod structural;
mod structure;
mod synaptic_scaling;
mod trace;
mod triplet_stdp;
mod weight_dependence;
mod weight_update;

pub use bcm::{Bcm, BcmParameters};
pub use clocked_short_term::{ClockedShortTerm, ClockedShortTermParameters};
pub use clocked_stdp::{ClockedStdp, ClockedStdpParameters};
pub use coincidence::Coincidence;
pub use coincidence_trace::{CoincidenceTrace, CoincidenceTraceParameters};
pub use error::Error;
pub use in_place_regrowth::{InPlaceRegrowth, InPlaceRegrowthParameters};
pub use lazy_pair_stdp::LazyPairStdp;
pub use pair_stdp::{PairStdp, PairStdpParameters};
pub use pairing::Pairing;
pub use plastic_network::PlasticNetwork;
pub use population_scaling::{PopulationScaling, PopulationScalingParameters};
pub use reward_modulated_stdp::{RewardModulatedStdp, RewardModulatedStdpParameters};
pub use rewarded_coincidence::RewardedCoincidence;
pub use rule::PlasticityRule;
pub use rule_layer::{RuleKind, RuleLayer};
pub use short_term::{Resources, ShortTerm, ShortTermParameters, TsodyksMarkram};
pub use structural::{
    ActivityRewiring, ActivityRewiringParameters, DeepR, DeepRParameters, GrowthCurve, HomeostaticGrowth,
    HomeostaticGrowthParameters, InDegree, Signs, SparseEvolution, SparseEvolutionParameters,
};
pub use synaptic_scaling::{RateOf, SynapticScaling, SynapticScalingParameters};
pub use triplet_stdp::{TripletPairing, TripletStdp, TripletStdpParameters};
pub use weight_dependence::WeightDependence;
