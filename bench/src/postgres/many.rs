//! One statement with many sets of values, in a transaction.

use futures_util::future::try_join_all;

use super::fixture::Fixture;
use crate::cell::{Cell, Fallible, async_cell};

const SETS: i64 = 5_000;
const TIMES: u64 = 10;

const INSERT_RAW: &str = "insert into pairs values ($1, $2)";
const INSERT: &str = "insert into pairs values (:id, :name)";

pub fn inserts(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "tokio-postgres, pipelined", TIMES, async || {
        let client = fixture.client().await?;
        client.batch_execute("create table if not exists pairs (id bigint, name text)").await?;
        let insert = client.prepare(INSERT_RAW).await?;
        Ok(async move |_| {
            client.batch_execute("begin; truncate pairs").await.expect("an empty table");
            let sets: Vec<(i64, String)> = (0..SETS).map(|id| (id, format!("name {id}"))).collect();
            let (client, insert) = (&client, &insert);
            let sending =
                sets.iter().map(|(id, name)| async move { client.execute(insert, &[id, name]).await });
            try_join_all(sending).await.expect("rows");
            client.batch_execute("commit").await.expect("a commit");
        })
    })?;
    let by_session = async_cell(case, "sqlsession", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        session.execute_and_commit("create table if not exists pairs (id bigint, name text)").await?;
        Ok(async move |_| {
            session.execute("truncate pairs").await.expect("an empty table");
            let sets = (0..SETS).map(|id| [("id", id.into()), ("name", format!("name {id}").into())]);
            let sets: Vec<[(&str, sqlsession::Value); 2]> = sets.collect();
            session.execute_many_and_commit(INSERT, sets).await.expect("rows");
        })
    })?;
    Ok(vec![by_hand, by_session])
}
