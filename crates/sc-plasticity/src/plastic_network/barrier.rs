//! Where threads wait for each other, a few microseconds at a time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{hint, thread};

/// A barrier that waits actively: steps are so short that a thread put to sleep would wake up too late.
#[derive(Debug)]
pub(super) struct Barrier {
    n_threads: usize,
    arrived: AtomicUsize,
    round: AtomicUsize,
    broken: AtomicBool,
}

/// Glances at the barrier before a waiting thread offers its processor to others.
const GLANCES: u32 = 1000;

impl Barrier {
    pub(super) fn new(n_threads: usize) -> Self {
        Self {
            n_threads,
            arrived: AtomicUsize::new(0),
            round: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
        }
    }

    /// Returns when all threads have called it. What they wrote before is visible after.
    ///
    /// # Panics
    /// If another thread has panicked, and would never come.
    pub(super) fn wait(&self) {
        let round = self.round.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.n_threads {
            self.arrived.store(0, Ordering::Relaxed);
            self.round.store(round.wrapping_add(1), Ordering::Release);
            return;
        }
        let mut glances = 0;
        while self.round.load(Ordering::Acquire) == round {
            assert!(!self.broken.load(Ordering::Acquire), "another thread of the network panicked");
            glances += 1;
            if glances < GLANCES {
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
    }

    /// A guard that lets all others know if its thread panics.
    pub(super) fn watch(&self) -> impl Drop {
        Watch(self)
    }
}

struct Watch<'a>(&'a Barrier);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.broken.store(true, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_a_round_ahead() {
        let (barrier, rounds) = (Barrier::new(3), [const { AtomicUsize::new(0) }; 3]);
        thread::scope(|scope| {
            for k in 0..3 {
                let (barrier, rounds) = (&barrier, &rounds);
                scope.spawn(move || {
                    for round in 1..=500 {
                        rounds[k].store(round, Ordering::Relaxed);
                        barrier.wait();
                        assert!(
                            rounds.iter().all(|r| (round..=round + 1).contains(&r.load(Ordering::Relaxed)))
                        );
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_reaches_those_who_wait() {
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            let waits = scope.spawn(|| barrier.wait());
            let fails = scope.spawn(|| {
                let _watch = barrier.watch();
                panic!("on purpose");
            });
            assert!(fails.join().is_err());
            assert!(waits.join().is_err());
        });
    }
}
