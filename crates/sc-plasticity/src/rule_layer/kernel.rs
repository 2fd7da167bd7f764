//! The two loops over a rule: many elements in one step, and many steps of one element.

use std::array;

use sc_core::simd::pulp::Arch;

/// One plastic element with `K` variables, the weight first.
pub(super) trait Rule<const K: usize>: Copy {
    /// The constants of a step of duration `dt`, from the effective parameters.
    fn of(parameters: [f32; 2], dt: f32) -> Self;

    /// One step. Selects instead of branches, so that the loop over elements becomes vector code; must be
    /// `#[inline(always)]`, or it is not compiled for the instruction set that the loop chose.
    fn update(self, state: [f32; K], pre: bool, post: bool, reward: f32) -> [f32; K];
}

/// What reaches the elements: one entry per element, or one per step. A byte other than 0 is a spike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) pre: &'a [u8],
    pub(super) post: &'a [u8],
    pub(super) reward: &'a [f32],
}

/// What the entries of an input are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Axis {
    /// Entry `i` reaches element `first + i`, all in the same step.
    Elements { first: usize },
    /// All entries reach element 0, one step after the other.
    Time,
}

/// Elements that are worked on together. The compiler sees that their copies on the stack do not overlap, which
/// it could not prove of the columns.
const BLOCK: usize = 64;

pub(super) fn run<const K: usize, R: Rule<K>>(
    rule: R,
    columns: &mut [Vec<f32>],
    axis: Axis,
    input: Input<'_>,
) {
    let mut columns = columns.iter_mut();
    let columns: [&mut Vec<f32>; K] = array::from_fn(|_| columns.next().expect("K columns of a rule of K"));
    match axis {
        Axis::Elements { first } => {
            let n = input.pre.len();
            elements(rule, columns.map(|column| &mut column[first..first + n]), input);
        }
        Axis::Time => steps(rule, columns.map(|column| &mut column[0]), input),
    }
}

fn steps<const K: usize, R: Rule<K>>(rule: R, columns: [&mut f32; K], input: Input<'_>) {
    let mut state: [f32; K] = array::from_fn(|k| *columns[k]);
    for ((&pre, &post), &reward) in input.pre.iter().zip(input.post).zip(input.reward) {
        state = rule.update(state, pre != 0, post != 0, reward);
    }
    for (column, value) in columns.into_iter().zip(state) {
        *column = value;
    }
}

fn elements<const K: usize, R: Rule<K>>(rule: R, mut columns: [&mut [f32]; K], input: Input<'_>) {
    let n = input.pre.len();
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for first in (0..n).step_by(BLOCK) {
                let block = first..n.min(first + BLOCK);
                let (mut pre, mut post, mut reward) = ([0_u8; BLOCK], [0_u8; BLOCK], [0.0_f32; BLOCK]);
                let mut state = [[0.0_f32; BLOCK]; K];
                let m = block.len();
                pre[..m].copy_from_slice(&input.pre[block.clone()]);
                post[..m].copy_from_slice(&input.post[block.clone()]);
                reward[..m].copy_from_slice(&input.reward[block.clone()]);
                for k in 0..K {
                    state[k][..m].copy_from_slice(&columns[k][block.clone()]);
                }
                for i in 0..BLOCK {
                    let element = array::from_fn(|k| state[k][i]);
                    let element = rule.update(element, pre[i] != 0, post[i] != 0, reward[i]);
                    for k in 0..K {
                        state[k][i] = element[k];
                    }
                }
                for k in 0..K {
                    columns[k][block.clone()].copy_from_slice(&state[k][..m]);
                }
            }
        },
    );
}

/// The nearest number in [0, 1]; 0 for what is not a number, so that no weight is lost for ever.
#[inline(always)]
pub(super) fn unit_interval(x: f32) -> f32 {
    let x = if x > 0.0 { x } else { 0.0 };
    if x < 1.0 { x } else { 1.0 }
}
