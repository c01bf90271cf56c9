//! A server that is down: whoever asks is told why, and soon, and nobody is told once it is up again.

use std::{
    error::Error as _,
    time::{Duration, Instant},
};

use sqlsession::{AsyncEngine, EngineOptions, Error, ErrorKind, Result, create_engine_with};
use sqlsession_test_servers::{Fault, Proxy, SilentServer, port};
use tokio::time::timeout;

use crate::{own_server::OwnServer, place::with_option};

/// Seconds; the tests ask that an error comes within some times as many.
const CONNECT_TIMEOUT: u64 = 2;
const LIMIT: Duration = Duration::from_secs(4 * CONNECT_TIMEOUT);

/// Fewer places than there are tasks, and a wait for them that is longer than [`LIMIT`] by far.
fn few_places() -> EngineOptions {
    EngineOptions::default().pool_size(2).max_overflow(0).pool_timeout(Duration::from_secs(60))
}

/// The same, of a pool that gives up before all tasks have had their turn one after the other.
fn impatient() -> EngineOptions {
    few_places().pool_timeout(Duration::from_secs(2 * CONNECT_TIMEOUT))
}

fn engine(url: &str, options: EngineOptions) -> AsyncEngine {
    create_engine_with(with_option(url, &format!("connect_timeout={CONNECT_TIMEOUT}")), options).unwrap()
}

async fn select(engine: &AsyncEngine) -> Result<i64> {
    engine.session_maker().session().scalar_one("select 1").await
}

/// What so many tasks that ask at once are told, and when the last one is.
async fn ask_at_once(engine: &AsyncEngine, tasks: usize) -> (Vec<Result<i64>>, Duration) {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move { select(&engine).await })
        })
        .collect();
    let mut told = Vec::new();
    for task in tasks {
        told.push(timeout(Duration::from_secs(120), task).await.expect("a checkout hangs").unwrap());
    }
    (told, begun.elapsed())
}

/// All of them are told that there is no connection, and why.
fn assert_all_told(told: Vec<Result<i64>>, kinds: &[ErrorKind]) {
    for error in told.into_iter().map(Result::unwrap_err) {
        assert!(kinds.contains(&error.kind()), "{error:?}");
        assert!(error.message().contains("127.0.0.1"), "{error}");
        assert!(error.kind() == ErrorKind::ConnectTimeout || error.source().is_some(), "{error:?}");
    }
}

const REFUSED: &[ErrorKind] = &[ErrorKind::ConnectionFailed];
const SILENT: &[ErrorKind] = &[ErrorKind::ConnectTimeout];
const EITHER: &[ErrorKind] = &[ErrorKind::ConnectTimeout, ErrorKind::ConnectionFailed];

const URLS: [&str; 2] =
    ["postgresql://u:p@127.0.0.1:PORT/d?sslmode=disable", "mysql://u:p@127.0.0.1:PORT/d?ssl_mode=disabled"];

