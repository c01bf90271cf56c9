use std::{pin::pin, slice, sync::Arc};

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::SinkExt;
use sqlsession_core::{Value, row::Batch};
use sqlsession_postgres_types::{PackedRows, PackedSize, batch};
use sqlsession_test_servers::PostgresDatabase;
use tokio::net::TcpStream;
use tokio_postgres::{Client, Config, Error, NoTls, config::Host, types::Type};

use crate::{
    rows::{Native, columns_of, pack},
    types::{Bound, Money, check, declared, write_copy_field, write_copy_text},
};

/// A connection to a database of its own, with the types that the tests need.
pub(super) async fn client() -> (Client, PostgresDatabase) {
    let database = PostgresDatabase::create().unwrap();
    let config: Config = database.url().parse().unwrap();
    let Some(Host::Tcp(host)) = config.get_hosts().first() else { panic!("no host: {}", database.url()) };
    let stream = TcpStream::connect((host.as_str(), config.get_ports()[0])).await.unwrap();
    let (client, connection) = config.connect_raw(stream, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
        .batch_execute(
            "SET timezone = 'UTC';
             CREATE TYPE mood AS ENUM ('sad', 'very happy');
             CREATE DOMAIN small AS int4 CHECK (VALUE < 100);
             CREATE DOMAIN amount AS numeric(20, 3);
             CREATE TYPE part AS (id int4, name text, sizes float4[], at timestamptz, mood mood);
             CREATE TYPE textrange AS RANGE (subtype = text);
             CREATE EXTENSION hstore;
             CREATE EXTENSION citext;
             CREATE EXTENSION ltree;",
        )
        .await
        .unwrap();
    (client, database)
}

/// The rows that a statement gives.
pub(super) async fn rows(client: &Client, sql: &str) -> Vec<Vec<Value>> {
    let rows = client.query(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    let Some(columns) = rows.first().map(|row| columns_of(row.columns())) else { return Vec::new() };
    let mut packed = PackedRows::new(Some(Arc::clone(&columns)), PackedSize::default());
    rows.iter().for_each(|row| pack(&mut packed, row));
    let packed = shown(&*packed.finish(Arc::clone(&columns)));
    let mut unknown = PackedRows::new(None, PackedSize::default());
    rows.iter().for_each(|row| pack(&mut unknown, row));
    let unknown = shown(&*unknown.finish(Arc::clone(&columns)));
    assert_eq!(format!("{packed:?}"), format!("{unknown:?}"), "{sql}");
    let kept = shown(&*batch::<Native>(columns, rows));
    // NaN is not equal to itself.
    assert_eq!(format!("{packed:?}"), format!("{kept:?}"), "{sql}");
    kept
}

fn shown(batch: &dyn Batch) -> Vec<Vec<Value>> {
    let width = batch.columns().len();
    let value = |row, column| {
        let value = batch.value(row, column).unwrap().to_value();
        let at_hand = (batch.integer(row, column).map(Value::from))
            .or_else(|| batch.float(row, column).map(Value::from))
            .or_else(|| batch.text(row, column).map(Value::from))
            .or_else(|| batch.date_time(row, column).map(Value::from));
        assert!(at_hand.is_none_or(|at_hand| format!("{at_hand:?}") == format!("{value:?}")), "{value:?}");
        value
    };
    (0..batch.len()).map(|row| (0..width).map(|column| value(row, column)).collect()).collect()
}

/// The first value that a statement gives; `None` if it gives no row.
pub(super) async fn one(client: &Client, sql: &str) -> Option<Value> {
    rows(client, sql).await.into_iter().flatten().next()
}

pub(super) async fn read(client: &Client, expression: &str) -> Value {
    one(client, &format!("SELECT {expression}")).await.unwrap()
}

pub(super) async fn read_text(client: &Client, expression: &str) -> String {
    match read(client, expression).await {
        Value::Text(text) => text,
        other => format!("{other:?}"),
    }
}

pub(super) async fn type_of(client: &Client, expression: &str) -> Type {
    let statement = client.prepare(&format!("SELECT {expression}")).await.unwrap();
    statement.columns()[0].type_().clone()
}

/// What the type's own output function gives. A cast to text is something else for some types.
pub(super) fn output(expression: &str) -> String {
    format!("format('%s', {expression})")
}

/// As a literal of SQL.
pub(super) fn quoted(literal: &str) -> String {
    format!("'{}'", literal.replace('\'', "''"))
}

/// What a table has after a COPY.
pub(super) async fn copied(
    client: &Client,
    name: &str,
    value: &Value,
    binary: bool,
) -> Result<String, Error> {
    client.batch_execute(&format!("DROP TABLE IF EXISTS pg_temp.t; CREATE TEMP TABLE t (v {name})")).await?;
    let mut data = BytesMut::new();
    let ty = type_of(client, &format!("NULL::{name}")).await;
    if binary {
        data.put_slice(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0\0\x01");
        write_copy_field(value, &ty, &mut data).unwrap_or_else(|error| panic!("{name} {value:?}: {error}"));
        data.put_i16(-1);
    } else {
        write_copy_text(value, &ty, Some(Money::of("$1.50")), &mut data)
            .unwrap_or_else(|error| panic!("{name} {value:?}: {error}"));
        data.put_u8(b'\n');
    }
    let format = if binary { " (FORMAT binary)" } else { "" };
    let mut sink = pin!(client.copy_in::<_, Bytes>(&format!("COPY t FROM STDIN{format}")).await?);
    sink.send(data.freeze()).await?;
    sink.finish().await?;
    Ok(client.query_one(&format!("SELECT {} FROM t", output("v")), &[]).await?.get(0))
}

/// What the server makes of a parameter of the type it named itself.
pub(super) async fn described(client: &Client, name: &str, value: &Value) -> Result<String, Error> {
    let statement = client.prepare(&format!("SELECT {}", output(&format!("$1::{name}")))).await?;
    check(slice::from_ref(value), statement.params()).unwrap_or_else(|error| panic!("{name}: {error}"));
    Ok(client.query_one(&statement, &[&Bound(value)]).await?.get(0))
}

/// What the server makes of a parameter whose type it had to infer.
pub(super) async fn inferred(client: &Client, name: &str, value: &Value) -> Result<String, Error> {
    let sql = format!("SELECT {}", output(&format!("$1::{name}")));
    Ok(client.query_typed(&sql, &[(&Bound(value), declared(value))]).await?[0].get(0))
}
