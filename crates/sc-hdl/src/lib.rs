//! The fixed-point O(1) synapse of [`sc_online_o1`] in hardware: its Verilog, and what that takes of a chip.
//!
//! * [`Lane`] is one synapse in registers, a step in every clock, with the ports of the reference package.
//! * [`Engine`] is a crossbar of synapses in block memory, some of which step in every clock.
//! * [`ResourceEstimate`] is the reference's formula; [`CalibratedEstimate`] of a lane and [`EngineEstimate`] of an engine are
//!   what synthesis says; [`Manifest`] is what a file of Verilog holds.
//!
//! ```
//! use sc_hdl::{Engine, EngineShape, Identifier, Lane};
//! use sc_online_o1::Config;
//!
//! let lane = Lane::new(Config::DEFAULT, Identifier::new("synapse")?)?;
//! let shape = EngineShape { lanes: 16, rows: 256, groups: 1 };
//! let engine = Engine::new(Config::DEFAULT, shape, Identifier::new("synapses")?)?;
//! assert!(lane.verilog().contains("module synapse #("));
//! assert!(engine.verilog().contains("module synapses #("));
//! # Ok::<(), sc_hdl::Error>(())
//! ```
//!
//! The crate has no arithmetic of its own: lane and engine compute what [`sc_online_o1::Synapse`] computes, to the last bit.
//! `docs/rtl.md` of the workspace says how that is shown, by simulation and by proof.
#![forbid(unsafe_code)]

mod calibrated;
mod engine;
mod engine_estimate;
mod engine_registers;
mod engine_synthesis;
mod error;
mod family;
mod identifier;
mod lane;
mod manifest;
mod memory;
mod resource;
mod synthesis;
mod template;

pub use calibrated::{CalibratedEstimate, Cells};
pub use engine::{Engine, EngineShape};
pub use engine_estimate::EngineEstimate;
pub use error::Error;
pub use family::Family;
pub use identifier::Identifier;
pub use lane::Lane;
pub use manifest::Manifest;
pub use resource::ResourceEstimate;
