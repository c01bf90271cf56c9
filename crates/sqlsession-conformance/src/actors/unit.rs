use std::{mem, sync::Arc};

use sqlsession_core::{Result, Savepoint};
use tokio::sync::Mutex;

use crate::{
    client::{Closed, Connection, Generator, Session, Work},
    outcome::SessionState,
};

/// A session or a connection: what runs statements in transactions.
#[derive(Debug)]
pub(crate) struct Unit {
    inner: Inner,
    /// Counts ended transactions: SQLAlchemy has an object for each of them, and an ended one is of no use.
    pub(crate) ended: u64,
    /// How the block ends that was entered with the unit.
    pub(crate) block: Block,
    /// Closed for good. The compiler refuses the use of a closed connection, so the runner has to remember it.
    pub(crate) closed: bool,
}

#[derive(Debug)]
enum Inner {
    Session(Box<dyn Session>),
    Connection(Box<dyn Connection>),
    /// The session that a generator has lent, until the block is left; then another takes its place, for a closed session can
    /// be used again in SQLAlchemy.
    Generated(Option<Box<dyn Generator>>, Box<dyn Session>),
}

/// What a block does when it is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    /// It only closes: `async with maker() as s`.
    Close,
    /// It commits or rolls back, then closes: `async with maker.begin() as s`.
    Begin,
}

/// A unit that a step in the background may hold.
pub(crate) type SharedUnit = Arc<Mutex<Unit>>;

/// What SQLAlchemy's transaction objects stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionPart {
    /// The transaction after so many ended ones.
    Root(u64),
    /// A savepoint in it.
    Nested(Savepoint),
}

impl Unit {
    pub(crate) fn session(session: Box<dyn Session>, block: Block) -> Self {
        Self::new(Inner::Session(session), block)
    }

    pub(crate) fn connection(connection: Box<dyn Connection>, block: Block) -> Self {
        Self::new(Inner::Connection(connection), block)
    }

    /// The session that a generator lends.
    pub(crate) async fn generated(
        mut generator: Box<dyn Generator>,
        behind: Box<dyn Session>,
    ) -> Result<Self> {
        generator.next().await?;
        Ok(Self::new(Inner::Generated(Some(generator), behind), Block::Close))
    }

    /// Runs the generator of a block to its end, or drops it. `None` when it is no generator's block.
    pub(crate) async fn leave_generator(&mut self, well: bool) -> Option<Result<()>> {
        let Inner::Generated(generator, _) = &mut self.inner else { return None };
        let mut generator = generator.take()?;
        Some(if well { generator.next().await } else { Ok(()) })
    }

    fn new(inner: Inner, block: Block) -> Self {
        Self { inner, ended: 0, block, closed: false }
    }

    pub(crate) fn is_session(&self) -> bool {
        !matches!(self.inner, Inner::Connection(_))
    }

    /// What both have in common.
    pub(crate) fn shared(&mut self) -> &mut dyn Work {
        match &mut self.inner {
            Inner::Session(session) => &mut **session,
            Inner::Connection(connection) => &mut **connection,
            Inner::Generated(generator, behind) => lent(generator, behind),
        }
    }

    /// What only a session has.
    pub(crate) fn as_session(&mut self) -> Option<&mut dyn Session> {
        match &mut self.inner {
            Inner::Session(session) => Some(&mut **session),
            Inner::Connection(_) => None,
            Inner::Generated(generator, behind) => Some(lent(generator, behind)),
        }
    }

    /// Closes it; a connection for good.
    pub(crate) async fn close(&mut self) -> Result<()> {
        let closed = match &mut self.inner {
            Inner::Session(session) => session.close().await,
            Inner::Generated(generator, behind) => lent(generator, behind).close().await,
            Inner::Connection(connection) => {
                self.closed = true;
                mem::replace(connection, Box::new(Closed::default())).close().await
            }
        };
        self.note_end();
        closed
    }

    pub(crate) fn state(&mut self) -> SessionState {
        let unit = self.shared();
        SessionState { in_tx: unit.in_transaction(), in_nested: unit.in_nested_transaction() }
    }

    /// Whether this part of a transaction has not ended.
    pub(crate) fn is_current(&mut self, part: TransactionPart) -> bool {
        match part {
            TransactionPart::Root(ended) => self.ended == ended && self.shared().in_transaction(),
            TransactionPart::Nested(savepoint) => self.shared().is_savepoint_active(savepoint),
        }
    }

    /// Takes note of whether an operation has ended the transaction.
    pub(crate) fn note_end(&mut self) {
        if !self.shared().in_transaction() {
            self.ended += 1;
        }
    }
}

fn lent<'g>(
    generator: &'g mut Option<Box<dyn Generator>>,
    behind: &'g mut Box<dyn Session>,
) -> &'g mut dyn Session {
    match generator.as_mut().and_then(|generator| generator.session()) {
        Some(session) => session,
        None => &mut **behind,
    }
}
