//! Populations of both reference models, spike by spike and membrane by membrane.

use sc_core::{Neuron, Population};
use serde_json::Value;

use crate::golden::{Neurons, active, assert_close, cases, neuron, numbers};

#[test]
fn every_step_of_every_population_agrees() {
    let cases = cases("population_steps");
    assert_eq!(cases.len(), 15);
    for (number, case) in cases.iter().enumerate() {
        match neuron(&case["population"]["model"], &case["population"]["params"]).unwrap() {
            Neurons::Lapicque(neuron) => follow(neuron, case, number),
            Neurons::EulerLif(neuron) => follow(neuron, case, number),
        }
    }
}

fn follow<N: Neuron<f64>>(neuron: N, case: &Value, number: usize) {
    let n = case["population"]["n"].as_u64().unwrap() as usize;
    let mut population = Population::new(neuron, n, 0);
    if case["spike_gating"] == true {
        population = population.with_spike_gating();
    }
    assert_close(population.voltages(), &numbers(&case["v_initial"]), "initial");
    for (t, currents) in case["currents"].as_array().unwrap().iter().enumerate() {
        let spikes = population.try_step(&numbers(currents)).unwrap();
        assert_eq!(spikes, active(&case["spikes"][t]), "case {number}, step {t}");
        assert_close(
            population.voltages(),
            &numbers(&case["voltages"][t]),
            &format!("case {number}, step {t}"),
        );
    }
    population.reset();
    assert_close(population.voltages(), &numbers(&case["v_after_reset"]), "after reset");
}

#[test]
fn the_same_parameters_are_refused() {
    let cases = cases("population_ctor");
    assert_eq!(cases.len(), 9);
    for case in cases {
        let result = neuron(&case["model"], &case["params"]);
        assert_eq!(result.is_err(), !case["error"].is_null(), "{case}");
    }
}
