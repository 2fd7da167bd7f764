//! Spike containers: events for work that follows spikes, packed bits for work that follows words.

mod events;
mod raster;

pub use events::SpikeEvents;
pub use raster::SpikeRaster;
