use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::clients::Clients;
use super::desk::Desk;
use super::sum::{Sum, add_up, add_up_blocking};
use crate::history::{Entry, Journal};
use crate::random::Random;
use crate::unit::{Allowed, Attempt, Ending, Form, Plan, Trouble, run_async, run_blocking};

/// How long a worker waits after a sum that could not be read, so that a server that is down is not run at.
const PAUSE: Duration = Duration::from_millis(20);

/// Of a hundred units so many add up.
const SUMS: u64 = 20;

/// One who makes transfers, one after the other.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) random: Random,
    /// The number of its last transfer.
    pub(super) transfer: i64,
    pub(super) clients: Clients,
    pub(super) desk: Arc<Desk>,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) stopped: Arc<AtomicBool>,
}

impl Worker {
    /// Works by `await` until it is told to stop.
    pub(super) async fn work(mut self) {
        while !self.stopped.load(Ordering::SeqCst) {
            if self.random.chance(SUMS) {
                let sum = Sum::draw(&mut self.random, self.clients.dialect);
                let result = add_up(&self.clients.by_await, sum, &self.desk).await;
                if !self.tell_sum(result) {
                    tokio::time::sleep(PAUSE).await;
                }
                continue;
            }
            let mut next = Some(self.take_on(false));
            while let Some(plan) = next {
                let made = Attempt::new(&plan, self.clients.dialect, &self.desk);
                let ending = run_async(&self.clients.by_await, &made).await;
                next = self.tell(&plan, ending, made.was_struck());
            }
        }
        self.desk.leaves();
    }

    /// Works by blocking calls until it is told to stop.
    pub(super) fn work_blocking(mut self) {
        while !self.stopped.load(Ordering::SeqCst) {
            if self.random.chance(SUMS) {
                let sum = Sum::draw(&mut self.random, self.clients.dialect);
                let result = add_up_blocking(&self.clients.by_blocking, sum, &self.desk);
                if !self.tell_sum(Some(result)) {
                    std::thread::sleep(PAUSE);
                }
                continue;
            }
            let mut next = Some(self.take_on(true));
            while let Some(plan) = next {
                let made = Attempt::new(&plan, self.clients.dialect, &self.desk);
                let ending = run_blocking(&self.clients.by_blocking, &made);
                next = self.tell(&plan, ending, made.was_struck());
            }
        }
        self.desk.leaves();
    }

    fn take_on(&mut self, blocking: bool) -> Plan {
        self.transfer += 1;
        let plan = Plan::draw(&mut self.random, self.transfer, self.clients.dialect, blocking);
        self.desk.takes(plan.transfer);
        self.journal.write(Entry::Started(plan.clone()));
        plan
    }

    /// Writes down how an attempt ended. The next one, where it has failed by no will of ours: that one runs as often as
    /// it takes.
    fn tell(&self, plan: &Plan, ending: Ending, struck: bool) -> Option<Plan> {
        let again = matches!(ending, Ending::Failed { .. }) && !struck && plan.form != Form::Run;
        self.journal.write(Entry::Ended { transfer: plan.transfer, ending, struck, last: !again });
        again.then(|| plan.again())
    }

    /// Writes down what came of a sum. Whether there was a database to ask.
    fn tell_sum(&self, result: Option<Result<(), Trouble>>) -> bool {
        let (entry, good) = match result {
            None => (Entry::SumFailed { sort: "dropped".into() }, true),
            Some(Ok(())) => (Entry::Summed, true),
            Some(Err(Trouble::Broken(what))) => (Entry::Violation(what), true),
            Some(Err(Trouble::Error(error))) => {
                let entry = match Allowed::on(self.clients.dialect).ending(&error) {
                    Ending::Failed { sort, .. } => Entry::SumFailed { sort },
                    // Reading has no outcome that could be unknown.
                    Ending::Unknown { message, .. } => Entry::Violation(format!("adding up: {message}")),
                    Ending::Broken { what } => Entry::Violation(format!("adding up: {what}")),
                    Ending::Acknowledged => Entry::Summed,
                };
                (entry, false)
            }
        };
        self.journal.write(entry);
        good
    }
}
