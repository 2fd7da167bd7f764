//! Banks and crossbars hold as many synapses as one likes, and each of them is a [`Synapse`].

#![allow(clippy::cast_possible_truncation, reason = "random words are cut to what is needed")]

use proptest::prelude::*;
use sc_online_o1::{
    words, Bank, BankError, Config, Crossbar, Decay, Rounding, Snapshot, Spikes, Synapse, Word,
};

use crate::corpus::cases;

/// The arrays of a bank.
#[derive(Debug, Clone, PartialEq)]
struct Arrays<U: Word> {
    w: Vec<U>,
    x: Vec<U>,
    y: Vec<U>,
    e: Vec<U::Signed>,
}

impl<U: Word> Arrays<U> {
    fn new(states: impl IntoIterator<Item = Snapshot>) -> Self {
        let mut arrays = Self { w: Vec::new(), x: Vec::new(), y: Vec::new(), e: Vec::new() };
        for state in states {
            arrays.w.push(U::put(state.weight));
            arrays.x.push(U::put(state.pre_trace));
            arrays.y.push(U::put(state.post_trace));
            arrays.e.push(U::put_signed(state.eligibility));
        }
        arrays
    }

    fn bank(&mut self, config: Config) -> Bank<'_, U> {
        Bank::new(config, &mut self.w, &mut self.x, &mut self.y, &mut self.e).unwrap()
    }
}

/// Spikes in both forms: `[step][neuron]` as bytes, and packed.
struct Both {
    bytes: Vec<u8>,
    bits: Vec<u64>,
}

impl Both {
    fn new(n: usize, n_steps: usize, spike: impl Fn(usize, usize) -> bool) -> Self {
        let mut both = Self { bytes: vec![0; n * n_steps], bits: vec![0; words(n) * n_steps] };
        for t in 0..n_steps {
            for k in 0..n {
                if spike(t, k) {
                    // Any byte but zero is a spike.
                    both.bytes[t * n + k] = [1, 2, 128, 255][k % 4];
                    both.bits[t * words(n) + k / 64] |= 1 << (k % 64);
                }
            }
            // What lies behind the last neuron is nobody's.
            if n % 64 != 0 {
                both.bits[(t + 1) * words(n) - 1] |= u64::MAX << (n % 64);
            }
        }
        both
    }

    fn step(&self, packed: bool, t: usize, n: usize) -> Spikes<'_> {
        if packed {
            Spikes::Bits(&self.bits[t * words(n)..][..words(n)])
        } else {
            Spikes::Bytes(&self.bytes[t * n..][..n])
        }
    }

    fn all(&self, packed: bool) -> Spikes<'_> {
        if packed {
            Spikes::Bits(&self.bits)
        } else {
            Spikes::Bytes(&self.bytes)
        }
    }
}

/// Some synapses get the recorded spikes, their neighbours others.
fn is_recorded(k: usize) -> bool {
    [0, 1, 15, 16, 63, 64, 69].contains(&k)
}

fn golden_bank<U: Word>(packed: bool) -> usize {
    let n = 70;
    let mut n_cases = 0;
    for case in cases() {
        let fits = [case.config.weight_bits(), case.config.trace_bits()].iter().all(|&bits| bits <= U::BITS);
        if !fits {
            continue;
        }
        n_cases += 1;
        let fresh = Synapse::new(case.config, case.initial_weight).snapshot();
        let n_steps = case.rewards.len();
        let pre = Both::new(n, n_steps, |t, k| if is_recorded(k) { case.pre[t] } else { case.post[t] });
        let post = Both::new(n, n_steps, |t, k| case.post[t] && (is_recorded(k) || k % 3 == 0));

        let mut arrays = Arrays::<U>::new(vec![fresh; n]);
        let mut bank = arrays.bank(case.config);
        let mut states = vec![Vec::new(); n];
        for (t, &reward) in case.rewards.iter().enumerate() {
            bank.step(pre.step(packed, t, n), post.step(packed, t, n), reward).unwrap();
            bank.snapshots().zip(&mut states).for_each(|(state, states)| states.push(state));
        }
        for (k, states) in states.iter().enumerate().filter(|(k, _)| is_recorded(*k)) {
            case.judge(&format!("synapse {k} of a bank"), states);
        }

        // The whole recording in one call.
        let mut again = Arrays::<U>::new(vec![fresh; n]);
        again.bank(case.config).run(pre.all(packed), post.all(packed), &case.rewards).unwrap();
        assert_eq!(again, arrays, "{:?}", case.config);
    }
    n_cases
}

