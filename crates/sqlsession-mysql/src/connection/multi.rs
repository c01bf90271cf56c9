use std::sync::Arc;

use mysql_async::{
    BinaryProtocol, Conn, Params, QueryResult, TextProtocol,
    prelude::{Protocol, Queryable as _},
};
use sqlsession_core::{
    Result,
    driver::{Outcome, Request},
    statement::{Lexicon, statements},
};

use super::{
    answer::key,
    mysql_connection::Inner,
    prepared::{Plan, Planned},
};
use crate::{
    driver::DIALECT,
    error::from_mysql,
    first_word::{calls, may_use, uses},
    rows::{MyColumns, Rows},
    types::bind_all,
};

impl Inner {
    /// Runs a statement, or a text of several without values, and reads every result.
    pub(super) async fn run_for_all_results(&mut self, request: &Request) -> Result<Outcome> {
        let text = &request.text;
        if text.has_inner_semicolon() && request.values.is_empty() {
            return self.run_several(text.sql()).await;
        }
        match self.attempt_for_all_results(request).await {
            Err(error) if self.is_to_run_again(text, &error).await? => {
                self.attempt_for_all_results(request).await
            }
            result => result,
        }
    }

    /// Sends a text that may hold several statements, as only a text can.
    async fn run_several(&mut self, sql: &Arc<str>) -> Result<Outcome> {
        self.may_stray(sql).await?;
        self.canceller.check()?;
        self.transaction.touch();
        let mut results = Vec::new();
        let ran = match self.conn.query_iter(&**sql).await {
            Ok(_) => read_all::<TextProtocol>(&mut self.conn, &mut results).await,
            Err(error) => Err(from_mysql(error)),
        };
        self.transaction.note(&self.conn);
        if may_use(sql) {
            self.has_left_database().await?;
        }
        match ran {
            Ok(()) => Ok(joined(results)),
            Err(error) => Err(error.with_statement_number(1 + ended(sql, &results))),
        }
    }

    async fn attempt_for_all_results(&mut self, request: &Request) -> Result<Outcome> {
        let values = bind_all(&request.values, self.server.most_fraction)?;
        let Planned { plan, sets_level, .. } = self.plan(&request.text, &request.values).await?;
        self.canceller.check()?;
        self.transaction.touch();
        self.transaction.level_strayed |= sets_level;
        let mut results = Vec::new();
        let ran = match &plan {
            Plan::Prepared(statement) => {
                match self.conn.exec_iter(statement, Params::Positional(values)).await {
                    Ok(_) => read_all::<BinaryProtocol>(&mut self.conn, &mut results).await,
                    Err(error) => Err(from_mysql(error)),
                }
            }
            Plan::Text => match self.conn.query_iter(&**request.text.sql()).await {
                Ok(_) => read_all::<TextProtocol>(&mut self.conn, &mut results).await,
                Err(error) => Err(from_mysql(error)),
            },
        };
        self.transaction.note(&self.conn);
        if matches!(plan, Plan::Text) && uses(request.text.sql()) {
            self.has_left_database().await?;
        }
        if ran.is_ok() || !self.conn.is_disconnected() {
            self.used(plan).await?;
        }
        ran.map(|()| joined(results))
    }
}

/// Reads result after result of what was sent last. What comes before an error is kept.
///
/// What the server says of a result is looked at as soon as it is there: going on to the next one puts another in its
/// place.
async fn read_all<P: Protocol>(conn: &mut Conn, results: &mut Vec<Outcome>) -> Result<()> {
    loop {
        let mut result = QueryResult::<P>::new(&mut *conn);
        let Some(described) = result.columns() else {
            // It is the end, or an error in place of a result.
            return result.next().await.map(drop).map_err(from_mysql);
        };
        let mut outcome = Outcome::default();
        if described.is_empty() {
            outcome.rows_affected = Some(result.affected_rows());
            outcome.warnings = Some(result.warnings().into());
            outcome.last_insert_id = key(result.last_insert_id());
            results.push(outcome);
            result.next().await.map_err(from_mysql)?;
            continue;
        }
        let mut rows = Rows::default();
        while let Some(row) = result.next().await.map_err(from_mysql)? {
            rows.push(row);
        }
        if result.columns().is_none() {
            outcome.warnings = Some(result.warnings().into());
        }
        outcome.rows_affected = u64::try_from(rows.len()).ok();
        outcome.rows = Some(rows.batch(MyColumns::of(described)));
        results.push(outcome);
    }
}

/// The first result with those behind it.
fn joined(results: Vec<Outcome>) -> Outcome {
    let mut results = results.into_iter();
    let mut first = results.next().unwrap_or_default();
    first.further = results.collect();
    first
}

/// How many statements of a text have given their last result. A CALL ends with a result without rows.
fn ended(sql: &str, results: &[Outcome]) -> usize {
    let parts = statements(sql, Lexicon::of(&DIALECT));
    let mut ended = 0;
    for result in results {
        let calls = parts.get(ended).is_some_and(|part| calls(part));
        ended += usize::from(!calls || result.rows.is_none());
    }
    ended
}
