//! The engine and its twin in software, which must never differ.

use std::error::Error;
use std::path::Path;

use sc_learning::hdl::{Engine, EngineShape, Identifier};
use sc_learning::online_o1::{Config, Crossbar, Spikes};

use super::simulator::{Simulator, State, Target};

/// An engine in Verilog, and a [`Crossbar`] that is told the same.
#[derive(Debug)]
pub(crate) struct Lockstep {
    engine: Simulator,
    twin: Twin,
    n_compared: usize,
}

/// The arrays of a crossbar.
#[derive(Debug)]
struct Twin {
    config: Config,
    weights: Vec<u16>,
    eligibilities: Vec<i16>,
    pre_traces: Vec<u16>,
    post_traces: Vec<u16>,
    pre_spikes: Vec<u8>,
    post_spikes: Vec<u8>,
}

impl Lockstep {
    /// Both, with all synapses at one weight; the simulator works in `folder`.
    pub(crate) fn start(
        config: Config,
        shape: EngineShape,
        weight: u16,
        folder: &Path,
    ) -> Result<Self, Box<dyn Error>> {
        let engine = Engine::new(config, shape, Identifier::new(Engine::DEFAULT_NAME)?)?;
        Self::of(&engine, &engine.verilog(), weight, folder)
    }

    /// The same with this text for the engine's.
    pub(crate) fn of(
        engine: &Engine,
        verilog: &str,
        weight: u16,
        folder: &Path,
    ) -> Result<Self, Box<dyn Error>> {
        let shape = engine.shape();
        let [n_pre, n_post] = [shape.rows, shape.lanes * shape.groups].map(|n| n as usize);
        let twin = Twin {
            config: *engine.config(),
            weights: vec![weight; n_pre * n_post],
            eligibilities: vec![0; n_pre * n_post],
            pre_traces: vec![0; n_pre],
            post_traces: vec![0; n_post],
            pre_spikes: vec![0; n_pre],
            post_spikes: vec![0; n_post],
        };
        let mut engine = Simulator::start(engine, verilog, folder)?;
        for target in twin.synapses() {
            engine.load(target, State { weight: weight.into(), trace: 0 })?;
        }
        Ok(Self { engine, twin, n_compared: 0 })
    }

    /// One step of all synapses, in both.
    pub(crate) fn step(
        &mut self,
        pre_spikes: &[u32],
        post_spikes: &[u32],
        reward: i32,
    ) -> Result<(), Box<dyn Error>> {
        for &pre in pre_spikes {
            self.engine.spike(Target::Pre(pre as usize))?;
        }
        for &post in post_spikes {
            self.engine.spike(Target::Post(post as usize))?;
        }
        self.engine.step(reward)?;
        self.twin.step(pre_spikes, post_spikes, reward)
    }

    /// The weights that the engine has learned, `[pre][post]`, each of them and its eligibility compared with the twin's.
    pub(crate) fn weights(&mut self) -> Result<Vec<u16>, Box<dyn Error>> {
        let synapses = self.twin.synapses();
        synapses.map(|target| Ok(self.compare(target)?.weight as u16)).collect()
    }

    /// Compares the traces of all neurons.
    pub(crate) fn compare_traces(&mut self) -> Result<(), Box<dyn Error>> {
        let [n_pre, n_post] = [self.twin.pre_traces.len(), self.twin.post_traces.len()];
        for target in (0..n_pre).map(Target::Pre).chain((0..n_post).map(Target::Post)) {
            self.compare(target)?;
        }
        Ok(())
    }

    /// How many numbers of the engine were compared.
    pub(crate) fn n_compared(&self) -> usize {
        self.n_compared
    }

    /// How many clocks the engine has taken.
    pub(crate) fn n_clocks(&self) -> u64 {
        self.engine.n_clocks()
    }

    /// What the engine holds for a target, which is what the twin holds.
    fn compare(&mut self, target: Target) -> Result<State, Box<dyn Error>> {
        let (expected, got) = (self.twin.state(target), self.engine.read(target)?);
        if got != expected {
            return Err(format!(
                "{target:?}: expected {expected:?} as in software, got {got:?} from the engine"
            )
            .into());
        }
        self.n_compared += if matches!(target, Target::Synapse { .. }) { 2 } else { 1 };
        Ok(got)
    }
}

impl Twin {
    fn step(&mut self, pre_spikes: &[u32], post_spikes: &[u32], reward: i32) -> Result<(), Box<dyn Error>> {
        for (bytes, spikes) in [(&mut self.pre_spikes, pre_spikes), (&mut self.post_spikes, post_spikes)] {
            bytes.fill(0);
            spikes.iter().for_each(|&i| bytes[i as usize] = 1);
        }
        let mut crossbar = Crossbar::resume(
            self.config,
            &mut self.weights,
            &mut self.eligibilities,
            &mut self.pre_traces,
            &mut self.post_traces,
        )?;
        Ok(crossbar.step(Spikes::Bytes(&self.pre_spikes), Spikes::Bytes(&self.post_spikes), reward)?)
    }

    /// All synapses, in the order of the arrays.
    fn synapses(&self) -> impl Iterator<Item = Target> + use<> {
        let (n_pre, n_post) = (self.pre_traces.len(), self.post_traces.len());
        (0..n_pre).flat_map(move |pre| (0..n_post).map(move |post| Target::Synapse { pre, post }))
    }

    /// What the engine must answer.
    fn state(&self, target: Target) -> State {
        match target {
            Target::Synapse { pre, post } => {
                let k = pre * self.post_traces.len() + post;
                // As many bits as a trace has, the highest of them the sign.
                let bits = self.eligibilities[k] as u32 & self.config.max_trace();
                State { weight: self.weights[k].into(), trace: bits }
            }
            Target::Pre(pre) => State { weight: 0, trace: self.pre_traces[pre].into() },
            Target::Post(post) => State { weight: 0, trace: self.post_traces[post].into() },
        }
    }
}