#[test]
fn every_synapse_of_a_bank_repeats_every_recorded_run() {
    assert_eq!(golden_bank::<u32>(true), cases().len());
    assert_eq!(golden_bank::<u32>(false), cases().len());
    assert!(golden_bank::<u16>(true) >= 13);
    assert!(golden_bank::<u16>(false) >= 13);
}

#[test]
fn every_synapse_of_a_crossbar_repeats_every_recorded_run() {
    let (n_pre, n_post) = (2, 70);
    for case in cases() {
        let n_steps = case.rewards.len();
        let pre = Both::new(n_pre, n_steps, |t, i| if i == 1 { case.pre[t] } else { case.post[t] });
        let post = Both::new(n_post, n_steps, |t, j| case.post[t] && (is_recorded(j) || j % 3 == 0));
        let fresh = Synapse::new(case.config, case.initial_weight).snapshot();
        for packed in [false, true] {
            let (mut w, mut e) = (vec![fresh.weight; n_pre * n_post], vec![0; n_pre * n_post]);
            let (mut x, mut y) = (vec![0_u32; n_pre], vec![0_u32; n_post]);
            let mut crossbar = Crossbar::new(case.config, &mut w, &mut e, &mut x, &mut y).unwrap();
            let mut states = vec![Vec::new(); n_pre * n_post];
            for (t, &reward) in case.rewards.iter().enumerate() {
                crossbar.step(pre.step(packed, t, n_pre), post.step(packed, t, n_post), reward).unwrap();
                crossbar.snapshots().zip(&mut states).for_each(|(state, states)| states.push(state));
            }
            for j in (0..n_post).filter(|&j| is_recorded(j)) {
                case.judge(&format!("synapse (1, {j}) of a crossbar"), &states[n_post + j]);
            }
            let last: Vec<Snapshot> = crossbar.snapshots().collect();

            let (mut w, mut e) = (vec![fresh.weight; n_pre * n_post], vec![0; n_pre * n_post]);
            let (mut x, mut y) = (vec![0_u32; n_pre], vec![0_u32; n_post]);
            let mut again = Crossbar::new(case.config, &mut w, &mut e, &mut x, &mut y).unwrap();
            again.run(pre.all(packed), post.all(packed), &case.rewards).unwrap();
            assert!(again.snapshots().eq(last), "{:?}", case.config);
        }
    }
}

/// Configurations of all modes, among them many of each arithmetic.
fn configs() -> impl Strategy<Value = Config> {
    let widths = prop_oneof![
        (1..=16_u8, 2..=14_u8, 1..=16_u8, 0..=16_u8, 0..=16_u8), // mostly sixteen bits
        (1..=31_u8, 2..=30_u8, 1..=30_u8, 0..=30_u8, 0..=30_u8),
    ];
    let modes = (
        prop::sample::select(vec![Rounding::Floor, Rounding::Floor, Rounding::TowardZero, Rounding::Nearest]),
        prop::sample::select(vec![Decay::Floor, Decay::Ceiling]),
        prop_oneof![Just(0_u8), 0..=30_u8],
    );
    (widths, modes).prop_map(|((w, t, r, l, d), (rounding, decay, pairing))| {
        let config = Config::new(w, t, r, l, d).unwrap().with_pairing_shift(pairing).unwrap();
        config.with_rounding(rounding).with_decay(decay)
    })
}

