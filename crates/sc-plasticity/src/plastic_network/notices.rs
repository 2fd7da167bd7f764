//! What threads tell each other after every step, and how they wait for it, a few microseconds at a time.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::{hint, thread};

/// Who spiked in every part of a network. A thread that has heard from all others in a step is not more than one
/// step ahead of anybody, so that a notice for even steps and one for odd ones are enough: nobody writes what
/// others still read.
#[derive(Debug)]
pub(super) struct Notices {
    parts: Vec<[Notice; 2]>,
    broken: AtomicBool,
}

/// The number of a step and how many spikes each population has, then the spikes.
///
/// All in one piece, since what costs is every cache line that goes from one processor to another; and one lets
/// others know by the number of the step, which is written last.
type Notice = Box<[AtomicU32]>;

/// Glances at a notice before a waiting thread offers its processor to others. It waits actively: steps are so short
/// that a thread put to sleep would wake up too late.
const GLANCES: u32 = 1000;

impl Notices {
    /// For parts with so many neurons in each population.
    pub(super) fn new<'a>(parts: impl IntoIterator<Item = &'a [usize]>) -> Self {
        let notice =
            |n: &[usize]| (0..1 + n.len() + n.iter().sum::<usize>()).map(|_| AtomicU32::new(0)).collect();
        Self {
            parts: parts.into_iter().map(|n| [notice(n), notice(n)]).collect(),
            broken: AtomicBool::new(false),
        }
    }

    pub(super) fn n_parts(&self) -> usize {
        self.parts.len()
    }

    /// Part `k` has made step `t`, counted from 0, in which these neurons of each population spiked.
    pub(super) fn publish<Spikes: IntoIterator<Item = u32>>(
        &self,
        k: usize,
        t: usize,
        populations: impl ExactSizeIterator<Item = Spikes>,
    ) {
        let (step, rest) = self.notice(k, t);
        let (counts, mut free) = rest.split_at(populations.len());
        for (count, spikes) in counts.iter().zip(populations) {
            let mut n = 0;
            for (word, spike) in free.iter().zip(spikes) {
                word.store(spike, Ordering::Relaxed);
                n += 1;
            }
            count.store(n, Ordering::Relaxed);
            free = &free[n as usize..];
        }
        step.store(stamp(t), Ordering::Release);
    }

    /// Waits until part `k` has made step `t`, and tells who spiked there: `hear(population, spikes)`.
    ///
    /// # Panics
    /// If another thread has panicked, and would never come.
    pub(super) fn read(&self, k: usize, t: usize, n_populations: usize, mut hear: impl FnMut(usize, &[u32])) {
        let (step, rest) = self.notice(k, t);
        self.wait(step, stamp(t));
        let (counts, mut unread) = rest.split_at(n_populations);
        let mut spikes = [0; 16];
        for (population, count) in counts.iter().enumerate() {
            let (own, others) = unread.split_at(count.load(Ordering::Relaxed) as usize);
            unread = others;
            for words in own.chunks(spikes.len()) {
                spikes.iter_mut().zip(words).for_each(|(spike, word)| *spike = word.load(Ordering::Relaxed));
                hear(population, &spikes[..words.len()]);
            }
        }
    }

    fn notice(&self, k: usize, t: usize) -> (&AtomicU32, &[AtomicU32]) {
        self.parts[k][t % 2].split_first().expect("a notice has a step")
    }

    fn wait(&self, word: &AtomicU32, expected: u32) {
        let mut glances = 0;
        while word.load(Ordering::Acquire) != expected {
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

/// What stands in the notice of step `t`: never what was in it before, which is 0 or that of step `t - 2`.
fn stamp(t: usize) -> u32 {
    (t as u32).wrapping_add(1)
}

struct Watch<'a>(&'a Notices);

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
    fn everybody_hears_everything_of_every_step() {
        let notices = Notices::new([&[40, 3][..]; 3]);
        // Part `k` has `(t + k) % 40` spikes in the first population and `k` in the second.
        let spikes = |k: usize, t: usize| [(t + k) % 40, k].map(|n| (0..n as u32).map(move |i| i + t as u32));
        thread::scope(|scope| {
            for k in 0..3 {
                let notices = &notices;
                scope.spawn(move || {
                    let _watch = notices.watch();
                    for t in 0..500 {
                        notices.publish(k, t, spikes(k, t).into_iter());
                        for other in 0..notices.n_parts() {
                            let mut heard = [vec![], vec![]];
                            notices.read(other, t, 2, |p, spikes| heard[p].extend_from_slice(spikes));
                            assert_eq!(heard, spikes(other, t).map(Vec::from_iter), "{k} of {other} at {t}");
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_reaches_those_who_wait() {
        let notices = Notices::new([&[][..]; 2]);
        thread::scope(|scope| {
            let waits = scope.spawn(|| notices.read(1, 0, 0, |_, _| ()));
            let fails = scope.spawn(|| {
                let _watch = notices.watch();
                panic!("on purpose");
            });
            assert!(fails.join().is_err());
            assert!(waits.join().is_err());
        });
    }
}
