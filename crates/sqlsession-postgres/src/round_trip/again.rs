use sqlsession_core::Value;

use super::{
    differences::Differences,
    literals::cases,
    server::{client, inferred, output},
};
use crate::types::{Bound, Declared, check};

fn values() -> Vec<Value> {
    vec![
        Value::Bool(true),
        Value::I64(1),
        Value::I64(-40_000),
        Value::I64(9_007_199_254_740_993),
        Value::U64(u64::MAX),
        Value::F64(2.0),
        Value::F64(0.1),
        Value::F64(f64::NAN),
        Value::F64(f64::INFINITY),
        Value::Decimal("-12.50".into()),
        Value::Decimal("7".into()),
        Value::Text("1".into()),
        Value::Date("2024-02-29".parse().unwrap()),
        Value::Time("12:34:56.7".parse().unwrap()),
        Value::DateTime("2024-02-29 12:34:56.7".parse().unwrap()),
        Value::OffsetDateTime("2024-02-29 01:34:56.7+05:30".parse().unwrap()),
        Value::Uuid([1; 16]),
        Value::Json("[1]".into()),
        Value::array([1, 2]),
        Value::Bytes(vec![1]),
    ]
}

#[tokio::test]
async fn what_runs_once_by_inference_runs_again_by_its_type() {
    let (client, _database) = client().await;
    let mut differences = Differences::default();
    for case in cases() {
        for value in values() {
            let Ok(first) = inferred(&client, case.name, &value).await else { continue };
            let name = format!("{value:?} as {}", case.name);
            let sql = format!("SELECT {}", output(&format!("$1::{}", case.name)));
            let value = [value];
            let statement = client.prepare_typed(&sql, &Declared::of(&value).types()).await.unwrap();
            match check(&value, statement.params()) {
                Ok(()) => {
                    let again = client.query_one(&statement, &[&Bound(&value[0])]).await;
                    differences.compare(&name, again.map(|row| row.get(0)), &first);
                }
                Err(_) if takes_anything(case.name) || is_infinite(&value[0]) => {}
                Err(error) => differences.compare(&name, Ok(error.to_string()), &first),
            }
        }
    }
}

/// Types that make something of almost any text: bytes of its characters, the number it begins with, a number that has
/// gone round. What the driver refuses for them is not what anybody meant.
fn takes_anything(name: &str) -> bool {
    let names = [
        "bytea",
        "xid8",
        "\"char\"",
        "oid",
        "xid",
        "cid",
        "regclass",
        "regtype",
        "regrole",
        "int2vector",
        "oidvector",
    ];
    names.contains(&name)
}

/// As a word, it is a date too.
fn is_infinite(value: &Value) -> bool {
    matches!(value, Value::F64(number) if number.is_infinite())
}
