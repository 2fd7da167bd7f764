//! A crossbar of synapses behind a handle, with arrays of its own.

use std::ffi::c_void;

use sc_online_o1::{Config, Crossbar, Spikes, Synapse, Word};

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

/// All synapses between two groups of neurons, stepped together. Traces belong to the neurons, so a synapse takes half the
/// memory that it takes in a bank; results are those of `al_o1_synapse_step` with the spikes of its two neurons.
///
/// One handle must not be used by two threads at once, unless both only call functions that take it as const.
#[derive(Debug)]
pub struct O1Crossbar(Guarded<Grid>);
handle!(O1Crossbar, Grid);

/// The state of all synapses and neurons, in the smallest numbers that fit.
#[derive(Debug)]
pub(crate) struct Grid {
    config: Config,
    threads: Threads,
    n_pre: usize,
    n_post: usize,
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
    eligibilities: Array<U::Signed>,
    pre_traces: Array<U>,
    post_traces: Array<U>,
}

impl<U: Word> State<U> {
    fn new(n_pre: usize, n_post: usize, weight: u32) -> Result<Self, Error> {
        let n = n_pre.checked_mul(n_post).ok_or(Error::Memory { what: "weights", count: usize::MAX })?;
        room_for(n.checked_mul(2 * size_of::<U>()), "synapses", n)?;
        let mut state = Self {
            weights: Array::new(n, 0, "weights")?,
            eligibilities: Array::new(n, 1, "eligibilities")?,
            pre_traces: Array::new(n_pre, 2, "pre-traces")?,
            post_traces: Array::new(n_post, 3, "post-traces")?,
        };
        state.weights.get_mut().fill(U::put(weight));
        Ok(state)
    }

    fn run(
        &mut self,
        config: Config,
        threads: &Threads,
        (pre, post): (Spikes<'_>, Spikes<'_>),
        rewards: &[i32],
    ) -> Result<(), Error> {
        let Self { weights, eligibilities, pre_traces, post_traces } = self;
        let (w, e) = (weights.get_mut(), eligibilities.get_mut());
        let crossbar = Crossbar::resume(config, w, e, pre_traces.get_mut(), post_traces.get_mut())?;
        threads.run(|parallel| {
            let mut crossbar = if parallel { crossbar.in_parallel() } else { crossbar };
            crossbar.run(pre, post, rewards)
        })
    }

    fn at(&self, k: usize) -> O1Snapshot {
        let n_post = self.post_traces.get().len();
        O1Snapshot {
            weight: self.weights.get()[k].get(),
            pre_trace: self.pre_traces.get()[k / n_post].get(),
            post_trace: self.post_traces.get()[k % n_post].get(),
            eligibility: U::get_signed(self.eligibilities.get()[k]),
        }
    }

    fn reset(&mut self) {
        self.eligibilities.get_mut().fill(<U::Signed>::default());
        self.pre_traces.get_mut().fill(U::default());
        self.post_traces.get_mut().fill(U::default());
    }

    fn set(&mut self, states: &[O1Snapshot]) {
        let n_post = self.post_traces.get().len();
        for (k, state) in states.iter().enumerate() {
            self.weights.get_mut()[k] = U::put(state.weight);
            self.eligibilities.get_mut()[k] = U::put_signed(state.eligibility);
            self.pre_traces.get_mut()[k / n_post] = U::put(state.pre_trace);
            self.post_traces.get_mut()[k % n_post] = U::put(state.post_trace);
        }
    }

    fn set_weights(&mut self, weights: &[u32]) {
        self.weights.get_mut().iter_mut().zip(weights).for_each(|(to, &from)| *to = U::put(from));
    }
}

impl Grid {
    fn new(config: Config, n_pre: usize, n_post: usize, weight: u32, threads: usize) -> Result<Self, Error> {
        let weight = weight.min(config.max_weight());
        let arrays = if is_narrow(&config) {
            Arrays::Narrow(State::new(n_pre, n_post, weight)?)
        } else {
            Arrays::Wide(State::new(n_pre, n_post, weight)?)
        };
        Ok(Self { config, threads: Threads::new(threads)?, n_pre, n_post, arrays })
    }

    fn len(&self) -> usize {
        self.n_pre * self.n_post
    }

    fn run(&mut self, pre: Spikes<'_>, post: Spikes<'_>, rewards: &[i32]) -> Result<(), Error> {
        match &mut self.arrays {
            Arrays::Narrow(state) => state.run(self.config, &self.threads, (pre, post), rewards),
            Arrays::Wide(state) => state.run(self.config, &self.threads, (pre, post), rewards),
        }
    }
}

