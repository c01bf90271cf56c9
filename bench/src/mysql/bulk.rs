//! Many rows into a table, in a transaction.

use mysql_async::{Conn, Params, Result, Statement, TxOpts, prelude::Queryable as _};

use super::fixture::Fixture;
use crate::{
    cell::{Cell, Fallible, async_cell},
    users::{User, sessions},
};

const ROWS: i64 = 100_000;
const ROWS_A_STATEMENT: i64 = 1_000;
const TIMES: u64 = 2;

pub fn inserts(case: &'static str, fixture: &Fixture) -> Fallible<Vec<Cell<'static>>> {
    fixture.table("listed")?;
    fixture.table("bulk")?;
    let listed = async_cell(case, "mysql_async, VALUES x 1000", TIMES, async || {
        let mut conn = fixture.conn().await?;
        let rows = vec!["(?, ?, ?, ?, ?, ?)"; ROWS_A_STATEMENT as usize].join(", ");
        let insert = conn.prep(format!("insert into listed values {rows}")).await?;
        Ok(async move |_| list(&mut conn, &insert).await.expect("rows"))
    })?;
    let by_session = async_cell(case, "sqlsession, bulk_insert", TIMES, async || {
        let mut session = fixture.database()?.session_maker().session();
        Ok(async move |_| {
            sessions::fill(&mut session, "truncate bulk", "bulk", ROWS).await.expect("rows");
        })
    })?;
    Ok(vec![listed, by_session])
}

async fn list(conn: &mut Conn, insert: &Statement) -> Result<()> {
    conn.query_drop("truncate listed").await?;
    let mut transaction = conn.start_transaction(TxOpts::default()).await?;
    for first in (0..ROWS).step_by(ROWS_A_STATEMENT as usize) {
        let mut values = Vec::with_capacity(6 * ROWS_A_STATEMENT as usize);
        for user in (first..first + ROWS_A_STATEMENT).map(User::new) {
            values.extend([
                user.id.into(),
                user.name.into(),
                user.note.into(),
                user.age.into(),
                user.score.into(),
                user.created.into(),
            ]);
        }
        transaction.exec_drop(insert, Params::Positional(values)).await?;
    }
    transaction.commit().await
}
