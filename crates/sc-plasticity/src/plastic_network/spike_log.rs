//! Who spiked in a part, step by step and population by population.

/// Lists of spikes in one piece: of each the number of spikes, then the spikes.
#[derive(Debug, Clone, Default)]
pub(super) struct SpikeLog {
    pub(super) words: Vec<u32>,
    n_read: usize,
}

impl SpikeLog {
    /// The most words that `n_lists` of spikes can be, `n_spikes` at most all together.
    pub(super) fn most_words(n_lists: usize, n_spikes: usize) -> usize {
        n_lists + n_spikes
    }

    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.n_read = 0;
    }

    pub(super) fn push(&mut self, spikes: impl Iterator<Item = u32>) {
        let count = self.words.len();
        self.words.push(0);
        self.words.extend(spikes);
        self.words[count] = (self.words.len() - count - 1) as u32;
    }

    /// The next list.
    ///
    /// # Panics
    /// If all have been read.
    pub(super) fn read(&mut self) -> &[u32] {
        let (&count, rest) = self.words[self.n_read..].split_first().expect("a list that was pushed");
        self.n_read += 1 + count as usize;
        &rest[..count as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pushed_is_read_in_order() {
        let mut log = SpikeLog::default();
        for _ in 0..2 {
            log.clear();
            let lists = [vec![3, 5], vec![], vec![7]];
            lists.iter().for_each(|list| log.push(list.iter().copied()));
            assert_eq!(log.words.len(), SpikeLog::most_words(3, 3));
            lists.iter().for_each(|list| assert_eq!(log.read(), list));
        }
    }
}
