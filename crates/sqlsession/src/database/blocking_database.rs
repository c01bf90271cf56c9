use sqlsession_core::{
    DatabaseUrl, Error, Result, SessionOptions,
    blocking::{Engine, OuterTransaction, SessionMaker},
};

use super::{BlockingSessionGenerator, DatabaseOptions, by_url::ByUrl};
use crate::{blocking::create_engine_with, scope::Owner};

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
    owner: Owner,
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
        Self { engine, maker, commit_on_exit, owner: Owner::new() }
    }

    /// The one client of this URL in the process; the first call makes it, with default options, and so does the first one
    /// after its engine was closed.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn shared<U>(url: U) -> Result<Self>
    where
        U: TryInto<DatabaseUrl, Error: Into<Error>>,
    {
        BY_URL.get(url, |client| client.engine.is_closed(), Self::create::<DatabaseUrl>)
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

    /// Yields one session, and ends its unit of work when run to its end. In a scope it yields the scope's session, which
    /// ends with the scope.
    #[must_use]
    pub fn session_generator(&self) -> BlockingSessionGenerator {
        BlockingSessionGenerator::new(self.clone())
    }

    /// This client inside of an [outer transaction](sqlsession_core::outer): whatever it does is undone at the end of that.
    ///
    /// For tests. The options of the sessions are the same; scopes are its own.
    ///
    /// ```
    /// use sqlsession::{Database, blocking::OuterTransaction};
    ///
    /// # let db = Database::create("sqlite://")?;
    /// # db.execute("create table users (id integer primary key, name text)")?;
    /// let outer = OuterTransaction::begin(db.engine())?;
    /// let test = db.within(&outer);
    /// test.execute("insert into users(name) values ('Ada')")?;
    /// assert_eq!(test.scalar::<i64>("select count(*) from users")?, Some(1));
    /// outer.rollback()?;
    /// assert_eq!(db.scalar::<i64>("select count(*) from users")?, Some(0));
    /// # Ok::<_, sqlsession::Error>(())
    /// ```
    #[must_use]
    pub fn within(&self, outer: &OuterTransaction) -> Self {
        Self::new(outer.engine(), self.maker.options(), self.commit_on_exit)
    }

    pub(super) fn owner(&self) -> Owner {
        self.owner
    }

    pub(super) fn commits_on_exit(&self) -> bool {
        self.commit_on_exit
    }
}
