//! That a lane is the rule, for every state and all inputs: `lane_proof.v`, proven by yosys.

use std::{io, process::Command, time::Instant};

use sc_hdl::{Identifier, Lane};
use sc_online_o1::Config;

use super::{
    mutations::{self, Mutation},
    test_source, tools, work,
};

/// Widths and shifts, from those that mistakes show with to those that take longest.
const CONFIGS: [[u8; 5]; 10] = [
    [16, 12, 8, 4, 4],
    // Nothing decays: because the shift is 0, because it shifts everything out.
    [16, 12, 8, 4, 0],
    [8, 12, 1, 0, 12],
    [8, 8, 8, 7, 3],
    // A weight as wide as a product, and one that is much wider.
    [16, 8, 8, 0, 3],
    [31, 4, 4, 0, 2],
    // Everything as narrow as can be; all but the weight.
    [1, 2, 1, 0, 0],
    [31, 2, 1, 30, 0],
    // Everything as wide as can be.
    [31, 30, 30, 30, 30],
    [31, 30, 30, 0, 1],
];
/// Those of them that are quick, or at the limit.
const QUICK: [usize; 4] = [0, 3, 6, 9];
/// Of how many mutations one is tried if it has to be quick.
const QUICK_MUTATIONS: usize = 3;
/// Seconds for an assertion, of which the longest takes a few.
const SOLVER_SECONDS: u32 = 100;

/// What yosys makes of the assertions.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Proven,
    /// There is a state in which this one is wrong.
    Refuted(String),
}

/// All assertions at all configurations.
pub(super) fn prove(quick: bool) -> io::Result<()> {
    let configs: Vec<_> = if quick { QUICK.map(|k| CONFIGS[k]).into() } else { CONFIGS.into() };
    for numbers in configs {
        let started = Instant::now();
        match check("proof", numbers, |lane| lane)? {
            (Verdict::Proven, n) => {
                println!("{numbers:?}: {n} assertions in {:.1} s", started.elapsed().as_secs_f64());
            }
            (Verdict::Refuted(assertion), _) => {
                let state = work().join("proof/state.vcd");
                let why = format!("{numbers:?}: {assertion} is wrong of the state in {}", state.display());
                return Err(io::Error::other(why));
            }
        }
    }
    Ok(())
}

/// Wrong lanes, of which each must be refuted with one of the configurations: a proof that takes them proves nothing.
pub(super) fn refute(quick: bool) -> io::Result<()> {
    for mutation in
        mutations::read("lane_mutations.txt")?.iter().step_by(if quick { QUICK_MUTATIONS } else { 1 })
    {
        let (numbers, assertion) = refutation(mutation)?.ok_or_else(|| {
            io::Error::other(format!("proven with all configurations, though wrong: {}", mutation.name))
        })?;
        println!("{}: not {assertion} with {numbers:?}", mutation.name);
    }
    Ok(())
}

fn refutation(mutation: &Mutation) -> io::Result<Option<([u8; 5], String)>> {
    for numbers in CONFIGS {
        if let (Verdict::Refuted(assertion), _) = check("refutation", numbers, |lane| mutation.of(&lane))? {
            return Ok(Some((numbers, assertion)));
        }
    }
    Ok(None)
}

/// The verdict on a lane, and how many assertions there are. What yosys does and says stays in a folder.
fn check(
    folder: &str,
    numbers: [u8; 5],
    mutate: impl FnOnce(String) -> String,
) -> io::Result<(Verdict, usize)> {
    let [weight, trace, reward, learning, decay] = numbers;
    let config = Config::new(weight, trace, reward, learning, decay).expect("widths in range");
    let name = Identifier::new(Lane::DEFAULT_NAME).expect("a name");
    let lane = Lane::new(config, name).expect("default modes").with_load_port();
    let proof = test_source("lane_proof.v")?;
    let assertions = assertions(&proof);
    let folder = work().join(folder);
    tools::write(&folder.join("lane.v"), &mutate(lane.verilog()))?;
    tools::write(&folder.join("lane_proof.v"), &proof)?;
    tools::write(&folder.join("proof.ys"), &script(numbers, &assertions))?;
    let mut yosys = Command::new("yosys");
    yosys.args(["-Q", "-T", "-e", ".*", "-s", "proof.ys"]).current_dir(&folder);
    let output = yosys.output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    tools::write(&folder.join("proof.log"), &said)?;
    match verdict(&said, output.status.success(), &assertions) {
        Ok(verdict) => Ok((verdict, assertions.len())),
        Err(why) => Err(io::Error::other(format!("{numbers:?}: {why} in {}", folder.display()))),
    }
}

