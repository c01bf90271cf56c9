//! The blocking face.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use sqlsession::{AnyDatabase, Database, ErrorKind, FromRow, Result, blocking, text};

#[derive(Debug, PartialEq, FromRow)]
struct User {
    id: i64,
    name: String,
}

fn database() -> Database {
    let db = Database::create("sqlite://").unwrap();
    db.execute("create table users (id integer primary key, name text not null unique)").unwrap();
    db
}

#[test]
fn a_session_commits_and_rolls_back() {
    let db = database();
    let mut session = db.session_maker().session();
    session.execute(text("insert into users values (:id, :name)").bind("id", 1).bind("name", "Ada")).unwrap();
    session.commit().unwrap();
    session.execute("insert into users values (2, 'Grace')").unwrap();
    session.rollback().unwrap();
    assert_eq!(session.all::<User>("select * from users").unwrap(), [User { id: 1, name: "Ada".into() }]);
}

#[test]
fn a_session_that_is_dropped_frees_its_lock() {
    let db = database();
    let mut session = db.session_maker().session();
    session.execute("insert into users values (1, 'Ada')").unwrap();
    drop(session);
    assert_eq!(db.engine().pool_status().in_use, 0);
    db.execute("insert into users values (1, 'Grace')").unwrap();
}

#[test]
fn units_commit_on_ok_and_roll_back_on_err_and_on_panic() {
    let db = database();
    let maker = db.session_maker();
    maker.begin(|session| session.execute("insert into users values (1, 'Ada')").map(drop)).unwrap();
    let failed: Result<()> = maker.begin(|session| {
        session.execute("insert into users values (2, 'Grace')")?;
        session.execute("insert into users values (3, 'Ada')").map(drop)
    });
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<()> = maker.begin(|session| {
            session.execute("insert into users values (4, 'Edith')")?;
            panic!("in the middle")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(db.scalar::<i64>("select count(*) from users").unwrap(), Some(1));
    assert_eq!(db.engine().pool_status().in_use, 0);
}

#[test]
fn a_nested_block_that_fails_leaves_the_outer_work() {
    let db = database();
    let mut session = db.session_maker().session();
    session.execute("insert into users values (1, 'Ada')").unwrap();
    let failed = session.nested(|session| session.execute("insert into users values (2, 'Ada')").map(drop));
    assert!(failed.unwrap_err().is_integrity());
    session.nested(|session| session.execute("insert into users values (2, 'Grace')").map(drop)).unwrap();
    session.commit().unwrap();
    assert_eq!(db.scalars::<i64>("select id from users order by id").unwrap(), [1, 2]);
}

#[test]
fn rows_are_streamed() {
    let db = database();
    let mut session = db.session_maker().session();
    let numbers =
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select i from n";
    let sum: i64 = session.stream(numbers).unwrap().map(|row| row.unwrap().get::<i64>(0).unwrap()).sum();
    assert_eq!(sum, 5000 * 5001 / 2);
    // Dropped early, it costs no more than a batch.
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";
    assert_eq!(session.stream(endless).unwrap().take(10).count(), 10);
    assert_eq!(session.scalar_one::<i64>("select 7").unwrap(), 7);
}

#[test]
fn a_generator_commits_when_run_to_its_end() {
    let db = database();
    let mut sessions = db.session_generator();
    while let Some(session) = sessions.next().unwrap() {
        session.execute("insert into users values (1, 'Ada')").unwrap();
    }
    let mut dropped = db.session_generator();
    dropped.next().unwrap().unwrap().execute("insert into users values (2, 'Grace')").unwrap();
    drop(dropped);
    assert_eq!(db.scalars::<i64>("select id from users").unwrap(), [1]);
}

#[tokio::test]
async fn a_blocking_call_inside_a_task_is_an_error() {
    let db = tokio::task::spawn_blocking(database).await.unwrap();
    let error = db.execute("select 1").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    assert!(error.message().contains("AsyncDatabase"), "{error}");
    // The twins work here.
    db.async_execute("insert into users values (1, 'Ada')").await.unwrap();
    assert_eq!(db.async_scalar::<i64>("select count(*) from users").await.unwrap(), Some(1));
    let id = db.async_run_sync(|session| session.scalar_one::<i64>("select id from users")).await.unwrap();
    assert_eq!(id, 1);
}

#[test]
fn the_twins_work_without_tokio() {
    let db = database();
    let mut twin = Box::pin(db.async_scalars::<String>("select 'x'"));
    let thread = std::thread::current();
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread)).into();
    let mut cx = std::task::Context::from_waker(&waker);
    let output = loop {
        match twin.as_mut().poll(&mut cx) {
            std::task::Poll::Ready(output) => break output,
            std::task::Poll::Pending => std::thread::park(),
        }
    };
    assert_eq!(output.unwrap(), ["x"]);
}

#[test]
fn a_checkout_gives_up_in_time() {
    let options = sqlsession::EngineOptions::default()
        .pool_size(1)
        .max_overflow(0)
        .pool_timeout(std::time::Duration::from_millis(50));
    let engine = blocking::create_engine_with("sqlite://", options).unwrap();
    let held = engine.connect().unwrap();
    let error = engine.connect().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolTimeout);
    assert!(error.message().contains("1 in use"), "{error}");
    drop(held);
    engine.connect().unwrap();
}

#[test]
fn threads_share_an_engine() {
    let db = database();
    std::thread::scope(|scope| {
        for thread in 0..8_i64 {
            let db = db.clone();
            scope.spawn(move || {
                for n in 0..50 {
                    let id = thread * 50 + n;
                    let insert = text("insert into users values (:id, :name)")
                        .bind("id", id)
                        .bind("name", format!("{id}"));
                    db.execute(insert).unwrap();
                }
            });
        }
    });
    assert_eq!(db.scalar::<i64>("select count(*) from users").unwrap(), Some(400));
}
