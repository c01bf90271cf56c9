//! How warnings are read.

use super::{driver_session::DriverSession, lane::Task};
use crate::{
    Error, ErrorKind, Result, ResultSet,
    driver::{Driver, DriverConnection},
    result::Warning,
};

impl<D: Driver> DriverSession<D> {
    pub(super) async fn warnings_now(&mut self, result: &ResultSet) -> Result<Vec<Warning>> {
        let Some(mark) = result.mark() else {
            return if result.is_warned() { Err(gone()) } else { Ok(Vec::new()) };
        };
        self.ready().await?;
        if self.warned != Some(mark) || self.lane.is_empty() {
            return Err(gone());
        }
        let outcome = self.run(Task::Statement, DriverConnection::warnings).await?;
        let read: Vec<Warning> =
            ResultSet::from(outcome).rows()?.map(|row| Warning::read(&row)).collect::<Result<_>>()?;
        if read.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the server counted warnings for this statement and has kept none",
            ));
        }
        // Asking for them does not clear them.
        self.warned = Some(mark);
        Ok(read)
    }
}

fn gone() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the warnings of this result are gone: they have to be read before anything else is done",
    )
}
