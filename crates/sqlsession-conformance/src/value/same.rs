use serde_json::Value as Json;
use sqlsession_core::Value;

use super::read;

/// Whether a value is the recorded one.
///
/// NaN is NaN, JSON is compared as a document, and JSON that the recorded driver handed out as text may be text here too.
#[must_use]
pub fn same(recorded: &Json, actual: &Value) -> bool {
    read(recorded).is_ok_and(|recorded| equal(&recorded, actual))
}

fn equal(recorded: &Value, actual: &Value) -> bool {
    match (recorded, actual) {
        (Value::F64(recorded), Value::F64(actual)) => {
            recorded == actual || (recorded.is_nan() && actual.is_nan())
        }
        (Value::Json(recorded), Value::Json(actual) | Value::Text(actual))
        | (Value::Text(recorded), Value::Json(actual)) => {
            document(recorded).is_some_and(|it| Some(it) == document(actual))
        }
        (Value::Array(recorded), Value::Array(actual)) => {
            recorded.len() == actual.len()
                && recorded.iter().zip(actual).all(|(recorded, actual)| equal(recorded, actual))
        }
        _ => recorded == actual,
    }
}

fn document(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_another_type_or_size_differ() {
        assert!(same(&json!(1), &Value::I64(1)));
        assert!(!same(&json!(1), &Value::Bool(true)));
        assert!(!same(&json!(1), &Value::Text("1".to_owned())));
        assert!(!same(&json!({"$": "decimal", "v": "1.50"}), &Value::Decimal("1.5".to_owned())));
        assert!(!same(&json!({"$": "novel", "v": "1"}), &Value::I64(1)));
    }

    #[test]
    fn json_is_compared_as_a_document() {
        let recorded = json!({"$": "json", "v": {"a": 1, "b": 2}});
        assert!(same(&recorded, &Value::Json(r#"{ "b": 2, "a": 1 }"#.to_owned())));
        assert!(!same(&recorded, &Value::Json(r#"{ "b": 2, "a": 3 }"#.to_owned())));
        assert!(!same(&json!("not json"), &Value::Json("not json".to_owned())));
    }

    #[test]
    fn nan_is_nan() {
        assert!(same(&json!({"$": "float", "v": "nan"}), &Value::F64(f64::NAN)));
    }
}
