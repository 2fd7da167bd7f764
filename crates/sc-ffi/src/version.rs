//! Which version of the library is loaded; the header has the same numbers as macros.

use std::ffi::{CStr, c_char};

/// The version of the loaded library, "major.minor.patch". Static.
///
/// Compare it with `AL_VERSION_STRING` of the header to find out that the two do not belong together.
#[unsafe(no_mangle)]
pub extern "C" fn al_version_string() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => panic!("a version has no zero byte inside"),
        };
    VERSION.as_ptr()
}

/// The major version of the loaded library.
#[unsafe(no_mangle)]
pub extern "C" fn al_version_major() -> u32 {
    const { number(env!("CARGO_PKG_VERSION_MAJOR")) }
}

/// The minor version of the loaded library.
#[unsafe(no_mangle)]
pub extern "C" fn al_version_minor() -> u32 {
    const { number(env!("CARGO_PKG_VERSION_MINOR")) }
}

/// The patch version of the loaded library.
#[unsafe(no_mangle)]
pub extern "C" fn al_version_patch() -> u32 {
    const { number(env!("CARGO_PKG_VERSION_PATCH")) }
}

const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("cargo allows only digits here"),
    }
}
