//! The 34 functions of the reference package's native library, by their names, types and meanings.
//!
//! They have neither lengths nor statuses, and that cannot be mended behind the same names: what they are given must be as
//! long as the handle says. What can be mended is: NULL is a no-op, `false`, 0 or NULL; a count without memory is NULL;
//! numbers that are not finite, and files and buffers that are damaged, change nothing; nothing is printed. The reason of
//! a refusal is in `al_last_error_message`.

pub mod layer;
pub mod learner;
pub mod online_o1;
pub mod rule;
pub mod wgpu;

/// A C `bool` in somebody else's memory. Rust's own must be 0 or 1; this one may be anything, and is true if not 0.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
pub struct ForeignBool(u8);

impl ForeignBool {
    fn is_set(self) -> bool {
        self.0 != 0
    }
}
