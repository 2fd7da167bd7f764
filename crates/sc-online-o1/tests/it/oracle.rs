//! A slow and obvious synapse: the equations with integers that cannot overflow, fractions that are divided as fractions, and
//! nothing shared with the crate but the names of the modes.

use sc_online_o1::{Config, Decay, Rounding, Snapshot};

/// The state after a step. Works out everything from the parameters' numbers, also the limits.
pub(crate) fn step(config: &Config, state: Snapshot, pre: bool, post: bool, reward: i32) -> Snapshot {
    let (w, x, y, e) = (
        i128::from(state.weight),
        i128::from(state.pre_trace),
        i128::from(state.post_trace),
        i128::from(state.eligibility),
    );
    let max_trace = power(config.trace_bits()) - 1;
    let half_trace = power(config.trace_bits() - 1);
    let half_reward = power(config.reward_bits() - 1);

    let r = between(-half_reward, i128::from(reward), half_reward - 1);
    let pairing = power(config.pairing_shift());
    let potentiation = match (pre, post) {
        (_, false) => 0,
        (false, true) => x.div_euclid(pairing),
        (true, true) => max_trace.div_euclid(pairing),
    };
    let depression = if pre { y.div_euclid(pairing) } else { 0 };
    let e = between(-half_trace, decay(config, e) + potentiation - depression, half_trace - 1);
    let w = between(0, w + quotient(config, r * e), power(config.weight_bits()) - 1);
    Snapshot {
        weight: u32::try_from(w).unwrap(),
        pre_trace: u32::try_from(if pre { max_trace } else { decay(config, x) }).unwrap(),
        post_trace: u32::try_from(if post { max_trace } else { decay(config, y) }).unwrap(),
        eligibility: i32::try_from(e).unwrap(),
    }
}

/// `v - v / 2^D` for both signs alike, the loss being rounded down or up; `v` if the shift is 0.
pub(crate) fn decay(config: &Config, v: i128) -> i128 {
    let divisor = power(config.trace_decay_shift());
    let magnitude = v.abs();
    let loss = match config.decay() {
        _ if divisor == 1 => 0,
        Decay::Floor => magnitude / divisor,
        Decay::Ceiling if magnitude % divisor == 0 => magnitude / divisor,
        Decay::Ceiling => magnitude / divisor + 1,
        other => panic!("the oracle does not know {other:?}"),
    };
    v.signum() * (magnitude - loss)
}

/// `product / 2^L` as an integer.
pub(crate) fn quotient(config: &Config, product: i128) -> i128 {
    let divisor = power(config.learning_shift());
    match config.rounding() {
        Rounding::Floor => product.div_euclid(divisor),
        Rounding::TowardZero => product / divisor,
        // The integer part of |x| + 1/2.
        Rounding::Nearest => product.signum() * ((2 * product.abs() + divisor) / (2 * divisor)),
        other => panic!("the oracle does not know {other:?}"),
    }
}

fn power(exponent: u8) -> i128 {
    2_i128.pow(u32::from(exponent))
}

fn between(low: i128, v: i128, high: i128) -> i128 {
    if v < low {
        low
    } else if v > high {
        high
    } else {
        v
    }
}

/// Numbers worked out by hand, default widths.
#[test]
fn the_oracle_agrees_with_hand_computed_steps() {
    let config = Config::DEFAULT;
    let state =
        |weight, pre_trace, post_trace, eligibility| Snapshot { weight, pre_trace, post_trace, eligibility };
    // A pre-spike: its trace is set, and depresses by the post-trace as it was: -2048 + 128 - 1600 is below the least.
    assert_eq!(step(&config, state(100, 0, 1600, -2048), true, false, 0), state(100, 4095, 1500, -2048));
    // A post-spike: 32 - 2 + 100; then the weight loses floor(-3 * 130 / 16) = -25 by the new eligibility.
    assert_eq!(step(&config, state(100, 100, 7, 32), false, true, -3), state(75, 94, 4095, 130));
    // Both: 4095 - 4000 on top of -(15 - 0); then 127 * 80 / 16 = 635, the reward being limited to 127.
    assert_eq!(step(&config, state(65_000, 1, 4000, -15), true, true, 1000), state(65_535, 4095, 4095, 80));
    // Silence: magnitudes decay.
    assert_eq!(step(&config, state(5, 4095, 16, -17), false, false, 1), state(4, 3840, 15, -16));
}

/// The modes, on small fractions.
#[test]
fn the_oracle_rounds_as_the_modes_say() {
    let [floor, zero, nearest] = [Rounding::Floor, Rounding::TowardZero, Rounding::Nearest]
        .map(|rounding| Config::new(16, 12, 8, 2, 2).unwrap().with_rounding(rounding));
    let quarters = [-7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7];
    assert_eq!(quarters.map(|q| quotient(&floor, q)), [-2, -2, -2, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1]);
    assert_eq!(quarters.map(|q| quotient(&zero, q)), [-1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    assert_eq!(quarters.map(|q| quotient(&nearest, q)), [-2, -2, -1, -1, -1, -1, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
    assert_eq!([-5, -4, -3, 0, 3, 4, 5].map(|v| decay(&floor, v)), [-4, -3, -3, 0, 3, 3, 4]);
    let ceiling = floor.with_decay(Decay::Ceiling);
    assert_eq!([-5, -4, -1, 0, 1, 4, 5].map(|v| decay(&ceiling, v)), [-3, -3, 0, 0, 0, 3, 3]);
    let never = Config::new(16, 12, 8, 2, 0).unwrap().with_decay(Decay::Ceiling);
    assert_eq!([-5, 1, 4095].map(|v| decay(&never, v)), [-5, 1, 4095]);
}