fn urls(port: u16) -> [String; 2] {
    URLS.map(|url| url.replace("PORT", &port.to_string()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_listens_everybody_is_told_so() {
    for url in urls(port::free().unwrap()) {
        let engine = engine(&url, few_places());
        let (told, elapsed) = ask_at_once(&engine, 100).await;
        println!("nothing listens: 100 tasks on 2 places were told within {elapsed:.1?}");
        assert_all_told(told, REFUSED);
        assert!(elapsed < LIMIT, "{elapsed:?}");
        assert_eq!((engine.pool_status().in_use, engine.pool_status().waiting), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_answers_everybody_is_told_so_in_time() {
    let silent = SilentServer::start().unwrap();
    for url in urls(silent.port()) {
        let engine = engine(&url, impatient());
        let (told, elapsed) = ask_at_once(&engine, 20).await;
        println!("nobody answers: 20 tasks on 2 places were told within {elapsed:.1?}");
        assert_all_told(told, SILENT);
        assert!(elapsed < LIMIT, "{elapsed:?}");
        assert_eq!((engine.pool_status().in_use, engine.pool_status().waiting), (0, 0));
    }
}

#[test]
fn by_blocking_calls_everybody_is_told_in_time_as_well() {
    let silent = SilentServer::start().unwrap();
    for (port, kinds) in [(port::free().unwrap(), REFUSED), (silent.port(), SILENT)] {
        for url in urls(port) {
            let url = with_option(&url, &format!("connect_timeout={CONNECT_TIMEOUT}"));
            let engine = sqlsession::blocking::create_engine_with(url, impatient()).unwrap();
            let begun = Instant::now();
            let told = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..12)
                    .map(|_| scope.spawn(|| engine.session_maker().session().scalar_one::<i64>("select 1")))
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_all_told(told, kinds);
            assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
        }
    }
}

/// So many connections, idle.
async fn fill(engine: &AsyncEngine, count: usize) {
    let mut lent = Vec::new();
    for _ in 0..count {
        let mut connection = engine.connect().await.unwrap();
        connection.execute("select 1").await.unwrap();
        lent.push(connection);
    }
    for connection in lent {
        connection.close().await.unwrap();
    }
    while engine.pool_status().idle < count {
        tokio::task::yield_now().await;
    }
}

async fn a_server_that_is_killed(mut server: OwnServer) {
    let name = server.name();
    let engine = engine(&server.url(), few_places());
    fill(&engine, 2).await;
    let mut session = engine.session_maker().session();
    session.execute("select 1").await.unwrap();
    server.kill();
    let error = session.execute("select 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error:?}");
    drop(session);
    let (told, elapsed) = ask_at_once(&engine, 50).await;
    println!("{name}: killed: 50 tasks on 2 places were told within {elapsed:.1?}");
    assert_all_told(told, REFUSED);
    assert!(elapsed < LIMIT, "{elapsed:?}");

    server.restart();
    let (told, _) = ask_at_once(&engine, 50).await;
    let told: Result<Vec<i64>> = told.into_iter().collect();
    assert_eq!(told.expect("the server is up").len(), 50);
    all_come_back(&engine).await;
}

/// Comes back when nothing is lent: a ROLLBACK at return may still be under way.
async fn all_come_back(engine: &AsyncEngine) {
    let begun = Instant::now();
    while engine.pool_status().in_use > 0 {
        assert!(begun.elapsed() < LIMIT, "{:?}", engine.pool_status());
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_killed() {
    a_server_that_is_killed(OwnServer::postgres()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_is_killed() {
    a_server_that_is_killed(OwnServer::mysql()).await;
}

/// Connections that were idle over a restart: with a ping they cost no error at all, without one as many as given.
async fn a_restart(mut server: OwnServer, errors_without_ping: usize) {
    for (ping, most_errors) in [(true, 0), (false, errors_without_ping)] {
        let options = EngineOptions::default().pool_size(4).max_overflow(0).pool_pre_ping(ping);
        let engine = engine(&server.url(), options);
        fill(&engine, 4).await;
        server.kill();
        server.restart();
        let mut connection = engine.connect().await.expect("nothing was sent yet");
        let mut results = vec![connection.scalar_one::<i64>("select 1").await];
        let mut kept = vec![connection];
        for _ in 0..3 {
            let mut connection = engine.connect().await.expect("nothing was sent yet");
            results.push(connection.scalar_one("select 1").await);
            kept.push(connection);
        }
        let errors: Vec<Error> = results.into_iter().filter_map(Result::err).collect();
        println!(
            "{}: 4 idle connections over a restart, ping {ping}: {} errors",
            server.name(),
            errors.len()
        );
        assert!(errors.len() <= most_errors, "{errors:?}");
        assert!(errors.iter().all(Error::is_disconnect), "{errors:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_restarted() {
    a_restart(OwnServer::postgres(), 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_is_restarted() {
    // mysql_async does not look at a connection that is idle: the first one to be used tells of the others.
    a_restart(OwnServer::mysql(), 1).await;
}

/// The network swallows everything: a connection that is asked whether it lives never answers.
async fn a_network_that_swallows_everything(server: OwnServer) {
    let proxy = Proxy::start(server.port()).unwrap();
    let engine = engine(&server.url_through(proxy.port()), few_places().pool_pre_ping(true));
    fill(&engine, 2).await;
    proxy.fail(Fault::BlackHole);
    let (told, elapsed) = ask_at_once(&engine, 10).await;
    println!("{}: a black hole: 10 tasks on 2 places were told within {elapsed:.1?}", server.name());
    assert_all_told(told, EITHER);
    assert!(elapsed < 2 * LIMIT, "{elapsed:?}");
    proxy.heal();
    let (told, _) = ask_at_once(&engine, 10).await;
    let told: Result<Vec<i64>> = told.into_iter().collect();
    assert_eq!(told.expect("the network is back").len(), 10);
    all_come_back(&engine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_black_hole_before_postgres() {
    a_network_that_swallows_everything(OwnServer::postgres()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_black_hole_before_mysql() {
    a_network_that_swallows_everything(OwnServer::mysql()).await;
}
