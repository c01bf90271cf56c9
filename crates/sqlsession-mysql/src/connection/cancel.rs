use mysql_async::prelude::Queryable as _;
use sqlsession_core::driver::{BoxFuture, Kill, Stopper, Strikes};

use crate::{
    connect::{self, Server},
    options::MysqlOptions,
};

/// Stops what a connection does by KILL QUERY, over a connection of its own.
pub(super) type Canceller = Stopper<KillQuery>;

/// Which connection's statement is to end, and of which server.
#[derive(Debug)]
pub(super) struct KillQuery {
    pub(super) options: MysqlOptions,
    pub(super) server: Server,
}

impl KillQuery {
    async fn send(&self, strikes: &Strikes) {
        // A server that cannot be reached cannot be asked to stop; who waits for the operation has a limit.
        let Ok(mut conn) = connect::connect(&self.options).await else { return };
        // Behind a name there may be several servers, and on another one the number is somebody else's.
        if self.server.is_at(&mut conn).await {
            let strike = strikes.sending();
            let answered = conn.query_drop(format!("KILL QUERY {}", self.server.connection_id)).await;
            if matches!(answered, Ok(()) | Err(mysql_async::Error::Server(_))) {
                strike.answered();
            }
        }
        let _ = conn.disconnect().await;
    }
}

impl Kill for KillQuery {
    fn kill<'k>(&'k self, strikes: &'k Strikes) -> BoxFuture<'k, ()> {
        Box::pin(self.send(strikes))
    }
}
