//! Units that do not end well.

use std::{future::Future, time::Duration};

use sqlsession::{Error, ErrorKind, Result, text};
use tokio::time::timeout;

use super::units::Worker;

pub(super) async fn errors(worker: &mut Worker) -> Result<()> {
    let wrong = [
        (text("selekt 1"), ErrorKind::Syntax),
        (text("select * from nowhere"), ErrorKind::UndefinedTable),
        (text("select missing from items"), ErrorKind::UndefinedColumn),
        (text("select :x"), ErrorKind::BadParameter),
        (text("insert into items values (1, 'there already', 0)"), ErrorKind::UniqueViolation),
        (text("insert into items values (99999999, null, 0)"), ErrorKind::NotNullViolation),
    ];
    let (statement, kind) = &wrong[usize::try_from(worker.random.below(6)).unwrap_or(0)];
    let mut session = worker.session();
    session.execute("select 1").await?;
    let refused = session.execute(statement).await;
    match refused {
        Err(error) if error.kind() == *kind => {}
        Err(other) => return Err(other),
        Ok(_) => return Err(Error::new(ErrorKind::InvalidState, "it should have failed")),
    }
    match worker.random.below(3) {
        0 => session.rollback().await,
        1 => session.close().await,
        _ => Ok(()),
    }
}

pub(super) async fn dropped(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    let update = text("update items set n = -1 where id = :id").bind("id", worker.own_row());
    session.execute(&update).await?;
    if worker.random.below(2) == 0 {
        session.begin_nested().await?;
        session.execute(&update).await?;
    }
    Ok(())
}

/// Polls it for a moment that chance decides.
async fn dropped_soon<T>(worker: &mut Worker, future: impl Future<Output = T>) -> Option<T> {
    let moment = Duration::from_micros(worker.random.next() % 4000);
    timeout(moment, future).await.ok()
}

pub(super) async fn statement_dropped(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    let (slow, way) = (worker.backend.slow(), worker.random.below(4));
    if way > 0 {
        let update = text("update items set n = -2 where id = :id").bind("id", worker.own_row());
        session.execute(update).await?;
    }
    let statement = session.execute(slow);
    if let Some(done) = dropped_soon(worker, statement).await {
        done?;
    }
    match way {
        1 => session.close().await,
        2 => {
            session.rollback().await?;
            session.scalar_one::<i64>("select count(*) from items where id < 3").await.map(drop)
        }
        3 => {
            let committing = session.commit();
            let _ = dropped_soon(worker, committing).await;
            Ok(())
        }
        _ => Ok(()),
    }
}

pub(super) async fn stream_dropped(worker: &mut Worker) -> Result<()> {
    let mut session = worker.session();
    let update = text("update items set n = -3 where id = :id").bind("id", worker.own_row());
    session.execute(update).await?;
    let mut rows = session.stream("select a.id, b.name from items a, items b").await?;
    for _ in 0..worker.random.below(2000) {
        rows.next().await.transpose()?;
    }
    drop(rows);
    match worker.random.below(3) {
        0 => session.close().await,
        1 => session.rollback().await,
        _ => Ok(()),
    }
}
