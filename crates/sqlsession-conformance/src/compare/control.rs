use serde_json::Value as Json;

use super::{
    Aspect, Difference, control_rules,
    rules::{MEMORY, is_in_memory},
};
use crate::{
    outcome::{Outcome, is_control},
    scenario::{Expected, Scenario},
};

/// Holds the events of transactions and the pool over a whole scenario against what was recorded.
///
/// Right is the order of any one driver, or in every step what one of the drivers did.
#[must_use]
pub fn compare_control(
    scenario: &Scenario,
    backend: &str,
    expected: &Expected,
    outcomes: &[(u64, Outcome)],
) -> Option<Difference> {
    let actual: Vec<_> = outcomes.iter().map(|(n, outcome)| (*n, control(&outcome.events))).collect();
    let each_step = actual.iter().all(|(n, events)| {
        expected
            .alternatives(*n)
            .iter()
            .any(|(_, recorded)| recorded_control(recorded.get("events")) == *events)
    });
    if each_step {
        return None;
    }
    let actual: Vec<_> = actual.into_iter().flat_map(|(_, events)| events).collect();
    let mut right: Vec<(String, Vec<String>)> = Vec::new();
    for driver in expected.drivers() {
        let events = outcomes
            .iter()
            .filter_map(|(n, _)| expected.of_driver(driver, *n))
            .flat_map(|recorded| recorded_control(recorded.get("events")))
            .collect();
        if events == actual {
            return None;
        }
        if right.iter().all(|(_, known)| *known != events) {
            right.push((driver.to_owned(), events));
        }
    }
    let rules = right.iter().map(|(_, events)| control_rules::explain(events, &actual));
    let rules = rules.filter(|rules| !rules.is_empty()).min_by_key(Vec::len).unwrap_or_default();
    let rules = match rules {
        rules if !rules.is_empty() => rules,
        _ if shortcuts_end_otherwise(scenario, expected, outcomes, "commit#", "rollback#") => vec![READ],
        _ if shortcuts_end_otherwise(scenario, expected, outcomes, "rollback#", "commit#") => vec![COMMITTED],
        _ if is_in_memory(scenario, backend) => vec![MEMORY],
        none => none,
    };
    Some(Difference {
        case: scenario.id.clone(),
        backend: backend.to_owned(),
        product: None,
        client: None,
        driver: None,
        step: None,
        aspect: Aspect::Control,
        expected: right.into_iter().map(|(driver, events)| (driver, events.join(" "))).collect(),
        recorded: None,
        actual: actual.join(" "),
        body: None,
        rules,
    })
}

/// A shortcut that only reads rolls back, where SQLAlchemy's commits.
const READ: &str = "read shortcut";

/// A shortcut that may have written commits, where SQLAlchemy's rolls back.
const COMMITTED: &str = "committed shortcut";

/// Whether the events are the recorded ones but for shortcuts whose transaction ends in the one way and not in the other.
fn shortcuts_end_otherwise(
    scenario: &Scenario,
    expected: &Expected,
    outcomes: &[(u64, Outcome)],
    theirs: &str,
    ours: &str,
) -> bool {
    outcomes.iter().all(|(n, outcome)| {
        let step = scenario.steps.iter().find(|step| step.n == Some(*n));
        let is_shortcut = step.is_some_and(|step| step.actor == "db");
        let actual = control(&outcome.events);
        expected.alternatives(*n).iter().any(|(_, recorded)| {
            let recorded = recorded_control(recorded.get("events"));
            let ended_otherwise = recorded.iter().map(|event| event.replacen(theirs, ours, 1));
            recorded == actual || (is_shortcut && ended_otherwise.eq(actual.iter().cloned()))
        })
    })
}

fn recorded_control(events: Option<&Json>) -> Vec<String> {
    let events = events.and_then(Json::as_array).into_iter().flatten();
    control(&events.filter_map(Json::as_str).map(str::to_owned).collect::<Vec<_>>())
}

/// The events without statements, and without what says nothing about behaviour: the names of savepoints, and whether a
/// reset found its work done already.
fn control(events: &[String]) -> Vec<String> {
    let bare = |event: &String| {
        let event = event.split_once(':').map_or(event.as_str(), |(event, _name)| event);
        event.strip_suffix("(already)").unwrap_or(event).to_owned()
    };
    events.iter().filter(|event| is_control(event)).map(bare).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::outcome::Body;

    const SCENARIO: &str = r#"{"format": 1, "id": "x", "backends": ["sqlite"], "steps": [],
        "expected": {"sqlite": {"driver": "pysqlite",
            "steps": [{"n": 1, "kind": "ok", "events": ["connect#1", "execute#1", "savepoint#1:sa_savepoint_1"]},
                      {"n": 2, "kind": "none", "events": ["commit#1", "reset#1(already)"]}],
            "variants": {"other": {"same": false, "differs": [{"n": 2, "kind": "none", "events": ["rollback#1"]}]}}}}}"#;

    fn difference(events: [&[&str]; 2]) -> Option<Difference> {
        let scenario = Scenario::parse(SCENARIO).unwrap();
        let outcome = |events: &[&str]| Outcome {
            body: Body::None,
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            sessions: BTreeMap::new(),
        };
        let outcomes = [(1, outcome(events[0])), (2, outcome(events[1]))];
        compare_control(&scenario, "sqlite", &scenario.expected["sqlite"], &outcomes)
    }

    #[test]
    fn savepoint_names_and_statements_do_not_count() {
        assert!(
            difference([&["connect#1", "savepoint#1:s7"], &["commit#1", "execute#1", "reset#1"]]).is_none()
        );
    }

    #[test]
    fn any_driver_of_the_backend_is_right() {
        assert!(difference([&["connect#1", "savepoint#1"], &["rollback#1"]]).is_none());
    }

    #[test]
    fn an_event_in_another_step_is_right_when_the_order_is() {
        assert!(difference([&["connect#1", "savepoint#1", "commit#1"], &["reset#1"]]).is_none());
    }

    #[test]
    fn a_missing_event_or_another_connection_is_a_difference() {
        assert!(difference([&["connect#1", "savepoint#1"], &["commit#1"]]).is_some());
        assert!(difference([&["connect#1", "savepoint#2"], &["rollback#1"]]).is_some());
    }
}
