//! Many plastic elements under one rule, and their state in files and buffers.
//!
//! Two versions of the state exist. Version 1 is the reference's: it leaves out parameters and some of what adapts, so an
//! ELIGENT or BCM layer that was restored from it goes on differently. Version 2 is ours and restores exactly. Files are
//! written in version 2. Buffers are written in version 1, because callers keep them, in pickles for instance, and may give
//! them to the reference's own library. Both are read everywhere.

use std::{
    ffi::{CStr, c_char},
    io::{self, Read},
    ptr,
};

use sc_plasticity::RuleLayer;

use super::{ForeignBool, rule::kind};
use crate::{
    error::Error,
    guard,
    handle::{self, Guarded, handle},
    memory,
};

/// Plastic elements side by side, under one of the four rules.
#[derive(Debug)]
pub struct RuleLayerHandle(Guarded<RuleLayer>);
handle!(RuleLayerHandle, RuleLayer);

/// Makes `n` equal elements; NULL for none, for more than there is memory for, and for what `create_rule` refuses.
#[unsafe(no_mangle)]
pub extern "C" fn create_rule_layer(
    n: usize,
    rule_id: u32,
    weight: f32,
    a: f32,
    b: f32,
) -> *mut RuleLayerHandle {
    guard::or(ptr::null_mut(), || Ok(handle::new(RuleLayer::new(kind(rule_id)?, n, weight, a, b)?)))
}

/// One time step of length `dt` of all elements. One bad reward, or a bad `dt`, and nothing changes.
///
/// The library cannot see how long the buffers are: shorter ones are read beyond their end.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or
/// hold as many elements as the layer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step_rule_layer(
    layer: *mut RuleLayerHandle,
    pre_spikes: *const ForeignBool,
    post_spikes: *const ForeignBool,
    rewards: *const f32,
    dt: f32,
) {
    let step = |layer: &mut RuleLayer| {
        let n = layer.len();
        // SAFETY: what this function asks of its caller.
        let pre = unsafe { memory::elements(pre_spikes.cast::<u8>(), n, "pre_spikes") }?;
        // SAFETY: as above.
        let post = unsafe { memory::elements(post_spikes.cast::<u8>(), n, "post_spikes") }?;
        // SAFETY: as above.
        let rewards = unsafe { memory::elements(rewards, n, "rewards") }?;
        Ok(layer.step(pre, post, rewards, dt)?)
    };
    // SAFETY: as above.
    guard::or((), || unsafe { handle::change(layer, step) });
}

/// One time step with spikes drawn by probability: element `i` draws from a generator seeded with `seed + i`, its
/// presynaptic spike first. A probability outside 0..1, one bad reward or a bad `dt`, and nothing changes.
///
/// `seed + 1` gives element `i` what `seed` gave element `i + 1`: take seeds that lie far apart.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or
/// hold as many elements as the layer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step_rule_layer_analog(
    layer: *mut RuleLayerHandle,
    pre_probabilities: *const f32,
    post_probabilities: *const f32,
    rewards: *const f32,
    seed: u64,
    dt: f32,
) {
    let step = |layer: &mut RuleLayer| {
        let n = layer.len();
        // SAFETY: what this function asks of its caller.
        let pre = unsafe { memory::elements(pre_probabilities, n, "pre_probabilities") }?;
        // SAFETY: as above.
        let post = unsafe { memory::elements(post_probabilities, n, "post_probabilities") }?;
        // SAFETY: as above.
        let rewards = unsafe { memory::elements(rewards, n, "rewards") }?;
        Ok(layer.step_analog(pre, post, rewards, seed, dt)?)
    };
    // SAFETY: as above.
    guard::or((), || unsafe { handle::change(layer, step) });
}

/// Copies the weights out.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread changes meanwhile; `weights` is NULL (nothing happens) or has room
/// for as many numbers as the layer has elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn get_rule_layer_weights(layer: *const RuleLayerHandle, weights: *mut f32) {
    let read = |layer: &RuleLayer| {
        let values = layer.weights();
        // SAFETY: what this function asks of its caller.
        unsafe { memory::write_elements(weights, values.len(), values, "weights") }
    };
    // SAFETY: as above.
    guard::or((), || unsafe { handle::read(layer, read) });
}

/// Forgets the past of all elements, as `reset_rule`.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reset_rule_layer(layer: *mut RuleLayerHandle) {
    let reset = |layer: &mut RuleLayer| {
        layer.reset();
        Ok(())
    };
    // SAFETY: what this function asks of its caller.
    guard::or((), || unsafe { handle::change(layer, reset) });
}

/// Frees a layer. NULL is fine.
///
/// # Safety
/// `layer` is NULL, or a handle that is not freed yet and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn destroy_rule_layer(layer: *mut RuleLayerHandle) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::free(layer) };
        Ok(())
    });
}

