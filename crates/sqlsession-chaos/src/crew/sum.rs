//! Adding all balances up in one transaction: whatever happens beside it, the sum is the same.

use sqlsession::{AsyncEngine, AsyncSession, blocking};

use super::desk::Desk;
use crate::bank::{ACCOUNTS, TOTAL};
use crate::random::Random;
use crate::unit::{Dialect, Level, Trouble, drop_after, options_of};

/// How the balances are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    OneStatement,
    /// By two statements, of which the second must see what the first has seen.
    Halves,
    Stream,
    /// A stream that is dropped after a few rows, and then a statement.
    StreamDropped,
}

/// What a sum is to be, decided by the seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    form: Form,
    level: Level,
    read_only: bool,
    /// Its future is dropped after so many polls.
    polls: Option<u64>,
}

impl Sum {
    pub(super) fn draw(random: &mut Random, dialect: Dialect) -> Self {
        let form = random.pick(&[Form::OneStatement, Form::Halves, Form::Stream, Form::StreamDropped]);
        let level = match form {
            Form::Halves => random.pick(dialect.snapshot_levels()),
            _ if random.chance(20) => Level::Autocommit,
            _ => random.pick(dialect.levels()),
        };
        Self {
            form,
            level,
            read_only: random.chance(50),
            polls: random.chance(20).then(|| random.within(1..20)),
        }
    }
}

const ALL: &str = "SELECT balance FROM accounts";

/// Reads the balances and ends the transaction.
macro_rules! read {
    ($session:expr, $form:expr, [$($wait:tt)*]) => {{
        let mut balances: Vec<i64> = Vec::new();
        match $form {
            Form::OneStatement => balances = $session.scalars(ALL)$($wait)*?,
            Form::Halves => {
                let half = ACCOUNTS / 2;
                balances.extend($session.scalars::<i64>(format!("{ALL} WHERE id <= {half}"))$($wait)*?);
                balances.extend($session.scalars::<i64>(format!("{ALL} WHERE id > {half}"))$($wait)*?);
            }
            Form::Stream => {
                let mut rows = $session.stream(ALL)$($wait)*?;
                while let Some(row) = rows.next()$($wait)* {
                    balances.push(row?.get(0)?);
                }
            }
            Form::StreamDropped => {
                let mut rows = $session.stream(ALL)$($wait)*?;
                for _ in 0..3 {
                    rows.next()$($wait)*.transpose()?;
                }
                drop(rows);
                balances = $session.scalars(ALL)$($wait)*?;
            }
        }
        $session.close()$($wait)*?;
        Ok(balances)
    }};
}

async fn read(session: &mut AsyncSession, form: Form) -> Result<Vec<i64>, Trouble> {
    read!(session, form, [.await])
}

fn read_blocking(session: &mut blocking::Session, form: Form) -> Result<Vec<i64>, Trouble> {
    read!(session, form, [])
}

fn check(sum: Sum, balances: &[i64]) -> Result<(), Trouble> {
    let total: i64 = balances.iter().sum();
    if total == TOTAL && balances.len() == ACCOUNTS as usize {
        return Ok(());
    }
    Err(Trouble::Broken(format!(
        "{} balances that were read in one transaction add up to {total}, not to {TOTAL}: {sum:?}",
        balances.len()
    )))
}

/// Adds up by `await`. `None` when its future was dropped.
pub(super) async fn add_up(engine: &AsyncEngine, sum: Sum, desk: &Desk) -> Option<Result<(), Trouble>> {
    desk.is_at("adding up");
    let options = options_of(sum.level).read_only(sum.read_only);
    let mut session = engine.session_maker_with(options).session();
    let reading = read(&mut session, sum.form);
    let balances = match sum.polls {
        Some(polls) => drop_after(reading, polls).await?,
        None => reading.await,
    };
    Some(balances.and_then(|balances| check(sum, &balances)))
}

/// Adds up by blocking calls.
pub(super) fn add_up_blocking(engine: &blocking::Engine, sum: Sum, desk: &Desk) -> Result<(), Trouble> {
    desk.is_at("adding up");
    let options = options_of(sum.level).read_only(sum.read_only);
    let mut session = engine.session_maker_with(options).session();
    check(sum, &read_blocking(&mut session, sum.form)?)
}
