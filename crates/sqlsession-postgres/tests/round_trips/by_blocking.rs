use sqlsession_postgres::{SessionOptions, core::driver::IsolationLevel, text};

use crate::{
    bench::Bench,
    by_await::{INSERT, SELECT, UPDATE},
    table::{Row, cost},
};

/// Nothing turns the connection between blocking calls, so that a ROLLBACK is waited for here.
pub(crate) fn rows(bench: &Bench) -> Vec<Row> {
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut rows = Vec::new();
    let mut add = |more: Vec<Row>| rows.extend(more);
    add(bench.measure_blocking("blocking: checkout, checkin", cost([0; 3], [0; 3], [0; 3]), |engine| {
        engine.connect().unwrap().close().unwrap();
    }));
    add(bench.measure_blocking(
        "blocking session: SELECT, close",
        cost([2, 2, 1], [2, 3, 2], [2, 2, 0]),
        |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(SELECT).bind("id", 3)).unwrap();
            session.close().unwrap();
        },
    ));
    add(bench.measure_blocking(
        "blocking session: INSERT, commit",
        cost([2, 2, 1], [2, 3, 2], [2, 2, 0]),
        |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(INSERT).bind("balance", 7)).unwrap();
            session.commit().unwrap();
        },
    ));
    add(bench.measure_blocking(
        "blocking session: execute_and_commit(INSERT)",
        cost([1, 2, 1], [1, 3, 2], [1, 2, 0]),
        |engine| {
            let mut session = engine.session_maker().session();
            session.execute_and_commit(text(INSERT).bind("balance", 7)).unwrap();
        },
    ));
    add(bench.measure_blocking(
        "blocking AUTOCOMMIT: SELECT",
        cost([1, 1, 1], [1, 2, 2], [1, 1, 0]),
        |engine| {
            let mut connection = engine.connect_with(autocommit.clone()).unwrap();
            connection.execute(text(SELECT).bind("id", 3)).unwrap();
            connection.close().unwrap();
        },
    ));
    add(bench.measure_blocking(
        "blocking session: SELECT, execute_and_commit(UPDATE)",
        cost([2, 3, 2], [2, 5, 4], [2, 3, 0]),
        |engine| {
            let mut session = engine.session_maker().session();
            session.execute(text(SELECT).bind("id", 3)).unwrap();
            session.execute_and_commit(text(UPDATE).bind("balance", 5).bind("id", 3)).unwrap();
        },
    ));
    rows
}
