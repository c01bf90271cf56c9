//! The blocking twins of the methods that sessions and connections share.

/// Methods over `self.inner`, the async session or connection, and `self.executor`.
macro_rules! blocking_methods {
    () => {
        /// Runs a statement and reads its whole result.
        ///
        /// The first statement begins the transaction.
        ///
        /// # Errors
        /// `BadParameter` before anything is sent when a parameter is missing, unknown or of no use; the pool's and
        /// the server's errors; `InvalidState` when only rollback is left, and inside an async task. `CommitUnknown` when the
        /// connection was lost under a text that may commit (COMMIT, MySQL's DDL and CALL) or, in AUTOCOMMIT, under one that
        /// is no query. `InvalidState` for a COMMIT that the server makes a ROLLBACK of (PostgreSQL).
        pub fn execute(&mut self, statement: impl Into<Statement>) -> Result<ResultSet> {
            let started = match self.executor.polling_here()? {
                // Most have ended by then, and there is nothing to be polled.
                Some(_polling) => self.inner.start(statement.into()),
                None => Err(statement.into()),
            };
            match started {
                Ok(Started::Ended(result)) => result,
                Ok(started) => self.executor.block_on(self.inner.end(started))?,
                Err(statement) => self.executor.block_on(self.inner.execute(statement))?,
            }
        }

        /// Runs a statement once for each set of parameters; the row count is the sum. Without sets nothing runs.
        ///
        /// # Errors
        /// As [`execute`](Self::execute).
        pub fn execute_many<P: Into<ParameterSet>>(
            &mut self,
            statement: impl Into<Statement>,
            sets: impl IntoIterator<Item = P>,
        ) -> Result<ResultSet> {
            self.executor.block_on(self.inner.execute_many(statement, sets))?
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
        pub fn execute_and_commit(&mut self, statement: impl Into<Statement>) -> Result<ResultSet> {
            self.executor.block_on(self.inner.execute_and_commit(statement))?
        }

        /// Runs a statement once for each set of parameters and commits.
        ///
        /// # Errors
        /// As [`execute_and_commit`](Self::execute_and_commit).
        pub fn execute_many_and_commit<P: Into<ParameterSet>>(
            &mut self,
            statement: impl Into<Statement>,
            sets: impl IntoIterator<Item = P>,
        ) -> Result<ResultSet> {
            self.executor.block_on(self.inner.execute_many_and_commit(statement, sets))?
        }

        /// Inserts rows into a table by the quickest way the backend has, and says how many. Without rows nothing is
        /// sent.
        ///
        /// The rows are pulled while they are sent, so that memory is bounded however many there are. The names are
        /// quoted: what is in them is never taken for SQL. For those who watch it is one statement.
        ///
        /// # Errors
        /// `BadParameter` when the table's name is malformed, without columns, and when a row has not a value for each
        /// of them: the message says which row. Else as [`execute`](Self::execute). When it fails none of its rows
        /// stays, where the backend can see to that.
        ///
        /// # Panics
        /// When the iterator does; none of the rows stays then.
        pub fn bulk_insert<T, R>(
            &mut self,
            table: T,
            columns: impl IntoIterator<Item: Into<String>>,
            rows: R,
        ) -> Result<u64>
        where
            T: TryInto<TableName, Error: Into<Error>>,
            R: IntoIterator<Item: IntoRow, IntoIter: Send + 'static>,
        {
            self.executor.block_on(self.inner.bulk_insert(table, columns, rows))?
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
        pub fn execute_multi(&mut self, statement: impl Into<Statement>) -> Result<Vec<ResultSet>> {
            self.executor.block_on(self.inner.execute_multi(statement))?
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
        pub fn warnings(&mut self, result: &ResultSet) -> Result<Vec<Warning>> {
            self.executor.block_on(self.inner.warnings(result))?
        }

        /// Runs several statements, separated by `;`, without parameters. A limit for statements does not hold of them, as it
        /// does in [`execute_multi`](Self::execute_multi).
        ///
        /// # Errors
        /// As [`execute`](Self::execute). Statements before the one that failed stay in the transaction.
        pub fn execute_script(&mut self, sql: impl Into<Arc<str>>) -> Result<()> {
            self.executor.block_on(self.inner.execute_script(sql))?
        }

        /// Runs a statement and reads its rows as they come, in bounded memory.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); errors in the middle of the result come with the rows.
        pub fn stream(&mut self, statement: impl Into<Statement>) -> Result<RowStream<'_>> {
            let stream = self.executor.block_on(self.inner.stream(statement))??;
            Ok(RowStream::new(stream, &self.executor))
        }

        /// All rows of a statement.
        ///
        /// Those of a long result are read into the type as they come, so that it is in memory once; [`FromRow`] may then run
        /// on another thread. Under a time limit for the statement they are read when all have come.
        ///
        /// # Errors
        /// As [`execute`](Self::execute), and when a row does not fit the type.
        pub fn all<T: FromRow + Send + 'static>(
            &mut self,
            statement: impl Into<Statement>,
        ) -> Result<Vec<T>> {
            let gathering = crate::row::Gathering::new();
            let mut result = self.execute(statement.into().gathered_by(gathering.sink()))?;
            gathering.finish(&mut result)
        }

        /// The one row of a statement.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); `NoRows`, `SeveralRows`.
        pub fn one<T: FromRow>(&mut self, statement: impl Into<Statement>) -> Result<T> {
            self.execute(statement)?.into_one()
        }

        /// The one row of a statement, or none.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); `SeveralRows`.
        pub fn one_or_none<T: FromRow>(&mut self, statement: impl Into<Statement>) -> Result<Option<T>> {
            self.execute(statement)?.into_one_or_none()
        }

        /// The first column of the first row; `None` without rows.
        ///
        /// To tell NULL from no row, ask for `Option<T>`.
        ///
        /// # Errors
        /// As [`execute`](Self::execute), and when the value is not of the type.
        pub fn scalar<T: FromValueOwned>(&mut self, statement: impl Into<Statement>) -> Result<Option<T>> {
            self.execute(statement)?.scalar()
        }

        /// The first column of the one row.
        ///
        /// # Errors
        /// As [`execute`](Self::execute); `NoRows`, `SeveralRows`.
        pub fn scalar_one<T: FromValueOwned>(&mut self, statement: impl Into<Statement>) -> Result<T> {
            self.execute(statement)?.into_scalar_one()
        }

        /// The first column of every row.
        ///
        /// # Errors
        /// As [`execute`](Self::execute), and when a value is not of the type.
        pub fn scalars<T: FromValueOwned>(&mut self, statement: impl Into<Statement>) -> Result<Vec<T>> {
            self.execute(statement)?.scalars()
        }

        /// Begins a transaction by hand. Nothing is sent before the first statement.
        ///
        /// # Errors
        /// `InvalidState` when one is begun already.
        pub fn begin(&mut self) -> Result<()> {
            self.executor.block_on(self.inner.begin())?
        }

        /// Sets a savepoint, and begins a transaction if there is none.
        ///
        /// # Errors
        /// As [`execute`](Self::execute).
        pub fn begin_nested(&mut self) -> Result<Savepoint> {
            self.executor.block_on(self.inner.begin_nested())?
        }

        /// Releases a savepoint: its work becomes part of the transaction around.
        ///
        /// # Errors
        /// `InvalidState` when it has ended; the server's errors.
        pub fn release(&mut self, savepoint: Savepoint) -> Result<()> {
            self.executor.block_on(self.inner.release(savepoint))?
        }

        /// Undoes what was done since the savepoint, which ends with it.
        ///
        /// # Errors
        /// `InvalidState` when it has ended; the server's errors.
        pub fn rollback_to(&mut self, savepoint: Savepoint) -> Result<()> {
            self.executor.block_on(self.inner.rollback_to(savepoint))?
        }

        /// Commits the whole transaction, through all its savepoints. Without one it does nothing.
        ///
        /// # Errors
        /// The server's, after which only `rollback` and `close` are left; `CommitUnknown` when the connection was
        /// lost before the answer came, and when the transaction ended with a text that may commit and has failed;
        /// `InvalidState` when the transaction cannot be committed any more.
        pub fn commit(&mut self) -> Result<()> {
            self.executor.block_on(self.inner.commit())?
        }

        /// Rolls back the whole transaction, and makes an interrupted or broken session usable again.
        ///
        /// # Errors
        /// `CommitUnknown` when what was interrupted was a COMMIT that has gone through or may have, a text that may commit, or a
        /// statement in AUTOCOMMIT that has gone through and is not known only to read, or came behind entities that were
        /// written there; and when a text that may commit has failed. The server's otherwise. In any case the transaction is over.
        pub fn rollback(&mut self) -> Result<()> {
            self.executor.block_on(self.inner.rollback())?
        }

        /// Throws the connection away, with what is open on it.
        pub fn invalidate(&mut self) {
            self.inner.invalidate();
        }

        /// Sets the level of the transactions to come.
        ///
        /// # Errors
        /// `InvalidState` inside a transaction, `Configuration` for a level the backend does not have.
        pub fn set_isolation_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
            self.inner.set_isolation_level(level)
        }

        /// The driver's own client: `rusqlite::Connection` for SQLite.
        ///
        /// What is done with it belongs to the transaction, which is begun and opened on the server first, with its
        /// savepoints: it is committed and rolled back with the rest. In AUTOCOMMIT there is no transaction, so that is
        /// where to do what cannot run in one.
        ///
        /// # Errors
        /// `TypeMismatch` when it is of another type; else as [`execute`](Self::execute).
        pub fn driver_connection<T: 'static>(&mut self) -> Result<&mut T> {
            self.executor.block_on(self.inner.driver_connection())?
        }

        /// What the program remembers with it.
        pub fn info(&mut self) -> &mut Info {
            self.inner.info()
        }
    };
}

pub(super) use blocking_methods;
