//! A network saved and restored: it goes on as if nothing had happened, and bad files change nothing.

use ndarray::array;
use sc_core::{
    Alif, AlifParameters, Autapses, Checkpoint, Csr, Delay, Dense, Error, EulerLif, EulerLifParameters,
    Network, Population, Projection, Real, Stimulus, connectivity,
};

/// Noise, adaptation, both forms of weights, all kinds of delay, recurrence, both kinds of stimulus.
fn network<R: Real>(seed: u64) -> Network<R> {
    let noisy = EulerLifParameters { noise_std: 0.4, refractory_steps: 2, ..Default::default() };
    let mut network = Network::new();
    let a = network.add_population(Population::new(EulerLif::new(noisy).unwrap(), 5, seed));
    let b = network.add_population(Population::new(Alif::new(AlifParameters::default()).unwrap(), 3, 0));
    let forward = connectivity::fixed_probability(5, 3, 0.7, Autapses::Allow, 8).unwrap();
    let forward = forward.with_weights(|i, j| R::of(0.4 + 0.1 * (i + j) as f64)).unwrap();
    let delays = (0..forward.n_synapses()).map(|k| (k % 5) as u16).collect();
    let forward = Projection::new(forward).with_delay(Delay::PerSynapse(delays)).unwrap();
    network.add_projection(a, b, forward).unwrap();
    let back = Dense::new(3, 5, vec![R::of(-0.2); 15]).unwrap();
    let back = Projection::new(back).with_delay(Delay::Uniform(3)).unwrap();
    network.add_projection(b, a, back.with_weight_threshold(R::of(0.1)).unwrap()).unwrap();
    network.add_stimulus(Stimulus::step_current(a, 5, 60, R::of(0.3)).unwrap()).unwrap();
    let values = array![[0.1], [0.0], [0.4]].mapv(R::of);
    network.add_stimulus(Stimulus::timed(b, values.view()).unwrap()).unwrap();
    network
}

fn continues_identically<R: Real>() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("network.safetensors");
    let mut original = network::<R>(1);
    let spikes = original.run(40);
    assert!(spikes.iter().all(|events| events.n_spikes() > 3));
    original.save(&path).unwrap();
    let expected = original.run(40);

    let mut restored = network::<R>(99);
    restored.run(7);
    restored.load(&path).unwrap();
    assert_eq!(restored.t(), 40);
    assert_eq!(restored.run(40), expected);
    assert_eq!(restored.to_checkpoint().to_bytes(), original.to_checkpoint().to_bytes());
    // The seed of the noise came along, so the beginning repeats as well.
    restored.reset();
    original.reset();
    assert_eq!(restored.run(40), original.run(40));
}

#[test]
fn a_restored_network_continues_bit_for_bit() {
    continues_identically::<f32>();
    continues_identically::<f64>();
}

#[test]
fn a_damaged_file_is_refused_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("network.safetensors");
    let mut source = network::<f64>(1);
    source.run(20);
    let bytes = source.to_checkpoint().to_bytes();
    let mut victim = network::<f64>(2);
    victim.run(10);
    let before = victim.to_checkpoint();
    let mut refuse = |bytes: &[u8], what: &str| {
        std::fs::write(&path, bytes).unwrap();
        assert!(victim.load(&path).is_err(), "{what}");
        assert_eq!(victim.to_checkpoint(), before, "{what}");
    };
    for i in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[i] ^= 1 << (i % 8);
        refuse(&damaged, &format!("byte {i}"));
    }
    for length in (0..bytes.len()).step_by(31) {
        refuse(&bytes[..length], &format!("cut to {length}"));
    }
    std::fs::write(&path, &bytes).unwrap();
    victim.load(&path).unwrap();
}

#[test]
fn another_network_is_refused() {
    let mut victim = network::<f64>(1);
    let before = victim.to_checkpoint();
    let mut other = Network::<f64>::new();
    let parameters = EulerLifParameters { tau_m: 21.0, ..Default::default() };
    other.add_population(Population::new(EulerLif::new(parameters).unwrap(), 5, 1));
    assert!(matches!(victim.restore(&other.to_checkpoint()), Err(Error::Mismatch { .. })));
    assert!(matches!(other.restore(&before), Err(Error::Mismatch { .. })));
    assert!(matches!(victim.restore(&Checkpoint::new()), Err(Error::Mismatch { .. })));
    let single = network::<f32>(1).to_checkpoint();
    let expected = Error::Mismatch { key: "numbers".into(), expected: "f64".into(), got: "f32".into() };
    assert_eq!(victim.restore(&single), Err(expected));
    assert_eq!(victim.to_checkpoint(), before);
}

