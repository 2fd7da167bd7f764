//! What presynaptic neurons have not caught up with: potentiation, which nobody needs before they spike again.

use sc_core::{Checkpoint, Real};

use crate::Error;
use crate::post_history::{EPOCH, PostHistory};
use crate::trace::SILENT;

/// When postsynaptic neurons spiked, and the trace that each presynaptic neuron had when it caught up last.
///
/// Time is counted in steps of 16 bits from a common beginning, and begins anew from time to time.
#[derive(Debug, Clone)]
pub(crate) struct Postponed<R: Real> {
    decay: Decay<R>,
    /// 1 if of two spikes in the same step the presynaptic one comes first, else 0. By as much the past of a
    /// presynaptic spike ends earlier.
    pre_first: u16,
    now: u16,
    /// The last step of which postsynaptic spikes are known.
    known: u16,
    /// The last step with which every presynaptic neuron has caught up, and its trace `pre_first` steps later.
    since: Vec<u16>,
    pre_trace: Vec<R>,
    history: PostHistory,
}

/// What one presynaptic neuron has to catch up with.
pub(crate) struct Missed<'a, R: Real> {
    /// Its trace when it caught up last.
    pub(crate) trace: R,
    since: u16,
    decay: &'a Decay<R>,
    history: &'a PostHistory,
}

impl<R: Real> Missed<'_, R> {
    /// Calls `visit(step, left)` for spikes of a postsynaptic neuron, with what is left of the trace at that step. It may be
    /// called for others, of which nothing is left.
    #[inline(always)]
    pub(crate) fn visit(&self, post: usize, mut visit: impl FnMut(u16, R)) {
        // Spikes up to `since` count as one at `since`, 0 steps ago: no question asked, no branch mispredicted, and
        // nothing is looked up that happened long ago and has left the cache.
        let visit = |step: u16| {
            let step = step.max(self.since);
            visit(step, self.decay.over(step - self.since));
        };
        self.history.visit(post, self.since, visit);
    }
}

impl<R: Real> Postponed<R> {
    /// Presynaptic traces decay by `exp(-rate)` in a step.
    pub(crate) fn new(n_pre: usize, n_post: usize, rate: f64, pre_first: bool) -> Self {
        let pre_first = u16::from(pre_first);
        Self {
            decay: Decay::new(rate, pre_first),
            pre_first,
            now: 0,
            known: 0,
            since: vec![0; n_pre],
            pre_trace: vec![R::ZERO; n_pre],
            history: PostHistory::new(n_post),
        }
    }

    /// One step of time passes.
    pub(crate) fn advance(&mut self) {
        self.now += 1;
    }

    /// Whether time must begin anew before the next step.
    pub(crate) fn is_full(&self) -> bool {
        self.now == EPOCH
    }

    pub(crate) fn now(&self) -> u16 {
        self.now
    }

    pub(crate) fn n_pre(&self) -> usize {
        self.since.len()
    }

    /// These postsynaptic neurons spike in this step.
    pub(crate) fn mark_posts(&mut self, spikes: &[u32]) {
        self.history.mark(spikes, self.now);
        self.known = self.now;
    }

    /// This presynaptic neuron, which has caught up, spikes.
    pub(crate) fn mark_pre(&mut self, pre: usize) {
        self.pre_trace[pre] += R::ONE;
    }

    /// What a presynaptic neuron has to catch up with, if it has to. It counts as having done so.
    pub(crate) fn missed(&mut self, pre: usize) -> Option<Missed<'_, R>> {
        let (trace, since) = (self.pre_trace[pre], self.since[pre]);
        if since == self.known {
            return None;
        }
        self.since[pre] = self.known;
        self.pre_trace[pre] = trace * self.decay.over(self.known + self.pre_first - since);
        (trace != R::ZERO).then_some(Missed { trace, since, decay: &self.decay, history: &self.history })
    }

    /// Time begins anew, for neurons that have all caught up with a step whose spikes are known.
    pub(crate) fn begin_anew(&mut self) {
        (self.now, self.known) = (0, 0);
        self.since.fill(0);
        self.history.clear();
    }

    /// As if nothing had happened.
    pub(crate) fn reset(&mut self) {
        self.begin_anew();
        self.pre_trace.fill(R::ZERO);
    }

    pub(crate) fn save(&self, prefix: &str, checkpoint: &mut Checkpoint) {
        let since: Vec<u32> = self.since.iter().map(|&step| step.into()).collect();
        checkpoint.insert(format!("{prefix}.now"), &[], &[u32::from(self.now)]);
        checkpoint.insert(format!("{prefix}.since"), &[since.len()], &since);
        checkpoint.insert(format!("{prefix}.pre_trace"), &[since.len()], &self.pre_trace);
        self.history.save(&format!("{prefix}.history"), checkpoint);
    }

    /// The same with the state that was saved.
    pub(crate) fn restored(&self, prefix: &str, checkpoint: &Checkpoint) -> Result<Self, Error> {
        let n_pre = self.n_pre();
        let now = checkpoint.get::<u32>(&format!("{prefix}.now"), &[])?[0];
        Error::require(now <= EPOCH.into(), "now", now.into(), "a step of the epoch")?;
        let mut since = Vec::with_capacity(n_pre);
        for &step in checkpoint.get::<u32>(&format!("{prefix}.since"), &[n_pre])? {
            Error::require(step <= now, "since", step.into(), "not in the future")?;
            since.push(step as u16);
        }
        let now = now as u16;
        Ok(Self {
            decay: self.decay.clone(),
            pre_first: self.pre_first,
            now,
            known: now,
            since,
            pre_trace: checkpoint.get(&format!("{prefix}.pre_trace"), &[n_pre])?.to_vec(),
            history: self.history.restored(&format!("{prefix}.history"), now, checkpoint)?,
        })
    }
}

/// How much of a trace is left after some steps.
#[derive(Debug, Clone)]
struct Decay<R: Real> {
    /// Entry `first + n` is what is left after `n` steps, 0 if next to nothing; entry 0 is 0, since spikes up to then
    /// are accounted for. There is one for every number of 16 bits, so that none is out of bounds.
    table: Box<[R; 1 << 16]>,
}

impl<R: Real> Decay<R> {
    fn new(rate: f64, first: u16) -> Self {
        let mut table: Box<[R; 1 << 16]> =
            vec![R::ZERO; 1 << 16].try_into().expect("as many entries as numbers of 16 bits");
        for entry in 1..=EPOCH {
            let left = (-f64::from(entry - first) * rate).exp();
            if left < SILENT {
                break;
            }
            table[usize::from(entry)] = R::of(left);
        }
        Self { table }
    }

    #[inline(always)]
    fn over(&self, steps: u16) -> R {
        self.table[usize::from(steps)]
    }
}
