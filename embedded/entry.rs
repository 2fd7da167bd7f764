//! The synapse as firmware links it: its functions under C names, and a panic handler that must not be linked.
//!
//! Every `extern "C" fn` of this file is an entry point: `cargo xtask embedded` finds it by that name, keeps it in each
//! program that it links, and prints its size. To prove one more function, write it here; to run it too, call it in
//! `check.c`. Arguments arrive from memory, so that the optimizer knows no width and no shift but those of [`Fixed`].
//!
//! The language is that of Rust 1.63, the oldest which the crate promises to build with.
#![no_std]
#![allow(improper_ctypes_definitions)] // C sees places of known size, and never looks into them.

use core::mem::{align_of, size_of, MaybeUninit};
use core::panic::PanicInfo;

use sc_online_o1::{Bank, Config, Crossbar, Decay, Rounding, Snapshot, Spikes, Synapse, Synapse16, Word};

/// The 16-bit form with the widths and shifts of [`Config::DEFAULT`].
type Fixed = Synapse16<16, 12, 8, 4, 4>;

// What `entry.h` says of the two.
const _: () = assert!(size_of::<Synapse>() == 24 && align_of::<Synapse>() == 4);
const _: () = assert!(size_of::<Fixed>() == 8 && align_of::<Fixed>() == 2);

/// Widths and shifts in the order of [`Config::new`], then pairing shift, rounding and decay by their position.
type Parameters = [u8; 8];

fn config(&[weight, trace, reward, learning, decay, pairing, rounding, loss]: &Parameters) -> Option<Config> {
    let rounding = match rounding {
        0 => Rounding::Floor,
        1 => Rounding::TowardZero,
        2 => Rounding::Nearest,
        _ => return None,
    };
    let loss = match loss {
        0 => Decay::Floor,
        1 => Decay::Ceiling,
        _ => return None,
    };
    let config =
        Config::new(weight, trace, reward, learning, decay).ok()?.with_pairing_shift(pairing).ok()?;
    Some(config.with_rounding(rounding).with_decay(loss))
}

/// Whether there is a value, which is then written to `place`.
fn put<T>(place: &mut MaybeUninit<T>, value: Option<T>) -> bool {
    value.map(|value| place.write(value)).is_some()
}

#[no_mangle]
pub extern "C" fn o1_new(place: &mut MaybeUninit<Synapse>, parameters: &Parameters, weight: u32) -> bool {
    put(place, config(parameters).map(|config| Synapse::new(config, weight)))
}

#[no_mangle]
pub extern "C" fn o1_restore(
    place: &mut MaybeUninit<Synapse>,
    parameters: &Parameters,
    state: &Snapshot,
) -> bool {
    put(place, config(parameters).and_then(|config| Synapse::restore(config, *state).ok()))
}

#[no_mangle]
pub extern "C" fn o1_from_bits(
    place: &mut MaybeUninit<Synapse>,
    parameters: &Parameters,
    bits: &[u64; 2],
) -> bool {
    let bits = u128::from(bits[0]) | u128::from(bits[1]) << 64;
    put(place, config(parameters).map(|config| Synapse::from_bits(config, bits)))
}

#[no_mangle]
pub extern "C" fn o1_to_bits(synapse: &Synapse, bits: &mut [u64; 2]) {
    let state = synapse.to_bits();
    *bits = [state as u64, (state >> 64) as u64];
}

#[no_mangle]
pub extern "C" fn o1_snapshot(synapse: &Synapse, state: &mut Snapshot) {
    *state = synapse.snapshot();
}

#[no_mangle]
pub extern "C" fn o1_step(synapse: &mut Synapse, pre: bool, post: bool, reward: i32) {
    synapse.step(pre, post, reward);
}

#[no_mangle]
pub extern "C" fn o1_new16(place: &mut MaybeUninit<Fixed>, weight: u16) {
    place.write(Fixed::new(weight));
}

#[no_mangle]
pub extern "C" fn o1_snapshot16(synapse: &Fixed, state: &mut Snapshot) {
    *state = synapse.snapshot();
}

