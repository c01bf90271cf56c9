//! One statement with many sets of values, in a transaction.

use mysql_async::{TxOpts, prelude::Queryable as _};
use sqlsession::Value;

use super::fixture::Fixture;
use crate::cell::{Cell, Fallible, async_cell};

const SETS: i64 = 5_000;
const TIMES: u64 = 2;

const TABLE: &str = "create table if not exists pairs (id bigint, name text)";
const EMPTY: &str = "delete from pairs";

pub fn inserts(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    let by_hand = async_cell(case, "mysql_async, one after the other", TIMES, async || {
        let mut conn = fixture.conn().await?;
        conn.query_drop(TABLE).await?;
        let insert = conn.prep("insert into pairs values (?, ?)").await?;
        Ok(async move |_| {
            let mut transaction = conn.start_transaction(TxOpts::default()).await.expect("a transaction");
            transaction.query_drop(EMPTY).await.expect("an empty table");
            for id in 0..SETS {
                transaction.exec_drop(&insert, (id, format!("name {id}"))).await.expect("a row");
            }
            transaction.commit().await.expect("a commit");
        })
    })?;
    let by_session = async_cell(case, "sqlsession", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        session.execute_and_commit(TABLE).await?;
        Ok(async move |_| {
            session.execute(EMPTY).await.expect("an empty table");
            let sets = (0..SETS).map(|id| [("id", id.into()), ("name", format!("name {id}").into())]);
            let sets: Vec<[(&str, Value); 2]> = sets.collect();
            session.execute_many("insert into pairs values (:id, :name)", sets).await.expect("rows");
            session.commit().await.expect("a commit");
        })
    })?;
    Ok(vec![by_hand, by_session])
}
