use std::{sync::Arc, time::Instant};

use tokio::runtime::Handle;

use super::{
    CloseReason,
    generation::Generation,
    slot::{Identity, Idle, Place},
};
use crate::{
    driver::Driver,
    engine::Shared,
    events::{Events, Listeners},
    runtime::Executor,
};

/// The right to one connection of the pool, apart from the connection itself, which an operation may own.
///
/// Dropped without [`check_in`](Self::check_in) the connection counts as closed and its place is free, whatever
/// happened to it.
pub(crate) struct Lease<D: Driver> {
    place: Option<Place<D::Connection>>,
    generation: Arc<Generation<D::Connection>>,
    /// Whether it still counts as being out.
    counted: bool,
    identity: Option<Box<Identity>>,
    shared: Arc<Shared<D>>,
    /// Where work that outlives the user's future can go on.
    runtime: Option<Handle>,
    /// Its place in the register of those who hold connections.
    holder: Option<u64>,
}

impl<D: Driver> Lease<D> {
    /// Whoever wants a connection counts from before there is one, so that the end of an engine waits for all of them.
    pub(super) fn new(generation: Arc<Generation<D::Connection>>, shared: &Arc<Shared<D>>) -> Self {
        generation.left();
        Self {
            place: None,
            generation,
            counted: true,
            identity: None,
            shared: shared.clone(),
            runtime: Handle::try_current().ok(),
            holder: None,
        }
    }

    pub(super) fn set_place(&mut self, place: Place<D::Connection>) {
        self.place = Some(place);
    }

    /// The connection that was at hand in the place, if there was one.
    pub(super) fn idle(&self) -> Option<&Idle<D::Connection>> {
        self.place.as_ref()?.idle.as_ref()
    }

    pub(super) fn take_idle(&mut self) -> Option<Idle<D::Connection>> {
        self.place.as_mut()?.idle.take()
    }

    pub(super) fn set_identity(&mut self, identity: Box<Identity>) {
        self.identity = Some(identity);
    }

    /// The connection is gone, and has been spoken for.
    pub(super) fn forget_identity(&mut self) {
        self.identity = None;
    }

    /// Remembers where the connection was taken, if that is wanted.
    pub(super) fn note_holder(&mut self) {
        self.holder = self.shared.pool.holders.take();
    }

    /// The connection's number; 0 while there is none.
    pub(crate) fn number(&self) -> u64 {
        self.identity.as_ref().map_or(0, |identity| identity.number)
    }

    pub(crate) fn identity(&mut self) -> Option<&mut Identity> {
        self.identity.as_deref_mut()
    }

    pub(super) fn generation(&self) -> &Arc<Generation<D::Connection>> {
        &self.generation
    }

    pub(crate) fn shared(&self) -> &Arc<Shared<D>> {
        &self.shared
    }

    pub(crate) fn runtime(&self) -> Option<&Handle> {
        self.runtime.as_ref()
    }

    pub(crate) fn tell(&self, call: fn(&dyn Events, crate::events::ConnectionEvent)) {
        self.listeners().tell(self.number(), call);
    }

    pub(crate) fn listeners(&self) -> &Listeners {
        &self.shared.listeners
    }

    /// Gives a connection without an open transaction back. The pool keeps it if there is room, and if it may.
    pub(crate) fn check_in(self, connection: D::Connection) {
        if self.identity.as_ref().is_some_and(|identity| identity.closes_on_return) {
            self.tell(|l, e| l.invalidate(e));
            return self.discard(Some(connection), CloseReason::Invalidated);
        }
        self.tell(|l, e| l.checkin(e));
        self.put_idle(connection);
    }

    /// As [`check_in`](Self::check_in), of a connection that nobody has had. Says whether the pool has kept it.
    pub(super) fn put_idle(mut self, connection: D::Connection) -> bool {
        let Some(identity) = self.identity.take() else { return false };
        // Before the place is out of the lease, which frees it where this panics.
        let idle = if identity.is_at_end() {
            self.shared.close(Some(connection), identity.number, CloseReason::Aged);
            None
        } else {
            let minded = self.shared.pool.options().minds_idleness();
            let since = (minded || matches!(self.shared.executor, Executor::Runtime(_))).then(Instant::now);
            Some(Idle { connection, identity, since })
        };
        let Some(mut place) = self.place.take() else { return false };
        place.idle = idle;
        self.comes_back();
        let kept = self.give(place);
        self.came_back();
        kept
    }

    /// Gives a place to who is next. Says whether there is a connection in it, and it was kept.
    fn give(&mut self, place: Place<D::Connection>) -> bool {
        let filled = place.idle.is_some();
        let Err(mut place) = self.generation.give(place) else { return filled };
        let idle = place.idle.take();
        // Back in the lease, which gives it where closing panics.
        self.place = Some(place);
        let forgotten = self.generation.is_forgotten();
        let reason = if forgotten { CloseReason::Disposed } else { CloseReason::Surplus };
        self.shared.close_all(idle, reason);
        self.give_empty();
        false
    }

    /// Gives the place that is left without a connection, as which it is always taken.
    fn give_empty(&mut self) {
        if let Some(place) = self.place.take() {
            let _ = self.generation.give(place);
        }
    }

    /// Closes the connection, or what is left of it, and frees its place.
    ///
    /// What has ended one that is lost may have ended others of the pool as well.
    pub(crate) fn discard(mut self, connection: Option<D::Connection>, reason: CloseReason) {
        let number = self.number();
        // Before it is told: where a listener panics the lease is dropped, and would tell it again.
        let identity = self.identity.take();
        if reason == CloseReason::Lost
            && let Some(identity) = &identity
        {
            self.shared.pool.lost(identity.losses);
        }
        self.shared.close(connection, number, reason);
        self.free();
    }

    fn free(&mut self) {
        self.comes_back();
        if let Some(place) = self.place.take() {
            self.give(place);
        }
        self.came_back();
    }

    fn comes_back(&mut self) {
        self.counted = false;
        if let Some(holder) = self.holder.take() {
            self.shared.pool.holders.give_back(holder);
        }
        self.generation.comes_back();
    }

    /// What is told last, for an engine that is being closed waits for it.
    fn came_back(&self) {
        self.generation.came_back();
        self.shared.pool.closing.progress();
    }
}

/// Frees what its lease still has when it is dropped, also where a listener panics.
struct Freeing<'l, D: Driver>(&'l mut Lease<D>);

impl<D: Driver> Drop for Freeing<'_, D> {
    fn drop(&mut self) {
        let lease = &mut *self.0;
        if lease.counted {
            lease.free();
        } else if lease.place.is_some() {
            lease.give_empty();
            lease.came_back();
        }
    }
}

impl<D: Driver> Drop for Lease<D> {
    fn drop(&mut self) {
        let identity = self.identity.take();
        let freeing = Freeing(self);
        if !freeing.0.counted {
            return;
        }
        if let Some(identity) = identity {
            let shared = &freeing.0.shared;
            // A runtime that ended has ended those as well that were idle.
            shared.pool.lost(identity.losses);
            shared.close(None, identity.number, CloseReason::Abandoned);
        }
        freeing.0.free();
    }
}

impl<D: Driver> std::fmt::Debug for Lease<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lease").field("number", &self.number()).finish_non_exhaustive()
    }
}