/// A generator of its own, so that a case is a seed and shrinks to a small one.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 20 ^ self.0 << 31
    }

    fn state(&mut self, config: &Config) -> Snapshot {
        Synapse::from_bits(*config, u128::from(self.next()) << 64 | u128::from(self.next())).snapshot()
    }

    fn reward(&mut self) -> i32 {
        match self.next() % 5 {
            0 => 0,
            1 => self.next() as i32,
            _ => (self.next() % 9) as i32 - 4,
        }
    }
}

fn bank_equals_synapses<U: Word>(config: Config, n: usize, n_steps: usize, each: bool, seed: u64) {
    let mut numbers = Numbers(seed);
    let mut synapses: Vec<Synapse> =
        (0..n).map(|_| Synapse::restore(config, numbers.state(&config)).unwrap()).collect();
    let mut arrays = Arrays::<U>::new(synapses.iter().map(Synapse::snapshot));
    let mut bank = arrays.bank(config);
    for t in 0..n_steps {
        let (p, q) = (numbers.next(), numbers.next());
        let pre = Both::new(n, 1, |_, k| p.rotate_left(k as u32 * 7) & 3 == 0);
        let post = Both::new(n, 1, |_, k| q.rotate_left(k as u32 * 5) & 3 == 0);
        let rewards: Vec<i32> =
            if each { (0..n).map(|_| numbers.reward()).collect() } else { vec![numbers.reward(); n] };
        let (a, b) = (pre.all(t % 2 == 0), post.all(t % 3 == 0));
        if each {
            bank.step_each(a, b, &rewards).unwrap();
        } else {
            bank.step(a, b, rewards.first().copied().unwrap_or(7)).unwrap();
        }
        for (k, synapse) in synapses.iter_mut().enumerate() {
            synapse.step(pre.bytes[k] != 0, post.bytes[k] != 0, rewards[k]);
        }
        for (k, (got, synapse)) in bank.snapshots().zip(&synapses).enumerate() {
            assert_eq!(got, synapse.snapshot(), "synapse {k} of {n} after step {t}, {config:?}");
        }
    }
}

