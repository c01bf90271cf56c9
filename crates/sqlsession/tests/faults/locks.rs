//! The lock of a session that is left is free at once for a writer that already waits for it.

use std::{
    future::pending,
    pin::Pin,
    time::{Duration, Instant},
};

use sqlsession::{AsyncEngine, AsyncSession, EngineOptions, Error, ErrorKind, Result};
use tokio::{sync::oneshot, task::spawn_blocking, time::timeout};

use crate::{on_each_backend, place::Place};

/// Ten times what is wanted, 50 ms, and ten times more for a busy machine; far from the 20 s that a lock is waited for.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);
/// Long enough for a statement to run on the server.
const UNDER_WAY: Duration = Duration::from_millis(100);

pub(crate) const TABLE: &str = "create table accounts (id integer primary key, balance integer not null)";
pub(crate) const ROW: &str = "insert into accounts values (1, 100)";
/// Takes the lock.
pub(crate) const TAKE: &str = "update accounts set balance = balance - 10 where id = 1";
/// Waits for it.
pub(crate) const WAIT: &str = "update accounts set balance = balance + 1 where id = 1";
pub(crate) const BALANCE: &str = "select balance from accounts where id = 1";

type Letting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How a session that holds a lock is left.
#[derive(Debug, Clone, Copy)]
enum Way {
    Closed,
    RolledBack,
    Dropped,
    DroppedInvalidated,
    DroppedWithItsStatement,
    StatementDroppedThenRolledBack,
    StatementDroppedThenClosed,
    StatementDroppedThenDropped,
    StreamDroppedThenDropped,
    StreamDroppedThenClosed,
    DroppedWithItsStream,
    TaskAborted,
    TaskAbortedInAStatement,
    UnitFailed,
    UnitPanicked,
    UnitDropped,
}

const WAYS: [Way; 16] = [
    Way::Closed,
    Way::RolledBack,
    Way::Dropped,
    Way::DroppedInvalidated,
    Way::DroppedWithItsStatement,
    Way::StatementDroppedThenRolledBack,
    Way::StatementDroppedThenClosed,
    Way::StatementDroppedThenDropped,
    Way::StreamDroppedThenDropped,
    Way::StreamDroppedThenClosed,
    Way::DroppedWithItsStream,
    Way::TaskAborted,
    Way::TaskAbortedInAStatement,
    Way::UnitFailed,
    Way::UnitPanicked,
    Way::UnitDropped,
];

/// A session that holds the lock.
async fn holding(engine: &AsyncEngine) -> AsyncSession {
    let mut session = engine.session_maker().session();
    session.execute(TAKE).await.unwrap();
    session
}

/// A session that holds the lock and whose statement was dropped.
async fn interrupted(place: &Place, engine: &AsyncEngine) -> AsyncSession {
    let mut session = holding(engine).await;
    assert!(timeout(UNDER_WAY, session.execute(place.endless())).await.is_err());
    session
}

/// A session that holds the lock and has read a part of a stream.
async fn streaming(place: &Place, engine: &AsyncEngine) -> AsyncSession {
    let mut session = holding(engine).await;
    read_some(place, &mut session).await;
    session
}

async fn read_some(place: &Place, session: &mut AsyncSession) {
    let mut rows = session.stream(place.many_rows()).await.unwrap();
    for _ in 0..1000 {
        rows.next().await.unwrap().unwrap();
    }
}

/// A unit that holds the lock, tells so, and ends when it is told.
async fn unit(
    session: &mut AsyncSession,
    held: oneshot::Sender<()>,
    go: oneshot::Receiver<Way>,
) -> Result<()> {
    session.execute(TAKE).await?;
    held.send(()).unwrap();
    match go.await {
        Ok(Way::UnitPanicked) => panic!("in the middle of a unit, as it is meant to"),
        _ => Err(Error::new(ErrorKind::InvalidState, "the unit does not want to")),
    }
}

