use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlsession::{BeginMode, SessionOptions, driver::IsolationLevel};

use super::dialect::Dialect;
use crate::bank::ACCOUNTS;
use crate::random::Random;

/// What a transfer is to do, all of it decided by the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Its number, which no other has.
    pub(crate) transfer: i64,
    /// The account that it takes from.
    pub(crate) source: u32,
    /// The account that it gives to.
    pub(crate) target: u32,
    /// How much.
    pub(crate) amount: i64,
    pub(crate) level: Level,
    /// Whether the write lock is taken at once (SQLite).
    pub(crate) immediate: bool,
    /// Whether the accounts are read `FOR UPDATE`.
    pub(crate) locks: bool,
    /// Whether balances are written as they were computed from what was read, and not as a difference.
    pub(crate) absolute: bool,
    /// Whether the account of the lower number comes first, so that transfers do not deadlock.
    pub(crate) ordered: bool,
    /// Whether the ledger is written before the balances.
    pub(crate) ledger_first: bool,
    /// Whether nothing is read first: the transaction begins with a write.
    pub(crate) blind: bool,
    /// Its savepoints.
    pub(crate) nest: Nest,
    /// Whether the commit rides with the last statement.
    pub(crate) rides: bool,
    /// Who begins and commits.
    pub(crate) form: Form,
    /// What happens to it on its way.
    pub(crate) cancel: Cancel,
    /// What becomes of the session of a future that was dropped.
    pub(crate) afterwards: Afterwards,
}

/// The isolation level of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Level {
    Default,
    ReadCommitted,
    RepeatableRead,
    Serializable,
    Autocommit,
}

/// The savepoints of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Nest {
    /// None.
    Plain,
    /// The writes are in one that is released.
    Released,
    /// A wrong transfer is made in one that is rolled back, before the right one.
    WrongFirst,
    /// A statement that a CHECK refuses runs in one that is rolled back, before the right transfer.
    RefusedFirst,
    /// The writes are in one that is left open for the commit.
    LeftOpen,
}

/// Who begins and commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Form {
    /// The unit itself, on a session.
    Session,
    /// The closure's frame, `session_maker().begin(…)`.
    Closure,
    /// The same, and again where the unit has met others or an outage: `session_maker().run(…)`.
    Run,
}

/// What happens to a unit on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cancel {
    /// Nothing.
    Never,
    /// Its future is dropped after so many polls.
    AfterPolls(u64),
    /// Its future is dropped after so long.
    AfterTime(Duration),
    /// The future of its commit is dropped after so many polls.
    CommitAfterPolls(u64),
    /// Its statements may take so long, and one of them takes longer.
    StatementTimeout(Duration),
    /// Its session is dropped before the commit, without a word.
    SessionDropped,
}

impl Cancel {
    /// Its sort, for counting.
    #[must_use]
    pub(crate) fn sort(self) -> Option<&'static str> {
        Some(match self {
            Self::Never => return None,
            Self::AfterPolls(_) => "dropped after polls",
            Self::AfterTime(_) => "dropped after a time",
            Self::CommitAfterPolls(_) => "dropped in commit",
            Self::StatementTimeout(_) => "statement timeout",
            Self::SessionDropped => "session dropped",
        })
    }
}

/// What becomes of the session of a future that was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Afterwards {
    /// It is dropped as well.
    Drop,
    /// It is rolled back and used again.
    RollBack,
    /// It is closed and used again.
    Close,
}

