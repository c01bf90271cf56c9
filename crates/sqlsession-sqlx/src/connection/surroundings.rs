use sqlsession_core::{Result, driver::IsolationLevel};

use super::inner::Inner;
use crate::{SqlxDatabase, surroundings::Surroundings};

/// What is known of a connection's surroundings.
#[derive(Debug)]
pub(super) struct KnownSurroundings {
    now: Surroundings,
    /// Whether autocommit was on when the connection was greeted.
    at_first: bool,
    /// Whether it is to be on, at the level that is set.
    wanted: bool,
    /// A text may have changed them.
    pub(super) doubtful: bool,
}

impl KnownSurroundings {
    pub(super) fn new(now: Surroundings) -> Self {
        Self { at_first: now.autocommit, wanted: now.autocommit, now, doubtful: false }
    }

    pub(super) fn is_autocommit(&self) -> bool {
        self.now.autocommit
    }

    /// Whether a text has switched autocommit.
    pub(super) fn has_strayed(&self) -> bool {
        self.now.autocommit != self.wanted
    }

    /// AUTOCOMMIT has it on. At the other levels a transaction is begun either way.
    pub(super) fn want(&mut self, level: Option<IsolationLevel>) {
        self.wanted = self.at_first || level == Some(IsolationLevel::Autocommit);
    }
}

impl<DB: SqlxDatabase> Inner<DB> {
    /// Asks for what a text may have changed. Statements that were prepared in another database are still run there.
    pub(super) async fn look_around(&mut self) -> Result<()> {
        let now = DB::look_around(&mut self.client).await?;
        let before = std::mem::replace(&mut self.surroundings.now, now);
        self.surroundings.doubtful = false;
        if before.database != self.surroundings.now.database {
            self.forget_all().await?;
        }
        Ok(())
    }

    /// Has autocommit as it is to be. Nothing is open: to switch it on would commit that.
    pub(super) async fn set_autocommit(&mut self) -> Result<()> {
        if let Some((on, off)) = DB::AUTOCOMMIT.filter(|_| self.surroundings.has_strayed()) {
            self.send(if self.surroundings.wanted { on } else { off }).await?;
            self.surroundings.now.autocommit = self.surroundings.wanted;
        }
        Ok(())
    }
}
