//! What two spikes do that reach a synapse in the same step.

/// What a pre- and a postsynaptic spike do with each other that reach their synapse in the same step. All
/// other pairs in which they take part count in any case.
///
/// Simulators disagree, and at high rates in coarse steps it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coincidence {
    /// Nothing. A synapse that both reach is first potentiated, by earlier presynaptic spikes, and then
    /// depressed, by earlier postsynaptic ones; so NEST.
    #[default]
    Neither,
    /// They depress, as if the postsynaptic spike had come just before; so the program of Izhikevich 2007.
    Depression,
    /// They potentiate, as if the presynaptic spike had come just before; so Brian2 in its default order.
    Potentiation,
}

/// What happens in a step, one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    /// Postsynaptic spikes potentiate their synapses, by the presynaptic traces.
    Potentiate,
    /// Presynaptic spikes depress their synapses, by the postsynaptic traces.
    Depress,
    /// The presynaptic traces take up the spikes.
    MarkPre,
    /// The postsynaptic traces take up the spikes.
    MarkPost,
}

impl Coincidence {
    /// The phases of a step in order.
    pub(crate) fn phases(self) -> [Phase; 4] {
        use Phase::{Depress, MarkPost, MarkPre, Potentiate};
        match self {
            Self::Neither => [Potentiate, Depress, MarkPre, MarkPost],
            Self::Depression => [Potentiate, MarkPost, Depress, MarkPre],
            Self::Potentiation => [Depress, MarkPre, Potentiate, MarkPost],
        }
    }
}
