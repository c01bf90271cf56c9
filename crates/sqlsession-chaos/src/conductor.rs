//! A run: work, faults, and the audit.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sqlsession_test_servers::MysqlProduct;
use tokio::runtime::{Builder, Runtime};

use crate::bank::{Books, Violation, audit};
use crate::crew::{Clients, Size, Team};
use crate::faults::{Fault, FaultSort, Schedule};
use crate::history::{History, Journal, Tally};
use crate::panics;
use crate::prober::probe;
use crate::report::Report;
use crate::stage::{MysqlStage, PostgresStage, SqliteStage, Stage};
use crate::target::Target;

/// How long connecting may take, and how long the engines may take to work again.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long connections whose other side is gone without a word may keep their places: a statement's timeout, and that
/// of its cancel.
const HALF_OPEN_LIMIT: Duration = Duration::from_secs(30);

/// How long the work goes on after the last fault.
const QUIET: Duration = Duration::from_millis(1500);

/// How long a server may take to hear that a client is gone.
const FAREWELL: Duration = Duration::from_secs(15);

const TICK: Duration = Duration::from_millis(20);

const SIZE: Size = Size { tasks: 12, threads: 3 };

/// How a run is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long faults are made.
    pub seconds: u64,
    /// What decides everything.
    pub seed: u64,
    /// The program `sqlsession-chaos`, which is started again for workers in processes of their own.
    pub program: PathBuf,
}

/// Attacks a database, and audits it.
///
/// # Errors
/// A server cannot be had, or cannot be handled as a fault needs it: the run says nothing then.
pub fn run(target: Target, options: &Options) -> Result<Report> {
    panics::watch();
    panics::take();
    let stage: Box<dyn Stage> = match target {
        Target::Sqlite => Box::new(SqliteStage::start(&options.program, options.seed)?),
        Target::Postgres => Box::new(PostgresStage::start()?),
        Target::Mariadb => Box::new(MysqlStage::start(MysqlProduct::Mariadb)?),
        Target::Mysql => Box::new(MysqlStage::start(MysqlProduct::Mysql)?),
    };
    let history = Arc::new(History::new());
    let journal: Arc<dyn Journal> = history.clone();
    let clients = Clients::new(&stage.url(), &journal)?;
    let runtime =
        Builder::new_multi_thread().worker_threads(4).enable_all().build().context("make a runtime")?;
    let mut conductor =
        Conductor { stage, history, clients, runtime, team: None, faults: Tally::default(), slowest: None };
    conductor.start_work(options.seed)?;
    conductor.attack(options)?;
    conductor.end_work()?;
    conductor.look_at_the_rest()?;
    conductor.report(target, options)
}

struct Conductor {
    stage: Box<dyn Stage>,
    history: Arc<History>,
    clients: Clients,
    runtime: Runtime,
    /// The workers of this process.
    team: Option<Team>,
    faults: Tally,
    slowest: Option<(Duration, &'static str)>,
}

impl Conductor {
    fn start_work(&mut self, seed: u64) -> Result<()> {
        if self.stage.begin_work(&self.history)? {
            return Ok(());
        }
        let journal: Arc<dyn Journal> = self.history.clone();
        let team = Team::start(self.runtime.handle(), &self.clients, SIZE, seed, 0, &journal)?;
        self.team = Some(team);
        Ok(())
    }

