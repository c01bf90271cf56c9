//! A process that uses a file beside others, and may be killed at any time.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::crew::{Clients, Size, Team};
use crate::history::{Entry, Journal, LineJournal};
use crate::panics;

const SIZE: Size = Size { tasks: 5, threads: 1 };

/// Makes transfers until its input ends, and tells its parent of each. Whether all workers came to their end.
///
/// # Errors
/// The engines cannot be made, or there is no runtime or thread to be had.
pub fn work(url: &str, seed: u64, number: u64) -> Result<bool> {
    panics::watch();
    let journal: Arc<dyn Journal> = Arc::new(LineJournal);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("make a runtime")?;
    let clients = Clients::new(url, &journal)?;
    let team = Team::start(runtime.handle(), &clients, SIZE, seed, number, &journal)?;
    let ended = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&ended);
    thread::Builder::new()
        .name("parent".into())
        .spawn(move || {
            // The end of the input, or an error: the parent wants no more, or is gone.
            while std::io::stdin().read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
            seen.store(true, Ordering::SeqCst);
        })
        .context("start a thread")?;
    while !ended.load(Ordering::SeqCst) && team.hanging().is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    let all_ended = runtime.block_on(team.stop());
    if all_ended {
        clients.check(&runtime, &journal);
        clients.close(&runtime, &journal);
    }
    for panic in panics::take() {
        journal.write(Entry::Violation(panic));
    }
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(all_ended)
}
