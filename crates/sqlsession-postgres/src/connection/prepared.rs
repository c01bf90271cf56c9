use std::sync::Arc;

use hashlink::LruCache;
use tokio_postgres::Statement;

use crate::rows::PgColumns;

/// A statement the server has prepared for this connection.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) statement: Statement,
    /// The columns of its rows; `None` for a statement that returns none.
    pub(super) columns: Option<Arc<PgColumns>>,
}

impl Prepared {
    pub(super) fn new(statement: Statement) -> Self {
        let columns = (!statement.columns().is_empty()).then(|| PgColumns::of(statement.columns()));
        Self { statement, columns }
    }
}

/// What is known of a text.
#[derive(Debug, Clone)]
enum Entry {
    /// It has run once, and will be prepared when it runs again.
    Seen,
    Prepared(Prepared),
}

/// How a text is to be run.
#[derive(Debug)]
pub(super) enum Plan {
    /// Unnamed, in one round trip.
    Once,
    /// Unnamed, and prepared for the next time in the same flight.
    OnceAndPrepare,
    Prepared(Prepared),
}

/// The prepared statements of a connection, by their texts; those used longest ago are given up first.
///
/// A text is prepared when it runs for the second time, so that one that runs once costs one round trip.
#[derive(Debug)]
pub(super) struct PreparedStatements {
    /// `None` prepares nothing.
    entries: Option<LruCache<Arc<str>, Entry>>,
}

impl PreparedStatements {
    pub(super) fn new(size: usize) -> Self {
        Self { entries: (size > 0).then(|| LruCache::new(size)) }
    }

    /// How to run this text now.
    pub(super) fn plan(&mut self, sql: &Arc<str>) -> Plan {
        let Some(entries) = &mut self.entries else { return Plan::Once };
        match entries.get(sql) {
            Some(Entry::Prepared(prepared)) => Plan::Prepared(prepared.clone()),
            Some(Entry::Seen) => Plan::OnceAndPrepare,
            None => {
                entries.insert(Arc::clone(sql), Entry::Seen);
                Plan::Once
            }
        }
    }

    /// The prepared statement of this text, if there is one.
    pub(super) fn get(&mut self, sql: &Arc<str>) -> Option<Prepared> {
        match self.entries.as_mut()?.get(sql)? {
            Entry::Prepared(prepared) => Some(prepared.clone()),
            Entry::Seen => None,
        }
    }

    pub(super) fn insert(&mut self, sql: &Arc<str>, prepared: Prepared) {
        if let Some(entries) = &mut self.entries {
            entries.insert(Arc::clone(sql), Entry::Prepared(prepared));
        }
    }

    /// Gives up one that the server no longer runs.
    pub(super) fn forget(&mut self, sql: &Arc<str>) {
        if let Some(entries) = &mut self.entries {
            entries.remove(sql);
        }
    }
}
