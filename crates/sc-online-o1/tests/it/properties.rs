//! What holds for all parameters, all states and all inputs.

use proptest::prelude::*;
use sc_online_o1::{Config, Decay, Rounding, Snapshot, Synapse, Synapse16};

use crate::oracle;

type Input = (bool, bool, i32);

/// An integer of a range, its ends more often than the rest.
fn with_ends(low: u8, high: u8) -> impl Strategy<Value = u8> {
    prop_oneof![1 => Just(low), 1 => Just(high), 6 => low..=high]
}

/// Any widths and shifts; the default modes.
fn any_default_config() -> impl Strategy<Value = Config> {
    (with_ends(1, 31), with_ends(2, 30), with_ends(1, 30), with_ends(0, 30), with_ends(0, 30))
        .prop_map(|(w, t, r, l, d)| Config::new(w, t, r, l, d).unwrap())
}

/// Anything that can be configured.
fn any_config() -> impl Strategy<Value = Config> {
    let rounding = prop_oneof![Just(Rounding::Floor), Just(Rounding::TowardZero), Just(Rounding::Nearest)];
    let decay = prop_oneof![Just(Decay::Floor), Just(Decay::Ceiling)];
    let pairing = prop_oneof![Just(0), Just(1), Just(2), Just(30), 0..=30_u8];
    (any_default_config(), rounding, decay, pairing).prop_map(|(config, rounding, decay, pairing)| {
        config.with_rounding(rounding).with_decay(decay).with_pairing_shift(pairing).unwrap()
    })
}

/// Any state in range, whether it can be reached or not; each of its numbers is often at an end of its range.
fn any_state(config: Config) -> impl Strategy<Value = Snapshot> {
    let number = |low: i64, high: i64| prop_oneof![Just(low), Just(high), low..=high];
    let trace = i64::from(config.max_trace());
    (
        number(0, i64::from(config.max_weight())),
        number(0, trace),
        number(0, trace),
        number(i64::from(config.min_eligibility()), i64::from(config.max_eligibility())),
    )
        .prop_map(|(w, x, y, e)| Snapshot {
            weight: u32::try_from(w).unwrap(),
            pre_trace: u32::try_from(x).unwrap(),
            post_trace: u32::try_from(y).unwrap(),
            eligibility: i32::try_from(e).unwrap(),
        })
}

fn any_reward() -> impl Strategy<Value = i32> {
    prop_oneof![Just(i32::MIN), Just(i32::MAX), Just(0), -3..=3, -200..=200, any::<i32>()]
}

fn any_input() -> impl Strategy<Value = Input> {
    (any::<bool>(), any::<bool>(), any_reward())
}

fn config_and_state() -> impl Strategy<Value = (Config, Snapshot)> {
    any_config().prop_flat_map(|config| (Just(config), any_state(config)))
}

/// The state after one step from a state in range.
fn stepped(config: Config, state: Snapshot, (pre, post, reward): Input) -> Snapshot {
    Synapse::restore(config, state).unwrap().step(pre, post, reward)
}

fn ordered<V: Ord + Copy>(a: V, b: V) -> [V; 2] {
    [a.min(b), a.max(b)]
}

fn in_range(config: &Config, s: &Snapshot) -> bool {
    s.weight <= config.max_weight()
        && s.pre_trace <= config.max_trace()
        && s.post_trace <= config.max_trace()
        && (config.min_eligibility()..=config.max_eligibility()).contains(&s.eligibility)
}

