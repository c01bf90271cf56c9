//! One attempt at a transfer, and what is known of it afterwards.

use std::sync::atomic::{AtomicBool, Ordering};

use sqlsession::{AsyncEngine, AsyncSession, ErrorKind, RetryOptions, blocking, text};

use super::allowed::Allowed;
use super::dialect::Dialect;
use super::ending::{Ending, Trouble, in_full};
use super::plan::{Afterwards, Cancel, Form, Plan};
use super::play::{play, play_blocking};
use super::polls::drop_after;
use super::script::Script;
use crate::crew::Desk;

/// What an attempt is made with.
pub(crate) struct Attempt<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) dialect: Dialect,
    pub(crate) desk: &'a Desk,
    /// Whether COMMIT may have been sent: set before it is.
    committing: AtomicBool,
    /// Whether its cancel has come to pass.
    struck: AtomicBool,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(plan: &'a Plan, dialect: Dialect, desk: &'a Desk) -> Self {
        Self { plan, dialect, desk, committing: AtomicBool::new(false), struck: AtomicBool::new(false) }
    }

    /// The steps, from the first one: nothing has been committed.
    fn script(&self) -> Script<'a> {
        self.committing.store(false, Ordering::SeqCst);
        Script::of(self.plan, self.dialect)
    }

    fn commits(&self) {
        self.committing.store(true, Ordering::SeqCst);
        self.desk.is_at(Desk::COMMITTING);
    }

    fn has_committed(&self) -> bool {
        self.committing.load(Ordering::SeqCst)
    }

    /// Whether its cancel has come to pass.
    pub(crate) fn was_struck(&self) -> bool {
        self.struck.load(Ordering::SeqCst)
    }

    fn strike(&self) {
        self.struck.store(true, Ordering::SeqCst);
    }

    fn allowed(&self) -> Allowed {
        Allowed::on(self.dialect)
    }

    fn ending(&self, result: Result<(), Trouble>) -> Ending {
        match result {
            Ok(()) if self.plan.cancel == Cancel::SessionDropped => {
                self.strike();
                Ending::Failed {
                    sort: "session dropped".into(),
                    message: "it was dropped without commit".into(),
                }
            }
            Ok(()) => Ending::Acknowledged,
            Err(Trouble::Broken(what)) => Ending::Broken { what },
            Err(Trouble::Error(error))
                if error.kind() == ErrorKind::CommitUnknown && !self.has_committed() =>
            {
                Ending::Broken {
                    what: format!("the outcome of a commit that was not asked for: {}", in_full(&error)),
                }
            }
            Err(Trouble::Error(error)) => {
                if error.kind() == ErrorKind::StatementTimeout {
                    self.strike();
                }
                self.allowed().ending(&error)
            }
        }
    }
}

/// Makes the attempt by `await`.
pub(crate) async fn run_async(engine: &AsyncEngine, attempt: &Attempt<'_>) -> Ending {
    match attempt.plan.form {
        Form::Closure | Form::Run => run_closure(engine, attempt).await,
        Form::Session => run_session(engine, attempt).await,
    }
}

async fn run_closure(engine: &AsyncEngine, attempt: &Attempt<'_>) -> Ending {
    let maker = engine.session_maker_with(attempt.plan.options());
    let unit = async |session: &mut AsyncSession| {
        let mut script = attempt.script();
        play(session, &mut script, attempt.desk).await?;
        attempt.commits();
        Ok::<(), Trouble>(())
    };
    let ended = match attempt.plan.form {
        Form::Run => cut_short(maker.run(&RetryOptions::default(), unit), attempt.plan.cancel).await,
        _ => cut_short(maker.begin(unit), attempt.plan.cancel).await,
    };
    match ended {
        Some(result) => attempt.ending(result),
        None => {
            attempt.strike();
            Ending::dropped(attempt.has_committed())
        }
    }
}

