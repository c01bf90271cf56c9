use std::sync::Arc;

use sqlsession::database::SessionGenerator;
use sqlsession_core::{AsyncConnection, AsyncSession, Connection, Result, Savepoint, Session};
use tokio::sync::Mutex;

use crate::outcome::SessionState;

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
    Session(AsyncSession),
    Connection(Box<dyn Connection>),
    /// The session that a generator has lent, until the block is left; then another takes its place, for a closed session can
    /// be used again in SQLAlchemy.
    Generated(Option<Box<SessionGenerator>>, AsyncSession),
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
    pub(crate) fn session(session: AsyncSession, block: Block) -> Self {
        Self::new(Inner::Session(session), block)
    }

    pub(crate) fn connection(connection: AsyncConnection, block: Block) -> Self {
        Self::new(Inner::Connection(connection.into_inner()), block)
    }

    /// The session that a generator lends.
    pub(crate) async fn generated(mut generator: SessionGenerator, behind: AsyncSession) -> Result<Self> {
        generator.next().await?;
        Ok(Self::new(Inner::Generated(Some(Box::new(generator)), behind), Block::Close))
    }

    /// Runs the generator of a block to its end, or drops it. `None` when it is no generator's block.
    pub(crate) async fn leave_generator(&mut self, well: bool) -> Option<Result<()>> {
        let Inner::Generated(generator, _) = &mut self.inner else { return None };
        let mut generator = generator.take()?;
        Some(if well { generator.next().await.map(drop) } else { Ok(()) })
    }

    fn new(inner: Inner, block: Block) -> Self {
        Self { inner, ended: 0, block, closed: false }
    }

    pub(crate) fn is_session(&self) -> bool {
        !matches!(self.inner, Inner::Connection(_))
    }

    /// What both have in common.
    pub(crate) fn shared(&mut self) -> &mut dyn Connection {
        match &mut self.inner {
            Inner::Session(session) => session.as_inner_mut(),
            Inner::Connection(connection) => connection.as_mut(),
            Inner::Generated(generator, behind) => lent(generator, behind).as_inner_mut(),
        }
    }

    /// What only a session has.
    pub(crate) fn as_session(&mut self) -> Option<&mut dyn Session> {
        self.typed().map(|session| session.as_inner_mut() as &mut dyn Session)
    }

    /// A session with its typed methods.
    pub(crate) fn typed(&mut self) -> Option<&mut AsyncSession> {
        match &mut self.inner {
            Inner::Session(session) => Some(session),
            Inner::Connection(_) => None,
            Inner::Generated(generator, behind) => Some(lent(generator, behind)),
        }
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
    generator: &'g mut Option<Box<SessionGenerator>>,
    behind: &'g mut AsyncSession,
) -> &'g mut AsyncSession {
    match generator.as_mut().and_then(|generator| generator.session()) {
        Some(session) => session,
        None => behind,
    }
}
