//! Memory of the caller: where pointers and lengths become slices, and back.

use std::{ptr, slice};

use crate::error::Error;

/// The `len` elements at `pointer`, which are read. NULL with length 0 is an empty slice.
///
/// # Safety
/// `pointer` is NULL, or `len` initialized elements stand there and nobody changes them while the result lives.
pub(crate) unsafe fn elements<'a, T>(
    pointer: *const T,
    len: usize,
    what: &'static str,
) -> Result<&'a [T], Error> {
    if len == 0 {
        return Ok(&[]);
    }
    check(pointer, len, what)?;
    // SAFETY: not NULL, aligned, of a size that exists; the caller of this function promises the rest.
    Ok(unsafe { slice::from_raw_parts(pointer, len) })
}

/// The `len` elements at `pointer`, of which there must be `expected`.
///
/// # Safety
/// As [`elements`].
pub(crate) unsafe fn exactly<'a, T>(
    pointer: *const T,
    len: usize,
    expected: usize,
    what: &'static str,
) -> Result<&'a [T], Error> {
    if len != expected {
        return Err(Error::Length { what, expected, got: len });
    }
    // SAFETY: what `elements` asks for is what this function asks for.
    unsafe { elements(pointer, len, what) }
}

/// Copies `values` to `pointer`, where the caller has room for `len` elements.
///
/// # Safety
/// `pointer` is NULL, or there is room for `len` elements which is not part of `values`.
pub(crate) unsafe fn write_elements<T: Copy>(
    pointer: *mut T,
    len: usize,
    values: &[T],
    what: &'static str,
) -> Result<(), Error> {
    if len < values.len() {
        return Err(Error::TooSmall { what, needed: values.len(), got: len });
    }
    if values.is_empty() {
        return Ok(());
    }
    check(pointer, len, what)?;
    // SAFETY: not NULL, aligned; the caller of this function promises the room and that it is elsewhere.
    unsafe { ptr::copy_nonoverlapping(values.as_ptr(), pointer, values.len()) };
    Ok(())
}

/// Writes `count` values to `pointer`, where the caller has room for `len` elements.
///
/// # Safety
/// `pointer` is NULL, or there is room for `len` elements.
pub(crate) unsafe fn write_each<T>(
    pointer: *mut T,
    len: usize,
    count: usize,
    value: impl Fn(usize) -> T,
    what: &'static str,
) -> Result<(), Error> {
    if len < count {
        return Err(Error::TooSmall { what, needed: count, got: len });
    }
    if count == 0 {
        return Ok(());
    }
    check(pointer, len, what)?;
    for k in 0..count {
        // SAFETY: within the room that the caller of this function promises.
        let place = unsafe { pointer.add(k) };
        // SAFETY: not NULL, aligned, as was checked.
        unsafe { place.write(value(k)) };
    }
    Ok(())
}

/// A copy of the value at `pointer`.
///
/// # Safety
/// `pointer` is NULL, or an initialized value stands there and nobody changes it meanwhile.
pub(crate) unsafe fn value<T: Copy>(pointer: *const T, what: &'static str) -> Result<T, Error> {
    check(pointer, 1, what)?;
    // SAFETY: not NULL, aligned; the caller of this function promises the rest.
    Ok(unsafe { pointer.read() })
}

/// A place for a result, known to be good before the work begins: a result is written all or not at all.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// # Safety
    /// `pointer` is NULL, or there is room for a value as long as the result lives.
    pub(crate) unsafe fn new(pointer: *mut T, what: &'static str) -> Result<Self, Error> {
        check(pointer, 1, what).map(|()| Self(pointer))
    }

    pub(crate) fn write(self, value: T) {
        // SAFETY: checked and promised when it was made.
        unsafe { self.0.write(value) }
    }
}

fn check<T>(pointer: *const T, len: usize, what: &'static str) -> Result<(), Error> {
    if pointer.is_null() {
        return Err(Error::Null { what });
    }
    if !pointer.is_aligned() {
        return Err(Error::Misaligned { what, alignment: align_of::<T>() });
    }
    if len > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(Error::Argument {
            what,
            expected: "a length that fits into memory".into(),
            got: len.to_string(),
        });
    }
    Ok(())
}
