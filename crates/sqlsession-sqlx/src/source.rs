use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use sqlx_core::pool::{Pool, PoolConnection};

use crate::backend::{Backend, ConnectOptions};

/// Where connections come from.
pub(crate) enum Source<DB: Backend> {
    /// They are opened, one by one, for core's pool.
    Server(Arc<ConnectOptions<DB>>),
    /// They are taken out of a pool of the program's.
    Pool(Pool<DB>),
}

impl<DB: Backend> fmt::Debug for Source<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server(_) => "Server",
            Self::Pool(_) => "Pool",
        })
    }
}

/// What an engine's connections share.
#[derive(Debug)]
pub(crate) struct Shared<DB: Backend> {
    pub(crate) source: Source<DB>,
    pub(crate) settings: DB::Settings,
    /// Statements of which a connection remembers what they are.
    pub(crate) statements: usize,
}

impl<DB: Backend> Shared<DB> {
    /// How another connection is opened beside those there are.
    pub(crate) fn connect_options(&self) -> Arc<ConnectOptions<DB>> {
        match &self.source {
            Source::Server(options) => Arc::clone(options),
            Source::Pool(pool) => pool.connect_options(),
        }
    }
}

/// A connection of sqlx's.
pub(crate) enum Client<DB: Backend> {
    Own(DB::Connection),
    /// Out of a pool, into which it goes back when it is dropped.
    Pooled(PoolConnection<DB>),
}

impl<DB: Backend> Client<DB> {
    /// Drops the connection, and does not let it go back.
    pub(crate) fn cut(self) {
        match self {
            Self::Own(client) => drop(client),
            Self::Pooled(pooled) => drop(pooled.detach()),
        }
    }
}

impl<DB: Backend> Deref for Client<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match self {
            Self::Own(client) => client,
            Self::Pooled(pooled) => pooled,
        }
    }
}

impl<DB: Backend> DerefMut for Client<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Self::Own(client) => client,
            Self::Pooled(pooled) => pooled,
        }
    }
}
