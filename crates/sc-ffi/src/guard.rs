//! The one border that every call crosses: no panic leaves, every failure becomes a status and a message.
//!
//! ```text
//! export -> guard -> handle (taken: poisoned until given back) -> the library's own, safe code
//! ```

use std::{
    any::Any,
    mem,
    panic::{self, AssertUnwindSafe},
};

use crate::{
    error::{self, Error},
    status::{AL_STATUS_OK, Status},
};

/// The body of an export that answers with a status.
pub(crate) fn status(body: impl FnOnce() -> Result<(), Error>) -> Status {
    match catch(body) {
        Ok(()) => AL_STATUS_OK,
        Err(failure) => {
            error::remember(&failure);
            failure.status()
        }
    }
}

/// The body of an export that has no status: on failure it answers `fallback`.
pub(crate) fn or<T>(fallback: T, body: impl FnOnce() -> Result<T, Error>) -> T {
    catch(body).unwrap_or_else(|failure| {
        error::remember(&failure);
        fallback
    })
}

fn catch<T>(body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    silence();
    // Unwind safe: what a panic leaves half done is inside a handle, and that handle stays poisoned.
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        let message = text(payload.as_ref());
        discard(payload);
        Err(Error::Panic { message })
    })
}

/// Drops what a panic carried. The destructor may panic as well, with a payload that has one, and so on: the last is given up.
fn discard(mut payload: Box<dyn Any + Send>) {
    for _ in 0..4 {
        match panic::catch_unwind(AssertUnwindSafe(move || drop(payload))) {
            Ok(()) => return,
            Err(next) => payload = next,
        }
    }
    mem::forget(payload);
}

/// What the panic said.
fn text(payload: &(dyn Any + Send)) -> String {
    let literal = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    literal.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}

/// A library does not print: the message goes to the caller instead. The hook belongs to this library's own copy of the
/// standard library; no other Rust code in the process sees it.
fn silence() {
    // In the crate's own tests the hook is what shows why one failed.
    #[cfg(not(test))]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| panic::set_hook(Box::new(|_| {})));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{AL_STATUS_NULL_POINTER, AL_STATUS_PANIC};

    struct PanicsWhenDropped;

    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("from the destructor of a payload");
        }
    }

    #[test]
    fn a_panic_is_a_status_whatever_it_carries() {
        assert_eq!(status(|| panic!("a literal")), AL_STATUS_PANIC);
        assert_eq!(status(|| panic!("a number: {}", 3)), AL_STATUS_PANIC);
        assert_eq!(status(|| panic::panic_any(5)), AL_STATUS_PANIC);
        assert_eq!(status(|| panic::panic_any(PanicsWhenDropped)), AL_STATUS_PANIC);
        assert_eq!(or(7, || panic!("no status")), 7);
    }

    #[test]
    fn what_the_body_answers_passes() {
        assert_eq!(status(|| Ok(())), AL_STATUS_OK);
        assert_eq!(status(|| Err(Error::Null { what: "x" })), AL_STATUS_NULL_POINTER);
        assert_eq!(or(7, || Ok(8)), 8);
        assert_eq!(or(7, || Err(Error::Poisoned)), 7);
    }
}
