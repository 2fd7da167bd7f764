//! e-prop against two runs of NEST, against exact gradients, and against the identities it stands on.

mod conformance;
mod feedback;
mod golden;
mod identities;
mod mistakes;
mod oracle;
mod persistence;
mod random_network;
mod step_by_step;
