//! One training step of W1 and W2 by the clock: median and best of many steps, memory per time step, for several lengths
//! and thread counts. `cargo run --release -p benches --bin training-step [T ...] [W1|W2] [--threads N]`
#![allow(clippy::print_stdout)]

use std::time::Instant;

use benches::Workload;
use sc_gradient::{Adam, Bptt, Error};

fn main() -> Result<(), Error> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let mut variants = vec![(1, false), (2, false), (1, true)];
    if let Some(at) = words.iter().position(|word| word == "--threads") {
        let threads = words.get(at + 1).and_then(|n| n.parse().ok()).expect("a number of threads");
        words.drain(at..=at + 1);
        variants = vec![(threads, false)];
    }
    let lengths: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let lengths = if lengths.is_empty() { vec![50, 100, 200, 400] } else { lengths };
    let wanted =
        |name: &str| !words.iter().any(|word| word.starts_with('W')) || words.iter().any(|word| word == name);
    println!("workload     T threads recompute   median ms     best ms    tape MB resident MB  hidden rate");
    for (name, make) in [("W1", Workload::w1 as fn(usize) -> _), ("W2", Workload::w2)] {
        if !wanted(name) {
            continue;
        }
        for &n_steps in &lengths {
            for &(threads, recompute) in &variants {
                let mut workload: Workload = make(n_steps)?;
                let (mut bptt, mut adam) = (Bptt::new(threads)?.recompute(recompute), Adam::new(1e-6)?);
                let mut times = Vec::new();
                for _ in 0..(3000 / n_steps).clamp(20, 60) {
                    let start = Instant::now();
                    workload.step(&mut bptt, &mut adam)?;
                    times.push(start.elapsed().as_secs_f64() * 1e3);
                }
                // The first steps pay for pages that later ones reuse.
                let mut times = times.split_off(5);
                times.sort_by(f64::total_cmp);
                let spikes: f64 = bptt.spike_counts(0).iter().sum();
                let rate = spikes / (bptt.spike_counts(0).len() * 32 * n_steps) as f64;
                println!(
                    "{:8} {n_steps:5} {threads:7} {recompute:9} {:11.2} {:11.2} {:10.2} {:11} {rate:12.4}",
                    workload.name,
                    times[times.len() / 2],
                    times[0],
                    bptt.tape_bytes() as f64 / 1e6,
                    resident_megabytes(),
                );
            }
        }
    }
    Ok(())
}

/// Memory of this process, workload included, where the system tells.
fn resident_megabytes() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.map_or("?".to_owned(), |kilobytes| format!("{:.1}", kilobytes * 1.024e-3))
}
