use super::{Savepoint, durable::Durable};
use crate::{Error, ErrorKind, Result};

/// The session's word on its transaction. What the server says is asked of the connection.
#[derive(Debug, Default)]
pub(super) struct TransactionState {
    phase: Phase,
    /// What it is again when the savepoint has ended in which a flush failed: the server may not have heard of it.
    mended: Phase,
    /// Counts transactions, so that a savepoint of an ended one is recognised.
    number: u64,
    savepoints: Vec<Level>,
    last_savepoint: u32,
    /// Of the text that runs.
    durable: Durable,
    /// Whether something that has failed in the transaction may have committed part of it, which nobody has been told.
    doubtful: bool,
    /// Whether a flush in AUTOCOMMIT has made something durable, before an operation whose answer the user does not have yet.
    flushed: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// Between transactions.
    #[default]
    Idle,
    /// Begun for the user; the server has not heard of it.
    Begun,
    /// The server has opened it.
    Open,
    /// Only rollback and close are left.
    Broken(Breakage),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breakage {
    /// COMMIT failed, and the server may still hold the transaction.
    CommitFailed,
    /// The statement that COMMIT was to ride with failed, and the server still holds the transaction.
    LastFailed,
    /// An error made the server roll back.
    RolledBack,
    /// The transaction ended with a text that failed and may have committed.
    PartlyDurable,
    /// A flush failed, and the transaction has been rolled back for it.
    FlushFailed,
    /// A flush failed inside of savepoints, and the innermost has been rolled back for it.
    FlushFailedInside,
    ConnectionLost,
    /// The connection was lost behind an operation that had ended, well or with another error: nobody has been told.
    ConnectionGone,
    /// A future was dropped while its operation ran.
    Interrupted,
}

impl Breakage {
    /// Whether there is no connection any more.
    pub(super) fn is_loss(self) -> bool {
        matches!(self, Self::ConnectionLost | Self::ConnectionGone)
    }

    pub(super) fn error(self) -> Error {
        let (kind, words) = match self {
            Self::CommitFailed => {
                (ErrorKind::InvalidState, "the commit of this transaction failed: call rollback() first")
            }
            Self::LastFailed => (
                ErrorKind::InvalidState,
                "the last statement of this transaction failed: call rollback() first",
            ),
            Self::RolledBack => (
                ErrorKind::InvalidState,
                "the database has rolled this transaction back after an error: call rollback() first",
            ),
            Self::PartlyDurable => (
                ErrorKind::CommitUnknown,
                "a text that may commit has failed in this transaction: part of it may be durable: call rollback() first",
            ),
            Self::FlushFailed => (
                ErrorKind::InvalidState,
                "a flush failed, and this transaction has been rolled back: call rollback() first",
            ),
            Self::FlushFailedInside => (
                ErrorKind::InvalidState,
                "a flush failed, and its savepoint has been rolled back: roll back to a savepoint, or all, first",
            ),
            Self::ConnectionLost => (
                ErrorKind::InvalidState,
                "the connection of this transaction was lost: call rollback() first",
            ),
            Self::ConnectionGone => (
                ErrorKind::ConnectionLost,
                "the connection was lost between two statements of this transaction: call rollback()",
            ),
            Self::Interrupted => (
                ErrorKind::Interrupted,
                "a future of this session was dropped while it ran: call rollback() first",
            ),
        };
        Error::new(kind, words)
    }
}

/// One savepoint of the stack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub(super) number: u32,
    /// Whether the server knows it: SAVEPOINT goes out with the first statement inside.
    pub(super) set: bool,
    /// Its block ended without a word: it is rolled back before anything else.
    pub(super) abandoned: bool,
}

