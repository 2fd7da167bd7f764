//! A bank of synapses behind a handle, with arrays of its own.

use std::ffi::c_void;

use sc_online_o1::{Bank, Config, Spikes, Synapse, Word};

use super::{
    config::{self, O1Config},
    population::{Array, Threads, is_narrow, room_for, show_weights},
    synapse::O1Snapshot,
};
use crate::{
    error::Error,
    guard,
    handle::{self, Guarded, handle},
    memory::{self, Out},
    status::Status,
};

/// Many synapses of one configuration, each with spikes of its own, stepped together: as fast as memory allows, with the
/// results of `al_o1_synapse_step`.
///
/// One handle must not be used by two threads at once, unless both only call functions that take it as const.
#[derive(Debug)]
pub struct O1Bank(Guarded<Synapses>);
handle!(O1Bank, Synapses);

/// The state of all synapses, in the smallest numbers that fit.
#[derive(Debug)]
pub(crate) struct Synapses {
    config: Config,
    threads: Threads,
    arrays: Arrays,
}

#[derive(Debug)]
enum Arrays {
    Narrow(State<u16>),
    Wide(State<u32>),
}

#[derive(Debug)]
struct State<U: Word> {
    weights: Array<U>,
    pre_traces: Array<U>,
    post_traces: Array<U>,
    eligibilities: Array<U::Signed>,
}

impl<U: Word> State<U> {
    fn new(n: usize, weight: u32) -> Result<Self, Error> {
        room_for(n.checked_mul(4 * size_of::<U>()), "synapses", n)?;
        let mut state = Self {
            weights: Array::new(n, 0, "weights")?,
            pre_traces: Array::new(n, 1, "pre-traces")?,
            post_traces: Array::new(n, 2, "post-traces")?,
            eligibilities: Array::new(n, 3, "eligibilities")?,
        };
        state.weights.get_mut().fill(U::put(weight));
        Ok(state)
    }

    /// The bank over these arrays. What is in them came from a bank, or was checked.
    fn bank(&mut self, config: Config) -> Result<Bank<'_, U>, Error> {
        let Self { weights, pre_traces, post_traces, eligibilities } = self;
        let (w, x, y) = (weights.get_mut(), pre_traces.get_mut(), post_traces.get_mut());
        Ok(Bank::resume(config, w, x, y, eligibilities.get_mut())?)
    }

    fn set(&mut self, k: usize, state: &O1Snapshot) {
        self.weights.get_mut()[k] = U::put(state.weight);
        self.pre_traces.get_mut()[k] = U::put(state.pre_trace);
        self.post_traces.get_mut()[k] = U::put(state.post_trace);
        self.eligibilities.get_mut()[k] = U::put_signed(state.eligibility);
    }

    fn at(&self, k: usize) -> O1Snapshot {
        O1Snapshot {
            weight: self.weights.get()[k].get(),
            pre_trace: self.pre_traces.get()[k].get(),
            post_trace: self.post_traces.get()[k].get(),
            eligibility: U::get_signed(self.eligibilities.get()[k]),
        }
    }
}

