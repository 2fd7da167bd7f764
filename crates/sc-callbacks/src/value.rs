//! What a metric can be, and how it reads as text.

use std::{fmt, str::FromStr};

/// One measured value.
///
/// It is made by `into()` from any float, integer, `bool` or `&str`. Its text, which [`Csv`](crate::Csv) writes, is what
/// Python's `str` gives: floats in the fewest digits that read back as the same number, with an exponent from `1e+16`
/// on and below `0.0001`; `nan`, `inf`, `-0.0`; `True` and `False`.
///
/// ```
/// use sc_callbacks::Value;
///
/// let text = |value: Value<'_>| value.to_string();
/// assert_eq!(text(3.0.into()), "3.0");
/// assert_eq!(text(0.00001.into()), "1e-05");
/// assert_eq!(text(0.1f32.into()), "0.1");
/// assert_eq!(text(f64::from(0.1f32).into()), "0.10000000149011612");
/// assert_eq!(text(7.into()), "7");
/// assert_eq!(text(true.into()), "True");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A number in double precision.
    F64(f64),
    /// A number in single precision, kept apart because its shortest text is shorter.
    F32(f32),
    /// An integer; every primitive type but `u128` fits.
    Int(i128),
    /// A flag.
    Bool(bool),
    /// Text: a phase, a file name, a remark.
    Text(&'a str),
}

impl Value<'_> {
    /// The value as a number: integers to the nearest `f64`, flags as 0 and 1, text not at all.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::F64(x) => Some(x),
            Self::F32(x) => Some(f64::from(x)),
            Self::Int(n) => Some(n as f64),
            Self::Bool(flag) => Some(f64::from(u8::from(flag))),
            Self::Text(_) => None,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::F64(x) if x.is_finite() => f.write_str(&shortest(x)),
            Self::F32(x) if x.is_finite() => f.write_str(&shortest(x)),
            Self::F64(x) => f.write_str(not_finite(x)),
            Self::F32(x) => f.write_str(not_finite(f64::from(x))),
            Self::Int(n) => write!(f, "{n}"),
            Self::Bool(flag) => f.write_str(if flag { "True" } else { "False" }),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The name of a number that digits cannot write. Rust's and Python's float parsers read it back.
fn not_finite(x: f64) -> &'static str {
    match x {
        f64::INFINITY => "inf",
        f64::NEG_INFINITY => "-inf",
        _ => "nan",
    }
}

/// A finite float the way Python's `repr` writes it.
fn shortest<F: fmt::Display + fmt::LowerExp + FromStr + PartialEq>(x: F) -> String {
    // `{:e}` has the fewest digits that read back equal: "-1.25e-7", and "0e0" for zero.
    let scientific = format!("{x:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let n_decimals = digits.trim_start_matches('-').len().saturating_sub(2);
    let exponent: i32 = exponent.parse().unwrap_or(0);

    // Where x lies half way between two such texts, `{:e}` and `{}` take the upper one and Python the even one, as
    // formatting with a precision does. That may be another number just above a power of two, where floats lie closer.
    let even = |rounded: String, upper: String| {
        if rounded.parse().is_ok_and(|read: F| read == x) { rounded } else { upper }
    };
    if !(-4..16).contains(&exponent) {
        let text = even(format!("{x:.n_decimals$e}"), scientific);
        let digits = text.split('e').next().unwrap_or_default();
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.unsigned_abs());
    }
    match usize::try_from(n_decimals as i32 - exponent) {
        Ok(n_decimals) if n_decimals > 0 => even(format!("{x:.n_decimals$}"), x.to_string()),
        _ => format!("{x}.0"),
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

macro_rules! value_from {
    ($($variant:ident: $($type:ty),+;)+) => {$($(
        impl From<$type> for Value<'_> {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )+)+};
}

value_from! {
    F64: f64;
    F32: f32;
    Int: i8, i16, i32, i64, i128, u8, u16, u32, u64;
    Bool: bool;
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Int(count as i128)
    }
}
