//! What threads tell each other after some steps, and how they wait for it, a few microseconds at a time.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::{hint, thread};

/// What every part of a network says in every round.
///
/// Who has heard from all others in a round is not more than one round ahead of anybody, so that a notice for even
/// rounds and one for odd ones are enough: nobody writes what others still read.
#[derive(Debug)]
pub(super) struct Notices {
    parts: Vec<[Notice; 2]>,
    broken: AtomicBool,
}

/// The number of the round, how many words there are, and the words.
///
/// All in one piece, since what costs is every cache line that goes from one processor to another. The round is written
/// last, and who sees it sees the rest.
type Notice = Box<[AtomicU32]>;

/// Glances at a notice before a waiting thread offers its processor to others. It waits actively: rounds are so short
/// that a thread put to sleep would wake up too late.
const GLANCES: u32 = 1000;

impl Notices {
    /// For parts that say at most so many words in a round.
    pub(super) fn new(most: impl IntoIterator<Item = usize>) -> Self {
        let notice = |n: usize| (0..n + 2).map(|_| AtomicU32::new(0)).collect();
        let parts = most.into_iter().map(|n| [notice(n), notice(n)]).collect();
        Self { parts, broken: AtomicBool::new(false) }
    }

    pub(super) fn n_parts(&self) -> usize {
        self.parts.len()
    }

    /// What part `k` says in `round`, counted from 0.
    pub(super) fn publish(&self, k: usize, round: usize, words: &[u32]) {
        let [stamp, length, rest @ ..] = &self.parts[k][round % 2][..] else {
            unreachable!("two words at least")
        };
        length.store(words.len() as u32, Ordering::Relaxed);
        rest[..words.len()].iter().zip(words).for_each(|(to, &word)| to.store(word, Ordering::Relaxed));
        stamp.store(stamp_of(round), Ordering::Release);
    }

    /// Waits until part `k` has said what it says in `round`, and copies it.
    ///
    /// # Panics
    /// If another thread has panicked, and would never come.
    pub(super) fn read(&self, k: usize, round: usize, words: &mut Vec<u32>) {
        let [stamp, length, rest @ ..] = &self.parts[k][round % 2][..] else {
            unreachable!("two words at least")
        };
        let mut glances = 0;
        while stamp.load(Ordering::Acquire) != stamp_of(round) {
            assert!(!self.broken.load(Ordering::Acquire), "another thread of the network panicked");
            glances += 1;
            if glances < GLANCES {
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
        let length = length.load(Ordering::Relaxed) as usize;
        words.clear();
        words.extend(rest[..length].iter().map(|word| word.load(Ordering::Relaxed)));
    }

    /// A guard that lets all others know if its thread panics.
    pub(super) fn watch(&self) -> impl Drop {
        Watch(self)
    }
}

/// What stands in the notice of a round: never what was in it before, which is 0 or that of two rounds ago.
fn stamp_of(round: usize) -> u32 {
    (round as u32).wrapping_add(1)
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
    fn everybody_hears_every_word_of_every_round() {
        let notices = Notices::new([41; 3]);
        let words = |k: usize, round: usize| -> Vec<u32> {
            (0..(round + k) as u32 % 42).map(|i| i + k as u32).collect()
        };
        thread::scope(|scope| {
            for k in 0..3 {
                let notices = &notices;
                scope.spawn(move || {
                    let _watch = notices.watch();
                    let mut heard = Vec::new();
                    for round in 0..500 {
                        notices.publish(k, round, &words(k, round));
                        for other in 0..3 {
                            notices.read(other, round, &mut heard);
                            assert_eq!(heard, words(other, round), "{k} of {other} in {round}");
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_reaches_those_who_wait() {
        let notices = Notices::new([0; 2]);
        thread::scope(|scope| {
            let waits = scope.spawn(|| notices.read(1, 0, &mut Vec::new()));
            let fails = scope.spawn(|| {
                let _watch = notices.watch();
                panic!("on purpose");
            });
            assert!(fails.join().is_err());
            assert!(waits.join().is_err());
        });
    }
}