/// The names of assertions: each stands in a line of its own.
fn assertions(proof: &str) -> Vec<&str> {
    proof.lines().filter_map(|line| line.split_once(": assert (")).map(|(name, _)| name.trim()).collect()
}

/// What yosys is to do: up to the first assertion that is wrong.
fn script(numbers: [u8; 5], assertions: &[&str]) -> String {
    let parameters: String =
        ["WEIGHT_BITS", "TRACE_BITS", "REWARD_BITS", "LEARNING_SHIFT", "TRACE_DECAY_SHIFT"]
            .iter()
            .zip(numbers)
            .map(|(name, value)| format!(" -chparam {name} {value}"))
            .collect();
    // A register is anything at first unless it has an initial value; that all of them can be all zeros and all ones at
    // once is looked at too. `wreduce` gives both products the width that they need, and so makes them one.
    let mut script = format!(
        "read_verilog lane.v
read_verilog -formal lane_proof.v
hierarchy -check -top lane_proof{parameters}
proc
flatten
async2sync
opt
wreduce
opt
check -assert
select -assert-none a:init
select -assert-none t:$assume
select -assert-count {} t:$assert
",
        assertions.len()
    );
    for value in ["0", "~0"] {
        script += "sat -verify -seq 1 -set rst_n 1";
        for register in ["weight", "pre_trace", "post_trace", "eligibility", "update_done"] {
            script += &format!(" -set lane.{register} {value}");
        }
        script += "\n";
    }
    // Of each assertion only what it depends on, which is many times as fast as all of them together.
    for name in assertions {
        script += &format!(
            "select -assert-count 1 c:{name}
sat -verify -timeout {SOLVER_SECONDS} -dump_vcd state.vcd -seq 2 -prove-skip 1 -prove-asserts c:{name} %ci*
"
        );
    }
    script
}

/// A refutation is a model that was found: an error of yosys about anything else, its time-out too, is none.
fn verdict(said: &str, success: bool, assertions: &[&str]) -> Result<Verdict, String> {
    let proven = said.matches("SAT proof finished - no model found: SUCCESS!").count();
    let refuted = said.contains("ERROR: Called with -verify and proof did fail!");
    match assertions.get(proven) {
        None if success && !refuted => Ok(Verdict::Proven),
        Some(assertion) if !success && refuted => Ok(Verdict::Refuted((*assertion).to_owned())),
        Some(assertion) if said.contains("Interrupted SAT solver: TIMEOUT!") => {
            Err(format!("no answer about {assertion} in {SOLVER_SECONDS} s"))
        }
        _ => {
            let error = said.lines().find(|line| line.contains("ERROR")).unwrap_or("no error");
            Err(format!("yosys proved {proven} of {} assertions, then: {error}", assertions.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVEN: &str = "SAT proof finished - no model found: SUCCESS!\n";
    const REFUTED: &str = "ERROR: Called with -verify and proof did fail!\n";
    const TIMEOUT: &str =
        "Interrupted SAT solver: TIMEOUT!\nERROR: Called with -verify and proof did time out!";

    #[test]
    fn assertions_have_names() {
        let proof = test_source("lane_proof.v").expect("the proof");
        let names = assertions(&proof);
        assert_eq!(names.len(), proof.matches("assert (").count());
        assert_eq!(names[0], "update_done_after_steps");
        assert!(names.iter().all(|name| script([16, 12, 8, 4, 4], &names).contains(&format!(" c:{name} "))));
    }

    #[test]
    fn only_a_model_is_a_refutation() {
        let two = |said: &str, success| verdict(said, success, &["first", "second"]);
        assert_eq!(two(&PROVEN.repeat(2), true), Ok(Verdict::Proven));
        assert_eq!(two(&(PROVEN.to_owned() + REFUTED), false), Ok(Verdict::Refuted("second".to_owned())));
        let timeout = two(&(PROVEN.to_owned() + TIMEOUT), false);
        assert!(timeout.is_err_and(|why| why.contains("second in")));
        assert!(two("ERROR: Called with -verify and found no model!\n", false).is_err());
        let unread = two("lane.v:3: ERROR: syntax error\n", false);
        assert!(unread.is_err_and(|why| why.contains("0 of 2") && why.contains("syntax error")));
        assert!(two(PROVEN, true).is_err());
        assert!(two(&PROVEN.repeat(2), false).is_err());
    }
}
