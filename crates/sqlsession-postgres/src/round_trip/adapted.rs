use sqlsession_core::Value;

use super::{
    differences::Differences,
    server::{client, copied, described, inferred, output, quoted, read_text, type_of},
};
use crate::types::takes_binary_copy;

/// Values of one type, and the types that PostgreSQL assigns them to without a cast.
fn assignments() -> Vec<(Value, &'static str, &'static [&'static str])> {
    let at = |text: &str| Value::DateTime(text.parse().unwrap());
    vec![
        (Value::Bool(true), "bool", &["bool", "text", "varchar(4)"]),
        (
            Value::I64(-7),
            "int8",
            &[
                "int2",
                "int4",
                "int8",
                "float4",
                "float8",
                "numeric",
                "numeric(5,2)",
                "money",
                "text",
                "bpchar",
            ],
        ),
        (Value::U64(4_294_967_295), "int8", &["oid", "int8", "numeric", "float8", "text", "regclass"]),
        (Value::F64(2.0), "float8", &["int2", "int4", "int8", "float4", "float8", "numeric", "text"]),
        (Value::F64(-0.1), "float8", &["float4", "float8", "numeric", "text"]),
        (Value::F64(1e200), "float8", &["float8", "numeric", "text"]),
        (Value::F64(-1e15), "float8", &["int8", "float8", "numeric", "text"]),
        (Value::F64(f64::NAN), "float8", &["float4", "float8", "numeric", "text"]),
        (
            Value::Decimal("12.00".into()),
            "numeric",
            &["int2", "int4", "int8", "float4", "float8", "numeric", "money", "text"],
        ),
        (
            Value::Decimal("-0.125".into()),
            "numeric",
            &["float4", "float8", "numeric", "numeric(5,1)", "text"],
        ),
        (Value::Date("2024-02-29".parse().unwrap()), "date", &["date", "timestamp", "timestamptz", "text"]),
        (Value::Date("-0043-03-15".parse().unwrap()), "date", &["date", "timestamp", "timestamptz", "text"]),
        (Value::Time("12:34:56.789".parse().unwrap()), "time", &["time", "timetz", "interval", "text"]),
        (at("2024-02-29 00:00:00"), "timestamp", &["date", "time", "timestamp", "timestamptz", "text"]),
        (at("2024-07-01 12:34:56.789"), "timestamp", &["date", "time", "timestamp", "timestamptz", "text"]),
        (
            Value::OffsetDateTime("2024-07-01 12:34:56.789+05:30".parse().unwrap()),
            "timestamptz",
            &["timestamptz", "tstz"],
        ),
        (Value::Uuid([0xa5; 16]), "uuid", &["uuid", "text"]),
        (Value::Json("{\"a\": [1]}".into()), "json", &["json", "jsonb", "text"]),
        (Value::Bytes(vec![0, 255]), "bytea", &["bytea"]),
        (Value::I64(9_007_199_254_740_993), "int8", &["float4", "float8"]),
        (Value::array([1, 2]), "int8[]", &["text", "int2[]", "int4[]", "float8[]", "numeric[]", "text[]"]),
    ]
}

#[tokio::test]
async fn what_is_assigned_is_what_the_server_would_assign() {
    let (client, _database) = client().await;
    let mut differences = Differences::default();
    client.batch_execute("SET timezone = 'Europe/Berlin'; CREATE DOMAIN tstz AS timestamptz").await.unwrap();
    for (value, source, targets) in assignments() {
        // The server's own reading of the value is known from the other tests.
        let literal = inferred(&client, source.split(' ').next().unwrap(), &value).await.unwrap();
        for target in targets {
            let expression = format!("({}::{source})::{target}", quoted(&literal));
            // A truth value has one text as a value and another one when it is cast to text.
            let expected = read_text(&client, &output(&expression)).await;
            let name = format!("{value:?} as {target}");
            differences.compare(&name, described(&client, target, &value).await, &expected);
            if !needs_the_session(&value, target) {
                differences.compare(&name, copied(&client, target, &value, false).await, &expected);
                if takes_binary_copy(&type_of(&client, &expression).await) {
                    differences.compare(&name, copied(&client, target, &value, true).await, &expected);
                }
            }
            // What the server infers is a literal, which is read as the target and not cast to it.
            if !matches!((&value, *target), (Value::F64(_) | Value::Decimal(_), "int2" | "int4" | "int8")) {
                differences.compare(&name, inferred(&client, target, &value).await, &expected);
            }
        }
    }
}

/// Whether only the server knows the moment, because it depends on where the session is.
fn needs_the_session(value: &Value, target: &str) -> bool {
    matches!(value, Value::Date(_) | Value::DateTime(_)) && target == "timestamptz"
}
