//! What a bank and a crossbar have in common: arrays of their own, and threads.

use std::{
    ffi::c_void,
    hint, mem, process,
    thread::{self, JoinHandle},
};

use sc_online_o1::{BankError, Config};

use crate::{error::Error, memory::Out};

/// Bytes between the arrays of a handle: on some processors, large arrays that stand a round number of bytes apart get
/// into each other's way.
const GAP: usize = 4160;

/// Zeros in memory of which there may not be enough.
///
/// The numbers stand on a cache line, and the `seat`th array of a handle some pages further than its address alone would have it.
#[derive(Debug)]
pub(super) struct Array<T> {
    data: Vec<T>,
    start: usize,
}

impl<T: Copy + Default> Array<T> {
    pub(super) fn new(n: usize, seat: usize, what: &'static str) -> Result<Self, Error> {
        let no_memory = || Error::Memory { what, count: n };
        let (line, gap) = (64 / size_of::<T>(), seat * GAP / size_of::<T>());
        let len = n.checked_add(line + gap).ok_or_else(no_memory)?;
        let mut data = Vec::new();
        data.try_reserve_exact(len).map_err(|_| no_memory())?;
        data.resize(len, T::default());
        let start = gap + data[gap..].as_ptr().align_offset(64).min(line);
        data.truncate(start + n);
        Ok(Self { data, start })
    }

    pub(super) fn get(&self) -> &[T] {
        &self.data[self.start..]
    }

    pub(super) fn get_mut(&mut self) -> &mut [T] {
        &mut self.data[self.start..]
    }
}

/// Where weights are: `*n` numbers of `*bytes` bytes each at `*address`, whole or, if a pointer is NULL, not at all.
///
/// # Safety
/// Each pointer is NULL or has room.
pub(super) unsafe fn show_weights(
    (address, bytes, n): (*mut *const c_void, *mut usize, *mut usize),
    view: impl FnOnce() -> Result<(*const c_void, usize, usize), Error>,
) -> Result<(), Error> {
    // SAFETY: what this function asks of its caller.
    let address = unsafe { Out::new(address, "weights") }?;
    // SAFETY: as above.
    let bytes = unsafe { Out::new(bytes, "bytes_per_weight") }?;
    // SAFETY: as above.
    let n = unsafe { Out::new(n, "n") }?;
    let (at, size, len) = view()?;
    address.write(at);
    bytes.write(size);
    n.write(len);
    Ok(())
}

/// Refuses arrays that memory has no room for together. Linux judges each request by itself: three arrays that would fit one
/// at a time are all granted, and whoever fills them is killed.
pub(super) fn room_for(bytes: Option<usize>, what: &'static str, count: usize) -> Result<(), Error> {
    let no_memory = || Error::Memory { what, count };
    let mut probe = Vec::<u8>::new();
    probe.try_reserve_exact(bytes.ok_or_else(no_memory)?).map_err(|_| no_memory())?;
    // Or the optimizer would do without this memory, and find that there was enough.
    hint::black_box(&probe);
    Ok(())
}

/// Whether numbers of this configuration fit into 16 bits.
pub(super) fn is_narrow(config: &Config) -> bool {
    config.weight_bits() <= 16 && config.trace_bits() <= 16
}

/// Threads of a handle's own; with one, the caller's.
#[derive(Debug)]
pub(super) struct Threads(Option<Pool>);

/// A pool whose threads have ended when it is gone: rayon's own only tells them to, and a program that unloads the library
/// after `_free` would take the code away from under them.
///
/// A process that was forked has the pool but not its threads: to wait for them would be to wait for ever.
#[derive(Debug)]
struct Pool {
    /// There until the pool is dropped.
    rayon: Option<rayon::ThreadPool>,
    threads: Vec<JoinHandle<()>>,
    /// The process in which the threads run.
    home: u32,
}

impl Pool {
    fn new(n: usize) -> Result<Self, rayon::ThreadPoolBuildError> {
        let mut threads = Vec::with_capacity(n);
        let rayon = rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .spawn_handler(|worker| {
                threads.push(thread::Builder::new().spawn(|| worker.run())?);
                Ok(())
            })
            .build()?;
        Ok(Self { rayon: Some(rayon), threads, home: process::id() })
    }

    fn is_home(&self) -> bool {
        self.home == process::id()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let (rayon, threads) = (self.rayon.take(), mem::take(&mut self.threads));
        if self.is_home() {
            drop(rayon);
            for thread in threads {
                // A worker that panicked has ended too.
                let _ = thread.join();
            }
        } else {
            // Nobody is there to be told, and a lock may be held by nobody.
            mem::forget((rayon, threads));
        }
    }
}

impl Threads {
    pub(super) fn new(n: usize) -> Result<Self, Error> {
        let argument = |expected: &str, got: String| Error::Argument {
            what: "threads",
            expected: expected.to_owned(),
            got,
        };
        match n {
            1 => Ok(Self(None)),
            2..=1024 => {
                let pool = Pool::new(n).map_err(|e| argument("threads that start", e.to_string()))?;
                Ok(Self(Some(pool)))
            }
            _ => Err(argument("1 to 1024", n.to_string())),
        }
    }

    /// Runs `body` where parallel work goes to these threads; says whether there are several.
    pub(super) fn run(&self, body: impl FnOnce(bool) -> Result<(), BankError> + Send) -> Result<(), Error> {
        let pool = self.0.as_ref().filter(|pool| pool.is_home());
        let result = match pool.and_then(|pool| pool.rayon.as_ref()) {
            None => body(false),
            Some(pool) => pool.install(|| body(true)),
        };
        Ok(result?)
    }
}
