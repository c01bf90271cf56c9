//! What of a text that runs may be durable before its transaction is committed, and what is told of it when it does not end well.

use super::{driver_session::DriverSession, lane::Task, state::Breakage};
use crate::{
    Error, ErrorKind, Result,
    driver::{Driver, Outcome, ServerTransaction},
    statement::{Commits, CompiledText, Effects, begins_with_commit},
};

/// What of a text may be durable before its transaction is committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Durable {
    #[default]
    Nothing,
    /// It, if it goes well: one statement in AUTOCOMMIT.
    IfWell,
    /// What was before it, if it goes well: COMMIT.
    Commit,
    /// Some of it, however it ends: several statements in AUTOCOMMIT, or one with several sets of parameters, which a driver
    /// may run one by one.
    InPart,
    /// What was before it, however it ends: it may commit.
    Committed {
        /// Whether it may have worked itself before it has committed: several statements that the server runs, or a procedure.
        own_work: bool,
    },
    /// The same, and what is open afterwards may be another transaction.
    CommittedMidway {
        /// As above.
        own_work: bool,
    },
    /// Nothing, though COMMIT is what it begins with: the transaction has failed, and the server makes a ROLLBACK of it.
    InVain {
        /// Whether there is more behind the COMMIT, which may be durable.
        more: bool,
    },
}

impl Durable {
    /// What the user has to be told of a text whose future was dropped, and which ended so.
    pub(super) fn of_dropped(self, task: Task, result: Option<&Result<Outcome>>) -> Result<()> {
        let words = match (self, result) {
            _ if !matches!(task, Task::Statement | Task::Unit | Task::Stream) => return Ok(()),
            (
                Self::InPart
                | Self::Committed { .. }
                | Self::CommittedMidway { .. }
                | Self::InVain { more: true },
                _,
            ) => {
                "a future was dropped whose text may commit by itself: part of it may be durable, and what was before it"
            }
            (Self::IfWell, Some(Ok(outcome))) if !outcome.read_only => {
                "the statement whose future was dropped has gone through, and is durable"
            }
            (Self::Commit, Some(Ok(_))) => {
                "the COMMIT whose future was dropped has gone through: the work is durable"
            }
            (Self::IfWell | Self::Commit, Some(Err(error))) if error.is_disconnect() => {
                "the connection was lost under a statement whose future was dropped, which may be durable"
            }
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::CommitUnknown, words))
    }
}

impl<D: Driver> DriverSession<D> {
    /// What of a text may be durable that commits.
    #[cold]
    pub(super) fn durable_by_commit(&self, text: &CompiledText, commits: Commits) -> Durable {
        let dialect = self.shared.driver.dialect();
        if self.lane.server_transaction() == Some(ServerTransaction::Failed)
            && let Some(more) = begins_with_commit(text.sql(), dialect)
        {
            return Durable::InVain { more };
        }
        match commits {
            Commits::Never => Durable::Nothing,
            // A server that refuses it has committed nothing.
            Commits::Only => Durable::Commit,
            Commits::Lastly => Durable::Committed { own_work: text.effects(dialect).runs_code },
            Commits::Midway => Durable::CommittedMidway { own_work: text.effects(dialect).runs_code },
        }
    }

    /// What of another text may be durable in AUTOCOMMIT: nothing in a transaction that the user has begun all the same, or that
    /// only reads.
    pub(super) fn durable_in_autocommit(
        &self,
        text: &CompiledText,
        effects: Effects,
        sets: usize,
    ) -> Durable {
        if effects.only_reads {
            return Durable::Nothing;
        }
        // Behind the raw client it is not known yet whether one is open.
        let is_open = matches!(
            self.lane.server_transaction(),
            Some(ServerTransaction::Open | ServerTransaction::Failed)
        );
        if is_open || self.begin_to_send().is_some() {
            Durable::Nothing
        } else if sets > 1 || effects.runs_code || text.has_inner_semicolon() {
            Durable::InPart
        } else {
            Durable::IfWell
        }
    }

    /// Says of the end of a text what only its durability tells.
    #[inline(always)]
    pub(super) fn settled(&mut self, result: Result<Outcome>) -> Result<Outcome> {
        if self.state.durable() == Durable::Nothing { result } else { self.settle_durable(result) }
    }

    #[cold]
    fn settle_durable(&mut self, result: Result<Outcome>) -> Result<Outcome> {
        match (self.state.take_durable(), result) {
            (Durable::InVain { more }, Ok(_)) => {
                self.state.break_with(Breakage::RolledBack);
                if more {
                    self.state.doubt();
                }
                Err(Error::new(
                    ErrorKind::InvalidState,
                    "the transaction failed earlier and cannot be committed: call rollback()",
                ))
            }
            (Durable::InVain { more: false }, result) => result,
            // Its answer never came, as that of a COMMIT.
            (_, Err(error)) if error.kind() == ErrorKind::ConnectionLost => {
                Err(error.with_kind(ErrorKind::CommitUnknown))
            }
            (_, result) => result,
        }
    }
}
