//! Values that a caller holds by an opaque pointer.
//!
//! A handle is *taken* for the time of a call that changes it. A panic in between never gives it back, and from then on
//! every call but `_free` refuses it: what is inside may be half changed.

use crate::error::Error;

/// What every handle contains.
#[derive(Debug)]
pub(crate) struct Guarded<T> {
    poisoned: bool,
    value: T,
}

/// A type that C knows only by its pointer.
pub(crate) trait Handle: Sized {
    type Value;
    fn wrap(guarded: Guarded<Self::Value>) -> Self;
    fn guarded(&self) -> &Guarded<Self::Value>;
    fn guarded_mut(&mut self) -> &mut Guarded<Self::Value>;
}

/// `handle!(Name, Value)` makes `struct Name(Guarded<Value>)` a [`Handle`]. The struct itself is written out beside it:
/// the header generator does not look into macros.
macro_rules! handle {
    ($name:ident, $value:ty) => {
        impl $crate::handle::Handle for $name {
            type Value = $value;

            fn wrap(guarded: $crate::handle::Guarded<$value>) -> Self {
                Self(guarded)
            }

            fn guarded(&self) -> &$crate::handle::Guarded<$value> {
                &self.0
            }

            fn guarded_mut(&mut self) -> &mut $crate::handle::Guarded<$value> {
                &mut self.0
            }
        }
    };
}
pub(crate) use handle;

/// A new handle, for the caller to keep.
pub(crate) fn new<H: Handle>(value: H::Value) -> *mut H {
    Box::into_raw(Box::new(H::wrap(Guarded { poisoned: false, value })))
}

/// Read what is behind a handle.
///
/// # Safety
/// `handle` is NULL, or came from [`new`] and was not freed; no other thread changes it meanwhile.
pub(crate) unsafe fn read<H: Handle, R>(
    handle: *const H,
    body: impl FnOnce(&H::Value) -> Result<R, Error>,
) -> Result<R, Error> {
    // SAFETY: NULL, or a live handle that nobody changes, as the caller of this function promises.
    let handle = unsafe { handle.as_ref() }.ok_or(Error::Null { what: "the handle" })?;
    let guarded = handle.guarded();
    if guarded.poisoned {
        return Err(Error::Poisoned);
    }
    body(&guarded.value)
}

/// Change what is behind a handle; a panic on the way poisons it.
///
/// # Safety
/// `handle` is NULL, or came from [`new`] and was not freed; no other thread uses it meanwhile.
pub(crate) unsafe fn change<H: Handle, R>(
    handle: *mut H,
    body: impl FnOnce(&mut H::Value) -> Result<R, Error>,
) -> Result<R, Error> {
    // SAFETY: NULL, or a live handle that nobody else uses, as the caller of this function promises.
    let handle = unsafe { handle.as_mut() }.ok_or(Error::Null { what: "the handle" })?;
    let guarded = handle.guarded_mut();
    if guarded.poisoned {
        return Err(Error::Poisoned);
    }
    guarded.poisoned = true;
    let result = body(&mut guarded.value);
    guarded.poisoned = false;
    result
}

/// Free a handle, poisoned or not; NULL is nothing to free.
///
/// # Safety
/// `handle` is NULL, or came from [`new`] and was not freed; nobody uses it any more.
pub(crate) unsafe fn free<H: Handle>(handle: *mut H) {
    if !handle.is_null() {
        // SAFETY: it came from `Box::into_raw` in `new`, and this is the only time it goes back.
        drop(unsafe { Box::from_raw(handle) });
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::{
        guard,
        status::{AL_STATUS_NULL_POINTER, AL_STATUS_OK, AL_STATUS_PANIC, AL_STATUS_POISONED},
    };

    struct Number(Guarded<i32>);
    handle!(Number, i32);

    fn increment(handle: *mut Number) -> i32 {
        guard::status(|| {
            // SAFETY: the tests pass NULL or a live handle, from one thread.
            unsafe {
                change(handle, |number| {
                    *number += 1;
                    Ok(())
                })
            }
        })
    }

    #[test]
    fn a_panic_poisons_and_an_error_does_not() {
        let handle: *mut Number = new(1);
        // SAFETY: a live handle, one thread.
        let refused =
            guard::status(|| unsafe { change(handle, |_| Err::<(), _>(Error::Null { what: "x" })) });
        assert_eq!(refused, AL_STATUS_NULL_POINTER);
        assert_eq!(increment(handle), AL_STATUS_OK);
        // SAFETY: a live handle, one thread.
        let panicked = guard::status(|| unsafe { change(handle, |_| panic!("half way")) });
        assert_eq!(panicked, AL_STATUS_PANIC);
        assert_eq!(increment(handle), AL_STATUS_POISONED);
        // SAFETY: a live handle, one thread.
        let reading = guard::status(|| unsafe { read(handle, |_| Ok(())) });
        assert_eq!(reading, AL_STATUS_POISONED);
        // SAFETY: a live handle that is not used afterwards.
        unsafe { free(handle) };
    }

    #[test]
    fn null_is_refused_and_freed() {
        assert_eq!(increment(ptr::null_mut()), AL_STATUS_NULL_POINTER);
        // SAFETY: NULL is allowed.
        unsafe { free::<Number>(ptr::null_mut()) };
    }
}
