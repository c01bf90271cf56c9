use std::{cell::Cell, time::Duration};

use sqlsession_postgres::{
    EngineOptions, PostgresEngine, SessionOptions,
    core::{AsyncEngine, blocking, driver::IsolationLevel},
};
use sqlsession_test_servers::{Passed, PostgresServer, Proxy};

use crate::{
    table::{Cost, Row},
    wire::Conversation,
};

/// How long an answer is held back, so that whoever does not wait is seen not to.
pub(crate) const DELAY: Duration = Duration::from_millis(50);

/// Ends a piece of work: what comes before it is answered before it.
const MARK: &str = "select 'the end'";

/// The first use of a statement on its connection, the second, and all that follow.
const USES: [&str; 3] = ["first", "second", "later"];

const TABLE: &str = "drop table if exists accounts; create table accounts (id bigserial primary key, balance bigint); \
    insert into accounts (balance) select 100 from generate_series(1, 20) n; \
    drop table if exists notes; create table notes (id bigint, note text)";

/// A server behind a proxy that keeps what passes.
pub(crate) struct Bench {
    proxy: Proxy,
    server: PostgresServer,
    delay: Cell<Duration>,
}

impl Bench {
    pub(crate) fn start() -> Self {
        let server = PostgresServer::start().unwrap();
        let proxy = Proxy::start(server.port()).unwrap();
        Self { proxy, server, delay: Cell::new(DELAY) }
    }

    /// Holds answers back for so long from now on: longer than it takes to send what is sent at once.
    pub(crate) fn hold_back(&self, delay: Duration) {
        self.delay.set(delay);
    }

    /// An engine of one connection on a table of ten accounts.
    fn engine(&self, options: EngineOptions) -> PostgresEngine {
        self.proxy.heal();
        self.server.query(TABLE).unwrap();
        let url = self.server.url_through(self.proxy.port());
        PostgresEngine::with_options(url.as_str(), options.pool_size(1).max_overflow(0)).unwrap()
    }

    /// Does some work three times on one connection, and says what it cost.
    pub(crate) async fn measure(
        &self,
        what: &'static str,
        goals: [Cost; 3],
        work: impl AsyncFn(&AsyncEngine),
    ) -> Vec<Row> {
        let engine = self.engine(EngineOptions::default()).to_async();
        let mark = async || {
            let mut connection = engine.connect_with(autocommit()).await.unwrap();
            connection.execute_script(MARK).await.unwrap();
            connection.close().await.unwrap();
        };
        mark().await;
        self.proxy.delay(self.delay.get());
        let mut rows = Vec::new();
        for (statement, goal) in USES.into_iter().zip(goals) {
            drop(self.proxy.take_record());
            work(&engine).await;
            let waited_for = self.proxy.take_record();
            mark().await;
            rows.push(row(what, statement, goal, waited_for, self.proxy.take_record()));
        }
        rows
    }

    /// As [`measure`](Self::measure), by blocking calls.
    pub(crate) fn measure_blocking(
        &self,
        what: &'static str,
        goals: [Cost; 3],
        work: impl Fn(&blocking::Engine),
    ) -> Vec<Row> {
        let engine = self.engine(EngineOptions::default().blocking()).to_blocking().unwrap();
        let mark = || {
            let mut connection = engine.connect_with(autocommit()).unwrap();
            connection.execute_script(MARK).unwrap();
            connection.close().unwrap();
        };
        mark();
        self.proxy.delay(self.delay.get());
        let mut rows = Vec::new();
        for (statement, goal) in USES.into_iter().zip(goals) {
            drop(self.proxy.take_record());
            work(&engine);
            let waited_for = self.proxy.take_record();
            mark();
            rows.push(row(what, statement, goal, waited_for, self.proxy.take_record()));
        }
        rows
    }
}

fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

fn row(
    what: &'static str,
    statement: &'static str,
    goal: Cost,
    mut passed: Vec<Passed>,
    later: Vec<Passed>,
) -> Row {
    let waited_for = Conversation::read(&passed).round_trips();
    passed.extend(later);
    let conversation = Conversation::read(&passed).before(MARK);
    let found = Cost { waited_for, requests: conversation.requests(), parses: conversation.parses() };
    Row { what, statement, goal, found, wire: conversation.shown(waited_for) }
}
