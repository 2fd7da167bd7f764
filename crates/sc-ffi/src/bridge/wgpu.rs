//! The GPU layer of the bridge, which this library does not have.
//!
//! Its functions exist because the reference package does not import without them. Creation answers NULL, which the package
//! turns into an error that says so; as no handle can exist, the others have nothing to do.
#![expect(unused_variables, reason = "their names are for the header")]

use std::ptr;

use crate::{error::Error, guard};

/// A layer on a GPU. This library makes none.
#[derive(Debug)]
pub struct WgpuLayer(());

const UNAVAILABLE: Error = Error::Unavailable { what: "GPU layer" };

/// Always NULL: this library has no GPU path. `create_rule_layer` computes the same rules on the processor.
#[unsafe(no_mangle)]
pub extern "C" fn create_wgpu_layer(
    n: usize,
    rule_id: u32,
    a_plus: f32,
    a_minus: f32,
    tau_plus: f32,
    tau_minus: f32,
    tau_eligibility: f32,
    target_sum: f32,
) -> *mut WgpuLayer {
    guard::or(ptr::null_mut(), || Err(UNAVAILABLE))
}

/// Always NULL, as `create_wgpu_layer`.
#[unsafe(no_mangle)]
pub extern "C" fn create_wgpu_layer_with_weight(
    n: usize,
    rule_id: u32,
    weight: f32,
    a_plus: f32,
    a_minus: f32,
    tau_plus: f32,
    tau_minus: f32,
    tau_eligibility: f32,
    target_sum: f32,
) -> *mut WgpuLayer {
    guard::or(ptr::null_mut(), || Err(UNAVAILABLE))
}

/// Does nothing: there is no GPU layer to step.
#[unsafe(no_mangle)]
pub extern "C" fn step_wgpu_layer(
    layer: *mut WgpuLayer,
    pre_probabilities: *const f32,
    post_probabilities: *const f32,
    rewards: *const f32,
    dt: f32,
) {
}

/// Writes nothing: there is no GPU layer to read.
#[unsafe(no_mangle)]
pub extern "C" fn get_wgpu_weights(layer: *const WgpuLayer, weights: *mut f32) {}

/// Always false: there is no GPU layer to write.
#[unsafe(no_mangle)]
pub extern "C" fn set_wgpu_weights(layer: *mut WgpuLayer, weights: *const f32, n: usize) -> bool {
    guard::or(false, || Err(UNAVAILABLE))
}

/// Does nothing: there is no GPU layer to seed.
#[unsafe(no_mangle)]
pub extern "C" fn set_wgpu_layer_seed(layer: *mut WgpuLayer, seed: u32) {}

/// Does nothing: there is no GPU layer to reset.
#[unsafe(no_mangle)]
pub extern "C" fn reset_wgpu_layer(layer: *mut WgpuLayer) {}

/// Does nothing: there is no GPU layer to free.
#[unsafe(no_mangle)]
pub extern "C" fn free_wgpu_layer(layer: *mut WgpuLayer) {}
