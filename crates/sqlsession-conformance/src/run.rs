use std::{collections::BTreeMap, io, path::Path};

use serde_json::{Map, Value as Json};
use tokio::runtime::Runtime;

use crate::{
    Backend, CaseFiles, Client, Database, Report, Verdict,
    actors::{Halt, Stage},
    bind_cases,
    compare::{Aspect, Difference, accepts, compare_control, compare_step},
    decision::{CaseSort, Ledger},
    in_order::in_order,
    outcome::{Body, ErrorWord, Outcome},
    scenario::{Expected, Scenario, resolve},
    url_cases,
};

/// What to run.
#[derive(Debug)]
pub struct Options {
    cases: CaseFiles,
    client: Client,
    /// All cases of this crate are there, so that a decision nothing differs by is one too many.
    is_complete: bool,
}

impl Options {
    /// The cases this crate carries.
    #[must_use]
    pub fn embedded() -> Self {
        Self { cases: CaseFiles::embedded(), client: Client::default(), is_complete: true }
    }

    /// The cases of a folder, instead of this crate's: see [`CaseFiles::in_folder`].
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        Ok(Self::of(CaseFiles::in_folder(folder)?))
    }

    /// These cases.
    #[must_use]
    pub fn of(cases: CaseFiles) -> Self {
        Self { cases, client: Client::default(), is_complete: false }
    }

    /// By which of the library's faces the scenarios are run; by `await` if nothing is said.
    #[must_use]
    pub fn client(mut self, client: Client) -> Self {
        self.client = client;
        self
    }

    /// Only the scenarios whose file's name contains this.
    #[must_use]
    pub fn only(mut self, part: &str) -> Self {
        self.cases.scenarios.retain(|(name, _)| name.contains(part));
        self.cases.urls = None;
        self.cases.binds = None;
        self.is_complete = false;
        self
    }
}

/// Runs the cases: URLs and parameters once, every scenario on each backend it applies to, on one backend after the
/// other.
///
/// Blocks; not to be called from async code.
///
/// # Errors
/// No runtime could be made, the list of decisions cannot be read, or a server does not say whose it is.
pub fn run(options: &Options, backends: &[&dyn Backend]) -> io::Result<Report> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut report = Report::new(Ledger::embedded().map_err(io::Error::other)?);
    if let Some(text) = &options.cases.urls {
        let _context = runtime.enter();
        add_all(&mut report, CaseSort::Url, "url_cases.json", url_cases::run(text, backends));
    }
    if let Some(text) = &options.cases.binds {
        add_all(&mut report, CaseSort::Bind, "bind_cases.json", bind_cases::run(text));
    }
    let mut scenarios = Vec::new();
    for (name, text) in &options.cases.scenarios {
        match Scenario::parse(text) {
            Ok(scenario) => scenarios.push(scenario),
            Err(error) => report.add(CaseSort::Scenario, name.clone(), Verdict::Broken(error)),
        }
    }
    let (mut products, mut drivers) = (Vec::new(), Vec::new());
    for backend in backends {
        let product = runtime.block_on(backend.product()).map_err(io::Error::other)?;
        let driver = backend.driver();
        let mine: Vec<_> = scenarios.iter().filter(|scenario| scenario.applies_to(backend.name())).collect();
        let verdicts = in_order(&mine, backend.at_once(), |scenario| {
            judge(&runtime, options.client, scenario, *backend)
        });
        for (scenario, mut verdict) in mine.into_iter().zip(verdicts) {
            if let Verdict::Ran(differences) = &mut verdict {
                for difference in differences {
                    difference.product.clone_from(&product);
                    difference.driver = driver;
                    difference.client = Some(options.client);
                }
            }
            report.add(CaseSort::Scenario, format!("{} [{}]", scenario.id, backend.name()), verdict);
        }
        products.extend(product);
        drivers.extend(driver);
    }
    if options.is_complete {
        let names: Vec<_> = backends.iter().map(|backend| backend.name().to_owned()).collect();
        report.fail_stale_decisions(&names, &products, &drivers, options.client);
    }
    Ok(report)
}

fn add_all(
    report: &mut Report,
    sort: CaseSort,
    file: &str,
    verdicts: Result<Vec<(String, Verdict)>, String>,
) {
    match verdicts {
        Ok(verdicts) => verdicts.into_iter().for_each(|(case, verdict)| report.add(sort, case, verdict)),
        Err(error) => report.add(sort, file.to_owned(), Verdict::Broken(error)),
    }
}

fn judge(runtime: &Runtime, client: Client, scenario: &Scenario, backend: &dyn Backend) -> Verdict {
    if let Some(field) = scenario.unknown.keys().next() {
        return Verdict::Skipped(format!("field {field} of a scenario is not known to the runner"));
    }
    let database = match runtime.block_on(backend.create_database()) {
        Ok(database) => database,
        Err(error) => return Verdict::Broken(format!("no database: {error}")),
    };
    let verdict = client
        .drive(runtime, play(scenario, client, backend, &*database))
        .unwrap_or_else(|error| Verdict::Broken(error.to_string()));
    match runtime.block_on(database.remove()) {
        Ok(()) => verdict,
        Err(error) => Verdict::Broken(format!("the database could not be removed: {error}")),
    }
}

