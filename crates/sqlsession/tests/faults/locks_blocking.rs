//! The lock of a session that is left is free at once, by blocking calls.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread::{scope, sleep},
    time::{Duration, Instant},
};

use sqlsession::{
    EngineOptions, Error, ErrorKind,
    blocking::{Engine, Session},
    text,
};

use crate::{
    locks::{BALANCE, LIMIT, ROW, TABLE, TAKE, WAIT},
    on_each_backend_blocking,
    place::Place,
};

/// How a session that holds a lock is left.
#[derive(Debug, Clone, Copy)]
enum Way {
    Closed,
    RolledBack,
    Dropped,
    DroppedByAnotherThread,
    StatementTimedOutThenDropped,
    StreamDroppedThenDropped,
    StreamDroppedThenClosed,
    UnitFailed,
    UnitPanicked,
}

const WAYS: [Way; 9] = [
    Way::Closed,
    Way::RolledBack,
    Way::Dropped,
    Way::DroppedByAnotherThread,
    Way::StatementTimedOutThenDropped,
    Way::StreamDroppedThenDropped,
    Way::StreamDroppedThenClosed,
    Way::UnitFailed,
    Way::UnitPanicked,
];

/// Lets go of the lock that the session holds; the moment when it did.
fn let_go(place: &Place, mut session: Session, way: Way, all_waits: &dyn Fn()) -> Instant {
    match way {
        Way::StatementTimedOutThenDropped => {
            let error =
                session.execute(text(place.endless()).timeout(Duration::from_millis(100))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StatementTimeout, "{error}");
        }
        Way::StreamDroppedThenDropped | Way::StreamDroppedThenClosed => {
            let rows = session.stream(place.many_rows()).unwrap();
            assert!(rows.take(1000).all(|row| row.is_ok()));
        }
        _ => {}
    }
    all_waits();
    let left = Instant::now();
    match way {
        Way::Closed | Way::StreamDroppedThenClosed => session.close().unwrap(),
        Way::RolledBack => session.rollback().unwrap(),
        Way::DroppedByAnotherThread => scope(|scope| {
            scope.spawn(move || drop(session));
        }),
        _ => drop(session),
    }
    left
}

/// Lets go of the lock that a unit holds; the moment when it did.
fn leave_unit(engine: &Engine, way: Way, all_waits: &dyn Fn()) -> Instant {
    let mut left = None;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        engine.session_maker().begin(|session| {
            session.execute(TAKE)?;
            all_waits();
            left = Some(Instant::now());
            if matches!(way, Way::UnitPanicked) {
                panic!("in the middle of a unit, as it is meant to");
            }
            Err::<(), _>(Error::new(ErrorKind::InvalidState, "the unit does not want to"))
        })
    }));
    assert_eq!(ended.is_err(), matches!(way, Way::UnitPanicked));
    left.unwrap()
}

/// From the moment when the lock is let go until the writer that waited for it has it.
fn handed_over_after(place: &Place, holder: &Engine, waiter: &Engine, way: Way) -> Duration {
    scope(|scope| {
        let mut session = holder.session_maker().session();
        let is_unit = matches!(way, Way::UnitFailed | Way::UnitPanicked);
        if !is_unit {
            session.execute(TAKE).unwrap();
        }
        let (start, started) = std::sync::mpsc::channel();
        let waiting = scope.spawn(move || {
            started.recv().unwrap();
            let mut writer = waiter.session_maker().session();
            writer.execute(WAIT)?;
            let got = Instant::now();
            writer.commit()?;
            Ok::<_, Error>(got)
        });
        let all_waits = || {
            start.send(()).unwrap();
            assert!(place.has_a_waiter() && !waiting.is_finished(), "{way:?}: there was no lock");
        };
        let left = if is_unit {
            leave_unit(holder, way, &all_waits)
        } else {
            let_go(place, session, way, &all_waits)
        };
        while !waiting.is_finished() {
            // Nothing turns a runtime between the calls: what has to happen has happened by now.
            sleep(Duration::from_millis(1));
        }
        let got = waiting.join().unwrap();
        got.unwrap_or_else(|error| panic!("{}, {way:?}: {error}", place.name())).duration_since(left)
    })
}

fn a_lock_is_handed_over_at_once(place: Place) {
    let one = place.blocking_engine(EngineOptions::default().pool_size(2).max_overflow(0));
    let other = place.blocking_engine(EngineOptions::default().pool_size(2).max_overflow(0));
    one.begin(|c| c.execute(TABLE)).unwrap();
    one.begin(|c| c.execute(ROW)).unwrap();
    let mut times = 0;
    for way in WAYS {
        if matches!((way, &place), (Way::StatementTimedOutThenDropped, Place::Postgres(_))) {
            // An error there ends what the transaction holds.
            continue;
        }
        let within = handed_over_after(&place, &one, &one, way);
        let across = handed_over_after(&place, &one, &other, way);
        println!(
            "{}, blocking: {way:?}: handed over after {within:.1?}, to another engine after {across:.1?}",
            place.name()
        );
        for elapsed in [within, across] {
            assert!(elapsed < LIMIT, "{}: {way:?}: {elapsed:?}", place.name());
        }
        times += 2;
    }
    assert_eq!(one.session_maker().session().scalar_one::<i64>(BALANCE).unwrap(), 100 + times);
    assert_eq!(one.pool_status().in_use, 0);
    drop([one.connect().unwrap(), one.connect().unwrap()]);
}

on_each_backend_blocking! { a_lock_is_handed_over_at_once }
