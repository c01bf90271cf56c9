//! The state machine behind the object-safe traits.

use std::{
    any::Any,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use super::{
    Connection, DriverSession, Info, KeyedSelect, LeftStream, Ongoing, RowStream, Savepoint, Session,
    Started,
    lane::Task,
    state::{Breakage, Phase},
};
use crate::{
    Error, ErrorKind, Result, ResultSet, Statement,
    bulk::{BulkRows, TableName},
    driver::{BoxFuture, Dialect, Driver, DriverConnection, IsolationLevel, ServerTransaction},
    engine::check_level,
    pool::Lease,
    result::Warning,
    statement::ParameterSet,
    unit_of_work::UnitOfWork,
};

impl<D: Driver> Connection for DriverSession<D> {
    fn execute(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(self.execute_now(statement))
    }

    fn execute_in_stride(&mut self, statement: Statement) -> std::result::Result<Started, Statement> {
        self.execute_at_once(statement)
    }

    fn poll_end(&mut self, cx: &mut Context<'_>, ongoing: &mut Ongoing) -> Poll<Result<ResultSet>> {
        self.poll_end_now(cx, ongoing)
    }

    fn execute_and_commit(&mut self, statement: Statement) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async { self.execute_and_commit_now(statement).await.map(ResultSet::from) })
    }

    fn execute_many_and_commit(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async { self.execute_many_and_commit_now(statement, sets).await.map(ResultSet::from) })
    }

    fn execute_many(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(async {
            let outcome = self.execute_many_now(statement, sets).await?;
            Ok(self.result_of(outcome))
        })
    }

    fn execute_multi(&mut self, statement: Statement) -> BoxFuture<'_, Result<Vec<ResultSet>>> {
        Box::pin(self.execute_multi_now(statement))
    }

    fn warnings<'a>(&'a mut self, result: &'a ResultSet) -> BoxFuture<'a, Result<Vec<Warning>>> {
        Box::pin(self.warnings_now(result))
    }

    fn bulk_insert(
        &mut self,
        table: TableName,
        columns: Vec<String>,
        rows: BulkRows,
    ) -> BoxFuture<'_, Result<u64>> {
        Box::pin(self.bulk_insert_now(table, columns, rows))
    }

    fn stream(&mut self, statement: Statement) -> BoxFuture<'_, Result<RowStream<'_>>> {
        Box::pin(async {
            let receiver = self.stream_now(statement).await?;
            RowStream::open(self, receiver).await
        })
    }

    fn execute_script(&mut self, sql: Arc<str>) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { self.script_now(sql).await.map(drop) })
    }

    fn begin(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.begin_now())
    }

    fn begin_nested(&mut self) -> BoxFuture<'_, Result<Savepoint>> {
        Box::pin(self.begin_nested_now())
    }

    fn release(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.release_savepoint(savepoint))
    }

    fn rollback_to(&mut self, savepoint: Savepoint) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_to_savepoint(savepoint))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit_now())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.rollback_now())
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.close_now())
    }

    fn invalidate(&mut self) {
        self.invalidate_now();
    }

    fn close_on_return(&mut self, closes: bool) {
        if let Some(identity) = self.lane.lease().and_then(Lease::identity) {
            identity.closes_on_return = closes;
        }
    }

    fn interrupt(&mut self) {
        if !self.state.in_transaction() {
            self.state.begin();
        }
        self.state.break_with(Breakage::Interrupted);
    }

    fn dialect(&self) -> &Dialect {
        self.shared.driver.dialect()
    }

    fn in_transaction(&self) -> bool {
        self.state.in_transaction()
    }

    fn in_nested_transaction(&self) -> bool {
        self.state.in_nested()
    }

    fn is_savepoint_active(&self, savepoint: Savepoint) -> bool {
        self.state.is_active(savepoint)
    }

    fn abandon(&mut self, savepoint: Savepoint) {
        Self::abandon(self, savepoint);
    }

    fn recover(&mut self) -> BoxFuture<'_, Result<bool>> {
        Box::pin(self.recover_now())
    }

    fn is_active(&self) -> bool {
        !matches!(self.state.phase(), Phase::Broken(_))
    }

    fn retry_reason(&self) -> Option<ErrorKind> {
        self.retrospect.reason()
    }

    fn server_transaction(&self) -> ServerTransaction {
        self.lane.server_transaction().unwrap_or(if self.lane.is_empty() {
            ServerTransaction::Idle
        } else {
            ServerTransaction::Unknown
        })
    }

    fn isolation_level(&self) -> Option<IsolationLevel> {
        self.options.isolation_level
    }

    fn set_isolation_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
        if self.state.in_transaction() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the isolation level cannot change inside a transaction: set it before the first statement",
            ));
        }
        if let Some(level) = level {
            check_level(&self.shared.driver, level)?;
        }
        self.options.isolation_level = level;
        Ok(())
    }

    fn set_statement_timeout(&mut self, limit: Option<Duration>) {
        self.options.statement_timeout = limit;
    }

    fn raw(&mut self) -> BoxFuture<'_, Result<&mut (dyn Any + Send)>> {
        Box::pin(async {
            self.get_ready().await?;
            self.send_savepoints().await?;
            self.open_now().await?;
            self.check_connection()?;
            self.warned = None;
            // Whatever failed before, the program goes on.
            self.retrospect.succeeded();
            self.state.answered();
            match self.lane.connection() {
                Some(connection) => Ok(connection.raw()),
                None => Err(Error::new(ErrorKind::InvalidState, "the session has no connection")),
            }
        })
    }

    fn info(&mut self) -> &mut Info {
        &mut self.info
    }

    fn stream_opened(&mut self) {
        self.lane.now_does(Task::Stream);
        self.state.answered();
    }

    fn stream_left(&mut self, sql: Arc<str>, failure: Option<Error>) {
        self.left = Some(Box::new(LeftStream { sql, failure }));
    }

    fn poll_running(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Poll::Ready(end) = self.lane.poll(cx) else { return Poll::Pending };
        match end {
            None => Poll::Ready(Ok(())),
            Some(result) => {
                self.note(result.as_ref().err());
                self.look_back(&result);
                self.state.answered();
                Poll::Ready(self.settled(result).map(drop))
            }
        }
    }
}

impl<D: Driver> Session for DriverSession<D> {
    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            self.ready().await?;
            let flushed = self.flush_now().await;
            self.state.answered();
            flushed
        })
    }

    fn begin_work(&mut self) -> Result<&mut UnitOfWork> {
        Self::begin_work(self)
    }

    fn work(&self) -> Option<&UnitOfWork> {
        self.work.as_deref()
    }

    fn work_mut(&mut self) -> &mut UnitOfWork {
        self.work.get_or_insert_with(Box::default)
    }

    fn select_by_key(&mut self, select: KeyedSelect) -> BoxFuture<'_, Result<ResultSet>> {
        Box::pin(self.select_now(select))
    }

    fn select_in_stride(&mut self, select: KeyedSelect) -> std::result::Result<Started, KeyedSelect> {
        self.select_at_once(select)
    }

    fn connection(&mut self) -> BoxFuture<'_, Result<&mut dyn Connection>> {
        Box::pin(async {
            self.ready().await?;
            self.acquire().await?;
            Ok(self as &mut dyn Connection)
        })
    }
}
