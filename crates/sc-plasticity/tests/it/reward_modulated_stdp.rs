//! `RewardModulatedStdp` against its definition, spelled out synapse by synapse and step by step, and against the
//! analytic result of a single pairing.

use proptest::prelude::*;
use rand::RngExt;
use sc_core::{
    Autapses, Checkpoint, Csr, Delay, Dense, Editable, Izhikevich, IzhikevichParameters, Lapicque,
    LapicqueParameters, Local, Network, Population, Projection, Real, Stimulus, connectivity, random,
};
use sc_plasticity::{
    Coincidence, PlasticNetwork, PlasticityRule, RewardModulatedStdp, RewardModulatedStdpParameters,
};

type Parameters = RewardModulatedStdpParameters;

/// No bounds, so that the integral can be seen.
fn unbounded() -> Parameters {
    Parameters { w_min: f64::NEG_INFINITY, w_max: f64::INFINITY, ..Default::default() }
}

/// What happens in one step.
#[derive(Debug, Clone, Default)]
struct Event {
    pre: Vec<u32>,
    post: Vec<u32>,
    reward: f64,
}

/// Random spikes with this probability per step, and now and then a reward or a punishment.
fn random_events(n_steps: u64, n_pre: u32, n_post: u32, probability: f64, seed: u64) -> Vec<Event> {
    let mut stream = random::stream(seed, "events", 0);
    let mut events = Vec::new();
    for _ in 0..n_steps {
        let mut spikes = |n: u32| (0..n).filter(|_| stream.random::<f64>() < probability).collect();
        let (pre, post) = (spikes(n_pre), spikes(n_post));
        let rewarded = stream.random::<f64>() < 0.05;
        events.push(Event { pre, post, reward: if rewarded { stream.random_range(-0.5..1.0) } else { 0.0 } });
    }
    events
}

fn random_projection(n_pre: usize, n_post: usize, probability: f64, seed: u64) -> Projection<f64> {
    let mut stream = random::stream(seed, "weights", 0);
    let structure =
        connectivity::fixed_probability(n_pre, n_post, probability, Autapses::Allow, seed).unwrap();
    Projection::new(structure.with_weights(|_, _| stream.random_range(-1.0..1.0)).unwrap())
}

fn step<R: Real>(rule: &mut RewardModulatedStdp<R>, projection: &mut Projection<R>, event: &Event) {
    let Event { pre, post, reward } = event;
    rule.step(Local { projection, pre_spikes: pre, post_spikes: post, reward: R::of(*reward) });
}

/// The definition: every synapse with an eligibility and a weight of its own, moved by the closed solution of the
/// equations over one step, and every pair of spikes looked up in the past.
struct Oracle {
    parameters: Parameters,
    /// `(pre, post)` of every synapse.
    ends: Vec<(u32, u32)>,
    weights: Vec<f64>,
    eligibility: Vec<f64>,
    dopamine: f64,
    past: Vec<Event>,
}

impl Oracle {
    fn new(projection: &Projection<f64>, parameters: Parameters) -> Self {
        let mut ends = Vec::new();
        for pre in 0..projection.n_pre() as u32 {
            projection.weights().for_each_active(&[pre], |_, post, _| ends.push((pre, post as u32)));
        }
        let (weights, eligibility) = (projection.weights().values().to_vec(), vec![0.0; ends.len()]);
        Self { parameters, ends, weights, eligibility, dopamine: 0.0, past: Vec::new() }
    }

