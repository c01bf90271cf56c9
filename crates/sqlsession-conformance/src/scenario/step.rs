use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};

use super::resolve;

/// One step: an actor, what it does, and the fields that say how.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// The step's number; the steps inside a function body have none.
    pub n: Option<u64>,
    /// Who does it.
    pub actor: String,
    /// What is done.
    pub op: String,
    /// Everything else, as written.
    pub fields: Map<String, Json>,
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            n: Option<u64>,
            actor: String,
            op: String,
            #[serde(flatten)]
            fields: Map<String, Json>,
        }
        let Written { n, actor, op, fields } = Written::deserialize(deserializer)?;
        Ok(Self { n, actor, op, fields })
    }
}

impl Step {
    /// The step as it is on one backend: values given per backend are replaced by that backend's.
    #[must_use]
    pub fn on(&self, backend: &str) -> Self {
        let fields =
            self.fields.iter().map(|(name, value)| (name.clone(), resolve(value, backend))).collect();
        Self { fields, ..self.clone() }
    }

    /// Whether the step is left out on this backend (`only`).
    #[must_use]
    pub fn is_skipped_on(&self, backend: &str) -> bool {
        self.fields
            .get("only")
            .and_then(Json::as_array)
            .is_some_and(|only| !only.iter().any(|name| name.as_str() == Some(backend)))
    }

    /// A field that is a text.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Json::as_str)
    }

    /// A field that is a count.
    #[must_use]
    pub fn count(&self, field: &str) -> Option<usize> {
        self.fields.get(field).and_then(Json::as_u64).and_then(|count| usize::try_from(count).ok())
    }

    /// A field that is true or false.
    #[must_use]
    pub fn flag(&self, field: &str) -> Option<bool> {
        self.fields.get(field).and_then(Json::as_bool)
    }

    /// A field that is a set of options.
    #[must_use]
    pub fn options(&self, field: &str) -> Option<&Map<String, Json>> {
        self.fields.get(field).and_then(Json::as_object)
    }

    /// The name a thing made by this step is kept under.
    #[must_use]
    pub fn kept_as(&self) -> Option<&str> {
        self.text("as")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> Step {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn fields_are_those_of_one_backend() {
        let step = step(r#"{"n": 2, "actor": "s1", "op": "execute", "sql": {"sqlite": "A", "mysql": "B"}}"#);
        assert_eq!(step.on("mysql").text("sql"), Some("B"));
        assert_eq!(step.on("postgres").text("sql"), None);
    }

    #[test]
    fn only_leaves_a_step_out_elsewhere() {
        let step = step(r#"{"n": 2, "actor": "s1", "op": "commit", "only": ["mysql"]}"#);
        assert!(step.is_skipped_on("sqlite"));
        assert!(!step.is_skipped_on("mysql"));
    }
}
