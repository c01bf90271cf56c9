use std::sync::Arc;

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Control, IsolationLevel, Outcome, ServerTransaction},
};
use sqlx_core::connection::Connection as _;

use super::{execute::Waiting, inner::Inner};
use crate::SqlxDatabase;

impl<DB: SqlxDatabase> Inner<DB> {
    /// Whether there is nothing to do.
    pub(super) fn control_now(&mut self, control: Control) -> bool {
        if self.is_lent() {
            return false;
        }
        let idle = self.transaction == ServerTransaction::Idle;
        match control {
            Control::Begin(_) => !idle,
            Control::Commit | Control::Rollback | Control::Reset => idle && !self.read_only,
            Control::Isolation(level) => server_level(level) == self.level,
            _ => false,
        }
    }

    pub(super) async fn control(&mut self, control: Control) -> Result<Outcome> {
        let mut waiting = Waiting::new(DB::patience(&self.shared.settings));
        loop {
            match self.try_control(control).await {
                Err(error) if DB::is_busy(&error) && waiting.goes_on().await => self.stopper.check()?,
                result => return result.map(|()| Outcome::default()),
            }
        }
    }

    async fn try_control(&mut self, control: Control) -> Result<()> {
        match control {
            Control::Begin(begin) => self.begin(begin, "").await,
            Control::Commit => self.commit().await,
            Control::Rollback | Control::Reset => self.roll_back().await,
            Control::Savepoint(number) => self.send(format!("SAVEPOINT sqlsession_{number}")).await,
            Control::Release(number) => self.send(format!("RELEASE SAVEPOINT sqlsession_{number}")).await,
            Control::RollbackTo(number) => self.roll_back_to(&format!("sqlsession_{number}")).await,
            Control::Isolation(level) => self.set_level(server_level(level)).await,
            Control::Ping => self.client.ping().await.map_err(DB::error),
            _ => Err(Error::new(ErrorKind::Unsupported, "unknown transaction statement")),
        }
    }

    /// Rolls back to a savepoint and removes it.
    pub(super) async fn roll_back_to(&mut self, name: &str) -> Result<()> {
        self.send(format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")).await?;
        if self.transaction == ServerTransaction::Failed {
            self.transaction = ServerTransaction::Open;
        }
        Ok(())
    }

    pub(super) async fn set_level(&mut self, level: Option<IsolationLevel>) -> Result<()> {
        if level != self.level {
            let text = DB::level_text(level)?;
            self.send(text).await?;
            self.level = level;
        }
        Ok(())
    }

    pub(super) async fn script(&mut self, sql: Arc<str>) -> Result<Outcome> {
        let stopper = self.stopper.clone();
        self.doubtful = true;
        self.known.clear();
        stopper.guard(None, self.send(sql)).await?;
        Ok(Outcome::default())
    }
}

/// The level the server is told: AUTOCOMMIT is the absence of BEGIN, and of no concern to it.
fn server_level(level: Option<IsolationLevel>) -> Option<IsolationLevel> {
    level.filter(|level| *level != IsolationLevel::Autocommit)
}