    fn step(&mut self, event: &Event) {
        let Parameters { tau_eligibility, tau_dopamine, baseline, dt, w_min, w_max, .. } = self.parameters;
        let both = if tau_dopamine > 0.0 {
            tau_eligibility * tau_dopamine / (tau_eligibility + tau_dopamine)
        } else {
            tau_eligibility
        };
        let integral = |tau: f64| tau * (1.0 - (-dt / tau).exp());
        for (weight, c) in self.weights.iter_mut().zip(&mut self.eligibility) {
            let dopamine = baseline * integral(tau_eligibility) + self.dopamine * integral(both);
            *weight = (*weight + *c * dopamine).clamp(w_min, w_max);
            *c *= (-dt / tau_eligibility).exp();
        }
        self.dopamine *= if tau_dopamine > 0.0 { (-dt / tau_dopamine).exp() } else { 0.0 };

        self.past.push(event.clone());
        let now = self.past.len() as i64 - 1;
        let Parameters { axonal_delay, dendritic_delay, coincidence, .. } = self.parameters;
        let at = |t: i64| usize::try_from(t).ok().map(|t| &self.past[t]);
        let pre_arrives =
            |i: u32, t: i64| at(t - i64::from(axonal_delay)).is_some_and(|event| event.pre.contains(&i));
        let post_arrives =
            |j: u32, t: i64| at(t - i64::from(dendritic_delay)).is_some_and(|event| event.post.contains(&j));
        let Parameters { potentiation, depression, tau_plus, tau_minus, .. } = self.parameters;
        for (&(i, j), c) in self.ends.iter().zip(&mut self.eligibility) {
            let sum = |arrives: &dyn Fn(i64) -> bool, tau: f64, coincidence: bool| -> f64 {
                let before = (0..now + i64::from(coincidence)).filter(|&t| arrives(t));
                before.map(|t| (-(now - t) as f64 * dt / tau).exp()).sum()
            };
            if post_arrives(j, now) {
                let counts = coincidence == Coincidence::Potentiation;
                *c += potentiation * sum(&|t| pre_arrives(i, t), tau_plus, counts);
            }
            if pre_arrives(i, now) {
                let counts = coincidence == Coincidence::Depression;
                *c -= depression * sum(&|t| post_arrives(j, t), tau_minus, counts);
            }
        }
        self.dopamine += event.reward;
    }
}

/// Agreement to 1e-11 of `scale`.
#[track_caller]
fn assert_close(got: &[f64], expected: &[f64], scale: f64, what: &str) {
    for (k, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!((got - expected).abs() < 1e-11 * scale, "{what}, synapse {k}: {got}, oracle {expected}");
    }
}

/// The largest magnitude, or 1: sums that cancel keep the rounding errors of their summands.
fn largest(values: &[f64], so_far: f64) -> f64 {
    values.iter().fold(so_far.max(1.0), |largest, x| largest.max(x.abs()))
}

/// Whenever a neuron spikes, its weights are those of the definition, to 1e-11 of the largest that there ever was;
/// and so are all of them after a flush.
fn compare_with_oracle(parameters: &Parameters, mut projection: Projection<f64>, events: &[Event]) {
    let mut rule = RewardModulatedStdp::new(&projection, parameters.clone()).unwrap();
    let mut oracle = Oracle::new(&projection, parameters.clone());
    let (mut weight, mut eligibility) = (1.0, 1.0);
    for (t, event) in events.iter().enumerate() {
        step(&mut rule, &mut projection, event);
        oracle.step(event);
        (weight, eligibility) = (largest(&oracle.weights, weight), largest(&oracle.eligibility, eligibility));
        for &pre in &event.pre {
            let row = projection.synapses().row(pre as usize);
            let what = format!("step {t}, from {pre}");
            assert_close(&projection.weights().values()[row.clone()], &oracle.weights[row], weight, &what);
        }
        assert!((rule.dopamine() - oracle.dopamine).abs() < 1e-12);
    }
    rule.flush(&mut projection);
    let eligibilities: Vec<f64> = (0..oracle.ends.len()).map(|k| rule.eligibility(k)).collect();
    assert_close(&eligibilities, &oracle.eligibility, eligibility, "eligibility");
    assert_close(projection.weights().values(), &oracle.weights, weight, "after a flush");
}

/// One pair, `s` ms apart, and one reward `D` ms after its second spike, with an integral of dopamine of 1: by how
/// much the weight has changed 5 s after the pair, computed elsewhere. In the third case some is still to come.
const SINGLE_PAIRINGS: [(f64, f64, f64); 4] = [
    (10.0, 100.0, 0.457_343_030),
    (10.0, 1000.0, 0.185_941_800),
    (10.0, 3000.0, 0.025_164_332),
    (5.0, 1000.0, 0.238_753_997),
];

