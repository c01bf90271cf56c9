//! Many rows into a table, in a transaction.

use std::pin::pin;

use tokio_postgres::{
    Client, Statement,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::fixture::Fixture;
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{User, sessions},
};

const ROWS: i64 = 100_000;
const ROWS_A_STATEMENT: i64 = 1_000;
const TIMES: u64 = 2;

const TYPES: [Type; 6] = [Type::INT8, Type::TEXT, Type::TEXT, Type::INT4, Type::FLOAT8, Type::TIMESTAMP];

pub fn inserts(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    fixture.table("copied")?;
    fixture.table("listed")?;
    fixture.table("bulk")?;
    let copied = async_cell(case, "tokio-postgres, COPY binary", TIMES, async || {
        let client = fixture.client().await?;
        Ok(async move |_| copy(&client).await.expect("rows"))
    })?;
    let listed = async_cell(case, "tokio-postgres, VALUES x 1000", TIMES, async || {
        let client = fixture.client().await?;
        let insert = client.prepare(&insert_of_many()).await?;
        Ok(async move |_| list(&client, &insert).await.expect("rows"))
    })?;
    let by_session = async_cell(case, "sqlsession, bulk_insert", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| {
            sessions::fill(&mut session, "truncate bulk", "bulk", ROWS).await.expect("rows");
        })
    })?;
    Ok(vec![copied, listed, by_session])
}

async fn copy(client: &Client) -> Result<(), tokio_postgres::Error> {
    client.batch_execute("begin; truncate copied").await?;
    let sink = client.copy_in("copy copied from stdin (format binary)").await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &TYPES));
    for user in (0..ROWS).map(User::new) {
        writer
            .as_mut()
            .write(&[&user.id, &user.name, &user.note, &user.age, &user.score, &user.created])
            .await?;
    }
    writer.finish().await?;
    client.batch_execute("commit").await
}

fn insert_of_many() -> String {
    let rows = (0..ROWS_A_STATEMENT).map(|row| {
        let places: Vec<String> = (1..=6).map(|place| format!("${}", row * 6 + place)).collect();
        format!("({})", places.join(", "))
    });
    format!("insert into listed values {}", rows.collect::<Vec<_>>().join(", "))
}

async fn list(client: &Client, insert: &Statement) -> Result<(), tokio_postgres::Error> {
    client.batch_execute("begin; truncate listed").await?;
    for first in (0..ROWS).step_by(ROWS_A_STATEMENT as usize) {
        let users: Vec<User> = (first..first + ROWS_A_STATEMENT).map(User::new).collect();
        let values: Vec<&(dyn ToSql + Sync)> = users
            .iter()
            .flat_map(|user| -> [&(dyn ToSql + Sync); 6] {
                [&user.id, &user.name, &user.note, &user.age, &user.score, &user.created]
            })
            .collect();
        client.execute(insert, &values).await?;
    }
    client.batch_execute("commit").await
}
