//! How a text of several statements runs, with the result of each.

use std::time::Instant;

use super::{driver_session::DriverSession, execute::Prepared, lane::Task, state::Breakage};
use crate::{
    Error, ErrorKind, Result, ResultSet, Statement,
    driver::{Begin, Driver, DriverConnection, Request, RunOptions},
    statement::{Commits, CompiledText, Lexicon, statements},
};

impl<D: Driver> DriverSession<D> {
    pub(super) async fn execute_multi_now(&mut self, statement: Statement) -> Result<Vec<ResultSet>> {
        let dialect = self.shared.driver.dialect();
        let (lexicon, at_once) = (Lexicon::of(dialect), dialect.several_statements);
        let Several { mut request, parts } =
            self.prepare(|texts| Several::new(texts.compile(statement)?, lexicon)).await?;
        if request.text.is_blank() {
            self.state.answered();
            return Ok(Vec::new());
        }
        if parts.len() > 1 && !at_once {
            return self.execute_parts(parts, request.options).await;
        }
        request.all_results = true;
        let text = request.text.clone();
        let opens_for_several = request.begin.is_some() && parts.len() > 1;
        let watched = self.watch_request(&request);
        if parts.len() > 1 {
            self.state.runs_several();
        }
        let result = self.run(Task::Statement, |connection| connection.execute(request)).await;
        if opens_for_several {
            self.note_several(result.as_ref().err());
        }
        let mut outcome = self.conclude(result, watched, text.sql())?;
        let mut further = std::mem::take(&mut outcome.further);
        let Some(last) = further.pop() else { return Ok(vec![self.result_of(outcome)]) };
        let mut results: Vec<_> = std::iter::once(outcome).chain(further).map(ResultSet::from).collect();
        results.push(self.result_of(last));
        Ok(results)
    }

    /// Runs statement after statement.
    async fn execute_parts(&mut self, parts: Vec<String>, options: RunOptions) -> Result<Vec<ResultSet>> {
        let end = options.timeout.and_then(|limit| Instant::now().checked_add(limit));
        let mut results = Vec::with_capacity(parts.len());
        let flushed = self.state.is_flushed();
        let mut unfinished = Unfinished { session: self, parts: &parts, run: 0, flushed };
        for part in &parts {
            let result = match bounded(Statement::raw(part.clone()), end) {
                Ok(statement) => unfinished.session.execute_now(statement).await,
                Err(error) => Err(error),
            };
            unfinished.run += 1;
            match result {
                Ok(result) => results.push(result),
                Err(error) => {
                    unfinished.session.state.answered();
                    let number = std::mem::take(&mut unfinished.run);
                    return Err(error.with_statement_number(number));
                }
            }
        }
        unfinished.run = 0;
        Ok(results)
    }
}

/// The statements of a text, of which some may have run. Dropped between two of them it interrupts the session, as what
/// is dropped in the middle of one does.
struct Unfinished<'s, D: Driver> {
    session: &'s mut DriverSession<D>,
    parts: &'s [String],
    /// How many, while there are more.
    run: usize,
    /// Whether a flush before them is durable.
    flushed: bool,
}

impl<D: Driver> Drop for Unfinished<'_, D> {
    fn drop(&mut self) {
        if self.run > 0 {
            let dialect = self.session.shared.driver.dialect();
            let may_be_durable = |part: &String| {
                let effects = CompiledText::raw(part.as_str()).effects(dialect);
                effects.commits != Commits::Never || (self.session.is_autocommit() && !effects.only_reads)
            };
            // Nobody has been told that it went well.
            if self.flushed || self.parts.iter().take(self.run).any(may_be_durable) {
                self.session.state.doubt();
            }
            self.session.state.break_with(Breakage::Interrupted);
        }
    }
}

/// A text that is ready to run, and the statements in it where there may be several.
struct Several {
    request: Request,
    parts: Vec<String>,
}

impl Several {
    fn new(request: Request, lexicon: Lexicon) -> Result<Self> {
        let text = &request.text;
        let parts: Vec<String> = if text.has_inner_semicolon() {
            statements(text.sql(), lexicon).into_iter().map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        if parts.len() > 1 && !request.values.is_empty() {
            let message =
                "several statements in one text take no parameters: run those that have some one by one";
            return Err(Error::new(ErrorKind::Unsupported, message).with_statement(text.sql().clone()));
        }
        Ok(Self { request, parts })
    }
}

impl Prepared for Several {
    fn begin_and_options(&mut self) -> (&mut Option<Begin>, &mut RunOptions) {
        self.request.begin_and_options()
    }
}

/// A statement that has to end by then.
///
/// # Errors
/// `StatementTimeout` when no time is left.
fn bounded(statement: Statement, end: Option<Instant>) -> Result<Statement> {
    let Some(end) = end else { return Ok(statement) };
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        let message = "the time for all statements of the text was over before this one";
        return Err(Error::new(ErrorKind::StatementTimeout, message));
    }
    Ok(statement.timeout(left))
}