/// Writes everything that the layer is to a file, version 2: a layer that loads it goes on exactly as this one.
///
/// The file appears whole or not at all: it is written under another name, synced and renamed. False on failure.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread changes meanwhile; `path` is NULL or a zero-terminated UTF-8 path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn save_rule_layer_batched(layer: *const RuleLayerHandle, path: *const c_char) -> bool {
    guard::or(false, || {
        // SAFETY: what this function asks of its caller.
        let path = unsafe { text(path) }?;
        // SAFETY: as above.
        unsafe { handle::read(layer, |layer| Ok(layer.save(path)?)) }?;
        Ok(true)
    })
}

/// Reads a file of version 1 or 2 into a layer of the same size and rule. False, and nothing changed, if it is damaged, cut
/// short, longer than it says, or of another layer.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread uses meanwhile; `path` is NULL or a zero-terminated UTF-8 path.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn load_rule_layer_batched(layer: *mut RuleLayerHandle, path: *const c_char) -> bool {
    guard::or(false, || {
        // SAFETY: what this function asks of its caller.
        let path = unsafe { text(path) }?;
        // SAFETY: as above.
        unsafe { handle::change(layer, |layer| Ok(layer.load(path)?)) }?;
        Ok(true)
    })
}

/// Bytes that `get_rule_layer_state_mem` writes: version 1, `12 + n * (8 + 4 * k)`. 0 for NULL.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn get_rule_layer_state_size(layer: *const RuleLayerHandle) -> usize {
    // SAFETY: what this function asks of its caller.
    guard::or(0, || unsafe { handle::read(layer, |layer| Ok(layer.state_len_v1())) })
}

/// Writes the state to a buffer of `get_rule_layer_state_size` bytes, version 1, which leaves out parameters, ELIGENT's
/// running sum and BCM's running average (`save_rule_layer_batched` keeps all). False, and nothing written, if a number is
/// not finite.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread changes meanwhile; `state` is NULL (refused) or has that much room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn get_rule_layer_state_mem(layer: *const RuleLayerHandle, state: *mut u8) -> bool {
    let write = |layer: &RuleLayer| {
        let mut bytes = Vec::new();
        let size = layer.state_len_v1();
        let room = bytes.try_reserve_exact(size);
        room.map_err(|_| Error::Memory { what: "a saved state", count: size })?;
        bytes.resize(size, 0);
        layer.write_v1(&mut bytes)?;
        // SAFETY: what this function asks of its caller.
        unsafe { memory::write_elements(state, size, &bytes, "state") }
    };
    guard::or(false, || {
        // SAFETY: as above.
        unsafe { handle::read(layer, write) }?;
        Ok(true)
    })
}

/// Restores the state from a buffer of version 1 or 2. False, and nothing changed, if it is damaged or of another layer.
///
/// The library cannot see how long the buffer is. It reads the first 12 bytes, then each record's header before the record,
/// and stops where something does not fit; a buffer that is cut short behind a good beginning is read beyond its end.
/// `set_rule_layer_state_mem_checked` has no such hole.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread uses meanwhile; `state` is NULL (refused) or holds a whole state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn set_rule_layer_state_mem(layer: *mut RuleLayerHandle, state: *const u8) -> bool {
    let restore = |layer: &mut RuleLayer| {
        if state.is_null() {
            return Err(Error::Null { what: "state" });
        }
        Ok(layer.restore_from(Unbounded { next: state })?)
    };
    guard::or(false, || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::change(layer, restore) }?;
        Ok(true)
    })
}

/// Restores the state from `len` bytes of version 1 or 2: all of them and no more. False, and nothing changed, otherwise.
///
/// # Safety
/// `layer` is NULL or a live handle that no other thread uses meanwhile; `state` is NULL (refused) or holds `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn set_rule_layer_state_mem_checked(
    layer: *mut RuleLayerHandle,
    state: *const u8,
    len: usize,
) -> bool {
    guard::or(false, || {
        // SAFETY: what this function asks of its caller.
        let bytes = unsafe { memory::elements(state, len, "state") }?;
        // SAFETY: as above.
        unsafe { handle::change(layer, |layer| Ok(layer.restore(bytes)?)) }?;
        Ok(true)
    })
}

/// Bytes whose end only the caller knows: what is asked for is there, or the caller broke its promise.
struct Unbounded {
    next: *const u8,
}

impl Read for Unbounded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // SAFETY: a state stands there, and whoever reads it asks for no more than it says of itself.
        unsafe { ptr::copy_nonoverlapping(self.next, out.as_mut_ptr(), out.len()) };
        // SAFETY: the end of what was just read.
        self.next = unsafe { self.next.add(out.len()) };
        Ok(out.len())
    }
}

/// The path at `path`.
///
/// # Safety
/// `path` is NULL or points to bytes that end with a zero.
unsafe fn text<'a>(path: *const c_char) -> Result<&'a str, Error> {
    if path.is_null() {
        return Err(Error::Null { what: "path" });
    }
    // SAFETY: not NULL; the caller of this function promises the rest.
    let bytes = unsafe { CStr::from_ptr(path) };
    bytes.to_str().map_err(|error| Error::Argument {
        what: "path",
        expected: "UTF-8".to_owned(),
        got: error.to_string(),
    })
}
