use sqlsession_core::{
    AsyncConnection, Result, SessionOptions,
    driver::{BoxFuture, Dialect},
};

use super::{AsyncDatabase, Database, Target};

/// Either client, where something is done on a connection of its own: `&AsyncDatabase` gives a future, `&Database` the
/// result.
pub trait Client: Target {
    #[doc(hidden)]
    fn with_connection<T: Send + 'static>(
        self,
        options: fn(&Dialect) -> SessionOptions,
        work: impl ConnectionWork<T>,
    ) -> Self::Done<T>;
}

/// What is done with a connection.
#[doc(hidden)]
pub trait ConnectionWork<T>:
    for<'c> FnOnce(&'c mut AsyncConnection) -> BoxFuture<'c, Result<T>> + Send + 'static
{
}

impl<T, W> ConnectionWork<T> for W where
    W: for<'c> FnOnce(&'c mut AsyncConnection) -> BoxFuture<'c, Result<T>> + Send + 'static
{
}

impl Client for &AsyncDatabase {
    fn with_connection<T: Send + 'static>(
        self,
        options: fn(&Dialect) -> SessionOptions,
        work: impl ConnectionWork<T>,
    ) -> Self::Done<T> {
        let options = options(self.engine().dialect());
        let connection = self.engine().inner().connect(options);
        Box::pin(async { closed(connection.await?, work).await })
    }
}

impl Client for &Database {
    fn with_connection<T: Send + 'static>(
        self,
        options: fn(&Dialect) -> SessionOptions,
        work: impl ConnectionWork<T>,
    ) -> Self::Done<T> {
        let options = options(self.engine().dialect());
        let connection = self.engine().inner().connect(options);
        self.engine().executor().block_on(async { closed(connection.await?, work).await })?
    }
}

async fn closed<T>(mut connection: AsyncConnection, work: impl ConnectionWork<T>) -> Result<T> {
    let done = work(&mut connection).await;
    let closed = connection.close().await;
    let done = done?;
    closed.map(|()| done)
}
