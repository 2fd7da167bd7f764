//! Bad paths, bad names, calls after the end: typed errors, each naming its culprit.

use std::fs;

use sc_callbacks::{Csv, Error, Every, History, JsonLines, Metric, Multi, TrainingCallback};

#[test]
fn a_bad_path_is_named_when_the_sink_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("no such directory").join("metrics");
    for path in [missing.as_path(), dir.path()] {
        for error in [Csv::create(path).unwrap_err(), JsonLines::create(path).unwrap_err()] {
            assert!(matches!(&error, Error::Io { path: named, .. } if named == path), "{error}");
            assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
        }
    }
}

#[test]
fn a_new_run_starts_a_new_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("metrics");
    fs::write(&path, "a longer text of an earlier run\n").unwrap();
    JsonLines::create(&path).unwrap().log(1, &[]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"step\":1}\n");
    Csv::create(&path).unwrap().log(1, &[]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "step\n1\n");
}

#[test]
fn names_must_differ_from_each_other_and_from_step() {
    let dir = tempfile::tempdir().unwrap();
    let sinks: [Box<dyn TrainingCallback>; 3] = [
        Box::new(Csv::create(dir.path().join("csv")).unwrap()),
        Box::new(JsonLines::create(dir.path().join("json")).unwrap()),
        Box::new(History::new()),
    ];
    for mut sink in sinks {
        let error = sink.log(0, &[("a", 1.into()), ("step", 2.into())]).unwrap_err();
        assert!(matches!(&error, Error::ReservedKey { key } if key == "step"), "{error}");
        let error = sink.log(0, &[("a", 1.into()), ("b", 2.into()), ("a", 1.into())]).unwrap_err();
        assert!(matches!(&error, Error::DuplicateKey { key } if key == "a"), "{error}");
    }
    for file in ["csv", "json"] {
        assert_eq!(fs::read_to_string(dir.path().join(file)).unwrap(), "", "a refused row leaves nothing");
    }
}

#[test]
fn closing_twice_is_closing_once_and_later_rows_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, json) = (dir.path().join("csv"), dir.path().join("json"));
    let sinks: [(_, Box<dyn TrainingCallback>); 2] =
        [(&csv, Box::new(Csv::create(&csv).unwrap())), (&json, Box::new(JsonLines::create(&json).unwrap()))];
    for (path, mut sink) in sinks {
        sink.log(0, &[("a", 1.into())]).unwrap();
        sink.flush().unwrap();
        sink.close().unwrap();
        sink.close().unwrap();
        sink.flush().unwrap();
        let whole = fs::read_to_string(path).unwrap();
        for metrics in [[("a", 2.into())], [("new", 2.into())]] {
            let error = sink.log(1, &metrics).unwrap_err();
            assert!(
                matches!(&error, Error::Closed { path: named } if *named == path.canonicalize().unwrap()),
                "{error}"
            );
        }
        drop(sink);
        assert_eq!(fs::read_to_string(path).unwrap(), whole);
    }
}

/// Counts its calls and fails each of them.
#[derive(Debug, Default)]
struct Failing {
    n_calls: usize,
}

impl Failing {
    fn fail(&mut self) -> Result<(), Error> {
        self.n_calls += 1;
        Err(Error::Callback(format!("call {}", self.n_calls).into()))
    }
}

impl TrainingCallback for Failing {
    fn log(&mut self, _: u64, _: &[Metric<'_>]) -> Result<(), Error> {
        self.fail()
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.fail()
    }
}

#[test]
fn one_failing_callback_does_not_stop_the_others() {
    let (mut first, mut history, mut last) = (Failing { n_calls: 10 }, History::new(), Failing::default());
    let mut multi = Multi::new().with(&mut first).with(&mut history).with(&mut last);
    assert_eq!(multi.log(7, &[("a", 0.5.into())]).unwrap_err().to_string(), "call 11", "the first error");
    assert_eq!(multi.flush().unwrap_err().to_string(), "call 12");
    assert_eq!(multi.close().unwrap_err().to_string(), "call 13");
    drop(multi);
    assert_eq!((first.n_calls, last.n_calls), (13, 3));
    assert_eq!(history.series("a"), [(7, 0.5)]);
    assert!(Multi::new().log(0, &[]).is_ok());
}

#[test]
fn every_passes_on_multiples_and_all_flushes() {
    assert!(matches!(Every::new(0, History::new()), Err(Error::ZeroPeriod)));
    let mut failing = Failing::default();
    let mut every = Every::new(3, &mut failing).unwrap();
    let passed: Vec<u64> = (1..10).chain([u64::MAX]).filter(|&step| every.log(step, &[]).is_err()).collect();
    assert_eq!(passed, [3, 6, 9, u64::MAX], "2^64 - 1 is a multiple of 3");
    assert!(every.flush().is_err() && every.close().is_err());
    assert_eq!(failing.n_calls, 6);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_takes_json_lines_but_no_table() {
    let error = JsonLines::create("/dev/full").unwrap().log(0, &[]).unwrap_err();
    assert!(
        matches!(&error, Error::Io { path, source }
        if path.as_os_str() == "/dev/full" && source.kind() == std::io::ErrorKind::StorageFull),
        "{error}"
    );
    let mut null = JsonLines::create("/dev/null").unwrap();
    null.log(0, &[("a", 1.into())]).unwrap();
    null.close().unwrap();
    // A table must be replaceable by a wider one, which a device is not.
    assert!(
        matches!(Csv::create("/dev/null"), Err(Error::Io { path, .. }) if path.as_os_str() == "/dev/null")
    );
}
