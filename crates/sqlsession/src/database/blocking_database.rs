use sqlsession_core::{
    DatabaseUrl, Error, Result, ResultSet, SessionOptions, Statement,
    blocking::{self, Engine, SessionMaker},
    value::FromValueOwned,
};

use super::{BlockingSessionGenerator, DatabaseOptions, by_url::ByUrl};
use crate::blocking::create_engine_with;

static BY_URL: ByUrl<Database> = ByUrl::new();

/// An engine, its session maker, and shortcuts that each run in a session of their own. By blocking calls.
///
/// Cheap to clone; clones share the pool. Inside an async task every call is an error of kind `InvalidState`; the
/// `async_` twins of [`AnyDatabase`](super::AnyDatabase) are for there.
///
/// ```
/// use sqlsession::{Database, text};
///
/// let db = Database::create("sqlite://")?;
/// db.execute("create table users (id integer primary key, name text)")?;
/// db.execute(text("insert into users(name) values (:name)").bind("name", "Ada"))?;
/// assert_eq!(db.scalars::<String>("select name from users")?, ["Ada"]);
/// # Ok::<_, sqlsession::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Database {
    engine: Engine,
    maker: SessionMaker,
    commit_on_exit: bool,
}

impl Database {
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
    /// As [`create_engine_with`](crate::create_engine_with).
    pub fn create_with<U>(url: U, options: DatabaseOptions) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        let engine = create_engine_with(url, options.engine)?;
        Ok(Self::new(engine, options.session, options.commit_on_exit))
    }

    /// A client over an engine that is there.
    #[must_use]
    pub fn new(engine: Engine, session: SessionOptions, commit_on_exit: bool) -> Self {
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
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The maker of its sessions.
    #[must_use]
    pub fn session_maker(&self) -> &SessionMaker {
        &self.maker
    }

    /// Yields one session, and ends its unit of work when run to its end.
    #[must_use]
    pub fn session_generator(&self) -> BlockingSessionGenerator {
        BlockingSessionGenerator::new(self.maker.session(), self.commit_on_exit)
    }

    /// Runs a statement in a session of its own and commits, unless the statement is known only to read.
    ///
    /// # Errors
    /// The statement's or the commit's.
    pub fn execute(&self, statement: impl Into<Statement>) -> Result<ResultSet> {
        self.maker.session().execute_and_commit(statement)
    }

    /// As [`execute`](Self::execute), with a function that looks at the result before the commit: when it fails, nothing
    /// is committed.
    ///
    /// # Errors
    /// The statement's, the function's or the commit's.
    pub fn execute_then<T>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: impl FnOnce(ResultSet) -> Result<T>,
    ) -> Result<T> {
        let mut session = self.maker.session();
        let result = session.execute(statement)?;
        let reads = result.is_read_only();
        let value = on_close_pre(result)?;
        if reads {
            session.close()?;
        } else {
            session.commit()?;
        }
        Ok(value)
    }

    /// As [`execute_then`](Self::execute_then), on a bare connection of the engine rather than in a session.
    ///
    /// # Errors
    /// The statement's, the function's or the commit's.
    pub fn execute_on_connection<T>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: impl FnOnce(ResultSet) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.engine.connect()?;
        let result = connection.execute(statement)?;
        let reads = result.is_read_only();
        let value = on_close_pre(result)?;
        if !reads {
            connection.commit()?;
        }
        connection.close()?;
        Ok(value)
    }

    /// The first column of a statement's first row; `None` without rows. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when the value is not of the type: then nothing is committed.
    pub fn scalar<T: FromValueOwned>(&self, statement: impl Into<Statement>) -> Result<Option<T>> {
        let statement = statement.into();
        if statement.begins_as_query() {
            // There is nothing to be undone, so that the commit need not wait for a look at the value.
            return self.execute(statement)?.scalar();
        }
        self.execute_then(statement, |mut result| result.scalar())
    }

    /// The first column of every row of a statement. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when a value is not of the type: then nothing is committed.
    pub fn scalars<T: FromValueOwned>(&self, statement: impl Into<Statement>) -> Result<Vec<T>> {
        let statement = statement.into();
        if statement.begins_as_query() {
            // There is nothing to be undone, so that the commit need not wait for a look at the value.
            return self.execute(statement)?.scalars();
        }
        self.execute_then(statement, |mut result| result.scalars())
    }

    /// Runs a closure with a session of its own, and commits when it is `Ok`.
    ///
    /// # Errors
    /// The closure's or the commit's.
    pub fn run_sync<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut blocking::Session) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut session = self.maker.session();
        let value = work(&mut session)?;
        session.commit()?;
        Ok(value)
    }

    /// As [`run_sync`](Self::run_sync), with a bare connection of the engine.
    ///
    /// # Errors
    /// The closure's or the commit's.
    pub fn run_sync_on_connection<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut blocking::Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.engine.connect()?;
        let value = work(&mut connection)?;
        connection.commit()?;
        Ok(value)
    }
}
