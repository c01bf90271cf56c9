use std::collections::VecDeque;

use sqlsession::{Statement, text};

use super::dialect::Dialect;
use super::plan::{Cancel, Nest, Plan};

/// One step of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Reads the balance of an account.
    Read(Side),
    /// A statement that changes one row.
    Write(Write),
    /// A statement that must be refused by a CHECK.
    Refused,
    /// A statement that takes long.
    Slow,
    Savepoint,
    RollBackTo,
    Release,
}

/// One of the two accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Source,
    Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Balance(Side),
    Ledger,
    /// A transfer that nobody makes, to be rolled back.
    WrongBalance,
    WrongLedger,
}

impl Step {
    /// What a unit does in it, for those who wonder where it is.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read(_) => "reading a balance",
            Self::Write(Write::Balance(_)) => "writing a balance",
            Self::Write(Write::Ledger) => "writing the ledger",
            Self::Write(Write::WrongBalance | Write::WrongLedger) => "writing what is to be rolled back",
            Self::Refused => "running what must be refused",
            Self::Slow => "running a slow statement",
            Self::Savepoint => "setting a savepoint",
            Self::RollBackTo => "rolling back to a savepoint",
            Self::Release => "releasing a savepoint",
        }
    }
}

/// The steps of a unit, and what it has learnt on its way.
#[derive(Debug)]
pub(crate) struct Script<'p> {
    plan: &'p Plan,
    dialect: Dialect,
    steps: VecDeque<Step>,
    source_balance: i64,
    target_balance: i64,
}

impl<'p> Script<'p> {
    pub(crate) fn of(plan: &'p Plan, dialect: Dialect) -> Self {
        let steps = steps(plan).into();
        Self { plan, dialect, steps, source_balance: 0, target_balance: 0 }
    }

    pub(crate) fn next(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// The last statement, taken out for the commit to ride with it.
    pub(crate) fn take_last_write(&mut self) -> Option<Write> {
        match self.steps.back() {
            Some(Step::Write(write)) => {
                let write = *write;
                self.steps.pop_back();
                Some(write)
            }
            _ => None,
        }
    }

    pub(crate) fn learn(&mut self, side: Side, balance: i64) {
        match side {
            Side::Source => self.source_balance = balance,
            Side::Target => self.target_balance = balance,
        }
    }

    pub(crate) fn read(&self, side: Side) -> Statement {
        let lock = if self.plan.locks { " FOR UPDATE" } else { "" };
        text(format!("SELECT balance FROM accounts WHERE id = :id{lock}"))
            .bind("id", i64::from(self.id(side)))
    }

    pub(crate) fn write(&self, write: Write) -> Statement {
        let plan = self.plan;
        match write {
            Write::Balance(side) if plan.absolute => {
                let balance = match side {
                    Side::Source => self.source_balance - plan.amount,
                    Side::Target => self.target_balance + plan.amount,
                };
                text("UPDATE accounts SET balance = :balance WHERE id = :id")
                    .bind("balance", balance)
                    .bind("id", i64::from(self.id(side)))
            }
            Write::Balance(side) => {
                self.add(side, if side == Side::Source { -plan.amount } else { plan.amount })
            }
            Write::WrongBalance => self.add(Side::Source, -2 * plan.amount),
            Write::Ledger => self.ledger(plan.transfer),
            Write::WrongLedger => self.ledger(-plan.transfer),
        }
    }

    pub(crate) fn refused(&self) -> Statement {
        text("UPDATE accounts SET balance = -1 WHERE id = :id").bind("id", i64::from(self.plan.source))
    }

    pub(crate) fn slow(&self) -> Statement {
        self.dialect.slow()
    }

    fn add(&self, side: Side, amount: i64) -> Statement {
        text("UPDATE accounts SET balance = balance + :amount WHERE id = :id")
            .bind("amount", amount)
            .bind("id", i64::from(self.id(side)))
    }

    fn ledger(&self, transfer: i64) -> Statement {
        text("INSERT INTO ledger (transfer, source, target, amount) VALUES (:transfer, :source, :target, :amount)")
            .bind("transfer", transfer)
            .bind("source", i64::from(self.plan.source))
            .bind("target", i64::from(self.plan.target))
            .bind("amount", self.plan.amount)
    }

    fn id(&self, side: Side) -> u32 {
        match side {
            Side::Source => self.plan.source,
            Side::Target => self.plan.target,
        }
    }
}

fn steps(plan: &Plan) -> Vec<Step> {
    let mut sides = [Side::Source, Side::Target];
    if plan.ordered && plan.target < plan.source {
        sides.reverse();
    }
    let mut steps = Vec::new();
    if !plan.blind {
        steps.extend(sides.map(Step::Read));
    }
    match plan.nest {
        Nest::Plain => {}
        Nest::Released | Nest::LeftOpen => steps.push(Step::Savepoint),
        Nest::WrongFirst => steps.extend([
            Step::Savepoint,
            Step::Write(Write::WrongBalance),
            Step::Write(Write::WrongLedger),
            Step::RollBackTo,
        ]),
        Nest::RefusedFirst => steps.extend([Step::Savepoint, Step::Refused, Step::RollBackTo]),
    }
    if matches!(plan.cancel, Cancel::StatementTimeout(_)) {
        steps.push(Step::Slow);
    }
    let balances = sides.map(|side| Step::Write(Write::Balance(side)));
    let ledger = Step::Write(Write::Ledger);
    if plan.ledger_first {
        steps.push(ledger);
        steps.extend(balances);
    } else {
        steps.extend(balances);
        steps.push(ledger);
    }
    if plan.nest == Nest::Released {
        steps.push(Step::Release);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn every_script_makes_the_transfer_once() {
        let mut random = Random::new(5);
        for transfer in 1..500 {
            let plan = Plan::draw(&mut random, transfer, Dialect::Postgres, false);
            let steps = steps(&plan);
            let count = |step| steps.iter().filter(|found| **found == step).count();
            for write in [Write::Balance(Side::Source), Write::Balance(Side::Target), Write::Ledger] {
                assert_eq!(count(Step::Write(write)), 1, "{plan:?}");
            }
            assert_eq!(count(Step::Write(Write::WrongLedger)), usize::from(plan.nest == Nest::WrongFirst));
            assert!(count(Step::Savepoint) >= count(Step::RollBackTo) + count(Step::Release));
        }
    }
}
