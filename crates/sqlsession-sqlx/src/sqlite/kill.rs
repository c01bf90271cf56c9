use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use sqlsession_core::driver::{BoxFuture, Kill, Strikes};

use crate::backend::Way;

/// Steps of SQLite's virtual machine between two looks: some 10 to 20 µs of work.
pub(super) const STEPS: i32 = 1000;

/// Stops what a connection does from inside SQLite's progress handler, which looks here.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Whether what runs may go on.
    pub(super) fn goes_on(&self) -> bool {
        !self.0.load(SeqCst)
    }
}

impl Kill for Interrupt {
    fn kill<'k>(&'k self, _: &'k Strikes) -> BoxFuture<'k, ()> {
        self.0.store(true, SeqCst);
        Box::pin(async {})
    }
}

impl Way for Interrupt {
    fn rest(&self) {
        self.0.store(false, SeqCst);
    }

    fn abandon(&self) {
        self.0.store(true, SeqCst);
    }
}
