use std::{sync::Arc, time::Instant};

use rusqlite::Connection;
use sqlsession_core::{driver::IsolationLevel, row::PackedRoom};

use super::{cancel::Canceller, state::State};
use crate::{
    columns::ColumnsCache,
    guard::{End, Guard},
    shared::Shared,
};

/// What a [`SqliteConnection`](super::SqliteConnection) points to.
#[derive(Debug)]
pub(crate) struct Inner {
    // Closed before the state gives the writers' turn back.
    pub(super) sqlite: Connection,
    pub(super) state: State,
    pub(super) columns: ColumnsCache,
}

impl Drop for Inner {
    fn drop(&mut self) {
        Guard::uninstall(&mut self.sqlite);
    }
}

impl Inner {
    /// Takes a connection that is set up over.
    pub(crate) fn new(mut sqlite: Connection, shared: Arc<Shared>, wal: bool) -> Self {
        let guard = Arc::new(Guard::new());
        guard.install(&mut sqlite);
        let canceller = Arc::new(Canceller::new(sqlite.get_interrupt_handle(), Arc::clone(&guard)));
        let columns = ColumnsCache::new(shared.options.statement_cache_size());
        let state = State {
            room: PackedRoom::default(),
            guard,
            canceller,
            turn: None,
            writing: false,
            read_only: false,
            readers_block: !wal,
            read_uncommitted: shared.options.isolation_level() == IsolationLevel::ReadUncommitted,
            shared,
            untouched: false,
            lent: false,
            changes_before: 0,
            runs: 0,
        };
        Self { sqlite, state, columns }
    }

    /// An operation has ended.
    pub(super) fn settle(&mut self) {
        self.state.settle(&self.sqlite);
    }

    /// Whether the transaction in which the raw client was handed out was rolled back meanwhile, and not committed: SQLite does
    /// that by itself after some errors, of which only the raw client's user has heard.
    pub(super) fn was_rolled_back(&self) -> bool {
        self.state.lent
            && self.sqlite.is_autocommit()
            && self.state.guard.first_end() == Some(End::RolledBack)
    }

    /// Until when an operation that began to wait now goes on waiting for others.
    pub(super) fn patience(&self, now: Instant) -> Instant {
        now.checked_add(self.state.shared.options.timeout()).unwrap_or(now)
    }
}
