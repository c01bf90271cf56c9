use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use sqlsession::{AsyncEngine, EngineOptions, create_engine_with};

use crate::{
    Backend,
    load::Load,
    memory::{mib, resident},
    place::{Look, Place},
    verdict::{Growth, Samples},
};

/// Connections, all of them in use all the time.
pub(crate) const CONNECTIONS: usize = 8;
/// Statements that a connection may keep prepared; there are more texts than that.
pub(crate) const KEPT: usize = 100;
/// tokio-postgres prepares a few of its own.
const OWN: u64 = 8;
/// Cancels have connections of their own, for as long as they take.
const CANCELS: u64 = 2 * CONNECTIONS as u64;

/// What a run has seen.
#[derive(Debug)]
pub struct Report {
    backend: Backend,
    growth: Option<Growth>,
    units: BTreeMap<&'static str, u64>,
    most: Look,
    wrong: Vec<String>,
}

impl Report {
    /// Whether nothing was wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.backend.name();
        if let Some(growth) = self.growth {
            writeln!(f, "{name}: memory of this process: {growth}")?;
        }
        writeln!(f, "{name}: at most {}", shown(&self.most))?;
        let units: Vec<String> = self.units.iter().map(|(unit, times)| format!("{times} {unit}")).collect();
        writeln!(f, "{name}: {} units: {}", self.units.values().sum::<u64>(), units.join(", "))?;
        for wrong in &self.wrong {
            writeln!(f, "{name}: WRONG: {wrong}")?;
        }
        write!(f, "{name}: {}", if self.is_good() { "good" } else { "not good" })
    }
}

fn shown(look: &Look) -> String {
    let mut words = format!("{} connections on the server", look.connections);
    if let Some(prepared) = look.prepared {
        words += &format!(", {prepared} prepared statements");
    }
    if let Some(memory) = look.memory {
        words += &format!(", {} of the server's memory", mib(memory));
    }
    words
}

/// Puts a backend under load for so long, and looks at it every second. Prints a line each minute.
///
/// # Errors
/// There is no server to be had, or it cannot be asked.
pub fn run(backend: Backend, seconds: u64) -> Result<Report> {
    let place = Place::create(backend)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let options = EngineOptions::default()
        .pool_size(CONNECTIONS)
        .max_overflow(0)
        .pool_timeout(Duration::from_secs(120))
        .statement_cache_size(KEPT);
    let engine = create_engine_with(place.url(), options)?;
    let load = runtime.block_on(Load::start(backend, &engine))?;
    let mut samples = Samples::default();
    let mut most = Look::default();
    let begun = Instant::now();
    for second in 1..=seconds {
        std::thread::sleep((begun + Duration::from_secs(second)).saturating_duration_since(Instant::now()));
        samples.add(resident(std::process::id())?);
        let is_minute = second % 60 == 0 || second == seconds;
        // A look at the server takes a program of its own.
        if second % 5 == 0 || is_minute {
            let mut look = place.look()?;
            look.prepared = look.prepared.or(load.prepared());
            most = Look {
                connections: most.connections.max(look.connections),
                prepared: most.prepared.max(look.prepared),
                memory: most.memory.max(look.memory),
            };
            if is_minute {
                let memory = mib(samples.latest());
                println!(
                    "{}: {second:4} s: {memory}, {} units; {}",
                    backend.name(),
                    load.units(),
                    shown(&look)
                );
            }
        }
    }
    let (units, mut wrong) = runtime.block_on(load.stop());
    wrong.extend(too_much(backend, most));
    wrong.extend(runtime.block_on(left_over(&engine, &place))?);
    let growth = samples.growth();
    if let Some(growth) = growth.filter(|growth| !growth.is_flat()) {
        wrong.push(format!("memory has grown: {growth}"));
    }
    drop(engine);
    runtime.shutdown_timeout(Duration::from_secs(10));
    Ok(Report { backend, growth, units, most, wrong })
}

/// What the server had more of than a pool of this size may have.
fn too_much(backend: Backend, most: Look) -> Vec<String> {
    let connections = CONNECTIONS as u64;
    let mut wrong = Vec::new();
    if most.connections > connections + CANCELS {
        wrong.push(format!("the server had {} connections", most.connections));
    }
    let may_have = KEPT as u64 + OWN;
    // Where each connection is asked, it is asked for its own.
    let may_have = if backend.prepared_by_me().is_some() { may_have } else { may_have * connections };
    if most.prepared.is_some_and(|prepared| prepared > may_have) {
        wrong.push(format!("the server had {:?} prepared statements", most.prepared));
    }
    wrong
}

/// What is still there when all is over.
async fn left_over(engine: &AsyncEngine, place: &Place) -> Result<Option<String>> {
    let begun = Instant::now();
    engine.dispose().context("dispose of the engine")?;
    loop {
        let (status, look) = (engine.pool_status(), place.look()?);
        if status.in_use == 0 && status.idle == 0 && look.connections == 0 {
            return Ok(None);
        }
        if begun.elapsed() > Duration::from_secs(20) {
            return Ok(Some(format!("left at the end: {status:?}, {}", shown(&look))));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
