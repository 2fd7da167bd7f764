//! The O(1) synapse in banks and crossbars: synapse-steps per second, beside what memory and cache allow in the same run.
//!
//! `cargo bench -p benches --bench online_synapse [-- n_synapses]` (default 64 million: 600 MB)
//!
//! The bound of a large bank is memory: a step reads and writes its state once. So each round first times the plainest such
//! thing, adding to every number of a large array in place, and then the bank. Ratios are taken round by round, since the
//! speed of a shared machine drifts.
#![allow(clippy::print_stdout, reason = "a benchmark talks to whoever ran it")]

use std::hint::black_box;
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};
use sc_online_o1::{Bank, Config, Crossbar, LazyCrossbar, Spikes, words};

fn main() {
    let n = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1 << 26);
    let only = |part: &str| std::env::args().any(|word| word == part);
    if only("lazy") {
        return lazy();
    }
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        large(n, threads, &pool);
    }
    in_cache();
    recorded(n / 4);
    lazy();
}

/// Numbers between two arrays: some pages and a bit, so that large ones do not stand a round number of bytes apart.
const GAP: usize = 2176 * 3;

/// An array of which each part that a benchmark uses starts on a cache line, the parts some pages and a bit apart.
struct Arena<T> {
    data: Vec<T>,
}

impl<T: Copy + Default> Arena<T> {
    fn new(len: usize) -> Self {
        Self { data: vec![T::default(); len + 40 * GAP] }
    }

    /// Parts of these lengths, behind a gap of `skip` pages.
    fn parts<const N: usize>(&mut self, skip: usize, lens: [usize; N]) -> [&mut [T]; N] {
        let mut rest = &mut self.data[skip * GAP..];
        lens.map(|len| {
            let gap = GAP;
            let (_, after) = std::mem::take(&mut rest).split_at_mut(gap);
            let (_, aligned) = after.split_at_mut(after.as_ptr().align_offset(64));
            let (part, after) = aligned.split_at_mut(len);
            rest = after;
            part
        })
    }
}

/// Spikes of so many neurons, 1 % of them.
fn spikes(n: usize, n_steps: usize) -> Vec<u64> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state ^ state >> 29
    };
    (0..words(n) * n_steps).map(|_| (0..6).fold(u64::MAX, |word, _| word & next().rotate_left(17))).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Seconds that `work` takes.
fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Bytes per second, reading and writing, of adding to every number of an array in place.
fn bandwidth(array: &mut [u64], pool: &ThreadPool) -> f64 {
    let bytes = 16.0 * array.len() as f64;
    let add = |piece: &mut [u64]| piece.iter_mut().for_each(|x| *x = x.wrapping_add(3));
    let took = seconds(|| pool.install(|| array.par_chunks_mut(1 << 16).for_each(add)));
    black_box(array);
    bytes / took
}

fn line(what: &str, threads: usize, rates: Vec<f64>, bytes: f64, ratios: Vec<f64>) {
    let best = rates.iter().copied().fold(0.0, f64::max);
    let rate = median(rates);
    println!(
        "{what:28} {threads:7} {rate:9.2} {best:9.2} {:9.1} {:13.0} %",
        rate * bytes,
        100.0 * median(ratios)
    );
}

