//! Why a call failed, and the message that stays behind for the caller's thread.

use std::{
    cell::RefCell,
    ffi::{CString, c_char},
};

use sc_online_o1::BankError;

use crate::status::{self, Status};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{what} is NULL")]
    Null { what: &'static str },
    #[error("{what} is not aligned to {alignment} bytes")]
    Misaligned { what: &'static str, alignment: usize },
    #[error("{what} must be {expected}, got {got}")]
    Argument { what: &'static str, expected: String, got: String },
    #[error("{what} must have {expected} elements, got {got}")]
    Length { what: &'static str, expected: usize, got: usize },
    #[error("{what} has room for {got} elements, {needed} are needed")]
    TooSmall { what: &'static str, needed: usize, got: usize },
    #[error("no memory for {what} of {count} elements")]
    Memory { what: &'static str, count: usize },
    #[error("{0}")]
    O1Config(sc_online_o1::ConfigError),
    #[error("{0}")]
    O1State(sc_online_o1::StateError),
    #[error("states[{index}].{trace} is {got}, another synapse of the same neuron has {expected}")]
    O1Neuron { trace: &'static str, index: usize, expected: u32, got: u32 },
    #[error("{0}")]
    O1Bank(BankError),
    #[error("{0}")]
    Layer(#[from] sc_plasticity::Error),
    #[error("this build has no {what}")]
    Unavailable { what: &'static str },
    #[error("a defect of the library: {message}")]
    Panic { message: String },
    #[error("an earlier call with this handle ended in a panic; it can only be freed")]
    Poisoned,
}

impl Error {
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Null { .. } => status::AL_STATUS_NULL_POINTER,
            Self::Misaligned { .. }
            | Self::Argument { .. }
            | Self::O1Config(_)
            | Self::Unavailable { .. } => status::AL_STATUS_INVALID_ARGUMENT,
            Self::Length { .. } => status::AL_STATUS_LENGTH_MISMATCH,
            Self::TooSmall { .. } => status::AL_STATUS_BUFFER_TOO_SMALL,
            Self::Memory { .. } => status::AL_STATUS_OUT_OF_MEMORY,
            Self::O1State(_) | Self::O1Neuron { .. } => status::AL_STATUS_INVALID_STATE,
            Self::O1Bank(BankError::Length { .. }) => status::AL_STATUS_LENGTH_MISMATCH,
            Self::O1Bank(BankError::State { .. }) => status::AL_STATUS_INVALID_STATE,
            Self::O1Bank(_) | Self::Layer(_) => status::AL_STATUS_INVALID_ARGUMENT,
            Self::Panic { .. } => status::AL_STATUS_PANIC,
            Self::Poisoned => status::AL_STATUS_POISONED,
        }
    }
}

impl From<sc_online_o1::ConfigError> for Error {
    fn from(error: sc_online_o1::ConfigError) -> Self {
        Self::O1Config(error)
    }
}

impl From<BankError> for Error {
    fn from(error: BankError) -> Self {
        Self::O1Bank(error)
    }
}

impl From<sc_online_o1::StateError> for Error {
    fn from(error: sc_online_o1::StateError) -> Self {
        Self::O1State(error)
    }
}

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

/// Keep the message for [`al_last_error_message`].
pub(crate) fn remember(error: &Error) {
    // The text of a panic may hold a zero byte, where C would stop reading.
    let text = CString::new(error.to_string().replace('\0', "?")).unwrap_or_default();
    // A thread that is shutting down has no message any more.
    let _ = LAST.try_with(|last| last.replace(text));
}

/// What the latest failed call on this thread had to say: one line in English, with the numbers. Empty before the first.
///
/// Never NULL. Valid until the next call of this library on the same thread; copy it to keep it. Calls that succeed do not
/// clear it: look at the status first. A function of the bridge, which has no status, leaves its reason here too.
#[unsafe(no_mangle)]
pub extern "C" fn al_last_error_message() -> *const c_char {
    LAST.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}
