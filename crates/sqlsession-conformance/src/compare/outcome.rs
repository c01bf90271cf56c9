use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Aspect, Difference, body, rules::rules};
use crate::{
    outcome::{Outcome, SessionState},
    scenario::{Expected, RecordedOutcome, Scenario, Step},
};

/// Holds the outcome of a step against what was recorded.
#[must_use]
pub fn compare_step(
    scenario: &Scenario,
    backend: &str,
    expected: &Expected,
    step: &Step,
    actual: &Outcome,
) -> Option<Difference> {
    let alternatives = expected.alternatives(step.n.unwrap_or_default());
    let mut closest = Aspect::Kind;
    for (_, recorded) in &alternatives {
        let aspect = body::compare(recorded, &actual.body).or_else(|| {
            let same = recorded.get("state").is_none_or(|state| same_state(state, &actual.sessions));
            (!same).then_some(Aspect::State)
        })?;
        if rank(aspect) > rank(closest) {
            closest = aspect;
        }
    }
    let show = |(driver, recorded): &(&str, &RecordedOutcome)| ((*driver).to_owned(), brief(recorded));
    Some(Difference {
        case: scenario.id.clone(),
        backend: backend.to_owned(),
        product: None,
        client: None,
        driver: None,
        step: Some(step.clone()),
        aspect: closest,
        expected: alternatives.iter().map(show).collect(),
        recorded: alternatives.first().map(|(_, recorded)| (*recorded).clone()),
        actual: actual.to_string(),
        body: Some(actual.body.clone()),
        rules: rules(scenario, backend, expected, step, &alternatives, actual),
    })
}

/// How near an outcome that differs in this still is.
fn rank(aspect: Aspect) -> u8 {
    match aspect {
        Aspect::State => 3,
        Aspect::Value => 2,
        Aspect::Error => 1,
        _ => 0,
    }
}

/// Whether every session is in the recorded state.
pub(super) fn same_state(recorded: &Json, actual: &BTreeMap<String, SessionState>) -> bool {
    let Some(recorded) = recorded.as_object() else {
        return false;
    };
    actual.iter().all(|(name, state)| {
        let flag =
            |field: &str| recorded.get(name).and_then(|state| state.get(field)).and_then(Json::as_bool);
        // A session the recording does not know was made where there an error was; the step that made it differs.
        flag("in_tx").is_none_or(|in_tx| in_tx == state.in_tx)
            && flag("in_nested").is_none_or(|in_nested| in_nested == state.in_nested)
    })
}

/// A recorded outcome without what is not compared.
fn brief(recorded: &RecordedOutcome) -> String {
    const LEFT_OUT: &[&str] = &[
        "n",
        "events",
        "state",
        "is_a",
        "sa_code",
        "layer",
        "orig",
        "columns",
        "warnings",
        "driver_sql",
        "driver_params",
        "elapsed_s",
        "connection_invalidated",
        "sqlstate",
        "errno",
        "sqlite_code",
        "finished_already",
        "kind",
    ];
    let mut text = recorded.get("kind").and_then(Json::as_str).unwrap_or("skipped").to_owned();
    for (name, value) in recorded.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())) {
        text.push_str(&format!(" {name}={value}"));
    }
    for (name, state) in recorded.get("state").and_then(Json::as_object).into_iter().flatten() {
        if let (Some(in_tx), Some(in_nested)) = (state.get("in_tx"), state.get("in_nested"))
            && name.starts_with('s')
        {
            text.push_str(&format!("; {name} in_tx={in_tx} in_nested={in_nested}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use sqlsession_core::Value;

    use super::*;
    use crate::outcome::Body;

    const SCENARIO: &str = r#"{"format": 1, "id": "x", "backends": ["sqlite"], "steps": [
        {"n": 1, "actor": "s1", "op": "scalar", "sql": "SELECT 1"}],
        "expected": {"sqlite": {"driver": "pysqlite", "control": [],
            "steps": [{"n": 1, "kind": "value", "value": 1, "state": {"s1": {"in_tx": true, "in_nested": false}}}],
            "variants": {"other": {"same": false,
                "differs": [{"n": 1, "kind": "value", "value": 2, "state": {"s1": {"in_tx": false, "in_nested": false}}}]}}}}}"#;

    fn aspect(value: i64, in_tx: bool) -> Option<Aspect> {
        let scenario = Scenario::parse(SCENARIO).unwrap();
        let state = SessionState { in_tx, in_nested: false };
        let actual = Outcome {
            body: Body::Value(Value::I64(value)),
            events: Vec::new(),
            sessions: BTreeMap::from([("s1".to_owned(), state)]),
        };
        let expected = &scenario.expected["sqlite"];
        compare_step(&scenario, "sqlite", expected, &scenario.steps[0], &actual)
            .map(|difference| difference.aspect)
    }

    #[test]
    fn any_driver_of_the_backend_is_right() {
        assert_eq!(aspect(1, true), None);
        assert_eq!(aspect(2, false), None);
    }

    #[test]
    fn a_mixture_of_two_drivers_is_not() {
        assert_eq!(aspect(1, false), Some(Aspect::State));
        assert_eq!(aspect(2, true), Some(Aspect::State));
    }

    #[test]
    fn what_no_driver_gave_is_a_difference() {
        assert_eq!(aspect(3, true), Some(Aspect::Value));
    }
}