async fn run_session(engine: &AsyncEngine, attempt: &Attempt<'_>) -> Ending {
    let mut session = engine.session_maker_with(attempt.plan.options()).session();
    match cut_short(unit(&mut session, attempt), attempt.plan.cancel).await {
        Some(Some(result)) => attempt.ending(result),
        // The future of the unit, or that of its commit alone.
        None | Some(None) => after_drop(session, attempt).await,
    }
}

/// The whole unit; `None` when the future of its commit was dropped.
async fn unit(session: &mut AsyncSession, attempt: &Attempt<'_>) -> Option<Result<(), Trouble>> {
    let mut script = attempt.script();
    let last = if attempt.plan.rides { script.take_last_write() } else { None };
    if let Err(trouble) = play(session, &mut script, attempt.desk).await {
        return Some(Err(trouble));
    }
    if attempt.plan.cancel == Cancel::SessionDropped {
        return Some(Ok(()));
    }
    attempt.commits();
    let commit = async {
        match last {
            Some(write) => session.execute_and_commit(script.write(write)).await.map(drop),
            None => session.commit().await,
        }
    };
    let committed = match attempt.plan.cancel {
        Cancel::CommitAfterPolls(polls) => drop_after(commit, polls).await?,
        _ => commit.await,
    };
    Some(committed.map_err(Trouble::from))
}

/// Drives a unit until it is to be dropped.
async fn cut_short<F: Future>(unit: F, cancel: Cancel) -> Option<F::Output> {
    match cancel {
        Cancel::AfterPolls(polls) => drop_after(unit, polls).await,
        Cancel::AfterTime(limit) => tokio::time::timeout(limit, unit).await.ok(),
        _ => Some(unit.await),
    }
}

/// What the session says of a unit whose future was dropped.
async fn after_drop(mut session: AsyncSession, attempt: &Attempt<'_>) -> Ending {
    attempt.strike();
    let ended = match attempt.plan.afterwards {
        Afterwards::Drop => return Ending::dropped(attempt.has_committed()),
        Afterwards::RollBack => {
            attempt.desk.is_at("rolling back");
            session.rollback().await
        }
        Afterwards::Close => {
            attempt.desk.is_at("closing");
            session.close().await
        }
    };
    let ending = match ended {
        // Its word is that nothing of the unit is left.
        Ok(()) => Ending::dropped(false),
        Err(error) => attempt.ending(Err(error.into())),
    };
    attempt.desk.is_at("using a session again");
    match session.scalar_one::<i64>(text("SELECT :n + 0").bind("n", attempt.plan.transfer)).await {
        Ok(answer) if answer == attempt.plan.transfer => ending,
        Ok(answer) => Ending::Broken { what: format!("it asked for its number and was answered {answer}") },
        Err(error) if attempt.allowed().has(error.kind()) => ending,
        Err(error) => Ending::Broken {
            what: format!("its session cannot be used again after {ending:?}: {}", in_full(&error)),
        },
    }
}

/// Makes the attempt by blocking calls.
pub(crate) fn run_blocking(engine: &blocking::Engine, attempt: &Attempt<'_>) -> Ending {
    let maker = engine.session_maker_with(attempt.plan.options());
    let unit = |session: &mut blocking::Session| {
        play_blocking(session, &mut attempt.script(), attempt.desk)?;
        attempt.commits();
        Ok(())
    };
    let result = match attempt.plan.form {
        Form::Session => blocking_unit(&mut maker.session(), attempt),
        Form::Closure => maker.begin(unit),
        Form::Run => maker.run(&RetryOptions::default(), unit),
    };
    attempt.ending(result)
}

fn blocking_unit(session: &mut blocking::Session, attempt: &Attempt<'_>) -> Result<(), Trouble> {
    let mut script = attempt.script();
    let last = if attempt.plan.rides { script.take_last_write() } else { None };
    play_blocking(session, &mut script, attempt.desk)?;
    if attempt.plan.cancel == Cancel::SessionDropped {
        return Ok(());
    }
    attempt.commits();
    match last {
        Some(write) => session.execute_and_commit(script.write(write)).map(drop)?,
        None => session.commit()?,
    }
    Ok(())
}
