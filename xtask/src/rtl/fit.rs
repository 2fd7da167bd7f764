//! Linear least squares, for a handful of terms.

/// The coefficients for which a sum of terms comes closest to what was counted, in proportion to it: the sum of the squares
/// of all relative errors is the least. A row has terms and a count; a term that says nothing gets 0.
pub(super) fn relative_least_squares(rows: &[(Vec<f64>, f64)]) -> Vec<f64> {
    let n_terms = rows.first().map_or(0, |(terms, _)| terms.len());
    // The normal equations, right sides in the last column.
    let mut equations = vec![vec![0.0; n_terms + 1]; n_terms];
    for (terms, count) in rows {
        let weight = 1.0 / count.max(1.0).powi(2);
        for (equation, a) in equations.iter_mut().zip(terms) {
            for (sum, b) in equation.iter_mut().zip(terms.iter().chain([count])) {
                *sum += weight * a * b;
            }
        }
    }
    solve(equations)
}

/// Gauss and Jordan, with the largest pivot that is left; an unknown without one is 0.
fn solve(mut equations: Vec<Vec<f64>>) -> Vec<f64> {
    let n = equations.len();
    let mut pivots = vec![None; n];
    let mut next = 0;
    for column in 0..n {
        let sizes = (next..n).map(|row| (row, equations[row][column].abs()));
        let Some((row, size)) = sizes.max_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        if size < 1e-9 {
            continue;
        }
        equations.swap(next, row);
        let pivot: Vec<f64> = equations[next].iter().map(|x| x / equations[next][column]).collect();
        for equation in &mut equations {
            let factor = equation[column];
            for (x, p) in equation.iter_mut().zip(&pivot) {
                *x -= factor * p;
            }
        }
        equations[next] = pivot;
        pivots[column] = Some(next);
        next += 1;
    }
    pivots.into_iter().map(|row| row.map_or(0.0, |row: usize| equations[row][n])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linear_is_found() {
        let rows: Vec<_> = [[1.0, 2.0, 0.0], [1.0, 5.0, 0.0], [1.0, 7.0, 0.0]]
            .map(|terms| (terms.to_vec(), 3.0 + 4.0 * terms[1]))
            .to_vec();
        let found = relative_least_squares(&rows);
        for (found, expected) in found.iter().zip([3.0, 4.0, 0.0]) {
            assert!((found - expected).abs() < 1e-9, "{found}");
        }
    }

    #[test]
    fn errors_are_relative() {
        // One number for 1 and for 100: 200 / 101 / 1.0001, near the small one.
        let found = relative_least_squares(&[(vec![1.0], 1.0), (vec![1.0], 100.0)]);
        assert!((found[0] - 1.01 / 1.0001).abs() < 1e-9, "{found:?}");
    }
}
