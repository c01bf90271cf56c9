use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use sqlsession_core::ResultSet;
use tokio::{sync::Mutex, task::JoinHandle, time};

use super::{
    Halt, Recorder,
    admin::Admin,
    engine_steps::Maker,
    known_fields,
    objects::{Ending, Shelf, is_of_objects},
    results,
    results::{Derived, Shape},
    rows::ColumnTypes,
    transactions,
    unit::{Block, SharedUnit, TransactionPart, Unit},
    unit_steps::{self, Made, UnitReply},
};
use crate::{
    Backend, Client, Database,
    client::{Engine, Shortcuts},
    outcome::{Body, Outcome, SessionState},
    scenario::Step,
};

/// How long a step may take; the longest that are recorded wait a few seconds for a lock.
const STEP_LIMIT: Duration = Duration::from_secs(60);

/// How long a step in the background runs alone before the next one begins.
const HEAD_START: Duration = Duration::from_millis(300);

/// A step that has run in the background, and what it gave.
type BackgroundReply = Result<(Step, UnitReply), Halt>;

/// A step that runs in the background; the outer error is that it could not be polled.
type Background = JoinHandle<sqlsession_core::Result<BackgroundReply>>;

/// Everyone who acts in a scenario.
#[derive(Debug)]
pub(crate) struct Stage<'s> {
    pub(super) client: Client,
    pub(super) database: &'s dyn Database,
    admin: Admin,
    pub(super) recorder: Arc<Recorder>,
    pub(super) engines: BTreeMap<String, Engine>,
    pub(super) makers: BTreeMap<String, Maker>,
    pub(super) shortcuts: Option<Arc<dyn Shortcuts>>,
    /// Whether the objects of the shortcuts' sessions keep their values past a commit.
    pub(super) shortcuts_keep: bool,
    units: BTreeMap<String, SharedUnit>,
    /// Connections of a session's transaction: the session, and how many of its transactions had ended.
    views: BTreeMap<String, (String, u64)>,
    transactions: BTreeMap<String, (String, TransactionPart)>,
    /// Results, and the types their columns are read as.
    results: BTreeMap<String, (ResultSet, ColumnTypes)>,
    /// Results that look at another one's rows.
    shapes: BTreeMap<String, (String, Shape)>,
    background: BTreeMap<String, Background>,
    pub(super) objects: Shelf,
}

impl<'s> Stage<'s> {
    /// A stage with the outside connection only; `setup` has been run on it.
    pub(crate) async fn new(
        client: Client,
        backend: &dyn Backend,
        database: &'s dyn Database,
        setup: &[String],
    ) -> Result<Self, Halt> {
        let broken = |error| Halt::Broken(format!("the outside connection: {error}"));
        let mut admin = Admin::connect(backend, database).await.map_err(broken)?;
        for sql in setup {
            admin.exec(sql).await.map_err(|error| Halt::Broken(format!("setup {sql:?}: {error}")))?;
        }
        Ok(Self {
            client,
            database,
            admin,
            recorder: Arc::default(),
            engines: BTreeMap::new(),
            makers: BTreeMap::new(),
            shortcuts: None,
            shortcuts_keep: false,
            units: BTreeMap::new(),
            views: BTreeMap::new(),
            transactions: BTreeMap::new(),
            results: BTreeMap::new(),
            shapes: BTreeMap::new(),
            background: BTreeMap::new(),
            objects: Shelf::default(),
        })
    }

    /// Does one step and says what came of it.
    pub(crate) async fn act(&mut self, step: &Step) -> Result<Outcome, Halt> {
        known_fields::check(step)?;
        let number = step.n.unwrap_or_default();
        let body = time::timeout(STEP_LIMIT, self.step(step))
            .await
            .map_err(|_| Halt::Broken(format!("step {number} has not ended after {STEP_LIMIT:?}")))??;
        self.follow(step, &body);
        self.settle().await;
        Ok(Outcome { body, events: self.recorder.take(), sessions: self.sessions() })
    }

