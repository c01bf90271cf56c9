//! What a client does in sessions of its own, and in scopes.

use sqlsession::AsyncDatabase;
use sqlsession_core::{AsyncEngine, Error, Result, SessionOptions, driver::BoxFuture, text};

use super::{
    FutureDropReport,
    aftermath::{Aftermath, Rows},
    check::MOST_POLLS,
    entities::{Member, members_of},
    polls::drop_after,
};

/// An operation of a client that is dropped.
struct Operation {
    name: &'static str,
    rows: Rows,
    dropped: fn(AsyncDatabase, i64) -> BoxFuture<'static, Result<()>>,
}

/// Drops the futures of a client's operations after each of their polls. Gives the last unit.
pub(super) async fn run(engine: &AsyncEngine, mut unit: i64, report: &mut FutureDropReport) -> i64 {
    let database = AsyncDatabase::new(engine.clone(), SessionOptions::default(), true);
    for operation in OPERATIONS {
        report.operations += 1;
        for polls in 0..MOST_POLLS {
            unit += 1;
            match trial(&database, operation, unit, polls).await {
                Ok(true) => break,
                Ok(false) => report.dropped += 1,
                Err(leak) => {
                    report.dropped += 1;
                    report.leaks.push(format!("{} dropped after {polls} polls: {leak}", operation.name));
                    break;
                }
            }
        }
    }
    unit
}

/// Whether the operation was done before it could be dropped. The error says what leaked.
async fn trial(
    database: &AsyncDatabase,
    operation: &Operation,
    unit: i64,
    polls: usize,
) -> Result<bool, String> {
    if operation.rows.before > 0 {
        database.save_all(members_of(unit)).await.map_err(|error| format!("before: {error}"))?;
    }
    let output = drop_after((operation.dropped)(database.clone(), unit), polls).await;
    if let Some(Err(error)) = &output {
        return Err(format!("failed: {error}"));
    }
    Aftermath { engine: database.engine(), unit, rows: operation.rows }.check(false).await?;
    Ok(output.is_some())
}

async fn save(db: AsyncDatabase, unit: i64) -> Result<()> {
    let [first, _] = members_of(unit);
    db.save(first).await.map(drop)
}

async fn save_all(db: AsyncDatabase, unit: i64) -> Result<()> {
    db.save_all(members_of(unit)).await.map(drop)
}

async fn get(db: AsyncDatabase, _: i64) -> Result<()> {
    db.get_one::<Member>(0).await.map(drop)
}

async fn delete(db: AsyncDatabase, unit: i64) -> Result<()> {
    let [first, _] = members_of(unit);
    db.delete(&first).await
}

async fn execute(db: AsyncDatabase, unit: i64) -> Result<()> {
    let [first, _] = members_of(unit);
    let insert = "insert into future_drop (id, unit) values (:id, :unit)";
    db.execute(text(insert).bind("id", first.id).bind("unit", unit)).await.map(drop)
}

async fn run_sync(db: AsyncDatabase, unit: i64) -> Result<()> {
    db.run_sync(move |session| session.add_all(members_of(unit)).map(drop)).await
}

async fn scope(db: AsyncDatabase, unit: i64) -> Result<()> {
    db.scope(async {
        let [first, second] = members_of(unit);
        db.save(first).await?;
        db.get_for_update::<Member>(0).await?;
        db.save(second).await.map(drop)
    })
    .await
}

async fn scope_that_fails(db: AsyncDatabase, unit: i64) -> Result<()> {
    let failed: Result<(), Error> = db
        .scope(async {
            db.save_all(members_of(unit)).await?;
            db.execute("insert into no_such_table values (1)").await.map(drop)
        })
        .await;
    drop(failed);
    Ok(())
}

async fn generator(db: AsyncDatabase, unit: i64) -> Result<()> {
    let mut sessions = db.session_generator();
    while let Some(session) = sessions.next().await? {
        session.add_all(members_of(unit))?;
        session.flush().await?;
    }
    Ok(())
}

macro_rules! operation {
    ($name:literal, $before:literal to $behind:literal, $dropped:path) => {
        Operation {
            name: $name,
            rows: Rows { before: $before, behind: $behind },
            dropped: |db, unit| Box::pin($dropped(db, unit)),
        }
    };
}

const OPERATIONS: &[Operation] = &[
    operation!("save", 0 to 1, save),
    operation!("save all", 0 to 2, save_all),
    operation!("get", 0 to 0, get),
    operation!("delete", 2 to 1, delete),
    operation!("execute", 0 to 1, execute),
    operation!("run_sync", 0 to 2, run_sync),
    operation!("a scope", 0 to 2, scope),
    operation!("a scope that fails", 0 to 0, scope_that_fails),
    operation!("a session generator", 0 to 2, generator),
];
