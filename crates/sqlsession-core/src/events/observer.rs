use std::{fmt::Debug, sync::Arc};

use super::Events;
use crate::{DatabaseUrl, driver::Dialect, pool::PoolOptions};

/// Watches engines: makes the listener of each when it is made.
///
/// For listeners that have to know whose events they are told, as those of traces and metrics do.
pub trait Observer: Debug + Send + Sync {
    /// The listener of this engine.
    fn watch(&self, engine: &Observed<'_>) -> Arc<dyn Events>;
}

/// The engine that is watched.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Observed<'a> {
    /// Where it connects. The password is in it, so name its parts and do not print it with `render`.
    pub url: &'a DatabaseUrl,
    /// Its SQL.
    pub dialect: &'a Dialect,
    /// Its pool.
    pub pool: &'a PoolOptions,
}