/// Rewards of a call.
#[derive(Clone, Copy)]
enum Rewards<'a> {
    /// One per step.
    Steps(&'a [i32]),
    /// Of one step, one per synapse.
    Each(&'a [i32]),
}

impl Synapses {
    fn new(config: Config, n: usize, weight: u32, threads: usize) -> Result<Self, Error> {
        let weight = weight.min(config.max_weight());
        let arrays = if is_narrow(&config) {
            Arrays::Narrow(State::new(n, weight)?)
        } else {
            Arrays::Wide(State::new(n, weight)?)
        };
        Ok(Self { config, threads: Threads::new(threads)?, arrays })
    }

    fn len(&self) -> usize {
        match &self.arrays {
            Arrays::Narrow(state) => state.weights.get().len(),
            Arrays::Wide(state) => state.weights.get().len(),
        }
    }

    fn at(&self, k: usize) -> O1Snapshot {
        match &self.arrays {
            Arrays::Narrow(state) => state.at(k),
            Arrays::Wide(state) => state.at(k),
        }
    }

    fn set(&mut self, k: usize, state: &O1Snapshot) {
        match &mut self.arrays {
            Arrays::Narrow(arrays) => arrays.set(k, state),
            Arrays::Wide(arrays) => arrays.set(k, state),
        }
    }

    fn advance(&mut self, pre: Spikes<'_>, post: Spikes<'_>, rewards: Rewards<'_>) -> Result<(), Error> {
        fn run<U: Word>(
            threads: &Threads,
            bank: Bank<'_, U>,
            (pre, post): (Spikes<'_>, Spikes<'_>),
            rewards: Rewards<'_>,
        ) -> Result<(), Error> {
            threads.run(|parallel| {
                let mut bank = if parallel { bank.in_parallel() } else { bank };
                match rewards {
                    Rewards::Steps(rewards) => bank.run(pre, post, rewards),
                    Rewards::Each(rewards) => bank.step_each(pre, post, rewards),
                }
            })
        }
        let Self { config, threads, arrays } = self;
        match arrays {
            Arrays::Narrow(state) => run(threads, state.bank(*config)?, (pre, post), rewards),
            Arrays::Wide(state) => run(threads, state.bank(*config)?, (pre, post), rewards),
        }
    }
}

/// Makes `n` synapses without a past, stepped by `threads` threads (1 to 1024; 1 is the caller's own). A weight above the
/// largest becomes the largest. Results do not depend on the number of threads.
///
/// A synapse takes 8 bytes if weight and traces have at most 16 bits, else 16. On success `*bank` is a handle to be freed by
/// `al_o1_bank_free`; on failure it is left alone.
///
/// # Safety
/// `config` is NULL (refused) or was filled by `al_o1_config_init`; `bank` is NULL (refused) or has room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_new(
    config: *const O1Config,
    n: usize,
    initial_weight: u32,
    threads: usize,
    bank: *mut *mut O1Bank,
) -> Status {
    guard::status(|| {
        // SAFETY: the caller has room there, or passes NULL.
        let out = unsafe { Out::new(bank, "bank") }?;
        // SAFETY: the caller passes a configuration, or NULL.
        let config = unsafe { config::read(config) }?;
        out.write(handle::new(Synapses::new(config, n, initial_weight, threads)?));
        Ok(())
    })
}

/// Frees a bank. NULL is fine.
///
/// # Safety
/// `bank` is NULL, or a handle that is not freed yet and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_free(bank: *mut O1Bank) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::free(bank) };
        Ok(())
    });
}

/// Number of synapses. 0 for NULL.
///
/// # Safety
/// `bank` is NULL or a live handle that no other thread changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_len(bank: *const O1Bank) -> usize {
    // SAFETY: what this function asks of its caller.
    guard::or(0, || unsafe { handle::read(bank, |bank| Ok(bank.len())) })
}

/// One time step of all synapses under one reward. Spikes are packed, 64 to a word, the first in the lowest bit: as many
/// words as hold a bit per synapse. With a reward of 0 weights are not touched.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many words as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_step(
    bank: *mut O1Bank,
    pre: *const u64,
    n_pre_words: usize,
    post: *const u64,
    n_post_words: usize,
    reward: i32,
) -> Status {
    // SAFETY: what this function asks of its caller; the reward is one number.
    unsafe { al_o1_bank_run(bank, pre, n_pre_words, post, n_post_words, &raw const reward, 1) }
}

/// The same, with a byte per spike: true if not 0.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many bytes as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_step_bytes(
    bank: *mut O1Bank,
    pre: *const u8,
    n_pre: usize,
    post: *const u8,
    n_post: usize,
    reward: i32,
) -> Status {
    guard::status(|| {
        // SAFETY: what this function asks of its caller.
        let pre = Spikes::Bytes(unsafe { memory::elements(pre, n_pre, "pre") }?);
        // SAFETY: as above.
        let post = Spikes::Bytes(unsafe { memory::elements(post, n_post, "post") }?);
        // SAFETY: as above.
        unsafe { handle::change(bank, |bank| bank.advance(pre, post, Rewards::Steps(&[reward]))) }
    })
}

/// One time step with a reward per synapse.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many elements as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_step_each(
    bank: *mut O1Bank,
    pre: *const u64,
    n_pre_words: usize,
    post: *const u64,
    n_post_words: usize,
    rewards: *const i32,
    n_rewards: usize,
) -> Status {
    guard::status(|| {
        // SAFETY: what this function asks of its caller.
        let pre = Spikes::Bits(unsafe { memory::elements(pre, n_pre_words, "pre") }?);
        // SAFETY: as above.
        let post = Spikes::Bits(unsafe { memory::elements(post, n_post_words, "post") }?);
        // SAFETY: as above.
        let rewards = Rewards::Each(unsafe { memory::elements(rewards, n_rewards, "rewards") }?);
        // SAFETY: as above.
        unsafe { handle::change(bank, |bank| bank.advance(pre, post, rewards)) }
    })
}

