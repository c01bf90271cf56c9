use super::{AsyncSession, Savepoint};

/// Left by a panic or a dropped future, it marks the savepoint, which is then rolled back before anything else.
pub(super) struct NestedGuard<'s> {
    session: &'s mut AsyncSession,
    savepoint: Option<Savepoint>,
}

impl<'s> NestedGuard<'s> {
    pub(super) fn new(session: &'s mut AsyncSession, savepoint: Savepoint) -> Self {
        Self { session, savepoint: Some(savepoint) }
    }

    pub(super) fn session(&mut self) -> &mut AsyncSession {
        self.session
    }

    pub(super) fn done(mut self) {
        self.savepoint = None;
    }
}

impl Drop for NestedGuard<'_> {
    fn drop(&mut self) {
        if let Some(savepoint) = self.savepoint {
            self.session.abandon(savepoint);
        }
    }
}
