use std::{mem, sync::Arc, time::Instant};

use deadpool::managed::Object;
use tokio::runtime::Handle;

use super::{
    generation::Generation,
    slot::{Identity, Idle, Slots},
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
    slot: Option<Object<Slots<D::Connection>>>,
    generation: Arc<Generation<D::Connection>>,
    identity: Option<Box<Identity>>,
    shared: Arc<Shared<D>>,
    /// Where work that outlives the user's future can go on.
    runtime: Option<Handle>,
}

impl<D: Driver> Lease<D> {
    pub(super) fn new(
        slot: Object<Slots<D::Connection>>,
        generation: Arc<Generation<D::Connection>>,
        shared: &Arc<Shared<D>>,
    ) -> Self {
        generation.left();
        Self {
            slot: Some(slot),
            generation,
            identity: None,
            shared: shared.clone(),
            runtime: Handle::try_current().ok(),
        }
    }

    pub(super) fn take_idle(&mut self) -> Option<Idle<D::Connection>> {
        let idle = self.slot.as_mut()?.idle.take()?;
        self.generation.taken_from_idle();
        Some(idle)
    }

    pub(super) fn set_identity(&mut self, identity: Box<Identity>) {
        self.identity = Some(identity);
    }

    /// The connection is gone, and has been spoken for.
    pub(super) fn forget_identity(&mut self) {
        self.identity = None;
    }

    /// The connection was lost, and others of the pool may have been lost with it.
    pub(crate) fn note_loss(&self) {
        if let Some(identity) = &self.identity {
            self.shared.pool.lost(identity.losses);
        }
    }

    /// The connection's number; 0 while there is none.
    pub(crate) fn number(&self) -> u64 {
        self.identity.as_ref().map_or(0, |identity| identity.number)
    }

    pub(crate) fn identity(&mut self) -> Option<&mut Identity> {
        self.identity.as_deref_mut()
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

    /// Gives a connection without an open transaction back. The pool keeps it if there is room.
    pub(crate) fn check_in(mut self, connection: D::Connection) {
        self.tell(|l, e| l.checkin(e));
        let (Some(mut slot), Some(identity)) = (self.slot.take(), self.identity.take()) else { return };
        self.generation.came_back();
        if self.generation.keep() {
            let unturned = matches!(self.shared.executor, Executor::Runtime(_)).then(Instant::now);
            slot.idle = Some(Idle { connection, identity, unturned });
            drop(slot);
            if self.generation.is_forgotten() {
                // `dispose` went by between the two lines above.
                self.shared.close_all(self.generation.forget());
            }
        } else {
            drop(Object::take(slot));
            self.shared.close(connection, identity.number);
        }
    }

    /// Closes the connection and frees its place.
    pub(crate) fn discard(mut self, connection: Option<D::Connection>) {
        let number = self.number();
        self.free();
        match connection {
            Some(connection) => self.shared.close(connection, number),
            None => self.shared.listeners.tell(number, |l, e| l.close(e)),
        }
    }

    fn free(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.generation.came_back();
            drop(Object::take(slot));
        }
        self.identity = None;
    }
}

impl<D: Driver> Drop for Lease<D> {
    fn drop(&mut self) {
        if self.slot.is_some() {
            let number = mem::take(&mut self.identity).map_or(0, |identity| identity.number);
            self.free();
            if number > 0 {
                self.shared.listeners.tell(number, |l, e| l.close(e));
            }
        }
    }
}

impl<D: Driver> std::fmt::Debug for Lease<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lease").field("number", &self.number()).finish_non_exhaustive()
    }
}
