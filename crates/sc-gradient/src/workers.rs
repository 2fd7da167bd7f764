//! A few threads for one batch.

use crate::Error;

/// Runs independent pieces of work, on a pool of its own or, with one thread, right here.
///
/// Which thread does which piece never shows in a result: pieces write to memory of their own, and whoever combines them
/// does so in a fixed order.
#[derive(Debug)]
pub(crate) struct Workers {
    threads: usize,
    pool: Option<rayon::ThreadPool>,
}

impl Workers {
    pub(crate) fn new(threads: usize) -> Result<Self, Error> {
        Error::require(threads > 0, "threads", 0.0, "at least 1")?;
        let pool = if threads == 1 {
            None
        } else {
            let failed = |e: rayon::ThreadPoolBuildError| Error::Threads { threads, reason: e.to_string() };
            Some(rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(failed)?)
        };
        Ok(Self { threads, pool })
    }

    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    /// Calls `work` once for each piece and returns when all are done.
    pub(crate) fn each<T: Send>(&self, pieces: impl Iterator<Item = T> + Send, work: impl Fn(T) + Sync) {
        match &self.pool {
            None => pieces.for_each(work),
            Some(pool) => pool.scope(|scope| {
                for piece in pieces {
                    let work = &work;
                    scope.spawn(move |_| work(piece));
                }
            }),
        }
    }
}
