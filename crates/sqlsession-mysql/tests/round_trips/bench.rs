use std::time::Duration;

use sqlsession_mysql::{
    EngineOptions, MysqlEngine, SessionOptions,
    core::{AsyncEngine, driver::IsolationLevel},
};
use sqlsession_test_servers::{MysqlCommand, MysqlProduct, MysqlServer, Passed, Proxy};

/// How long an answer is held back, so that whoever does not wait is seen not to.
const DELAY: Duration = Duration::from_millis(20);

const TABLES: &str = "drop table if exists accounts; \
    create table accounts (id bigint auto_increment primary key, balance bigint); \
    insert into accounts (balance) select 100 from seq_1_to_20; \
    drop table if exists notes; create table notes (id bigint, note text); \
    drop procedure if exists twice; \
    \ndelimiter $$\ncreate procedure twice (n int) begin select n; select n + 1; end $$";

/// A server behind a proxy that keeps what passes.
pub(crate) struct Bench {
    proxy: Proxy,
    server: MysqlServer,
}

/// One piece of work, when its statements are prepared.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) goal: usize,
    pub(crate) found: usize,
    pub(crate) wire: String,
}

impl Bench {
    pub(crate) fn start() -> Self {
        let server = MysqlServer::start(MysqlProduct::Mariadb).unwrap();
        let proxy = Proxy::start(server.port()).unwrap();
        Self { proxy, server }
    }

    /// Does some work several times on one connection, and says what it cost the last time.
    pub(crate) async fn measure(
        &self,
        what: &'static str,
        goal: usize,
        work: impl AsyncFn(&AsyncEngine),
    ) -> Row {
        self.measure_with("", what, goal, work).await
    }

    /// As [`measure`](Self::measure), with an option of the URL more.
    pub(crate) async fn measure_with(
        &self,
        option: &str,
        what: &'static str,
        goal: usize,
        work: impl AsyncFn(&AsyncEngine),
    ) -> Row {
        self.proxy.heal();
        self.server.query(TABLES).unwrap();
        let url = format!("{}?ssl_mode=DISABLED{option}", self.server.url_through(self.proxy.port()));
        let options = EngineOptions::default().pool_size(1).max_overflow(0);
        let engine = MysqlEngine::with_options(url.as_str(), options).unwrap().to_async();
        work(&engine).await;
        work(&engine).await;
        settled(&engine).await;
        self.proxy.delay(DELAY);
        drop(self.proxy.take_record());
        work(&engine).await;
        let during = self.proxy.take_record();
        settled(&engine).await;
        let later = self.proxy.take_record();
        let (during, later) = (commands(&during), commands(&later));
        let waited_for: Vec<&MysqlCommand> = during.iter().filter(|command| command.has_answer()).collect();
        let later = later.iter().map(|command| format!("({})", shown(command)));
        let wire: Vec<String> = during.iter().map(shown).chain(later).collect();
        Row { what, goal, found: waited_for.len(), wire: wire.join(", ") }
    }
}

/// Waits until the connection is back in the pool.
async fn settled(engine: &AsyncEngine) {
    while engine.pool_status().in_use > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

pub(crate) fn autocommit() -> SessionOptions {
    SessionOptions::default().isolation_level(IsolationLevel::Autocommit)
}

fn commands(passed: &[Passed]) -> Vec<MysqlCommand> {
    match passed.first() {
        Some(first) => MysqlCommand::read(passed, first.connection),
        None => Vec::new(),
    }
}

fn shown(command: &MysqlCommand) -> String {
    match command {
        MysqlCommand::Query(text) => text.clone(),
        MysqlCommand::Prepare(_) => "Prepare".to_owned(),
        MysqlCommand::Execute(_) => "Execute".to_owned(),
        MysqlCommand::Close(_) => "Close".to_owned(),
        MysqlCommand::Other(0xfa) => "Execute of many sets".to_owned(),
        other => format!("{other:?}"),
    }
}
