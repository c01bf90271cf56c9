use std::{sync::Arc, time::Duration};

use mysql_async::{Conn, consts::StatusFlags, prelude::Queryable as _};
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{IsolationLevel, ServerTransaction},
    statement::CompiledText,
};

use super::mysql_connection::Inner;
use crate::{driver::DIALECT, error::from_mysql};

/// How many errors of results that were left unread may come before the connection is given up.
const LEFT_UNREAD: usize = 16;

/// What is known of a connection's transaction.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// A transaction is open, as the last answer said.
    open: bool,
    /// Something has run with autocommit off since the last transaction ended. The server may hold locks for it, on
    /// the table of an engine without transactions for one, and says of no transaction.
    touched: bool,
    /// A transaction is to be opened with what is sent next.
    due: bool,
    /// The raw client was handed out, and may have done anything since.
    lent: bool,
    /// What was sent last may have ended the transaction whether it failed or not.
    doubtful: bool,
    /// Autocommit, as the last answer said, where it is not what was set.
    pub(super) strayed: bool,
    /// A text that may have set the isolation level was sent.
    pub(super) level_strayed: bool,
    /// Autocommit is set to be on: a session of level AUTOCOMMIT.
    pub(super) autocommit: bool,
    /// The level that was set; `None` is the one the connection began with.
    pub(super) level: Option<IsolationLevel>,
    /// The one it began with, known once another was set: `init_command` may have set one.
    pub(super) first_level: Option<IsolationLevel>,
}

impl Transaction {
    pub(super) fn lend(&mut self) {
        self.lent = true;
    }

    /// Whether the raw client was handed out, and its work is to be [taken over](Inner::take_over).
    pub(super) fn is_lent(&self) -> bool {
        self.lent
    }

    /// What core is told.
    pub(super) fn word(&self, conn: &Conn) -> ServerTransaction {
        if self.lent {
            // An answer to PREPARE is no word on the transaction, and there is no telling it from one that is.
            let open = conn.last_ok_packet().is_some_and(|ok| is_open(ok.status_flags()));
            return if open { ServerTransaction::Open } else { ServerTransaction::Unknown };
        }
        if self.open || self.due { ServerTransaction::Open } else { ServerTransaction::Idle }
    }

    /// Whether a ROLLBACK would do nothing.
    pub(super) fn is_clean(&self) -> bool {
        !self.open && !self.touched && !self.lent
    }

    /// Whether a text may have changed what is to be set back.
    pub(super) fn has_strayed(&self) -> bool {
        self.strayed || self.level_strayed
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// What is sent next opens a transaction.
    pub(super) fn is_due(&self) -> bool {
        self.due
    }

    pub(super) fn set_due(&mut self, due: bool) {
        self.due = due;
    }

    /// Something is about to be sent, which may be several statements: one may fail behind others that ended the transaction.
    pub(super) fn touch(&mut self) {
        self.touched = !self.autocommit;
        self.due = false;
        self.doubtful = true;
    }

    /// This text is about to be sent. One that commits nothing leaves the transaction open when it fails, but for errors
    /// that end every transaction; DDL has committed before it fails, and a procedure may roll back and then fail.
    pub(super) fn touch_by(&mut self, text: &CompiledText) {
        self.touch();
        self.doubtful = text.may_commit(&DIALECT);
    }

    /// Whether the transaction may have ended with what has failed. Asked once.
    pub(super) fn is_in_doubt(&mut self) -> bool {
        std::mem::take(&mut self.doubtful)
    }

    /// A COMMIT or ROLLBACK has been answered.
    pub(super) fn ended(&mut self) {
        self.touched = false;
        self.due = false;
    }

    /// Takes over what the last answer says. After an error there is none, and all is as it was.
    pub(super) fn note(&mut self, conn: &Conn) {
        let Some(ok) = conn.last_ok_packet() else { return };
        let flags = ok.status_flags();
        self.open = is_open(flags);
        // The raw client, or who else sent it, has opened one: to open another would commit what it has written.
        self.due &= !self.open;
        self.doubtful = false;
        self.strayed = flags.contains(StatusFlags::SERVER_STATUS_AUTOCOMMIT) != self.autocommit;
    }
}

fn is_open(flags: StatusFlags) -> bool {
    flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS)
}

impl Inner {
    /// Takes over the work of the raw client, for so long at most.
    pub(super) async fn take_over_within(&mut self, limit: Option<Duration>) -> Result<()> {
        let canceller = Arc::clone(&self.canceller);
        let taking = async {
            self.take_over().await?;
            // What was stopped may have been a statement of the raw client, whose error nobody is told.
            self.canceller.check()
        };
        canceller.guard(limit, taking).await
    }

    /// Reads what the raw client may have left unread, and asks for the state it left.
    async fn take_over(&mut self) -> Result<()> {
        self.transaction.lent = false;
        if self.conn.is_disconnected() {
            // Its answer is still to come, and mysql_async would take it for that of the next statement.
            self.spoilt = true;
            let words = "a future of the raw client was dropped, or its connection was lost";
            return Err(Error::new(ErrorKind::ConnectionLost, words));
        }
        self.transaction.touched = !self.transaction.autocommit;
        let mut result = self.ask_database().await;
        for _ in 0..LEFT_UNREAD {
            match result {
                // The error of a statement of the raw client, whose user did not want it.
                Err(mysql_async::Error::Server(_)) => result = self.ask_database().await,
                _ => break,
            }
        }
        let database = result.map_err(from_mysql)?;
        self.transaction.note(&self.conn);
        self.is_in_database(database).await
    }

    /// Sends a text as it is, reads its answers, and takes over what they say of the transaction.
    pub(super) async fn send(&mut self, sql: &str) -> Result<()> {
        let sent = self.conn.query_drop(sql).await;
        self.transaction.note(&self.conn);
        sent.map_err(from_mysql)
    }
}
