use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// What one step gave, as recorded: `kind` and the fields that go with it.
pub type RecordedOutcome = Map<String, Json>;

/// What was recorded on one backend.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Expected {
    /// The driver whose outcomes `steps` holds.
    #[serde(default)]
    pub driver: String,
    /// One outcome for each step.
    #[serde(default)]
    pub steps: Vec<RecordedOutcome>,
    /// The error with which no engine could be made, instead of steps.
    #[serde(default)]
    pub engine_error: Option<RecordedOutcome>,
    /// What the other drivers gave.
    #[serde(default)]
    pub variants: BTreeMap<String, RecordedVariant>,
}

/// What another driver of the same backend gave.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct RecordedVariant {
    /// Whether it gave the same in every step.
    #[serde(default)]
    pub same: bool,
    /// The outcomes that were not the same, each with its step's number.
    #[serde(default)]
    pub differs: Vec<RecordedOutcome>,
    /// The error with which no engine could be made.
    #[serde(default)]
    pub engine_error: Option<RecordedOutcome>,
}

impl Expected {
    /// Every outcome that is right for a step, each with the driver that gave it; the primary driver's comes first.
    #[must_use]
    pub fn alternatives(&self, n: u64) -> Vec<(&str, &RecordedOutcome)> {
        let primary = self.steps.iter().find(|step| number(step) == Some(n));
        let others = self.variants.iter().filter_map(|(driver, variant)| {
            let outcome = variant.differs.iter().find(|step| number(step) == Some(n))?;
            Some((driver.as_str(), outcome))
        });
        primary.map(|outcome| (self.driver.as_str(), outcome)).into_iter().chain(others).collect()
    }

    /// The drivers that were recorded, the primary one first.
    pub fn drivers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.driver.as_str()).chain(self.variants.keys().map(String::as_str))
    }

    /// What one driver gave in a step.
    #[must_use]
    pub fn of_driver(&self, driver: &str, n: u64) -> Option<&RecordedOutcome> {
        self.variants
            .get(driver)
            .and_then(|variant| variant.differs.iter().find(|step| number(step) == Some(n)))
            .or_else(|| self.steps.iter().find(|step| number(step) == Some(n)))
    }
}

fn number(outcome: &RecordedOutcome) -> Option<u64> {
    outcome.get("n").and_then(Json::as_u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_that_differs_is_one_more_right_answer() {
        let expected: Expected = serde_json::from_str(
            r#"{"driver": "pysqlite", "steps": [{"n": 1, "kind": "ok"}, {"n": 2, "kind": "none"}],
                "variants": {"aiosqlite": {"same": true},
                             "pysqlite_begin": {"same": false, "differs": [{"n": 2, "kind": "error"}]}}}"#,
        )
        .unwrap();
        let kinds: Vec<_> =
            expected.alternatives(2).into_iter().map(|(driver, o)| (driver, o["kind"].clone())).collect();
        assert_eq!(kinds, [("pysqlite", "none".into()), ("pysqlite_begin", "error".into())]);
        assert_eq!(expected.alternatives(1).len(), 1);
        assert_eq!(expected.of_driver("aiosqlite", 2).unwrap()["kind"], "none");
    }
}