fn single_pairing<R: Real>(s: f64, delay: f64, dt: f64) -> f64 {
    let mut projection = Projection::<R>::new(Dense::zeros(1, 1));
    let parameters = Parameters { potentiation: 1.0, dt, ..unbounded() };
    let mut rule = RewardModulatedStdp::new(&projection, parameters).unwrap();
    let steps = |ms: f64| (ms / dt).round() as u64;
    for t in 0..=steps(s + 5000.0) {
        let spike = |when: f64| if t == steps(when) { vec![0] } else { vec![] };
        let reward = if t == steps(s + delay) { 1.0 / 200.0 } else { 0.0 };
        step(&mut rule, &mut projection, &Event { pre: spike(0.0), post: spike(s), reward });
    }
    rule.flush(&mut projection);
    projection.weights().values()[0].f64()
}

#[test]
fn a_single_pairing_and_a_single_reward_give_the_analytic_change_to_1e_9() {
    for (s, delay, expected) in SINGLE_PAIRINGS {
        let tau = 1000.0 * 200.0 / 1200.0;
        let so_far = 1.0 - (-(5000.0 - delay) / tau).exp();
        let formula = (-s / 20.0_f64).exp() * (-delay / 1000.0).exp() * tau / 200.0 * so_far;
        assert!((formula - expected).abs() < 1e-9);
        // The step makes no difference.
        for dt in [5.0, 1.0, 0.5] {
            let dw = single_pairing::<f64>(s, delay, dt);
            assert!(
                (dw - formula).abs() < 1e-12,
                "s = {s}, D = {delay}, dt = {dt}: {dw}, expected {formula}"
            );
        }
        let dw = single_pairing::<f32>(s, delay, 1.0);
        assert!((dw - formula).abs() < 2e-6 * formula, "s = {s}, D = {delay}, f32: {dw}, expected {formula}");
    }
}

#[test]
fn hand_made_trains_agree_with_the_definition() {
    let quiet = Event::default();
    let event = |pre: &[u32], post: &[u32], reward| Event { pre: pre.into(), post: post.into(), reward };
    let mut events = vec![event(&[], &[0], 0.3)]; // a first spike without a partner
    events.extend([event(&[0], &[0], 0.0), event(&[0, 1], &[0, 1], 1.0), event(&[1], &[], -0.4)]);
    events.extend(vec![quiet.clone(); 5000]); // a long silence
    events.extend([
        event(&[1], &[], 0.0),
        event(&[], &[0, 1], 0.0),
        event(&[], &[], 0.7),
        event(&[0], &[1], 0.0),
    ]);
    events.extend(vec![quiet; 100]);
    let projection = Projection::new(Dense::new(2, 2, vec![0.1, -0.2, 0.3, -0.4]).unwrap());
    for coincidence in [Coincidence::Neither, Coincidence::Depression, Coincidence::Potentiation] {
        for (axonal_delay, dendritic_delay) in [(0, 0), (0, 3), (3, 0), (2, 1)] {
            for tau_dopamine in [0.0, 200.0] {
                let parameters = Parameters {
                    coincidence,
                    axonal_delay,
                    dendritic_delay,
                    tau_dopamine,
                    baseline: 0.001,
                    ..unbounded()
                };
                compare_with_oracle(&parameters, projection.clone(), &events);
            }
        }
    }
}