/// In all that a step may do to any state of any synapse there is no overflow: `i128` gives the same.
fn agrees_with_the_oracle(config: Config, state: Snapshot, input: Input) -> Result<(), TestCaseError> {
    let (pre, post, reward) = input;
    let got = stepped(config, state, input);
    prop_assert_eq!(got, oracle::step(&config, state, pre, post, reward));
    prop_assert!(in_range(&config, &got), "{:?} is not a state of {:?}", got, config);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8000))]

    #[test]
    fn a_step_equals_the_oracle_and_stays_in_range((config, state) in config_and_state(), input in any_input()) {
        agrees_with_the_oracle(config, state, input)?;
    }

    #[test]
    fn the_widest_synapse_does_not_overflow(
        (learning_shift, decay_shift) in (with_ends(0, 30), with_ends(0, 30)),
        modes in any_config(),
        bits in any::<u128>(),
        input in any_input(),
    ) {
        let config = Config::new(31, 30, 30, learning_shift, decay_shift).unwrap();
        let config = config.with_rounding(modes.rounding()).with_decay(modes.decay());
        agrees_with_the_oracle(config, Synapse::from_bits(config, bits).snapshot(), input)?;
        let (low, high) = (config.min_eligibility(), config.max_eligibility());
        let (weight, trace) = (config.max_weight(), config.max_trace());
        for (weight, pre_trace, post_trace, eligibility) in [(weight, trace, 0, high), (0, 0, trace, low), (weight, 0, trace, low)] {
            agrees_with_the_oracle(config, Snapshot { weight, pre_trace, post_trace, eligibility }, input)?;
        }
    }

    #[test]
    fn a_reward_beyond_its_bits_is_the_nearest_within((config, state) in config_and_state(), (pre, post, reward) in any_input()) {
        let within = reward.clamp(config.min_reward(), config.max_reward());
        prop_assert_eq!(stepped(config, state, (pre, post, reward)), stepped(config, state, (pre, post, within)));
        let most = stepped(config, state, (pre, post, i32::MAX));
        prop_assert_eq!(most, stepped(config, state, (pre, post, config.max_reward())));
        let least = stepped(config, state, (pre, post, i32::MIN));
        prop_assert_eq!(least, stepped(config, state, (pre, post, config.min_reward())));
    }

    #[test]
    fn silence_lets_traces_and_eligibility_decay_and_keeps_the_sign((config, state) in config_and_state(), reward in any_reward()) {
        let after = stepped(config, state, (false, false, reward));
        let shift = config.trace_decay_shift();
        let decays = |v: u32| shift > 0 && match config.decay() {
            Decay::Floor => v >= 1 << shift,
            _ => v > 0,
        };
        let magnitudes = |s: &Snapshot| [s.pre_trace, s.post_trace, s.eligibility.unsigned_abs()];
        for (before, after) in magnitudes(&state).into_iter().zip(magnitudes(&after)) {
            prop_assert!(if decays(before) { after < before } else { after == before }, "{} {}", before, after);
        }
        let sign = after.eligibility.signum();
        prop_assert!(sign == state.eligibility.signum() || sign == 0);
    }

    #[test]
    fn what_is_below_the_decay_is_fixed(config in any_default_config(), v in any::<i32>()) {
        let largest_fixed = match config.trace_decay_shift() {
            0 => config.max_eligibility(),
            shift => config.max_eligibility().min((1 << shift) - 1),
        };
        let v = v % (largest_fixed + 1);
        let state = Snapshot { weight: 0, pre_trace: v.unsigned_abs(), post_trace: v.unsigned_abs(), eligibility: v };
        prop_assert_eq!(stepped(config, state, (false, false, 0)), state);
    }

    #[test]
    fn a_weight_moves_as_the_sign_of_reward_and_eligibility_says((config, state) in config_and_state(), input in any_input()) {
        let after = stepped(config, state, input);
        let reward = input.2.clamp(config.min_reward(), config.max_reward());
        match i64::from(reward) * i64::from(after.eligibility) {
            0 => prop_assert_eq!(after.weight, state.weight),
            1.. => prop_assert!(after.weight >= state.weight),
            _ if config.rounding() == Rounding::Floor => prop_assert!(after.weight < state.weight || after.weight == 0),
            _ => prop_assert!(after.weight <= state.weight),
        }
    }

    #[test]
    fn a_step_is_monotone_in_each_of_its_numbers(
        (config, state, other) in any_config().prop_flat_map(|c| (Just(c), any_state(c), any_state(c))),
        (pre, post, reward) in any_input(),
        other_reward in any_reward(),
    ) {
        let after = |s: Snapshot| stepped(config, s, (pre, post, reward));
        let [low, high] = ordered(state.weight, other.weight).map(|weight| after(Snapshot { weight, ..state }));
        prop_assert!(low.weight <= high.weight);
        let [low, high] =
            ordered(state.eligibility, other.eligibility).map(|eligibility| after(Snapshot { eligibility, ..state }));
        prop_assert!(low.eligibility <= high.eligibility);
        let [low, high] = ordered(state.pre_trace, other.pre_trace).map(|pre_trace| after(Snapshot { pre_trace, ..state }));
        prop_assert!(low.pre_trace <= high.pre_trace && low.eligibility <= high.eligibility);
        let [low, high] =
            ordered(state.post_trace, other.post_trace).map(|post_trace| after(Snapshot { post_trace, ..state }));
        prop_assert!(low.post_trace <= high.post_trace && low.eligibility >= high.eligibility);
        let [low, high] = ordered(reward, other_reward).map(|reward| stepped(config, state, (pre, post, reward)));
        let (less, more) = if low.eligibility >= 0 { (low, high) } else { (high, low) };
        prop_assert!(less.weight <= more.weight);
    }

    #[test]
    fn exactly_the_promised_bits_are_the_state((config, state) in config_and_state(), bits in any::<u128>()) {
        let n_bits = config.per_synapse_state_bits();
        prop_assert_eq!(n_bits, u32::from(config.weight_bits()) + 3 * u32::from(config.trace_bits()));
        let all = (1_u128 << n_bits) - 1;
        let synapse = Synapse::restore(config, state).unwrap();
        prop_assert!(synapse.to_bits() <= all);
        prop_assert_eq!(Synapse::from_bits(config, synapse.to_bits()), synapse);
        let any = Synapse::from_bits(config, bits);
        prop_assert!(in_range(&config, &any.snapshot()));
        prop_assert_eq!(any.to_bits(), bits & all);
        prop_assert_eq!(Synapse::restore(config, any.snapshot()), Ok(any));
    }
}

