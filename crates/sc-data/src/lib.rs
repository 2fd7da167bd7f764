//! From samples to spikes: encoders, bundled digits, IDX, NPY and NPZ readers.
//!
//! A spiking network reads [`SpikeEvents`]: for each time step the channels that spike. This crate makes them, and
//! gets the numbers they are made from off the disk. It never goes to the network.
//!
//! ```
//! use sc_data::{Encoder, RateEncoder, digits};
//!
//! let (train, test) = digits().stratified_split(0.2, 42)?;
//! let encoder = RateEncoder::new(25, 0.5, 42)?;
//! for i in train.shuffled(42, 0).into_iter().take(3) {
//!     let events = encoder.encode(&train.intensities(i), i as u64)?;
//!     assert_eq!((events.n_steps(), events.n_channels()), (25, 64));
//!     // ... run a network on `events`, expect `train.label(i)`.
//! }
//! # assert_eq!(test.len(), 359);
//! # Ok::<(), sc_data::Error>(())
//! ```
//!
//! | to ... | read on at |
//! |---|---|
//! | turn intensities into spikes | [`RateEncoder`], or your own [`Encoder`] |
//! | have labelled images at hand | [`digits()`], [`Images`] |
//! | read MNIST and its relatives | [`Images::from_idx_dir`], [`read_idx`] |
//!
//! A damaged or hostile file is an [`Error`], never a panic, and costs no more memory than the file has bytes, or
//! than [`MAX_UNPACKED`] if it is compressed.
#![forbid(unsafe_code)]

mod any_array;
mod bytes;
mod digits;
mod encoder;
mod error;
mod idx;
mod images;
mod split;

pub use any_array::AnyArray;
pub use bytes::MAX_UNPACKED;
pub use digits::digits;
pub use encoder::{Encoder, RateEncoder};
pub use error::Error;
pub use idx::{parse_idx, read_idx};
pub use images::Images;
pub use split::{shuffled, stratified_split};

// The arrays and spikes in this crate's signatures come from these versions.
pub use ndarray;
pub use sc_core::SpikeEvents;