    async fn step(&mut self, step: &Step) -> Result<Body, Halt> {
        let actor = step.actor.as_str();
        match actor {
            "admin" => return self.admin.run(step, self.database).await,
            "clock" => return sleep(step).await,
            "bg" => return self.join(step).await,
            "db" => return self.shortcut_step(step).await,
            _ => {}
        }
        if actor.starts_with('u') {
            return self.object_step(step).await;
        }
        if let Some(engine) = self.engines.get(actor).cloned() {
            return self.engine_step(&engine, step).await;
        }
        if let Some(maker) = self.makers.get(actor).cloned() {
            return self.maker_step(&maker, step).await;
        }
        if self.results.contains_key(actor) || self.shapes.contains_key(actor) {
            return self.result_step(step);
        }
        if let Some((unit, part)) = self.transactions.get(actor).cloned() {
            let Some(unit) = self.units.get(&unit).cloned() else { return Ok(Body::Absent) };
            return transactions::on_part(&mut *unit.lock().await, part, &step.op).await;
        }
        self.unit_step(step).await
    }

    async fn unit_step(&mut self, step: &Step) -> Result<Body, Halt> {
        let mut name = step.actor.as_str();
        if let Some((session, ended)) = self.views.get(name) {
            let Some(unit) = self.units.get(session) else { return Ok(Body::Absent) };
            let mut unit = unit.lock().await;
            if !unit.is_current(TransactionPart::Root(*ended)) {
                return Ok(unit_steps::ended_view(step));
            }
            name = session;
        }
        let Some(unit) = self.units.get(name).cloned() else { return Ok(Body::Absent) };
        if is_of_objects(&step.op) {
            let mut unit = unit.lock().await;
            let Some(session) = unit.as_session() else {
                return Err(Halt::skip("only a session has objects"));
            };
            return self.objects.session_step(session, step).await;
        }
        let owned = step.clone();
        let run = async move {
            let reply = unit_steps::run(&mut *unit.lock().await, &owned).await?;
            Ok((owned, reply))
        };
        let Some(name) = step.text("background") else {
            let (step, reply) = run.await?;
            return Ok(self.keep(&step, reply).await);
        };
        self.background.insert(name.to_owned(), self.client.spawn(run));
        time::sleep(HEAD_START).await;
        Ok(Body::Started)
    }

    async fn object_step(&mut self, step: &Step) -> Result<Body, Halt> {
        let owner = self.objects.owner(&step.actor).and_then(|owner| self.units.get(&owner)).cloned();
        let Some(unit) = owner else { return self.objects.object_step(None, step).await };
        let mut unit = unit.lock().await;
        self.objects.object_step(unit.as_session(), step).await
    }

    /// Takes note of what a step has made of the objects of all sessions that nothing in the background holds.
    fn follow(&mut self, step: &Step, body: &Body) {
        let of_part = self.transactions.get(&step.actor).map(|(unit, _)| unit);
        for (name, unit) in &self.units {
            let Ok(mut unit) = unit.try_lock() else { continue };
            let is_own = *name == step.actor;
            let leaves = is_own && matches!(step.op.as_str(), "exit_ok" | "exit_error");
            let ends_well = !matches!(body, Body::Error(_))
                && (step.op == "commit" || (step.op == "exit_ok" && (!is_own || unit.block == Block::Begin)));
            let ending = Ending {
                commits: ends_well && (is_own || of_part == Some(name)),
                closes: leaves || (is_own && matches!(step.op.as_str(), "close" | "reset")),
            };
            if let Some(session) = unit.as_session() {
                self.objects.follow(name, session, ending);
            }
        }
    }

    async fn join(&mut self, step: &Step) -> Result<Body, Halt> {
        let Some(running) = step.text("name").and_then(|name| self.background.remove(name)) else {
            return Ok(Body::Absent);
        };
        let broken = |error: &dyn fmt::Display| Halt::Broken(format!("a step in the background: {error}"));
        let ended = running.await.map_err(|error| broken(&error))?;
        let (step, reply) = ended.map_err(|error| broken(&error))??;
        Ok(self.keep(&step, reply).await)
    }

