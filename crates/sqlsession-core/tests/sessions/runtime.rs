//! A blocking engine whose connections are tasks of its runtime.

use std::{cell::RefCell, thread, time::Duration};

use sqlsession_core::{
    EngineOptions, ErrorKind,
    blocking::{Engine, Session},
};

use crate::{
    scripted::Scripted,
    server::{Answer, End, Server},
};

fn engine(server: &Server, options: EngineOptions) -> Engine {
    Scripted { tasks: true, ..Scripted::joining(server) }.blocking_engine(options)
}

/// Waits for what goes on without this thread.
fn wait_until(done: impl Fn() -> bool) {
    while !done() {
        thread::yield_now();
    }
}

#[test]
fn a_session_works_as_ever() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    let mut session = engine.session_maker().session();
    session.execute("one").unwrap();
    session.begin_nested().unwrap();
    session.execute("two").unwrap();
    session.commit().unwrap();
    session.execute_and_commit("three").unwrap();
    let sent = ["BEGIN; one", "Savepoint(1)", "two", "COMMIT", "BEGIN; three; COMMIT"];
    assert_eq!(server.sent(), sent);
    assert_eq!((engine.pool_status().idle, server.open()), (1, 1));
}

#[test]
fn a_dropped_session_is_rolled_back_before_the_drop_returns() {
    let server = Server::default();
    server.answers("ROLLBACK", Answer::new(End::Ok).after(5));
    let engine = engine(&server, EngineOptions::default());
    for close in [false, true] {
        let mut session = engine.session_maker().session();
        session.execute("one").unwrap();
        match close {
            true => session.close().unwrap(),
            false => drop(session),
        }
        assert_eq!(server.sent(), ["BEGIN; one", "ROLLBACK"]);
        assert_eq!((engine.pool_status().in_use, engine.pool_status().idle), (0, 1));
    }
}

#[test]
fn a_rollback_that_fails_at_the_drop_closes_the_connection() {
    let server = Server::default();
    server.answers("ROLLBACK", Answer::new(End::Fails(ErrorKind::Database)));
    let engine = engine(&server, EngineOptions::default());
    let mut session = engine.session_maker().session();
    session.execute("one").unwrap();
    drop(session);
    assert_eq!((engine.pool_status().in_use, engine.pool_status().idle, server.open()), (0, 0, 0));
}

#[test]
fn several_threads_share_the_runtime() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default().pool_size(2).max_overflow(1));
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for unit in 0..50 {
                    let mut session = engine.session_maker().session();
                    session.execute("one").unwrap();
                    match unit % 3 {
                        0 => session.execute_and_commit("two").map(drop).unwrap(),
                        1 => session.rollback().unwrap(),
                        _ => drop(session),
                    }
                }
            });
        }
    });
    let status = engine.pool_status();
    assert_eq!((status.in_use, status.waiting), (0, 0));
    assert!(status.idle <= 2 && server.open() == status.idle, "{status:?}, {} open", server.open());
    let sent = server.sent();
    let count = |words: &str| sent.iter().filter(|sent| *sent == words).count();
    assert_eq!((count("BEGIN; one"), count("two; COMMIT"), count("ROLLBACK")), (300, 102, 198));
}

#[test]
fn a_session_goes_from_thread_to_thread() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    let mut session = engine.session_maker().session();
    session.execute("one").unwrap();
    let session = thread::spawn(move || {
        session.execute("two").unwrap();
        session
    });
    drop(session.join().unwrap());
    assert_eq!(server.sent(), ["BEGIN; one", "two", "ROLLBACK"]);
}

#[test]
fn disposing_closes_what_is_idle_and_later_what_is_lent() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    let lent = engine.connect().unwrap();
    engine.session_maker().session().execute_and_commit("one").unwrap();
    assert_eq!(server.open(), 2);
    engine.dispose().unwrap();
    assert_eq!(server.open(), 1);
    drop(lent);
    assert_eq!(server.open(), 0);
}

#[test]
fn what_is_dropped_inside_an_async_task_is_ended_on_another_thread() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default().pool_size(1));
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut session = engine.session_maker().session();
    session.execute("one").unwrap();
    let mut thrown_away = engine.connect().unwrap();
    thrown_away.execute("two").unwrap();
    other.block_on(async {
        assert_eq!(session.execute("three").unwrap_err().kind(), ErrorKind::InvalidState);
        drop(session);
        thrown_away.invalidate();
        drop(thrown_away);
        assert_eq!(engine.connect().unwrap_err().kind(), ErrorKind::InvalidState);
    });
    // Nobody else turns the engine's runtime.
    wait_until(|| engine.pool_status().in_use == 0 && server.open() == 1);
    let mut sent = server.sent();
    sent.sort_unstable();
    assert_eq!(sent, ["BEGIN; one", "BEGIN; two", "CLOSE", "ROLLBACK"]);
}

thread_local! {
    static KEPT: RefCell<Option<Session>> = const { RefCell::new(None) };
}

/// What it needs of the thread, and what tokio does, may be gone by then.
#[test]
fn a_session_that_a_thread_keeps_to_its_end_is_rolled_back() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    let kept = engine.session_maker().session();
    let work = move || {
        KEPT.set(Some(kept));
        KEPT.with_borrow_mut(|kept| kept.as_mut().unwrap().execute("one").map(drop))
    };
    thread::spawn(work).join().unwrap().unwrap();
    wait_until(|| engine.pool_status().in_use == 0);
    assert_eq!(server.sent(), ["BEGIN; one", "ROLLBACK"]);
    assert_eq!((engine.pool_status().idle, server.open()), (1, 1));
}

#[test]
fn closing_an_engine_closes_what_is_idle_before_it_waits() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    let lent = engine.connect().unwrap();
    engine.session_maker().session().execute_and_commit("one").unwrap();
    assert_eq!(server.open(), 2);
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_until(|| server.open() == 1);
            drop(lent);
        });
        engine.close(Duration::from_secs(20)).unwrap();
    });
    assert_eq!(server.open(), 0);
}

#[test]
fn an_engine_dropped_inside_an_async_task_closes_its_connections() {
    let server = Server::default();
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let engine = engine(&server, EngineOptions::default());
    engine.session_maker().session().execute_and_commit("one").unwrap();
    assert_eq!(server.open(), 1);
    other.block_on(async { drop(engine) });
    assert_eq!(server.open(), 0);
}

#[test]
fn it_blocks_where_a_runtime_lets_it() {
    let server = Server::default();
    let engine = engine(&server, EngineOptions::default());
    let other = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let used = engine.clone();
    let work = other.spawn_blocking(move || {
        let mut session = used.session_maker().session();
        session.execute("one").unwrap();
    });
    other.block_on(work).unwrap();
    assert_eq!(server.sent(), ["BEGIN; one", "ROLLBACK"]);
    other.block_on(async {
        tokio::spawn(async move { tokio::task::block_in_place(|| drop(engine)) }).await.unwrap();
    });
    assert_eq!(server.open(), 0);
}
