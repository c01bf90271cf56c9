//! A query of sqlx's and a session in one transaction: `cargo run -p sqlsession-sqlx --features sqlite --example
//! one_transaction`.
//!
//! The program holds a pool of sqlx's, and functions that take one of its connections. Sessions are had on the same pool,
//! and lend their connection to such a function. Written for the facade, `sqlx_sqlite::` and `sqlx_core::` are `sqlx::`.

use std::error::Error;

use sqlsession_sqlx::{
    SqlxEngine,
    sqlx_core::{pool::PoolOptions, query::query, query_scalar::query_scalar},
    sqlx_sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection},
    text,
};

/// What the program has had all along: it books a payment, by two statements that belong together.
async fn book(client: &mut SqliteConnection, from: i64, to: i64, amount: i64) -> Result<(), Box<dyn Error>> {
    use sqlsession_sqlx::sqlx_core::connection::Connection as _;

    // Inside the session's transaction this is a savepoint.
    let mut transaction = client.begin().await?;
    for (id, amount) in [(from, -amount), (to, amount)] {
        query::<Sqlite>("update accounts set balance = balance + ? where id = ?")
            .bind(amount)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("one_transaction-{}.db", std::process::id()));
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let pool = PoolOptions::<Sqlite>::new().max_connections(4).connect_with(options).await?;
    query::<Sqlite>("create table accounts (id integer primary key, balance integer not null)")
        .execute(&pool)
        .await?;
    query::<Sqlite>("create table notes (words text not null)").execute(&pool).await?;

    let engine = SqlxEngine::from_pool(pool.clone())?;
    let maker = engine.session_maker();

    let mut session = maker.session();
    session.execute("insert into accounts values (1, 100), (2, 0)").await?;
    session.commit().await?;

    let note = |words: &str| text("insert into notes values (:words)").bind("words", words.to_owned());

    // Both are undone,
    session.execute(note("a payment that is taken back")).await?;
    book(session.driver_connection::<SqliteConnection>().await?, 1, 2, 30).await?;
    session.rollback().await?;
    let balance: i64 =
        query_scalar::<Sqlite, _>("select balance from accounts where id = 2").fetch_one(&pool).await?;
    println!("rolled back: account 2 has {balance}");
    assert_eq!(balance, 0);

    // and both are durable.
    session.execute(note("a payment")).await?;
    book(session.driver_connection::<SqliteConnection>().await?, 1, 2, 30).await?;
    session.commit().await?;
    let balance: i64 =
        query_scalar::<Sqlite, _>("select balance from accounts where id = 2").fetch_one(&pool).await?;
    let notes: i64 = query_scalar::<Sqlite, _>("select count(*) from notes").fetch_one(&pool).await?;
    println!("committed: account 2 has {balance}, with {notes} note");
    assert_eq!((balance, notes), (30, 1));

    pool.close().await;
    let _ = std::fs::remove_file(file);
    Ok(())
}
