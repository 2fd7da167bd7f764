//! Florian 2007, section 4.2: spiking neurons learn XOR when their output spikes are rewarded and punished.

use std::array;

use rand::RngExt;
use sc_core::random::{self, Stream};
use sc_core::{
    Dense, Lapicque, LapicqueParameters, Network, Population, PopulationId, Projection, ProjectionId,
};
use sc_plasticity::{PlasticityRule, RewardModulatedStdp, RewardModulatedStdpParameters};

const N_NETWORKS: u64 = 20;
const N_EPOCHS: usize = 200;
/// How long a pattern is shown `[ms]`.
const SHOWN: usize = 500;
/// Rate of an input neuron whose bit is 1; if it is 0 the neuron is silent `[1/ms]`.
const RATE: f64 = 0.04;
/// Input neurons: for every bit as many, half of them excitatory and half inhibitory.
const N_INPUT: usize = 60;
/// With 20 of them 8 of 20 networks learn; in the others one of the bits is hardly heard from the beginning.
const N_HIDDEN: usize = 60;

const PATTERNS: [[bool; 2]; 4] = [[false, false], [false, true], [true, false], [true, true]];

#[derive(Debug)]
struct Xor {
    network: Network<f32>,
    inputs: [PopulationId; 2],
    output: PopulationId,
    plastic: Vec<(ProjectionId, RewardModulatedStdp)>,
    stream: Stream,
}

impl Xor {
    /// Weights are uniform between 0 and their bound of 5 mV, or -5 mV from inhibitory inputs.
    fn new(seed: u64) -> Self {
        let mut stream = random::stream(seed, "xor", 0);
        let mut network = Network::new();
        // Potentials relative to rest at -70 mV; the resistance makes a current of 1 a jump of 1 mV.
        let neuron = Lapicque::new(LapicqueParameters {
            v_threshold: 16.0,
            resistance: 1.0 / (1.0 - (-1.0_f64 / 20.0).exp()),
            ..Default::default()
        });
        let neuron = neuron.unwrap();
        let inputs = array::from_fn(|_| network.add_spike_source(N_INPUT / 2));
        let hidden = network.add_population(Population::new(neuron.clone(), N_HIDDEN, 0));
        let output = network.add_population(Population::new(neuron, 1, 0));
        let mut plastic = Vec::new();
        for (source, target, sign) in
            [(inputs[0], hidden, 1.0), (inputs[1], hidden, -1.0), (hidden, output, 1.0)]
        {
            let (n_pre, n_post) = (network.n(source), network.n(target));
            let florian = RewardModulatedStdpParameters::florian_2007();
            let bound = florian.w_max;
            let weights =
                (0..n_pre * n_post).map(|_| (sign * bound * stream.random::<f64>()) as f32).collect();
            let projection = Projection::new(Dense::new(n_pre, n_post, weights).unwrap());
            let (w_min, w_max) = if sign > 0.0 { (0.0, bound) } else { (-bound, 0.0) };
            let parameters = RewardModulatedStdpParameters { w_min, w_max, ..florian };
            let rule = RewardModulatedStdp::new(&projection, parameters).unwrap();
            plastic.push((network.add_projection(source, target, projection).unwrap(), rule));
        }
        Self { network, inputs, output, plastic, stream }
    }

    /// Shows a pattern and counts the output spikes; each of them brings the reward.
    fn show(&mut self, pattern: [bool; 2], reward: f32) -> usize {
        let mut n_spikes = 0;
        for _ in 0..SHOWN {
            self.network.step();
            for input in self.inputs {
                let half = self.network.n(input) / 2;
                let spikes: Vec<u32> = (0..2 * half as u32)
                    .filter(|&i| {
                        pattern[usize::from(i as usize >= half)] && self.stream.random::<f64>() < RATE
                    })
                    .collect();
                self.network.set_spikes(input, &spikes).unwrap();
            }
            let spiked = !self.network.spikes(self.output).is_empty();
            n_spikes += usize::from(spiked);
            for (projection, rule) in &mut self.plastic {
                rule.step(self.network.local(*projection).with_reward(if spiked { reward } else { 0.0 }));
            }
        }
        n_spikes
    }

    fn learn(&mut self) {
        for _ in 0..N_EPOCHS {
            let mut order = PATTERNS;
            for k in 1..4 {
                order.swap(k, self.stream.random_range(0..=k));
            }
            for pattern in order {
                self.show(pattern, if pattern[0] != pattern[1] { 1.0 } else { -1.0 });
            }
        }
    }

    /// Output rate for every pattern `[Hz]`, over 20 presentations without reward.
    fn rates(&mut self) -> [f64; 4] {
        PATTERNS.map(|pattern| {
            self.network.reset();
            let n_spikes: usize = (0..20).map(|_| self.show(pattern, 0.0)).sum();
            n_spikes as f64 / (20.0 * SHOWN as f64 / 1000.0)
        })
    }
}

#[test]
#[ignore = "minutes: cargo xtask science"]
fn mstdpet_learns_xor_in_200_epochs_in_18_of_20_networks() {
    let mut n_learned = 0;
    for seed in 0..N_NETWORKS {
        let mut xor = Xor::new(seed);
        let before = xor.rates();
        assert!(before[3] > before[1].max(before[2]), "at first two bits excite more than one: {before:?}");
        xor.learn();
        let after = xor.rates();
        assert!(after[0] < 0.1, "silence is answered by {} Hz", after[0]);
        n_learned += u64::from(after[3] < after[1].min(after[2]));
    }
    println!(
        "science | R-STDP (MSTDPET), XOR, seeds 0 to 19 | Florian 2007, section 4.2: learned in 200 epochs \
         | {n_learned} of {N_NETWORKS} networks | at least 18: the output spikes less for 11 than for 01 and 10"
    );
    assert!(n_learned >= 18);
}
