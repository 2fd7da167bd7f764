//! The two loops over a rule: many elements in one step, and many steps of one element.

use std::array;

use sc_core::simd::pulp::{Arch, NullaryFnOnce};

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

/// Elements that are worked on together. Their copies on the stack cannot overlap, of which the compiler could not
/// convince itself about so many columns; so this loop is the one that becomes vector code.
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
            let columns = columns.map(|column| &mut column[first..first + n]);
            Arch::new().dispatch(Elements { rule, columns, input });
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

/// One step of many elements.
struct Elements<'a, const K: usize, R> {
    rule: R,
    columns: [&'a mut [f32]; K],
    input: Input<'a>,
}

// Not a closure: one that only borrows is called through a function that no instruction set was chosen for.
impl<const K: usize, R: Rule<K>> NullaryFnOnce for Elements<'_, K, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { rule, mut columns, input: Input { pre, post, reward } } = self;
        let spikes = pre.as_chunks::<BLOCK>().0.iter().zip(post.as_chunks::<BLOCK>().0);
        let blocks = columns.each_mut().map(|column| column.as_chunks_mut::<BLOCK>().0);
        for (b, ((pre, post), reward)) in spikes.zip(reward.as_chunks::<BLOCK>().0).enumerate() {
            let mut state: [[f32; BLOCK]; K] = array::from_fn(|k| blocks[k][b]);
            for i in 0..BLOCK {
                let element = array::from_fn(|k| state[k][i]);
                let element = rule.update(element, pre[i] != 0, post[i] != 0, reward[i]);
                for k in 0..K {
                    state[k][i] = element[k];
                }
            }
            for k in 0..K {
                blocks[k][b] = state[k];
            }
        }
        for i in pre.len() - pre.len() % BLOCK..pre.len() {
            let element = array::from_fn(|k| columns[k][i]);
            let element = rule.update(element, pre[i] != 0, post[i] != 0, reward[i]);
            for k in 0..K {
                columns[k][i] = element[k];
            }
        }
    }
}

/// The nearest number in [0, 1]; 0 for what is not a number, so that no weight is lost for ever.
#[inline(always)]
pub(super) fn unit_interval(x: f32) -> f32 {
    let x = if x > 0.0 { x } else { 0.0 };
    if x < 1.0 { x } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule_layer::{bcm::Bcm, eligent::Eligent, reward_stdp::RewardStdp, stdp::Stdp};
    use sc_core::simd::pulp::{Scalar, Simd};

    const N: usize = 3 * BLOCK + 7;

    /// The state after some steps with these instructions.
    fn bits<const K: usize, R: Rule<K>, S: Simd>(simd: S) -> Vec<u32> {
        let mut state: Vec<f32> = (0..K * N).map(|i| (i * 37 % 101) as f32 / 101.0).collect();
        for t in 1..20 {
            let rule = R::of([0.02, 3.0], t as f32 / 4.0);
            let spikes = |k: usize| (0..N).map(|i| (i * k / t % 3) as u8).collect::<Vec<u8>>();
            let reward: Vec<f32> = (0..N).map(|i| (i * t % 13) as f32 / 6.0 - 1.0).collect();
            let mut columns = state.chunks_exact_mut(N);
            let columns = array::from_fn(|_| columns.next().unwrap());
            let input = Input { pre: &spikes(5), post: &spikes(7), reward: &reward };
            simd.vectorize(Elements { rule, columns, input });
        }
        state.into_iter().map(f32::to_bits).collect()
    }

    fn each_rule<S: Simd>(simd: S) -> [Vec<u32>; 4] {
        [
            bits::<4, Eligent, S>(simd),
            bits::<3, Stdp, S>(simd),
            bits::<4, RewardStdp, S>(simd),
            bits::<3, Bcm, S>(simd),
        ]
    }

    #[test]
    fn each_instruction_set_gives_the_same_bits() {
        let scalar = each_rule(Scalar);
        assert!(scalar.iter().all(|bits| bits.iter().all(|&bits| f32::from_bits(bits).is_finite())));
        #[cfg(target_arch = "x86_64")]
        {
            use sc_core::simd::pulp::x86::{V3, V4};
            if let Some(simd) = V3::try_new() {
                assert_eq!(each_rule(simd), scalar);
            }
            if let Some(simd) = V4::try_new() {
                assert_eq!(each_rule(simd), scalar);
            }
        }
    }
}
