//! One synapse behind a handle.

use sc_online_o1::{Snapshot, Synapse};

use super::config::{self, O1Config};
use crate::{
    error::Error,
    guard,
    handle::{self, Guarded, handle},
    memory::{self, Out},
    status::Status,
};

/// The whole state of a synapse: four numbers, 16 bytes.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct O1Snapshot {
    /// Weight, `0 .. 2^weight_bits - 1`.
    pub weight: u32,
    /// Trace of presynaptic spikes, `0 .. 2^trace_bits - 1`.
    pub pre_trace: u32,
    /// Trace of postsynaptic spikes, `0 .. 2^trace_bits - 1`.
    pub post_trace: u32,
    /// Eligibility, `-2^(trace_bits - 1) .. 2^(trace_bits - 1) - 1`.
    pub eligibility: i32,
}

impl From<Snapshot> for O1Snapshot {
    fn from(s: Snapshot) -> Self {
        Self {
            weight: s.weight,
            pre_trace: s.pre_trace,
            post_trace: s.post_trace,
            eligibility: s.eligibility,
        }
    }
}

impl From<O1Snapshot> for Snapshot {
    fn from(s: O1Snapshot) -> Self {
        Self {
            weight: s.weight,
            pre_trace: s.pre_trace,
            post_trace: s.post_trace,
            eligibility: s.eligibility,
        }
    }
}

/// A plastic synapse in fixed point: reward-modulated STDP with four integers of state.
///
/// One handle must not be used by two threads at once, unless both only call functions that take it as const. Different
/// handles are independent.
#[derive(Debug)]
pub struct O1Synapse(Guarded<Synapse>);
handle!(O1Synapse, Synapse);

/// Makes a synapse without a past. A weight above the largest becomes the largest.
///
/// On success `*synapse` is a handle to be freed by `al_o1_synapse_free`; on failure it is left alone.
///
/// # Safety
/// `config` is NULL (refused) or was filled by `al_o1_config_init`; `synapse` is NULL (refused) or has room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_new(
    config: *const O1Config,
    initial_weight: u32,
    synapse: *mut *mut O1Synapse,
) -> Status {
    guard::status(|| {
        // SAFETY: the caller has room there, or passes NULL.
        let out = unsafe { Out::new(synapse, "synapse") }?;
        // SAFETY: the caller passes a configuration, or NULL.
        let config = unsafe { config::read(config) }?;
        out.write(handle::new(Synapse::new(config, initial_weight)));
        Ok(())
    })
}

/// Frees a synapse. NULL is fine.
///
/// # Safety
/// `synapse` is NULL, or a handle that is not freed yet and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_free(synapse: *mut O1Synapse) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::free(synapse) };
        Ok(())
    });
}

/// One time step. `pre_spike` and `post_spike` are true if not 0; a reward beyond its bits counts as the nearest within.
///
/// The state after the step goes to `after`, unless that is NULL.
///
/// # Safety
/// `synapse` is NULL (refused) or a live handle that no other thread uses meanwhile; `after` is NULL or has room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_step(
    synapse: *mut O1Synapse,
    pre_spike: u8,
    post_spike: u8,
    reward: i32,
    after: *mut O1Snapshot,
) -> Status {
    guard::status(|| {
        // SAFETY: the caller has room there, or passes NULL.
        let after = unsafe { optional(after, "after") }?;
        let step = |synapse: &mut Synapse| Ok(synapse.step(pre_spike != 0, post_spike != 0, reward));
        // SAFETY: the caller passes NULL or a live handle of its own.
        let state = unsafe { handle::change(synapse, step) }?;
        if let Some(after) = after {
            after.write(state.into());
        }
        Ok(())
    })
}

/// Forgets the past: traces and eligibility become 0, the weight stays.
///
/// # Safety
/// `synapse` is NULL (refused) or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_reset(synapse: *mut O1Synapse) -> Status {
    guard::status(|| {
        let reset = |synapse: &mut Synapse| {
            *synapse = Synapse::new(*synapse.config(), synapse.snapshot().weight);
            Ok(())
        };
        // SAFETY: the caller passes NULL or a live handle of its own.
        unsafe { handle::change(synapse, reset) }
    })
}

/// Reads the whole state.
///
/// # Safety
/// `synapse` is NULL (refused) or a live handle that no other thread changes meanwhile; `state` is NULL (refused) or has
/// room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_get_state(
    synapse: *const O1Synapse,
    state: *mut O1Snapshot,
) -> Status {
    guard::status(|| {
        // SAFETY: the caller has room there, or passes NULL.
        let out = unsafe { Out::new(state, "state") }?;
        // SAFETY: the caller passes NULL or a live handle.
        out.write(unsafe { handle::read(synapse, |synapse| Ok(synapse.snapshot())) }?.into());
        Ok(())
    })
}

/// Writes the whole state: the synapse goes on from there, exactly as the one that it was read from.
///
/// A number that the configuration has no room for is refused with `AL_STATUS_INVALID_STATE`, and nothing changes.
///
/// # Safety
/// `synapse` is NULL (refused) or a live handle that no other thread uses meanwhile; `state` is NULL (refused) or a state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_set_state(
    synapse: *mut O1Synapse,
    state: *const O1Snapshot,
) -> Status {
    guard::status(|| {
        // SAFETY: the caller passes a state, or NULL.
        let state = unsafe { memory::value(state, "state") }?;
        let restore = |synapse: &mut Synapse| {
            *synapse = Synapse::restore(*synapse.config(), state.into())?;
            Ok(())
        };
        // SAFETY: the caller passes NULL or a live handle of its own.
        unsafe { handle::change(synapse, restore) }
    })
}

/// Reads the configuration.
///
/// # Safety
/// `synapse` is NULL (refused) or a live handle that no other thread changes meanwhile; `config` is NULL (refused) or has
/// room for `struct_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_get_config(
    synapse: *const O1Synapse,
    config: *mut O1Config,
    struct_size: u32,
) -> Status {
    guard::status(|| {
        // SAFETY: the caller has room there, or passes NULL.
        let out = unsafe { config::out(config, struct_size) }?;
        // SAFETY: the caller passes NULL or a live handle.
        out.write(unsafe { handle::read(synapse, |synapse| Ok(synapse.config().into())) }?);
        Ok(())
    })
}

/// Bits that the synapse remembers, `weight_bits + 3 * trace_bits`, however long a sequence is. 0 for NULL.
///
/// # Safety
/// `synapse` is NULL or a live handle that no other thread changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_synapse_state_bits(synapse: *const O1Synapse) -> u32 {
    guard::or(0, || {
        // SAFETY: the caller passes NULL or a live handle.
        unsafe { handle::read(synapse, |synapse| Ok(synapse.config().per_synapse_state_bits())) }
    })
}

/// A place for a result that the caller may not want.
///
/// # Safety
/// `pointer` is NULL, or there is room for a value as long as the result lives.
unsafe fn optional<T>(pointer: *mut T, what: &'static str) -> Result<Option<Out<T>>, Error> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: what this function asks of its caller.
    unsafe { Out::new(pointer, what) }.map(Some)
}
