use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use tokio::{runtime::Handle, task::coop};

/// More than tokio's budget for one poll of a task.
const POLLS: usize = 512;

/// Whether this thread is polling a task of a tokio runtime, where a blocking call would hold up other tasks.
///
/// False on a plain thread, in `spawn_blocking` and in `block_in_place`, where blocking is right although
/// `Handle::try_current()` answers there too. What tells them apart is the coop budget: only a task has one that runs
/// out.
#[must_use]
pub fn inside_async_task() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    (0..POLLS).any(|_| !use_budget_now())
}

/// Takes one unit of the running task's coop budget; false when none is left. Outside of a task there is always one.
pub(crate) fn use_budget_now() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    pin!(coop::consume_budget()).poll(&mut context).is_ready()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tells_tasks_from_threads_that_may_block() {
        assert!(inside_async_task(), "the root task");
        assert!(tokio::spawn(async { inside_async_task() }).await.unwrap(), "a spawned task");
        assert!(!tokio::task::spawn_blocking(inside_async_task).await.unwrap(), "spawn_blocking");
        assert!(!tokio::task::block_in_place(inside_async_task), "block_in_place");
        assert!(!std::thread::spawn(inside_async_task).join().unwrap(), "a thread");
    }

    #[tokio::test]
    async fn tells_them_apart_on_a_current_thread_runtime() {
        assert!(inside_async_task());
        let local = tokio::task::LocalSet::new();
        assert!(local.run_until(async { inside_async_task() }).await, "a local set");
        assert!(!tokio::task::spawn_blocking(inside_async_task).await.unwrap(), "spawn_blocking");
    }
}
