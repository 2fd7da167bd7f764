//! From samples to spikes: encoders, bundled digits, IDX, NPY and NPZ readers.
#![forbid(unsafe_code)]
