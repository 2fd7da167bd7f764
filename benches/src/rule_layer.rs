//! One step of a rule layer by the clock, for each rule and kind of input, and how long a state takes to be saved and
//! loaded. `cargo run --release -p benches --bin rule-layer [elements] [file]`
#![allow(clippy::print_stdout)]

use std::time::Instant;

use rand::RngExt;
use sc_core::random;
use sc_plasticity::{Error, RuleKind, RuleLayer};

fn main() -> Result<(), Error> {
    let mut words = std::env::args().skip(1);
    let n = words.next().map_or(1_000_000, |n| n.parse().expect("a number of elements"));
    let file = words.next().map_or_else(|| std::env::temp_dir().join("rule-layer.state"), Into::into);

    let mut source = random::stream(1, "rule layer", 0);
    let mut numbers = || (0..n).map(|_| source.random::<f32>()).collect::<Vec<f32>>();
    let (p_pre, p_post, reward) = (numbers(), numbers(), numbers());
    let spikes = |p: &[f32]| p.iter().map(|&p| u8::from(p < 0.1)).collect::<Vec<u8>>();
    let (pre, post) = (spikes(&p_pre), spikes(&p_post));

    println!("{n} elements, one thread       median ms     best ms   bytes per element   GB/s (median)");
    for kind in [RuleKind::Stdp, RuleKind::RewardStdp, RuleKind::Bcm, RuleKind::Eligent] {
        let mut layer = RuleLayer::new(kind, n, 0.5, 0.01, 20.0)?;
        // Every variable is read and written; spikes and rewards are read, the rewards once more to be checked.
        let bytes = layer.state().count() * 8 + 2 + 4 + 4;
        report(kind, "step", 200, bytes, n, || layer.step(&pre, &post, &reward, 1.0))?;
        let mut seed = 0;
        report(kind, "step_analog", 20, bytes + 14, n, || {
            seed += n as u64;
            layer.step_analog(&p_pre, &p_post, &reward, seed, 1.0)
        })?;
        report(kind, "save", 10, layer.state_len() / n, n, || layer.save(&file))?;
        report(kind, "load", 10, layer.state_len() / n, n, || layer.load(&file))?;
        let mut old = vec![0; layer.state_len_v1()];
        report(kind, "write_v1", 20, old.len() / n, n, || layer.write_v1(&mut old))?;
        report(kind, "restore v1", 20, old.len() / n, n, || layer.restore(&old))?;
    }
    std::fs::remove_file(&file).ok();
    Ok(())
}

/// Times `work` `n_times`, after a fifth as many calls that pay for what later ones reuse.
fn report(
    kind: RuleKind,
    what: &str,
    n_times: usize,
    bytes: usize,
    n: usize,
    mut work: impl FnMut() -> Result<(), Error>,
) -> Result<(), Error> {
    for _ in 0..n_times / 5 {
        work()?;
    }
    let mut times = Vec::new();
    for _ in 0..n_times {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let median = times[n_times / 2];
    let rate = (bytes * n) as f64 / median * 1e-6;
    println!("{:12} {what:14} {median:13.4} {:11.4} {bytes:19} {rate:15.1}", format!("{kind:?}"), times[0]);
    Ok(())
}
