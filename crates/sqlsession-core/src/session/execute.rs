//! How a statement runs.

use std::{
    slice,
    sync::Arc,
    task::{Context, Poll},
};

use super::{Ongoing, Started, driver_session::DriverSession, durable::Durable, lane::Task};
use crate::{
    Result, ResultSet, Statement, Value,
    driver::{
        Begin, Driver, DriverConnection, Face, ManyRequest, Operation, Outcome, Request, RowReceiver,
        RunOptions, row_channel,
    },
    events::RunningStatement,
    result::Mark,
    runtime::use_budget_now,
    statement::{Commits, CompiledText, ParameterSet, TextCache},
};

impl<D: Driver> DriverSession<D> {
    pub(super) async fn execute_now(&mut self, statement: Statement) -> Result<ResultSet> {
        let request = self.prepare(|texts| texts.compile(statement)).await?;
        self.use_budget().await;
        let result = self.start(request).end(self).await;
        self.state.answered();
        result
    }

    /// Starts a statement right here, if nothing has to be sent or waited for before it.
    pub(super) fn execute_at_once(
        &mut self,
        statement: Statement,
    ) -> std::result::Result<Started, Statement> {
        if !self.may_start_at_once() {
            return Err(statement);
        }
        let compiled = match self.lane.lease().and_then(|lease| lease.identity()) {
            Some(identity) => identity.texts.compile(statement),
            None => Err(self.gone()),
        };
        Ok(match compiled {
            Ok(mut request) => {
                self.complete(&mut request);
                self.start(request)
            }
            Err(error) => Started::Ended(Err(error)),
        })
    }

    #[inline(always)]
    pub(super) fn may_start_at_once(&mut self) -> bool {
        (self.is_in_stride() || self.begin_in_stride())
            && self.state.are_savepoints_sent()
            && (self.shared.face == Face::Blocking || use_budget_now())
    }

    #[inline(always)]
    pub(super) fn start(&mut self, mut request: Request) -> Started {
        if request.options.timeout.is_some() {
            // The limit is for the statement, and not for the caller's code that its rows are read by.
            request.sink = None;
        }
        if !self.text.as_ref().is_some_and(|text| Arc::ptr_eq(text, &request.text)) {
            self.text = Some(request.text.clone());
        }
        let watched = self.watch_request(&request);
        match self.begin_on_lane(Task::Statement, |connection| connection.execute(request)) {
            Some(result) => Started::Ended(self.end(result, watched)),
            None => Started::Running(Ongoing { watched }),
        }
    }

    /// Polls the statement that was started for its end.
    pub(super) fn poll_end_now(
        &mut self,
        cx: &mut Context<'_>,
        ongoing: &mut Ongoing,
    ) -> Poll<Result<ResultSet>> {
        let Poll::Ready(end) = self.lane.poll(cx) else { return Poll::Pending };
        let result = end.unwrap_or_else(|| Err(self.gone()));
        Poll::Ready(self.end(result, ongoing.watched.take()))
    }

    /// Takes the end of the statement that was started last into account.
    #[inline(always)]
    fn end(&mut self, result: Result<Outcome>, watched: Option<RunningStatement>) -> Result<ResultSet> {
        self.note(result.as_ref().err());
        self.take_note(&result, watched);
        match self.settled(result) {
            Ok(outcome) => Ok(self.result_of(outcome)),
            Err(error) => Err(match &self.text {
                Some(text) => error.with_statement(text.sql().clone()),
                None => error,
            }),
        }
    }

    /// The result of the operation that ran last, whose warnings can be asked for.
    pub(super) fn result_of(&mut self, outcome: Outcome) -> ResultSet {
        let mut result = ResultSet::from(outcome);
        if result.is_warned() {
            let mark = Mark::new();
            self.warned = Some(mark);
            result.set_mark(mark);
        }
        result
    }

    pub(super) async fn execute_many_now(
        &mut self,
        statement: Statement,
        sets: Vec<ParameterSet>,
    ) -> Result<Outcome> {
        let request = self.prepare(|texts| texts.compile_many(statement, sets)).await?;
        let text = request.text.clone();
        let opens_for_several = request.begin.is_some() && request.sets.len() > 1;
        let watched = self.watch_request(&request);
        let result = self.run(Task::Statement, |connection| connection.execute_many(request)).await;
        if opens_for_several {
            self.note_several(result.as_ref().err());
        }
        self.conclude(result, watched, text.sql())
    }

    pub(super) async fn script_now(&mut self, sql: Arc<str>) -> Result<Outcome> {
        self.get_ready().await?;
        self.send_savepoints().await?;
        self.open_now().await?;
        let text = Arc::new(CompiledText::script(sql.clone()));
        let watched = self.watch(&text, 1, &[]);
        let result = self.run(Task::Statement, |connection| connection.script(sql.clone())).await;
        self.conclude(result, watched, &sql)
    }

    /// Starts a statement whose rows are read as they come. The operation is in the lane, or over, when this is done.
    pub(super) async fn stream_now(&mut self, statement: Statement) -> Result<StartedStream> {
        let request = self.prepare(|texts| texts.compile(statement)).await?;
        let text = request.text.clone();
        let (sender, receiver) = row_channel();
        self.left = None;
        self.use_budget().await;
        let mut watched = self.watch_request(&request);
        // Dropped before its first batch, it is a statement whose end nobody knows.
        let started = self.begin_on_lane(Task::Statement, |connection| connection.stream(request, sender));
        if let Some(result) = started {
            self.note(result.as_ref().err());
            self.conclude(result, watched.take(), text.sql())?;
        }
        Ok(StartedStream { receiver, sql: text.sql().clone(), watched })
    }

