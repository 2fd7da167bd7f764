//! Spikes on their way.

use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};

use crate::weights::check_length;
use crate::{Error, Real};

/// How long spikes of a projection travel, in whole time steps.
///
/// The transmission of a [`Network`](crate::Network) takes one step anyway; a delay comes on top of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delay {
    /// All synapses alike `[steps]`; 0 is no delay.
    Uniform(u16),
    /// One for every synapse, in the order of the weights' `values()` `[steps]`.
    PerSynapse(Vec<u16>),
}

impl Delay {
    /// A delay in steps of `dt` `[ms]` from one in ms.
    ///
    /// ```
    /// use sc_core::Delay;
    /// assert_eq!(Delay::steps(1.5, 0.1), Ok(15));
    /// assert!(Delay::steps(1.55, 0.1).is_err());
    /// assert!(Delay::steps(-1.0, 0.1).is_err());
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`] if `delay` is not a whole number of steps (to one part in a million) in
    /// `0..=65535`, or if `dt` is not finite and > 0. The reference package rounds halves to even, takes 0.4
    /// and -3 for one step and negative delays of single synapses for none; here nothing is rounded silently.
    pub fn steps(delay: f64, dt: f64) -> Result<u16, Error> {
        if !(dt.is_finite() && dt > 0.0) {
            return Err(Error::Parameter { name: "dt", value: dt, expected: "finite and > 0" });
        }
        let steps = (delay / dt).round();
        let whole = (delay / dt - steps).abs() <= 1e-6 * steps.abs().max(1e-6);
        if whole && (0.0..=f64::from(u16::MAX)).contains(&steps) {
            return Ok(steps as u16);
        }
        Err(Error::Parameter {
            name: "delay",
            value: delay,
            expected: "a whole number of steps in 0..=65535",
        })
    }

    /// The longest delay `[steps]`.
    #[must_use]
    pub fn longest(&self) -> u16 {
        match self {
            Self::Uniform(steps) => *steps,
            Self::PerSynapse(steps) => steps.iter().copied().max().unwrap_or(0),
        }
    }

    /// The shortest delay `[steps]`, if there is any.
    #[must_use]
    pub fn shortest(&self) -> Option<u16> {
        match self {
            Self::Uniform(steps) => Some(*steps),
            Self::PerSynapse(steps) => steps.iter().copied().min(),
        }
    }

    pub(crate) fn check(&self, n_synapses: usize) -> Result<(), Error> {
        match self {
            Self::Uniform(_) => Ok(()),
            Self::PerSynapse(steps) => check_length("delays", n_synapses, steps.len()),
        }
    }
}

/// Currents that will arrive in later steps: a ring of one current vector per step to come.
///
/// A spike is written into the slot of the step in which it arrives, so the work follows the spikes and not
/// the length of the delay.
#[derive(Debug, Clone)]
pub(crate) struct DelayLine<R: Real> {
    /// `n_slots` vectors of `width` currents; slot `(now + d) % n_slots` arrives in `d` steps.
    slots: Vec<R>,
    n_slots: usize,
    width: usize,
    now: usize,
}

/// The same is on its way, wherever in the ring it lies.
impl<R: Real> PartialEq for DelayLine<R> {
    fn eq(&self, other: &Self) -> bool {
        (self.n_slots, self.width) == (other.n_slots, other.width)
            && self.in_order().into_iter().flatten().eq(other.in_order().into_iter().flatten())
    }
}

impl<R: Real> DelayLine<R> {
    /// An empty line for delays up to `longest`.
    pub(crate) fn new(longest: u16, width: usize) -> Self {
        let n_slots = usize::from(longest) + 1;
        let length = n_slots.checked_mul(width).expect("a ring that fits into memory");
        Self { slots: vec![R::ZERO; length], n_slots, width, now: 0 }
    }

    /// The currents that arrive `delay` steps from now.
    #[inline]
    pub(crate) fn arriving_in(&mut self, delay: u16) -> &mut [R] {
        let ahead = self.now + usize::from(delay);
        // A delay is shorter than the ring: once around at most.
        let slot = if ahead < self.n_slots { ahead } else { ahead - self.n_slots };
        &mut self.slots[slot * self.width..][..self.width]
    }

    /// Hands over what arrives now and moves on by one step.
    pub(crate) fn deliver(&mut self, currents: &mut [R]) {
        Arch::new().dispatch(Deliver { arriving: self.arriving_in(0), currents });
        self.now = (self.now + 1) % self.n_slots;
    }

    /// What arrives at the targets `columns` alone, to which the delays are up to `longest`.
    pub(crate) fn columns(&self, columns: Range<usize>, longest: u16) -> Self {
        let (pending, n_slots) = (self.pending(), usize::from(longest) + 1);
        let slots =
            (0..n_slots).flat_map(|slot| &pending[slot * self.width..][columns.clone()]).copied().collect();
        Self { slots, n_slots, width: columns.len(), now: 0 }
    }

    /// What [`columns`](Self::columns) of all targets gave: lines side by side, of which the longest counts.
    pub(crate) fn from_columns(shares: &[&Self]) -> Self {
        let n_slots = shares.iter().map(|share| share.n_slots).max().unwrap_or(1);
        let width = shares.iter().map(|share| share.width).sum();
        let pending: Vec<_> = shares.iter().map(|share| (share.pending(), share.width)).collect();
        let mut slots = Vec::with_capacity(n_slots * width);
        for slot in 0..n_slots {
            for (pending, width) in &pending {
                let arriving = pending.get(slot * width..(slot + 1) * width);
                slots.extend_from_slice(arriving.unwrap_or(&vec![R::ZERO; *width]));
            }
        }
        Self { slots, n_slots, width, now: 0 }
    }

    pub(crate) fn clear(&mut self) {
        self.slots.fill(R::ZERO);
        self.now = 0;
    }

    /// What is on its way, the next arrival first; shape `[n_slots, width]`.
    pub(crate) fn pending(&self) -> Vec<R> {
        self.in_order().concat()
    }

    /// The next arrival first.
    fn in_order(&self) -> [&[R]; 2] {
        let (later, sooner) = self.slots.split_at(self.now * self.width);
        [sooner, later]
    }

    /// Puts back what [`pending`](Self::pending) gave.
    pub(crate) fn set_pending(&mut self, pending: Vec<R>) -> Result<(), Error> {
        check_length("pending currents", self.slots.len(), pending.len())?;
        self.slots = pending;
        self.now = 0;
        Ok(())
    }
}

/// Moves what arrives to the currents; a struct and no closure, so that it is compiled for the instruction set at
/// hand.
struct Deliver<'a, R> {
    arriving: &'a mut [R],
    currents: &'a mut [R],
}

impl<R: Real> NullaryFnOnce for Deliver<'_, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (current, arriving) in self.currents.iter_mut().zip(self.arriving) {
            *current += *arriving;
            *arriving = R::ZERO;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_steps_are_delays() {
        assert_eq!(Delay::steps(0.0, 0.5), Ok(0));
        assert_eq!(Delay::steps(0.3, 0.1), Ok(3)); // 0.3 / 0.1 is just below 3
        assert_eq!(Delay::steps(65_535.0, 1.0), Ok(u16::MAX));
        for (delay, dt) in [
            (0.4, 1.0),
            (2.5, 1.0),
            (-3.0, 1.0),
            (65_536.0, 1.0),
            (f64::NAN, 1.0),
            (f64::INFINITY, 1.0),
            (1.0, 0.0),
            (1.0, f64::NAN),
        ] {
            assert!(Delay::steps(delay, dt).is_err(), "{delay} {dt}");
        }
    }

    #[test]
    fn what_is_pending_can_be_moved_to_another_line() {
        let mut line = DelayLine::<f64>::new(2, 2);
        line.arriving_in(2)[0] = 3.0;
        line.deliver(&mut [0.0; 2]);
        line.arriving_in(2)[1] = 5.0;
        let mut other = DelayLine::new(2, 2);
        other.set_pending(line.pending()).unwrap();
        assert!(other.set_pending(vec![0.0; 5]).is_err());
        for line in [&mut line, &mut other] {
            let arrived: Vec<[f64; 2]> = (0..4)
                .map(|_| {
                    let mut currents = [0.0; 2];
                    line.deliver(&mut currents);
                    currents
                })
                .collect();
            assert_eq!(arrived, [[0.0, 0.0], [3.0, 0.0], [0.0, 5.0], [0.0, 0.0]]);
        }
    }
}