/// Banks and crossbars too large for any cache.
fn large(n: usize, threads: usize, pool: &ThreadPool) {
    if threads == 1 {
        println!(
            "{n} synapses, default configuration; G synapse-steps/s, GB/s moved, % of in-place bandwidth (medians)\n"
        );
        println!("form                         threads    median      best      GB/s  of bandwidth");
    }
    let (pre, post) = (spikes(n, 1), spikes(n, 1));
    let mut state = Arena::<u16>::new(3 * n);
    let mut signed = Arena::<i16>::new(n);
    let mut plain = vec![1_u64; 1 << 26];
    let [w, x, y] = state.parts(0, [n, n, n]);
    let [e] = signed.parts(7, [n]);
    w.fill(30_000);
    let reports = [("bank", 3, 16.25), ("bank, no reward", 0, 12.25)];
    for (what, reward, bytes) in reports {
        let bank = Bank::new(Config::DEFAULT, w, x, y, e).expect("a bank");
        let mut bank = if threads > 1 { bank.in_parallel() } else { bank };
        let (mut rates, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..9 {
            let bandwidth = bandwidth(&mut plain, pool);
            let (p, q) = (Spikes::Bits(&pre), Spikes::Bits(&post));
            let took = seconds(|| pool.install(|| bank.step(p, q, reward).expect("a step")));
            rates.push(1e-9 * n as f64 / took);
            ratios.push(bytes * n as f64 / took / bandwidth);
        }
        line(what, threads, rates, bytes, ratios);
    }
    let n_pre = 8192.min(n);
    let n_post = n / n_pre;
    let (x, y) = (&mut x[..n_pre], &mut y[..n_post]);
    let (pre, post) = (&pre[..words(n_pre)], &post[..words(n_post)]);
    let reports = [("crossbar", 3, 8.0), ("crossbar, no reward", 0, 4.0)];
    for (what, reward, bytes) in reports {
        let (w, e) = (&mut w[..n_pre * n_post], &mut e[..n_pre * n_post]);
        let crossbar = Crossbar::new(Config::DEFAULT, w, e, x, y).expect("a crossbar");
        let mut crossbar = if threads > 1 { crossbar.in_parallel() } else { crossbar };
        let (mut rates, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..9 {
            let bandwidth = bandwidth(&mut plain, pool);
            let (p, q) = (Spikes::Bits(pre), Spikes::Bits(post));
            let took = seconds(|| pool.install(|| crossbar.step(p, q, reward).expect("a step")));
            rates.push(1e-9 * n as f64 / took);
            ratios.push(bytes * n as f64 / took / bandwidth);
        }
        line(what, threads, rates, bytes, ratios);
    }
}

/// Steps of `n` synapses for a while: G synapse-steps per second, median and best of some rounds.
fn rounds(n: usize, mut step: impl FnMut()) -> (f64, f64) {
    let repeats = (20_000_000 / n).max(1);
    let rates: Vec<f64> = (0..15)
        .map(|_| 1e-9 * (n * repeats) as f64 / seconds(|| (0..repeats).for_each(|_| step())))
        .collect();
    (median(rates.clone()), rates.iter().copied().fold(0.0, f64::max))
}

/// Banks and crossbars in the first and second cache, one thread.
fn in_cache() {
    println!("\nin cache, one thread         synapses    median      best");
    for n in [2048, 65_536] {
        let (pre, post) = (spikes(n, 1), spikes(n, 1));
        let bytes: Vec<u8> = (0..n).map(|k| (pre[k / 64] >> (k % 64) & 1) as u8).collect();
        let mut state = Arena::<u16>::new(3 * n);
        let mut signed = Arena::<i16>::new(n);
        let [w, x, y] = state.parts(0, [n, n, n]);
        let [e] = signed.parts(7, [n]);
        let report =
            |what: &str, (median, best): (f64, f64)| println!("{what:28} {n:8} {median:9.2} {best:9.2}");
        let mut bank = Bank::new(Config::DEFAULT, w, x, y, e).expect("a bank");
        let (p, q) = (Spikes::Bits(&pre), Spikes::Bits(&post));
        report("bank", rounds(n, || bank.step(p, q, 3).expect("a step")));
        report("bank, no reward", rounds(n, || bank.step(p, q, 0).expect("a step")));
        let b = Spikes::Bytes(&bytes);
        report("bank, spikes in bytes", rounds(n, || bank.step(b, b, 3).expect("a step")));
        let n_pre = n / 256;
        let (p, q) = (Spikes::Bits(&pre[..words(n_pre)]), Spikes::Bits(&post[..words(256)]));
        let mut crossbar =
            Crossbar::new(Config::DEFAULT, w, e, &mut x[..n_pre], &mut y[..256]).expect("a crossbar");
        report("crossbar of rows of 256", rounds(n, || crossbar.step(p, q, 3).expect("a step")));
        report("the same, no reward", rounds(n, || crossbar.step(p, q, 0).expect("a step")));
    }
}

/// Recorded spikes: tile by tile through all steps.
fn recorded(n: usize) {
    let n_steps = 64;
    let (pre, post) = (spikes(n, n_steps), spikes(n, n_steps));
    let mut state = Arena::<u16>::new(3 * n);
    let mut signed = Arena::<i16>::new(n);
    let [w, x, y] = state.parts(0, [n, n, n]);
    let [e] = signed.parts(7, [n]);
    let mut bank = Bank::new(Config::DEFAULT, w, x, y, e).expect("a bank");
    let took = seconds(|| bank.run(Spikes::Bits(&pre), Spikes::Bits(&post), &[3; 64]).expect("steps"));
    println!(
        "\n{n} synapses through {n_steps} recorded steps: {:.2} G/s",
        1e-9 * (n * n_steps) as f64 / took
    );
}

/// The lazy crossbar against the dense one, without rewards, for several firing rates.
fn lazy() {
    println!("\nlazy against dense, no reward; G synapse-steps/s that a dense crossbar would have to do");
    println!("neurons         rate     dense      lazy     ratio");
    for side in [1024, 4096] {
        for one_in in [1000, 200, 100, 50, 20] {
            let n = side * side;
            let mut state = Arena::<u16>::new(n + 2 * side);
            let mut signed = Arena::<i16>::new(n);
            let [w, x, y] = state.parts(0, [n, side, side]);
            let [e] = signed.parts(7, [n]);
            let steps = drawn(side, one_in);
            let rate = |step: &mut dyn FnMut(Spikes<'_>, Spikes<'_>)| {
                let round = |_| {
                    let took =
                        seconds(|| steps.iter().for_each(|[p, q]| step(Spikes::Bits(p), Spikes::Bits(q))));
                    1e-9 * (n * steps.len()) as f64 / took
                };
                median((0..5).map(round).collect())
            };
            let mut dense = Crossbar::new(Config::DEFAULT, w, e, x, y).expect("a crossbar");
            let dense_rate = rate(&mut |p, q| dense.step(p, q, 0).expect("a step"));
            let mut lazy = LazyCrossbar::new(dense).expect("a lazy crossbar");
            let lazy_rate = rate(&mut |p, q| lazy.step(p, q, 0).expect("a step"));
            println!(
                "{side:4} x {side:4} {:7.1} % {dense_rate:9.2} {lazy_rate:9.2} {:9.2}",
                100.0 / one_in as f64,
                lazy_rate / dense_rate
            );
        }
    }
}

/// Packed spikes of `n` pre- and `n` postsynaptic neurons for some steps, each spike drawn by itself.
fn drawn(n: usize, one_in: u64) -> Vec<[Vec<u64>; 2]> {
    let mut state = 12_345_u64;
    let mut packed = || {
        let mut packed = vec![0; words(n)];
        for k in 0..n {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            packed[k / 64] |= u64::from((state >> 33).is_multiple_of(one_in)) << (k % 64);
        }
        packed
    };
    (0..40).map(|_| [packed(), packed()]).collect()
}
