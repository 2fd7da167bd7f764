//! One ELIGENT element with a threshold of its own.

use std::ptr;

use sc_plasticity::RuleLayer;

use super::ForeignBool;
use crate::{
    guard,
    handle::{self, Guarded, handle},
    memory,
};

/// One plastic element under the ELIGENT rule, with a time constant of 0.95.
#[derive(Debug)]
pub struct Learner(Guarded<RuleLayer>);
handle!(Learner, RuleLayer);

/// Makes a learner; NULL for a number that is not finite, a threshold that is not positive, a negative rate or a weight
/// outside 0..1.
#[unsafe(no_mangle)]
pub extern "C" fn create_learner(threshold: f32, target_rate: f32, weight: f32) -> *mut Learner {
    guard::or(ptr::null_mut(), || Ok(handle::new(RuleLayer::learner(threshold, target_rate, weight)?)))
}

/// One time step of length `dt`. The postsynaptic spike, `fired`, comes first. A reward or `dt` that is not finite, or a `dt`
/// that is not positive, changes nothing.
///
/// # Safety
/// `learner` is NULL or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step_learner(
    learner: *mut Learner,
    fired: ForeignBool,
    pre_spike: ForeignBool,
    reward: f32,
    dt: f32,
) {
    guard::or((), || {
        let step = |learner: &mut RuleLayer| Ok(learner.step(&[pre_spike.0], &[fired.0], &[reward], dt)?);
        // SAFETY: what this function asks of its caller.
        unsafe { handle::change(learner, step) }
    });
}

/// `n` time steps of length `dt`, one after the other. One bad reward, or a bad `dt`, and nothing changes.
///
/// # Safety
/// `learner` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or
/// hold `n` elements each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step_learner_batched(
    learner: *mut Learner,
    fired: *const ForeignBool,
    pre_spikes: *const ForeignBool,
    rewards: *const f32,
    n: usize,
    dt: f32,
) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        let post = unsafe { memory::elements(fired.cast::<u8>(), n, "fired") }?;
        // SAFETY: as above.
        let pre = unsafe { memory::elements(pre_spikes.cast::<u8>(), n, "pre_spikes") }?;
        // SAFETY: as above.
        let rewards = unsafe { memory::elements(rewards, n, "rewards") }?;
        let step = |learner: &mut RuleLayer| Ok(learner.step_sequence(pre, post, rewards, dt)?);
        // SAFETY: as above.
        unsafe { handle::change(learner, step) }
    });
}

/// Frees a learner. NULL is fine.
///
/// # Safety
/// `learner` is NULL, or a handle that is not freed yet and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn destroy_learner(learner: *mut Learner) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::free(learner) };
        Ok(())
    });
}
