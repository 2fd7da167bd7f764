//! The rules against recorded runs of the reference package, against slow implementations of their own, and against
//! what could go wrong.
#![allow(clippy::float_cmp, reason = "results here are exact by construction")]

mod bcm;
mod clocked_short_term;
mod clocked_stdp;
mod coincidence_trace;
mod eprop;
mod golden;
mod in_a_network;
mod plastic_network;
mod population_scaling;
mod reward_modulated_stdp;
mod rewarded_coincidence;
mod rule_layer;
mod short_term;
mod stdp;
mod structural;
mod synaptic_scaling;
