use std::{
    future::Future,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use sqlsession_core::{
    Error, ErrorKind,
    driver::{Control, Face, Finished, Operation, Request},
};

use super::{
    Inner, SqliteConnection,
    attempt::{Attempt, How, QUICK, Thread},
    many::Many,
    state::late,
    stream::Streaming,
};
use crate::{
    place::Place,
    wait::{self, Waited},
};

/// Undoing less than so many changes is quick.
const MANY_CHANGES: u64 = 1000;

/// Milliseconds between two looks whether another engine or process has let go of the database, at most: whoever waits
/// has it within 50 ms.
const LONGEST_PAUSE: u64 = 20;

/// An operation that may have to be tried more than once.
#[derive(Debug)]
pub(crate) enum Job {
    Execute(Request),
    Many(Many),
    Stream(Streaming),
    Script(Arc<str>),
    Control(Control),
}

/// What can be tried where it is called for, and is a [`Job`] only once it has to wait.
pub(super) trait Attempted: Into<Job> {
    /// Whether it is known to be quick, so that it may run on a thread that must not be held up.
    fn is_quick(&self, inner: &Inner) -> bool;

    fn attempt(&mut self, inner: &mut Inner, how: How) -> Attempt;

    /// Whether it blocks its thread even if the database is quick.
    fn blocks(&self) -> bool {
        false
    }
}

impl Attempted for Request {
    fn is_quick(&self, _: &Inner) -> bool {
        self.text.cost().is_below(QUICK)
    }

    #[inline]
    fn attempt(&mut self, inner: &mut Inner, how: How) -> Attempt {
        inner.execute(self, how)
    }
}

impl Attempted for Control {
    fn is_quick(&self, inner: &Inner) -> bool {
        match self {
            Self::Commit => !inner.state.writing || inner.state.shared.commit.is_below(QUICK),
            // Every changed page is read back, from the journal where there is one.
            Self::Rollback | Self::Reset | Self::RollbackTo(_) => {
                let changes = inner.sqlite.total_changes().saturating_sub(inner.state.changes_before);
                !inner.state.writing || changes < MANY_CHANGES
            }
            _ => true,
        }
    }

    #[inline]
    fn attempt(&mut self, inner: &mut Inner, how: How) -> Attempt {
        inner.control(*self, how)
    }
}

impl Attempted for Job {
    fn is_quick(&self, inner: &Inner) -> bool {
        match self {
            Self::Execute(request) => request.is_quick(inner),
            Self::Many(many) => {
                let Some(sets) = many.len() else { return false };
                let sets = u32::try_from(sets.max(1)).unwrap_or(u32::MAX);
                many.text.cost().is_below(QUICK / sets)
            }
            Self::Control(control) => control.is_quick(inner),
            Self::Stream(_) | Self::Script(_) => false,
        }
    }

    fn attempt(&mut self, inner: &mut Inner, how: How) -> Attempt {
        match self {
            Self::Execute(request) => request.attempt(inner, how),
            Self::Many(many) => inner.execute_many(many, how),
            Self::Stream(streaming) => inner.stream(streaming, how),
            Self::Script(sql) => inner.script(sql, how),
            Self::Control(control) => control.attempt(inner, how),
        }
    }

    fn blocks(&self) -> bool {
        matches!(self, Self::Stream(_))
    }
}

impl From<Request> for Job {
    fn from(request: Request) -> Self {
        Self::Execute(request)
    }
}

impl From<Control> for Job {
    fn from(control: Control) -> Self {
        Self::Control(control)
    }
}

impl Job {
    /// Whether it has to undo something when it is given up.
    fn is_protected(&self) -> bool {
        matches!(self, Self::Many(many) if many.is_protected())
    }

    /// Undoes what an operation that cannot go on has done.
    fn give_up(mut self, inner: &mut Inner) {
        if let Self::Many(many) = &mut self {
            inner.undo(many);
        }
    }
}

/// Runs an operation: at once if that takes no time, else elsewhere.
pub(super) fn start(
    mut connection: SqliteConnection,
    mut job: impl Attempted,
    timeout: Option<Duration>,
) -> Operation<SqliteConnection> {
    let inner = &mut *connection.0;
    inner.state.guard.begin_operation();
    inner.state.lent = false;
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let thread = match inner.state.shared.face {
        Face::Blocking => Thread::Caller,
        Face::Async => Thread::Runtime,
    };
    let mut first = None;
    if !job.blocks() && (thread == Thread::Caller || job.is_quick(inner)) {
        match job.attempt(inner, How { thread, deadline }) {
            Attempt::Finished(result) => {
                inner.settle();
                return Operation::Done(connection, result);
            }
            attempt => first = Some(attempt),
        }
    }
    go_on(connection, job.into(), deadline, first)
}

/// The way of an operation that has to wait or may take long.
#[cold]
fn go_on(
    connection: SqliteConnection,
    job: Job,
    deadline: Option<Instant>,
    first: Option<Attempt>,
) -> Operation<SqliteConnection> {
    let place = Place::of(connection.0.state.shared.face);
    if job.blocks() && matches!(place, Place::Here) {
        return on_a_thread(connection, job, deadline);
    }
    let here = matches!(place, Place::Here);
    let mut future = Box::pin(drive(connection, job, deadline, first, place));
    if here {
        // It blocks where it would wait, so this is its end.
        if let Poll::Ready(finished) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return match finished {
                Finished { connection: Some(connection), result } => Operation::Done(connection, result),
                lost => Operation::Running(Box::pin(std::future::ready(lost))),
            };
        }
    }
    Operation::Running(future)
}

