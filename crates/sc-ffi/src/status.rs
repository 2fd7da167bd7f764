//! What a call answers.

use std::ffi::{CStr, c_char};

/// How a call went: one of the `AL_STATUS_` numbers, 0 for success.
///
/// A number keeps its meaning for ever; later versions may add others.
pub type Status = i32;

/// The call did what it says.
pub const AL_STATUS_OK: Status = 0;
/// A pointer that must not be NULL was.
pub const AL_STATUS_NULL_POINTER: Status = 1;
/// A number is out of its range, or a pointer is not aligned.
pub const AL_STATUS_INVALID_ARGUMENT: Status = 2;
/// A buffer does not have the length that the handle calls for.
pub const AL_STATUS_LENGTH_MISMATCH: Status = 3;
/// A buffer of the caller is shorter than what should be written to it.
pub const AL_STATUS_BUFFER_TOO_SMALL: Status = 4;
/// There is no memory for a count as large as this.
pub const AL_STATUS_OUT_OF_MEMORY: Status = 5;
/// A saved state is damaged, or belongs to something else.
pub const AL_STATUS_INVALID_STATE: Status = 6;
/// A file could not be read or written.
pub const AL_STATUS_IO: Status = 7;
/// A defect of the library: a panic, stopped at its border. The handle of the call is poisoned.
pub const AL_STATUS_PANIC: Status = 8;
/// An earlier call with this handle ended in a panic. It can be freed, and nothing else.
pub const AL_STATUS_POISONED: Status = 9;

/// A few words on a status, in English. Never NULL, never freed, whatever the number is.
#[unsafe(no_mangle)]
pub extern "C" fn al_status_string(status: i32) -> *const c_char {
    let text: &'static CStr = match status {
        AL_STATUS_OK => c"ok",
        AL_STATUS_NULL_POINTER => c"a pointer is NULL",
        AL_STATUS_INVALID_ARGUMENT => c"an argument is out of its range",
        AL_STATUS_LENGTH_MISMATCH => c"a buffer has the wrong length",
        AL_STATUS_BUFFER_TOO_SMALL => c"a buffer is too small",
        AL_STATUS_OUT_OF_MEMORY => c"out of memory",
        AL_STATUS_INVALID_STATE => c"a saved state cannot be restored",
        AL_STATUS_IO => c"a file could not be read or written",
        AL_STATUS_PANIC => c"a defect of the library was stopped",
        AL_STATUS_POISONED => c"the handle saw a panic and can only be freed",
        _ => c"an unknown status",
    };
    text.as_ptr()
}
