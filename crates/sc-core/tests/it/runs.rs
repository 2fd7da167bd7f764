//! Whole networks: stimuli, transmission delays and recurrence together.

use ndarray::Array2;
use sc_core::{Network, Projection, Stimulus};

use crate::golden::{assert_close, cases, delay, integers, lapicque_population, numbers, weights};

#[test]
fn every_spike_of_every_run_agrees() {
    let cases = cases("network_run");
    assert_eq!(cases.len(), 4);
    for (number, case) in cases.iter().enumerate() {
        let mut network = Network::<f64>::new();
        let list = |name: &str| case[name].as_array().unwrap();
        let ids: Vec<_> =
            list("populations").iter().map(|p| network.add_population(lapicque_population(p))).collect();
        for projection in list("projections") {
            let id = |name: &str| ids[projection[name].as_u64().unwrap() as usize];
            let (source, target) = (id("source"), id("target"));
            let built = Projection::new(weights(projection, network.n(source), network.n(target)))
                .with_delay(delay(&projection["delay"]))
                .unwrap();
            network.add_projection(source, target, built).unwrap();
        }
        let step = &case["step_current"];
        let integer = |name: &str| step[name].as_u64().unwrap();
        let target = ids[integer("target") as usize];
        let amplitude = step["amplitude"].as_f64().unwrap();
        let stimulus = Stimulus::step_current(target, integer("onset"), integer("offset"), amplitude);
        network.add_stimulus(stimulus.unwrap()).unwrap();
        let timed = &case["timed_array"];
        let values = numbers(&timed["values"]);
        let values = Array2::from_shape_vec((values.len(), 1), values).unwrap();
        let target = ids[timed["target"].as_u64().unwrap() as usize];
        network.add_stimulus(Stimulus::timed(target, values.view()).unwrap()).unwrap();

        for repetition in 0..2 {
            let spikes = network.run(case["n_steps"].as_u64().unwrap() as usize);
            for id in &ids {
                let trains = case["spike_trains"][id.index()].as_object().unwrap();
                for i in 0..network.n(*id) {
                    let expected = trains.get(&i.to_string()).map(integers).unwrap_or_default();
                    assert_eq!(
                        spikes[id.index()].times(i),
                        expected,
                        "case {number}, run {repetition}, neuron {i}"
                    );
                }
                let expected = numbers(&case["voltages"][id.index()]);
                assert_close(network.voltages(*id), &expected, &format!("case {number}"));
            }
            network.reset();
        }
    }
}
