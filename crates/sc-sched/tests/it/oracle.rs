//! Slow and obvious schedules: one multiplication, one addition or one textbook cosine per step.
//!
//! They are first held to numbers worked out by hand, then serve as judges of the closed forms.

use std::f64::consts::PI;

/// `initial, initial*gamma, initial*gamma*gamma, ...`, one factor every `size` steps.
pub(crate) fn decay(initial: f64, size: u64, gamma: f64, n_steps: u64) -> Vec<f64> {
    let mut rates = vec![initial];
    for step in 1..=n_steps {
        let before = rates[rates.len() - 1];
        rates.push(if step % size == 0 { before * gamma } else { before });
    }
    rates
}

/// Rise by equal additions, then follow the formula of the paper, then stay.
pub(crate) fn warmup_cosine(peak: f64, min: f64, warmup: u64, total: u64, n_steps: u64) -> Vec<f64> {
    let rise = if warmup == 0 { peak } else { peak / warmup as f64 };
    let mut rates = vec![if warmup == 0 { peak } else { 0.0 }];
    for step in 1..=n_steps {
        rates.push(if step <= warmup {
            rates[rates.len() - 1] + rise
        } else if warmup == total {
            peak
        } else if step >= total {
            min
        } else {
            let t = (step - warmup) as f64 / (total - warmup) as f64;
            min + 0.5 * (peak - min) * (1.0 + (PI * t).cos())
        });
    }
    rates
}

/// Equal but for rounding: 1e-9 of either, or a few of the smallest numbers there are.
pub(crate) fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-315
}

/// Equal but for rounding where terms as large as `scale` cancelled.
pub(crate) fn close_at(scale: f64, a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * scale + 1e-315
}

#[test]
fn the_oracles_agree_with_hand_computed_values() {
    assert_eq!(decay(1.0, 2, 0.5, 5), [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]);
    assert_eq!(decay(8.0, 1, 0.25, 3), [8.0, 2.0, 0.5, 0.125]);
    let half = 0.5f64.sqrt();
    let expected = [0.0, 1.0, 2.0, 1.0 + half, 1.0, 1.0 - half, 0.0, 0.0];
    for (got, expected) in warmup_cosine(2.0, 0.0, 2, 6, 7).into_iter().zip(expected) {
        assert!((got - expected).abs() < 1e-15, "{got} {expected}");
    }
}
