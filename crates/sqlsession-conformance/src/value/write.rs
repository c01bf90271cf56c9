use serde_json::{Value as Json, json};
use sqlsession_core::Value;

/// Writes a value as it would be recorded.
#[must_use]
pub fn write(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::I64(value) => json!(value),
        Value::U64(value) => {
            i64::try_from(*value).map_or_else(|_| tagged("int", value.to_string()), |value| json!(value))
        }
        Value::F64(value) => tagged("float", float(*value)),
        Value::Decimal(text) => tagged("decimal", text),
        Value::Text(text) => json!(text),
        Value::Bytes(bytes) => tagged("bytes", hex(bytes)),
        Value::Date(date) => tagged("date", date.to_string()),
        Value::Time(time) => tagged("time", time.to_string()),
        Value::DateTime(value) => tagged("datetime", iso(&value.to_string())),
        Value::OffsetDateTime(value) => tagged("datetime", iso(&value.to_string())),
        Value::Uuid(bytes) => tagged("uuid", uuid(bytes)),
        Value::Json(text) => match serde_json::from_str::<Json>(text) {
            Ok(document) => json!({"$": "json", "v": document}),
            Err(_) => tagged("other", text),
        },
        Value::Array(items) => json!({"$": "array", "v": items.iter().map(write).collect::<Vec<_>>()}),
        other => tagged("other", format!("{other:?}")),
    }
}

fn tagged(kind: &str, value: impl Into<String>) -> Json {
    json!({"$": kind, "v": value.into()})
}

/// ISO 8601 has a `T` where SQL has a blank.
fn iso(text: &str) -> String {
    text.replacen(' ', "T", 1)
}

fn float(value: f64) -> String {
    if value.is_nan() {
        "nan".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() }
    } else {
        format!("{value:?}")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uuid(bytes: &[u8; 16]) -> String {
    let hex = hex(bytes);
    let parts =
        [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default().to_owned());
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read;

    #[test]
    fn what_is_written_reads_back() {
        for recorded in [
            json!(null),
            json!(7),
            json!("x"),
            json!({"$": "int", "v": "18446744073709551615"}),
            json!({"$": "float", "v": "1.5"}),
            json!({"$": "float", "v": "-inf"}),
            json!({"$": "decimal", "v": "1.50"}),
            json!({"$": "bytes", "v": "00ff"}),
            json!({"$": "date", "v": "2024-02-29"}),
            json!({"$": "time", "v": "12:30:45.123456"}),
            json!({"$": "datetime", "v": "2024-02-29T12:30:45"}),
            json!({"$": "datetime", "v": "2024-02-29T12:30:45.123456-01:30"}),
            json!({"$": "uuid", "v": "12345678-1234-5678-1234-567812345678"}),
            json!({"$": "json", "v": {"a": [1, 2]}}),
            json!({"$": "array", "v": [1, "b"]}),
        ] {
            assert_eq!(write(&read(&recorded).unwrap()), recorded);
        }
    }
}
