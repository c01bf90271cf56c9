//! How a statement runs.

use std::sync::Arc;

use super::{driver_session::DriverSession, lane::Task};
use crate::{
    Error, ErrorKind, Result, Statement,
    driver::{Driver, DriverConnection, ManyRequest, Outcome, Request, RowReceiver, RunOptions, row_channel},
    statement::{CompiledText, ParameterSet, TextCache},
};

impl<D: Driver> DriverSession<D> {
    pub(super) async fn execute_now(&mut self, statement: Statement) -> Result<Outcome> {
        let request = self.prepare(|texts| texts.compile(statement)).await?;
        let text = request.text.clone();
        let watched = self.watch(&text, 1);
        let result = self.run(Task::Statement, |connection| connection.execute(request)).await;
        if let Some(watched) = watched {
            watched.end(&result);
        }
        result.map_err(|error| error.with_statement(text.sql().clone()))
    }

    pub(super) async fn execute_many_now(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> Result<Outcome> {
        let request = self.prepare(|texts| texts.compile_many(statement, sets)).await?;
        let text = request.text.clone();
        let watched = self.watch(&text, request.sets.len());
        let result = self.run(Task::Statement, |connection| connection.execute_many(request)).await;
        if let Some(watched) = watched {
            watched.end(&result);
        }
        result.map_err(|error| error.with_statement(text.sql().clone()))
    }

    pub(super) async fn script_now(&mut self, sql: Arc<str>) -> Result<Outcome> {
        self.get_ready().await?;
        self.send_savepoints().await?;
        if let Some(begin) = self.begin_to_send() {
            let begin = crate::driver::Control::Begin(begin);
            self.run(Task::Statement, |connection| connection.control(begin)).await?;
        }
        let text = Arc::new(CompiledText::raw(sql.clone()));
        let watched = self.watch(&text, 1);
        let result = self.run(Task::Statement, |connection| connection.script(sql.clone())).await;
        if let Some(watched) = watched {
            watched.end(&result);
        }
        result.map_err(|error| error.with_statement(sql))
    }

    /// Starts a statement whose rows are read as they come. The operation is in the lane, or over, when this is done.
    pub(super) async fn stream_now(&mut self, statement: Statement) -> Result<RowReceiver> {
        let request = self.prepare(|texts| texts.compile(statement)).await?;
        let text = request.text.clone();
        let (sender, receiver) = row_channel();
        if self.shared.face == crate::driver::Face::Async {
            tokio::task::coop::consume_budget().await;
        }
        let watched = self.watch(&text, 1);
        let started = self.lane.start(Task::Stream, |connection| connection.stream(request, sender));
        if let Some(result) = started {
            if let Some(watched) = watched {
                watched.end(&result);
            }
            self.note(result.as_ref().err());
            result.map_err(|error| error.with_statement(text.sql().clone()))?;
        }
        Ok(receiver)
    }

    /// Everything that comes before a statement: leftovers, a connection, the text, savepoints, BEGIN.
    ///
    /// What is seldom needed is boxed: the future of a statement in the middle of a transaction stays small, which
    /// is a third of its cost.
    async fn prepare<R: Prepared>(&mut self, compile: impl FnOnce(&mut TextCache) -> Result<R>) -> Result<R> {
        if !self.is_in_stride() {
            Box::pin(self.get_ready()).await?;
        }
        let mut request = match self.lane.lease().and_then(|lease| lease.identity()) {
            Some(identity) => compile(&mut identity.texts)?,
            None => return Err(Error::new(ErrorKind::InvalidState, "the session has no connection")),
        };
        if !self.state.are_savepoints_sent() {
            Box::pin(self.send_savepoints()).await?;
        }
        let (begin, options) = request.begin_and_options();
        *begin = self.begin_to_send();
        options.timeout = options.timeout.or(self.options.statement_timeout);
        Ok(request)
    }

    async fn get_ready(&mut self) -> Result<()> {
        self.ready().await?;
        self.acquire().await
    }

    fn watch(&mut self, text: &Arc<CompiledText>, sets: usize) -> Option<crate::events::RunningStatement> {
        let lease = self.lane.lease()?;
        lease.listeners().statement(lease.number(), text.sql(), sets)
    }
}

/// What the two sorts of request have in common.
trait Prepared {
    fn begin_and_options(&mut self) -> (&mut Option<crate::driver::Begin>, &mut RunOptions);
}

impl Prepared for Request {
    fn begin_and_options(&mut self) -> (&mut Option<crate::driver::Begin>, &mut RunOptions) {
        (&mut self.begin, &mut self.options)
    }
}

impl Prepared for ManyRequest {
    fn begin_and_options(&mut self) -> (&mut Option<crate::driver::Begin>, &mut RunOptions) {
        (&mut self.begin, &mut self.options)
    }
}
