//! Neurons are worked on in panels of sixteen, so that every loop over them becomes vector code.

/// Neurons of a panel; those beyond the last neuron are never heard of.
pub(super) const LANES: usize = 16;

/// One number for each neuron of a panel.
pub(super) type Lanes<R> = [R; LANES];
