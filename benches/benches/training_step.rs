//! Criterion: one training step of W1 and W2 for several lengths and thread counts.

use benches::Workload;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sc_gradient::{Adam, Bptt};

fn training_step(c: &mut Criterion) {
    for make in [Workload::w1, Workload::w2] {
        let name = make(1).expect("a workload").name;
        let mut group = c.benchmark_group(name);
        group.sample_size(20);
        for n_steps in [50, 100, 200, 400] {
            for threads in [1, 2] {
                let mut workload = make(n_steps).expect("a workload");
                let mut bptt = Bptt::new(threads).expect("threads");
                let mut adam = Adam::new(1e-6).expect("a learning rate");
                let id = BenchmarkId::new(format!("{threads} threads"), n_steps);
                group.bench_function(id, |b| b.iter(|| workload.step(&mut bptt, &mut adam)));
            }
        }
        group.finish();
    }
}

criterion_group!(benches, training_step);
criterion_main!(benches);
