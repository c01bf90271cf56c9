use futures_util::future::{join, join3};
use sqlsession_core::{Error, ErrorKind, Result, driver::Begin};
use tokio_postgres::Client;

use crate::{error::from_postgres, wire::ServerState};

/// What goes out around a statement, in the same flight.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Riding {
    /// BEGIN before it.
    pub(super) begin: Option<&'static str>,
    /// COMMIT after it.
    pub(super) commit: bool,
}

/// The text of a BEGIN that no server refuses, so that it may ride. A level that a server may refuse is not part of it.
pub(super) fn begin_text(begin: Begin) -> &'static str {
    if begin.read_only { "BEGIN READ ONLY" } else { "BEGIN" }
}

impl Riding {
    pub(super) fn new(begin: Option<Begin>, commit: bool) -> Self {
        Self { begin: begin.map(begin_text), commit }
    }

    /// Sends the statement and what rides with it, and waits for all answers.
    ///
    /// The statement must send all it has to at its first poll if a COMMIT rides behind it, and read all its answers.
    pub(super) async fn carry<T>(
        self,
        client: &Client,
        server: &ServerState,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if self.begin.is_some() {
            server.begins();
        }
        // Polled in this order, they are sent in this order.
        match (self.begin, self.commit) {
            (None, false) => statement.await,
            (Some(begin), false) => {
                let (begun, result) = join(client.batch_execute(begin), statement).await;
                together(begun, result)
            }
            (None, true) => {
                let (result, committed) = join(statement, client.batch_execute("COMMIT")).await;
                ended(result, committed)
            }
            (Some(begin), true) => {
                let (begun, result, committed) =
                    join3(client.batch_execute(begin), statement, client.batch_execute("COMMIT")).await;
                together(begun, ended(result, committed))
            }
        }
    }
}

/// A statement whose BEGIN failed has run outside of any transaction: each request is a unit of its own to the server.
fn together<T>(begun: Result<(), tokio_postgres::Error>, result: Result<T>) -> Result<T> {
    let Err(error) = begun.map_err(from_postgres) else { return result };
    if error.is_disconnect() || result.is_err() {
        return Err(error);
    }
    let message = format!(
        "BEGIN failed and the statement sent with it did not, so that it is committed: {}",
        error.message()
    );
    Err(Error::new(ErrorKind::StatementCommitted, message).with_cause(error))
}

/// The server makes a ROLLBACK of the COMMIT of a statement that failed.
fn ended<T>(result: Result<T>, committed: Result<(), tokio_postgres::Error>) -> Result<T> {
    let value = result?;
    committed.map_err(from_postgres)?;
    Ok(value)
}
