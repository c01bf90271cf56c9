//! How a transaction goes on behind a savepoint that is given up, whatever came before.

use super::{
    driver_session::DriverSession,
    state::{Breakage, Phase, TransactionState},
};
use crate::{Result, driver::Driver};

impl<D: Driver> DriverSession<D> {
    /// Stops what a dropped future left running, and undoes the savepoints that were abandoned. The transaction around them
    /// goes on, if the server still has it. Says whether they are undone: not where one was released by what was left running.
    ///
    /// The caller has abandoned a savepoint that is around all that was interrupted.
    pub(super) async fn recover_now(&mut self) -> Result<bool> {
        let is_left = |state: &TransactionState| state.levels().iter().any(|level| level.abandoned);
        let was_left = is_left(&self.state);
        let mut undone = true;
        // It is undone with the savepoint.
        let _ = self.end_stream().await;
        if self.lane.task().is_some() || self.state.phase() == Phase::Broken(Breakage::Interrupted) {
            self.state.break_with(Breakage::Interrupted);
            self.stop_running(false).await?;
            undone = is_left(&self.state) == was_left;
            if self.lane.is_empty() {
                self.state.break_with(Breakage::ConnectionLost);
            } else if self.is_idle() {
                self.state.break_with(Breakage::RolledBack);
            } else {
                self.state.heal();
            }
        }
        // A flush that failed inside is undone with the savepoint.
        self.state.mend();
        if self.state.is_doubtful() {
            self.state.break_with(Breakage::PartlyDurable);
        }
        self.ready().await?;
        self.undo_abandoned().await.map(|()| undone)
    }
}
