use std::{any::Any, fmt, sync::Arc, time::Duration};

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{
        Batching, BoxFuture, BulkRequest, Cancel, Control, DriverConnection, Finished, ManyRequest,
        Operation, Outcome, Request, RowSender, ServerTransaction,
    },
};
use sqlx_core::{connection::Connection as _, pool::PoolConnection};
use tokio::time::timeout;

use super::{
    answer::next,
    inner::{Inner, sql_of},
};
use crate::{
    SqlxDatabase,
    backend::Way as _,
    source::{Client, Shared},
};

/// How long a connection may take to say goodbye, or to be taken back by its pool.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection of sqlx.
///
/// Its raw client is sqlx's own: a `SqliteConnection`, `PgConnection` or `MySqlConnection`. While a transaction is open
/// sqlx knows of it, so that its `begin` sets a savepoint there.
///
/// Dropped, it is cut: it does not go back into a pool of sqlx's, whatever it was in the middle of.
pub struct SqlxConnection<DB: SqlxDatabase> {
    /// `None` once it is taken by what ends the connection.
    inner: Option<Box<Inner<DB>>>,
    /// What stands for the raw client then.
    nobody: (),
}

impl<DB: SqlxDatabase> SqlxConnection<DB> {
    /// Takes over a connection that was opened or taken out of a pool.
    pub(crate) async fn greet(client: Client<DB>, shared: &Arc<Shared<DB>>) -> Result<Self> {
        let mut guest = Guest(Some(client));
        let options = shared.connect_options();
        if let Some(client @ Client::Pooled(_)) = &mut guest.0 {
            end_leftover::<DB>(client).await?;
        }
        let kill = match &mut guest.0 {
            Some(client) => DB::greet(client, &options, &shared.settings).await?,
            None => return Err(gone()),
        };
        let client = guest.0.take().ok_or_else(gone)?;
        Ok(Self { inner: Some(Box::new(Inner::new(client, kill, Arc::clone(shared)))), nobody: () })
    }

    /// Runs one of the methods of [`Inner`] as an operation that owns the connection.
    fn run<F>(self, job: F) -> Operation<Self>
    where
        F: for<'i> FnOnce(&'i mut Inner<DB>) -> BoxFuture<'i, Result<Outcome>> + Send + 'static,
    {
        self.run_behind(false, job)
    }

    /// The same, behind what the raw client has left: what `undoes` that does not mind when it is gone already.
    fn run_behind<F>(mut self, undoes: bool, job: F) -> Operation<Self>
    where
        F: for<'i> FnOnce(&'i mut Inner<DB>) -> BoxFuture<'i, Result<Outcome>> + Send + 'static,
    {
        Operation::Running(Box::pin(async move {
            let Some(inner) = self.inner.as_deref_mut() else {
                return Finished { connection: None, result: Err(gone()) };
            };
            inner.rest();
            let result = match inner.take_over(undoes).await {
                Ok(()) => job(inner).await,
                Err(error) => Err(error),
            };
            let result = inner.finish(result).await;
            let usable = inner.is_usable();
            Finished { connection: usable.then_some(self), result }
        }))
    }
}

impl<DB: SqlxDatabase> DriverConnection for SqlxConnection<DB> {
    fn execute(self, request: Request) -> Operation<Self> {
        self.run(|inner| Box::pin(inner.execute(request)))
    }

    fn execute_many(self, request: ManyRequest) -> Operation<Self> {
        self.run(|inner| Box::pin(inner.execute_many(request)))
    }

    fn bulk_insert(self, request: BulkRequest) -> Operation<Self> {
        self.run(|inner| Box::pin(inner.bulk_insert(request)))
    }

    fn stream(self, request: Request, rows: RowSender) -> Operation<Self> {
        self.run(|inner| Box::pin(inner.stream(request, rows)))
    }

    fn script(self, sql: Arc<str>) -> Operation<Self> {
        self.run(|inner| Box::pin(inner.script(sql)))
    }

    fn control(mut self, control: Control) -> Operation<Self> {
        if self.inner.as_deref_mut().is_some_and(|inner| inner.control_now(control)) {
            return Operation::Done(self, Ok(Outcome::default()));
        }
        let undoes = matches!(control, Control::Rollback | Control::Reset);
        self.run_behind(undoes, move |inner| Box::pin(inner.control(control)))
    }

    fn batching(&self) -> Batching {
        DB::batching()
    }

