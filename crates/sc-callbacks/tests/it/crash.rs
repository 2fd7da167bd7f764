//! Programs that die: this test binary starts itself again as a program that logs and then aborts.

use std::{
    env, fs,
    path::Path,
    process::{Command, abort},
};

use sc_callbacks::{Csv, JsonLines, TrainingCallback};

/// Where the child is to write; unset in the parent.
const CHILD: &str = "SC_CALLBACKS_CRASH_DIR";

#[test]
fn rows_outlive_a_program_that_aborts() {
    if let Some(dir) = env::var_os(CHILD) {
        let dir = Path::new(&dir);
        let mut csv = Csv::create(dir.join("csv")).unwrap();
        let mut json = JsonLines::create(dir.join("json")).unwrap();
        for step in 0..3 {
            csv.log(step, &[("a", 0.5.into())]).unwrap();
            json.log(step, &[("a", 0.5.into())]).unwrap();
        }
        csv.log(3, &[("b", 1.5.into())]).unwrap();
        abort(); // no close, no drop, no buffer of the standard library is emptied
    }

    let dir = tempfile::tempdir().unwrap();
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::rows_outlive_a_program_that_aborts"])
        .env(CHILD, dir.path())
        .output()
        .unwrap()
        .status;
    assert!(!status.success(), "the child must die");
    let written = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(written("csv"), "step,a,b\n0,0.5,\n1,0.5,\n2,0.5,\n3,,1.5\n");
    assert_eq!(written("json"), "{\"step\":0,\"a\":0.5}\n{\"step\":1,\"a\":0.5}\n{\"step\":2,\"a\":0.5}\n");
}

/// A file-size limit stands for a full disk: the write that crosses it is cut in the middle of a row.
#[cfg(target_os = "linux")]
#[test]
fn a_row_that_does_not_fit_leaves_no_torn_half() {
    let (long, huge) = ("x".repeat(100), "y".repeat(10_000));
    if let Some(dir) = env::var_os(CHILD) {
        let mut csv = Csv::create(Path::new(&dir).join("csv")).unwrap();
        let mut fits = |step: u64, key: &str, text: &str| csv.log(step, &[(key, text.into())]).is_ok();
        assert!(!fits(0, "huge", &huge), "neither header nor row");
        assert!(fits(0, "text", ""));
        assert!(fits(1, "more", ""), "a new file in place of the old one");
        let failed_at = (2..).find(|&step| !fits(step, "text", &long)).unwrap();
        assert!(failed_at > 5);
        assert!(!fits(failed_at, "new", &huge), "a wider table does not fit either");
        assert!(fits(failed_at, "text", ""), "a short row does");
        return;
    }

    let dir = tempfile::tempdir().unwrap();
    let limited =
        "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact crash::a_row_that_does_not_fit_leaves_no_torn_half";
    let child = Command::new("sh")
        .arg("-c")
        .arg(limited)
        .arg(env::current_exe().unwrap())
        .env(CHILD, dir.path())
        .output();
    let child = child.unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));

    let text = fs::read_to_string(dir.path().join("csv")).unwrap();
    let lines: Vec<&str> = text.split_terminator('\n').collect();
    assert_eq!(lines[..3], ["step,text,more", "0,,", "1,,"]);
    let last = lines.len() - 1;
    for (line, step) in lines[3..last].iter().zip(2..) {
        assert_eq!(*line, format!("{step},{long},"));
    }
    assert_eq!(lines[last], format!("{},,", last - 1));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file stays");
}
