use serde_json::Value as Json;

const BACKENDS: [&str; 3] = ["sqlite", "mysql", "postgres"];

/// A value as it is on one backend.
///
/// An object whose only keys are names of backends gives that backend's value, or null where it has none; other objects
/// and lists are looked through.
#[must_use]
pub fn resolve(value: &Json, backend: &str) -> Json {
    match value {
        Json::Object(fields)
            if !fields.is_empty() && fields.keys().all(|key| BACKENDS.contains(&key.as_str())) =>
        {
            fields.get(backend).cloned().unwrap_or(Json::Null)
        }
        Json::Object(fields) => {
            Json::Object(fields.iter().map(|(key, value)| (key.clone(), resolve(value, backend))).collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(|item| resolve(item, backend)).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_per_backend_is_chosen_at_any_depth() {
        let options = json!({"url_query": {"sqlite": {"timeout": "0.3"}}, "pool_size": 1});
        assert_eq!(resolve(&options, "sqlite"), json!({"url_query": {"timeout": "0.3"}, "pool_size": 1}));
        assert_eq!(resolve(&options, "mysql"), json!({"url_query": null, "pool_size": 1}));
    }

    #[test]
    fn an_empty_object_is_no_choice() {
        assert_eq!(resolve(&json!({"params": {}}), "sqlite"), json!({"params": {}}));
    }
}
