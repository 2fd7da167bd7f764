//! The numbers of a layer that training may change.

use std::ops::RangeInclusive;

use sc_core::Real;

use crate::Error;
use crate::panel::{Aligned, LANES, neurons, panels};

/// One parameter of a layer, shape `[n_rows, n]` with one column per neuron, kept as `[panel][row]`.
#[derive(Debug, Clone)]
pub(crate) struct Tensor<R: Real> {
    pub(crate) name: &'static str,
    pub(crate) n_rows: usize,
    pub(crate) n: usize,
    pub(crate) data: Aligned<R>,
    pub(crate) learnable: bool,
    pub(crate) range: RangeInclusive<f64>,
}

impl<R: Real> Tensor<R> {
    pub(crate) fn new(name: &'static str, n_rows: usize, n: usize) -> Self {
        let data = Aligned::panels_of(panels(n) * n_rows);
        Self { name, n_rows, n, data, learnable: true, range: f64::NEG_INFINITY..=f64::INFINITY }
    }

    /// Where number `k` of the `[n_rows, n]` row-major numbers stands in `data`.
    pub(crate) fn position(&self, k: usize) -> usize {
        let (row, column) = (k / self.n, k % self.n);
        (column / LANES * self.n_rows + row) * LANES + column % LANES
    }

    /// Writes `[n_rows, n]` numbers given row by row.
    pub(crate) fn set(&mut self, numbers: &[R]) -> Result<(), Error> {
        Error::shape("numbers of a parameter", self.n_rows * self.n, numbers.len())?;
        if let Some(position) = numbers.iter().position(|x| !x.is_finite()) {
            return Err(Error::NotFinite { what: self.name, position, value: numbers[position].f64() });
        }
        let (low, high) = self.limits();
        if let Some(x) = numbers.iter().find(|&&x| x < low || x > high) {
            return Err(Error::Parameter { name: self.name, value: x.f64(), expected: "within its range" });
        }
        for (row, numbers) in numbers.chunks(self.n).enumerate() {
            for (panel, numbers) in numbers.chunks(LANES).enumerate() {
                self.data.panels_mut()[panel * self.n_rows + row][..numbers.len()].copy_from_slice(numbers);
            }
        }
        Ok(())
    }

    /// The range, as numbers of this type can say it.
    fn limits(&self) -> (R, R) {
        (R::of(*self.range.start()), R::of(*self.range.end()))
    }

    /// Holds every number to the range.
    pub(crate) fn clamp(&mut self) {
        if self.range != (f64::NEG_INFINITY..=f64::INFINITY) {
            let (low, high) = self.limits();
            let (n_rows, n) = (self.n_rows, self.n);
            for (row, panel) in self.data.panels_mut().iter_mut().enumerate() {
                for x in &mut panel[..neurons(row / n_rows, n).len()] {
                    *x = x.max(low).min(high);
                }
            }
        }
    }
}

/// `[panel][row]` numbers back as `[n_rows, n]`, row by row.
pub(crate) fn by_rows<R: Real>(data: &Aligned<R>, n_rows: usize, n: usize) -> Vec<R> {
    let mut numbers = Vec::with_capacity(n_rows * n);
    for row in 0..n_rows {
        for panel in 0..panels(n) {
            numbers.extend_from_slice(&data.panels()[panel * n_rows + row][..neurons(panel, n).len()]);
        }
    }
    numbers
}