#[test]
fn another_stimulus_is_refused() {
    let population = |network: &mut Network<f64>| network.add_spike_source(2);
    let id = population(&mut Network::new());
    let poisson =
        |rate, amplitude, dt, seed| Stimulus::<f64>::poisson(id, rate, amplitude, dt, seed).unwrap();
    assert_eq!(poisson(500.0, 1.5, 0.1, 3), poisson(100.0, 1.5, 0.5, 3), "spikes per step count");
    let timed = |values: [f64; 2]| Stimulus::timed(id, array![values].view()).unwrap();
    let current = |onset, offset, amplitude| Stimulus::step_current(id, onset, offset, amplitude).unwrap();
    let stimuli = [
        poisson(500.0, 1.5, 0.1, 3),
        poisson(501.0, 1.5, 0.1, 3),
        poisson(500.0, 1.6, 0.1, 3),
        poisson(500.0, 1.5, 0.1, 4),
        timed([1.0, 2.0]),
        timed([1.0, 2.5]),
        current(1, 5, 0.5),
        current(2, 5, 0.5),
        current(1, 6, 0.5),
        current(1, 5, 0.6),
    ];
    let networks = || {
        stimuli.iter().map(|stimulus| {
            let mut network = Network::new();
            population(&mut network);
            network.add_stimulus(stimulus.clone()).unwrap();
            network
        })
    };
    for (i, source) in networks().enumerate() {
        for (j, mut victim) in networks().enumerate() {
            assert_eq!(victim.restore(&source.to_checkpoint()).is_ok(), i == j, "{i} {j}");
        }
    }
}

#[test]
fn a_damaged_delay_does_not_ask_for_all_the_memory() {
    let mut network = Network::<f32>::new();
    let (a, b) = (network.add_spike_source(1), network.add_spike_source(1_000_000));
    let weights = Csr::new(1, 1_000_000, vec![0, 0], vec![], vec![]).unwrap();
    network.add_projection(a, b, Projection::new(weights)).unwrap();
    let mut checkpoint = network.to_checkpoint();
    checkpoint.insert("projection.0.delay", &[1], &[65_535_u32]); // 262 GB of currents
    assert!(matches!(network.restore(&checkpoint), Err(Error::Length { .. })));
}

#[test]
fn consistent_bytes_with_inconsistent_contents_are_refused() {
    let mut victim = network::<f64>(1);
    let before = victim.to_checkpoint();
    type Change = fn(&mut Checkpoint);
    let changes: [(&str, Change); 11] = [
        ("time", |c| c.insert("t", &[1], &[u64::MAX])),
        ("steps", |c| c.insert("population.0/noise", &[2], &[1, u64::MAX])),
        ("spikes", |c| c.insert("population.0/spikes", &[2], &[1_u32, 1])),
        ("spikes", |c| c.insert("population.1/spikes", &[1], &[3_u32])),
        ("noise", |c| c.insert("population.0/noise", &[1], &[1_u64])),
        ("membrane", |c| c.insert("population.0.v", &[4], &[0.0; 4])),
        ("indptr", |c| c.insert("projection.0.indptr", &[6], &[0, 0, 0, 0, 0, u64::MAX])),
        ("weights", |c| c.insert("projection.1.weights", &[15], &[f64::NAN; 15])),
        ("delay", |c| c.insert("projection.1.delay", &[1], &[1_u32 << 16])),
        ("pending", |c| c.insert("projection.1.pending", &[1], &[0.0])),
        ("threshold", |c| c.insert("projection.1.weight_threshold", &[1], &[-1.0])),
    ];
    for (what, change) in changes {
        let mut checkpoint = network::<f64>(2).to_checkpoint();
        change(&mut checkpoint);
        assert!(victim.restore(&checkpoint).is_err(), "{what}");
        assert_eq!(victim.to_checkpoint(), before, "{what}");
    }
}