fn crossbar_equals_synapses<U: Word>(config: Config, n_pre: usize, n_post: usize, n_steps: usize, seed: u64) {
    let mut numbers = Numbers(seed);
    let n = n_pre * n_post;
    let mut own = || -> Vec<Snapshot> { (0..n).map(|_| numbers.state(&config)).collect() };
    let synapses = own();
    let (mut w, mut e): (Vec<U>, Vec<U::Signed>) =
        synapses.iter().map(|s| (U::put(s.weight), U::put_signed(s.eligibility))).unzip();
    let mut x: Vec<U> = (0..n_pre).map(|_| U::put(numbers.state(&config).pre_trace)).collect();
    let mut y: Vec<U> = (0..n_post).map(|_| U::put(numbers.state(&config).post_trace)).collect();
    let (p, q) = (numbers.next(), numbers.next());
    let pre = Both::new(n_pre, n_steps, |t, k| p.rotate_left((k * 7 + t * 11) as u32) & 3 == 0);
    let post = Both::new(n_post, n_steps, |t, k| q.rotate_left((k * 5 + t * 13) as u32) & 3 == 0);
    let rewards: Vec<i32> = (0..n_steps).map(|_| numbers.reward()).collect();

    let mut crossbar = Crossbar::new(config, &mut w, &mut e, &mut x, &mut y).unwrap();
    let mut expected: Vec<Synapse> =
        crossbar.snapshots().map(|state| Synapse::restore(config, state).unwrap()).collect();
    crossbar.run(pre.all(true), post.all(false), &rewards).unwrap();
    for (t, &reward) in rewards.iter().enumerate() {
        for (k, synapse) in expected.iter_mut().enumerate() {
            let (i, j) = (k / n_post, k % n_post);
            synapse.step(pre.bytes[t * n_pre + i] != 0, post.bytes[t * n_post + j] != 0, reward);
        }
    }
    for (k, (got, synapse)) in crossbar.snapshots().zip(&expected).enumerate() {
        assert_eq!(got, synapse.snapshot(), "synapse {k} of {n_pre} x {n_post} after {n_steps}, {config:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bank_is_so_many_synapses(
        config in configs(), n in prop_oneof![0..200_usize, 1000..1200_usize], n_steps in 1..6_usize, each: bool, seed: u64,
    ) {
        bank_equals_synapses::<u32>(config, n, n_steps, each, seed);
        if config.weight_bits() <= 16 && config.trace_bits() <= 16 {
            bank_equals_synapses::<u16>(config, n, n_steps, each, seed);
        }
    }

    #[test]
    fn a_crossbar_is_so_many_synapses(
        config in configs(), n_pre in 0..5_usize, n_post in 0..300_usize, n_steps in 0..6_usize, seed: u64,
    ) {
        crossbar_equals_synapses::<u32>(config, n_pre, n_post, n_steps, seed);
        if config.weight_bits() <= 16 && config.trace_bits() <= 16 {
            crossbar_equals_synapses::<u16>(config, n_pre, n_post, n_steps, seed);
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_changes() {
    let fresh = Snapshot { weight: 7, pre_trace: 3, post_trace: 2, eligibility: -1 };
    let before = Arrays::<u16>::new(vec![fresh; 65]);
    let mut arrays = before.clone();
    let mut bank = arrays.bank(Config::DEFAULT);
    let (bits, bytes) = ([u64::MAX; 3], [1; 130]);
    let length = |array, expected, got| Err(BankError::Length { array, expected, got });
    let good = Spikes::Bits(&bits[..2]);
    assert_eq!(bank.step(Spikes::Bits(&bits), good, 1), length("pre spikes", 2, 3));
    assert_eq!(bank.step(good, Spikes::Bits(&bits[..1]), 1), length("post spikes", 2, 1));
    assert_eq!(bank.step(good, Spikes::Bytes(&bytes[..64]), 1), length("post spikes", 65, 64));
    assert_eq!(bank.step_each(good, good, &[1; 66]), length("rewards", 65, 66));
    assert_eq!(bank.run(good, good, &[1, 1]), length("pre spikes", 4, 2));
    assert_eq!(bank.run(Spikes::Bytes(&bytes), good, &[1, 1]), length("post spikes", 4, 2));
    assert_eq!(bank.run(good, good, &[]), length("pre spikes", 0, 2));
    assert_eq!(arrays, before);

    let Arrays { mut w, mut x, mut y, mut e } = before.clone();
    let mut bank = |config, n: [usize; 4]| {
        let [a, b, c, d] = n;
        Bank::<u16>::new(config, &mut w[..a], &mut x[..b], &mut y[..c], &mut e[..d]).err()
    };
    assert_eq!(bank(Config::DEFAULT, [65, 64, 65, 65]), length("pre_traces", 65, 64).err());
    assert_eq!(bank(Config::DEFAULT, [65, 65, 0, 65]), length("post_traces", 65, 0).err());
    assert_eq!(bank(Config::DEFAULT, [64, 64, 64, 65]), length("eligibilities", 64, 65).err());
    let wide = Config::new(17, 12, 8, 4, 4).unwrap();
    let refused = bank(wide, [65; 4]).unwrap();
    assert_eq!(refused, BankError::Width { parameter: "weight_bits", bits: 17, room: 16 });
    assert_eq!(refused.to_string(), "weight_bits is 17, the arrays have room for 16 bits");
    let wide = Config::new(16, 17, 8, 4, 4).unwrap();
    assert_eq!(bank(wide, [65; 4]), Some(BankError::Width { parameter: "trace_bits", bits: 17, room: 16 }));

    x[64] = 4096;
    let error = Bank::<u16>::new(Config::DEFAULT, &mut w, &mut x, &mut y, &mut e).unwrap_err();
    assert_eq!(error.to_string(), "at index 64: pre_trace must be in 0..=4095, got 4096");
}

#[test]
fn a_crossbar_refuses_what_does_not_fit() {
    let (mut w, mut e, mut x, mut y) = ([9_u16; 6], [0_i16; 6], [0_u16; 2], [0_u16; 3]);
    let length = |array, expected, got| BankError::Length { array, expected, got };
    let config = Config::DEFAULT;
    let error = Crossbar::new(config, &mut w[..5], &mut e, &mut x, &mut y).unwrap_err();
    assert_eq!(error, length("weights", 6, 5));
    let error = Crossbar::new(config, &mut w, &mut e[..5], &mut x, &mut y).unwrap_err();
    assert_eq!(error, length("eligibilities", 6, 5));
    let mut crossbar = Crossbar::new(config, &mut w, &mut e, &mut x, &mut y).unwrap();
    let error = crossbar.step(Spikes::Bytes(&[1; 3]), Spikes::Bytes(&[1; 3]), 9).unwrap_err();
    assert_eq!(error, length("pre spikes", 2, 3));
    let error = crossbar.step(Spikes::Bytes(&[1; 2]), Spikes::Bits(&[1; 2]), 9).unwrap_err();
    assert_eq!(error, length("post spikes", 1, 2));
    assert_eq!((w, e, x, y), ([9; 6], [0; 6], [0; 2], [0; 3]));
    for (array, index) in [("pre_trace", 1), ("post_trace", 2), ("eligibility", 5)] {
        let (mut w, mut e, mut x, mut y) = ([9_u16; 6], [0_i16; 6], [0_u16; 2], [0_u16; 3]);
        match array {
            "pre_trace" => x[index] = 4096,
            "post_trace" => y[index] = 4096,
            _ => e[index] = -2049,
        }
        let error = Crossbar::new(config, &mut w, &mut e, &mut x, &mut y).unwrap_err().to_string();
        assert!(error.starts_with(&format!("at index {index}: {array} must be in")), "{error}");
    }
}

#[cfg(feature = "alloc")]
proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_lazy_crossbar_is_a_crossbar(
        config in configs(), n_pre in 0..5_usize, n_post in 0..130_usize, n_steps in 0..120_usize, rare in 1..60_u64, seed: u64,
    ) {
        use sc_online_o1::LazyCrossbar;

        let n = n_pre * n_post;
        let mut numbers = Numbers(seed);
        let states: Vec<Snapshot> = (0..n + n_pre + n_post).map(|_| numbers.state(&config)).collect();
        let arrays = || {
            let Arrays { w, e, .. } = Arrays::<u32>::new(states[..n].iter().copied());
            let x: Vec<u32> = states[n..n + n_pre].iter().map(|s| s.pre_trace).collect();
            let y: Vec<u32> = states[n + n_pre..].iter().map(|s| s.post_trace).collect();
            (w, e, x, y)
        };
        let (mut w, mut e, mut x, mut y) = arrays();
        let mut dense = Crossbar::new(config, &mut w, &mut e, &mut x, &mut y).unwrap();
        let (mut w, mut e, mut x, mut y) = arrays();
        let lazy = LazyCrossbar::new(Crossbar::new(config, &mut w, &mut e, &mut x, &mut y).unwrap());
        prop_assert_eq!(lazy.is_err(), config.trace_bits() > 16);
        let Ok(mut lazy) = lazy else { return Ok(()) };
        for t in 0..n_steps {
            let mut draw = |n: usize| -> Vec<bool> { (0..n).map(|_| numbers.next() % rare == 0).collect() };
            let (p, q) = (draw(n_pre), draw(n_post));
            let (pre, post) = (Both::new(n_pre, 1, |_, i| p[i]), Both::new(n_post, 1, |_, j| q[j]));
            let reward = if numbers.next() % rare == 0 { numbers.reward() } else { 0 };
            let packed = t % 2 == 0;
            dense.step(pre.all(packed), post.all(packed), reward).unwrap();
            lazy.step(pre.all(packed), post.all(!packed), reward).unwrap();
            prop_assert_eq!(lazy.weights(), dense.weights());
            if numbers.next() % 40 == 0 {
                lazy.flush();
            }
        }
        let lazy = lazy.into_crossbar();
        for (k, (got, expected)) in lazy.snapshots().zip(dense.snapshots()).enumerate() {
            prop_assert_eq!(got, expected, "synapse {} of {} x {} after {}", k, n_pre, n_post, n_steps);
        }
    }
}

#[cfg(feature = "threads")]
#[test]
fn threads_do_not_show() {
    // More than a piece per thread, and an end that fills no block.
    let n = 64 * 3000 + 17;
    let mut numbers = Numbers(1);
    let mut one = Arrays::<u16>::new((0..n).map(|_| numbers.state(&Config::DEFAULT)));
    let mut many = one.clone();
    let n_steps = 3;
    let spikes = Both::new(n, n_steps, |t, k| (k * 31 + t) % 13 == 0);
    let other = Both::new(n, n_steps, |t, k| (k * 17 + t) % 11 == 0);
    one.bank(Config::DEFAULT).run(spikes.all(true), other.all(true), &[3, 0, -4]).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    pool.install(|| {
        let mut bank = many.bank(Config::DEFAULT).in_parallel();
        bank.run(spikes.all(true), other.all(false), &[3, 0, -4]).unwrap();
    });
    assert_eq!(one, many);

    let (n_pre, n_post) = (700, 301);
    let states: Vec<Snapshot> = (0..n_pre * n_post).map(|_| numbers.state(&Config::DEFAULT)).collect();
    let pre = Both::new(n_pre, n_steps, |t, k| (k * 31 + t) % 13 == 0);
    let post = Both::new(n_post, n_steps, |t, k| (k * 17 + t) % 11 == 0);
    let run = |parallel: bool| {
        let Arrays { mut w, mut e, .. } = Arrays::<u16>::new(states.iter().copied());
        let (mut x, mut y) = (vec![5; n_pre], vec![70; n_post]);
        let mut crossbar = Crossbar::new(Config::DEFAULT, &mut w, &mut e, &mut x, &mut y).unwrap();
        if parallel {
            crossbar = crossbar.in_parallel();
        }
        pool.install(|| crossbar.run(pre.all(true), post.all(true), &[3, 0, -4]).unwrap());
        (w, e, x, y)
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn a_bank_and_a_crossbar_go_on_where_they_stopped() {
    let (spikes, other) =
        (Both::new(70, 2, |t, k| (k + t) % 3 == 0), Both::new(70, 2, |t, k| (k + t) % 4 == 0));
    let mut numbers = Numbers(5);
    let mut whole = Arrays::<u16>::new((0..70).map(|_| numbers.state(&Config::DEFAULT)));
    let mut parts = whole.clone();
    whole.bank(Config::DEFAULT).run(spikes.all(true), other.all(true), &[3, -4]).unwrap();
    for (t, reward) in [3, -4].into_iter().enumerate() {
        let Arrays { w, x, y, e } = &mut parts;
        let mut bank = Bank::resume(Config::DEFAULT, w, x, y, e).unwrap();
        bank.step(spikes.step(true, t, 70), other.step(true, t, 70), reward).unwrap();
    }
    assert_eq!(whole, parts);

    let (mut w, mut e, mut x, mut y) = ([9_u16; 6], [0_i16; 6], [u16::MAX; 2], [0_u16; 3]);
    assert!(Crossbar::resume(Config::DEFAULT, &mut w, &mut e, &mut x, &mut y).is_ok());
    assert!(Crossbar::resume(Config::DEFAULT, &mut w[..5], &mut e, &mut x, &mut y).is_err());
}

/// Numbers that no step can have left: nothing is promised but that nothing breaks.
#[test]
fn numbers_out_of_range_break_nothing() {
    let spikes = Both::new(70, 1, |_, k| k % 3 == 0);
    for config in
        [Config::DEFAULT, Config::new(16, 16, 20, 0, 15).unwrap(), Config::new(3, 2, 1, 30, 30).unwrap()]
    {
        let (mut w, mut x, mut y, mut e) = ([u16::MAX; 70], [u16::MAX; 70], [u16::MAX; 70], [i16::MIN; 70]);
        let mut bank = Bank::resume(config, &mut w, &mut x, &mut y, &mut e).unwrap();
        for reward in [i32::MIN, i32::MAX, 1] {
            bank.step(spikes.all(true), spikes.all(false), reward).unwrap();
        }
    }
}
