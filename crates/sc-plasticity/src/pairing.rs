//! Which spikes STDP pairs with which.

/// Which pairs of spikes count: the schemes of A. Morrison, M. Diesmann & W. Gerstner 2008,
/// doi:10.1007/s00422-008-0233-1.
///
/// The paper leaves open what happens to spikes that arrive at once. Here a spike lies between two others if it is
/// strictly between them in time, or coincides with one of them and [`Coincidence`](crate::Coincidence) puts it
/// inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pairing {
    /// Every presynaptic spike with every postsynaptic one.
    #[default]
    AllToAll,
    /// Every spike of either side with the last one before it of the other side.
    NearestSymmetric,
    /// Every presynaptic spike with the last postsynaptic spike before it and the first one after it.
    NearestPresynaptic,
    /// As presynaptic-centred, but only immediate neighbours: no other spike of the two neurons lies between
    /// the pair.
    NearestReduced,
}