/// Makes the synapses from `n_pre` to `n_post` neurons, without a past, stepped by `threads` threads (1 to 1024; 1 is the
/// caller's own). A weight above the largest becomes the largest. Results do not depend on the number of threads.
///
/// A synapse takes 4 bytes if weight and traces have at most 16 bits, else 8. On success `*crossbar` is a handle to be freed
/// by `al_o1_crossbar_free`; on failure it is left alone.
///
/// # Safety
/// `config` is NULL (refused) or was filled by `al_o1_config_init`; `crossbar` is NULL (refused) or has room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_new(
    config: *const O1Config,
    n_pre: usize,
    n_post: usize,
    initial_weight: u32,
    threads: usize,
    crossbar: *mut *mut O1Crossbar,
) -> Status {
    guard::status(|| {
        // SAFETY: the caller has room there, or passes NULL.
        let out = unsafe { Out::new(crossbar, "crossbar") }?;
        // SAFETY: the caller passes a configuration, or NULL.
        let config = unsafe { config::read(config) }?;
        out.write(handle::new(Grid::new(config, n_pre, n_post, initial_weight, threads)?));
        Ok(())
    })
}

/// Frees a crossbar. NULL is fine.
///
/// # Safety
/// `crossbar` is NULL, or a handle that is not freed yet and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_free(crossbar: *mut O1Crossbar) {
    guard::or((), || {
        // SAFETY: what this function asks of its caller.
        unsafe { handle::free(crossbar) };
        Ok(())
    });
}

/// Number of presynaptic neurons. 0 for NULL.
///
/// # Safety
/// `crossbar` is NULL or a live handle that no other thread changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_n_pre(crossbar: *const O1Crossbar) -> usize {
    // SAFETY: what this function asks of its caller.
    guard::or(0, || unsafe { handle::read(crossbar, |crossbar| Ok(crossbar.n_pre)) })
}

/// Number of postsynaptic neurons. 0 for NULL.
///
/// # Safety
/// `crossbar` is NULL or a live handle that no other thread changes meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_n_post(crossbar: *const O1Crossbar) -> usize {
    // SAFETY: what this function asks of its caller.
    guard::or(0, || unsafe { handle::read(crossbar, |crossbar| Ok(crossbar.n_post)) })
}

/// One time step of all synapses under one reward. Spikes are packed, 64 to a word, the first in the lowest bit: as many
/// words as hold a bit per neuron. With a reward of 0 weights are not touched.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many words as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_step(
    crossbar: *mut O1Crossbar,
    pre: *const u64,
    n_pre_words: usize,
    post: *const u64,
    n_post_words: usize,
    reward: i32,
) -> Status {
    // SAFETY: what this function asks of its caller; the reward is one number.
    unsafe { al_o1_crossbar_run(crossbar, pre, n_pre_words, post, n_post_words, &raw const reward, 1) }
}

/// The same, with a byte per spike: true if not 0.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many bytes as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_step_bytes(
    crossbar: *mut O1Crossbar,
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
        unsafe { handle::change(crossbar, |crossbar| crossbar.run(pre, post, &[reward])) }
    })
}

/// `n_steps` time steps, a reward each, under spikes that were recorded before: the words of the first step, then those of
/// the second, and so on. The state passes through memory once, not once per step.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; the buffers hold as many elements as
/// said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_run(
    crossbar: *mut O1Crossbar,
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
        let rewards = unsafe { memory::elements(rewards, n_steps, "rewards") }?;
        // SAFETY: as above.
        unsafe { handle::change(crossbar, |crossbar| crossbar.run(pre, post, rewards)) }
    })
}

/// Forgets the past of all neurons and synapses: traces and eligibilities become 0, weights stay.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_reset(crossbar: *mut O1Crossbar) -> Status {
    let reset = |crossbar: &mut Grid| {
        match &mut crossbar.arrays {
            Arrays::Narrow(state) => state.reset(),
            Arrays::Wide(state) => state.reset(),
        }
        Ok(())
    };
    // SAFETY: what this function asks of its caller.
    guard::status(|| unsafe { handle::change(crossbar, reset) })
}

