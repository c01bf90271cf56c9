use std::sync::Arc;

use hashlink::LruCache;
use mysql_async::{Column, Statement, prelude::Queryable as _};
use sqlsession_core::{Error, ErrorKind, Result, statement::CompiledText};

use super::mysql_connection::Inner;
use crate::{error::from_mysql, rows::MyColumns};

/// The number of the error of what can not be prepared.
pub(super) const UNPREPARABLE: &str = "1295";

/// How a text is run.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// The server has prepared it for this connection.
    Prepared(Statement),
    /// The server cannot prepare it: it is sent as text, and has no values.
    Text,
}

/// The statements of a connection, by their texts; those used longest ago are given up first.
#[derive(Debug)]
pub(super) struct PreparedStatements {
    kept: LruCache<Arc<str>, Kept>,
    size: usize,
}

#[derive(Debug)]
struct Kept {
    plan: Plan,
    /// The columns of its rows the last time it ran.
    columns: Option<Arc<MyColumns>>,
}

impl PreparedStatements {
    pub(super) fn new(size: usize) -> Self {
        Self { kept: LruCache::new_unbounded(), size }
    }

    /// The columns of a result of this text.
    pub(super) fn columns(&mut self, sql: &Arc<str>, described: Arc<[Column]>) -> Arc<MyColumns> {
        let Some(kept) = self.kept.get_mut(sql) else { return MyColumns::of(described) };
        match &kept.columns {
            Some(columns) if columns.are(&described) => Arc::clone(columns),
            _ => Arc::clone(kept.columns.insert(MyColumns::of(described))),
        }
    }

    /// Keeps a statement, and gives the one that goes for it.
    fn keep(&mut self, sql: &Arc<str>, plan: Plan) -> Option<Plan> {
        self.kept.insert(Arc::clone(sql), Kept { plan, columns: None });
        if self.kept.len() <= self.size {
            return None;
        }
        self.kept.remove_lru().map(|(_, kept)| kept.plan)
    }
}

impl Inner {
    /// How to run this text with so many values, which is prepared if it is not.
    pub(super) async fn plan(&mut self, text: &CompiledText, values: usize) -> Result<Plan> {
        let sql = text.sql();
        if let Some(kept) = self.prepared.kept.get(sql) {
            return Ok(kept.plan.clone());
        }
        let plan = match self.prepare(sql, values).await {
            Ok(Some(statement)) => Plan::Prepared(statement),
            Ok(None) if values == 0 && !text.has_inner_semicolon() => Plan::Text,
            Ok(None) => return Err(unpreparable()),
            Err(error)
                if error.code() == Some(UNPREPARABLE) && values == 0 && !text.has_inner_semicolon() =>
            {
                Plan::Text
            }
            Err(error) => return Err(error),
        };
        if self.prepared.size == 0 {
            return Ok(plan);
        }
        if let Some(given_up) = self.prepared.keep(sql, plan.clone()) {
            self.close(given_up).await?;
        }
        Ok(plan)
    }

    /// Has a text prepared, unless mysql_async reads a parameter of its own notation in it.
    pub(super) async fn prepare(&mut self, sql: &str, values: usize) -> Result<Option<Statement>> {
        let statement = self.conn.prep(sql).await.map_err(from_mysql)?;
        if usize::from(statement.num_params()) == values {
            return Ok(Some(statement));
        }
        self.close(Plan::Prepared(statement)).await?;
        Ok(None)
    }

    /// Closes a statement that is not kept. The server does not answer.
    pub(super) async fn close(&mut self, plan: Plan) -> Result<()> {
        match plan {
            Plan::Prepared(statement) => self.conn.close(statement).await.map_err(from_mysql),
            Plan::Text => Ok(()),
        }
    }

    /// Closes a statement after use, where none are kept.
    pub(super) async fn used(&mut self, plan: Plan) -> Result<()> {
        if self.prepared.size == 0 { self.close(plan).await } else { Ok(()) }
    }

    /// Gives up a statement that the server no longer runs.
    pub(super) async fn forget(&mut self, sql: &Arc<str>) -> Result<()> {
        match self.prepared.kept.remove(sql) {
            Some(kept) => self.close(kept.plan).await,
            None => Ok(()),
        }
    }
}

fn unpreparable() -> Error {
    Error::new(
        ErrorKind::BadParameter,
        "the statement does not take as many values as it was given, or a colon before a name is in it outside of quotes",
    )
}
