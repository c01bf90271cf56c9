use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{Expected, Step};

/// One scenario file.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Scenario {
    /// The version of the file format; 1.
    pub format: u64,
    /// The scenario's name, unique in its set.
    pub id: String,
    /// What it is about, in one word.
    #[serde(default)]
    pub area: String,
    /// What it is about, in a sentence.
    #[serde(default)]
    pub title: String,
    /// A remark of who recorded it.
    #[serde(default)]
    pub note: Option<Json>,
    /// The part of the recorded set it belongs to.
    #[serde(default)]
    pub split: Option<String>,
    /// The backends it applies to.
    pub backends: Vec<String>,
    /// The options of each engine, by its name.
    #[serde(default = "one_engine")]
    pub engines: BTreeMap<String, Map<String, Json>>,
    /// The options of each session maker, by its name; `bind` names the engine.
    #[serde(default = "one_maker")]
    pub makers: BTreeMap<String, Map<String, Json>>,
    /// The mapped tables it needs.
    #[serde(default)]
    pub entities: Vec<String>,
    /// Whether it needs the database shortcuts, or the options of their sessions.
    #[serde(default)]
    pub database: Option<Json>,
    /// The statements that prepare the database, by backend.
    #[serde(default)]
    pub setup: BTreeMap<String, Vec<String>>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What came of it, by backend.
    pub expected: BTreeMap<String, Expected>,
    /// Fields this version of the format does not know.
    #[serde(flatten)]
    pub unknown: Map<String, Json>,
}

fn one_engine() -> BTreeMap<String, Map<String, Json>> {
    BTreeMap::from([("e".to_owned(), Map::new())])
}

fn one_maker() -> BTreeMap<String, Map<String, Json>> {
    BTreeMap::from([("m".to_owned(), Map::new())])
}

impl Scenario {
    /// Reads a scenario from the text of its file.
    ///
    /// # Errors
    ///
    /// A text that is no scenario of format 1, with the reason.
    pub fn parse(text: &str) -> Result<Self, String> {
        let scenario: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if scenario.format != 1 {
            return Err(format!("format {} is not known", scenario.format));
        }
        Ok(scenario)
    }

    /// Whether the scenario applies to this backend and was recorded on it.
    #[must_use]
    pub fn applies_to(&self, backend: &str) -> bool {
        self.backends.iter().any(|name| name == backend) && self.expected.contains_key(backend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"{"format": 1, "id": "x", "backends": ["sqlite", "mysql"], "steps": [
        {"n": 1, "actor": "m", "op": "open", "as": "s1"}],
        "expected": {"sqlite": {"driver": "pysqlite", "steps": [{"n": 1, "kind": "ok"}], "control": [], "variants": {}}}}"#;

    #[test]
    fn engines_and_makers_have_defaults() {
        let scenario = Scenario::parse(SMALL).unwrap();
        assert_eq!(scenario.engines.keys().collect::<Vec<_>>(), ["e"]);
        assert_eq!(scenario.makers.keys().collect::<Vec<_>>(), ["m"]);
    }

    #[test]
    fn it_applies_only_where_it_was_recorded() {
        let scenario = Scenario::parse(SMALL).unwrap();
        assert!(scenario.applies_to("sqlite"));
        assert!(!scenario.applies_to("mysql"));
        assert!(!scenario.applies_to("postgres"));
    }

    #[test]
    fn another_format_is_refused_and_an_unknown_field_is_kept() {
        assert!(Scenario::parse(&SMALL.replace("\"format\": 1", "\"format\": 2")).is_err());
        let scenario =
            Scenario::parse(&SMALL.replace("\"format\": 1", "\"format\": 1, \"novel\": 3")).unwrap();
        assert!(scenario.unknown.contains_key("novel"));
    }
}
