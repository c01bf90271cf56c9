use sqlsession_core::{Error, ErrorKind, Result};
use tokio_postgres::Client;

use crate::{error::from_postgres, wire::ServerState};

/// Commits what was sent before. All of it is sent at the first poll.
///
/// # Errors
/// The server's; `InvalidState` when it made a ROLLBACK of the COMMIT, as it does where the transaction had failed. It
/// calls that a success.
pub(super) async fn commit(client: &Client, server: &ServerState) -> Result<()> {
    client.batch_execute("COMMIT").await.map_err(from_postgres)?;
    if server.has_committed() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidState,
        "the transaction failed earlier, and the server has rolled it back at its commit",
    ))
}
