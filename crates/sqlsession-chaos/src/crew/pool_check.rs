use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlsession::driver::ServerTransaction;
use sqlsession::{Engine, PoolStatus};
use tokio::runtime::Runtime;

use super::clients::Clients;
use crate::history::{Entry, Journal};

/// How long what nobody waits for may take to come back: a cancel and a reset, each with its limit.
const LIMIT: Duration = Duration::from_secs(25);

impl Clients {
    /// Holds the pools, which nobody uses any more, against what they must be: at their size, nothing in use, nobody
    /// waiting, no transaction open, and every place to be had.
    pub(crate) fn check(&self, runtime: &Runtime, journal: &Arc<dyn Journal>) {
        let (by_await, by_blocking) = (&*self.by_await, &*self.by_blocking);
        let mut wrong = Vec::new();
        wrong.extend(unsettled(by_await, Self::POOL.0));
        wrong.extend(unsettled(by_blocking, Self::BLOCKING_POOL.0));
        runtime.block_on(async {
            let mut held = Vec::new();
            for _ in 0..places(Self::POOL) {
                match self.by_await.connect().await {
                    Ok(connection) => held.push(connection),
                    Err(error) => wrong.push(format!("a place cannot be had: {error}")),
                }
            }
            wrong.extend(held.iter().filter_map(|connection| open(connection.server_transaction())));
        });
        let mut held = Vec::new();
        for _ in 0..places(Self::BLOCKING_POOL) {
            match self.by_blocking.connect() {
                Ok(connection) => held.push(connection),
                Err(error) => wrong.push(format!("a place of the blocking pool cannot be had: {error}")),
            }
        }
        wrong.extend(held.iter().filter_map(|connection| open(connection.server_transaction())));
        drop(held);
        wrong.extend(unsettled(by_await, Self::POOL.0));
        wrong.extend(unsettled(by_blocking, Self::BLOCKING_POOL.0));
        wrong.into_iter().for_each(|what| journal.write(Entry::Violation(what)));
    }

    /// Ends both engines. Nothing of theirs may be out.
    pub(crate) fn close(&self, runtime: &Runtime, journal: &Arc<dyn Journal>) {
        let closed = [runtime.block_on(self.by_await.close(LIMIT)), self.by_blocking.close(LIMIT)];
        for error in closed.into_iter().filter_map(Result::err) {
            journal.write(Entry::Violation(format!("an engine that nobody uses cannot be closed: {error}")));
        }
    }
}

fn places((size, overflow): (usize, i64)) -> usize {
    size + usize::try_from(overflow).unwrap_or_default()
}

fn open(state: ServerTransaction) -> Option<String> {
    (state != ServerTransaction::Idle)
        .then(|| format!("an idle connection has a transaction that is {state:?}"))
}

/// What is wrong with a pool that nobody uses, once it had time to come to rest.
fn unsettled(engine: &dyn Engine, size: usize) -> Option<String> {
    let is_settled = |status: PoolStatus| (status.in_use, status.waiting) == (0, 0) && status.idle <= size;
    let deadline = Instant::now() + LIMIT;
    while !is_settled(engine.pool_status()) {
        if Instant::now() >= deadline {
            return Some(format!("a pool that nobody uses is not at its size: {:?}", engine.pool_status()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}
