use sqlsession_core::{AsyncEngine, AsyncSession, Error, Result, Statement, driver::BoxFuture, text};

use super::entities;

/// One operation that is dropped: what the session does before it, and the operation itself.
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) before: fn(&mut AsyncSession) -> BoxFuture<'_, Result<()>>,
    pub(super) dropped: fn(&mut AsyncSession) -> BoxFuture<'_, Result<()>>,
}

/// The table every unit works on.
pub(super) const TABLE: &str = "create table future_drop (id integer primary key, unit integer not null)";

/// A number no statement text shares, so that the text is new to the engine and its connections.
fn fresh() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The rows of one unit: two of them, so that half a unit can be told.
pub(super) fn ids(unit: i64) -> [i64; 2] {
    [2 * unit, 2 * unit + 1]
}

const INSERT: &str = "insert into future_drop (id, unit) values (:id, :unit)";

fn row(id: i64, unit: i64) -> Statement {
    text(INSERT).bind("id", id).bind("unit", unit)
}

async fn insert(session: &mut AsyncSession, unit: i64) -> Result<()> {
    for id in ids(unit) {
        session.execute(row(id, unit)).await?;
    }
    Ok(())
}

/// The unit a session works on, kept with it.
pub(super) fn unit(session: &mut AsyncSession) -> i64 {
    match session.info().get("unit") {
        Some(sqlsession_core::Value::I64(unit)) => *unit,
        _ => 0,
    }
}

async fn nothing(_: &mut AsyncSession) -> Result<()> {
    Ok(())
}

pub(super) async fn rows(session: &mut AsyncSession) -> Result<()> {
    let unit = unit(session);
    insert(session, unit).await
}

async fn read(session: &mut AsyncSession) -> Result<()> {
    session.scalar_one::<i64>("select count(*) from future_drop").await.map(drop)
}

async fn rows_in_savepoint(session: &mut AsyncSession) -> Result<()> {
    session.begin_nested().await?;
    rows(session).await
}

async fn savepoint(session: &mut AsyncSession) -> Result<()> {
    let unit = unit(session);
    let savepoint = session.begin_nested().await?;
    insert(session, unit).await?;
    session.rollback_to(savepoint).await?;
    let savepoint = session.begin_nested().await?;
    insert(session, unit).await?;
    session.release(savepoint).await
}

/// A text nobody has run is prepared first, and on SQLite runs off the runtime's threads.
async fn new_text(session: &mut AsyncSession) -> Result<()> {
    let number = fresh();
    session.scalar_one::<i64>(format!("select {number}")).await.map(drop)
}

async fn slow(session: &mut AsyncSession) -> Result<()> {
    let number = fresh();
    let sql = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) select count(*) + {number} from n"
    );
    session.scalar_one::<i64>(sql).await.map(drop)
}

async fn many(session: &mut AsyncSession) -> Result<()> {
    let sets = sets(unit(session));
    session.execute_many(INSERT, sets).await.map(drop)
}

async fn many_and_commit(session: &mut AsyncSession) -> Result<()> {
    let sets = sets(unit(session));
    session.execute_many_and_commit(INSERT, sets).await.map(drop)
}

fn sets(unit: i64) -> [[(&'static str, i64); 2]; 2] {
    ids(unit).map(|id| [("id", id), ("unit", unit)])
}

async fn first_row(session: &mut AsyncSession) -> Result<()> {
    let unit = unit(session);
    session.execute(row(ids(unit)[0], unit)).await.map(drop)
}

async fn last_row_and_commit(session: &mut AsyncSession) -> Result<()> {
    let unit = unit(session);
    session.execute_and_commit(row(ids(unit)[1], unit)).await.map(drop)
}

async fn bulk(session: &mut AsyncSession) -> Result<()> {
    let unit = unit(session);
    let rows = ids(unit).map(|id| (id, unit));
    session.bulk_insert("future_drop", ["id", "unit"], rows).await.map(drop)
}

async fn bulk_in_savepoint(session: &mut AsyncSession) -> Result<()> {
    session.begin_nested().await?;
    bulk(session).await
}

async fn several(session: &mut AsyncSession) -> Result<()> {
    let unit = unit(session);
    let [first, second] = ids(unit);
    let sql = format!(
        "insert into future_drop (id, unit) values ({first}, {unit}); select * from future_drop where id = {first}; \
         insert into future_drop (id, unit) values ({second}, {unit})"
    );
    let results = session.execute_multi(sql).await?;
    debug_assert_eq!(results.len(), 3);
    Ok(())
}

/// Some servers warn of a table that is not there.
async fn warnings(session: &mut AsyncSession) -> Result<()> {
    let result = session.execute("drop table if exists no_such_table").await?;
    session.warnings(&result).await.map(drop)
}

async fn stream(session: &mut AsyncSession) -> Result<()> {
    let number = fresh();
    let sql = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) select i, {number} from n"
    );
    let mut rows = session.stream(sql).await?;
    while let Some(row) = rows.next().await {
        row?;
    }
    Ok(())
}

