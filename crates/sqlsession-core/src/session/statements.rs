//! The methods that sessions and connections share, written once for both.

/// Statement and transaction methods over `self.0`, a box of the object-safe trait.
macro_rules! statement_methods {
    () => {
        /// Runs a statement and reads its whole result.
        ///
        /// The first statement begins the transaction.
        ///
        /// # Errors
        /// `BadParameter` before anything is sent when a parameter is missing, unknown or of no use; the pool's and
        /// the server's errors; `Interrupted` and `InvalidState` when only rollback is left. `CommitUnknown` when the
        /// connection was lost under a text that may commit (COMMIT, MySQL's DDL and CALL) or, in AUTOCOMMIT, under one that
        /// is no query. `InvalidState` for a COMMIT that the server makes a ROLLBACK of (PostgreSQL).
        ///
        /// Dropped before it is done, it leaves the session interrupted: see [`Connection`](crate::session::Connection).
        pub async fn execute(&mut self, statement: impl Into<Statement>) -> Result<ResultSet> {
            match self.start(statement.into()) {
                Ok(started) => started.end(&mut *self.0).await,
                Err(statement) => self.0.execute(statement).await,
            }
        }

        /// Starts a statement where nothing has to be done before it: see
        /// [`execute_in_stride`](crate::session::Connection::execute_in_stride).
        #[inline]
        pub(crate) fn start(&mut self, statement: Statement) -> std::result::Result<Started, Statement> {
            self.0.execute_in_stride(statement)
        }

        /// The end of a statement that was started.
        pub(crate) async fn end(&mut self, started: Started) -> Result<ResultSet> {
            started.end(&mut *self.0).await
        }

        /// Runs a statement once for each set of parameters; the row count is the sum. Without sets nothing runs.
        ///
        /// # Errors
        /// As [`execute`](Self::execute).
        pub async fn execute_many<P: Into<ParameterSet>>(
            &mut self,
            statement: impl Into<Statement>,
            sets: impl IntoIterator<Item = P>,
        ) -> Result<ResultSet> {
            let sets = sets.into_iter().map(Into::into).collect();
            self.0.execute_many(statement.into(), sets).await
        }

        /// Runs a statement and commits: `execute` and `commit` in one, and in one round trip where the backend can do
        /// that.
        ///
        /// The whole transaction is committed, through all its savepoints, and the session is as after `commit`. A
        /// transaction of this one statement that is known only to read is closed instead.
        ///
        /// # Errors
        /// As [`execute`](Self::execute) and [`commit`](Self::commit). Once something was sent, an error of either leaves
        /// nothing committed, and only `rollback` and `close` are left; `CommitUnknown` when the connection was lost
        /// meanwhile. What a text has committed by itself before it failed is told by `rollback`.
        ///
        /// Dropped before it is done, it leaves the session interrupted, and `rollback` tells if it was committed.
        ///
        /// ```
        /// # use sqlsession_core::{AsyncSession, Result, text};
        /// # async fn example(session: &mut AsyncSession) -> Result<()> {
        /// session.execute("update accounts set balance = balance - 10 where id = 1").await?;
        /// session.execute_and_commit("update accounts set balance = balance + 10 where id = 2").await?;
        /// # Ok(()) }
        /// ```
        pub async fn execute_and_commit(&mut self, statement: impl Into<Statement>) -> Result<ResultSet> {
            self.0.execute_and_commit(statement.into()).await
        }

        /// Runs a statement once for each set of parameters and commits.
        ///
        /// # Errors
        /// As [`execute_and_commit`](Self::execute_and_commit).
        pub async fn execute_many_and_commit<P: Into<ParameterSet>>(
            &mut self,
            statement: impl Into<Statement>,
            sets: impl IntoIterator<Item = P>,
        ) -> Result<ResultSet> {
            let sets = sets.into_iter().map(Into::into).collect();
            self.0.execute_many_and_commit(statement.into(), sets).await
        }

        /// Inserts rows into a table by the quickest way the backend has, and says how many. Without rows nothing is
        /// sent.
        ///
        /// The rows are pulled while they are sent, so that memory is bounded however many there are: on SQLite by a
        /// thread of the blocking pool, elsewhere by this future, which an iterator that waits would hold up. The names
        /// are quoted: what is in them is never taken for SQL. For those who watch it is one statement.
        ///
        /// # Errors
        /// `BadParameter` when the table's name is malformed, without columns, and when a row has not a value for each
        /// of them: the message says which row. Else as [`execute`](Self::execute). When it fails none of its rows
        /// stays, where the backend can see to that.
        ///
        /// # Panics
        /// When the iterator does; none of the rows stays then.
        ///
        /// ```
        /// # use sqlsession_core::{AsyncSession, Result};
        /// # async fn example(session: &mut AsyncSession) -> Result<()> {
        /// let rows = (0..100_000).map(|id| (id, format!("user {id}")));
        /// let inserted = session.bulk_insert("users", ["id", "name"], rows).await?;
        /// assert_eq!(inserted, 100_000);
        /// # Ok(()) }
        /// ```
        pub async fn bulk_insert<T, R>(
            &mut self,
            table: T,
            columns: impl IntoIterator<Item: Into<String>>,
            rows: R,
        ) -> Result<u64>
        where
            T: TryInto<TableName, Error: Into<Error>>,
            R: IntoIterator<Item: IntoRow, IntoIter: Send + 'static>,
        {
            let table = table.try_into().map_err(Into::into)?;
            let columns = columns.into_iter().map(Into::into).collect();
            self.0.bulk_insert(table, columns, BulkRows::new(rows)).await
        }

        /// Runs a text of one statement or several, separated by `;`, and gives every result, in order.
        ///
        /// Several statements take no parameters. MySQL and MariaDB are sent the whole text at once. There, a statement
        /// that calls a procedure gives the results of the procedure, and behind them one without rows; it may have
        /// parameters. On SQLite and PostgreSQL the statements run one by one, each as by [`execute`](Self::execute),
        /// and those who watch see each; [`statements`](crate::statement::statements) says where one ends. A text
        /// without a statement gives no result. A timeout is for all of them together.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); `Unsupported`, before anything is sent, for several statements with parameters.
        /// The error of one of several says which, by [`statement_number`](Error::statement_number): those before it
        /// stay in the transaction, and in AUTOCOMMIT are durable; those behind it have not run.
        ///
        /// Dropped before it is done, it leaves the session interrupted.
        ///
        /// ```
        /// # use sqlsession_core::{AsyncSession, Result};
        /// # async fn example(session: &mut AsyncSession) -> Result<()> {
        /// let mut results = session.execute_multi("insert into t values (1), (2); select count(*) from t").await?;
        /// assert_eq!(results[0].rowcount(), Some(2));
        /// assert_eq!(results[1].scalar_one::<i64>()?, 2);
        /// # Ok(()) }
        /// ```
        pub async fn execute_multi(&mut self, statement: impl Into<Statement>) -> Result<Vec<ResultSet>> {
            self.0.execute_multi(statement.into()).await
        }

        /// Reads the warnings of a result.
        ///
        /// It costs a round trip if there are any, and nothing if [there are none](ResultSet::warning_count). Servers
        /// keep the warnings of one statement only, so they have to be read before anything else is done, a commit and a
        /// savepoint too; and no more of them than a setting says (`max_error_count` of MySQL and MariaDB). After
        /// `execute_many` they are those of the last set, after `execute_multi` of the last result. SQLite has no
        /// warnings, and PostgreSQL's notices are not kept: there are none.
        ///
        /// # Errors
        /// `InvalidState` when the server has them no more: something else has run, or the connection went back. Else
        /// the server's.
        ///
        /// ```
        /// # use sqlsession_core::{AsyncSession, Result};
        /// # async fn example(session: &mut AsyncSession) -> Result<()> {
        /// let result = session.execute("insert ignore into users (id) values (1)").await?;
        /// for warning in session.warnings(&result).await? {
        ///     eprintln!("{}: {}", warning.code, warning.message);
        /// }
        /// # Ok(()) }
        /// ```
        pub async fn warnings(&mut self, result: &ResultSet) -> Result<Vec<Warning>> {
            self.0.warnings(result).await
        }

        /// Runs several statements, separated by `;`, without parameters. A limit for statements does not hold of them, as it
        /// does in [`execute_multi`](Self::execute_multi).
        ///
        /// # Errors
        /// As [`execute`](Self::execute). Statements before the one that failed stay in the transaction.
        pub async fn execute_script(&mut self, sql: impl Into<Arc<str>>) -> Result<()> {
            self.0.execute_script(sql.into()).await
        }

        /// Runs a statement and reads its rows as they come, in bounded memory.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); errors in the middle of the result come with the rows.
        pub async fn stream(&mut self, statement: impl Into<Statement>) -> Result<RowStream<'_>> {
            self.0.stream(statement.into()).await
        }

        /// All rows of a statement.
        ///
        /// Those of a long result are read into the type as they come, so that it is in memory once; [`FromRow`] may then run
        /// on another thread. Under a time limit for the statement they are read when all have come.
        ///
        /// # Errors
        /// As [`execute`](Self::execute), and when a row does not fit the type.
        pub async fn all<T: FromRow + Send + 'static>(
            &mut self,
            statement: impl Into<Statement>,
        ) -> Result<Vec<T>> {
            let gathering = crate::row::Gathering::new();
            let mut result = self.execute(statement.into().gathered_by(gathering.sink())).await?;
            gathering.finish(&mut result)
        }

        /// The one row of a statement.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); `NoRows`, `SeveralRows`.
        pub async fn one<T: FromRow>(&mut self, statement: impl Into<Statement>) -> Result<T> {
            self.execute(statement).await?.into_one()
        }

        /// The one row of a statement, or none.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); `SeveralRows`.
        pub async fn one_or_none<T: FromRow>(
            &mut self,
            statement: impl Into<Statement>,
        ) -> Result<Option<T>> {
            self.execute(statement).await?.into_one_or_none()
        }

        /// The first column of the first row; `None` without rows.
        ///
        /// To tell NULL from no row, ask for `Option<T>`.
        ///
        /// # Errors
        /// As [`execute`](Self::execute), and when the value is not of the type.
        pub async fn scalar<T: FromValueOwned>(
            &mut self,
            statement: impl Into<Statement>,
        ) -> Result<Option<T>> {
            self.execute(statement).await?.scalar()
        }

        /// The first column of the one row.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); `NoRows`, `SeveralRows`.
        pub async fn scalar_one<T: FromValueOwned>(&mut self, statement: impl Into<Statement>) -> Result<T> {
            self.execute(statement).await?.into_scalar_one()
        }

        /// The first column of every row.
        ///
        /// # Errors
        /// As [`execute`](Self::execute), and when a value is not of the type.
        pub async fn scalars<T: FromValueOwned>(
            &mut self,
            statement: impl Into<Statement>,
        ) -> Result<Vec<T>> {
            self.execute(statement).await?.scalars()
        }

        /// Begins a transaction by hand. Nothing is sent before the first statement.
        ///
        /// # Errors
        /// `InvalidState` when one is begun already.
        pub async fn begin(&mut self) -> Result<()> {
            self.0.begin().await
        }

        /// Sets a savepoint, and begins a transaction if there is none.
        ///
        /// # Errors
        /// As [`execute`](Self::execute).
        pub async fn begin_nested(&mut self) -> Result<Savepoint> {
            self.0.begin_nested().await
        }

        /// Releases a savepoint: its work becomes part of the transaction around.
        ///
        /// # Errors
        /// `InvalidState` when it has ended; the server's errors.
        pub async fn release(&mut self, savepoint: Savepoint) -> Result<()> {
            self.0.release(savepoint).await
        }

        /// Undoes what was done since the savepoint, which ends with it.
        ///
        /// # Errors
        /// `InvalidState` when it has ended; the server's errors.
        pub async fn rollback_to(&mut self, savepoint: Savepoint) -> Result<()> {
            self.0.rollback_to(savepoint).await
        }

        /// Commits the whole transaction, through all its savepoints. Without one it does nothing.
        ///
        /// # Errors
        /// The server's, after which only `rollback` and `close` are left; `CommitUnknown` when the connection was
        /// lost before the answer came, and when the transaction ended with a text that may commit and has failed;
        /// `InvalidState` when the transaction cannot be committed any more.
        pub async fn commit(&mut self) -> Result<()> {
            self.0.commit().await
        }

        /// Rolls back the whole transaction, and makes an interrupted or broken session usable again.
        ///
        /// # Errors
        /// `CommitUnknown` when what was interrupted was a COMMIT that has gone through or may have, a text that may commit, or a
        /// statement in AUTOCOMMIT that has gone through and is not known only to read, or came behind entities that were
        /// written there; and when a text that may commit has failed. The server's otherwise. In any case the transaction is over.
        pub async fn rollback(&mut self) -> Result<()> {
            self.0.rollback().await
        }

        /// Throws the connection away, with what is open on it.
        pub fn invalidate(&mut self) {
            self.0.invalidate();
        }

        /// What is known of the database's SQL: its name is `sqlite`, `postgresql` or `mysql`. No I/O.
        #[must_use]
        pub fn dialect(&self) -> &Dialect {
            self.0.dialect()
        }

        /// Whether a transaction is begun: from the first statement to commit, rollback or close.
        #[must_use]
        pub fn in_transaction(&self) -> bool {
            self.0.in_transaction()
        }

        /// Whether a savepoint is set.
        #[must_use]
        pub fn in_nested_transaction(&self) -> bool {
            self.0.in_nested_transaction()
        }

        /// Whether the savepoint has not ended.
        #[must_use]
        pub fn is_savepoint_active(&self, savepoint: Savepoint) -> bool {
            self.0.is_savepoint_active(savepoint)
        }

        /// Whether statements are accepted: false after a failed commit, a lost connection or an interruption, until
        /// `rollback`.
        #[must_use]
        pub fn is_active(&self) -> bool {
            self.0.is_active()
        }

        /// Whether a transaction is open, as the server said last.
        #[must_use]
        pub fn server_transaction(&self) -> ServerTransaction {
            self.0.server_transaction()
        }

        /// The isolation level that was asked for, if any was.
        #[must_use]
        pub fn isolation_level(&self) -> Option<IsolationLevel> {
            self.0.isolation_level()
        }

        /// Sets the level of the transactions to come.
        ///
        /// # Errors
        /// `InvalidState` inside a transaction, `Configuration` for a level the backend does not have.
        pub fn set_isolation_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
            self.0.set_isolation_level(level)
        }

        /// The driver's own client: `rusqlite::Connection` for SQLite.
        ///
        /// What is done with it belongs to the transaction, which is begun and opened on the server first, with its
        /// savepoints: it is committed and rolled back with the rest. In AUTOCOMMIT there is no transaction, so that is
        /// where to do what cannot run in one.
        ///
        /// # Errors
        /// `TypeMismatch` when it is of another type; else as [`execute`](Self::execute).
        pub async fn driver_connection<T: 'static>(&mut self) -> Result<&mut T> {
            self.0.raw().await?.downcast_mut().ok_or_else(|| {
                Error::new(
                    ErrorKind::TypeMismatch,
                    format!("the driver's connection is no {}", std::any::type_name::<T>()),
                )
            })
        }

        /// What the program remembers with it.
        pub fn info(&mut self) -> &mut Info {
            self.0.info()
        }
    };
}

pub(super) use statement_methods;
