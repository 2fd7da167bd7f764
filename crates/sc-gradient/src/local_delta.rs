//! The reference package's "BPTT" and "TBPTT" under an honest name.

use ndarray::{ArrayView2, Axis, Slice};
use sc_core::{Neuron, Population, Projection, Real};

use crate::Error;

/// An instantaneous delta rule on recorded membranes: what sc-neurocore 3.16.0 calls `BPTTLearner` and
/// `TBPTTLearner`.
///
/// This is not backpropagation through time: no derivative passes from one step to another, and the spikes it
/// learns from do not depend on the weights it changes, so training cannot lower the loss. It is kept to
/// reproduce results obtained with that package; to train a network, use [`Bptt`](crate::Bptt).
///
/// One training step on inputs and targets of `T` steps, with spikes `s` and membranes `v` of one population:
///
/// 1. Reset the population and drive it with the inputs as currents; `v[t]` is recorded *after* the reset of
///    a spike.
/// 2. `delta[t][j] = (s[t][j] - target[t][j]) g(v[t][j])` with `g(v) = 25 / (1 + 25 |v - 1|)^2`, the
///    derivative of a fast sigmoid (F. Zenke & S. Ganguli 2018, <https://doi.org/10.1162/neco_a_01086>)
///    around 1, whatever the threshold of the neuron.
/// 3. For every synapse `i -> j` of every projection:
///    `w = w - (learning_rate / T) sum_t s[t][i] delta[t][j]`.
///
/// With [`windows`](Self::with_window) of `k` steps, 2 and 3 are done for every window on its own, the last
/// of which may be shorter; the membranes go on. The loss is reported, not followed: the step is that of half
/// the squared error.
///
/// # What the reference accepts and this refuses
/// Wherever both run, they agree. A refused call returns an error and changes nothing: not the population,
/// not a weight.
///
/// | call | reference | here |
/// |---|---|---|
/// | targets of width 1 for a wider population | spread over all neurons | [`Error::Shape`] |
/// | inputs wider than the population | cut | [`Error::Shape`] |
/// | no steps, in windows | loss 0 | [`Error::Shape`] |
/// | windows of a negative number of steps | loss 0, nothing done | not expressible; 0 is [`Error::Parameter`] |
/// | targets that are not finite | weights become NaN | [`Error::NotFinite`] |
/// | a projection wider than the population | an exception, after earlier projections were changed | [`Error::Shape`] |
///
/// Targets of other sizes, inputs too narrow or not finite, and no steps without windows are errors in both.
///
/// ```
/// use ndarray::array;
/// use sc_core::{Dense, Lapicque, LapicqueParameters, Population, Projection};
/// use sc_gradient::LocalDelta;
///
/// let mut population = Population::<_, f64>::new(Lapicque::new(LapicqueParameters::default())?, 2, 0);
/// let mut recurrent = Projection::new(Dense::new(2, 2, vec![0.5; 4])?);
/// let inputs = array![[30.0, 0.0], [30.0, 30.0]];
/// let targets = array![[0.0, 0.0], [1.0, 1.0]];
/// let loss = LocalDelta::new(0.1)?.train_step(
///     &mut population,
///     &mut [&mut recurrent],
///     inputs.view(),
///     targets.view(),
///     |spikes, targets| (&spikes - &targets).mapv(|e| e * e).sum() / spikes.len() as f64,
/// )?;
/// assert_eq!(loss, 0.25); // neuron 0 spiked where it should not
/// assert!(recurrent.weights().values()[0] < 0.5);
/// # Ok::<(), sc_gradient::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LocalDelta {
    learning_rate: f64,
    window: Option<usize>,
}

impl LocalDelta {
    /// The rule on whole sequences (the reference's `BPTTLearner`). Its default learning rate there is 1e-3.
    ///
    /// # Errors
    /// [`Error::Parameter`] if the learning rate is not finite and >= 0.
    pub fn new(learning_rate: f64) -> Result<Self, Error> {
        if !(learning_rate.is_finite() && learning_rate >= 0.0) {
            let expected = "finite and >= 0";
            return Err(Error::Parameter { name: "learning_rate", value: learning_rate, expected });
        }
        Ok(Self { learning_rate, window: None })
    }

    /// The rule on windows of `steps` (the reference's `TBPTTLearner`; 50 there by default).
    ///
    /// # Errors
    /// [`Error::Parameter`] if `steps` is 0.
    pub fn with_window(self, steps: usize) -> Result<Self, Error> {
        if steps == 0 {
            return Err(Error::Parameter { name: "window", value: 0.0, expected: "at least one step" });
        }
        Ok(Self { window: Some(steps), ..self })
    }

