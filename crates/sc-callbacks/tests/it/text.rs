//! Floats as Python writes them.
#![allow(clippy::excessive_precision, reason = "the digits that are dropped are the point")]

use proptest::prelude::*;
use sc_callbacks::Value;

fn text(x: f64) -> String {
    Value::F64(x).to_string()
}

#[test]
fn the_exponent_comes_where_python_has_it() {
    // As printed by CPython 3.11's `repr`.
    for (x, repr) in [
        (0.0001, "0.0001"),
        (0.00012345, "0.00012345"),
        (9.999999999999999e-5, "9.999999999999999e-05"),
        (1e-10, "1e-10"),
        (1.5e-100, "1.5e-100"),
        (9007199254740993.0, "9007199254740992.0"),
        (9999999999999998.0, "9999999999999998.0"),
        (1e16, "1e+16"),
        (12345678901234567.0, "1.2345678901234568e+16"),
        (1e100, "1e+100"),
        (-2.5, "-2.5"),
        // Half way between ...062 and ...063.
        (22103601708933.0625, "22103601708933.062"),
        (-1629508379876645.25, "-1629508379876645.2"),
        // 2^-44: the nearest text of 16 digits, ...801, is another number.
        (5.684341886080802e-14, "5.684341886080802e-14"),
        (-1e300, "-1e+300"),
        (-0.0, "-0.0"),
        (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
        (f64::MAX, "1.7976931348623157e+308"),
    ] {
        assert_eq!(text(x), repr);
    }
    assert_eq!(
        [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(text),
        ["nan", "nan", "inf", "-inf"]
    );
    // Single precision, as numpy's scalars print.
    assert_eq!(
        [0.1, 16777216.0, 1e-5, f32::NEG_INFINITY].map(|x| Value::F32(x).to_string()),
        ["0.1", "16777216.0", "1e-05", "-inf"]
    );
}

#[test]
fn numbers_of_any_kind_have_a_float() {
    assert_eq!(Value::from(0.1f32).as_f64(), Some(f64::from(0.1f32)));
    assert_eq!(Value::from(3usize).as_f64(), Some(3.0));
    assert_eq!(Value::from(true).as_f64(), Some(1.0));
    assert_eq!(Value::from("3").as_f64(), None);
}

proptest! {
    #[test]
    fn the_text_is_the_same_number_and_no_shorter_one_is(bits: u64) {
        let x = f64::from_bits(bits);
        prop_assume!(x.is_finite());
        let text = text(x);
        prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), bits);
        prop_assert!(text.contains(['.', 'e']), "{} would read as an integer", text);
        // One digit less is another number.
        let digits = text.split('e').next().unwrap().chars().filter(char::is_ascii_digit).collect::<String>();
        let n_digits = digits.trim_start_matches('0').trim_end_matches('0').len();
        if n_digits > 1 {
            let shorter = format!("{x:.*e}", n_digits - 2);
            prop_assert_ne!(shorter.parse::<f64>().unwrap().to_bits(), bits, "{} {}", text, shorter);
        }
    }
}
