//! The driver behind a real PgBouncer that gives each transaction another server session.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use sqlsession_postgres::{
    EngineOptions, ErrorKind, PostgresEngine, Result, SessionOptions,
    core::{
        AsyncEngine,
        driver::{IsolationLevel, ServerTransaction},
    },
    text,
};
use sqlsession_test_servers::{PgBouncer, PgBouncerServer, PostgresServer};

const TASKS: i64 = 32;
const TRANSACTIONS: i64 = 10_000;

struct Pooled {
    engine: AsyncEngine,
    server: PostgresServer,
    _pooler: PgBouncerServer,
}

impl Pooled {
    /// Four server sessions for all clients, so that hardly a transaction gets the one it had before.
    fn start(query: &str) -> Self {
        let server = PostgresServer::start().unwrap();
        let pooler = PgBouncer::in_front_of(&server).setting("default_pool_size", "4").start().unwrap();
        let options = EngineOptions::default().pool_size(16).max_overflow(0);
        let url = format!("{}?{query}", pooler.url());
        let engine = PostgresEngine::with_options(url.as_str(), options).unwrap().to_async();
        Self { engine, server, _pooler: pooler }
    }
}

/// Moves an amount between two accounts, and reads columns of the user's own types.
async fn transfer(engine: &AsyncEngine, number: i64) -> Result<()> {
    let mut session = engine.session_maker().session();
    let mood: String = session
        .scalar_one(text("select mood from accounts where id = :id").bind("id", number % TASKS))
        .await?;
    assert!(["sad", "happy"].contains(&mood.as_str()), "{mood}");
    let moods: Vec<Option<String>> = session
        .scalars(text("select mood from accounts where mood = :mood limit 2").bind("mood", mood))
        .await?;
    assert!(!moods.is_empty());
    let update = "update accounts set amount = amount + :by where id = :id";
    // In one order, so that no two transactions wait for each other.
    let (from, to) = (number % TASKS, (number + 1) % TASKS);
    let mut changes = [(from, -1), (to, 1)];
    changes.sort_unstable();
    for (id, by) in changes {
        let changed = session.execute(text(update).bind("by", by).bind("id", id)).await?;
        assert_eq!(changed.rowcount(), Some(1));
    }
    session.commit().await
}

async fn run_all(query: &str) {
    let pooled = Pooled::start(query);
    let schema = "create type mood as enum ('sad', 'happy');
                  create table accounts (id bigint primary key, amount bigint not null, mood mood not null);
                  insert into accounts select n, 100, case when n % 2 = 0 then 'sad' else 'happy' end::mood
                  from generate_series(0, 31) n";
    pooled.server.query(schema).unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let engine = pooled.engine.clone();
            tokio::spawn(async move {
                for number in (task..TRANSACTIONS).step_by(TASKS as usize) {
                    transfer(&engine, number).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let sums = pooled.server.query("select sum(amount), count(*) from accounts").unwrap();
    assert_eq!(sums.trim(), "3200|32");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_transactions_of_32_tasks() {
    run_all("pgbouncer=true").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn levels_of_one_client_are_not_those_of_the_next() {
    let pooled = Pooled::start("pgbouncer=true");
    let maker = pooled.engine.session_maker();
    let serializable = SessionOptions::default().isolation_level(IsolationLevel::Serializable);
    const SHOW: &str = "show transaction_isolation";
    for _ in 0..20 {
        let mut strict = maker.session_with(serializable.clone());
        let mut plain = maker.session();
        assert_eq!(strict.scalar_one::<String>(SHOW).await.unwrap(), "serializable");
        assert_eq!(plain.scalar_one::<String>(SHOW).await.unwrap(), "read committed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_insert_that_fails_before_its_rows_leaves_no_transaction_open() {
    let pooled = Pooled::start("pgbouncer=true");
    pooled.server.query("create table t (n int)").unwrap();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut alone = pooled.engine.session_maker().session_with(autocommit);
    let error = alone.bulk_insert("nowhere", ["n"], [[1]]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable, "{error:?}");
    assert_eq!(alone.server_transaction(), ServerTransaction::Idle);
    assert_eq!(alone.bulk_insert("t", ["n"], [[1]]).await.unwrap(), 1);
    assert_eq!(pooled.server.query("select count(*) from t").unwrap().trim(), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_rows_go_through_as_well() {
    let pooled = Pooled::start("pgbouncer=true");
    let mut session = pooled.engine.session_maker().session();
    session.execute_and_commit("create table t (n int)").await.unwrap();
    let sets: Vec<[(&str, i64); 1]> = (0..2000).map(|n| [("n", n)]).collect();
    session.execute_many("insert into t values (:n)", sets).await.unwrap();
    session.bulk_insert("t", ["n"], (0..2000).map(|n| [n])).await.unwrap();
    session.commit().await.unwrap();
    let autocommit = SessionOptions::default().isolation_level(IsolationLevel::Autocommit);
    let mut alone = pooled.engine.session_maker().session_with(autocommit);
    alone.execute_many("insert into t values (:n)", [[("n", 1)], [("n", 2)]]).await.unwrap();
    alone.bulk_insert("t", ["n"], [[3], [4]]).await.unwrap();
    alone.execute("delete from t where ctid in (select ctid from t limit 4)").await.unwrap();
    for _ in 0..20 {
        // From 1.21 on PgBouncer keeps some under names of its own.
        let left = "select count(*) from pg_prepared_statements where name not like 'PGBOUNCER%'";
        let left: i64 = alone.scalar_one(left).await.unwrap();
        assert_eq!(left, 0, "nothing is left behind that another client would stumble on");
    }
    let mut stream = session.stream(text("select n from t order by n").yield_per(100)).await.unwrap();
    let mut rows = 0;
    while let Some(row) = stream.next().await {
        row.unwrap();
        rows += 1;
    }
    assert_eq!(rows, 4000);
}
