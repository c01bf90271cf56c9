use std::fmt::Debug;

use sqlsession::database::{BlockingSessionGenerator, SessionGenerator};
use sqlsession_core::{Result, driver::BoxFuture};

use super::Session;

/// What lends one session.
pub(crate) trait Generator: Debug + Send {
    /// Lends it, and at the second call ends its unit of work.
    fn next(&mut self) -> BoxFuture<'_, Result<()>>;
    fn session(&mut self) -> Option<&mut dyn Session>;
}

impl Generator for SessionGenerator {
    fn next(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.next().await.map(drop) })
    }

    fn session(&mut self) -> Option<&mut dyn Session> {
        self.session().map(|session| session as &mut dyn Session)
    }
}

impl Generator for BlockingSessionGenerator {
    fn next(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.next().map(drop) })
    }

    fn session(&mut self) -> Option<&mut dyn Session> {
        self.session().map(|session| session as &mut dyn Session)
    }
}
