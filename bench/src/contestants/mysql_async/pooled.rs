use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use mysql_async::{Conn, OptsBuilder};

/// deadpool over mysql_async, which asks nobody whether a connection is good.
pub struct ByHand(pub OptsBuilder);

impl Manager for ByHand {
    type Type = Conn;
    type Error = mysql_async::Error;

    async fn create(&self) -> Result<Conn, mysql_async::Error> {
        Conn::new(self.0.clone()).await
    }

    async fn recycle(&self, conn: &mut Conn, _: &Metrics) -> RecycleResult<mysql_async::Error> {
        if conn.is_disconnected() { Err(RecycleError::message("disconnected")) } else { Ok(()) }
    }
}
