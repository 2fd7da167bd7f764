//! What all synapses of a reward-modulated rule have in common: the decay of eligibility, dopamine, and what the two
//! have brought so far.

use crate::trace::SILENT;

/// What all synapses have in common. In double precision whatever the weights are, since credit is looked at in
/// differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shared {
    /// In what eligibilities are counted.
    pub(crate) unit: f64,
    /// The integral of `unit (baseline + d)`.
    pub(crate) credit: f64,
    pub(crate) dopamine: f64,
}

impl Shared {
    pub(crate) const START: Self = Self { unit: 1.0, credit: 0.0, dopamine: 0.0 };

    /// The unit is made 1 again when it has fallen to this: early enough for differences of credit to keep 12 digits.
    pub(crate) const SMALLEST_UNIT: f64 = 1e-3;
}

/// One step of time for [`Shared`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    unit_decay: f64,
    dopamine_decay: f64,
    /// The integral over one step of eligibility that is 1 at its beginning, times the baseline.
    baseline: f64,
    /// The same, times dopamine that is 1 at its beginning.
    dopamine: f64,
}

impl Step {
    pub(crate) fn new(tau_eligibility: f64, tau_dopamine: f64, baseline: f64, dt: f64) -> Self {
        let integral = |rate: f64| -(-dt * rate).exp_m1() / rate;
        let rate = 1.0 / tau_eligibility;
        let dopamine_rate = if tau_dopamine > 0.0 { 1.0 / tau_dopamine } else { 0.0 };
        Self {
            unit_decay: (-dt * rate).exp(),
            dopamine_decay: if tau_dopamine > 0.0 { (-dt * dopamine_rate).exp() } else { 0.0 },
            baseline: baseline * integral(rate),
            dopamine: integral(rate + dopamine_rate),
        }
    }

    pub(crate) fn advance(&self, shared: &mut Shared) {
        shared.credit += shared.unit * (self.baseline + self.dopamine * shared.dopamine);
        shared.unit *= self.unit_decay;
        shared.dopamine *= self.dopamine_decay;
        if shared.dopamine.abs() < SILENT {
            shared.dopamine = 0.0;
        }
    }
}
