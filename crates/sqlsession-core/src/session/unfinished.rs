use super::{driver_session::DriverSession, state::Breakage};
use crate::driver::Driver;

/// Work of which some may be done. Dropped between two of its operations it interrupts the session, as what is dropped in the
/// middle of one does.
pub(super) struct Unfinished<'s, D: Driver> {
    session: &'s mut DriverSession<D>,
    is_over: bool,
}

impl<'s, D: Driver> Unfinished<'s, D> {
    pub(super) fn new(session: &'s mut DriverSession<D>) -> Self {
        Self { session, is_over: false }
    }

    pub(super) fn session(&mut self) -> &mut DriverSession<D> {
        self.session
    }

    pub(super) fn finish(mut self) {
        self.is_over = true;
    }
}

impl<D: Driver> Drop for Unfinished<'_, D> {
    fn drop(&mut self) {
        if !self.is_over {
            self.session.state.break_with(Breakage::Interrupted);
        }
    }
}
