//! Statements by the client, by `await`.

use sqlsession_core::{
    FromRow, Result, ResultSet, Statement, statement::ParameterSet, value::FromValueOwned,
};

use super::AsyncDatabase;

impl AsyncDatabase {
    /// Runs a statement in a session of its own and commits, unless the statement is known only to read.
    ///
    /// In a scope, here and below, it runs in the scope's session, and the scope commits.
    ///
    /// # Errors
    /// The statement's or the commit's. In a scope `InvalidState` when its session is in use.
    pub async fn execute(&self, statement: impl Into<Statement>) -> Result<ResultSet> {
        match self.scope_session()? {
            Some(mut session) => session.execute(statement).await,
            None => self.session_maker().session().execute_and_commit(statement).await,
        }
    }

    /// Runs a statement once for each set of parameters, in a session of its own, and commits. The row count is the sum.
    ///
    /// # Errors
    /// As [`execute`](Self::execute): then nothing of any set is committed.
    pub async fn execute_many<P: Into<ParameterSet>>(
        &self,
        statement: impl Into<Statement>,
        sets: impl IntoIterator<Item = P>,
    ) -> Result<ResultSet> {
        match self.scope_session()? {
            Some(mut session) => session.execute_many(statement, sets).await,
            None => self.session_maker().session().execute_many_and_commit(statement, sets).await,
        }
    }

    /// Runs a statement in a session of its own and undoes what it did. In a scope it is as [`execute`](Self::execute):
    /// what becomes of it is for the scope to say.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> sqlsession::Result<()> {
    /// # let db = sqlsession::AsyncDatabase::create("sqlite://")?;
    /// # db.execute("create table users (id integer primary key)").await?;
    /// # db.execute("insert into users values (1), (2)").await?;
    /// let would_go = db.execute_uncommitted("delete from users where id > 1").await?.rowcount();
    /// assert_eq!(would_go, Some(1));
    /// assert_eq!(db.scalar::<i64>("select count(*) from users").await?, Some(2));
    /// # Ok(()) }
    /// ```
    pub async fn execute_uncommitted(&self, statement: impl Into<Statement>) -> Result<ResultSet> {
        if let Some(mut session) = self.scope_session()? {
            return session.execute(statement).await;
        }
        let mut session = self.session_maker().session();
        let result = session.execute(statement).await?;
        session.close().await?;
        Ok(result)
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
        if let Some(mut session) = self.scope_session()? {
            return on_close_pre(session.execute(statement).await?);
        }
        let mut session = self.session_maker().session();
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

    /// As [`execute_then`](Self::execute_then), on a bare connection of the engine rather than in a session, and so never in
    /// a scope's.
    ///
    /// # Errors
    /// The statement's, the function's or the commit's.
    pub async fn execute_on_connection<T>(
        &self,
        statement: impl Into<Statement>,
        on_close_pre: impl FnOnce(ResultSet) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.engine().connect().await?;
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
    /// As [`execute`](Self::execute), and when the value is not of the type: then nothing is committed, unless the text begins as a
    /// query: what a function that it calls has written is committed by then.
    pub async fn scalar<T: FromValueOwned>(&self, statement: impl Into<Statement>) -> Result<Option<T>> {
        self.look_at(statement.into(), ResultSet::scalar).await
    }

    /// The first column of every row of a statement. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when a value is not of the type: then nothing is committed, unless the text begins as a
    /// query: what a function that it calls has written is committed by then.
    pub async fn scalars<T: FromValueOwned>(&self, statement: impl Into<Statement>) -> Result<Vec<T>> {
        self.look_at(statement.into(), ResultSet::scalars).await
    }

    /// All rows of a statement. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and when a row does not fit the type: then nothing is committed, unless the text begins as a
    /// query: what a function that it calls has written is committed by then.
    pub async fn all<T: FromRow>(&self, statement: impl Into<Statement>) -> Result<Vec<T>> {
        self.look_at(statement.into(), ResultSet::all).await
    }

    /// The one row of a statement. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`all`](Self::all); `NoRows`, `SeveralRows`.
    pub async fn one<T: FromRow>(&self, statement: impl Into<Statement>) -> Result<T> {
        self.look_at(statement.into(), ResultSet::one).await
    }

    /// The one row of a statement, or none. Committed as [`execute`](Self::execute) is.
    ///
    /// # Errors
    /// As [`all`](Self::all); `SeveralRows`.
    pub async fn one_or_none<T: FromRow>(&self, statement: impl Into<Statement>) -> Result<Option<T>> {
        self.look_at(statement.into(), ResultSet::one_or_none).await
    }

    async fn look_at<T>(
        &self,
        statement: Statement,
        look: impl FnOnce(&mut ResultSet) -> Result<T>,
    ) -> Result<T> {
        if statement.begins_as_query() {
            // There is nothing to be undone, so that the commit need not wait for a look at the value.
            return look(&mut self.execute(statement).await?);
        }
        self.execute_then(statement, |mut result| look(&mut result)).await
    }
}
