//! When postsynaptic neurons spiked, for rules that catch up later.

use sc_core::Checkpoint;

use crate::Error;

/// Spikes that are looked at side by side.
const RECENT: usize = 4;

/// The steps in which each neuron spiked since time began, which is at most [`EPOCH`] steps ago. The first step is 1.
#[derive(Debug, Clone)]
pub(crate) struct PostHistory {
    /// The last spikes of every neuron, the last one first; 0 for none.
    recent: Vec<[u16; RECENT]>,
    /// Those before, in order.
    older: Vec<Vec<u16>>,
}

/// Steps after which time begins anew, so that it fits into 16 bits.
pub(crate) const EPOCH: u16 = 1 << 15;

impl PostHistory {
    pub(crate) fn new(n: usize) -> Self {
        Self { recent: vec![[0; RECENT]; n], older: vec![Vec::new(); n] }
    }

    /// These neurons spike at step `now`.
    pub(crate) fn mark(&mut self, spikes: &[u32], now: u16) {
        for &post in spikes {
            let [a, b, c, oldest] = self.recent[post as usize];
            self.recent[post as usize] = [now, a, b, c];
            if oldest > 0 {
                self.older[post as usize].push(oldest);
            }
        }
    }

    /// Calls `visit(step)` for every spike of a neuron after step `since`, and perhaps for some before, and for step 0.
    #[inline(always)]
    pub(crate) fn visit(&self, post: usize, since: u16, mut visit: impl FnMut(u16)) {
        let recent = self.recent[post];
        recent.iter().for_each(|&spike| visit(spike));
        if recent[RECENT - 1] > since {
            self.visit_older(post, since, visit);
        }
    }

    #[cold]
    fn visit_older(&self, post: usize, since: u16, visit: impl FnMut(u16)) {
        self.older[post].iter().rev().take_while(|&&spike| spike > since).copied().for_each(visit);
    }

    /// Time begins anew.
    pub(crate) fn clear(&mut self) {
        self.recent.fill([0; RECENT]);
        self.older.iter_mut().for_each(Vec::clear);
    }

    /// All spikes of every neuron, in order.
    pub(crate) fn save(&self, name: &str, checkpoint: &mut Checkpoint) {
        let spikes = |(older, recent): (&Vec<u16>, &[u16; RECENT])| {
            let recent = recent.iter().rev().filter(|&&spike| spike > 0);
            older.iter().chain(recent).map(|&spike| u32::from(spike)).collect::<Vec<_>>()
        };
        let spikes: Vec<_> = self.older.iter().zip(&self.recent).map(spikes).collect();
        let counts: Vec<u64> = spikes.iter().map(|spikes| spikes.len() as u64).collect();
        let steps = spikes.concat();
        checkpoint.insert(format!("{name}.counts"), &[counts.len()], &counts);
        checkpoint.insert(format!("{name}.steps"), &[steps.len()], &steps);
    }

    /// The history that was saved when it was step `now`.
    pub(crate) fn restored(&self, name: &str, now: u16, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let counts = checkpoint.get::<u64>(&format!("{name}.counts"), &[self.recent.len()])?;
        let mut steps = checkpoint.elements::<u32>(&format!("{name}.steps"))?;
        let total = counts.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
        Error::length("spikes of the history", usize::try_from(total).unwrap_or(usize::MAX), steps.len())?;
        let mut restored = Self::new(self.recent.len());
        for (post, &count) in (0..).zip(counts) {
            let (own, rest) = steps.split_at(count as usize);
            steps = rest;
            let mut last = 0;
            for &step in own {
                let valid = step > last && step <= u32::from(now);
                Error::require(
                    valid,
                    "step of a spike",
                    step.into(),
                    "after the one before, and not in the future",
                )?;
                last = step;
                restored.mark(&[post], step as u16);
            }
        }
        Ok(restored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spikes_after_a_step_are_visited_once() {
        let steps = [3_u16, 5, 8, 9, 20, 21, 40];
        let mut history = PostHistory::new(2);
        steps.iter().for_each(|&step| history.mark(&[1], step));
        let mut checkpoint = Checkpoint::new();
        history.save("history", &mut checkpoint);
        let restored = history.restored("history", 40, &checkpoint).unwrap();
        for since in 0..50 {
            let expected: Vec<u16> = steps.into_iter().filter(|&step| step > since).collect();
            for history in [&history, &restored] {
                let mut visited = [Vec::new(), Vec::new()];
                for (post, visited) in visited.iter_mut().enumerate() {
                    history.visit(post, since, |step| visited.extend((step > since).then_some(step)));
                    visited.reverse();
                }
                assert_eq!(visited, [vec![], expected.clone()], "{since}");
            }
        }
        assert!(history.restored("history", 39, &checkpoint).is_err(), "a spike of the future");
        assert!(PostHistory::new(3).restored("history", 40, &checkpoint).is_err());
        checkpoint.insert("history.counts", &[2], &[u64::MAX, 1]);
        assert!(history.restored("history", 40, &checkpoint).is_err());
        history.clear();
        history.visit(1, 0, |step| assert_eq!(step, 0));
    }
}
