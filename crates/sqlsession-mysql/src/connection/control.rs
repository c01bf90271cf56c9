use std::sync::Arc;

use mysql_async::prelude::Queryable as _;
use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Control, IsolationLevel, Outcome},
};

use super::mysql_connection::Inner;
use crate::{
    error::from_mysql,
    first_word::{may_set_level, may_use},
};

impl Inner {
    /// What needs no answer: nothing to do, or what goes out with what is sent next.
    pub(super) fn control_now(&mut self, control: Control) -> Option<Result<Outcome>> {
        let transaction = &mut self.transaction;
        let done = match control {
            // With autocommit off, what is sent next opens it.
            Control::Begin(begin) if !begin.read_only && !transaction.autocommit => {
                transaction.set_due(!transaction.is_open());
                true
            }
            Control::Commit | Control::Rollback if transaction.is_clean() => {
                transaction.ended();
                true
            }
            Control::Reset if transaction.is_clean() && !transaction.has_strayed() => {
                transaction.ended();
                true
            }
            Control::Isolation(level) => self.level_text(level).is_empty(),
            _ => false,
        };
        done.then(|| Ok(Outcome::default()))
    }

    pub(super) async fn control(&mut self, control: Control) -> Result<Outcome> {
        match control {
            Control::Begin(begin) => self.begin(Some(begin)).await?,
            Control::Commit => self.commit().await?,
            Control::Rollback => self.roll_back("ROLLBACK").await?,
            Control::Reset => self.reset().await?,
            Control::Savepoint(number) => {
                let begin = if self.transaction.is_due() { "START TRANSACTION;" } else { "" };
                self.transaction.touch();
                self.send(&format!("{begin}SAVEPOINT {}", savepoint(number))).await?;
            }
            Control::Release(number) => {
                self.send(&format!("RELEASE SAVEPOINT {}", savepoint(number))).await?;
            }
            Control::RollbackTo(number) => {
                let name = savepoint(number);
                self.send(&format!("ROLLBACK TO SAVEPOINT {name};RELEASE SAVEPOINT {name}")).await?;
            }
            Control::Isolation(level) => self.set_level(level).await?,
            Control::Ping => {
                self.conn.ping().await.map_err(from_mysql)?;
                self.transaction.note(&self.conn);
            }
            _ => return Err(Error::new(ErrorKind::Unsupported, "unknown transaction statement")),
        }
        Ok(Outcome::default())
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<Outcome> {
        self.check_size(sql, &[])?;
        let canceller = Arc::clone(&self.canceller);
        canceller.guard(None, self.run_script(sql)).await.map(|()| Outcome::default())
    }

    async fn run_script(&mut self, sql: &str) -> Result<()> {
        self.may_stray(sql).await?;
        self.canceller.check()?;
        self.transaction.touch();
        let sent = self.send(sql).await;
        if may_use(sql) {
            self.has_left_database().await?;
        }
        sent
    }

    async fn commit(&mut self) -> Result<()> {
        self.send("COMMIT").await?;
        self.unchain().await
    }

    async fn roll_back(&mut self, sql: &str) -> Result<()> {
        self.send(sql).await?;
        self.unchain().await
    }

    /// Ends the transaction that `completion_type=CHAIN` begins behind every other, with nothing in it.
    async fn unchain(&mut self) -> Result<()> {
        if self.transaction.is_open() {
            self.send("ROLLBACK AND NO CHAIN").await?;
        }
        self.transaction.ended();
        Ok(())
    }

    /// Rolls back, and has autocommit and the isolation level as they were set where a text may have changed them.
    async fn reset(&mut self) -> Result<()> {
        let mut sql = "ROLLBACK".to_owned();
        if self.transaction.strayed {
            sql.push_str(&format!(";{}", autocommit_text(self.transaction.autocommit)));
        }
        if self.transaction.level_strayed
            && let Some(level) = self.transaction.level.or(self.transaction.first_level)
        {
            sql.push_str(&format!(";{}", level_text(level)));
        }
        self.roll_back(&sql).await?;
        self.transaction.level_strayed = false;
        Ok(())
    }

    /// A text of several statements is about to be sent, one of which may set the level.
    pub(super) async fn may_stray(&mut self, sql: &str) -> Result<()> {
        if may_set_level(sql) {
            self.know_level().await?;
            self.transaction.level_strayed = true;
        }
        Ok(())
    }

    /// Asks for the level the connection began with, before something else than this driver may set another.
    pub(super) async fn know_level(&mut self) -> Result<()> {
        if self.transaction.first_level.is_none() {
            self.transaction.first_level = Some(self.ask_level().await?);
        }
        Ok(())
    }

    async fn set_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
        if server_level(level).is_some() {
            self.know_level().await?;
        }
        let sql = self.level_text(level);
        self.transaction.autocommit = is_autocommit(level);
        let sent = self.send(&sql).await;
        // Of two statements the first may have run.
        self.spoilt |= sent.is_err();
        self.transaction.level = server_level(level);
        sent
    }

    async fn ask_level(&mut self) -> Result<IsolationLevel> {
        let asking = format!("SELECT @@SESSION.{}", self.server.isolation_variable);
        let level: Option<String> = self.conn.query_first(asking).await.map_err(from_mysql)?;
        self.transaction.note(&self.conn);
        level.unwrap_or_default().parse()
    }

    /// What makes this the level of the transactions to come; empty if it is already.
    fn level_text(&self, level: Option<IsolationLevel>) -> String {
        let mut texts = Vec::new();
        if is_autocommit(level) != self.transaction.autocommit {
            texts.push(autocommit_text(is_autocommit(level)).to_owned());
        }
        if server_level(level) != self.transaction.level
            && let Some(level) = server_level(level).or(self.transaction.first_level)
        {
            texts.push(level_text(level));
        }
        texts.join(";")
    }
}

fn is_autocommit(level: Option<IsolationLevel>) -> bool {
    level == Some(IsolationLevel::Autocommit)
}

/// The level the server is told: AUTOCOMMIT is a setting of its own, at the level the connection began with.
fn server_level(level: Option<IsolationLevel>) -> Option<IsolationLevel> {
    level.filter(|level| *level != IsolationLevel::Autocommit)
}

fn autocommit_text(on: bool) -> &'static str {
    if on { "SET autocommit = 1" } else { "SET autocommit = 0" }
}

fn level_text(level: IsolationLevel) -> String {
    format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}")
}

fn savepoint(number: u32) -> String {
    format!("sqlsession_{number}")
}
