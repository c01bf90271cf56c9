use serde_json::Value as Json;
use sqlsession_core::{Value, driver::PlaceholderStyle};

use super::{body, outcome::same_state};
use crate::{
    bind_cases::decided,
    outcome::{Body, Outcome},
    scenario::{Expected, RecordedOutcome, Scenario, Step, resolve},
};

/// Names of what is found to explain a difference; a decision may speak of them.
///
/// - `uncounted`: the recorded drivers do not know how many rows there were (-1), and here there were none.
/// - `no sets`, `several sets`: the statement was run for a list of parameter sets.
/// - `quoted`, `cast`, `escape`, `placeholder`: SQLAlchemy reads the parameters of the text otherwise.
/// - `mixture`: the result is that of one driver, the sessions' state that of another.
/// - `memory`: an engine of the scenario has its database in memory.
/// - `emptied slot`: the recorded pool counts the place of a connection that was thrown away.
/// - `pending`: objects of the scenario have been added, changed or deleted, and nothing has flushed them since.
/// - `between transactions`: the actor had no transaction before the step.
pub(super) fn rules(
    scenario: &Scenario,
    backend: &str,
    expected: &Expected,
    step: &Step,
    alternatives: &[(&str, &RecordedOutcome)],
    actual: &Outcome,
) -> Vec<&'static str> {
    let mut rules = Vec::new();
    if alternatives.iter().any(|(_, recorded)| is_uncounted(recorded, step, &actual.body)) {
        rules.push("uncounted");
    }
    match step.fields.get("params").and_then(Json::as_array).map(Vec::len) {
        Some(0) => rules.push("no sets"),
        Some(_) => rules.push("several sets"),
        None => {}
    }
    if let Some(sql) = step.text("sql") {
        let style = match backend {
            "postgres" => PlaceholderStyle::Dollar,
            "mysql" => PlaceholderStyle::Question,
            _ => PlaceholderStyle::NumberedQuestion,
        };
        rules.extend(decided(sql, style).rules);
    }
    if is_in_memory(scenario, backend) {
        rules.push(MEMORY);
    }
    let has_body = alternatives.iter().any(|(_, recorded)| body::compare(recorded, &actual.body).is_none());
    let has_state = alternatives
        .iter()
        .any(|(_, recorded)| recorded.get("state").is_some_and(|state| same_state(state, &actual.sessions)));
    if has_body && has_state {
        rules.push("mixture");
    }
    if has_pending(scenario, step) {
        rules.push("pending");
    }
    let earlier = || expected.steps.iter().take_while(|earlier| earlier.get("n") != Some(&step.n.into()));
    if earlier().last().is_some_and(|before| is_between_transactions(before, &step.actor)) {
        rules.push("between transactions");
    }
    if earlier().any(has_invalidate)
        && alternatives.iter().any(|(_, recorded)| is_emptied_slot(recorded, &actual.body))
    {
        rules.push("emptied slot");
    }
    rules
}

pub(super) const MEMORY: &str = "memory";

/// Whether an engine of the scenario has its database in memory.
pub(super) fn is_in_memory(scenario: &Scenario, backend: &str) -> bool {
    let mut urls = scenario.engines.values().filter_map(|options| options.get("url"));
    urls.any(|url| {
        let url = resolve(url, backend);
        let url = url.as_str().unwrap_or_default();
        matches!(url, "sqlite://" | "sqlite:///")
            || [":memory:", "mode=memory"].iter().any(|part| url.contains(part))
    })
}

fn is_uncounted(recorded: &RecordedOutcome, step: &Step, actual: &Body) -> bool {
    let is_unknown = |field: &str| recorded.get(field).and_then(Json::as_i64) == Some(-1);
    match actual {
        Body::RowCount { rowcount: Some(0), .. } | Body::Result { rowcount: Some(0), .. } => {
            is_unknown("rowcount")
        }
        Body::Value(Value::I64(0)) => step.op == "rowcount" && is_unknown("value"),
        _ => false,
    }
}

/// Whether something is to be written when this step begins.
fn has_pending(scenario: &Scenario, step: &Step) -> bool {
    const QUEUES: [&str; 5] = ["add_new", "add", "set", "delete", "merge"];
    const FLUSHES: [&str; 5] = ["flush", "select_entity", "begin_nested", "with_begin_nested", "refresh"];
    const ENDS: [&str; 5] = ["commit", "rollback", "close", "exit_ok", "exit_error"];
    let mut pending = false;
    for earlier in scenario.steps.iter().take_while(|earlier| earlier.n < step.n) {
        let is = |ops: &[&str]| ops.contains(&earlier.op.as_str());
        pending = (pending || is(&QUEUES)) && !is(&FLUSHES) && !is(&ENDS);
    }
    pending
}

fn has_invalidate(outcome: &RecordedOutcome) -> bool {
    let mut events =
        outcome.get("events").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    events.any(|event| event.starts_with("invalidate#"))
}

fn is_between_transactions(outcome: &RecordedOutcome, actor: &str) -> bool {
    let state = outcome.get("state").and_then(|state| state.get(actor));
    state.and_then(|state| state.get("in_tx")).and_then(Json::as_bool) == Some(false)
}

fn is_emptied_slot(recorded: &RecordedOutcome, actual: &Body) -> bool {
    let Body::Pool(pool) = actual else { return false };
    let recorded = |field: &str| recorded.get(field).and_then(Json::as_i64);
    let more = recorded("checkedin").map(|count| count - pool.checked_in);
    recorded("size") == Some(pool.size)
        && recorded("checkedout") == Some(pool.checked_out)
        && more.is_some_and(|more| more > 0)
        && recorded("overflow").map(|count| count - pool.overflow) == more
}
