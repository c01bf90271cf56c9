use sqlsession_core::{AsyncSession, Error, ErrorKind, Result, blocking};

use super::{AsyncDatabase, Database};
use crate::scope::ScopedSession;

/// Yields one session: what a web framework's dependency is in Python.
///
/// Polled again, that is run to its end, it commits (if `commit_on_exit`) and closes the session; dropped before that it
/// rolls back. A drop is also what an error or a cancelled request looks like, so it never commits half a unit. In a
/// [scope](crate::scope) it yields the scope's session, and leaves its end to the scope.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlsession::Result<()> {
/// let db = sqlsession::AsyncDatabase::create("sqlite://")?;
/// let mut sessions = db.session_generator();
/// while let Some(session) = sessions.next().await? {
///     session.execute("create table t (id integer primary key)").await?;
/// }
/// assert_eq!(db.scalar::<i64>("select count(*) from t").await?, Some(0));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct SessionGenerator {
    db: AsyncDatabase,
    stage: Stage<AsyncSession>,
}

/// Where a generator stands.
#[derive(Debug)]
enum Stage<S> {
    Fresh,
    Lent(S),
    /// It is the session of a scope.
    Scoped(ScopedSession<S>),
    /// It is being ended, or that was dropped in its middle.
    Ending,
    Ended,
}

impl<S> Stage<S> {
    fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Ended)
    }

    fn lend(&mut self, session: S) -> Option<&mut S> {
        *self = Self::Lent(session);
        match self {
            Self::Lent(session) => Some(session),
            _ => None,
        }
    }

    fn session(&mut self) -> Option<&mut S> {
        match self {
            Self::Lent(session) => Some(session),
            Self::Scoped(session) => Some(session),
            Self::Fresh | Self::Ending | Self::Ended => None,
        }
    }

    fn lend_scoped(&mut self, session: ScopedSession<S>) -> Option<&mut S> {
        *self = Self::Scoped(session);
        match self {
            Self::Scoped(session) => Some(session),
            _ => None,
        }
    }
}

impl SessionGenerator {
    pub(super) fn new(db: AsyncDatabase) -> Self {
        Self { db, stage: Stage::Fresh }
    }

    /// The session, at the first call; the end of the unit, at the second.
    ///
    /// # Errors
    /// That of the commit. The session is closed all the same. `InvalidState` when the session of a scope is in use.
    ///
    /// A second call that is dropped before it is done rolls back, unless COMMIT was on its way; a third is then
    /// `Interrupted`.
    pub async fn next(&mut self) -> Result<Option<&mut AsyncSession>> {
        match self.stage.take() {
            Stage::Fresh => Ok(match self.db.scope_session()? {
                Some(session) => self.stage.lend_scoped(session),
                None => self.stage.lend(self.db.session_maker().session()),
            }),
            Stage::Lent(session) => {
                self.stage = Stage::Ending;
                let end = end(session, self.db.commits_on_exit()).await;
                self.stage = Stage::Ended;
                end.map(|()| None)
            }
            Stage::Ending => Err(Error::new(
                ErrorKind::Interrupted,
                "the end of this unit was dropped before it was done: unless its commit was on its way, it is rolled back",
            )),
            Stage::Scoped(_) | Stage::Ended => Ok(None),
        }
    }

    /// The session that [`next`](Self::next) has lent.
    pub fn session(&mut self) -> Option<&mut AsyncSession> {
        self.stage.session()
    }
}

async fn end(mut session: AsyncSession, commit: bool) -> Result<()> {
    if commit {
        session.commit().await?;
    }
    session.close().await
}

/// [`SessionGenerator`] by blocking calls.
#[derive(Debug)]
pub struct BlockingSessionGenerator {
    db: Database,
    stage: Stage<blocking::Session>,
}

impl BlockingSessionGenerator {
    pub(super) fn new(db: Database) -> Self {
        Self { db, stage: Stage::Fresh }
    }

    /// The session, at the first call; the end of the unit, at the second.
    ///
    /// # Errors
    /// That of the commit. The session is closed all the same. `InvalidState` when the session of a scope is in use.
    #[allow(
        clippy::should_implement_trait,
        reason = "what it gives is borrowed from it, as an iterator's items cannot be"
    )]
    pub fn next(&mut self) -> Result<Option<&mut blocking::Session>> {
        match self.stage.take() {
            Stage::Fresh => Ok(match self.db.scope_session()? {
                Some(session) => self.stage.lend_scoped(session),
                None => self.stage.lend(self.db.session_maker().session()),
            }),
            Stage::Lent(mut session) => {
                if self.db.commits_on_exit() {
                    session.commit()?;
                }
                session.close()?;
                Ok(None)
            }
            Stage::Scoped(_) | Stage::Ending | Stage::Ended => Ok(None),
        }
    }

    /// The session that [`next`](Self::next) has lent.
    pub fn session(&mut self) -> Option<&mut blocking::Session> {
        self.stage.session()
    }
}
