//! Whatever is logged, in whatever order of names: the file is whole after every row and reads back equal.

use std::fs;

use proptest::prelude::*;
use sc_callbacks::{Csv, Error, TrainingCallback, Value};

use crate::oracle::{Row, parse, table};

/// Names that a careless writer garbles, few enough to meet again in later rows.
fn any_key() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "loss",
        "a,b",
        "c\"d",
        "",
        " ",
        "two\nlines",
        "cr\rlf\r\n",
        "é",
        "Step",
        "\"",
        "#",
        "'",
    ])
    .prop_map(str::to_owned)
}

#[derive(Debug, Clone)]
enum Any {
    F64(f64),
    F32(f32),
    Int(i128),
    Bool(bool),
    Text(String),
}

impl Any {
    fn value(&self) -> Value<'_> {
        match self {
            &Self::F64(x) => Value::F64(x),
            &Self::F32(x) => Value::F32(x),
            &Self::Int(n) => Value::Int(n),
            &Self::Bool(flag) => Value::Bool(flag),
            Self::Text(text) => Value::Text(text),
        }
    }
}

fn any_value() -> impl Strategy<Value = Any> {
    prop_oneof![
        any::<u64>().prop_map(|bits| Any::F64(f64::from_bits(bits))),
        any::<u32>().prop_map(|bits| Any::F32(f32::from_bits(bits))),
        any::<i128>().prop_map(Any::Int),
        any::<bool>().prop_map(Any::Bool),
        ".{0,12}".prop_map(Any::Text),
        "[,\"\r\n ]{0,4}".prop_map(Any::Text),
    ]
}

type AnyRow = (u64, Vec<(String, Any)>);

fn any_rows() -> impl Strategy<Value = Vec<AnyRow>> {
    let metrics =
        prop::collection::btree_map(any_key(), any_value(), 0..5).prop_map(|map| map.into_iter().collect());
    prop::collection::vec((any::<u64>(), metrics), 0..12)
}

fn log_all(csv: &mut Csv, rows: &[AnyRow]) -> Result<(), Error> {
    rows.iter().try_for_each(|(step, metrics)| {
        let metrics: Vec<_> = metrics.iter().map(|(key, value)| (key.as_str(), value.value())).collect();
        csv.log(*step, &metrics)
    })
}

fn as_text(rows: &[AnyRow]) -> Vec<Row> {
    let text = |(key, value): &(String, Any)| (key.clone(), value.value().to_string());
    rows.iter().map(|(step, metrics)| (*step, metrics.iter().map(text).collect())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn after_every_row_the_file_is_the_table_so_far(rows in any_rows()) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("metrics.csv");
        let mut csv = Csv::create(&path).unwrap();
        for n_rows in 1..=rows.len() {
            log_all(&mut csv, &rows[n_rows - 1..n_rows]).unwrap();
            // Not closed, not flushed: another reader sees all of it.
            prop_assert_eq!(parse(&fs::read_to_string(&path).unwrap()), table(&as_text(&rows[..n_rows])));
        }
        prop_assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn numbers_read_back_with_the_same_bits(bits in prop::collection::vec(any::<u64>(), 1..50)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("metrics.csv");
        let mut csv = Csv::create(&path).unwrap();
        for (step, &bits) in (0..).zip(&bits) {
            csv.log(step, &[("double", f64::from_bits(bits).into()), ("single", f32::from_bits(bits as u32).into())]).unwrap();
        }
        drop(csv);
        let records = parse(&fs::read_to_string(&path).unwrap());
        prop_assert_eq!(records.len(), bits.len() + 1);
        for (record, &bits) in records[1..].iter().zip(&bits) {
            let (double, single): (f64, f32) = (record[1].parse().unwrap(), record[2].parse().unwrap());
            let (double_before, single_before) = (f64::from_bits(bits), f32::from_bits(bits as u32));
            prop_assert!(double.to_bits() == bits || double.is_nan() && double_before.is_nan());
            prop_assert!(single.to_bits() == bits as u32 || single.is_nan() && single_before.is_nan());
        }
    }
}

#[test]
fn a_refused_row_leaves_the_file_and_its_columns_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("metrics.csv");
    let mut csv = Csv::create(&path).unwrap();
    csv.log(0, &[("a", 1.into())]).unwrap();
    assert!(csv.log(1, &[("b", 1.into()), ("step", 1.into())]).is_err());
    assert!(csv.log(1, &[("c", 1.into()), ("c", 2.into())]).is_err());
    csv.log(2, &[("a", 3.into())]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "step,a\n0,1\n2,3\n");
}

#[test]
fn a_failed_rewrite_loses_nothing_and_may_be_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("metrics.csv");
    let mut csv = Csv::create(&path).unwrap();
    csv.log(0, &[("a", 1.into())]).unwrap();
    // Something that cannot be written over stands where the temporary file would.
    let obstacle = dir.path().join("metrics.csv.tmp");
    fs::create_dir_all(obstacle.join("full")).unwrap();
    match csv.log(1, &[("b", 2.into())]).unwrap_err() {
        Error::Replace { path: file, temporary, .. } => {
            assert_eq!((file, temporary), (path.canonicalize().unwrap(), obstacle.canonicalize().unwrap()));
        }
        other => panic!("{other}"),
    }
    csv.log(2, &[("a", 3.into())]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "step,a\n0,1\n2,3\n");
    fs::remove_dir_all(&obstacle).unwrap();
    fs::write(&obstacle, "left by a crash").unwrap();
    csv.log(4, &[("b", 5.into())]).unwrap();
    csv.log(6, &[("a", 7.into())]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "step,a,b\n0,1,\n2,3,\n4,,5\n6,7,\n");
    assert!(!obstacle.exists());
}

#[test]
fn a_file_that_someone_else_damaged_is_not_copied_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("metrics.csv");
    let mut csv = Csv::create(&path).unwrap();
    csv.log(0, &[("a", 1.into())]).unwrap();
    let damaged = "step,a\n0,1,2,3,4\n";
    fs::write(&path, damaged).unwrap();
    assert!(matches!(csv.log(1, &[("b", 2.into())]), Err(Error::Replace { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
}

#[cfg(unix)]
#[test]
fn a_rewrite_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("run7.csv"), dir.path().join("latest.csv"));
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&path, &link).unwrap();
    let mut csv = Csv::create(&link).unwrap();
    csv.log(0, &[("a", 1.into())]).unwrap();
    csv.log(1, &[("b", 2.into())]).unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_to_string(&path).unwrap(), "step,a,b\n0,1,\n1,,2\n");
}
