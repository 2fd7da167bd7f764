//! Learning-rate schedules as pure functions of the step number.
#![forbid(unsafe_code)]
