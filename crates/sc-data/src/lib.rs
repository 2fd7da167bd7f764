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
//! | turn intensities into spikes | [`RateEncoder`], [`LatencyEncoder`], or your own [`Encoder`] |
//! | turn signals into spikes | [`DeltaEncoder`] |
//! | have labelled images at hand | [`digits()`], [`Images`] |
//! | read MNIST and its relatives | [`Images::from_idx_dir`], [`read_idx`] |
//! | read arrays saved by `NumPy` | [`read_npy`], [`read_npz`], [`AnyArray`] |
//!
//! A damaged or hostile file is an [`Error`], never a panic. Memory is used in proportion to the bytes that are there,
//! never to what a header says, and compressed data may unpack to [`MAX_UNPACKED`] bytes.
#![forbid(unsafe_code)]

mod any_array;
mod bytes;
mod digits;
mod encoder;
mod error;
mod idx;
mod images;
mod npy;
mod npz;
mod split;

pub use any_array::AnyArray;
pub use bytes::MAX_UNPACKED;
pub use digits::digits;
pub use encoder::{DeltaEncoder, Encoder, LatencyEncoder, RateEncoder};
pub use error::Error;
pub use idx::{parse_idx, read_idx};
pub use images::Images;
pub use npy::{parse_npy, read_npy};
pub use npz::{parse_npz, read_npz};
pub use split::{shuffled, stratified_split};

// The arrays and spikes in this crate's signatures come from these versions.
pub use ndarray;
pub use sc_core::SpikeEvents;
