use std::{
    any::Any,
    cell::Cell,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::task;

use super::Slot;

tokio::task_local! {
    static CURRENT: Current;
}

/// The innermost scope of the code that runs.
struct Current {
    frame: Arc<Frame>,
    /// The task that polls it. A `LocalSet` inside of a scope polls its own tasks there, which are not in the scope.
    task: Cell<Option<task::Id>>,
}

/// The client that a scope is of. Clones of a client have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner(u64);

impl Owner {
    pub(crate) fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

type Shared = Box<dyn Any + Send + Sync>;

/// One scope, and those around it.
pub(crate) struct Frame {
    owner: Owner,
    key: Option<Shared>,
    /// A `Slot` of the owner's sort of session.
    slot: Shared,
    outer: Option<Arc<Self>>,
}

impl Frame {
    /// A scope inside of those that the caller is in.
    pub(crate) fn new<S: Send + 'static>(owner: Owner, slot: Slot<S>) -> Self {
        Self { owner, key: None, slot: Box::new(slot), outer: current() }
    }

    pub(crate) fn keyed<K: Send + Sync + 'static>(mut self, key: K) -> Self {
        self.key = Some(Box::new(key));
        self
    }

    /// The session of the owner's innermost scope.
    pub(crate) fn find<S: 'static>(&self, owner: Owner) -> Option<&Slot<S>> {
        self.chain().find(|frame| frame.owner == owner)?.slot.downcast_ref()
    }

    /// The session of the owner's innermost scope with this key.
    pub(crate) fn find_keyed<S: 'static, K: Eq + 'static>(&self, owner: Owner, key: &K) -> Option<&Slot<S>> {
        let has_key = |frame: &&Self| frame.key.as_ref().and_then(|key| key.downcast_ref()) == Some(key);
        self.chain().filter(|frame| frame.owner == owner).find(has_key)?.slot.downcast_ref()
    }

    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |frame| frame.outer.as_deref())
    }
}

/// The innermost scope that the caller is in.
pub(crate) fn current() -> Option<Arc<Frame>> {
    let found = CURRENT
        .try_with(|current| (current.task.get() == task::try_id()).then(|| Arc::clone(&current.frame)));
    found.ok().flatten()
}

/// Runs a future inside of a scope.
pub(crate) async fn within<F: Future>(frame: Arc<Frame>, body: F) -> F::Output {
    let body = async move {
        let mut body = pin!(body);
        poll_fn(|cx| {
            mark_task();
            body.as_mut().poll(cx)
        })
        .await
    };
    CURRENT.scope(Current { frame, task: Cell::new(None) }, body).await
}

/// Runs a closure inside of a scope.
pub(crate) fn within_blocking<T>(frame: Arc<Frame>, body: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(Current { frame, task: Cell::new(task::try_id()) }, body)
}

/// Another task may poll than did before.
fn mark_task() {
    // It is set: this runs inside of it.
    let _ = CURRENT.try_with(|current| current.task.set(task::try_id()));
}