fn any_parameters() -> impl Strategy<Value = Parameters> {
    let coincidence =
        prop::sample::select(vec![Coincidence::Neither, Coincidence::Depression, Coincidence::Potentiation]);
    // From eligibilities that are renewed in every step to such that are never.
    let taus = (0.1..50.0_f64, 0.1..50.0_f64, -1.0..4.0_f64, prop_oneof![Just(0.0), 0.1..300.0_f64]);
    let rest = (-1.0..1.0_f64, -1.0..1.0_f64, -0.01..0.01_f64, 0_u16..4, 0_u16..4, 0.1..2.0_f64);
    (coincidence, taus, rest).prop_map(|(coincidence, taus, rest)| {
        let (tau_plus, tau_minus, log_tau_eligibility, tau_dopamine) = taus;
        let (potentiation, depression, baseline, axonal_delay, dendritic_delay, dt) = rest;
        Parameters {
            potentiation,
            depression,
            tau_plus,
            tau_minus,
            tau_eligibility: 10.0_f64.powf(log_tau_eligibility),
            tau_dopamine,
            baseline,
            coincidence,
            axonal_delay,
            dendritic_delay,
            dt,
            ..unbounded()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_trains_agree_with_the_definition(
        parameters in any_parameters(), density in 0.1..1.0_f64, rate in 0.0..0.3_f64, seed: u64,
    ) {
        let events = random_events(200, 4, 3, rate, seed);
        compare_with_oracle(&parameters, random_projection(4, 3, density, seed), &events);
    }

    #[test]
    fn the_integral_is_the_same_however_often_weights_are_brought_up_to_date(
        parameters in any_parameters(), every in 1_usize..50, seed: u64,
    ) {
        let mut rarely = random_projection(4, 3, 0.7, seed);
        let mut often = rarely.clone();
        let mut rule = RewardModulatedStdp::new(&rarely, parameters.clone()).unwrap();
        let mut flushed = rule.clone();
        let mut weight = 1.0;
        for (t, event) in random_events(300, 4, 3, 0.05, seed).iter().enumerate() {
            step(&mut rule, &mut rarely, event);
            step(&mut flushed, &mut often, event);
            if t % every == 0 {
                flushed.flush(&mut often);
            }
            weight = largest(often.weights().values(), weight);
        }
        rule.flush(&mut rarely);
        flushed.flush(&mut often);
        assert_close(often.weights().values(), rarely.weights().values(), weight, "flushed often");
    }

    /// Flushed in every step, weights keep to the bounds as in the definition.
    #[test]
    fn bounds_are_kept(w_min in -2.0..0.4_f64, width in 0.1..2.0_f64, seed: u64) {
        let w_max = w_min + width;
        // So strong that weights run from bound to bound.
        let (potentiation, depression) = (0.5 * width, 0.75 * width);
        let parameters =
            Parameters { potentiation, depression, w_min, w_max, baseline: 0.01, ..Default::default() };
        let mut projection = random_projection(4, 3, 0.7, seed);
        for weight in projection.weights_mut() {
            *weight = weight.clamp(w_min, w_max);
        }
        let mut oracle = Oracle::new(&projection, parameters.clone());
        let mut rule = RewardModulatedStdp::new(&projection, parameters).unwrap();
        let mut n_at_bounds = 0;
        for (t, event) in random_events(300, 4, 3, 0.1, seed).iter().enumerate() {
            step(&mut rule, &mut projection, event);
            rule.flush(&mut projection);
            oracle.step(event);
            assert_close(projection.weights().values(), &oracle.weights, 1.0, &format!("step {t}"));
            n_at_bounds += oracle.weights.iter().filter(|&&w| w == w_min || w == w_max).count();
        }
        let n = oracle.weights.len();
        prop_assert!(n == 0 || n_at_bounds > 10 * n, "{n} weights at bounds in {n_at_bounds} of 300 steps");
    }
}

/// What is sent is within the bounds even if the neuron was silent while dopamine drove its weight far beyond.
#[test]
fn a_weight_is_within_its_bounds_when_it_is_sent() {
    let mut projection = Projection::<f64>::new(Dense::new(1, 1, vec![0.9]).unwrap());
    let parameters = Parameters { potentiation: 100.0, ..Default::default() };
    let mut rule = RewardModulatedStdp::new(&projection, parameters).unwrap();
    step(&mut rule, &mut projection, &Event { pre: vec![0], ..Default::default() });
    step(&mut rule, &mut projection, &Event { post: vec![0], reward: 1.0, ..Default::default() });
    (0..500).for_each(|_| step(&mut rule, &mut projection, &Event::default()));
    step(&mut rule, &mut projection, &Event { pre: vec![0], ..Default::default() });
    assert_eq!(projection.weights().values(), [1.0]);
}

/// The reference package's rule makes every negative weight 0 in its first step.
#[test]
fn inhibitory_weights_survive_and_learn() {
    let mut projection = Projection::<f64>::new(Dense::new(2, 1, vec![-0.5, -0.5]).unwrap());
    let parameters = Parameters { w_min: -1.0, w_max: 0.0, ..Default::default() };
    let mut rule = RewardModulatedStdp::new(&projection, parameters).unwrap();
    for t in 0..2000 {
        let spikes = |when: i32| if t % 200 == when { vec![0] } else { vec![] };
        // The first synapse: pre before post. The second is silent.
        let reward = if t % 200 == 100 { 0.005 } else { 0.0 };
        step(&mut rule, &mut projection, &Event { pre: spikes(50), post: spikes(55), reward });
        assert_eq!(projection.weights().values()[1], -0.5);
    }
    rule.flush(&mut projection);
    let [learned, silent] = *projection.weights().values() else { unreachable!() };
    assert!(learned > -0.45 && learned <= 0.0, "{learned}");
    assert_eq!(silent, -0.5);
    // Punishment makes it strongly inhibitory.
    for t in 0..4000 {
        let spikes = |when: i32| if t % 200 == when { vec![0] } else { vec![] };
        let reward = if t % 200 == 100 { -0.02 } else { 0.0 };
        step(&mut rule, &mut projection, &Event { pre: spikes(50), post: spikes(55), reward });
    }
    rule.flush(&mut projection);
    assert!(projection.weights().values()[0] < -0.8);
}

/// After a flush there is nothing left to catch up with, whichever of two spikes in the same step comes first.
#[test]
fn a_state_right_after_a_flush_can_be_restored() {
    for coincidence in [Coincidence::Neither, Coincidence::Depression, Coincidence::Potentiation] {
        let parameters = Parameters { coincidence, ..Default::default() };
        let mut projection = random_projection(4, 3, 0.7, 1);
        let mut rule = RewardModulatedStdp::new(&projection, parameters).unwrap();
        let (mut resumed, mut checkpoint) = (rule.clone(), Checkpoint::new());
        let events = random_events(100, 4, 3, 0.2, 1);
        events[..50].iter().for_each(|event| step(&mut rule, &mut projection, event));
        rule.flush(&mut projection);
        rule.save("rule", &mut checkpoint);
        resumed.restore("rule", &checkpoint).unwrap();
        let mut other = projection.clone();
        for (rule, projection) in [(&mut rule, &mut projection), (&mut resumed, &mut other)] {
            events[50..].iter().for_each(|event| step(rule, projection, event));
            rule.flush(projection);
        }
        assert_eq!(projection.weights().values(), other.weights().values(), "{coincidence:?}");
        let last = projection.weights().n_pre();
        checkpoint.insert("rule.since", &[last], &vec![u32::MAX; last]);
        assert!(resumed.restore("rule", &checkpoint).is_err());
    }
}

/// Without settling any weight.
#[test]
fn eligibilities_can_be_asked_for_before_the_next_spike() {
    let mut projection = Projection::<f64>::new(Dense::new(1, 1, vec![0.5]).unwrap());
    let mut rule = RewardModulatedStdp::new(&projection, unbounded()).unwrap();
    step(&mut rule, &mut projection, &Event { pre: vec![0], reward: 0.1, ..Default::default() });
    step(&mut rule, &mut projection, &Event { post: vec![0], ..Default::default() });
    let mut asked = rule.clone();
    for _ in 0..9 {
        step(&mut rule, &mut projection.clone(), &Event::default());
        let mut looked_at = projection.clone();
        step(&mut asked, &mut looked_at, &Event::default());
        asked.catch_up(&mut looked_at, 0);
        assert_eq!(rule.eligibility(0), 0.0);
        projection = looked_at;
    }
    let expected = unbounded().potentiation * (-1.0_f64 / 20.0).exp() * (-9.0_f64 / 1000.0).exp();
    assert!((asked.eligibility(0) - expected).abs() < 1e-15);
    let mut plain = Projection::new(Dense::new(1, 1, vec![0.5]).unwrap());
    rule.flush(&mut plain);
    asked.flush(&mut projection);
    assert!((plain.weights().values()[0] - projection.weights().values()[0]).abs() < 1e-14);
}

/// Bit for bit, also of weights outside the bounds.
#[test]
fn without_reward_no_weight_changes() {
    let mut projection = random_projection(20, 20, 0.5, 3);
    let before = projection.clone();
    let mut rule =
        RewardModulatedStdp::new(&projection, Parameters { w_min: -0.1, w_max: 0.1, ..Default::default() })
            .unwrap();
    for event in random_events(10_000, 20, 20, 0.02, 3) {
        step(&mut rule, &mut projection, &Event { reward: 0.0, ..event });
    }
    assert!((0..before.weights().n_synapses()).any(|k| rule.eligibility(k) != 0.0));
    rule.flush(&mut projection);
    assert_eq!(projection, before);
}

#[test]
fn eligibilities_end_in_zero_without_subnormal_numbers() {
    let mut projection = Projection::<f32>::new(Dense::zeros(1, 1));
    let parameters = Parameters { tau_eligibility: 20.0, ..Default::default() };
    let mut rule = RewardModulatedStdp::new(&projection, parameters).unwrap();
    step(&mut rule, &mut projection, &Event { pre: vec![0], ..Default::default() });
    step(&mut rule, &mut projection, &Event { post: vec![0], reward: 1.0, ..Default::default() });
    for _ in 0..3000 {
        step(&mut rule, &mut projection, &Event::default());
        assert!(rule.eligibility(0) == 0.0 || rule.eligibility(0) > 1e-34);
    }
    assert_eq!(rule.eligibility(0), 0.0);
    (0..20_000).for_each(|_| step(&mut rule, &mut projection, &Event::default()));
    assert_eq!(rule.dopamine(), 0.0);
}

/// Interrupted in the middle of everything: dopamine and eligibility there, spikes on their way, weights due.
#[test]
fn a_resumed_run_equals_the_uninterrupted_one_bit_for_bit() {
    fn check<R: Real>() {
        let parameters = Parameters {
            axonal_delay: 2,
            dendritic_delay: 1,
            tau_eligibility: 30.0,
            ..Parameters::izhikevich_2007()
        };
        let structure = connectivity::fixed_probability(8, 6, 0.5, Autapses::Allow, 1).unwrap();
        let mut projection = Projection::<R>::new(structure.with_weight(R::of(0.5)).unwrap());
        let mut rule = RewardModulatedStdp::new(&projection, parameters.clone()).unwrap();
        let events = random_events(400, 8, 6, 0.1, 9);
        for t in 0..events.len() {
            if t % 37 == 20 {
                let mut checkpoint = Checkpoint::new();
                rule.save("rule", &mut checkpoint);
                let checkpoint = Checkpoint::from_bytes(&checkpoint.to_bytes()).unwrap();
                let mut resumed = RewardModulatedStdp::new(&projection, parameters.clone()).unwrap();
                resumed.restore("rule", &checkpoint).unwrap();
                let (mut uninterrupted, mut one, mut other) =
                    (rule.clone(), projection.clone(), projection.clone());
                for event in &events[t..] {
                    step(&mut uninterrupted, &mut one, event);
                    step(&mut resumed, &mut other, event);
                    assert_eq!(one, other);
                }
                uninterrupted.flush(&mut one);
                resumed.flush(&mut other);
                assert_eq!(one, other);
            }
            step(&mut rule, &mut projection, &events[t]);
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn a_rule_restores_only_its_own_state_or_nothing() {
    let projection = random_projection(3, 2, 1.0, 0);
    let mut other = projection.clone();
    let mut rule = RewardModulatedStdp::new(&projection, Parameters::default()).unwrap();
    step(&mut rule, &mut other, &Event { pre: vec![0], post: vec![1], reward: 1.0 });
    let mut checkpoint = Checkpoint::new();
    rule.save("rule", &mut checkpoint);

    let slower = Parameters { tau_dopamine: 201.0, ..Default::default() };
    assert!(RewardModulatedStdp::new(&projection, slower).unwrap().restore("rule", &checkpoint).is_err());
    let wider = Projection::<f64>::new(Dense::zeros(3, 3));
    assert!(
        RewardModulatedStdp::new(&wider, Parameters::default())
            .unwrap()
            .restore("rule", &checkpoint)
            .is_err()
    );
    let unchanged = format!("{rule:?}");
    assert!(rule.restore("another", &checkpoint).is_err());
    for name in ["eligibility", "settled", "shared"] {
        let mut damaged = checkpoint.clone();
        damaged.insert(format!("rule.{name}"), &[1], &[0.0]);
        assert!(rule.restore("rule", &damaged).is_err());
    }
    assert_eq!(format!("{rule:?}"), unchanged);
}

#[test]
fn reset_forgets_all_but_the_weights() {
    let mut projection = random_projection(4, 3, 0.7, 5);
    let parameters = Parameters { axonal_delay: 2, dendritic_delay: 2, ..Parameters::izhikevich_2007() };
    let new = RewardModulatedStdp::new(&projection, parameters).unwrap();
    let mut rule = new.clone();
    for event in random_events(100, 4, 3, 0.2, 5) {
        step(&mut rule, &mut projection, &event);
    }
    // Spikes on their way on both sides.
    step(&mut rule, &mut projection, &Event { pre: vec![0, 1, 2, 3], post: vec![0, 1, 2], reward: 0.1 });
    rule.reset();
    let (mut again, mut fresh) = (projection.clone(), projection);
    let mut new = new;
    for event in random_events(100, 4, 3, 0.2, 6) {
        step(&mut rule, &mut again, &event);
        step(&mut new, &mut fresh, &event);
    }
    assert_eq!(again, fresh);
}

/// Through a network: the weight of a spike that is sent is up to date, though nobody flushed.
#[test]
fn a_network_sends_the_weight_of_the_moment() {
    let mut network = Network::<f64>::new();
    let (source, teacher) = (network.add_spike_source(1), network.add_spike_source(1));
    let resistance = 1.0 / (1.0 - (-1.0_f64 / 20.0).exp());
    let neuron =
        Lapicque::new(LapicqueParameters { resistance, v_threshold: 100.0, ..Default::default() }).unwrap();
    let target = network.add_population(Population::new(neuron, 1, 0));
    let listening = network.add_projection(source, target, Projection::new(Dense::zeros(1, 1))).unwrap();
    let plastic = Projection::new(Dense::new(1, 1, vec![0.5]).unwrap());
    let mut rule = RewardModulatedStdp::new(&plastic, unbounded()).unwrap();
    let taught = network.add_projection(source, teacher, plastic).unwrap();
    let spikes = |t: u32, when: &[u32]| -> Vec<u32> { if when.contains(&t) { vec![0] } else { vec![] } };
    for t in 0..=400 {
        network.step();
        network.set_spikes(source, &spikes(t, &[10, 399])).unwrap();
        network.set_spikes(teacher, &spikes(t, &[15])).unwrap();
        let reward = if t == 100 { 1.0 } else { 0.0 };
        rule.step(network.local(taught).with_reward(reward));
        // Deaf to the first spike.
        if t == 399 {
            let weight = network.projection(taught).weights().values()[0];
            network.weights_mut(listening)[0] = weight;
        }
    }
    let tau = 1000.0 * 200.0 / 1200.0;
    let expected =
        0.5 + 0.1 * (-0.25_f64).exp() * (-0.085_f64).exp() * tau * (1.0 - (-299.0_f64 / tau).exp());
    assert!(
        (network.voltages(target)[0] - expected).abs() < 1e-12,
        "{} {expected}",
        network.voltages(target)[0]
    );
}

#[test]
fn any_number_of_threads_learns_the_same_bits() {
    let run = |n_threads: usize| {
        let mut network = Network::<f32>::new();
        let neuron = Izhikevich::new(IzhikevichParameters::regular_spiking()).unwrap();
        let cells = network.add_population(Population::new(neuron, 40, 0));
        let structure = connectivity::fixed_probability(40, 40, 0.3, Autapses::Forbid, 1).unwrap();
        let synapses = Projection::new(structure.with_weight(2.0).unwrap());
        let synapses = network.add_projection(cells, cells, synapses).unwrap();
        network.add_stimulus(Stimulus::poisson(cells, 1000.0, 8.0, 1.0, 2).unwrap()).unwrap();
        let mut network = PlasticNetwork::new(network, n_threads).unwrap();
        network
            .add_rule(synapses, |projection| {
                RewardModulatedStdp::new(projection, Parameters::izhikevich_2007())
            })
            .unwrap();
        let rewards: Vec<f32> = (0..2000).map(|t| if t % 300 == 299 { 0.05 } else { 0.0 }).collect();
        let spikes = network.run_rewarded(&rewards);
        assert!(spikes[cells.index()].n_spikes() > 400);
        network.into_network().unwrap().projection(synapses).weights().values().to_vec()
    };
    let alone = run(1);
    assert!(alone.iter().any(|&w| w > 2.1) && alone.iter().any(|&w| w < 1.9), "{alone:?}");
    for n_threads in [2, 3] {
        assert_eq!(run(n_threads), alone, "{n_threads} threads");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let projection = Projection::<f32>::new(Dense::zeros(1, 1));
    for parameters in [
        Parameters { potentiation: f64::NAN, ..Default::default() },
        Parameters { potentiation: 1e39, ..Default::default() },
        Parameters { depression: f64::INFINITY, ..Default::default() },
        Parameters { tau_plus: 0.0, ..Default::default() },
        Parameters { tau_minus: -1.0, ..Default::default() },
        Parameters { tau_eligibility: f64::INFINITY, ..Default::default() },
        Parameters { tau_dopamine: -0.1, ..Default::default() },
        Parameters { tau_dopamine: f64::NAN, ..Default::default() },
        Parameters { baseline: f64::NAN, ..Default::default() },
        Parameters { w_min: 1.0, ..Default::default() },
        Parameters { w_max: f64::NAN, ..Default::default() },
        Parameters { dt: 0.0, ..Default::default() },
    ] {
        assert!(RewardModulatedStdp::new(&projection, parameters.clone()).is_err(), "{parameters:?}");
    }
    let delayed = projection.with_delay(Delay::PerSynapse(vec![1])).unwrap();
    assert!(RewardModulatedStdp::new(&delayed, Parameters::default()).is_err());
}

#[test]
#[should_panic(expected = "n_post: 2")]
fn another_projection_panics() {
    let mut rule =
        RewardModulatedStdp::<f64>::new(&Projection::new(Dense::zeros(1, 1)), Parameters::default()).unwrap();
    step(&mut rule, &mut Projection::new(Dense::zeros(1, 2)), &Event::default());
}

#[test]
#[should_panic(expected = "revision: 1")]
fn synapses_that_come_later_panic() {
    let weights =
        Editable::try_from(&Csr::<f64>::new(1, 2, vec![0, 1], vec![0], vec![0.5]).unwrap()).unwrap();
    let mut projection = Projection::new(weights);
    let mut rule = RewardModulatedStdp::new(&projection, Parameters::default()).unwrap();
    step(&mut rule, &mut projection, &Event { pre: vec![0], post: vec![0], reward: 1.0 });
    projection.add_synapse(0, 1, 0.5).unwrap();
    step(&mut rule, &mut projection, &Event::default());
}

#[test]
#[should_panic(expected = "a reward of NaN")]
fn a_reward_that_is_not_a_number_panics() {
    let mut projection = Projection::<f64>::new(Dense::zeros(1, 1));
    let mut rule = RewardModulatedStdp::new(&projection, Parameters::default()).unwrap();
    step(&mut rule, &mut projection, &Event { reward: f64::NAN, ..Default::default() });
}
