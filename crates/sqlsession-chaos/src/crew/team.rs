use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::runtime::Handle;
use tokio::task::JoinHandle as TaskHandle;

use super::clients::Clients;
use super::desk::Desk;
use super::worker::Worker;
use crate::history::{Entry, Journal};
use crate::random::Random;

/// How many work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) tasks: u64,
    pub(crate) threads: u64,
}

/// The workers of a process.
#[derive(Debug)]
pub(crate) struct Team {
    desks: Vec<Arc<Desk>>,
    stopped: Arc<AtomicBool>,
    tasks: Vec<TaskHandle<()>>,
    threads: Vec<JoinHandle<()>>,
    journal: Arc<dyn Journal>,
}

/// Numbers of workers that no two teams share.
const TEAM: u64 = 64;

impl Team {
    /// Lets them begin. `number` tells this team's transfers from those of other teams.
    pub(crate) fn start(
        runtime: &Handle,
        clients: &Clients,
        size: Size,
        seed: u64,
        number: u64,
        journal: &Arc<dyn Journal>,
    ) -> Result<Self> {
        let mut team = Self {
            desks: Vec::new(),
            stopped: Arc::default(),
            tasks: Vec::new(),
            threads: Vec::new(),
            journal: Arc::clone(journal),
        };
        for place in 0..size.tasks + size.threads {
            let blocking = place >= size.tasks;
            let worker = number * TEAM + place;
            let name = format!("{} {worker}", if blocking { "thread" } else { "task" });
            let desk = Arc::new(Desk::new(name.clone()));
            team.desks.push(Arc::clone(&desk));
            let worker = Worker {
                random: Random::of(seed, worker + 1),
                transfer: i64::try_from((worker + 1) << 32).context("number the transfers")?,
                clients: clients.clone(),
                desk,
                journal: Arc::clone(journal),
                stopped: Arc::clone(&team.stopped),
            };
            if blocking {
                let thread = thread::Builder::new().name(name).spawn(move || worker.work_blocking());
                team.threads.push(thread.context("start a thread")?);
            } else {
                team.tasks.push(runtime.spawn(worker.work()));
            }
        }
        Ok(team)
    }

    /// Who hangs.
    pub(crate) fn hanging(&self) -> Vec<String> {
        self.desks.iter().filter_map(|desk| desk.hangs()).collect()
    }

    /// Lets everybody finish what is on the desk, and go home. Those who hang are named and left behind. Whether nobody
    /// was.
    pub(crate) async fn stop(self) -> bool {
        self.stopped.store(true, Ordering::SeqCst);
        loop {
            let hanging = self.hanging();
            let ended = self.tasks.iter().all(TaskHandle::is_finished)
                && self.threads.iter().all(JoinHandle::is_finished);
            if ended {
                break;
            }
            if !hanging.is_empty() {
                hanging.into_iter().for_each(|who| self.journal.write(Entry::Violation(who)));
                self.tasks.iter().for_each(TaskHandle::abort);
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let left = self.desks.iter().filter(|desk| !desk.is_left()).count();
        if left > 0 {
            self.journal.write(Entry::Violation(format!("{left} workers have ended by a panic")));
        }
        true
    }
}
