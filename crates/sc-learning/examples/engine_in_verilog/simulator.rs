//! The engine in Icarus Verilog, as a process behind two pipes; `pipe.v` is its other end.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use sc_learning::hdl::Engine;

const BENCH: &str = include_str!("pipe.v");

/// What a request does.
#[derive(Clone, Copy)]
enum Verb {
    Step,
    Spike,
    Load,
    Read,
}

/// Whom a request is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Synapse { pre: usize, post: usize },
    Pre(usize),
    Post(usize),
}

/// What the engine holds for a target: weight and eligibility of a synapse, the trace of a neuron. Bits as on the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub(crate) weight: u32,
    pub(crate) trace: u32,
}

/// A running simulation, which ends with this value.
#[derive(Debug)]
pub(crate) struct Simulator {
    process: Child,
    requests: BufWriter<ChildStdin>,
    responses: BufReader<ChildStdout>,
    lanes: usize,
    n_clocks: u64,
}

impl Simulator {
    /// Compiles `verilog`, which is that of `engine` unless somebody wants to see what happens, and starts it.
    pub(crate) fn start(engine: &Engine, verilog: &str, folder: &Path) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(folder.join("engine.v"), verilog))
            .and_then(|()| fs::write(folder.join("pipe.v"), BENCH))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let lanes = engine.shape().lanes;
        let mut compile = Command::new("iverilog");
        // The bench has some of the engine's parameters.
        for (name, value) in engine.parameters() {
            if BENCH.contains(&format!("parameter {name} = ")) {
                compile.arg(format!("-Ppipe.{name}={value}"));
            }
        }
        compile.arg(format!("-Ppipe.PATIENCE={}", 2 * engine.clocks_per_step() + u64::from(lanes)));
        compile.args(["-g2001", "-s", "pipe", "-o", "engine.vvp", "engine.v", "pipe.v"]).current_dir(folder);
        let Output { status, stderr, .. } = compile.output().map_err(|e| not_started("iverilog", &e))?;
        if !status.success() {
            return Err(format!("iverilog: {status}\n{}", String::from_utf8_lossy(&stderr)).into());
        }

        // -n: no prompt when it is interrupted.
        let mut simulate = Command::new("vvp");
        simulate.args(["-n", "engine.vvp"]).current_dir(folder);
        simulate.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = simulate.spawn().map_err(|e| not_started("vvp", &e))?;
        let requests = BufWriter::new(process.stdin.take().expect("a pipe was asked for"));
        let responses = BufReader::new(process.stdout.take().expect("a pipe was asked for"));
        Ok(Self { process, requests, responses, lanes: lanes as usize, n_clocks: 0 })
    }

    /// All synapses step, under a reward and the spikes since the step before.
    pub(crate) fn step(&mut self, reward: i32) -> io::Result<()> {
        self.request(Verb::Step, Target::Pre(0), State::default(), reward)
    }

    /// A neuron spikes in the next step.
    pub(crate) fn spike(&mut self, neuron: Target) -> io::Result<()> {
        self.request(Verb::Spike, neuron, State::default(), 0)
    }

    /// Sets what is held for a target.
    pub(crate) fn load(&mut self, target: Target, state: State) -> io::Result<()> {
        self.request(Verb::Load, target, state, 0)
    }

    /// What is held for a target, after all that was asked for before.
    pub(crate) fn read(&mut self, target: Target) -> io::Result<State> {
        self.request(Verb::Read, target, State::default(), 0)?;
        self.requests.flush().map_err(|e| self.ended(&e.to_string()))?;
        let mut line = String::new();
        self.responses.read_line(&mut line)?;
        let line = line.trim_end();
        let (state, n_clocks) = parse(line).ok_or_else(|| {
            if line.is_empty() {
                self.ended("no response")
            } else {
                io::Error::other(format!(
                    "{target:?}: expected weight, trace and clocks from vvp, got {line:?}"
                ))
            }
        })?;
        self.n_clocks = n_clocks;
        Ok(state)
    }

    /// Clocks until the last response.
    pub(crate) fn n_clocks(&self) -> u64 {
        self.n_clocks
    }

    fn request(
        &mut self,
        verb: Verb,
        target: Target,
        State { weight, trace }: State,
        reward: i32,
    ) -> io::Result<()> {
        let (number, row, post) = match target {
            Target::Synapse { pre, post } => (0, pre, post),
            Target::Pre(pre) => (1, pre, 0),
            Target::Post(post) => (2, 0, post),
        };
        let (group, lane) = (post / self.lanes, post % self.lanes);
        let verb = verb as u8;
        let line = format!("{verb:x} {number:x} {row:x} {group:x} {lane:x} {weight:x} {trace:x} {reward:x}");
        writeln!(self.requests, "{line}").map_err(|e| self.ended(&e.to_string()))
    }

    /// An error that says how the process ended.
    fn ended(&mut self, why: &str) -> io::Error {
        let status = self.process.wait().map_or_else(|e| e.to_string(), |status| status.to_string());
        io::Error::other(format!("vvp has ended, {status}: {why}"))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A response: weight, trace, clocks.
fn parse(line: &str) -> Option<(State, u64)> {
    let mut words = line.split(' ');
    let mut hex = || u32::from_str_radix(words.next()?, 16).ok();
    let state = State { weight: hex()?, trace: hex()? };
    let n_clocks = words.next()?.parse().ok()?;
    words.next().is_none().then_some((state, n_clocks))
}

fn not_started(program: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!(
            "{program} is not installed, and the engine runs in it: `apt-get install iverilog`, `brew install \
             icarus-verilog`, or https://steveicarus.github.io/iverilog/"
        ),
        _ => format!("{program}: {error}"),
    }
}
