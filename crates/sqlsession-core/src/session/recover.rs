//! How a transaction goes on behind a savepoint that is given up, whatever came before.

use super::{
    driver_session::DriverSession,
    state::{Breakage, Phase},
};
use crate::{Result, driver::Driver};

impl<D: Driver> DriverSession<D> {
    /// Stops what a dropped future left running, and undoes the savepoints that were abandoned. The transaction around them
    /// goes on, if the server still has it.
    ///
    /// The caller has abandoned a savepoint that is around all that was interrupted.
    pub(super) async fn recover_now(&mut self) -> Result<()> {
        // It is undone with the savepoint.
        let _ = self.end_stream().await;
        if self.lane.task().is_some() || self.state.phase() == Phase::Broken(Breakage::Interrupted) {
            self.state.break_with(Breakage::Interrupted);
            self.stop_running(false).await?;
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
        self.ready().await?;
        self.undo_abandoned().await
    }
}
        if self.state.is_doubtful() {
            self.state.break_with(Breakage::PartlyDurable);
        }
