//! Rules that create and remove synapses.
//!
//! All of them edit a projection whose weights are [`Editable`](sc_core::Editable), and draw from a random
//! stream of the step at hand: the number of the step is their position in the stream. They draw for all of the
//! projection, so in a [`PlasticNetwork`](crate::PlasticNetwork) they belong on one thread.

mod activity_rewiring;
mod deep_r;
mod growth_curve;
mod homeostatic_growth;
mod sparse_evolution;
mod synaptic_elements;

pub use activity_rewiring::{ActivityRewiring, ActivityRewiringParameters, InDegree};
pub use deep_r::{DeepR, DeepRParameters, Signs};
pub use growth_curve::GrowthCurve;
pub use homeostatic_growth::{HomeostaticGrowth, HomeostaticGrowthParameters};
pub use sparse_evolution::{SparseEvolution, SparseEvolutionParameters};

use rand::RngExt;
use sc_core::random::Stream;
use sc_core::{Autapses, Editable, Projection, Real};

use crate::Error;

/// The size of a projection that can be rewired.
fn editable_size<R: Real>(projection: &Projection<R>) -> Result<(usize, usize), Error> {
    let editable = projection.editable().ok_or(sc_core::Error::FixedStructure)?;
    Ok((editable.n_pre(), editable.n_post()))
}

/// The synapses of a projection of the size a rule was made for.
#[track_caller]
fn editable<R: Real>(projection: &Projection<R>, size: (usize, usize)) -> &Editable<R> {
    let got = (projection.n_pre(), projection.n_post());
    assert!(got == size, "a projection of {got:?} neurons for a rule of {size:?}");
    let editable = projection.editable();
    editable.expect("structural plasticity needs a projection with `Editable` weights")
}

/// Creates a synapse where there is none.
fn create<R: Real>(projection: &mut Projection<R>, (pre, post): (usize, usize), weight: R) -> bool {
    projection.add_synapse(pre, post, weight).expect("an editable projection with these neurons")
}

/// Removes a synapse.
fn remove<R: Real>(projection: &mut Projection<R>, (pre, post): (usize, usize)) {
    projection.remove_synapse(pre, post).expect("an editable projection with these neurons");
}

/// Whether a synapse from `pre` to `post` may be.
fn allowed(pre: usize, post: usize, autapses: Autapses) -> bool {
    autapses == Autapses::Allow || pre != post
}

/// A random pair without a synapse, all such pairs alike; nothing if there is none.
fn random_vacancy<R: Real>(
    synapses: &Editable<R>,
    autapses: Autapses,
    stream: &mut Stream,
) -> Option<(usize, usize)> {
    let (n_pre, n_post) = (synapses.n_pre(), synapses.n_post());
    if n_pre == 0 || n_post == 0 {
        return None;
    }
    let vacant =
        |&(pre, post): &(usize, usize)| allowed(pre, post, autapses) && synapses.slot(pre, post).is_none();
    // Where half of the pairs or more are vacant, as sparse weights have it, a guess or two suffice.
    for _ in 0..64 {
        let guess = (stream.random_range(0..n_pre), stream.random_range(0..n_post));
        if vacant(&guess) {
            return Some(guess);
        }
    }
    let pairs = || (0..n_pre).flat_map(|pre| (0..n_post).map(move |post| (pre, post))).filter(vacant);
    let n_vacant = pairs().count();
    (n_vacant > 0).then(|| pairs().nth(stream.random_range(0..n_vacant)).expect("as many as counted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 standard deviations of the multinomial distribution, sparse and so full that guesses fail.
    #[test]
    fn every_vacancy_has_the_same_chance() {
        for n_taken in [0_usize, 3, 394] {
            let mut synapses = Editable::<f32>::empty(20, 20);
            (0..n_taken).for_each(|k| assert!(synapses.insert(k / 20, k % 20, 1.0).unwrap()));
            let n_vacant = (n_taken..400).filter(|k| k / 20 != k % 20).count();
            let n = 400 * n_vacant;
            let mut counts = vec![0_usize; 400];
            let mut stream = sc_core::random::stream(1, "test", n_taken as u64);
            for _ in 0..n {
                let (pre, post) = random_vacancy(&synapses, Autapses::Forbid, &mut stream).unwrap();
                counts[20 * pre + post] += 1;
            }
            for (k, count) in counts.into_iter().enumerate() {
                let expected = if k >= n_taken && k / 20 != k % 20 { 400.0 } else { 0.0 };
                assert!(
                    (count as f64 - expected).abs() <= 5.0 * 20.0 * f64::from(expected > 0.0),
                    "{k}: {count}"
                );
            }
        }
        let mut full = Editable::<f32>::empty(1, 1);
        full.insert(0, 0, 1.0).unwrap();
        let mut stream = sc_core::random::stream(1, "test", 0);
        assert_eq!(random_vacancy(&full, Autapses::Allow, &mut stream), None);
        assert_eq!(random_vacancy(&Editable::<f32>::empty(1, 1), Autapses::Forbid, &mut stream), None);
        assert_eq!(random_vacancy(&Editable::<f32>::empty(0, 3), Autapses::Allow, &mut stream), None);
    }
}