/// Plays a scenario. What differed before it had to stop counts all the same.
async fn play(
    scenario: &Scenario,
    client: Client,
    backend: &dyn Backend,
    database: &dyn Database,
) -> Verdict {
    let mut differences = Vec::new();
    match play_steps(scenario, client, backend, database, &mut differences).await {
        Ok(()) => Verdict::Ran(differences),
        Err(Halt::NoCounterpart(reason)) => {
            let body = Some(Body::NoCounterpart(reason));
            differences.push(engine_difference(scenario, backend.name(), reason.to_owned(), body));
            Verdict::Ran(differences)
        }
        Err(Halt::Skip(_)) if !differences.is_empty() => Verdict::Ran(differences),
        Err(Halt::Skip(reason)) => Verdict::Skipped(reason),
        Err(Halt::Broken(message)) => Verdict::Broken(message),
    }
}

async fn play_steps(
    scenario: &Scenario,
    client: Client,
    backend: &dyn Backend,
    database: &dyn Database,
    differences: &mut Vec<Difference>,
) -> Result<(), Halt> {
    let name = backend.name();
    let Some(expected) = scenario.expected.get(name) else { return Ok(()) };
    let setup = scenario.setup.get(name).map_or(&[][..], Vec::as_slice);
    let mut stage = Stage::new(client, backend, database, setup).await?;
    if let Some(difference) = make_engines(scenario, backend, expected, &mut stage)? {
        differences.push(difference);
        return Ok(());
    }
    if expected.engine_error.is_some() {
        return Ok(());
    }
    let mut outcomes: Vec<(u64, Outcome)> = Vec::new();
    let mut halted = Ok(());
    for step in &scenario.steps {
        let step = step.on(name);
        let outcome = if step.is_skipped_on(name) { Ok(stage.skipped()) } else { stage.act(&step).await };
        match outcome {
            Ok(outcome) => {
                differences.extend(compare_step(scenario, name, expected, &step, &outcome));
                outcomes.push((step.n.unwrap_or_default(), outcome));
            }
            Err(Halt::NoCounterpart(reason)) => {
                differences.extend(compare_step(
                    scenario,
                    name,
                    expected,
                    &step,
                    &without_counterpart(reason),
                ));
                stage.end().await;
                return Ok(());
            }
            Err(halt) => {
                halted = Err(halt);
                break;
            }
        }
    }
    stage.end().await;
    halted?;
    differences.extend(compare_control(scenario, name, expected, &outcomes));
    Ok(())
}

fn without_counterpart(reason: &'static str) -> Outcome {
    Outcome { body: Body::NoCounterpart(reason), events: Vec::new(), sessions: BTreeMap::new() }
}

/// Makes the engines and makers; gives what is not as recorded.
fn make_engines(
    scenario: &Scenario,
    backend: &dyn Backend,
    expected: &Expected,
    stage: &mut Stage<'_>,
) -> Result<Option<Difference>, Halt> {
    let name = backend.name();
    for (number, (engine_name, options)) in scenario.engines.iter().enumerate() {
        let options = resolve_all(options, name);
        let made = stage.make_engine(backend, number, engine_name, &options);
        if let Err(error) = made? {
            let recorded = expected.engine_error.clone().unwrap_or_default();
            let is_recorded = accepts(&recorded, ErrorWord::Kind(error.kind()));
            return Ok((!is_recorded).then(|| {
                engine_difference(
                    scenario,
                    name,
                    format!("engine {engine_name}: {error}"),
                    Some(error.into()),
                )
            }));
        }
    }
    if expected.engine_error.is_some() {
        return Ok(Some(engine_difference(scenario, name, "the engine was made".to_owned(), None)));
    }
    for (maker_name, options) in &scenario.makers {
        stage.make_maker(maker_name, &resolve_all(options, name))?;
    }
    if let Some(options) = &scenario.database {
        stage.make_shortcuts(options)?;
    }
    Ok(None)
}

fn engine_difference(scenario: &Scenario, backend: &str, actual: String, body: Option<Body>) -> Difference {
    let expected = scenario.expected.get(backend).and_then(|expected| expected.engine_error.as_ref());
    let expected = expected
        .map_or_else(|| "the engine is made".to_owned(), |error| format!("{}", Json::Object(error.clone())));
    // A recorded engine finds a wrong option out when it connects.
    let refused = scenario.expected.get(backend).is_some_and(|expected| {
        expected
            .steps
            .iter()
            .any(|outcome| outcome.get("class").and_then(Json::as_str) == Some("ArgumentError"))
    });
    Difference {
        case: scenario.id.clone(),
        backend: backend.to_owned(),
        product: None,
        client: None,
        driver: None,
        step: None,
        aspect: Aspect::Engine,
        expected: vec![(String::new(), expected)],
        recorded: None,
        actual,
        body,
        rules: if refused { vec!["refused at connect"] } else { Vec::new() },
    }
}

/// Options as they are on one backend.
fn resolve_all(options: &Map<String, Json>, backend: &str) -> Map<String, Json> {
    options.iter().map(|(name, value)| (name.clone(), resolve(value, backend))).collect()
}
