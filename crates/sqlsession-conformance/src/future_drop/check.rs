use std::time::Duration;

use sqlsession_core::{AsyncEngine, AsyncSession, ErrorKind, Result, text};

use super::{
    FutureDropReport,
    aftermath::{Aftermath, Rows},
    clients,
    operations::{OPERATIONS, Operation, WAITING, WAITING_IN_SAVEPOINT, prepare, touch_shared_row},
    polls::drop_after,
};

/// No operation has so many poll points; a future that does is stuck.
pub(super) const MOST_POLLS: usize = 20_000;

/// What happens to the session whose future was dropped.
#[derive(Debug, Clone, Copy)]
enum Afterwards {
    RollBack,
    Drop,
    Close,
}

impl Afterwards {
    const ALL: [Self; 3] = [Self::RollBack, Self::Drop, Self::Close];
}

/// Drops the futures of every operation after each of their polls, on this engine, which must be empty and have room for
/// three connections.
///
/// # Errors
/// When the table cannot be made: everything else is in the report.
pub async fn run(engine: &AsyncEngine) -> Result<FutureDropReport> {
    prepare(engine).await?;
    let mut report = FutureDropReport::default();
    let mut unit = 100;
    for operation in OPERATIONS {
        report.operations += 1;
        for afterwards in Afterwards::ALL {
            for polls in 0..MOST_POLLS {
                unit += 1;
                let trial = Trial { engine, operation, afterwards, polls, unit };
                match trial.run().await {
                    Ok(true) => break,
                    Ok(false) => report.dropped += 1,
                    Err(leak) => {
                        report.dropped += 1;
                        report.leaks.push(format!(
                            "{} dropped after {polls} polls, then {afterwards:?}: {leak}",
                            operation.name
                        ));
                        // What leaked spoils the trials that follow on the same engine.
                        break;
                    }
                }
            }
        }
    }
    unit = clients::run(engine, unit, &mut report).await;
    for operation in [&WAITING, &WAITING_IN_SAVEPOINT] {
        report.operations += 1;
        for afterwards in Afterwards::ALL {
            unit += 1;
            report.dropped += 1;
            let trial = Trial { engine, operation, afterwards, polls: 2, unit };
            if let Err(leak) = trial.run_behind_another().await {
                report.leaks.push(format!("{}, then {afterwards:?}: {leak}", operation.name));
            }
        }
    }
    Ok(report)
}

/// How long an operation that has to wait is left waiting before its future is dropped.
const WAITED: Duration = Duration::from_millis(20);

/// What became of the session whose future was dropped.
struct Ended {
    session: Option<AsyncSession>,
    /// Whether it said that nothing of its unit is left.
    undone: bool,
}

struct Trial<'a> {
    engine: &'a AsyncEngine,
    operation: &'a Operation,
    afterwards: Afterwards,
    polls: usize,
    unit: i64,
}

impl Trial<'_> {
    /// Whether the operation was done before it could be dropped. The error says what leaked.
    async fn run(&self) -> Result<bool, String> {
        let mut session = self.engine.session_maker().session();
        session.info().insert("unit".into(), self.unit.into());
        (self.operation.before)(&mut session).await.map_err(|error| format!("before: {error}"))?;
        let output = drop_after((self.operation.dropped)(&mut session), self.polls).await;
        if let Some(Err(error)) = &output {
            return Err(format!("failed: {error}"));
        }
        let ended = self.end(session).await?;
        let undone = ended.undone && output.is_none();
        self.answers_are_its_own(ended.session).await?;
        self.aftermath().check(undone).await?;
        Ok(output.is_some())
    }

    /// Drops the operation while it waits for a session that has what it needs.
    async fn run_behind_another(&self) -> Result<(), String> {
        let mut other = self.engine.session_maker().session();
        touch_shared_row(&mut other).await.map_err(|error| format!("the other session: {error}"))?;
        let mut session = self.engine.session_maker().session();
        (self.operation.before)(&mut session).await.map_err(|error| format!("before: {error}"))?;
        match tokio::time::timeout(WAITED, (self.operation.dropped)(&mut session)).await {
            Err(_) => {}
            // A database in memory has no place for a writer in the middle of a transaction to wait at.
            Ok(Err(error)) if error.is_retryable() => {}
            Ok(ended) => return Err(format!("it did not wait: {ended:?}")),
        }
        let ended = self.end(session).await?;
        other.commit().await.map_err(|error| format!("the other session's commit: {error}"))?;
        self.answers_are_its_own(ended.session).await?;
        self.aftermath().check(ended.undone).await
    }

    /// What happens to the session whose future was dropped.
    async fn end(&self, mut session: AsyncSession) -> Result<Ended, String> {
        let ended = match self.afterwards {
            Afterwards::RollBack => session.rollback().await,
            Afterwards::Close => session.close().await,
            Afterwards::Drop => return Ok(Ended { session: None, undone: false }),
        };
        match ended {
            Err(error) if error.kind() != ErrorKind::CommitUnknown => {
                Err(format!("{:?}: {error}", self.afterwards))
            }
            told => Ok(Ended { session: Some(session), undone: told.is_ok() }),
        }
    }

    fn aftermath(&self) -> Aftermath<'_> {
        Aftermath { engine: self.engine, unit: self.unit, rows: Rows::BOTH }
    }

    /// A statement reads its own answer, not that of the one before it.
    async fn answers_are_its_own(&self, session: Option<AsyncSession>) -> Result<(), String> {
        let Some(mut session) = session else { return Ok(()) };
        for number in [7, 8] {
            let answer = session
                .scalar_one::<i64>(text("select :n + 0").bind("n", number))
                .await
                .map_err(|error| format!("afterwards: {error}"))?;
            if answer != number {
                return Err(format!("asked for {number}, got {answer}"));
            }
        }
        Ok(())
    }
}
