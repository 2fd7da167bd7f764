//! One plastic element, stepped in time.

use std::ptr;

use sc_plasticity::{RuleKind, RuleLayer};

use super::ForeignBool;
use crate::{
    error::Error,
    guard,
    handle::{self, Guarded, handle},
    memory,
};

/// One plastic element under one of the four rules.
#[derive(Debug)]
pub struct Rule(Guarded<RuleLayer>);
handle!(Rule, RuleLayer);

/// Makes one plastic element; NULL for an unknown rule, a number that is not finite, a weight outside 0..1 or a negative
/// parameter.
///
/// Rules: 0 ELIGENT, 1 STDP, 2 reward-modulated STDP, 3 BCM. What `a` and `b` mean depends on the rule: STDP's amplitude is
/// `max(a, 0.001)` and its `b` is ignored; see `RuleKind` in sc-plasticity for all of them.
#[unsafe(no_mangle)]
pub extern "C" fn create_rule(rule_id: u32, weight: f32, a: f32, b: f32) -> *mut Rule {
    guard::or(ptr::null_mut(), || Ok(handle::new(RuleLayer::new(kind(rule_id)?, 1, weight, a, b)?)))
}

/// One time step of length `dt`. A reward or `dt` that is not finite, or a `dt` that is not positive, changes nothing.
///
/// # Safety
/// `rule` is NULL or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step_rule(
    rule: *mut Rule,
    pre_spike: ForeignBool,
    post_spike: ForeignBool,
    reward: f32,
    dt: f32,
) {
    guard::or((), || {
        let step = |rule: &mut RuleLayer| Ok(rule.step(&[pre_spike.0], &[post_spike.0], &[reward], dt)?);
        // SAFETY: what this function asks of its caller.
        unsafe { handle::change(rule, step) }
    });
}

/// `n` time steps of length `dt`, one after the other. One bad reward, or a bad `dt`, and nothing changes.
///
/// # Safety
/// `rule` is NULL or a live handle that no other thread uses meanwhile; the three buffers are NULL (nothing happens) or hold
/// `n` elements each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step_rule_batched(
    rule: *mut Rule,
    pre_spikes: *const ForeignBool,
    post_spikes: *const ForeignBool,
    rewards: *const f32,
    n: usize,
    dt: f32,
) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        let pre = unsafe { memory::elements(pre_spikes.cast::<u8>(), n, "pre_spikes") }?;
        // SAFETY: as above.
        let post = unsafe { memory::elements(post_spikes.cast::<u8>(), n, "post_spikes") }?;
        // SAFETY: as above.
        let rewards = unsafe { memory::elements(rewards, n, "rewards") }?;
        let step = |rule: &mut RuleLayer| Ok(rule.step_sequence(pre, post, rewards, dt)?);
        // SAFETY: as above.
        unsafe { handle::change(rule, step) }
    });
}

/// The weight. 0 for NULL.
///
/// # Safety
/// `rule` is NULL or a live handle that no other thread changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn get_rule_weight(rule: *const Rule) -> f32 {
    guard::or(0.0, || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::read(rule, |rule| Ok(rule.weights().first().copied().unwrap_or_default())) }
    })
}

/// Forgets the past; the weight stays, and what ELIGENT and BCM adapt by themselves as the reference keeps it.
///
/// # Safety
/// `rule` is NULL or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reset_rule(rule: *mut Rule) {
    guard::or((), || {
        let reset = |rule: &mut RuleLayer| {
            rule.reset();
            Ok(())
        };
        // SAFETY: what this function asks of its caller.
        unsafe { handle::change(rule, reset) }
    });
}

/// Frees an element. NULL is fine.
///
/// # Safety
/// `rule` is NULL, or a handle that is not freed yet and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn destroy_rule(rule: *mut Rule) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::free(rule) };
        Ok(())
    });
}

/// The rule of this number.
pub(super) fn kind(rule_id: u32) -> Result<RuleKind, Error> {
    RuleKind::from_id(rule_id).ok_or_else(|| Error::Argument {
        what: "rule_id",
        expected: "0 (ELIGENT), 1 (STDP), 2 (reward-modulated STDP) or 3 (BCM)".to_owned(),
        got: rule_id.to_string(),
    })
}