    fn server_transaction(&self) -> ServerTransaction {
        self.inner.as_deref().map_or(ServerTransaction::Unknown, Inner::server_transaction)
    }

    fn is_usable(&self) -> bool {
        self.inner.as_deref().is_some_and(Inner::is_usable)
    }

    fn canceller(&self) -> Arc<dyn Cancel> {
        match &self.inner {
            Some(inner) => Arc::new(inner.stopper.clone()),
            None => Arc::new(Nothing),
        }
    }

    /// sqlx's connection.
    fn raw(&mut self) -> &mut (dyn Any + Send) {
        match &mut self.inner {
            Some(inner) => inner.lend(),
            None => &mut self.nobody,
        }
    }

    fn close(mut self) -> BoxFuture<'static, ()> {
        let Some(inner) = self.inner.take() else { return Box::pin(async {}) };
        Box::pin(async {
            let mut leaving = Self { inner: Some(inner), nobody: () };
            let clean = match leaving.inner.as_deref_mut() {
                Some(inner) => timeout(GOODBYE, inner.tidy_up()).await.unwrap_or(false),
                None => return,
            };
            let Some(inner) = leaving.inner.take() else { return };
            match inner.into_client() {
                Client::Own(client) if clean => {
                    let _ = timeout(GOODBYE, client.close()).await;
                }
                Client::Pooled(pooled) if clean => give_back(pooled).await,
                client => client.cut(),
            }
        })
    }

    /// What was done to the connection, a role or a temporary table for one, is not for the pool's next user.
    fn discard(self) -> BoxFuture<'static, ()> {
        if self.inner.as_deref().is_some_and(Inner::is_pooled) {
            drop(self);
            return Box::pin(async {});
        }
        self.close()
    }
}

/// Ends what the last user of a pooled connection has left open by a text, of which sqlx does not know: nobody is there any
/// more to commit it, and a session must not.
async fn end_leftover<DB: SqlxDatabase>(client: &mut Client<DB>) -> Result<()> {
    if !DB::is_left_open(client).await? {
        return Ok(());
    }
    let mut answers = DB::send(client, sql_of("ROLLBACK"), None);
    while let Some(answer) = next(&mut answers).await {
        answer.map_err(DB::error)?;
    }
    Ok(())
}

/// Gives a connection back to its pool, which looks whether it is alive first.
async fn give_back<DB: SqlxDatabase>(mut pooled: PoolConnection<DB>) {
    let _ = timeout(GOODBYE, pooled.return_to_pool()).await;
}

impl<DB: SqlxDatabase> Drop for SqlxConnection<DB> {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            inner.stopper.way().abandon();
            inner.into_client().cut();
        }
    }
}

impl<DB: SqlxDatabase> fmt::Debug for SqlxConnection<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlxConnection").field("database", &DB::NAME).finish_non_exhaustive()
    }
}

/// A connection that is not greeted yet. Dropped, it is cut.
struct Guest<DB: SqlxDatabase>(Option<Client<DB>>);

impl<DB: SqlxDatabase> Drop for Guest<DB> {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            client.cut();
        }
    }
}

/// Stops nothing.
#[derive(Debug)]
struct Nothing;

impl Cancel for Nothing {
    fn cancel(&self) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

/// Can not come to pass: only what ends a connection takes it.
fn gone() -> Error {
    Error::new(ErrorKind::ConnectionLost, "the connection is gone")
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use sqlsession_core::{
        EngineOptions,
        driver::{Begin, BeginMode, Driver as _},
    };
    use sqlx_core::{pool::PoolOptions, raw_sql::raw_sql};
    use sqlx_sqlite::{Sqlite, SqliteConnectOptions};

    use super::*;
    use crate::SqlxDriver;

    #[tokio::test]
    async fn a_transaction_that_refuses_writes_leaves_a_pool_that_writes() {
        let folder = tempfile::tempdir().unwrap();
        let file = SqliteConnectOptions::new().filename(folder.path().join("x.db")).create_if_missing(true);
        let pool = PoolOptions::<Sqlite>::new().max_connections(1).connect_with(file).await.unwrap();
        let driver = SqlxDriver::over_pool(pool.clone(), &mut EngineOptions::default()).unwrap();
        let connection = driver.connect().await.unwrap();
        let begin = Control::Begin(Begin::new(BeginMode::Auto, true));
        let Operation::Running(beginning) = connection.control(begin) else { panic!() };
        beginning.await.connection.unwrap().close().await;
        raw_sql("create table t (n int)").execute(&pool).await.unwrap();
    }
}
