use std::sync::Arc;

use hashlink::LruCache;
use sqlsession_core::{Result, Value, statement::only_reads};
use tokio_postgres::Statement;

use super::{postgres_connection::Inner, riding::Riding};
use crate::{
    driver::DIALECT,
    error::from_postgres,
    rows::{PgColumns, columns_of},
    types::Declared,
};

/// A statement the server has prepared for this connection.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) statement: Statement,
    /// The columns of its rows; `None` for a statement that returns none.
    pub(super) columns: Option<Arc<PgColumns>>,
    /// What it was prepared for.
    declared: Arc<Declared>,
}

impl Prepared {
    /// One that returns rows or does not: tokio-postgres tells that only of rows that have columns.
    pub(super) fn new(statement: Statement, declared: Declared, returns_rows: bool) -> Self {
        let columns = returns_rows.then(|| columns_of(statement.columns()));
        Self { statement, columns, declared: Arc::new(declared) }
    }
}

impl Inner {
    /// Prepares a statement, and keeps it for the next time.
    pub(super) async fn prepare(
        &mut self,
        sql: &Arc<str>,
        declared: Declared,
        riding: Riding<'_>,
    ) -> Result<Prepared> {
        let types = declared.types();
        let preparing = async { self.client.prepare_typed(sql, &types).await.map_err(from_postgres) };
        let statement = riding.carry_prepare(&self.server, preparing).await;
        drop(types);
        let statement = statement.inspect_err(|error| self.looked_up_in_vain(error))?;
        let returns_rows = may_return_rows(&statement, sql);
        let prepared = Prepared::new(statement, declared, returns_rows);
        self.prepared.insert(sql, prepared.clone());
        Ok(prepared)
    }
}

/// Whether a statement that has not run yet returns rows, which may be rows without columns: `SELECT FROM t`.
pub(super) fn may_return_rows(statement: &Statement, sql: &str) -> bool {
    !statement.columns().is_empty() || only_reads(sql, &DIALECT)
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
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    statements: LruCache<Arc<str>, Prepared>,
    /// Texts that have run once. Apart, so that they do not push out what is prepared.
    seen: LruCache<Arc<str>, ()>,
}

impl PreparedStatements {
    pub(super) fn new(size: usize) -> Self {
        let kept = || Kept { statements: LruCache::new(size), seen: LruCache::new(size) };
        Self { kept: (size > 0).then(kept) }
    }

    /// Whether what is prepared stays.
    pub(super) fn keeps(&self) -> bool {
        self.kept.is_some()
    }

    /// How to run this text with these values now.
    pub(super) fn plan(&mut self, sql: &Arc<str>, values: &[Value]) -> Plan {
        let Some(Kept { statements, seen }) = &mut self.kept else { return Plan::Once };
        match statements.get(sql) {
            Some(prepared) if prepared.declared.suits(values) => Plan::Prepared(prepared.clone()),
            Some(_) => Plan::OnceAndPrepare,
            None if seen.insert(Arc::clone(sql), ()).is_some() => Plan::OnceAndPrepare,
            None => Plan::Once,
        }
    }

    /// The prepared statement of this text for all these sets of values, if there is one.
    pub(super) fn get(&mut self, sql: &Arc<str>, sets: &[Vec<Value>]) -> Option<&Prepared> {
        let statements = &mut self.kept.as_mut()?.statements;
        // The one that was used last stands last: the same text as before need not be looked for.
        let is_last = statements.iter().next_back().is_some_and(|(last, _)| Arc::ptr_eq(last, sql));
        let prepared = if is_last { statements.iter().next_back()?.1 } else { statements.get(sql)? };
        sets.iter().all(|values| prepared.declared.suits(values)).then_some(prepared)
    }

    pub(super) fn insert(&mut self, sql: &Arc<str>, prepared: Prepared) {
        if let Some(kept) = &mut self.kept {
            kept.seen.remove(sql);
            kept.statements.insert(Arc::clone(sql), prepared);
        }
    }

    /// Gives up one that the server no longer runs.
    pub(super) fn forget(&mut self, sql: &Arc<str>) {
        if let Some(kept) = &mut self.kept {
            kept.statements.remove(sql);
        }
    }
}
