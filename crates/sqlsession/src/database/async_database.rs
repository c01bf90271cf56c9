use sqlsession_core::{
    AsyncEngine, AsyncSessionMaker, DatabaseUrl, Error, OuterTransaction, Result, SessionOptions,
};

use super::{DatabaseOptions, SessionGenerator, by_url::ByUrl};
use crate::{create_engine_with, scope::Owner};

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
    owner: Owner,
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
    pub fn engine(&self) -> &AsyncEngine {
        &self.engine
    }

    /// The maker of its sessions.
    #[must_use]
    pub fn session_maker(&self) -> &AsyncSessionMaker {
        &self.maker
    }

    /// Yields one session, and ends its unit of work when run to its end. In a scope it yields the scope's session, which
    /// ends with the scope.
    #[must_use]
    pub fn session_generator(&self) -> SessionGenerator {
        SessionGenerator::new(self.clone())
    }

    /// This client inside of an [outer transaction](sqlsession_core::outer): whatever it does is undone at the end of that.
    ///
    /// For tests. The options of the sessions are the same; scopes are its own.
    ///
    /// ```
    /// use sqlsession::{AsyncDatabase, OuterTransaction};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlsession::Result<()> {
    /// # let db = AsyncDatabase::create("sqlite://")?;
    /// # db.execute("create table users (id integer primary key, name text)").await?;
    /// let outer = OuterTransaction::begin(db.engine()).await?;
    /// let test = db.within(&outer);
    /// test.execute("insert into users(name) values ('Ada')").await?;
    /// test.scope(async { test.execute("insert into users(name) values ('Grace')").await }).await?;
    /// assert_eq!(test.scalar::<i64>("select count(*) from users").await?, Some(2));
    /// outer.rollback().await?;
    /// assert_eq!(db.scalar::<i64>("select count(*) from users").await?, Some(0));
    /// # Ok(()) }
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
