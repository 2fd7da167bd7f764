//! A defect to order, for the tests of the guard from outside. Not in the header; compiled only with `test-panic`.

use std::panic;

use crate::{guard, handle, o1::synapse::O1Synapse, status::Status};

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("from the destructor of a payload");
    }
}

/// Fails while it holds the synapse, by a panic inside: with a message (0), or with a payload whose destructor panics too (else).
///
/// # Panics
/// Never to the caller, which is the point.
///
/// # Safety
/// `synapse` is NULL or a live handle that no other thread uses meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn al_test_panic(synapse: *mut O1Synapse, kind: i32) -> Status {
    guard::status(|| {
        // SAFETY: what this function asks of its caller.
        unsafe {
            handle::change(synapse, |_| match kind {
                0 => panic!("on purpose"),
                _ => panic::panic_any(PanicsWhenDropped),
            })
        }
    })
}
