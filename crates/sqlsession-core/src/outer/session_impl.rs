//! The object-safe traits of a session inside of an outer transaction: what it has to say itself, and the rest by the outer
//! session.

use std::{
    any::Any,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use super::session::JoinedSession;
use crate::{
    Error, ErrorKind, Result, ResultSet, Savepoint, Statement,
    bulk::{BulkRows, TableName},
    driver::{BoxFuture, Dialect, IsolationLevel, ServerTransaction},
    result::Warning,
    session::{Connection, Info, KeyedSelect, RowStream, Session},
    statement::ParameterSet,
    unit_of_work::UnitOfWork,
};

impl Connection for JoinedSession {
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async move { self.enter().await?.execute(statement).await })
    }

    fn execute_many(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async move { self.enter().await?.execute_many(statement, sets).await })
    }

    fn execute_multi(&mut self, statement: Statement) -> BoxFuture<'_, Result<Vec<ResultSet>>> {
        Box::pin(async move { self.enter().await?.execute_multi(statement).await })
    }

    fn warnings<'a>(&'a mut self, result: &'a ResultSet) -> BoxFuture<'a, Result<Vec<Warning>>> {
        Box::pin(async move { self.enter().await?.warnings(result).await })
    }

    fn execute_and_commit(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async move {
            let result = self.execute(statement).await;
            self.commit_behind(result).await
        })
    }

    fn execute_many_and_commit(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async move {
            let result = self.execute_many(statement, sets).await;
            self.commit_behind(result).await
        })
    }

    fn bulk_insert(
        &mut self,
        table: TableName,
        columns: Vec<String>,
        rows: BulkRows,
    ) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move { self.enter().await?.bulk_insert(table, columns, rows).await })
    }

    fn stream(&mut self, statement: Statement) -> BoxFuture<'_, Result<RowStream<'_>>> {
        Box::pin(async move { self.enter().await?.stream(statement).await })
    }

    fn execute_script(&mut self, sql: Arc<str>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.enter().await?.execute_script(sql).await })
    }

    fn begin(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { self.begin_by_hand() })
    }

    fn begin_nested(&mut self) -> BoxFuture<'_, Result<Savepoint>> {
        Box::pin(self.begin_nested_now())
    }

    fn release(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.used()?.release(savepoint).await })
    }

    fn rollback_to(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.used()?.rollback_to(savepoint).await })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit_now())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_now())
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_now())
    }

    fn interrupt(&mut self) {
        self.break_off();
    }

    fn invalidate(&mut self) {
        if let Some(session) = self.session_mut() {
            session.invalidate();
        }
        self.break_off();
    }

    fn dialect(&self) -> &Dialect {
        Self::dialect(self)
    }

    fn in_transaction(&self) -> bool {
        Self::in_transaction(self)
    }

    fn in_nested_transaction(&self) -> bool {
        self.in_nested()
    }

    fn is_savepoint_active(&self, savepoint: Savepoint) -> bool {
        self.session().is_some_and(|session| session.is_savepoint_active(savepoint))
    }

    fn abandon(&mut self, savepoint: Savepoint) {
        if let Some(session) = self.session_mut() {
            session.abandon(savepoint);
        }
    }

    fn recover(&mut self) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async { self.used()?.recover().await })
    }

    fn is_active(&self) -> bool {
        Self::is_active(self)
    }

    fn retry_reason(&self) -> Option<ErrorKind> {
        if self.released {
            return None;
        }
        // Where the outer transaction is gone there is nothing to run again in.
        self.session().filter(|session| session.is_active())?.retry_reason()
    }

    fn server_transaction(&self) -> ServerTransaction {
        self.session().map_or(ServerTransaction::Idle, Connection::server_transaction)
    }

    fn isolation_level(&self) -> Option<IsolationLevel> {
        self.options.isolation_level
    }

    fn set_isolation_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
        if Self::in_transaction(self) {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the isolation level cannot change inside a transaction: set it before the first statement",
            ));
        }
        self.options.isolation_level = level;
        Ok(())
    }

    fn set_statement_timeout(&mut self, limit: Option<Duration>) {
        self.options.statement_timeout = limit;
        if let Some(session) = self.session_mut() {
            session.set_statement_timeout(limit);
        }
    }

    fn raw(&mut self) -> BoxFuture<'_, Result<&mut (dyn Any + Send)>> {
        Box::pin(async move { self.enter().await?.raw().await })
    }

    fn info(&mut self) -> &mut Info {
        &mut self.info
    }

    fn stream_opened(&mut self) {
        if let Some(session) = self.session_mut() {
            session.stream_opened();
        }
    }

    fn stream_left(&mut self, sql: Arc<str>, failure: Option<Error>) {
        if let Some(session) = self.session_mut() {
            session.stream_left(sql, failure);
        }
    }

    fn poll_running(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self.session_mut() {
            Some(session) => session.poll_running(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl Session for JoinedSession {
    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.flush_now())
    }

    fn begin_work(&mut self) -> Result<&mut UnitOfWork> {
        self.begin_work_now()
    }

    fn work(&self) -> Option<&UnitOfWork> {
        self.held_work()
    }

    fn work_mut(&mut self) -> &mut UnitOfWork {
        self.held_work_mut()
    }

    fn select_by_key(&mut self, select: KeyedSelect) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async move { self.enter().await?.select_by_key(select).await })
    }

    fn connection(&mut self) -> BoxFuture<'_, Result<&mut dyn Connection>> {
        Box::pin(async {
            self.enter().await?;
            Ok(self as &mut dyn Connection)
        })
    }
}

impl JoinedSession {
    async fn commit_behind(&mut self, result: Result<ResultSet>) -> Result<ResultSet> {
        match result {
            Ok(result) => {
                let mut unfinished = Unfinished { session: self, is_over: false };
                let committed = unfinished.session.commit_now().await;
                unfinished.is_over = true;
                committed.map(|()| result)
            }
            Err(error) => {
                self.break_off();
                Err(error)
            }
        }
    }

    /// The outer session, in which a savepoint of this session was set.
    fn used(&mut self) -> Result<&mut dyn Session> {
        self.session_mut().ok_or_else(|| Error::new(ErrorKind::InvalidState, "this savepoint has ended"))
    }
}

/// The commit behind a last statement. Dropped before its end it interrupts the session, as what is dropped in the middle of
/// an operation does.
struct Unfinished<'s> {
    session: &'s mut JoinedSession,
    is_over: bool,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.is_over
            && let Some(session) = self.session.session_mut()
        {
            session.interrupt();
        }
    }
}
