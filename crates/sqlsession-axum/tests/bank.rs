//! The bank of the examples, over real HTTP, on each backend.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the example is used in part")]

#[path = "../examples/bank/app.rs"]
mod app;
mod client;

use std::{net::SocketAddr, time::Duration};

use app::{Account, Transfer};
use axum::{
    Router,
    routing::{get, post},
};
use client::Client;
use http::StatusCode;
use sqlsession::{AsyncDatabase, DatabaseOptions, EngineOptions, text};
use sqlsession_axum::{RequestSession, SessionLayer};
use sqlsession_test_servers::{MysqlDatabase, PostgresDatabase};
use tokio::{net::TcpListener, time::sleep};

const CLIENTS: i64 = 16;
const REQUESTS: i64 = 50;

/// A bank that serves, and its database.
struct Bank {
    db: AsyncDatabase,
    address: SocketAddr,
}

impl Bank {
    async fn open(url: &str) -> Self {
        let engine = EngineOptions::default().pool_size(4).max_overflow(0);
        let db = AsyncDatabase::create_with(url, DatabaseOptions::default().engine(engine)).unwrap();
        app::create_tables(&db).await.unwrap();
        let odd = Router::new()
            .route("/insert-and-wait/{id}", post(insert_and_wait))
            .route("/insert-and-panic/{id}", post(insert_and_panic))
            .route("/insert-and-redirect/{id}", post(insert_and_redirect))
            .layer(SessionLayer::new(db.clone()))
            .route("/without-layer", get(async |_session: RequestSession| {}));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = app::app(db.clone()).merge(odd);
        tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        Self { db, address }
    }

    async fn client(&self) -> Client {
        Client::connect(self.address).await
    }

    async fn ids(&self) -> Vec<i64> {
        self.db.scalars("select id from accounts order by id").await.unwrap()
    }

    /// Every connection is back.
    async fn is_whole(&self) {
        for _ in 0..500 {
            if self.db.engine().pool_status().in_use == 0 {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("connections are out: {:?}", self.db.engine().pool_status());
    }
}

async fn insert(session: &mut RequestSession, id: i64) {
    let insert = text("insert into accounts values (:id, 'odd', 0)").bind("id", id);
    session.execute(insert).await.unwrap();
}

async fn insert_and_wait(mut session: RequestSession, axum::extract::Path(id): axum::extract::Path<i64>) {
    insert(&mut session, id).await;
    sleep(Duration::from_secs(600)).await;
}

async fn insert_and_panic(mut session: RequestSession, axum::extract::Path(id): axum::extract::Path<i64>) {
    insert(&mut session, id).await;
    panic!("on purpose");
}

async fn insert_and_redirect(
    mut session: RequestSession,
    axum::extract::Path(id): axum::extract::Path<i64>,
) -> (StatusCode, [(&'static str, String); 1]) {
    insert(&mut session, id).await;
    (StatusCode::SEE_OTHER, [("location", format!("/accounts/{id}"))])
}

fn account(id: i64, balance: i64) -> Account {
    Account { id, owner: format!("owner {id}"), balance }
}

/// Clients that open accounts, some of which are there already, and transfer money, some of it to nobody.
async fn load(bank: &Bank) {
    let mut tasks = Vec::new();
    for number in 0..CLIENTS {
        let mut client = bank.client().await;
        tasks.push(tokio::spawn(async move {
            let (mut opened, mut refused) = (Vec::new(), 0);
            for request in 0..REQUESTS {
                let id = 1000 + number * REQUESTS + request;
                assert_eq!(client.post("/accounts", &account(id, 100)).await.0, StatusCode::CREATED);
                opened.push(id);
                let again = client.post("/accounts", &account(id, 5)).await.0;
                assert_eq!(again, StatusCode::CONFLICT);
                // The second is taken from an account and given to nobody.
                let good = Transfer { from: id, to: 1000, amount: 1 };
                let bad = Transfer { from: id, to: 1, amount: 1 };
                assert_eq!(client.post("/transfers", &good).await.0, StatusCode::OK);
                assert_eq!(client.post("/transfers", &bad).await.0, StatusCode::NOT_FOUND);
                refused += 2;
            }
            (opened, refused)
        }));
    }
    let mut opened = Vec::new();
    for task in tasks {
        let (ids, refused) = task.await.unwrap();
        assert_eq!(refused, 2 * REQUESTS);
        opened.extend(ids);
    }
    opened.sort_unstable();
    bank.is_whole().await;
    assert_eq!(bank.ids().await, opened, "every account that was acknowledged, and no other");
    let sum = bank.db.scalar::<i64>("select cast(sum(balance) as decimal(30)) from accounts").await.unwrap();
    assert_eq!(sum, Some(100 * CLIENTS * REQUESTS), "nothing was lost on the way to nobody");
    assert!(bank.db.engine().pool_status().idle <= 4);
}

/// Two requests want the same money; one gets it.
async fn race(bank: &Bank) {
    bank.db.execute("delete from accounts").await.unwrap();
    let (mut first, mut second) = (bank.client().await, bank.client().await);
    for round in 0..20 {
        first.post("/accounts", &account(1, 100)).await;
        first.post("/accounts", &account(2, 0)).await;
        let transfer = Transfer { from: 1, to: 2, amount: 80 };
        let (one, other) =
            tokio::join!(first.post("/transfers", &transfer), second.post("/transfers", &transfer));
        let mut statuses = [one.0, other.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT], "round {round}");
        let (_, left) = second.get("/accounts/1").await;
        assert_eq!(serde_json::from_str::<Account>(&left).unwrap(), account(1, 20));
        bank.db.execute("delete from accounts").await.unwrap();
    }
}

async fn oddities(bank: &Bank) {
    bank.db.execute("delete from accounts").await.unwrap();
    let mut client = bank.client().await;
    assert_eq!(client.get("/accounts/7").await.0, StatusCode::NOT_FOUND);
    let (status, words) = client.get("/without-layer").await;
    assert_eq!((status, words.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"));
    assert_eq!(client.post("/insert-and-redirect/3", &()).await.0, StatusCode::SEE_OTHER);

    // A client that hangs up.
    let mut gone = bank.client().await;
    let asked = tokio::time::timeout(Duration::from_millis(200), gone.post("/insert-and-wait/4", &())).await;
    assert!(asked.is_err());
    drop(gone);
    bank.is_whole().await;

    let mut panics = bank.client().await;
    assert!(panics.try_post("/insert-and-panic/5", &()).await.is_err(), "the connection ends with its task");
    bank.is_whole().await;
    assert_eq!(bank.ids().await, [3], "of a redirection, and of nothing that failed");
}

async fn all(url: &str) {
    let bank = Bank::open(url).await;
    load(&bank).await;
    race(&bank).await;
    oddities(&bank).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    all(&format!("sqlite:///{}/bank.db?journal_mode=wal&timeout=30", folder.path().display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    all(PostgresDatabase::create().unwrap().url()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mysql() {
    all(MysqlDatabase::create().unwrap().url()).await;
}