impl TransactionState {
    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Whether the server has heard of the transaction, or may have.
    pub(super) fn is_sent(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::Broken(_))
    }

    pub(super) fn in_nested(&self) -> bool {
        self.in_transaction() && self.savepoints.iter().any(|level| !level.abandoned)
    }

    pub(super) fn begin(&mut self) {
        self.number += 1;
        self.phase = Phase::Begun;
        self.savepoints.clear();
        self.last_savepoint = 0;
        self.doubtful = false;
        self.flushed = false;
    }

    pub(super) fn opened(&mut self) {
        if self.phase == Phase::Begun {
            self.phase = Phase::Open;
        }
    }

    /// The server ended the transaction at the user's own word, by a text such as `COMMIT`: the next statement opens another.
    pub(super) fn ended_by_text(&mut self) {
        if self.phase == Phase::Open {
            self.phase = Phase::Begun;
            self.savepoints.clear();
            self.doubtful = false;
        }
    }

    /// A text is about to run.
    #[inline(always)]
    pub(super) fn runs(&mut self, durable: Durable) {
        self.durable = durable;
    }

    #[inline(always)]
    pub(super) fn durable(&self) -> Durable {
        self.durable
    }

    /// The server runs the statements of the text one after the other.
    pub(super) fn runs_several(&mut self) {
        if let Durable::Committed { own_work } | Durable::CommittedMidway { own_work } = &mut self.durable {
            *own_work = true;
        }
    }

    pub(super) fn take_durable(&mut self) -> Durable {
        std::mem::take(&mut self.durable)
    }

    /// The text that ran has failed. Where it may have committed before, the server's word on the transaction is no word on what
    /// is durable.
    #[cold]
    pub(super) fn text_failed(&mut self, is_idle: bool) {
        let has_ended = matches!(self.phase, Phase::Broken(Breakage::RolledBack | Breakage::ConnectionGone));
        // It came first, and the server has no transaction behind it: either it did nothing, or that is not undone.
        let came_first = is_idle && self.phase == Phase::Begun;
        let doubtful = match self.durable {
            Durable::CommittedMidway { own_work } => {
                has_ended || (own_work && came_first) || self.phase == Phase::Open
            }
            Durable::InVain { more: true } => has_ended || self.phase == Phase::Open,
            Durable::Committed { own_work } => has_ended || (own_work && came_first),
            Durable::Nothing
            | Durable::IfWell
            | Durable::Commit
            | Durable::InPart
            | Durable::InVain { more: false } => false,
        };
        if doubtful {
            self.doubt();
        }
        if doubtful && has_ended {
            self.phase = Phase::Broken(Breakage::PartlyDurable);
        }
    }

    /// Part of the transaction may be durable, and nobody has been told.
    pub(super) fn doubt(&mut self) {
        self.doubtful = self.in_transaction();
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// As it was before work that has been told of.
    pub(super) fn set_doubtful(&mut self, doubtful: bool) {
        self.doubtful = doubtful;
    }

    /// What a flush has made durable is told with the end of the operation that it was done for.
    pub(super) fn flush_ended(&mut self, doubtful_before: bool) {
        self.flushed = self.doubtful && !doubtful_before;
        self.doubtful = doubtful_before;
    }

    pub(super) fn is_flushed(&self) -> bool {
        self.flushed
    }

    /// The user has the answer of the operation.
    pub(super) fn answered(&mut self) {
        self.flushed = false;
    }

    /// Another operation begins. Where the user has not had the answer of the one before, its future was dropped.
    pub(super) fn begins_another(&mut self) {
        if std::mem::take(&mut self.flushed) {
            self.doubt();
        }
    }

    /// # Errors
    /// `CommitUnknown` where part of the transaction may be durable, once.
    pub(super) fn tell_doubt(&mut self) -> Result<()> {
        self.begins_another();
        if !std::mem::take(&mut self.doubtful) {
            return Ok(());
        }
        let words = "part of this transaction may be durable: something in it that commits has failed, or was dropped";
        Err(Error::new(ErrorKind::CommitUnknown, words))
    }

    pub(super) fn break_with(&mut self, breakage: Breakage) {
        if breakage == Breakage::FlushFailedInside && !matches!(self.phase, Phase::Broken(_)) {
            self.mended = self.phase;
        }
        if self.in_transaction() {
            self.phase = Phase::Broken(breakage);
        }
    }

    /// What was interrupted is stopped and will be undone: the transaction that the server holds goes on.
    pub(super) fn heal(&mut self) {
        if self.phase == Phase::Broken(Breakage::Interrupted) {
            self.phase = Phase::Open;
        }
    }

    pub(super) fn end(&mut self) {
        self.phase = Phase::Idle;
        self.savepoints.clear();
        self.durable = Durable::Nothing;
        self.doubtful = false;
        self.flushed = false;
    }

    /// # Errors
    /// When only rollback and close are left. The first to hear of a lost connection is told that it is lost.
    pub(super) fn check_usable(&mut self) -> Result<()> {
        let Phase::Broken(breakage) = self.phase else { return Ok(()) };
        if breakage == Breakage::ConnectionGone {
            self.phase = Phase::Broken(Breakage::ConnectionLost);
        }
        Err(breakage.error())
    }

    /// Whether a flush that failed has rolled the transaction back.
    pub(super) fn is_rolled_back_by_flush(&self) -> bool {
        self.phase == Phase::Broken(Breakage::FlushFailed)
    }

    /// Whether the connection of the transaction was lost.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.phase, Phase::Broken(breakage) if breakage.is_loss())
    }

    pub(super) fn push_savepoint(&mut self) -> Savepoint {
        self.last_savepoint += 1;
        let number = self.last_savepoint;
        self.savepoints.push(Level { number, set: false, abandoned: false });
        Savepoint { transaction: self.number, number }
    }

    /// Whether the savepoint has not ended.
    pub(super) fn is_active(&self, savepoint: Savepoint) -> bool {
        self.find(savepoint).is_ok()
    }

    /// Where the savepoint stands in the stack.
    pub(super) fn find(&self, savepoint: Savepoint) -> Result<usize> {
        self.find_unended(savepoint).and_then(|position| match self.savepoints[position].abandoned {
            true => Err(ended()),
            false => Ok(position),
        })
    }

    /// As [`find`](Self::find), also where it was abandoned and is still to be rolled back.
    pub(super) fn find_unended(&self, savepoint: Savepoint) -> Result<usize> {
        if savepoint.transaction != self.number || !self.in_transaction() {
            return Err(ended());
        }
        self.savepoints.iter().position(|level| level.number == savepoint.number).ok_or_else(ended)
    }

    pub(super) fn levels(&self) -> &[Level] {
        &self.savepoints
    }

    /// Whether the server knows every savepoint, and of none that was abandoned.
    pub(super) fn are_savepoints_sent(&self) -> bool {
        self.savepoints.iter().all(|level| level.set && !level.abandoned)
    }

    pub(super) fn mark_set(&mut self, number: u32) {
        if let Some(level) = self.savepoints.iter_mut().find(|level| level.number == number) {
            level.set = true;
        }
    }

    /// The server has rolled back to this savepoint, and knows it no more; it has still to be ended.
    pub(super) fn mark_unset(&mut self, number: u32) {
        if let Some(level) = self.savepoints.iter_mut().find(|level| level.number == number) {
            level.set = false;
        }
    }

    /// What was to roll savepoints back has failed: of these, those that were not abandoned before are not so now.
    pub(super) fn are_left_as(&mut self, former: &[Level]) {
        for (level, former) in self.savepoints.iter_mut().zip(former) {
            level.abandoned = former.abandoned;
        }
    }

    /// A flush failed inside of a savepoint that now ends: what was before it goes on.
    pub(super) fn mend(&mut self) {
        if self.phase == Phase::Broken(Breakage::FlushFailedInside) {
            self.phase = self.mended;
        }
    }

    /// The server has released this savepoint and those above it: there is nothing to be rolled back to.
    pub(super) fn released(&mut self, number: u32) {
        if let Some(position) = self.savepoints.iter().position(|level| level.number == number) {
            self.cut(position);
        }
    }

    /// Removes the level at this place of the stack and those above it.
    pub(super) fn cut(&mut self, position: usize) {
        self.savepoints.truncate(position);
    }

    /// The block of this savepoint was left without release or rollback.
    pub(super) fn abandon(&mut self, savepoint: Savepoint) {
        if let Ok(position) = self.find(savepoint) {
            for level in &mut self.savepoints[position..] {
                level.abandoned = true;
            }
        }
    }
}

