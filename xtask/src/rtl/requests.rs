//! What is asked of an engine, request by request, and what it answers according to `sc-online-o1`.

use std::fmt::Write as _;

use sc_hdl::EngineShape;
use sc_online_o1::{Config, Crossbar, Spikes};

use super::random::Random;

/// What a request is about.
#[derive(Debug, Clone, Copy)]
enum Target {
    Synapse { pre: usize, post: usize },
    Pre(usize),
    Post(usize),
}

/// What is asked for, and how `engine_bench.v` is told.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Step,
    Spike,
    Load,
    Read,
    Reset,
}

/// What is held for a target: weight and eligibility of a synapse, the trace of a neuron.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    weight: u32,
    trace: u32,
}

/// A list of requests, made together with a [`Crossbar`] that does the same.
pub(super) struct Requests {
    config: Config,
    shape: EngineShape,
    weights: Vec<u32>,
    eligibilities: Vec<i32>,
    pre_traces: Vec<u32>,
    post_traces: Vec<u32>,
    pre_spikes: Vec<u8>,
    post_spikes: Vec<u8>,
    lines: String,
    n_clocks: usize,
}

impl Requests {
    /// A life of `n_steps` steps, after some that ended early: some things are loaded, spikes come, some things are read, and
    /// in the end everything is.
    pub(super) fn random(random: &mut Random, config: Config, shape: EngineShape, n_steps: usize) -> Self {
        let mut requests = Self::new(config, shape);
        for _ in 0..10 {
            let targets = requests.targets();
            let target = targets[random.index(targets.len() as i64)];
            requests.load(random, target);
            match random.index(3) {
                0 => {
                    let reward = random.reward(&config, 4);
                    requests.step(random, reward);
                }
                1 => requests.read(random, target),
                _ => {}
            }
            requests.reset(random);
        }
        for target in requests.targets() {
            // What is not loaded must be 0.
            if !random.one_in(4) {
                requests.load(random, target);
            }
        }
        let (mut spikes, mut rewards) = (1, 4);
        for _ in 0..n_steps {
            if random.one_in(5) {
                (spikes, rewards) = ([1, 2, 5, 20][random.index(4)], random.within(0, 4));
            }
            let targets = requests.targets();
            for &target in targets.iter().filter(|target| !matches!(target, Target::Synapse { .. })) {
                if random.one_in(spikes) {
                    requests.spike(random, target);
                }
            }
            let reward = random.reward(&config, rewards);
            requests.step(random, reward);
            if random.one_in(60) {
                requests.reset(random);
            }
            for _ in 0..random.within(0, 8) {
                let target = targets[random.index(targets.len() as i64)];
                if random.one_in(4) {
                    requests.load(random, target);
                } else {
                    requests.read(random, target);
                }
            }
        }
        for target in requests.targets() {
            requests.read(random, target);
        }
        requests
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lines.lines().count()
    }

    /// Clocks in which all of them have been answered.
    pub(super) fn n_clocks(&self) -> usize {
        // Those of the reset, which lasts as long as a step, and of the first request.
        self.n_clocks + (self.shape.rows * self.shape.groups) as usize + 20
    }

    /// The file that `engine_bench.v` reads.
    pub(super) fn hex(&self) -> &str {
        &self.lines
    }

    /// A reset, perhaps while the request before is carried out.
    fn reset(&mut self, random: &mut Random) {
        *self = Self {
            lines: std::mem::take(&mut self.lines),
            n_clocks: self.n_clocks,
            ..Self::new(self.config, self.shape)
        };
        self.push(random, Verb::Reset, Target::Pre(0), State::default(), 0, 0);
    }

    /// None yet, of an engine after its reset.
    fn new(config: Config, shape: EngineShape) -> Self {
        let [n_pre, n_post] = [shape.rows, shape.lanes * shape.groups].map(|n| n as usize);
        Self {
            config,
            shape,
            weights: vec![0; n_pre * n_post],
            eligibilities: vec![0; n_pre * n_post],
            pre_traces: vec![0; n_pre],
            post_traces: vec![0; n_post],
            pre_spikes: vec![0; n_pre],
            post_spikes: vec![0; n_post],
            lines: String::new(),
            n_clocks: 0,
        }
    }

    /// All neurons and synapses.
    fn targets(&self) -> Vec<Target> {
        let (pre, post) = (0..self.pre_traces.len(), 0..self.post_traces.len());
        let synapses =
            pre.clone().flat_map(|pre| post.clone().map(move |post| Target::Synapse { pre, post }));
        synapses.chain(pre.clone().map(Target::Pre)).chain(post.clone().map(Target::Post)).collect()
    }

