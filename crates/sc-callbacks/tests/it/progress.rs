//! The bar, drawn into memory.

use indicatif::{InMemoryTerm, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sc_callbacks::{Error, Progress, TrainingCallback};

#[test]
fn the_bar_shows_how_far_and_what() {
    let terminal = InMemoryTerm::new(5, 80);
    let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
    let style = ProgressStyle::with_template("{pos}/{len} {msg}").unwrap();
    let mut progress = Progress::from(ProgressBar::with_draw_target(Some(10), target).with_style(style));
    let metrics = [
        ("loss", 0.12345678.into()),
        ("rate", 1e-5.into()),
        ("big", 1.5e9.into()),
        ("n", 7.into()),
        ("zero", 0.0.into()),
        ("bad", f64::NAN.into()),
        ("ok", true.into()),
    ];
    progress.log(0, &[]).unwrap();
    progress.log(4, &metrics).unwrap();
    progress.flush().unwrap();
    let expected = "5/10 loss 0.1235  rate 1.000e-5  big 1.500e9  n 7  zero 0.0  bad nan  ok True";
    assert_eq!(terminal.contents(), expected);
    progress.close().unwrap();
    progress.close().unwrap();
    drop(progress);
    assert_eq!(terminal.contents(), expected, "what was reached stays on the screen");
}

#[test]
fn names_are_checked_and_the_end_may_be_passed() {
    let mut progress = Progress::from(ProgressBar::hidden());
    assert!(matches!(progress.log(0, &[("step", 1.into())]), Err(Error::ReservedKey { .. })));
    progress.log(u64::MAX, &[]).unwrap();
    Progress::new(0).log(3, &[]).unwrap();
}
