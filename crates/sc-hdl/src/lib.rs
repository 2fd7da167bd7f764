//! The fixed-point O(1) synapse of [`sc_online_o1`] in hardware: what a lane of it needs.
//!
//! ```
//! use sc_hdl::ResourceEstimate;
//! use sc_online_o1::Config;
//!
//! let estimate = ResourceEstimate::new(&Config::DEFAULT, 1024, "artix7")?;
//! assert_eq!((estimate.total_state_bits, estimate.bram36_tiles), (53_248, 2));
//! # Ok::<(), sc_hdl::Error>(())
//! ```
//!
//! The crate has no arithmetic of its own: what a lane computes is what [`sc_online_o1::Synapse`] computes.
#![forbid(unsafe_code)]

mod calibrated;
mod engine;
mod error;
mod family;
mod identifier;
mod lane;
mod manifest;
mod resource;
mod synthesis;
mod template;

pub use calibrated::{CalibratedEstimate, Cells};
pub use engine::{Engine, EngineShape};
pub use error::Error;
pub use family::Family;
pub use identifier::Identifier;
pub use lane::Lane;
pub use manifest::Manifest;
pub use resource::ResourceEstimate;