/// `n_steps` time steps, a reward each, under spikes that were recorded before: the words of the first step, then those of
/// the second, and so on. The state passes through memory once, not once per step.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many elements as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_run(
    bank: *mut O1Bank,
    pre: *const u64,
    n_pre_words: usize,
    post: *const u64,
    n_post_words: usize,
    rewards: *const i32,
    n_steps: usize,
) -> Status {
    guard::status(|| {
        // SAFETY: what this function asks of its caller.
        let pre = Spikes::Bits(unsafe { memory::elements(pre, n_pre_words, "pre") }?);
        // SAFETY: as above.
        let post = Spikes::Bits(unsafe { memory::elements(post, n_post_words, "post") }?);
        // SAFETY: as above.
        let rewards = Rewards::Steps(unsafe { memory::elements(rewards, n_steps, "rewards") }?);
        // SAFETY: as above.
        unsafe { handle::change(bank, |bank| bank.advance(pre, post, rewards)) }
    })
}

/// Forgets the past of all synapses: traces and eligibilities become 0, weights stay.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_reset(bank: *mut O1Bank) -> Status {
    let reset = |bank: &mut Synapses| {
        for k in 0..bank.len() {
            let weight = bank.at(k).weight;
            bank.set(k, &O1Snapshot { weight, ..O1Snapshot::default() });
        }
        Ok(())
    };
    // SAFETY: what this function asks of its caller.
    guard::status(|| unsafe { handle::change(bank, reset) })
}

/// Copies the state of all synapses to `states`, which has room for `n`.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread changes meanwhile; `states` has room for `n` states.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_get_states(
    bank: *const O1Bank,
    states: *mut O1Snapshot,
    n: usize,
) -> Status {
    let get = |bank: &Synapses| {
        // SAFETY: what this function asks of its caller.
        unsafe { memory::write_each(states, n, bank.len(), |k| bank.at(k), "states") }
    };
    // SAFETY: as above.
    guard::status(|| unsafe { handle::read(bank, get) })
}

/// Writes the state of all `n` synapses: they go on from there. A number that the configuration has no room for is refused
/// with `AL_STATUS_INVALID_STATE`, and nothing changes.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread uses meanwhile; `states` holds `n` states.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_set_states(
    bank: *mut O1Bank,
    states: *const O1Snapshot,
    n: usize,
) -> Status {
    let set = |bank: &mut Synapses| {
        // SAFETY: what this function asks of its caller.
        let states = unsafe { memory::exactly(states, n, bank.len(), "states") }?;
        for &state in states {
            Synapse::restore(bank.config, state.into())?;
        }
        states.iter().enumerate().for_each(|(k, state)| bank.set(k, state));
        Ok(())
    };
    // SAFETY: as above.
    guard::status(|| unsafe { handle::change(bank, set) })
}

/// Shows the weights where they are: `*n` numbers of `*bytes_per_weight` bytes each (2 or 4, unsigned) at `*weights`.
///
/// The address stays good, and its numbers current, until the bank is freed; read them while no call changes the bank, and
/// never write them.
///
/// # Safety
/// `bank` is NULL (refused) or a live handle that no other thread changes meanwhile; the other three are NULL (refused) or
/// have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_bank_view_weights(
    bank: *const O1Bank,
    weights: *mut *const c_void,
    bytes_per_weight: *mut usize,
    n: *mut usize,
) -> Status {
    guard::status(|| {
        let view = |bank: &Synapses| {
            Ok(match &bank.arrays {
                Arrays::Narrow(state) => (state.weights.get().as_ptr().cast(), 2, bank.len()),
                Arrays::Wide(state) => (state.weights.get().as_ptr().cast(), 4, bank.len()),
            })
        };
        // SAFETY: the caller passes NULL or a live handle.
        let view = || unsafe { handle::read(bank, view) };
        // SAFETY: the caller has room there, or passes NULL.
        unsafe { show_weights((weights, bytes_per_weight, n), view) }
    })
}