async fn stream_dropped(session: &mut AsyncSession) -> Result<()> {
    let number = fresh();
    let sql = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) select i, {number} from n"
    );
    let mut rows = session.stream(sql).await?;
    for _ in 0..10 {
        rows.next().await.transpose()?;
    }
    drop(rows);
    session.scalar_one::<i64>("select 7").await.map(drop)
}

async fn nested(session: &mut AsyncSession) -> Result<()> {
    session
        .nested(async |session| {
            let unit = unit(session);
            insert(session, unit).await
        })
        .await
}

async fn whole_unit(session: &mut AsyncSession) -> Result<()> {
    session.begin().await?;
    rows(session).await?;
    read(session).await?;
    session.commit().await
}

async fn touch_shared_row_in_savepoint(session: &mut AsyncSession) -> Result<()> {
    session.begin_nested().await?;
    touch_shared_row(session).await
}

async fn commit(session: &mut AsyncSession) -> Result<()> {
    session.commit().await
}

async fn rollback(session: &mut AsyncSession) -> Result<()> {
    session.rollback().await
}

async fn close(session: &mut AsyncSession) -> Result<()> {
    session.close().await
}

async fn rollback_to_bad(session: &mut AsyncSession) -> Result<()> {
    let failed: Result<(), Error> = session
        .nested(async |session| session.execute("insert into no_such_table values (1)").await.map(drop))
        .await;
    drop(failed);
    rows(session).await
}

/// Writes a row that others write as well: it waits while another session has the row, or the database.
pub(super) async fn touch_shared_row(session: &mut AsyncSession) -> Result<()> {
    session.execute("update future_drop set unit = unit where id = 0").await.map(drop)
}

macro_rules! operation {
    ($name:literal, $before:path, $dropped:path) => {
        Operation {
            name: $name,
            before: |session| Box::pin($before(session)),
            dropped: |session| Box::pin($dropped(session)),
        }
    };
}

/// The statement of a session that has to wait for another one.
pub(super) const WAITING: Operation =
    operation!("a write that waits for another session", nothing, touch_shared_row);

/// The same inside a transaction.
pub(super) const WAITING_IN_SAVEPOINT: Operation = operation!(
    "a write in a savepoint that waits for another session",
    nothing,
    touch_shared_row_in_savepoint
);

/// Every verb of a session, alone and in company.
pub(super) const OPERATIONS: &[Operation] = &[
    operation!("begin and execute", nothing, rows),
    operation!("execute inside a transaction", read, rows),
    operation!("a text nobody has run", nothing, new_text),
    operation!("a text nobody has run, after a write", rows, new_text),
    operation!("a slow statement", nothing, slow),
    operation!("execute many", nothing, many),
    operation!("a bulk insert", nothing, bulk),
    operation!("a bulk insert inside a transaction", read, bulk),
    operation!("a bulk insert in a savepoint", nothing, bulk_in_savepoint),
    operation!("several statements in one text", nothing, several),
    operation!("several statements after a read", read, several),
    operation!("warnings", nothing, warnings),
    operation!("stream to its end", nothing, stream),
    operation!("stream after a write", rows, stream),
    operation!("stream dropped early", nothing, stream_dropped),
    operation!("savepoints", nothing, savepoint),
    operation!("a savepoint inside a transaction", read, savepoint),
    operation!("a nested block after a read", read, nested),
    operation!("a nested block that fails", nothing, rollback_to_bad),
    operation!("a nested block alone", nothing, nested),
    operation!("commit", rows, commit),
    operation!("commit through a savepoint", rows_in_savepoint, commit),
    operation!("a last statement with its commit", first_row, last_row_and_commit),
    operation!("sets of values with their commit", nothing, many_and_commit),
    operation!("rollback", rows, rollback),
    operation!("close", rows, close),
    operation!("a whole unit", nothing, whole_unit),
    operation!("entities that are flushed", nothing, entities::add_and_flush),
    operation!("entities that are flushed inside a transaction", read, entities::add_and_flush),
    operation!("entities that are flushed before a statement", entities::add, read),
    operation!("entities that are committed", nothing, entities::add_and_commit),
    operation!("entities with the commit of what was before", entities::add, commit),
    operation!("entities in several statements", nothing, entities::several_batches_and_commit),
    operation!("entities that are updated", rows, entities::update_and_commit),
    operation!("entities that are merged", nothing, entities::merge_and_commit),
    operation!("an entity that is read", nothing, entities::get),
    operation!("entities in a nested block", nothing, entities::add_in_savepoint),
    operation!("a flush that fails in a nested block", nothing, entities::failed_flush),
];

/// Makes the table, and warms up what the operations share.
pub(super) async fn prepare(engine: &AsyncEngine) -> Result<()> {
    let mut session = engine.session_maker().session();
    session.execute(TABLE).await?;
    session.commit().await?;
    for unit in 0..3_i64 {
        session.info().insert("unit".into(), unit.into());
        whole_unit(&mut session).await?;
    }
    session.close().await
}