#[no_mangle]
pub extern "C" fn o1_step16(synapse: &mut Fixed, pre: bool, post: bool, reward: i32) {
    synapse.step(pre, post, reward);
}

/// Room for a bank or a crossbar of as many synapses as the caller likes, up to [`ROOM`].
#[repr(C)]
pub struct Arrays<U, S> {
    weights: [U; ROOM],
    pre_traces: [U; ROOM],
    post_traces: [U; ROOM],
    eligibilities: [S; ROOM],
}

const ROOM: usize = 80;

/// One bit per synapse or neuron.
type Bits = [u64; 2];

fn bank<U: Word>(
    arrays: &mut Arrays<U, U::Signed>,
    n: usize,
    parameters: &Parameters,
    (pre, post): (&Bits, &Bits),
    reward: i32,
) -> Option<()> {
    let words = (n + 63) / 64;
    let mut bank = Bank::new(
        config(parameters)?,
        arrays.weights.get_mut(..n)?,
        arrays.pre_traces.get_mut(..n)?,
        arrays.post_traces.get_mut(..n)?,
        arrays.eligibilities.get_mut(..n)?,
    );
    let bank = bank.as_mut().ok()?;
    bank.step(Spikes::Bits(pre.get(..words)?), Spikes::Bits(post.get(..words)?), reward).ok()
}

fn crossbar<U: Word>(
    arrays: &mut Arrays<U, U::Signed>,
    (n_pre, n_post): (usize, usize),
    parameters: &Parameters,
    (pre, post): (&[u8; ROOM], &[u8; ROOM]),
    reward: i32,
) -> Option<()> {
    let n = n_pre.checked_mul(n_post)?;
    let mut crossbar = Crossbar::new(
        config(parameters)?,
        arrays.weights.get_mut(..n)?,
        arrays.eligibilities.get_mut(..n)?,
        arrays.pre_traces.get_mut(..n_pre)?,
        arrays.post_traces.get_mut(..n_post)?,
    );
    let crossbar = crossbar.as_mut().ok()?;
    crossbar.step(Spikes::Bytes(pre.get(..n_pre)?), Spikes::Bytes(post.get(..n_post)?), reward).ok()
}

#[no_mangle]
pub extern "C" fn o1_bank_step16(
    arrays: &mut Arrays<u16, i16>,
    n: usize,
    parameters: &Parameters,
    pre: &Bits,
    post: &Bits,
    reward: i32,
) -> bool {
    bank(arrays, n, parameters, (pre, post), reward).is_some()
}

#[no_mangle]
pub extern "C" fn o1_crossbar_step16(
    arrays: &mut Arrays<u16, i16>,
    n_pre: usize,
    n_post: usize,
    parameters: &Parameters,
    pre: &[u8; ROOM],
    post: &[u8; ROOM],
    reward: i32,
) -> bool {
    crossbar(arrays, (n_pre, n_post), parameters, (pre, post), reward).is_some()
}

#[no_mangle]
pub extern "C" fn o1_bank_step32(
    arrays: &mut Arrays<u32, i32>,
    n: usize,
    parameters: &Parameters,
    pre: &Bits,
    post: &Bits,
    reward: i32,
) -> bool {
    bank(arrays, n, parameters, (pre, post), reward).is_some()
}

#[no_mangle]
pub extern "C" fn o1_crossbar_step32(
    arrays: &mut Arrays<u32, i32>,
    n_pre: usize,
    n_post: usize,
    parameters: &Parameters,
    pre: &[u8; ROOM],
    post: &[u8; ROOM],
    reward: i32,
) -> bool {
    crossbar(arrays, (n_pre, n_post), parameters, (pre, post), reward).is_some()
}

/// Indexes where it may panic. With this function the link must fail, or the proof proves nothing.
#[cfg(negative_control)]
#[no_mangle]
pub extern "C" fn o1_negative_control(states: &[u32; 4], k: usize) -> u32 {
    states[k]
}

extern "C" {
    /// Defined nowhere: a program in which a panic can be reached does not link.
    fn o1_must_not_link_panic() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: never called, since no program that could call it exists.
    unsafe { o1_must_not_link_panic() }
}