/// A stream without a blocking pool: its caller reads while it runs, so it takes a thread of its own.
fn on_a_thread(
    connection: SqliteConnection,
    job: Job,
    deadline: Option<Instant>,
) -> Operation<SqliteConnection> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let work = move || {
        let mut future = Box::pin(drive(connection, job, deadline, None, Place::Here));
        if let Poll::Ready(finished) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            // Nobody there to take it: the connection is closed here.
            let _ = sender.send(finished);
        }
    };
    let spawned = std::thread::Builder::new().name("sqlsession-stream".to_owned()).spawn(work);
    Operation::Running(Box::pin(async move {
        if let Err(error) = spawned {
            let error = Error::new(ErrorKind::ResourceExhausted, "no thread could be started for the stream")
                .with_cause(error);
            return Finished { connection: None, result: Err(error) };
        }
        receiver.await.unwrap_or_else(|_| Finished {
            connection: None,
            result: Err(Error::new(
                ErrorKind::ConnectionLost,
                "the thread of the stream did not give it back",
            )),
        })
    }))
}

async fn drive(
    mut connection: SqliteConnection,
    mut job: Job,
    deadline: Option<Instant>,
    mut first: Option<Attempt>,
    place: Place,
) -> Finished<SqliteConnection> {
    let guard = Arc::clone(&connection.0.state.guard);
    let turns = connection.0.state.shared.turns.clone();
    let mut patience = None;
    let mut pauses = [1, 2, 5, 10].into_iter();
    let mut slow = false;
    let error = loop {
        let attempt = match first.take() {
            Some(attempt) => attempt,
            None if matches!(place, Place::Here) => {
                job.attempt(&mut connection.0, How { thread: Thread::Caller, deadline })
            }
            None if !slow && job.is_quick(&connection.0) => {
                job.attempt(&mut connection.0, How { thread: Thread::Runtime, deadline })
            }
            None => {
                let work = move || {
                    let attempt = job.attempt(&mut connection.0, How { thread: Thread::Pool, deadline });
                    if matches!(attempt, Attempt::Finished(_)) {
                        // Whoever was to hear of it may be gone: the turn must not wait for that.
                        connection.0.settle();
                    }
                    (connection, job, attempt)
                };
                match place.run(work).await {
                    Ok((back, same, attempt)) => {
                        connection = back;
                        job = same;
                        attempt
                    }
                    Err(error) => return Finished { connection: None, result: Err(error) },
                }
            }
        };
        let now = Instant::now();
        let waits = *patience.get_or_insert_with(|| connection.0.patience(now));
        let until = deadline.map_or(waits, |deadline| waits.min(deadline));
        match attempt {
            Attempt::Finished(result) => {
                connection.0.settle();
                return Finished { connection: Some(connection), result };
            }
            Attempt::Slow => slow = true,
            Attempt::Turn => match wait::wait_for(&place, &guard, until, turns.take()).await {
                Waited::For(turn) => connection.0.state.turn = turn,
                Waited::Cancelled => break cancelled(),
                Waited::Late => break over(deadline, no_turn()),
            },
            Attempt::Busy(error) if now >= until => break over(deadline, error),
            Attempt::Busy(_) => {
                let pause = Duration::from_millis(pauses.next().unwrap_or(LONGEST_PAUSE));
                if !wait::sleep(&place, &guard, pause.min(until - now)).await {
                    break cancelled();
                }
            }
        }
    };
    if job.is_protected() {
        let work = move || {
            job.give_up(&mut connection.0);
            connection
        };
        match place.run(work).await {
            Ok(back) => connection = back,
            Err(error) => return Finished { connection: None, result: Err(error) },
        }
    }
    connection.0.settle();
    Finished { connection: Some(connection), result: Err(error) }
}

pub(super) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "the statement was cancelled")
}

/// The error when the time is over: the statement's own, or the patience with others.
fn over(deadline: Option<Instant>, error: Error) -> Error {
    if deadline.is_some_and(|deadline| deadline <= Instant::now()) { late().with_cause(error) } else { error }
}

fn no_turn() -> Error {
    Error::new(
        ErrorKind::Busy,
        "another session of this engine holds the write turn and did not end its transaction in time",
    )
}
