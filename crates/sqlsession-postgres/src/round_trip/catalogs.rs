use sqlsession_core::Value;
use tokio_postgres::types::Type;

use super::{
    differences::Differences,
    server::{client, one, output, read, rows, type_of},
};
use crate::types::write_value;

/// Each column of the server's own tables and views that has a binary form, as an expression and where it is.
const COLUMNS: &str = "array_agg(array[quote_ident(attname), attrelid::regclass::text]) \
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid \
    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 \
    AND atttypid NOT IN ('aclitem'::regtype, 'aclitem[]'::regtype)";

/// Statistics of several columns at once, which are bytes with an output function of their own.
const BYTES: [Type; 4] = [Type::BYTEA, Type::PG_NDISTINCT, Type::PG_DEPENDENCIES, Type::PG_MCV_LIST];

fn is_identifier(ty: &Type) -> bool {
    ty.name().starts_with("reg") || ty.name().starts_with("_reg")
}

#[tokio::test]
async fn the_catalogs_are_read_as_the_server_prints_them() {
    let (client, _database) = client().await;
    // Statistics of the catalogs themselves hold identifiers within arrays of any type.
    client
        .batch_execute(
            "DELETE FROM pg_statistic;
             CREATE TABLE t AS SELECT n AS a, n / 2 AS b, 'x' || n % 5 AS c FROM generate_series(1, 500) n;
             CREATE STATISTICS s ON a, b, c FROM t; ANALYZE t",
        )
        .await
        .unwrap();
    let Value::Array(columns) = read(&client, COLUMNS).await else { panic!("no columns") };
    assert!(columns.len() > 500);
    let mut differences = Differences::default();
    for column in columns {
        let Value::Array(names) = column else { panic!("{column:?}") };
        let [Value::Text(name), Value::Text(table)] = &names[..] else { panic!("{names:?}") };
        let place = format!("(SELECT {name} AS v FROM {table} WHERE {name} IS NOT NULL LIMIT 40) s");
        let ty = type_of(&client, &format!("v FROM {place}")).await;
        if is_identifier(&ty) || BYTES.contains(&ty) {
            continue;
        }
        // A row of one value writes every type as text.
        let values = match one(&client, &format!("SELECT v FROM {place}")).await {
            None => continue,
            Some(Value::Array(_)) => "row(v), row(v)::text".to_owned(),
            Some(_) => format!("v, {}", output("v")),
        };
        for row in rows(&client, &format!("SELECT {values} FROM {place}")).await {
            let [found, Value::Text(printed)] = &row[..] else { panic!("{row:?}") };
            let mut text = String::new();
            match found {
                Value::Bool(truth) => text.push(if *truth { 't' } else { 'f' }),
                Value::F64(number) if ty == Type::FLOAT4 => text = (*number as f32).to_string(),
                found => write_value(found.as_ref(), &mut text).unwrap(),
            }
            differences.compare(&format!("{name} of {table}: {found:?}"), Ok(text), printed);
        }
    }
}