/// Copies the state of all synapses, `[pre][post]`, to `states`, which has room for `n`; traces are those of their neurons.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread changes meanwhile; `states` has room for `n` states.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_get_states(
    crossbar: *const O1Crossbar,
    states: *mut O1Snapshot,
    n: usize,
) -> Status {
    let get = |crossbar: &Grid| {
        let at = |k| match &crossbar.arrays {
            Arrays::Narrow(state) => state.at(k),
            Arrays::Wide(state) => state.at(k),
        };
        // SAFETY: what this function asks of its caller.
        unsafe { memory::write_each(states, n, crossbar.len(), at, "states") }
    };
    // SAFETY: as above.
    guard::status(|| unsafe { handle::read(crossbar, get) })
}

/// Writes the state of all `n` synapses, `[pre][post]`, as `al_o1_crossbar_get_states` gave them: they go on from there,
/// exactly.
///
/// A number that the configuration has no room for, or two synapses of a neuron that disagree about its trace, are refused
/// with `AL_STATUS_INVALID_STATE`, and nothing changes.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; `states` holds `n` states.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_set_states(
    crossbar: *mut O1Crossbar,
    states: *const O1Snapshot,
    n: usize,
) -> Status {
    let set = |crossbar: &mut Grid| {
        // SAFETY: what this function asks of its caller.
        let states = unsafe { memory::exactly(states, n, crossbar.len(), "states") }?;
        for (k, &state) in states.iter().enumerate() {
            Synapse::restore(crossbar.config, state.into())?;
            let (row, column) = (&states[k - k % crossbar.n_post], &states[k % crossbar.n_post]);
            same_trace("pre_trace", k, row.pre_trace, state.pre_trace)?;
            same_trace("post_trace", k, column.post_trace, state.post_trace)?;
        }
        match &mut crossbar.arrays {
            Arrays::Narrow(arrays) => arrays.set(states),
            Arrays::Wide(arrays) => arrays.set(states),
        }
        Ok(())
    };
    // SAFETY: as above.
    guard::status(|| unsafe { handle::change(crossbar, set) })
}

/// A trace belongs to a neuron, so all its synapses must say the same.
fn same_trace(trace: &'static str, index: usize, expected: u32, got: u32) -> Result<(), Error> {
    if expected == got { Ok(()) } else { Err(Error::O1Neuron { trace, index, expected, got }) }
}

/// Writes all `n` weights, `[pre][post]`. One above the largest is refused with `AL_STATUS_INVALID_STATE`, and nothing
/// changes.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread uses meanwhile; `weights` holds `n` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_set_weights(
    crossbar: *mut O1Crossbar,
    weights: *const u32,
    n: usize,
) -> Status {
    let set = |crossbar: &mut Grid| {
        // SAFETY: what this function asks of its caller.
        let weights = unsafe { memory::exactly(weights, n, crossbar.len(), "weights") }?;
        let max = crossbar.config.max_weight();
        if let Some(&weight) = weights.iter().find(|&&weight| weight > max) {
            return Err(Error::O1State(sc_online_o1::StateError {
                variable: "weight",
                value: weight.into(),
                range: (0, max.into()),
            }));
        }
        match &mut crossbar.arrays {
            Arrays::Narrow(state) => state.set_weights(weights),
            Arrays::Wide(state) => state.set_weights(weights),
        }
        Ok(())
    };
    // SAFETY: as above.
    guard::status(|| unsafe { handle::change(crossbar, set) })
}

/// Shows the weights where they are, `[pre][post]`: `*n` numbers of `*bytes_per_weight` bytes each (2 or 4, unsigned) at
/// `*weights`.
///
/// The address stays good, and its numbers current, until the crossbar is freed; read them while no call changes the
/// crossbar, and never write them.
///
/// # Safety
/// `crossbar` is NULL (refused) or a live handle that no other thread changes meanwhile; the other three are NULL (refused)
/// or have room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_o1_crossbar_view_weights(
    crossbar: *const O1Crossbar,
    weights: *mut *const c_void,
    bytes_per_weight: *mut usize,
    n: *mut usize,
) -> Status {
    guard::status(|| {
        let view = |crossbar: &Grid| {
            Ok(match &crossbar.arrays {
                Arrays::Narrow(state) => (state.weights.get().as_ptr().cast(), 2, crossbar.len()),
                Arrays::Wide(state) => (state.weights.get().as_ptr().cast(), 4, crossbar.len()),
            })
        };
        // SAFETY: the caller passes NULL or a live handle.
        let view = || unsafe { handle::read(crossbar, view) };
        // SAFETY: the caller has room there, or passes NULL.
        unsafe { show_weights((weights, bytes_per_weight, n), view) }
    })
}
