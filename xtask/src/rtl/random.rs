//! Random configurations, rewards and weights, the limits of all of them often among them.

use sc_online_o1::Config;

/// `SplitMix64`.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Within the range, its ends included.
    pub(super) fn within(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).expect("low <= high") + 1;
        low + i64::try_from(self.next() % span).expect("a small span")
    }

    /// With probability `1 / n`.
    pub(super) fn one_in(&mut self, n: i64) -> bool {
        self.within(1, n) == 1
    }

    /// Any of the legal ones.
    pub(super) fn config(&mut self) -> Config {
        // A third of all widths and shifts is at a limit. Of the others, most shifts are not so large that nothing is left.
        let mut pick = |low: i64, high: i64, likely: i64| {
            let value = match self.within(0, 5) {
                0 => low,
                1 => high,
                2 => self.within(low, high),
                _ => self.within(low, high.min(likely)),
            };
            u8::try_from(value).expect("a small number")
        };
        let [weight, trace, reward] = [pick(1, 31, 31), pick(2, 30, 30), pick(1, 30, 30)];
        let learning = pick(0, 30, (trace + reward).into());
        let decay = pick(0, 30, trace.into());
        Config::new(weight, trace, reward, learning, decay).expect("widths in range")
    }

    /// Below `n`.
    pub(super) fn index(&mut self, n: i64) -> usize {
        usize::try_from(self.within(0, n - 1)).expect("an index")
    }

    /// As rewards are in spells of five kinds, numbered from 0: none, small, extreme, rare, any.
    pub(super) fn reward(&mut self, config: &Config, spell: i64) -> i32 {
        let (min, max) = (config.min_reward(), config.max_reward());
        let reward = match spell {
            0 => 0,
            1 => self.within(-2, 2),
            2 if self.one_in(2) => min.into(),
            2 => max.into(),
            3 if self.one_in(30) => self.within(min.into(), max.into()),
            3 => 0,
            _ => self.within(min.into(), max.into()),
        };
        clamped_reward(config, reward)
    }

    /// One that the configuration has.
    pub(super) fn weight(&mut self, config: &Config) -> u32 {
        let max = config.max_weight();
        match self.within(0, 3) {
            0 => 0,
            1 => max,
            _ => u32::try_from(self.within(0, max.into())).expect("a weight in range"),
        }
    }
}

/// The reward that reaches the synapse, which fits its port.
pub(super) fn clamped_reward(config: &Config, reward: i64) -> i32 {
    let range = (config.min_reward().into(), config.max_reward().into());
    i32::try_from(reward.clamp(range.0, range.1)).expect("a reward in range")
}
