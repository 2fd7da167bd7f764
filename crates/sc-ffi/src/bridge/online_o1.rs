//! The synapse of [`crate::o1`] by its bridge names.

use sc_online_o1::{Config, Synapse};

use super::ForeignBool;
use crate::{
    guard, handle,
    o1::synapse::{O1Snapshot, O1Synapse},
};

/// The name of the snapshot in the reference package.
#[allow(non_camel_case_types, reason = "a name of the bridge")]
pub type OnlineO1SnapshotFFI = O1Snapshot;

/// Makes a fixed-point synapse; NULL unless the widths are in 1..31, 2..30, 1..30 and both shifts in 0..30.
///
/// A weight above the largest becomes the largest. The arguments are bytes: what a caller cuts off to make them fit, the
/// library cannot see (272 arrives as 16). `al_o1_synapse_new` has no such hole; the handles are the same, and all
/// functions of that interface work on them.
#[unsafe(no_mangle)]
pub extern "C" fn create_online_o1_synapse(
    weight_bits: u8,
    trace_bits: u8,
    reward_bits: u8,
    learning_shift: u8,
    trace_decay_shift: u8,
    initial_weight: u32,
) -> *mut O1Synapse {
    guard::or(std::ptr::null_mut(), || {
        let config = Config::new(weight_bits, trace_bits, reward_bits, learning_shift, trace_decay_shift)?;
        Ok(handle::new(Synapse::new(config, initial_weight)))
    })
}

/// One time step; returns the state after it, by value. All zeros for NULL.
///
/// # Safety
/// `synapse` is NULL or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step_online_o1_synapse(
    synapse: *mut O1Synapse,
    pre_spike: ForeignBool,
    post_spike: ForeignBool,
    reward: i32,
) -> OnlineO1SnapshotFFI {
    guard::or(O1Snapshot::default(), || {
        let step = |synapse: &mut Synapse| Ok(synapse.step(pre_spike.is_set(), post_spike.is_set(), reward));
        // SAFETY: the caller passes NULL or a live handle of its own.
        unsafe { handle::change(synapse, step) }.map(O1Snapshot::from)
    })
}

/// Bits of state, `weight_bits + 3 * trace_bits`. 0 for NULL.
///
/// # Safety
/// `synapse` is NULL or a live handle that no other thread changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn online_o1_per_synapse_state_bits(synapse: *const O1Synapse) -> u32 {
    guard::or(0, || {
        // SAFETY: the caller passes NULL or a live handle.
        unsafe { handle::read(synapse, |synapse| Ok(synapse.config().per_synapse_state_bits())) }
    })
}

/// Frees a synapse. NULL is fine.
///
/// # Safety
/// `synapse` is NULL, or a handle that is not freed yet and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn destroy_online_o1_synapse(synapse: *mut O1Synapse) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::free(synapse) };
        Ok(())
    });
}