#[cold]
fn ended() -> Error {
    Error::new(ErrorKind::InvalidState, "this savepoint has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_savepoint_ends_with_its_transaction() {
        let mut state = TransactionState::default();
        state.begin();
        let savepoint = state.push_savepoint();
        assert!(state.is_active(savepoint) && state.in_nested());
        state.end();
        state.begin();
        assert!(!state.is_active(savepoint), "the number is the same, the transaction is not");
    }

    #[test]
    fn cutting_a_savepoint_ends_those_inside_it() {
        let mut state = TransactionState::default();
        state.begin();
        let outer = state.push_savepoint();
        let inner = state.push_savepoint();
        state.cut(state.find(outer).unwrap());
        assert!(!state.is_active(outer) && !state.is_active(inner));
        assert_eq!(state.push_savepoint().number, 3, "numbers are not used again");
    }

    #[test]
    fn a_broken_transaction_refuses_until_it_ends() {
        let mut state = TransactionState::default();
        state.begin();
        state.break_with(Breakage::Interrupted);
        assert_eq!(state.check_usable().unwrap_err().kind(), ErrorKind::Interrupted);
        assert!(state.in_transaction());
        state.end();
        assert!(state.check_usable().is_ok());
    }

    #[test]
    fn a_loss_that_nobody_heard_of_is_told_once() {
        let mut state = TransactionState::default();
        state.begin();
        state.break_with(Breakage::ConnectionGone);
        assert!(state.is_lost());
        assert_eq!(state.check_usable().unwrap_err().kind(), ErrorKind::ConnectionLost);
        assert_eq!(state.check_usable().unwrap_err().kind(), ErrorKind::InvalidState);
        assert!(state.is_lost());
    }

    #[test]
    fn nothing_breaks_between_transactions() {
        let mut state = TransactionState::default();
        state.break_with(Breakage::ConnectionLost);
        assert!(state.check_usable().is_ok() && !state.in_transaction());
    }
}
