use sqlsession_core::{EngineOptions, SessionOptions};

/// The options of a client.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DatabaseOptions {
    /// The engine's.
    pub engine: EngineOptions,
    /// The session maker's.
    pub session: SessionOptions,
    /// Whether a scope commits when its body is `Ok`, a session generator when it is run to its end, and the layer of a web
    /// service when the response is a success. Default: yes. What is not committed is rolled back.
    pub commit_on_exit: bool,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self { engine: EngineOptions::default(), session: SessionOptions::default(), commit_on_exit: true }
    }
}

impl DatabaseOptions {
    /// The engine's options.
    #[must_use]
    pub fn engine(mut self, options: EngineOptions) -> Self {
        self.engine = options;
        self
    }

    /// The session maker's options.
    #[must_use]
    pub fn session(mut self, options: SessionOptions) -> Self {
        self.session = options;
        self
    }

    /// Whether scopes, session generators and the layer of a web service commit at their end. Default: yes.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlsession::Result<()> {
    /// use sqlsession::{AsyncDatabase, DatabaseOptions};
    ///
    /// let db = AsyncDatabase::create_with("sqlite://", DatabaseOptions::default().commit_on_exit(false))?;
    /// db.execute("create table t (id integer primary key)").await?;
    /// db.scope(async {
    ///     db.execute("insert into t values (1)").await?;
    ///     db.commit().await?;                                 // what is to stay is committed by hand
    ///     db.execute("insert into t values (2)").await
    /// })
    /// .await?;
    /// assert_eq!(db.scalar::<i64>("select count(*) from t").await?, Some(1));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn commit_on_exit(mut self, commit: bool) -> Self {
        self.commit_on_exit = commit;
        self
    }
}
