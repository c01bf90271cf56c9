use serde_json::Value as Json;
use sqlsession_core::Value;

/// Reads a recorded value.
///
/// # Errors
///
/// A value that has no counterpart here, with the reason.
pub fn read(recorded: &Json) -> Result<Value, String> {
    match recorded {
        Json::Null => Ok(Value::Null),
        Json::Bool(value) => Ok(Value::Bool(*value)),
        Json::Number(number) => number
            .as_i64()
            .map(Value::I64)
            .or_else(|| number.as_u64().map(Value::U64))
            .or_else(|| number.as_f64().map(Value::F64))
            .ok_or_else(|| format!("number {number} has no counterpart")),
        Json::String(text) => Ok(Value::Text(text.clone())),
        Json::Array(items) => list(items),
        Json::Object(fields) => match (fields.get("$").and_then(Json::as_str), fields.get("v")) {
            (Some(kind), Some(value)) => of_kind(kind, value),
            _ => Err("an object that is no recorded value".to_owned()),
        },
    }
}

fn of_kind(kind: &str, value: &Json) -> Result<Value, String> {
    let wrong = || format!("{value} is no value of kind {kind:?}");
    let text = value.as_str().ok_or_else(wrong);
    match kind {
        "int" => {
            let text = text?;
            Ok(text.parse().map(Value::I64).or_else(|_| text.parse().map(Value::U64)).unwrap_or_else(|_| {
                // Beyond 64 bits there are only decimals.
                Value::Decimal(text.to_owned())
            }))
        }
        "float" => text?.parse().map(Value::F64).map_err(|_| wrong()),
        "decimal" => Ok(Value::Decimal(text?.to_owned())),
        "bytes" => bytes(text?).map(Value::Bytes).ok_or_else(wrong),
        "date" => text?.parse().map(Value::Date).map_err(|_| wrong()),
        "time" => text?.parse().map(Value::Time).map_err(|_| wrong()),
        "datetime" => datetime(text?).ok_or_else(wrong),
        "uuid" => uuid(text?).map(Value::Uuid).ok_or_else(wrong),
        "json" => Ok(Value::Json(value.to_string())),
        "array" | "tuple" => list(value.as_array().ok_or_else(wrong)?),
        "timedelta" | "surrogates" | "other" => Err(format!("a value of kind {kind:?} has no counterpart")),
        _ => Err(format!("unknown kind of value {kind:?}")),
    }
}

fn list(items: &[Json]) -> Result<Value, String> {
    items.iter().map(read).collect::<Result<_, _>>().map(Value::Array)
}

/// A date and time, with an offset or without.
fn datetime(text: &str) -> Option<Value> {
    let plain = text.parse().map(Value::DateTime);
    plain.or_else(|_| text.parse().map(Value::OffsetDateTime)).ok()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()));
    let digits = digits.collect::<Option<Vec<_>>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    bytes(&text.replace('-', ""))?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sqlsession_core::value::{Date, DateTime, OffsetDateTime, Time};

    use super::*;

    #[test]
    fn plain_values_are_themselves() {
        assert_eq!(read(&json!(null)), Ok(Value::Null));
        assert_eq!(read(&json!(true)), Ok(Value::Bool(true)));
        assert_eq!(read(&json!(-5)), Ok(Value::I64(-5)));
        assert_eq!(read(&json!("a")), Ok(Value::Text("a".to_owned())));
    }

    #[test]
    fn each_kind_has_its_value() {
        let of = |kind: &str, v: Json| read(&json!({"$": kind, "v": v}));
        assert_eq!(of("int", json!("18446744073709551615")), Ok(Value::U64(u64::MAX)));
        assert_eq!(
            of("int", json!("-99999999999999999999")),
            Ok(Value::Decimal("-99999999999999999999".to_owned()))
        );
        assert_eq!(of("float", json!("1.5")), Ok(Value::F64(1.5)));
        assert_eq!(of("float", json!("-inf")), Ok(Value::F64(f64::NEG_INFINITY)));
        assert_eq!(of("decimal", json!("1.50")), Ok(Value::Decimal("1.50".to_owned())));
        assert_eq!(of("bytes", json!("00ff")), Ok(Value::Bytes(vec![0, 255])));
        assert_eq!(
            of("uuid", json!("00000000-0000-0000-0000-0000000000ff")).map(|v| matches!(v, Value::Uuid(_))),
            Ok(true)
        );
        assert_eq!(of("json", json!({"a": 1})), Ok(Value::Json(r#"{"a":1}"#.to_owned())));
        assert_eq!(of("array", json!([1, null])), Ok(Value::Array(vec![Value::I64(1), Value::Null])));
        let date = Date::new(2024, 2, 29).unwrap();
        let time = Time::new(12, 30, 45, 123_456_000).unwrap();
        assert_eq!(of("date", json!("2024-02-29")), Ok(Value::Date(date)));
        assert_eq!(of("time", json!("12:30:45.123456")), Ok(Value::Time(time)));
        let local = DateTime::new(date, time);
        assert_eq!(of("datetime", json!("2024-02-29T12:30:45.123456")), Ok(Value::DateTime(local)));
        let with_offset = OffsetDateTime::new(local, -5400).unwrap();
        assert_eq!(
            of("datetime", json!("2024-02-29T12:30:45.123456-01:30")),
            Ok(Value::OffsetDateTime(with_offset))
        );
    }

    #[test]
    fn what_has_no_counterpart_is_said() {
        assert!(read(&json!({"$": "timedelta", "v": "5"})).is_err());
        assert!(read(&json!({"$": "novel", "v": "5"})).is_err());
        assert!(read(&json!({"$": "bytes", "v": "0"})).is_err());
        assert!(read(&json!({"$": "float", "v": 1})).is_err());
        assert!(read(&json!({"a": 1})).is_err());
    }
}