    /// Everything that comes before a statement: leftovers, a connection, the text, savepoints, BEGIN.
    ///
    /// What is seldom needed is boxed: the future of a statement in the middle of a transaction stays small, which
    /// is a third of its cost.
    pub(super) async fn prepare<R: Prepared>(
        &mut self,
        compile: impl FnOnce(&mut TextCache) -> Result<R>,
    ) -> Result<R> {
        if !self.is_in_stride() {
            Box::pin(self.get_ready()).await?;
        }
        let mut request = self.compile(compile)?;
        if !self.state.are_savepoints_sent() {
            Box::pin(self.send_savepoints()).await?;
            // A savepoint may have opened the transaction.
            *request.begin_and_options().0 = self.begin_to_send();
        }
        Ok(request)
    }

    pub(super) fn compile<R: Prepared>(
        &mut self,
        compile: impl FnOnce(&mut TextCache) -> Result<R>,
    ) -> Result<R> {
        let compiled = match self.lane.lease().and_then(|lease| lease.identity()) {
            Some(identity) => compile(&mut identity.texts),
            None => return Err(self.gone()),
        };
        let mut request = compiled.inspect_err(|_| self.state.answered())?;
        self.complete(&mut request);
        Ok(request)
    }

    /// Adds what the session has to say: whether a transaction begins with it, and its limit.
    fn complete(&self, request: &mut impl Prepared) {
        let (begin, options) = request.begin_and_options();
        *begin = self.begin_to_send();
        options.timeout = options.timeout.or(self.options.statement_timeout);
    }

    pub(super) async fn get_ready(&mut self) -> Result<()> {
        self.ready().await?;
        self.autoflush().await?;
        self.acquire().await
    }

    /// Takes the end of a statement into account: tells those who watch, and its error which statement it was.
    pub(super) fn conclude(
        &mut self,
        result: Result<Outcome>,
        watched: Option<RunningStatement>,
        sql: &Arc<str>,
    ) -> Result<Outcome> {
        self.take_note(&result, watched);
        self.state.answered();
        self.settled(result).map_err(|error| error.with_statement(sql.clone()))
    }

    fn take_note(&mut self, result: &Result<Outcome>, watched: Option<RunningStatement>) {
        self.look_back(result);
        if let Some(watched) = watched {
            watched.end(result.as_ref().err());
        }
    }

    /// Announces a statement that is about to run.
    #[inline(always)]
    pub(super) fn watch_request(&mut self, request: &impl StatementRequest) -> Option<RunningStatement> {
        let sets = request.sets();
        self.watch(request.text(), sets.len(), sets)
    }

    /// As [`watch_request`](Self::watch_request), with as much of the values as is known.
    #[inline(always)]
    pub(super) fn watch(
        &mut self,
        text: &Arc<CompiledText>,
        sets: usize,
        values: &[Vec<Value>],
    ) -> Option<RunningStatement> {
        let effects = text.effects(self.shared.driver.dialect());
        if effects.may_commit {
            // Whatever its answer is, and whether it comes or not.
            self.retrospect.committed();
        }
        let durable = if effects.commits != Commits::Never {
            self.durable_by_commit(text, effects.commits)
        } else if self.is_autocommit() {
            self.durable_in_autocommit(text, effects, sets)
        } else {
            Durable::Nothing
        };
        self.state.runs(durable);
        let lease = self.lane.lease()?;
        lease.listeners().statement(lease.number(), text.sql(), sets, values)
    }
}

/// A stream whose first batch is not there yet.
pub(super) struct StartedStream {
    pub(super) receiver: RowReceiver,
    pub(super) sql: Arc<str>,
    pub(super) watched: Option<RunningStatement>,
}

/// What the two sorts of request have in common.
pub(super) trait Prepared {
    fn begin_and_options(&mut self) -> (&mut Option<Begin>, &mut RunOptions);
}

/// A request that a driver runs.
pub(super) trait StatementRequest {
    fn text(&self) -> &Arc<CompiledText>;

    fn sets(&self) -> &[Vec<Value>];

    /// Whether COMMIT goes out with it.
    fn commits(&self) -> bool;

    fn start<C: DriverConnection>(self, connection: C) -> Operation<C>;
}

impl Prepared for Request {
    fn begin_and_options(&mut self) -> (&mut Option<Begin>, &mut RunOptions) {
        (&mut self.begin, &mut self.options)
    }
}

impl StatementRequest for Request {
    fn text(&self) -> &Arc<CompiledText> {
        &self.text
    }

    fn sets(&self) -> &[Vec<Value>] {
        slice::from_ref(&self.values)
    }

    fn commits(&self) -> bool {
        self.commit
    }

    fn start<C: DriverConnection>(self, connection: C) -> Operation<C> {
        connection.execute(self)
    }
}

impl Prepared for ManyRequest {
    fn begin_and_options(&mut self) -> (&mut Option<Begin>, &mut RunOptions) {
        (&mut self.begin, &mut self.options)
    }
}

impl StatementRequest for ManyRequest {
    fn text(&self) -> &Arc<CompiledText> {
        &self.text
    }

    fn sets(&self) -> &[Vec<Value>] {
        &self.sets
    }

    fn commits(&self) -> bool {
        self.commit
    }

    fn start<C: DriverConnection>(self, connection: C) -> Operation<C> {
        connection.execute_many(self)
    }
}
