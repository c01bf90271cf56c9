use std::sync::Arc;

use sqlsession_core::{
    Error, ErrorKind, Result,
    driver::{Control, IsolationLevel, Outcome, ServerTransaction},
};
use sqlx_core::{Either, connection::Connection as _};

use super::{
    answer::next,
    execute::Waiting,
    inner::{Inner, sql_of},
};
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
            Control::Commit | Control::Rollback => idle && !self.read_only,
            Control::Reset => idle && !self.read_only && !self.surroundings.has_strayed(),
            Control::Isolation(level) => {
                self.surroundings.want(level);
                server_level(level) == self.level && !self.surroundings.has_strayed()
            }
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
            Control::Rollback => self.roll_back().await,
            Control::Reset => {
                self.roll_back().await?;
                self.set_autocommit().await
            }
            Control::Savepoint(number) => self.send(format!("SAVEPOINT sqlsession_{number}")).await,
            Control::Release(number) => self.send(format!("RELEASE SAVEPOINT sqlsession_{number}")).await,
            Control::RollbackTo(number) => self.roll_back_to(&format!("sqlsession_{number}")).await,
            Control::Isolation(level) => {
                self.surroundings.want(level);
                self.set_level(server_level(level)).await?;
                self.set_autocommit().await
            }
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
        if level == self.level {
            return Ok(());
        }
        // The one it began with is asked for when it is first left.
        match level.or(self.first_level) {
            Some(set) if self.first_level.is_some() => self.send(DB::level_text(set)?).await?,
            Some(set) => {
                let left = self.leave_level(&DB::level_text(set)?).await;
                // Of the two statements the one that sets may have run.
                self.spoilt |= left.is_err();
                self.first_level = Some(left?);
            }
            None => {}
        }
        self.level = level;
        Ok(())
    }

    /// Sends what sets another level, and asks for the one there was before.
    async fn leave_level(&mut self, set: &str) -> Result<IsolationLevel> {
        let mut level = None;
        let sql = sql_of(format!("{}; {set}", DB::ASK_LEVEL));
        let mut answers = DB::send(&mut self.client, sql, None);
        while let Some(answer) = next(&mut answers).await {
            if let Either::Right(row) = answer.map_err(DB::error)? {
                level = Some(DB::level_of(&row)?);
            }
        }
        level.ok_or_else(|| DB::error(sqlx_core::Error::RowNotFound))
    }

    pub(super) async fn script(&mut self, sql: Arc<str>) -> Result<Outcome> {
        let stopper = self.stopper.clone();
        self.doubtful = true;
        self.surroundings.doubtful |= DB::may_change_surroundings(&sql);
        self.known.clear();
        stopper.guard(None, self.send(sql)).await?;
        Ok(Outcome::default())
    }
}

/// The level the server is told: AUTOCOMMIT is the absence of BEGIN, and of no concern to it.
fn server_level(level: Option<IsolationLevel>) -> Option<IsolationLevel> {
    level.filter(|level| *level != IsolationLevel::Autocommit)
}