    /// Keeps what a unit's step has made, under the name the step gives it.
    async fn keep(&mut self, step: &Step, (body, made): UnitReply) -> Body {
        let unit_name =
            self.views.get(&step.actor).map_or_else(|| step.actor.clone(), |(session, _)| session.clone());
        if let (Some(name), Some(made)) = (step.kept_as().map(str::to_owned), made) {
            match made {
                Made::Result(result) => {
                    self.results.insert(name, (result, ColumnTypes::of(step).unwrap_or_default()));
                }
                Made::Scalars(result) => {
                    let base = format!("{name} (rows)");
                    self.results.insert(base.clone(), (result, ColumnTypes::default()));
                    self.shapes.insert(name, (base, Shape::Scalars(0)));
                }
                Made::Transaction(part) => {
                    self.transactions.insert(name, (unit_name, part));
                }
                Made::View => {
                    if let Some(unit) = self.units.get(&unit_name) {
                        let ended = unit.lock().await.ended;
                        self.views.insert(name, (unit_name, ended));
                    }
                }
            }
        }
        body
    }

    fn result_step(&mut self, step: &Step) -> Result<Body, Halt> {
        let (base, shape) =
            self.shapes.get(&step.actor).cloned().unwrap_or_else(|| (step.actor.clone(), Shape::Rows));
        let Some((result, types)) = self.results.get_mut(&base) else { return Ok(Body::Absent) };
        let (body, derived) = results::run(result, types, shape, step)?;
        let types = types.clone();
        if let (Some(name), Some(derived)) = (step.kept_as().map(str::to_owned), derived) {
            match derived {
                Derived::View(shape) => {
                    self.shapes.insert(name, (base, shape));
                }
                Derived::Own(result) => {
                    self.results.insert(name, (result, types));
                }
            }
        }
        Ok(body)
    }

    /// Keeps a session or connection under the name its step gives it.
    pub(super) fn enter(&mut self, step: &Step, unit: Unit) {
        if let Some(name) = step.kept_as() {
            self.units.insert(name.to_owned(), Arc::new(Mutex::new(unit)));
        }
    }

    /// The objects of the session that a step makes keep their values past a commit.
    pub(super) fn keep_objects(&mut self, step: &Step) {
        if let Some(name) = step.kept_as() {
            self.objects.keeps_past_commit(name);
        }
    }

    /// Keeps a result under a name.
    pub(super) fn keep_result(&mut self, name: &str, result: ResultSet) {
        self.results.insert(name.to_owned(), (result, ColumnTypes::default()));
    }

    /// Waits for connections on their way back to the pool, so that events stand in the step that caused them.
    async fn settle(&self) {
        for _ in 0..200 {
            let in_use = self.engines.values().map(|engine| engine.pool_status().in_use).max();
            if !self.recorder.is_returning(in_use.unwrap_or_default()) {
                return;
            }
            time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The state of every session that is not held by a step in the background.
    fn sessions(&self) -> BTreeMap<String, SessionState> {
        let state = |(name, unit): (&String, &SharedUnit)| {
            let mut unit = unit.try_lock().ok()?;
            unit.is_session().then(|| (name.clone(), unit.state()))
        };
        self.units.iter().filter_map(state).collect()
    }

    /// What a step that is left out gives.
    pub(crate) fn skipped(&self) -> Outcome {
        Outcome { body: Body::Skipped, events: self.recorder.take(), sessions: self.sessions() }
    }

    /// Ends what still runs.
    pub(crate) async fn end(self) {
        // What a blocking call waits for is given up first, for the call cannot be.
        drop(self.units);
        for running in self.background.into_values() {
            running.abort();
            let _ = running.await;
        }
    }
}

async fn sleep(step: &Step) -> Result<Body, Halt> {
    let seconds = step.fields.get("seconds").and_then(serde_json::Value::as_f64);
    match (step.op.as_str(), seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())) {
        ("sleep", Some(duration)) => {
            time::sleep(duration).await;
            Ok(Body::None)
        }
        _ => Err(Halt::Skip(format!("operation clock.{} is not known to the runner", step.op))),
    }
}
