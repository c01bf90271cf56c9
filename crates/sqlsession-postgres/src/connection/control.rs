use std::borrow::Cow;

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Begin, Cancel as _, Control, Face, IsolationLevel, Outcome, ServerTransaction},
};

use super::{commit::commit, postgres_connection::Inner, riding::begin_sql};

impl Inner {
    /// What needs no answer: nothing to do, or nobody who would wait.
    pub(super) fn control_now(&mut self, control: Control) -> Option<Result<Outcome>> {
        let done = match control {
            Control::Rollback => self.server.transaction() == ServerTransaction::Idle,
            Control::Reset => self.reset_now(),
            Control::Isolation(level) => self.pooled || session_level(level) == self.level,
            _ => false,
        };
        if !done {
            return None;
        }
        if let Control::Isolation(level) = control {
            self.level = session_level(level);
        }
        Some(Ok(Outcome::default()))
    }

    /// Sends what undoes a transaction and a subscription, and does not wait: what comes next queues up behind it.
    ///
    /// Only where something turns the connection between calls: a blocking engine has to wait.
    fn reset_now(&mut self) -> bool {
        if self.canceller.may_strike() || self.server.has_deallocated() {
            // Nobody else is to be hit by it, or to miss what is gone.
            self.spoilt = true;
            return true;
        }
        if self.lent {
            return false;
        }
        let listening = self.server.is_listening();
        let open = self.server.transaction() != ServerTransaction::Idle;
        if !open && !listening {
            return true;
        }
        if self.face == Face::Blocking {
            return false;
        }
        if open {
            self.server.rolls_back();
            self.client.post("ROLLBACK");
        }
        if listening {
            self.client.post("UNLISTEN *");
            self.client.no_longer_listens();
        }
        true
    }

    /// Ends what futures of the client that were dropped have left on its way, so that it is known where they left it.
    async fn take_back(&mut self) -> Result<()> {
        if self.lent {
            if !self.server.is_answered() {
                self.canceller.cancel().await;
            }
            self.send("").await?;
            self.lent = false;
        }
        Ok(())
    }

    pub(super) async fn control(&mut self, control: Control) -> Result<Outcome> {
        match control {
            Control::Begin(begin) => self.send(&self.begin_sql(begin)).await?,
            Control::Commit => commit(&self.client, &self.server).await?,
            Control::Rollback => self.send("ROLLBACK").await?,
            Control::Reset => {
                self.take_back().await?;
                if self.server.transaction() != ServerTransaction::Idle {
                    self.send("ROLLBACK").await?;
                }
                if self.server.is_listening() {
                    self.send("UNLISTEN *").await?;
                    self.client.no_longer_listens();
                }
            }
            Control::Savepoint(number) => self.send(&format!("SAVEPOINT {}", savepoint(number))).await?,
            Control::Release(number) => self.send(&format!("RELEASE {}", savepoint(number))).await?,
            Control::RollbackTo(number) => {
                let name = savepoint(number);
                self.send(&format!("ROLLBACK TO {name}; RELEASE {name}")).await?;
            }
            Control::Isolation(level) => self.set_level(session_level(level)).await?,
            Control::Ping => self.send("").await?,
            _ => return Err(Error::new(ErrorKind::Unsupported, "unknown transaction statement")),
        }
        Ok(Outcome::default())
    }

    /// BEGIN with what the session itself cannot be told, behind a pooler.
    pub(super) fn begin_sql(&self, begin: Begin) -> Cow<'static, str> {
        begin_sql(begin, self.level.filter(|_| self.pooled))
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<Outcome> {
        self.send(sql).await?;
        Ok(Outcome::default())
    }

    async fn set_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
        match level {
            Some(level) => {
                let sql = format!("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}");
                self.send(&sql).await?;
            }
            None => self.send("RESET default_transaction_isolation").await?,
        }
        self.level = level;
        Ok(())
    }
}

/// The level the server is told: AUTOCOMMIT is the absence of BEGIN, and of no concern to it.
fn session_level(level: Option<IsolationLevel>) -> Option<IsolationLevel> {
    level.filter(|level| *level != IsolationLevel::Autocommit)
}

fn savepoint(number: u32) -> String {
    format!("sqlsession_{number}")
}
