use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sqlsession_core::{
    AsyncEngine, AsyncSessionMaker, DatabaseUrl, Error, Result, ResultSet, SessionOptions, Statement,
    blocking, runtime::Executor, value::FromValueOwned,
};

use super::{DatabaseOptions, SessionGenerator, by_url::ByUrl, offload::offload};
use crate::create_engine_with;

static BY_URL: ByUrl<AsyncDatabase> = ByUrl::new();

/// An engine, its session maker, and shortcuts that each run in a session of their own. By `await`.
///
/// Cheap to clone; clones share the pool.
///
/// ```
/// use sqlsession::{AsyncDatabase, text};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> sqlsession::Result<()> {
/// let db = AsyncDatabase::create("sqlite://")?;
/// db.execute("create table users (id integer primary key, name text)").await?;
/// db.execute(text("insert into users(name) values (:name)").bind("name", "Ada")).await?;
/// let names: Vec<String> = db.scalars("select name from users").await?;
/// assert_eq!(names, ["Ada"]);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct AsyncDatabase {
    engine: AsyncEngine,
    maker: AsyncSessionMaker,
    commit_on_exit: bool,
}

impl AsyncDatabase {
    /// A client of this database, with default options. No I/O.
    ///
    /// # Errors
    /// As [`create_engine`](crate::create_engine).
    pub fn create<U>(url: U) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        Self::create_with(url, DatabaseOptions::default())
    }

    /// A client with options. No I/O.
    ///
    /// # Errors
    /// As [`create_engine_with`].
    pub fn create_with<U>(url: U, options: DatabaseOptions) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        let engine = create_engine_with(url, options.engine)?;
        Ok(Self::new(engine, options.session, options.commit_on_exit))
    }

    /// A client over an engine that is there.
    #[must_use]
    pub fn new(engine: AsyncEngine, session: SessionOptions, commit_on_exit: bool) -> Self {
        let maker = engine.session_maker_with(session);
        Self { engine, maker, commit_on_exit }
    }

    /// The one client of this URL in the process; the first call makes it, with default options.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn shared<U>(url: U) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        BY_URL.get(url, Self::create::<DatabaseUrl>)
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &AsyncEngine {
        &self.engine
    }

    /// The maker of its sessions.
    #[must_use]
    pub fn session_maker(&self) -> &AsyncSessionMaker {
        &self.maker
    }

    /// Yields one session, and ends its unit of work when run to its end.
    #[must_use]
    pub fn session_generator(&self) -> SessionGenerator {
        SessionGenerator::new(self.maker.session(), self.commit_on_exit)
    }

    /// Runs a statement in a session of its own and commits, unless the statement is known only to read.
    ///
    /// # Errors
    /// The statement's or the commit's.
    pub async fn execute(&self, statement: impl Into<Statement>) -> Result<ResultSet> {
        self.maker.session().execute_and_commit(statement).await
    }

    /// As [`execute`](Self::execute), with a function that looks at the result before the commit: when it fails, nothing
    /// is committed.
    ///
    /// # Errors
    /// The statement's, the function's or the commit's.
    pub async fn execute_then<T>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: impl FnOnce(ResultSet) -> Result<T>,
    ) -> Result<T> {
        let mut session = self.maker.session();
        let result = session.execute(statement).await?;
        let reads = result.is_read_only();
        let value = on_close_pre(result)?;
        if reads {
            session.close().await?;
        } else {
            session.commit().await?;
        }
        Ok(value)
    }

    /// As [`execute_then`](Self::execute_then), on a bare connection of the engine rather than in a session.
    ///
    /// # Errors
    /// The statement's, the function's or the commit's.
    pub async fn execute_on_connection<T>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: impl FnOnce(ResultSet) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.engine.connect().await?;
        let result = connection.execute(statement).await?;
        let reads = result.is_read_only();
        let value = on_close_pre(result)?;
        if !reads {
            connection.commit().await?;
        }
        connection.close().await?;
        Ok(value)
    }

    /// The first column of a statement's first row; `None` without rows. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when the value is not of the type: then nothing is committed.
    pub async fn scalar<T: FromValueOwned>(&self, statement: impl Into<Statement>) -> Result<Option<T>> {
        let statement = statement.into();
        if statement.begins_as_query() {
            // There is nothing to be undone, so that the commit need not wait for a look at the value.
            return self.execute(statement).await?.scalar();
        }
        self.execute_then(statement, |mut result| result.scalar()).await
    }

    /// The first column of every row of a statement. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when a value is not of the type: then nothing is committed.
    pub async fn scalars<T: FromValueOwned>(&self, statement: impl Into<Statement>) -> Result<Vec<T>> {
        let statement = statement.into();
        if statement.begins_as_query() {
            // There is nothing to be undone, so that the commit need not wait for a look at the value.
            return self.execute(statement).await?.scalars();
        }
        self.execute_then(statement, |mut result| result.scalars()).await
    }

    /// Runs a closure with a blocking session of its own, off the runtime's threads, and commits when it is `Ok`.
    ///
    /// Dropped before it is done, it rolls back when the closure returns.
    ///
    /// # Errors
    /// The closure's or the commit's.
    pub async fn run_sync<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut blocking::Session) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let session = self.maker.session();
        let executor = Executor::current();
        let (wanted, waiting) = waiter();
        let result = offload(move || {
            let mut session = blocking::Session::new(session, &executor);
            let value = work(&mut session)?;
            if wanted.load(Ordering::Acquire) {
                session.commit()?;
            }
            session.close()?;
            Ok(value)
        })
        .await;
        waiting.done();
        result?
    }

    /// As [`run_sync`](Self::run_sync), with a bare connection of the engine.
    ///
    /// # Errors
    /// The closure's or the commit's.
    pub async fn run_sync_on_connection<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut blocking::Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let connection = self.engine.connect().await?;
        let executor = Executor::current();
        let (wanted, waiting) = waiter();
        let result = offload(move || {
            let mut connection = blocking::Connection::new(connection, &executor);
            let value = work(&mut connection)?;
            if wanted.load(Ordering::Acquire) {
                connection.commit()?;
            }
            connection.close()?;
            Ok(value)
        })
        .await;
        waiting.done();
        result?
    }
}

/// Whether somebody still waits for the closure's result; the other half says no when it is dropped.
fn waiter() -> (Arc<AtomicBool>, Waiter) {
    let wanted = Arc::new(AtomicBool::new(true));
    (wanted.clone(), Waiter(Some(wanted)))
}

struct Waiter(Option<Arc<AtomicBool>>);

impl Waiter {
    fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if let Some(wanted) = &self.0 {
            wanted.store(false, Ordering::Release);
        }
    }
}