/// Takes the lock; what it gives lets go of it.
async fn hold(place: &Place, engine: &AsyncEngine, way: Way) -> Letting {
    match way {
        Way::Closed => {
            let mut session = holding(engine).await;
            Box::pin(async move { session.close().await.unwrap() })
        }
        Way::RolledBack => {
            let mut session = holding(engine).await;
            Box::pin(async move { session.rollback().await.unwrap() })
        }
        Way::Dropped => {
            let session = holding(engine).await;
            Box::pin(async move { drop(session) })
        }
        Way::DroppedInvalidated => {
            let mut session = holding(engine).await;
            Box::pin(async move { session.invalidate() })
        }
        Way::DroppedWithItsStatement => {
            let (mut session, endless) = (holding(engine).await, place.endless());
            let mut running = Box::pin(async move { session.execute(endless).await.map(drop) });
            assert!(timeout(UNDER_WAY, running.as_mut()).await.is_err());
            Box::pin(async move { drop(running) })
        }
        Way::StatementDroppedThenRolledBack => {
            let mut session = interrupted(place, engine).await;
            Box::pin(async move { session.rollback().await.unwrap() })
        }
        Way::StatementDroppedThenClosed => {
            let mut session = interrupted(place, engine).await;
            Box::pin(async move { session.close().await.unwrap() })
        }
        Way::StatementDroppedThenDropped => {
            let session = interrupted(place, engine).await;
            Box::pin(async move { drop(session) })
        }
        Way::StreamDroppedThenDropped => {
            let session = streaming(place, engine).await;
            Box::pin(async move { drop(session) })
        }
        Way::StreamDroppedThenClosed => {
            let mut session = streaming(place, engine).await;
            Box::pin(async move { session.close().await.unwrap() })
        }
        Way::DroppedWithItsStream => {
            let (mut session, many_rows) = (holding(engine).await, place.many_rows());
            let mut running = Box::pin(async move {
                let mut rows = session.stream(many_rows).await.unwrap();
                for _ in 0..1000 {
                    rows.next().await.unwrap().unwrap();
                }
                pending::<()>().await;
            });
            assert!(timeout(UNDER_WAY * 3, running.as_mut()).await.is_err());
            Box::pin(async move { drop(running) })
        }
        Way::TaskAborted => {
            let (session, (held, holds)) = (holding(engine).await, oneshot::channel());
            let task = tokio::spawn(async move {
                held.send(()).unwrap();
                pending::<()>().await;
                drop(session);
            });
            holds.await.unwrap();
            Box::pin(async move { task.abort() })
        }
        Way::TaskAbortedInAStatement => {
            let (mut session, endless) = (holding(engine).await, place.endless());
            let task = tokio::spawn(async move { session.execute(endless).await.map(drop) });
            tokio::time::sleep(UNDER_WAY).await;
            assert!(!task.is_finished());
            Box::pin(async move { task.abort() })
        }
        Way::UnitFailed | Way::UnitPanicked | Way::UnitDropped => {
            let (maker, (held, holds), (tell, go)) =
                (engine.session_maker(), oneshot::channel(), oneshot::channel());
            let task =
                tokio::spawn(async move { maker.begin(async |session| unit(session, held, go).await).await });
            holds.await.unwrap();
            if matches!(way, Way::UnitDropped) {
                return Box::pin(async move {
                    task.abort();
                    drop(tell);
                });
            }
            Box::pin(async move {
                tell.send(way).unwrap();
                assert_eq!(task.await.is_err(), matches!(way, Way::UnitPanicked));
            })
        }
    }
}

/// From the moment when the lock is let go until the writer that waited for it has it.
async fn handed_over_after(place: &Place, holder: &AsyncEngine, waiter: &AsyncEngine, way: Way) -> Duration {
    let letting_go = hold(place, holder, way).await;
    let mut writer = waiter.session_maker().session();
    let waiting = tokio::spawn(async move {
        writer.execute(WAIT).await?;
        let got = Instant::now();
        writer.commit().await?;
        Ok::<_, Error>(got)
    });
    let waits = tokio::task::block_in_place(|| place.has_a_waiter());
    assert!(waits && !waiting.is_finished(), "{}, {way:?}: there was no lock", place.name());
    let left = Instant::now();
    letting_go.await;
    let got = waiting.await.unwrap();
    got.unwrap_or_else(|error| panic!("{}, {way:?}: {error}", place.name())).duration_since(left)
}

async fn a_lock_is_handed_over_at_once(place: Place) {
    let one = place.engine(EngineOptions::default().pool_size(2).max_overflow(0));
    let other = place.engine(EngineOptions::default().pool_size(2).max_overflow(0));
    one.begin(async |c| c.execute(TABLE).await).await.unwrap();
    one.begin(async |c| c.execute(ROW).await).await.unwrap();
    let mut times = 0;
    for way in WAYS {
        let within = handed_over_after(&place, &one, &one, way).await;
        let across = handed_over_after(&place, &one, &other, way).await;
        println!(
            "{}: {way:?}: handed over after {within:.1?}, to another engine after {across:.1?}",
            place.name()
        );
        for elapsed in [within, across] {
            assert!(elapsed < LIMIT, "{}: {way:?}: {elapsed:?}", place.name());
        }
        times += 2;
    }
    let balance = one.session_maker().session().scalar_one::<i64>(BALANCE).await.unwrap();
    assert_eq!(balance, 100 + times, "only what was committed is there");
    // The pool is at its size: whoever was left holds no place.
    let both = [one.connect().await.unwrap(), one.connect().await.unwrap()];
    assert_eq!(one.pool_status().in_use, 2);
    drop(both);
    spawn_blocking(move || drop(place)).await.unwrap();
}

on_each_backend! { a_lock_is_handed_over_at_once }