    /// Makes faults until the time is over, and looks after each whether the engine works again.
    fn attack(&mut self, options: &Options) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(options.seconds);
        let schedule = Schedule::new(options.seed, self.stage.faults(), options.seconds);
        for (pause, fault) in schedule {
            if !self.wait(pause.min(deadline.saturating_duration_since(Instant::now()))) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                break;
            }
            self.make(&fault)?;
        }
        self.stage.end_faults();
        self.history.fault("the last fault is over".into());
        self.recover("the last fault", CONNECT_TIMEOUT);
        let before = self.history.told().acknowledged;
        self.wait(QUIET);
        if self.history.told().acknowledged == before {
            self.history
                .violation(Violation::new(format!("no transfer was made for {QUIET:?} without faults")));
        }
        Ok(())
    }

    fn make(&mut self, fault: &Fault) -> Result<()> {
        self.history.fault(fault.to_string());
        self.faults.add(fault.sort.name());
        self.stage.inject(fault).with_context(|| format!("make the fault {fault}"))?;
        let limit = if fault.sort == FaultSort::HalfOpen { HALF_OPEN_LIMIT } else { CONNECT_TIMEOUT };
        self.recover(fault.sort.name(), limit);
        Ok(())
    }

    fn recover(&mut self, after: &'static str, limit: Duration) {
        let (engine, dialect) = (self.clients.by_await.clone(), self.clients.dialect);
        let probing = self.runtime.spawn(async move { probe(&engine, dialect, limit).await });
        while !probing.is_finished() {
            self.stage.tick();
            sleep(Duration::from_millis(1));
        }
        let probed = self.runtime.block_on(probing).unwrap_or_else(|panic| Err(panic.to_string()));
        match probed {
            Ok(elapsed) => {
                self.history.fault(format!("    works again after {:.3} s", elapsed.as_secs_f64()));
                if self.slowest.is_none_or(|(slowest, _)| elapsed > slowest) {
                    self.slowest = Some((elapsed, after));
                }
            }
            Err(what) => self.history.violation(Violation::new(format!("after {after}: {what}"))),
        }
    }

    /// Waits, and watches. Whether nobody hangs.
    fn wait(&mut self, time: Duration) -> bool {
        let end = Instant::now() + time;
        loop {
            self.stage.tick();
            if self.team.as_ref().is_some_and(|team| !team.hanging().is_empty()) {
                return false;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            sleep(left.min(TICK));
        }
    }

    fn end_work(&mut self) -> Result<()> {
        self.stage.end_work()?;
        if let Some(team) = self.team.take()
            && self.runtime.block_on(team.stop())
        {
            let journal: Arc<dyn Journal> = self.history.clone();
            self.clients.check(&self.runtime, &journal);
        }
        Ok(())
    }

    /// What the server holds, although nobody works any more, and then although there is no engine any more.
    fn look_at_the_rest(&mut self) -> Result<()> {
        let mut open = Vec::new();
        settle(|| {
            open = self.stage.left_open()?;
            Ok(open.is_empty())
        })?;
        for what in open {
            self.history.violation(Violation::new(format!("it is open although nobody works: {what}")));
        }
        let journal: Arc<dyn Journal> = self.history.clone();
        self.clients.close(&self.runtime, &journal);
        let mut left = None;
        settle(|| {
            left = self.stage.connections()?;
            Ok(left.is_none_or(|left| left == 0))
        })?;
        if let Some(left) = left.filter(|left| *left > 0) {
            let what = format!("the server counts {left} connections of engines that are closed");
            self.history.violation(Violation::new(what));
        }
        Ok(())
    }

    fn report(self, target: Target, options: &Options) -> Result<Report> {
        let elapsed = self.history.elapsed();
        let books = self.stage.books().context("read the books")?;
        for panic in panics::take() {
            self.history.violation(Violation::new(panic));
        }
        self.runtime.shutdown_timeout(Duration::from_secs(2));
        let told = std::mem::take(&mut *self.history.told());
        let claims = told.records.values().map(crate::history::Record::claim);
        let findings = audit(&Books::opening(), &books, claims);
        Ok(Report {
            target,
            seed: options.seed,
            elapsed,
            faults: self.faults,
            restarts: self.stage.restarts(),
            slowest: self.slowest,
            told,
            findings,
        })
    }
}

/// Looks again and again until it is so, for as long as a server may take to hear of it.
fn settle(mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + FAREWELL;
    while !is_so()? && Instant::now() < deadline {
        sleep(TICK);
    }
    Ok(())
}
