//! A bank over HTTP, with a session for each request: `cargo run -p sqlsession-axum --example bank [URL [ADDRESS]]`.
//!
//! ```console
//! $ curl -d '{"id": 1, "owner": "Ada", "balance": 100}' -H 'content-type: application/json' localhost:3000/accounts
//! $ curl -d '{"from": 1, "to": 2, "amount": 30}' -H 'content-type: application/json' localhost:3000/transfers
//! $ curl localhost:3000/accounts/1
//! ```

mod app;

use sqlsession::AsyncDatabase;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "sqlite:///bank.db".into());
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:3000".into());
    let db = AsyncDatabase::create(url)?;
    app::create_tables(&db).await?;
    let listener = TcpListener::bind(address).await?;
    println!("{} serves http://{}", db.engine().url(), listener.local_addr()?);
    axum::serve(listener, app::app(db)).await?;
    Ok(())
}