    fn step(&mut self, random: &mut Random, reward: i32) {
        let mut crossbar = Crossbar::resume(
            self.config,
            &mut self.weights,
            &mut self.eligibilities,
            &mut self.pre_traces,
            &mut self.post_traces,
        )
        .expect("arrays of a crossbar");
        crossbar
            .step(Spikes::Bytes(&self.pre_spikes), Spikes::Bytes(&self.post_spikes), reward)
            .expect("a spike per neuron");
        self.pre_spikes.fill(0);
        self.post_spikes.fill(0);
        let n_clocks = self.shape.rows * self.shape.groups + 8;
        let targets = self.targets();
        let target = targets[random.index(targets.len() as i64)];
        let state = State { weight: random.weight(&self.config), trace: 1 };
        self.push(random, Verb::Step, target, state, reward, n_clocks);
    }

    fn spike(&mut self, random: &mut Random, target: Target) {
        match target {
            Target::Pre(pre) => self.pre_spikes[pre] = 1,
            Target::Post(post) => self.post_spikes[post] = 1,
            Target::Synapse { .. } => unreachable!("synapses do not spike"),
        }
        let reward = random.reward(&self.config, 4);
        self.push(random, Verb::Spike, target, State::default(), reward, 1);
    }

    fn load(&mut self, random: &mut Random, target: Target) {
        let weight = random.weight(&self.config);
        let bits = u32::from(self.config.trace_bits());
        let trace = match random.within(0, 3) {
            0 => 0,
            1 => u32::MAX >> (32 - bits),
            2 => 1 << (bits - 1),
            _ => random.index(1 << bits) as u32,
        };
        match target {
            Target::Pre(pre) => self.pre_traces[pre] = trace,
            Target::Post(post) => self.post_traces[post] = trace,
            Target::Synapse { pre, post } => {
                let k = pre * self.post_traces.len() + post;
                self.weights[k] = weight;
                // With its sign in all bits above.
                self.eligibilities[k] = (trace << (32 - bits)) as i32 >> (32 - bits);
            }
        }
        let reward = random.reward(&self.config, 4);
        self.push(random, Verb::Load, target, State { weight, trace }, reward, 9);
    }

    fn read(&mut self, random: &mut Random, target: Target) {
        let state = match target {
            Target::Pre(pre) => State { weight: 0, trace: self.pre_traces[pre] },
            Target::Post(post) => State { weight: 0, trace: self.post_traces[post] },
            Target::Synapse { pre, post } => {
                let k = pre * self.post_traces.len() + post;
                State { weight: self.weights[k], trace: self.eligibilities[k] as u32 }
            }
        };
        let reward = random.reward(&self.config, 4);
        self.push(random, Verb::Read, target, state, reward, self.shape.lanes + 8);
    }

    /// A request after which the engine is ready for the next one, or to answer, `n_clocks` later. What else it says must not
    /// matter.
    fn push(
        &mut self,
        random: &mut Random,
        verb: Verb,
        target: Target,
        state: State,
        reward: i32,
        n_clocks: u32,
    ) {
        let EngineShape { lanes, rows, groups } = self.shape;
        let n_sweep = (rows * groups) as usize;
        let [any_pre, any_post] =
            [self.pre_traces.len(), self.post_traces.len()].map(|n| random.index(n as i64));
        let (number, row, post) = match target {
            Target::Synapse { pre, post } => (0, pre, post),
            Target::Pre(pre) => (1, pre, any_post),
            Target::Post(post) => (2, any_pre, post),
        };
        // The requester is slow to ask, and the one who waits for the answer slow to take it. A reset does not wait: it comes
        // at any time while the request before is carried out.
        let [mut pause, hold] = [0; 2].map(|_| if random.one_in(3) { random.index(5) } else { 0 });
        if matches!(verb, Verb::Reset) {
            pause = random.index((n_sweep + lanes as usize + 16) as i64);
        }
        self.n_clocks += n_clocks.max(n_sweep as u32) as usize + 10 + pause + hold;
        let (group, lane) = (post / lanes as usize, post % lanes as usize);
        let State { weight, trace } = state;
        let verb = verb as u8;
        let _ = writeln!(
            self.lines,
            "{verb:08x}{number:08x}{row:08x}{group:08x}{lane:08x}{weight:08x}{trace:08x}{reward:08x}\
             {pause:08x}{hold:08x}{n_clocks:08x}"
        );
    }
}