impl Plan {
    /// The plan of this transfer. A blocking face has no futures to drop.
    pub(crate) fn draw(random: &mut Random, transfer: i64, dialect: Dialect, blocking: bool) -> Self {
        let source = random.within(1..u64::from(ACCOUNTS) + 1) as u32;
        let step = random.within(1..u64::from(ACCOUNTS)) as u32;
        let target = (source + step - 1) % ACCOUNTS + 1;
        let level = random.pick(dialect.levels());
        let locks = dialect.has_row_locks() && random.chance(40);
        let blind = random.chance(15);
        let nest = match random.within(0..100) {
            0..60 => Nest::Plain,
            60..70 => Nest::Released,
            70..80 => Nest::WrongFirst,
            80..90 => Nest::RefusedFirst,
            _ => Nest::LeftOpen,
        };
        let form = match random.within(0..100) {
            0..20 => Form::Closure,
            20..40 => Form::Run,
            _ => Form::Session,
        };
        let absolute = !blind && (locks || dialect.keeps_what_was_read(level)) && random.chance(60);
        Self {
            transfer,
            source,
            target,
            amount: random.within(1..100) as i64,
            level,
            immediate: dialect == Dialect::Sqlite && random.chance(50),
            locks,
            absolute,
            ordered: random.chance(70),
            ledger_first: random.chance(30),
            blind,
            nest,
            rides: form == Form::Session && random.chance(30),
            form,
            cancel: Cancel::draw(random, form, blocking),
            afterwards: random.pick(&[Afterwards::Drop, Afterwards::RollBack, Afterwards::Close]),
        }
    }

    pub(crate) fn options(&self) -> SessionOptions {
        let mut options = options_of(self.level);
        if self.immediate {
            options = options.begin_mode(BeginMode::Immediate);
        }
        match self.cancel {
            Cancel::StatementTimeout(limit) => options.statement_timeout(limit),
            _ => options,
        }
    }

    /// The same transfer after it has failed for certain: nothing stops it, and it runs as often as it takes.
    pub(crate) fn again(&self) -> Self {
        Self { cancel: Cancel::Never, form: Form::Run, rides: false, ..self.clone() }
    }
}

impl Cancel {
    fn draw(random: &mut Random, form: Form, blocking: bool) -> Self {
        if random.chance(65) {
            return Self::Never;
        }
        let milliseconds = |random: &mut Random, most| Duration::from_millis(random.within(1..most));
        match random.within(0..100) {
            0..15 => Self::StatementTimeout(milliseconds(random, 30)),
            15..30 if form == Form::Session => Self::SessionDropped,
            _ if blocking => Self::Never,
            30..60 => Self::AfterPolls(random.within(1..30)),
            60..75 => Self::AfterTime(milliseconds(random, 20)),
            _ if form == Form::Session => Self::CommitAfterPolls(random.within(1..4)),
            _ => Self::AfterPolls(random.within(1..30)),
        }
    }
}

pub(crate) fn options_of(level: Level) -> SessionOptions {
    let level = match level {
        Level::Default => return SessionOptions::default(),
        Level::ReadCommitted => IsolationLevel::ReadCommitted,
        Level::RepeatableRead => IsolationLevel::RepeatableRead,
        Level::Serializable => IsolationLevel::Serializable,
        Level::Autocommit => IsolationLevel::Autocommit,
    };
    SessionOptions::default().isolation_level(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plans(dialect: Dialect, blocking: bool) -> Vec<Plan> {
        let mut random = Random::new(3);
        (0..2000).map(|transfer| Plan::draw(&mut random, transfer, dialect, blocking)).collect()
    }

    #[test]
    fn a_seed_says_what_is_done() {
        assert_eq!(plans(Dialect::Postgres, false), plans(Dialect::Postgres, false));
    }

    #[test]
    fn transfers_are_between_two_accounts_that_are_there() {
        for plan in plans(Dialect::Mysql, false) {
            assert_ne!(plan.source, plan.target);
            assert!((1..=ACCOUNTS).contains(&plan.source) && (1..=ACCOUNTS).contains(&plan.target));
        }
    }

    #[test]
    fn every_sort_of_cancel_is_drawn_and_none_that_cannot_be() {
        let sorts = |plans: &[Plan]| {
            let mut sorts: Vec<_> = plans.iter().filter_map(|plan| plan.cancel.sort()).collect();
            sorts.sort_unstable();
            sorts.dedup();
            sorts
        };
        assert_eq!(sorts(&plans(Dialect::Sqlite, false)).len(), 5);
        assert_eq!(sorts(&plans(Dialect::Sqlite, true)), ["session dropped", "statement timeout"]);
    }

    #[test]
    fn a_balance_is_written_as_computed_only_where_nobody_can_have_changed_it() {
        for plan in plans(Dialect::Mysql, false).iter().filter(|plan| plan.absolute) {
            assert!(plan.locks || plan.level == Level::Serializable, "{plan:?}");
        }
    }
}