/// The synapse whose widths the compiler knows, from many steps on, since its states are only reached by stepping.
fn equals_in_16_bits<const W: u8, const T: u8, const R: u8, const L: u8, const D: u8>(
    initial_weight: u16,
    inputs: &[Input],
) -> Result<(), TestCaseError> {
    let mut small = Synapse16::<W, T, R, L, D>::new(initial_weight);
    let mut synapse = Synapse::new(Synapse16::<W, T, R, L, D>::CONFIG, u32::from(initial_weight));
    prop_assert_eq!(small.snapshot(), synapse.snapshot());
    for &(pre, post, reward) in inputs {
        prop_assert_eq!(small.step(pre, post, reward), synapse.step(pre, post, reward));
        prop_assert_eq!(small.snapshot(), synapse.snapshot());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_16_bit_synapse_equals_a_synapse(initial_weight: u16, inputs in prop::collection::vec(any_input(), 0..200)) {
        equals_in_16_bits::<16, 12, 8, 4, 4>(initial_weight, &inputs)?;
        equals_in_16_bits::<16, 16, 16, 0, 1>(initial_weight, &inputs)?;
        equals_in_16_bits::<16, 16, 16, 30, 30>(initial_weight, &inputs)?;
        equals_in_16_bits::<1, 2, 1, 0, 0>(initial_weight, &inputs)?;
        equals_in_16_bits::<16, 2, 16, 1, 1>(initial_weight, &inputs)?;
        equals_in_16_bits::<1, 16, 1, 3, 0>(initial_weight, &inputs)?;
        equals_in_16_bits::<8, 6, 4, 3, 2>(initial_weight, &inputs)?;
    }

    #[test]
    fn only_the_state_remembers(
        config in any_config(),
        initial_weight: u32,
        before in prop::collection::vec(any_input(), 0..100),
        after in prop::collection::vec(any_input(), 1..100),
    ) {
        let mut whole = Synapse::new(config, initial_weight);
        for &(pre, post, reward) in &before {
            whole.step(pre, post, reward);
        }
        let mut restored = Synapse::restore(config, whole.snapshot()).unwrap();
        for &(pre, post, reward) in &after {
            prop_assert_eq!(whole.step(pre, post, reward), restored.step(pre, post, reward));
        }
        prop_assert_eq!(whole, restored);
    }

    #[test]
    fn a_trace_is_a_function_of_the_time_since_the_last_spike(
        config in any_config(),
        spikes in prop::collection::vec((any::<bool>(), any::<bool>()), 1..150),
    ) {
        let mut table = vec![i128::from(config.max_trace())];
        for age in 0..spikes.len() {
            table.push(oracle::decay(&config, table[age]));
        }
        let mut synapse = Synapse::new(config, 0);
        let (mut pre_age, mut post_age) = (None, None);
        for (pre, post) in spikes {
            let state = synapse.step(pre, post, 1);
            pre_age = if pre { Some(0) } else { pre_age.map(|age| age + 1) };
            post_age = if post { Some(0) } else { post_age.map(|age| age + 1) };
            prop_assert_eq!(i128::from(state.pre_trace), pre_age.map_or(0, |age: usize| table[age]));
            prop_assert_eq!(i128::from(state.post_trace), post_age.map_or(0, |age: usize| table[age]));
        }
    }

    #[test]
    fn in_silence_under_one_reward_the_weight_may_be_clamped_once_at_the_end(
        (config, state) in config_and_state(),
        reward in any_reward(),
        n_steps in 1..200,
    ) {
        let mut synapse = Synapse::restore(config, state).unwrap();
        let r = i128::from(reward.clamp(config.min_reward(), config.max_reward()));
        let mut unclamped = i128::from(state.weight);
        for _ in 0..n_steps {
            let e = synapse.step(false, false, reward).eligibility;
            unclamped += oracle::quotient(&config, r * i128::from(e));
        }
        let clamped = unclamped.clamp(0, i128::from(config.max_weight()));
        prop_assert_eq!(i128::from(synapse.snapshot().weight), clamped);
    }
}

/// Every state, every spike and every reward of a small synapse, and rewards beyond.
fn exhaust(config: Config) -> u32 {
    let rewards = (config.min_reward() - 1)..=(config.max_reward() + 1);
    let mut n_steps = 0;
    for bits in 0..1_u128 << config.per_synapse_state_bits() {
        let state = Synapse::from_bits(config, bits).snapshot();
        for (pre, post) in [(false, false), (false, true), (true, false), (true, true)] {
            for reward in rewards.clone() {
                agrees_with_the_oracle(config, state, (pre, post, reward)).unwrap();
                n_steps += 1;
            }
        }
    }
    n_steps
}

#[test]
fn every_step_of_two_small_synapses_equals_the_oracle() {
    let (narrow, broad) = (Config::new(3, 3, 2, 1, 1).unwrap(), Config::new(2, 4, 2, 2, 2).unwrap());
    assert_eq!(exhaust(narrow), (1 << 12) * 4 * 6);
    assert_eq!(exhaust(broad), (1 << 14) * 4 * 6);
    let repaired = |config: Config, rounding| {
        config.with_rounding(rounding).with_decay(Decay::Ceiling).with_pairing_shift(1).unwrap()
    };
    assert_eq!(exhaust(repaired(narrow, Rounding::Nearest)), (1 << 12) * 4 * 6);
    assert_eq!(exhaust(repaired(narrow, Rounding::TowardZero)), (1 << 12) * 4 * 6);
}

/// From any trace or eligibility down to where it stays: 96 and 85 steps with the default widths.
#[test]
fn decay_stalls_after_as_many_steps_as_the_specification_says() {
    let n_steps = |state: Snapshot, number: fn(&Snapshot) -> i32| {
        let mut synapse = Synapse::restore(Config::DEFAULT, state).unwrap();
        let mut n = 0;
        loop {
            let before = number(&synapse.snapshot());
            if number(&synapse.step(false, false, 0)) == before {
                return (n, before);
            }
            n += 1;
        }
    };
    let full = Snapshot { weight: 0, pre_trace: 4095, post_trace: 4095, eligibility: 2047 };
    assert_eq!(n_steps(full, |s| i32::try_from(s.pre_trace).unwrap()), (96, 15));
    assert_eq!(n_steps(full, |s| i32::try_from(s.post_trace).unwrap()), (96, 15));
    assert_eq!(n_steps(full, |s| s.eligibility), (85, 15));
    assert_eq!(n_steps(Snapshot { eligibility: -2048, ..full }, |s| s.eligibility), (85, -15));
}