    /// Trains every projection on one sequence and returns the loss, summed over windows.
    ///
    /// `inputs` (currents) and `targets` (0 or 1) have the shape `[n_steps, n]` of the population; a
    /// projection leads from the population to itself or to a smaller one, whose neurons stand for the first
    /// of the population. Its delay and weight threshold play no part. `loss` takes the spikes (0 or 1) and
    /// targets of a window.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::NotFinite`], see the table above. Nothing has changed then.
    pub fn train_step<R: Real, N: Neuron<R>>(
        &self,
        population: &mut Population<N, R>,
        projections: &mut [&mut Projection<R>],
        inputs: ArrayView2<'_, R>,
        targets: ArrayView2<'_, R>,
        loss: impl Fn(ArrayView2<'_, R>, ArrayView2<'_, R>) -> R,
    ) -> Result<R, Error> {
        check(population.n(), projections, inputs, targets)?;
        population.reset();
        let n_steps = inputs.nrows();
        let window = self.window.unwrap_or(n_steps);
        let mut total = R::ZERO;
        for start in (0..n_steps).step_by(window) {
            let steps = start..n_steps.min(start + window);
            let targets = targets.slice_axis(Axis(0), Slice::from(steps.clone()));
            let mut spikes = ndarray::Array2::from_elem(targets.raw_dim(), R::ZERO);
            let mut gradients: Vec<_> =
                projections.iter().map(|p| vec![R::ZERO; p.weights().n_synapses()]).collect();
            for (t, target) in targets.outer_iter().enumerate() {
                let active = population.step(&inputs.row(start + t).to_vec()).to_vec();
                for &i in &active {
                    spikes[[t, i as usize]] = R::ONE;
                }
                let delta: Vec<R> = std::iter::zip(spikes.row(t), target)
                    .zip(population.voltages())
                    .map(|((&spike, &target), &v)| (spike - target) * surrogate(v, R::ONE))
                    .collect();
                for (projection, gradient) in projections.iter().zip(&mut gradients) {
                    let n_pre = projection.n_pre();
                    let sources = &active[..active.partition_point(|&i| (i as usize) < n_pre)];
                    projection.weights().for_each_active(sources, |k, j, _| gradient[k] += delta[j]);
                }
            }
            total += loss(spikes.view(), targets);
            let rate = R::of(self.learning_rate) / R::of(steps.len() as f64);
            for (projection, gradient) in projections.iter_mut().zip(gradients) {
                for (w, g) in projection.weights_mut().iter_mut().zip(gradient) {
                    *w -= rate * g;
                }
            }
        }
        Ok(total)
    }
}

/// The derivative of the fast sigmoid of slope 25 at membrane `v`.
fn surrogate<R: Real>(v: R, threshold: R) -> R {
    let slope = R::of(25.0);
    let root = R::ONE + slope * (v - threshold).abs();
    slope / (root * root)
}

/// Everything that could go wrong later.
fn check<R: Real>(
    n: usize,
    projections: &[&mut Projection<R>],
    inputs: ArrayView2<'_, R>,
    targets: ArrayView2<'_, R>,
) -> Result<(), Error> {
    let shape = |what, expected, got| {
        if got == expected { Ok(()) } else { Err(Error::Shape { what, expected, got }) }
    };
    shape("columns of inputs", n, inputs.ncols())?;
    shape("columns of targets", n, targets.ncols())?;
    shape("rows of targets", inputs.nrows(), targets.nrows())?;
    if inputs.nrows() == 0 {
        return Err(Error::Shape { what: "rows of inputs", expected: 1, got: 0 });
    }
    for (what, array) in [("inputs", inputs), ("targets", targets)] {
        if let Some(position) = array.iter().position(|x| !x.is_finite()) {
            let value = array.iter().nth(position).map_or(f64::NAN, |x| x.f64());
            return Err(Error::NotFinite { what, position, value });
        }
    }
    for projection in projections {
        shape("rows of a projection", projection.n_pre().min(n), projection.n_pre())?;
        shape("columns of a projection", projection.n_post().min(n), projection.n_post())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// A number, or one of the names JSON has no number for.
    fn number(value: &Value) -> f64 {
        value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
    }

    #[test]
    fn the_surrogate_is_the_recorded_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/surrogate.json");
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut n = 0;
        for case in file["cases"].as_array().unwrap() {
            let threshold = number(&case["threshold"]);
            for (v, expected) in case["v"].as_array().unwrap().iter().zip(case["grad"].as_array().unwrap()) {
                let (g, expected) = (surrogate(number(v), threshold), number(expected));
                let agree = (g - expected).abs() <= 1e-12 * expected || (g.is_nan() && expected.is_nan());
                assert!(agree, "g({v}) = {g}, expected {expected}");
                n += 1;
            }
        }
        assert!(n > 200);
    }

    #[test]
    fn the_surrogate_in_two_famous_places() {
        assert!((surrogate(1.0_f64, 1.0) - 25.0).abs() < 1e-15);
        assert!((surrogate(0.0_f64, 1.0) - 25.0 / 676.0).abs() < 1e-15);
    }

    #[test]
    fn parameters_are_checked() {
        for rate in [-0.1, f64::NAN, f64::INFINITY] {
            assert!(LocalDelta::new(rate).is_err());
        }
        assert!(LocalDelta::new(0.0).unwrap().with_window(0).is_err());
    }
}
